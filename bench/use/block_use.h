/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who uses a block device. */
#ifndef DMAFP_USE_BLOCK_USE_H
#define DMAFP_USE_BLOCK_USE_H

#include <stddef.h>

#include "base/err.h"

/**
 * dmafp_block_use_find() - what sysfs and procfs know of who uses it
 * @sysfs: where sysfs is mounted
 * @procfs: where procfs is mounted
 * @name: in sysfs, "nvme0n1"
 * @node: "/dev/nvme0n1"
 * @use: out: "mounted on /home", "swap space", "part of dm-0, which is mounted on /";
 *	also of its partitions; "" if nobody uses it
 * @size: bytes of @use
 * @err: filled on failure
 *
 * Block devices that are made of it are followed up to what is mounted.  What
 * another mount namespace has is not seen: who opens the node with O_EXCL, sees it.
 *
 * Return: 0, or a negative errno where it cannot be known.
 */
int dmafp_block_use_find(const char *sysfs, const char *procfs, const char *name,
			 const char *node, char *use, size_t size, struct dmafp_err *err);

#endif /* DMAFP_USE_BLOCK_USE_H */
