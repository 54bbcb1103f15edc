/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The filesystem that a campaign's folder is on, and how another kernel gets at it. */
#ifndef DMAFP_CAMPAIGN_STORAGE_H
#define DMAFP_CAMPAIGN_STORAGE_H

#include <sys/types.h>

#include <jansson.h>

#include "base/err.h"
#include "base/module_list.h"

/**
 * struct dmafp_storage - one filesystem on one block device
 * @node: "/dev/vda1"
 * @uuid: of the filesystem
 * @type: "ext4"
 * @path: the folder, from the filesystem's root
 * @modules: that were loaded for it and for a watchdog
 */
struct dmafp_storage {
	char *node, *uuid, *type, *path;
	struct dmafp_module_list modules;
};

/**
 * dmafp_storage_find() - find out about a folder of this machine
 * @storage: filled; end with dmafp_storage_free(), also after a failure
 * @dir: the folder, or a link to it
 * @err: filled on failure: DMAFP_EXIT_DEVICE where the capture kernel could not get at it:
 *	a volume of LVM, RAID or LUKS, a network's, or one in memory
 *
 * Return: 0, or a negative errno.
 */
int dmafp_storage_find(struct dmafp_storage *storage, const char *dir,
		       struct dmafp_err *err);

/**
 * dmafp_storage_place() - type and path alone
 * @storage: gets them
 * @mountinfo: /proc/self/mountinfo
 * @dir: the folder, or a link to it
 * @dev: that it is on
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_storage_place(struct dmafp_storage *storage, const char *mountinfo,
			const char *dir, dev_t dev, struct dmafp_err *err);

/** dmafp_storage_json() - for the capture kernel: uuid, type and path */
json_t *dmafp_storage_json(const struct dmafp_storage *storage);

/**
 * dmafp_storage_mount() - there, by what dmafp_storage_json() said
 * @json: of the storage
 * @at: folder to mount it on
 * @dir: out: the campaign's folder there; free() it
 * @err: filled on failure
 *
 * Waits for the disk to appear, for half a minute.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_storage_mount(const json_t *json, const char *at, char **dir,
			struct dmafp_err *err);

/** dmafp_storage_free() - release what it holds */
void dmafp_storage_free(struct dmafp_storage *storage);

#endif /* DMAFP_CAMPAIGN_STORAGE_H */
