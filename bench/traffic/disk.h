/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block devices of a PCI device, and whether traffic may go to them.
 *
 * Nothing in here opens one for writing.
 */
#ifndef DMAFP_TRAFFIC_DISK_H
#define DMAFP_TRAFFIC_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "traffic/fio_job.h"
#include "traffic/traffic.h"
#include "use/block.h"

/**
 * struct dmafp_disk - a block device, such as a namespace of an NVMe controller
 * @name: in sysfs, "nvme0n1"
 * @node: "/dev/nvme0n1"
 * @dev: "259:0"
 * @bytes: how many it holds
 * @block: bytes of its logical block
 * @read_only: it takes no writes
 * @other_path: another controller's way to the same namespace, "" if there is none
 * @in_use: by whom, once it was claimed: "mounted on /home", "" if nobody uses it
 * @content: what it holds, once it was claimed: "an ext4 file system", "" if nothing
 *	is known of any
 * @fd: while it is claimed, else -1
 */
struct dmafp_disk {
	char name[256], node[DMAFP_BLOCK_NODE], dev[32];
	uint64_t bytes;
	uint32_t block;
	bool read_only;
	char other_path[256], in_use[1024], content[512];
	int fd;
};

/** struct dmafp_disk_list - block devices in the order of their names */
struct dmafp_disk_list {
	struct dmafp_disk *items;
	size_t nr;
};

/**
 * dmafp_disk_find() - the block devices that a PCI device has
 * @traffic: sysfs, the disk that the user named, and when to stop
 * @pci: the device's address; its driver is bound to it
 * @wait_ms: how long to wait for the first one, or for the one that was named, to
 *	appear
 * @list: out: at least one; release it with dmafp_disk_list_release()
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_disk_find(const struct dmafp_traffic *traffic, const char *pci,
		    unsigned int wait_ms, struct dmafp_disk_list *list,
		    struct dmafp_err *err);

/** dmafp_disk_list_release() - release claims and memory */
void dmafp_disk_list_release(struct dmafp_disk_list *list);

/** dmafp_disk_named() - is it the one that the user named, by whatever name? */
bool dmafp_disk_named(const struct dmafp_traffic *traffic, const struct dmafp_disk *disk);

/** dmafp_disk_pick() - the one that the user named, if it is in the list, else the first */
struct dmafp_disk *dmafp_disk_pick(const struct dmafp_traffic *traffic,
				   struct dmafp_disk_list *list);

/**
 * dmafp_disk_check() - may traffic go to it? If so, it is claimed
 * @traffic: sysfs, procfs, what is allowed
 * @disk: claimed until dmafp_disk_release(): nobody can mount it in the meantime
 * @err: filled on failure: what speaks against it, and how to allow it
 *
 * What is in use or holds something is refused, unless @traffic->use_anyway says
 * to use it anyway, which is noted.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_disk_check(const struct dmafp_traffic *traffic, struct dmafp_disk *disk,
		     struct dmafp_err *err);

/**
 * dmafp_disk_check_job() - may this job go to it?
 * @disk: dmafp_disk_check() had nothing against it
 *
 * A job that writes needs @traffic->destroy, and the disk to be the one that the
 * user named; and never writes to one that is in use.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_disk_check_job(const struct dmafp_traffic *traffic, const struct dmafp_disk *disk,
			 const struct dmafp_fio_job *job, struct dmafp_err *err);

/** dmafp_disk_there() - is it still known to sysfs? */
bool dmafp_disk_there(const struct dmafp_traffic *traffic, const struct dmafp_disk *disk);

/** dmafp_disk_release() - end the claim; none is fine */
void dmafp_disk_release(struct dmafp_disk *disk);

#endif /* DMAFP_TRAFFIC_DISK_H */
