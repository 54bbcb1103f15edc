/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal of taken devices: what each was before. */
#ifndef DMAFP_TAKE_RECORD_H
#define DMAFP_TAKE_RECORD_H

#include <stddef.h>

#include "base/boot_id.h"
#include "base/err.h"
#include "base/journal.h"

/**
 * struct dmafp_record - a device that is prepared
 * @pci: its address
 * @boot: boot in which it was
 * @driver: that it had, "" if none
 * @driver_override: likewise
 */
struct dmafp_record {
	char pci[32], boot[DMAFP_BOOT_ID], driver[64], driver_override[64];
};

/** struct dmafp_record_list - all that are, in the order in which they were */
struct dmafp_record_list {
	struct dmafp_record *items;
	size_t nr;
};

/**
 * dmafp_record_list_read() - what the journal says is prepared
 * @list: out; release it with dmafp_record_list_release()
 * @err: filled on failure: DMAFP_EXIT_DATA if it is no such journal
 *
 * Return: 0, or a negative errno.
 */
int dmafp_record_list_read(const char *path, struct dmafp_record_list *list,
			   struct dmafp_err *err);

/** dmafp_record_list_release() - free what the list holds */
void dmafp_record_list_release(struct dmafp_record_list *list);

/** dmafp_record_find() - the device's, or NULL */
const struct dmafp_record *dmafp_record_find(const struct dmafp_record_list *list,
					     const char *pci);

/**
 * dmafp_record_open() - the device is about to be taken: on the disk when this returns
 *
 * Return: 0, or a negative errno.
 */
int dmafp_record_open(struct dmafp_journal *journal, const struct dmafp_record *record,
		      struct dmafp_err *err);

/** dmafp_record_close() - and is given back; 0, or a negative errno */
int dmafp_record_close(struct dmafp_journal *journal, const char *pci,
		       struct dmafp_err *err);

#endif /* DMAFP_TAKE_RECORD_H */
