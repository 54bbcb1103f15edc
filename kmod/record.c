// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kprobes.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/slab.h>
#include "record.h"
#include "stamp.h"

struct dmafp_record_log *dmafp_record_log_create(u32 room)
{
	struct dmafp_record_log *log;

	log = kvzalloc(struct_size(log, records, room), GFP_KERNEL);
	if (log)
		log->room = room;
	return log;
}

void dmafp_record_log_destroy(struct dmafp_record_log *log)
{
	kvfree(log);
}

void dmafp_record_log_open(struct dmafp_record_log *log, bool open)
{
	if (log)
		WRITE_ONCE(log->open, open);
}

void dmafp_record_add(struct dmafp_record_log *log, u32 what, u32 flags)
{
	u32 index;

	if (!log || !READ_ONCE(log->open))
		return;
	index = atomic_inc_return(&log->next) - 1;
	if (index >= log->room)
		return;

	log->records[index] = (struct dmafp_record) {
		.ticks = dmafp_stamp_value(dmafp_stamp_read()),
		.cpu = raw_smp_processor_id(),
		.pid = current->pid,
		.what = what,
		.flags = flags,
	};
}
NOKPROBE_SYMBOL(dmafp_record_add);

u32 dmafp_record_log_nr(const struct dmafp_record_log *log)
{
	return min_t(u32, atomic_read(&log->next), log->room);
}

u32 dmafp_record_log_lost(const struct dmafp_record_log *log)
{
	return atomic_read(&log->next) - dmafp_record_log_nr(log);
}

/*
 * They come nearly sorted, and those of one thread with the same ticks must
 * keep their order: hence by insertion.
 */
static void dmafp_record_sort(struct dmafp_record *records, u32 nr)
{
	struct dmafp_record record;
	u32 i, j;

	for (i = 1; i < nr; i++) {
		record = records[i];
		for (j = i; j && records[j - 1].ticks > record.ticks; j--)
			records[j] = records[j - 1];
		records[j] = record;
	}
}

void dmafp_record_log_finish(struct dmafp_record_log *log)
{
	u32 nr = dmafp_record_log_nr(log);
	u64 first;
	u32 i;

	dmafp_record_sort(log->records, nr);
	first = nr ? log->records[0].ticks : 0;
	for (i = 0; i < nr; i++)
		log->records[i].ticks -= first;
}
