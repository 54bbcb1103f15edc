/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tally: how often is each function of the DMA API called for a device, by
 * whatever driver it has?
 *
 * Nothing is measured meanwhile, and no device need be bound to this module.
 *
 * The probes' handlers run in any context, on any CPU, without a lock: counters
 * are of each CPU, and the table of call sites is filled by cmpxchg.  Everything
 * else is under one mutex.  A reference keeps the device while it is counted
 * for, so that no other one comes to lie at its address.  What was counted stays
 * until the tally is switched on again, or the module is unloaded.
 */
#ifndef DMAFP_TALLY_H
#define DMAFP_TALLY_H

#include <linux/types.h>

struct dmafp_tally;
struct dmafp_tally_call;

/**
 * dmafp_tally_valid() - can it be asked for?
 * @arg: what is asked
 *
 * Return: true if so.
 */
bool dmafp_tally_valid(const struct dmafp_tally *arg);

/**
 * dmafp_tally_switch() - begin or end to count, as the flags say
 * @arg: valid; to begin forgets what was counted, to end does not
 *
 * Return: 0; -ENODEV if there is no such PCI function, -ENOMEM, -EOPNOTSUPP if
 * the kernel can probe none of the functions.
 */
int dmafp_tally_switch(const struct dmafp_tally *arg);

/**
 * dmafp_tally_look() - what was counted so far
 * @arg: in: nr_calls; out: all but the pointer
 * @calls: out: at most as many rows as there is room for
 *
 * Return: how many of @calls are filled in.
 */
u32 dmafp_tally_look(struct dmafp_tally *arg, struct dmafp_tally_call *calls);

/**
 * dmafp_tally_exit() - end to count, and forget
 */
void dmafp_tally_exit(void);

#endif /* DMAFP_TALLY_H */
