/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One call of what take.h offers: the journal, open and locked, and how a device is. */
#ifndef DMAFP_TAKE_TAKING_H
#define DMAFP_TAKE_TAKING_H

#include <stdbool.h>

#include "base/err.h"
#include "base/journal.h"
#include "run/device.h"
#include "take/record.h"
#include "take/take.h"

/**
 * struct dmafp_taking - a call from its beginning to its end
 * @options: its caller's
 * @err: likewise
 * @sysfs: where it is mounted
 * @path: of the journal
 * @boot: id of this boot
 * @journal: locked
 * @records: what it held when it was opened
 */
struct dmafp_taking {
	const struct dmafp_take_options *options;
	struct dmafp_err *err;
	char *sysfs, *path;
	char boot[DMAFP_BOOT_ID];
	struct dmafp_journal journal;
	struct dmafp_record_list records;
};

/** dmafp_taking_has_journal() - was anything ever prepared? */
bool dmafp_taking_has_journal(const struct dmafp_take_options *options);

/**
 * dmafp_taking_begin() - open the journal, wait for its lock, and read it
 *
 * Return: 0, or a negative errno; then there is nothing to be ended.
 */
int dmafp_taking_begin(struct dmafp_taking *take,
		       const struct dmafp_take_options *options, struct dmafp_err *err);

/** dmafp_taking_end() - unlock it and free */
void dmafp_taking_end(struct dmafp_taking *take);

/** dmafp_taking_note() - "PCI TEXT" for the user */
void dmafp_taking_note(const struct dmafp_take_options *options, const char *pci,
		       const char *text);

/** dmafp_taking_report() - a device is done: see struct dmafp_take_outcome */
void dmafp_taking_report(const struct dmafp_taking *take, const char *what,
			 const struct dmafp_record *record);

/** dmafp_taking_is_there() - is there such a device? */
bool dmafp_taking_is_there(const struct dmafp_taking *take, const char *pci);

/** dmafp_taking_is_idle() - no driver, or the module's */
bool dmafp_taking_is_idle(const char *driver);

/** dmafp_taking_device() - the driver that is bound now, alone of all that is known */
struct dmafp_pci_device dmafp_taking_device(const struct dmafp_taking *take,
					    const char *pci);

/** dmafp_taking_is_foreign() - has somebody else named a driver since it was prepared? */
bool dmafp_taking_is_foreign(const struct dmafp_taking *take,
			     const struct dmafp_record *record);

/**
 * dmafp_taking_failed() - a write to sysfs was refused
 * @code: why, a negative errno
 * @what: that was to be done to @pci
 *
 * Return: @code.
 */
int dmafp_taking_failed(const struct dmafp_taking *take, int code, const char *pci,
			const char *what);

/**
 * dmafp_taking_undo() - what was changed, is as before; what somebody else has
 * changed since, is his
 *
 * Return: 0, or a negative errno.
 */
int dmafp_taking_undo(const struct dmafp_taking *take, const struct dmafp_record *record);

#endif /* DMAFP_TAKE_TAKING_H */
