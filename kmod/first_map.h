/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMAFP_FIRST_MAP_H
#define DMAFP_FIRST_MAP_H

#include <linux/types.h>

struct dmafp_bound_device;
struct dmafp_first_map;
struct dmafp_record_log;

/**
 * dmafp_first_map_valid() - does a request make sense, apart from its cell?
 * @arg: private copy of what userspace asked for
 *
 * Return: true if so; then what it asks for is bounded.
 */
bool dmafp_first_map_valid(const struct dmafp_first_map *arg);

/**
 * dmafp_first_map() - maps and unmaps that may attach the device
 * @bound: the device, entered
 * @arg: a valid request; out: what happened
 * @cpus: the CPU of each racer
 * @log: empty, out: the records, in order; NULL without nr_records
 *
 * Return: 0; -EINVAL, -EOPNOTSUPP or -ENOMEM, see dmafp_op_find(),
 * dmafp_op_prepare(), dmafp_probe_create() and dmafp_race_run(); -EINVAL also for
 * an op without DMAFP_OP_ON_PATH or, if it is to be atomic, one with
 * DMAFP_OP_SLEEPS; -EOPNOTSUPP also for an atomic one where the kernel would not
 * say what sleeps; -EIO if the only map failed or a call escaped the probes;
 * -ENODEV and -EINTR, see dmafp_race_run().
 */
int dmafp_first_map(struct dmafp_bound_device *bound,
		    struct dmafp_first_map *arg, const u32 *cpus,
		    struct dmafp_record_log *log);

#endif /* DMAFP_FIRST_MAP_H */
