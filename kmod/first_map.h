/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMAFP_FIRST_MAP_H
#define DMAFP_FIRST_MAP_H

struct dmafp_bound_device;
struct dmafp_first_map;

/**
 * dmafp_first_map() - one map and unmap that may attach the device
 * @bound: the device, entered
 * @arg: in: flags and cell; out: what happened
 *
 * Return: 0; -EINVAL, -EOPNOTSUPP or -ENOMEM, see dmafp_op_find(),
 * dmafp_op_prepare() and dmafp_probe_create(); -EINVAL also for an op without
 * DMAFP_OP_ON_PATH; -EIO if the map failed or a call escaped the probes.
 */
int dmafp_first_map(struct dmafp_bound_device *bound,
		    struct dmafp_first_map *arg);

#endif /* DMAFP_FIRST_MAP_H */
