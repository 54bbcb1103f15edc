/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The watch: which devices have their deferred attach entered by more than one
 * thread at a time, or in atomic context?  A driver is expected to make its
 * first map while it probes the device, alone and able to sleep.
 *
 * Nothing is measured, and no device need be bound to this module.
 *
 * The probe's handlers run in any context, on any CPU, without a lock: a device
 * gets a slot by cmpxchg and keeps it, counters are atomic, and what is written
 * once is published by a release.  Everything else is under one mutex.  What was
 * seen stays until the watch is switched on again, or the module is unloaded.
 */
#ifndef DMAFP_WATCH_H
#define DMAFP_WATCH_H

#include <linux/types.h>

struct dmafp_watch;
struct dmafp_watch_device;

/**
 * dmafp_watch_start() - begin to watch; forget what was seen
 *
 * Return: 0; -ENOMEM; -EOPNOTSUPP if the kernel cannot probe the function or it
 * could not be told what a probe does to the context that it interrupts.
 */
int dmafp_watch_start(void);

/**
 * dmafp_watch_stop() - end to watch; what was seen stays
 */
void dmafp_watch_stop(void);

/**
 * dmafp_watch_look() - what was seen so far
 * @arg: in: nr_devices; out: nr_devices, missed and the flags
 * @devices: out: at most as many devices as there is room for
 *
 * Return: how many of @devices are filled in.
 */
u32 dmafp_watch_look(struct dmafp_watch *arg,
		     struct dmafp_watch_device *devices);

/**
 * dmafp_watch_exit() - end to watch, and forget
 */
void dmafp_watch_exit(void);

#endif /* DMAFP_WATCH_H */
