/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A journal: one JSON object a line, each on the disk before the next thing is
 * done.  What a power cut left of the last line is no record.
 */
#ifndef DMAFP_BASE_JOURNAL_H
#define DMAFP_BASE_JOURNAL_H

#include <stdbool.h>

#include <jansson.h>

#include "base/err.h"

/** struct dmafp_journal - one that is open for writing, locked */
struct dmafp_journal {
	char *path;
	int fd;
};

/**
 * dmafp_journal_open() - open it for writing, make it where it is missing
 * @journal: filled; end with dmafp_journal_close()
 * @path: the file; its folder is there
 * @wait: wait for whoever else has it open; else that is an error (EBUSY)
 * @err: filled on failure
 *
 * Room for a few hundred records is taken from the disk beforehand, so that a full
 * one can still be told of.  The lock goes with the process.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_journal_open(struct dmafp_journal *journal, const char *path, bool wait,
		       struct dmafp_err *err);

/**
 * dmafp_journal_append() - write one record and wait until it is on the disk
 * @record: an object; this call takes the reference, also when it fails
 *
 * After a failure the journal holds the records that it held before.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_journal_append(struct dmafp_journal *journal, json_t *record, struct dmafp_err *err);

/** dmafp_journal_close() - unlock it and free */
void dmafp_journal_close(struct dmafp_journal *journal);

/**
 * dmafp_journal_read() - all records in their order; none where there is no file
 * @path: the file, which may be open for writing, by others too
 * @err: filled on failure: DMAFP_EXIT_DATA if it is no journal
 *
 * Return: a new reference to an array, or NULL.
 */
json_t *dmafp_journal_read(const char *path, struct dmafp_err *err);

#endif /* DMAFP_BASE_JOURNAL_H */
