/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMAFP_COUNT_H
#define DMAFP_COUNT_H

struct dmafp_bound_device;
struct dmafp_count;

/**
 * dmafp_count_calls() - count probed calls per map and unmap
 * @bound: the device, entered
 * @arg: in: the cell and how often; out: the counts
 *
 * Return: 0; -EINVAL, -EOPNOTSUPP or -ENOMEM, see dmafp_op_find(),
 * dmafp_op_prepare() and dmafp_probe_create(); -EIO if a map failed or a call
 * escaped the probes; -EINTR after a signal; -ENODEV if the device goes away.
 */
int dmafp_count_calls(struct dmafp_bound_device *bound,
		      struct dmafp_count *arg);

#endif /* DMAFP_COUNT_H */
