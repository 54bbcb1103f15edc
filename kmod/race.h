/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * First maps by several threads at the same moment, to see what becomes of the
 * attach and of the mappings.
 */
#ifndef DMAFP_RACE_H
#define DMAFP_RACE_H

#include <linux/types.h>

struct dmafp_bound_device;
struct dmafp_first_map;
struct dmafp_op_type;

/**
 * dmafp_race_run() - map, all at once, look where the mappings lead, unmap
 * @bound: the device, entered
 * @op: what maps
 * @arg: in: cell and nr_racers; out: failed, wrong, map_ticks, unmap_ticks
 * @cpus: the CPU of each racer; one may come twice
 *
 * Return: 0, also if maps failed; -EINVAL for a CPU that is not online or went
 * offline; -ENODEV if the device goes away, -EINTR after a signal; -ENOMEM;
 * -EOPNOTSUPP if the op cannot be done on this device.  In each case no thread
 * is left and nothing is left mapped.
 */
int dmafp_race_run(struct dmafp_bound_device *bound,
		   const struct dmafp_op_type *op, struct dmafp_first_map *arg,
		   const u32 *cpus);

#endif /* DMAFP_RACE_H */
