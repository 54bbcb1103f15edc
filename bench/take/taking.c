// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/boot_id.h"
#include "base/file.h"
#include "take/taking.h"

static char *journal_path(const struct dmafp_take_options *options)
{
	if (options->state)
		return dmafp_path("%s/journal", options->state);
	return dmafp_path("%s%s/journal", options->root, DMAFP_TAKE_STATE);
}

static int make_folder(const struct dmafp_taking *take)
{
	char *slash = strrchr(take->path, '/');
	int ret;

	*slash = '\0';
	ret = dmafp_file_mkdirs(take->path, take->err);
	*slash = '/';
	return ret;
}

bool dmafp_taking_has_journal(const struct dmafp_take_options *options)
{
	char *path = journal_path(options);
	bool has = dmafp_file_exists(path);

	free(path);
	return has;
}

void dmafp_taking_end(struct dmafp_taking *take)
{
	dmafp_record_list_release(&take->records);
	dmafp_journal_close(&take->journal);
	free(take->sysfs);
	free(take->path);
}

int dmafp_taking_begin(struct dmafp_taking *take,
		       const struct dmafp_take_options *options, struct dmafp_err *err)
{
	int ret;

	*take = (struct dmafp_taking) {
		.options = options,
		.err = err,
		.sysfs = dmafp_path("%s/sys", options->root),
		.path = journal_path(options),
		.journal = { .fd = -1 },
	};
	ret = dmafp_boot_id(take->options->root, take->boot, take->err);
	if (!ret)
		ret = make_folder(take);
	if (!ret)
		ret = dmafp_journal_open(&take->journal, take->path, true, err);
	if (!ret)
		ret = dmafp_record_list_read(take->path, &take->records, err);
	if (ret && err->exit == DMAFP_EXIT_PERMISSION)
		dmafp_err_suffix(err, ret, ": run as root");
	if (ret)
		dmafp_taking_end(take);
	return ret;
}

void dmafp_taking_note(const struct dmafp_take_options *options, const char *pci,
		       const char *text)
{
	char *line = dmafp_path("%s %s", pci, text);

	if (options->note)
		options->note(options->ctx, line);
	free(line);
}

static char *attribute(const struct dmafp_taking *take, const char *pci, const char *name)
{
	return dmafp_path("%s/bus/pci/devices/%s/%s", take->sysfs, pci, name);
}

bool dmafp_taking_is_there(const struct dmafp_taking *take, const char *pci)
{
	char *path = attribute(take, pci, "");
	bool there = dmafp_file_exists(path);

	free(path);
	return there;
}

bool dmafp_taking_is_idle(const char *driver)
{
	return !*driver || !strcmp(driver, DMAFP_DEVICE_DRIVER);
}

struct dmafp_pci_device dmafp_taking_device(const struct dmafp_taking *take, const char *pci)
{
	struct dmafp_pci_device device = { 0 };

	snprintf(device.pci, sizeof(device.pci), "%s", pci);
	dmafp_device_refresh(take->sysfs, &device);
	return device;
}

bool dmafp_taking_is_foreign(const struct dmafp_taking *take,
			     const struct dmafp_record *record)
{
	char *path = attribute(take, record->pci, "driver_override"), text[64];

	dmafp_file_read_line(path, text, sizeof(text));
	free(path);
	return !dmafp_taking_is_idle(text) && strcmp(text, "(null)") &&
	       strcmp(text, record->driver_override);
}

void dmafp_taking_report(const struct dmafp_taking *take, const char *what,
			 const struct dmafp_record *record)
{
	struct dmafp_pci_device device = dmafp_taking_device(take, record->pci);
	struct dmafp_take_outcome outcome = {
		.pci = record->pci,
		.what = what,
		.driver = record->driver,
		.driver_override = record->driver_override,
		.now = device.driver,
	};

	if (take->options->done)
		take->options->done(take->options->ctx, &outcome);
}

int dmafp_taking_failed(const struct dmafp_taking *take, int code, const char *pci,
			const char *what)
{
	if (code == -EACCES || code == -EPERM)
		return dmafp_err_set(take->err, -code, DMAFP_EXIT_PERMISSION,
				     "cannot %s %s: run as root", what, pci);
	return dmafp_err_set(take->err, -code, DMAFP_EXIT_DEVICE,
			     "cannot %s %s: %s; the kernel log (dmesg) may say more",
			     what, pci, strerror(-code));
}
