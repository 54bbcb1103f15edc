/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's root in the guest: its own fio and perf, read-only, over 9p. */
#ifndef DMAFP_GUEST_HOST_H
#define DMAFP_GUEST_HOST_H

#include "base/err.h"
#include "lab/image.h"

#define DMAFP_HOST_HERE DMAFP_GUEST_HERE /* where the guest's own root is in there */
#define DMAFP_HOST_WORK "/run/dmafp" /* a folder to write to, of the guest's memory */

/**
 * dmafp_host_enter() - make the host's root this process's root
 *
 * The guest's own devices, /proc and /sys are there, and a /run of its own;
 * nothing of the host can be written.  There is no way back: for a child.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_host_enter(struct dmafp_err *err);

#endif /* DMAFP_GUEST_HOST_H */
