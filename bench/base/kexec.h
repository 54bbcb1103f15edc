/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a running kernel into another one: by kexec, or by a real crash. */
#ifndef DMAFP_BASE_KEXEC_H
#define DMAFP_BASE_KEXEC_H

#include <stdbool.h>

#include "base/err.h"

/**
 * dmafp_kexec_load() - load a kernel
 * @kernel: bzImage
 * @initrd: its initramfs, NULL: none
 * @cmdline: its command line; to the capture kernel's, the kernel adds elfcorehdr=
 * @on_crash: it is the capture kernel, for the memory that crashkernel= reserved
 * @err: filled on failure: DMAFP_EXIT_PERMISSION, where signatures are asked for too
 *
 * Return: 0, or a negative errno.
 */
int dmafp_kexec_load(const char *kernel, const char *initrd, const char *cmdline, bool on_crash,
		     struct dmafp_err *err);

/** dmafp_kexec_unload() - forget the one that was loaded; none is fine */
void dmafp_kexec_unload(bool on_crash);

/**
 * dmafp_kexec_crash() - sysrq-c
 *
 * Return: only if it failed, a negative errno.
 */
int dmafp_kexec_crash(struct dmafp_err *err);

#endif /* DMAFP_BASE_KEXEC_H */
