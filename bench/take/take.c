// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "take/refusal.h"
#include "take/taking.h"

/* --- prepare */

static int take_off(const struct dmafp_taking *take, struct dmafp_pci_device *device)
{
	int ret = dmafp_device_put_override(take->sysfs, device->pci, DMAFP_DEVICE_DRIVER);

	if (ret)
		return dmafp_taking_failed(take, ret, device->pci,
					   "set driver_override of");
	dmafp_device_refresh(take->sysfs, device);
	if (dmafp_taking_is_idle(device->driver))
		return 0;
	ret = dmafp_device_put_driver(take->sysfs, device->driver, "unbind", device->pci);
	if (ret)
		return dmafp_taking_failed(take, ret, device->pci, "take its driver off");
	dmafp_device_refresh(take->sysfs, device);
	return dmafp_taking_is_idle(device->driver)
		       ? 0
		       : dmafp_taking_failed(take, -EBUSY, device->pci,
					     "take its driver off");
}

/* A run loads the module where it is not, which binds what is its own by itself. */
static int bind_module(const struct dmafp_taking *take, struct dmafp_pci_device *device)
{
	char *path = dmafp_path("%s/bus/pci/drivers/%s", take->sysfs, DMAFP_DEVICE_DRIVER);
	bool loaded = dmafp_file_exists(path);
	int ret = 0;

	free(path);
	if (loaded && !*device->driver)
		ret = dmafp_device_put_driver(take->sysfs, DMAFP_DEVICE_DRIVER, "bind",
					      device->pci);
	dmafp_device_refresh(take->sysfs, device);
	if (ret && !strcmp(device->driver, DMAFP_DEVICE_DRIVER))
		ret = 0;
	return ret ? dmafp_taking_failed(take, ret, device->pci, "bind the module to") : 0;
}

/* The record of this boot; what an earlier one did, went with it. */
static const struct dmafp_record *find_record(struct dmafp_taking *take, const char *pci,
					      int *ret)
{
	const struct dmafp_record *record = dmafp_record_find(&take->records, pci);

	*ret = 0;
	if (!record || !strcmp(record->boot, take->boot))
		return record;
	*ret = dmafp_record_close(&take->journal, pci, take->err);
	return NULL;
}

static struct dmafp_record record_of(const struct dmafp_taking *take,
				     const struct dmafp_pci_device *device)
{
	struct dmafp_record record;

	strcpy(record.pci, device->pci);
	strcpy(record.boot, take->boot);
	/* the module's would be of a run that was killed */
	strcpy(record.driver, dmafp_taking_is_idle(device->driver) ? "" : device->driver);
	strcpy(record.driver_override, device->driver_override);
	return record;
}

/* As it was; why it failed is told, not how the way back went. */
static void give_back(struct dmafp_taking *take, const struct dmafp_record *record)
{
	struct dmafp_err why = *take->err;

	if (dmafp_taking_undo(take, record) ||
	    dmafp_record_close(&take->journal, record->pci, take->err))
		dmafp_taking_note(take->options, record->pci, take->err->msg);
	*take->err = why;
}

static int take_unheld(struct dmafp_taking *take, struct dmafp_pci_device *device,
		       struct dmafp_claims *claims)
{
	struct dmafp_record record = record_of(take, device);
	const struct dmafp_record *before;
	int ret;

	before = find_record(take, device->pci, &ret);
	if (!ret && !before)
		ret = dmafp_record_open(&take->journal, &record, take->err);
	if (ret)
		return ret;
	ret = take_off(take, device);
	dmafp_claims_release(claims);
	if (!ret)
		ret = bind_module(take, device);
	if (!ret)
		dmafp_taking_report(take, "prepared", before ? before : &record);
	else if (!before)
		give_back(take, &record);
	return ret;
}

static int prepare(struct dmafp_taking *take, const char *pci)
{
	struct dmafp_pci_device device;
	struct dmafp_claims claims = { 0 };
	int ret = dmafp_device_find(take->sysfs, pci, &device, take->err);

	if (!ret)
		ret = dmafp_refusal_find(take->options, &device, &claims, take->err);
	if (!ret)
		ret = take_unheld(take, &device, &claims);
	dmafp_claims_release(&claims);
	return ret;
}

int dmafp_take_prepare(const struct dmafp_take_options *options, const char *pci,
		       struct dmafp_err *err)
{
	struct dmafp_taking take;
	int ret = dmafp_taking_begin(&take, options, err);

	if (ret)
		return ret;
	ret = prepare(&take, pci);
	dmafp_taking_end(&take);
	return ret;
}

int dmafp_take_check(const struct dmafp_take_options *options, const char *pci,
		     struct dmafp_err *err)
{
	char *sysfs = dmafp_path("%s/sys", options->root);
	struct dmafp_claims claims = { 0 };
	struct dmafp_pci_device device;
	int ret = dmafp_device_find(sysfs, pci, &device, err);

	if (!ret)
		ret = dmafp_refusal_find(options, &device, &claims, err);
	dmafp_claims_release(&claims);
	free(sysfs);
	return ret;
}

/* --- hold */

static int hold(const struct dmafp_taking *take, const struct dmafp_record *record)
{
	struct dmafp_pci_device device = dmafp_taking_device(take, record->pci);
	int ret;

	if (strcmp(record->boot, take->boot) || !dmafp_taking_is_there(take, record->pci) ||
	    *device.driver || dmafp_taking_is_foreign(take, record))
		return 0;
	ret = dmafp_device_put_override(take->sysfs, record->pci, DMAFP_DEVICE_DRIVER);
	return ret ? dmafp_taking_failed(take, ret, record->pci, "set driver_override of")
		   : 0;
}

int dmafp_take_hold(const struct dmafp_take_options *options, struct dmafp_err *err)
{
	struct dmafp_taking take;
	int ret;

	if (!dmafp_taking_has_journal(options))
		return 0;
	ret = dmafp_taking_begin(&take, options, err);
	if (ret)
		return ret;
	for (size_t i = 0; i < take.records.nr && !ret; i++)
		ret = hold(&take, &take.records.items[i]);
	dmafp_taking_end(&take);
	return ret;
}
