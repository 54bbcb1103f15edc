/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What probes saw, in memory that is there before they are armed.  Any number
 * of them may add at the same time, in any context.
 */
#ifndef DMAFP_RECORD_H
#define DMAFP_RECORD_H

#include <linux/atomic.h>
#include <linux/types.h>
#include "uapi/dmafp.h"

/**
 * struct dmafp_record_log - the records of one first map
 * @open: records are taken
 * @next: index of the next record; goes on where there is no room
 * @room: how many there may be
 * @records: the records, with the plain stamp in @ticks until it is finished
 */
struct dmafp_record_log {
	bool open;
	atomic_t next;
	u32 room;
	struct dmafp_record records[];
};

/**
 * dmafp_record_log_create() - make room for records
 * @room: how many, may be 0
 *
 * Return: the log, or NULL if there is no memory.
 */
struct dmafp_record_log *dmafp_record_log_create(u32 room);

/**
 * dmafp_record_log_destroy() - free a log
 * @log: the log, or NULL
 */
void dmafp_record_log_destroy(struct dmafp_record_log *log);

/**
 * dmafp_record_log_open() - begin or end to take records
 * @log: the log, or NULL
 * @open: begin or end
 *
 * Probes are armed one after the other.  What only some of them could see makes
 * no sense.
 */
void dmafp_record_log_open(struct dmafp_record_log *log, bool open);

/**
 * dmafp_record_add() - record something, here, now, by this thread
 * @log: the log, or NULL; nothing happens unless it is open
 * @what: enum dmafp_record_what
 * @flags: DMAFP_RECORD_*
 *
 * May be called by a probe's handler.
 */
void dmafp_record_add(struct dmafp_record_log *log, u32 what, u32 flags);

/**
 * dmafp_record_log_nr() - how many records there are
 * @log: the log
 *
 * Return: at most the room that there was.
 */
u32 dmafp_record_log_nr(const struct dmafp_record_log *log);

/**
 * dmafp_record_log_lost() - how many did not find room
 * @log: the log
 *
 * Return: their number.
 */
u32 dmafp_record_log_lost(const struct dmafp_record_log *log);

/**
 * dmafp_record_log_finish() - put the records into the order of their ticks
 * @log: the log; nobody adds to it any more
 *
 * Makes the ticks relative to the first record.
 */
void dmafp_record_log_finish(struct dmafp_record_log *log);

#endif /* DMAFP_RECORD_H */
