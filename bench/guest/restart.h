/* SPDX-License-Identifier: GPL-2.0-or-later */
/* This program, once more, on a machine that can be looked at. */
#ifndef DMAFP_GUEST_RESTART_H
#define DMAFP_GUEST_RESTART_H

#include "base/err.h"

/**
 * dmafp_restart_once() - start this program again with the same arguments
 *
 * PID 1 begins without /proc and /sys, and it is before main() that libnuma looks there
 * for nodes, once.  To be called when they are mounted.
 *
 * Return: 0 in the program started again, or a negative errno.
 */
int dmafp_restart_once(struct dmafp_err *err);

#endif /* DMAFP_GUEST_RESTART_H */
