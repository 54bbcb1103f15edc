/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMAFP_CALIBRATE_H
#define DMAFP_CALIBRATE_H

#include <linux/types.h>

struct dmafp_calibration;

/**
 * dmafp_calibrate() - read known runs of instructions
 * @arg: in: repeats; out: the rest
 *
 * Return: 0, -EINVAL for a field out of range, -EINTR after a signal.
 */
int dmafp_calibrate(struct dmafp_calibration *arg);

/**
 * dmafp_calibrate_khz() - ticks of a millisecond
 *
 * Return: what the kernel says; where it does not know, what a short wait shows.
 */
u32 dmafp_calibrate_khz(void);

#endif /* DMAFP_CALIBRATE_H */
