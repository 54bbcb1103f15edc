/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What another kernel needs to get at a disk. */
#ifndef DMAFP_CAMPAIGN_DISK_DRIVERS_H
#define DMAFP_CAMPAIGN_DISK_DRIVERS_H

#include <sys/types.h>

#include "run/value.h"

/**
 * dmafp_disk_drivers() - the modules of a block device's drivers, and of all above it
 * @sysfs: where sysfs is mounted
 * @dev: a disk or a partition
 * @name: out: of its node, "nvme0n1p2"; free() it
 * @modules: out: their names are appended, the disk's own driver first; those that are
 *	built in have none
 *
 * Of an NVMe namespace with native multipath they are those of its paths.
 *
 * Return: NULL, or what it is that another kernel cannot get at without more than drivers.
 */
const char *dmafp_disk_drivers(const char *sysfs, dev_t dev, char **name,
			       struct dmafp_names *modules);

#endif /* DMAFP_CAMPAIGN_DISK_DRIVERS_H */
