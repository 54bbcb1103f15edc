/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Block devices by their names in sysfs: of which PCI device, and their partitions. */
#ifndef DMAFP_USE_BLOCK_H
#define DMAFP_USE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "run/value.h"

#define DMAFP_BLOCK_NODE 272 /* bytes of "/dev/NAME" */

/** dmafp_block_is_below() - is the block device, however far, below the PCI device? */
bool dmafp_block_is_below(const char *sysfs, const char *name, const char *pci);

/**
 * dmafp_block_head() - the namespace that a path of native NVMe multipath leads to
 * @name: "nvme1c0n2", hidden, is the way of controller 0
 * @head: out: "nvme1n2", which is below no controller
 *
 * Return: is @name one?
 */
bool dmafp_block_head(const char *name, char head[64]);

/** dmafp_block_node() - its node, "/dev/NAME" */
void dmafp_block_node(const char *name, char node[DMAFP_BLOCK_NODE]);

/** dmafp_block_partitions() - append the names of its partitions, in their order */
void dmafp_block_partitions(const char *sysfs, const char *name, struct dmafp_names *names);

/**
 * dmafp_block_list() - append the names of what a PCI device has, sorted
 *
 * Of a path of NVMe multipath it is the namespace that it leads to.
 */
void dmafp_block_list(const char *sysfs, const char *pci, struct dmafp_names *names);

#endif /* DMAFP_USE_BLOCK_H */
