/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder as an initramfs. */
#ifndef DMAFP_BASE_INITRAMFS_H
#define DMAFP_BASE_INITRAMFS_H

#include "base/proc.h"

/**
 * dmafp_initramfs_pack() - pack a folder
 * @dir: what becomes the root
 * @path: absolute; the file
 * @tick: see dmafp_proc_run()
 * @err: filled on failure: DMAFP_EXIT_MISSING without sh or cpio, DMAFP_EXIT_IO
 *
 * The same content makes the same bytes.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_initramfs_pack(const char *dir, const char *path, const struct dmafp_proc_tick *tick,
			 struct dmafp_err *err);

#endif /* DMAFP_BASE_INITRAMFS_H */
