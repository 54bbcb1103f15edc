// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "take/taking.h"

static int bind_old(const struct dmafp_taking *take, const struct dmafp_record *record,
		    struct dmafp_pci_device *device)
{
	int ret = dmafp_device_put_driver(take->sysfs, record->driver, "bind", record->pci);

	dmafp_device_refresh(take->sysfs, device);
	/* whoever was quicker */
	if (!strcmp(device->driver, record->driver))
		return 0;
	if (ret == -ENOENT)
		return dmafp_err_set(
			take->err, ENOENT, DMAFP_EXIT_MISSING,
			"cannot bind %s to its driver %s, which is not there: modprobe "
			"%s, then dmafp release %s",
			record->pci, record->driver, record->driver, record->pci);
	return dmafp_taking_failed(take, ret ?: -ENODEV, record->pci,
				   "bind its old driver to");
}

int dmafp_taking_undo(const struct dmafp_taking *take, const struct dmafp_record *record)
{
	struct dmafp_pci_device device = dmafp_taking_device(take, record->pci);
	int ret = 0;

	if (!strcmp(device.driver, DMAFP_DEVICE_DRIVER))
		ret = dmafp_device_put_driver(take->sysfs, device.driver, "unbind",
					      record->pci);
	if (ret)
		return dmafp_taking_failed(take, ret, record->pci, "take the module off");
	if (dmafp_taking_is_foreign(take, record)) {
		dmafp_taking_note(take->options, record->pci,
				  "has a driver_override that somebody else has set since it "
				  "was prepared: left so");
		return 0;
	}
	ret = dmafp_device_put_override(take->sysfs, record->pci, record->driver_override);
	if (ret)
		return dmafp_taking_failed(take, ret, record->pci,
					   "set driver_override of");
	dmafp_device_refresh(take->sysfs, &device);
	return *record->driver && !*device.driver ? bind_old(take, record, &device) : 0;
}

static const char *outcome_of(const struct dmafp_taking *take,
			      const struct dmafp_record *record)
{
	struct dmafp_pci_device device = dmafp_taking_device(take, record->pci);

	return strcmp(device.driver, record->driver) ? "left" : "released";
}

static int release(struct dmafp_taking *take, const struct dmafp_record *record)
{
	const char *what;
	int ret = 0;

	if (strcmp(record->boot, take->boot)) {
		what = "forgotten";
	} else if (!dmafp_taking_is_there(take, record->pci)) {
		what = "gone";
	} else {
		ret = dmafp_taking_undo(take, record);
		what = outcome_of(take, record);
	}
	if (!ret)
		ret = dmafp_record_close(&take->journal, record->pci, take->err);
	if (!ret)
		dmafp_taking_report(take, what, record);
	return ret;
}

/* One that stays is told of last; what else failed is noted. */
static int release_all(struct dmafp_taking *take)
{
	struct dmafp_err first = { 0 };
	int ret = 0, failed;

	for (size_t i = take->records.nr; i--;) {
		failed = release(take, &take->records.items[i]);
		if (failed && ret)
			dmafp_taking_note(take->options, take->records.items[i].pci,
					  take->err->msg);
		if (failed && !ret) {
			first = *take->err;
			ret = failed;
		}
	}
	if (ret)
		*take->err = first;
	return ret;
}

static void note_not_prepared(const struct dmafp_take_options *options, const char *pci)
{
	dmafp_taking_note(options, pci, "is not prepared: there is nothing to release");
}

static int release_one(struct dmafp_taking *take, const char *pci)
{
	const struct dmafp_record *record = dmafp_record_find(&take->records, pci);

	if (record)
		return release(take, record);
	note_not_prepared(take->options, pci);
	return 0;
}

int dmafp_take_release(const struct dmafp_take_options *options, const char *pci,
		       struct dmafp_err *err)
{
	struct dmafp_pci_device wanted = { 0 };
	struct dmafp_taking take;
	int ret = pci ? dmafp_device_address(pci, &wanted, err) : 0;

	if (ret)
		return ret;
	if (!dmafp_taking_has_journal(options)) {
		if (pci)
			note_not_prepared(options, wanted.pci);
		return 0;
	}
	ret = dmafp_taking_begin(&take, options, err);
	if (ret)
		return ret;
	ret = pci ? release_one(&take, wanted.pci) : release_all(&take);
	dmafp_taking_end(&take);
	return ret;
}
