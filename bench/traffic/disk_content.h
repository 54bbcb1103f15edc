/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a block device holds. */
#ifndef DMAFP_TRAFFIC_DISK_CONTENT_H
#define DMAFP_TRAFFIC_DISK_CONTENT_H

#include "traffic/disk.h"

/**
 * dmafp_disk_content_find() - what it holds
 * @disk: open; @disk->content is set: partitions that the kernel knows, and
 *	signatures that libblkid knows
 *
 * Return: 0, or a negative errno where it cannot be read.
 */
int dmafp_disk_content_find(const struct dmafp_traffic *traffic, struct dmafp_disk *disk,
			    struct dmafp_err *err);

#endif /* DMAFP_TRAFFIC_DISK_CONTENT_H */
