/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMAFP_CALIBRATE_H
#define DMAFP_CALIBRATE_H

struct dmafp_calibration;

/**
 * dmafp_calibrate() - read known runs of instructions
 * @arg: in: repeats; out: the rest
 *
 * Return: 0, -EINVAL for a field out of range, -EINTR after a signal.
 */
int dmafp_calibrate(struct dmafp_calibration *arg);

#endif /* DMAFP_CALIBRATE_H */
