/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a running kernel into its capture kernel, by a real crash. */
#ifndef DMAFP_GUEST_CRASH_H
#define DMAFP_GUEST_CRASH_H

#include "base/err.h"

/**
 * dmafp_crash_load() - load the capture kernel into the reserved memory
 * @kernel: bzImage
 * @initrd: its initramfs
 * @cmdline: its command line; the kernel adds elfcorehdr= by itself
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_crash_load(const char *kernel, const char *initrd, const char *cmdline,
		     struct dmafp_err *err);

/**
 * dmafp_crash_now() - sysrq-c
 *
 * Return: only if it failed, a negative errno.
 */
int dmafp_crash_now(struct dmafp_err *err);

#endif /* DMAFP_GUEST_CRASH_H */
