/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PMU counters of one worker's CPU, read right before and right after each
 * recorded block, so that what happens between blocks is not in them.
 */
#ifndef DMAFP_COUNTER_H
#define DMAFP_COUNTER_H

#include <linux/types.h>
#include "uapi/dmafp.h"

struct dmafp_counter_set;

/**
 * dmafp_counter_valid() - can these events be asked for?
 * @events: private copy of what userspace asked for
 * @nr: how many
 *
 * Return: true if so; the machine may lack them all the same.
 */
bool dmafp_counter_valid(const struct dmafp_event *events, u32 nr);

/**
 * dmafp_counter_create() - begin to count
 * @events: valid events
 * @nr: how many
 * @cpu: whose
 *
 * An event that this machine, kernel or moment does not have is no error, it
 * comes out as absent.
 *
 * Return: the counters, or ERR_PTR(-ENOMEM).
 */
struct dmafp_counter_set *dmafp_counter_create(const struct dmafp_event *events,
					       u32 nr, u32 cpu);

/**
 * dmafp_counter_destroy() - end to count
 * @set: the counters, or NULL
 */
void dmafp_counter_destroy(struct dmafp_counter_set *set);

/**
 * dmafp_counter_begin() - a block begins
 * @set: the counters, on their CPU
 */
void dmafp_counter_begin(struct dmafp_counter_set *set);

/**
 * dmafp_counter_end() - a block ends
 * @set: the counters, on their CPU
 */
void dmafp_counter_end(struct dmafp_counter_set *set);

/**
 * dmafp_counter_result() - what was counted
 * @set: the counters
 * @i: index of the event
 * @result: out
 */
void dmafp_counter_result(const struct dmafp_counter_set *set, u32 i,
			  struct dmafp_counter *result);

#endif /* DMAFP_COUNTER_H */
