/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's initramfs: this program as PID 1, the module, and the task. */
#ifndef DMAFP_LAB_IMAGE_H
#define DMAFP_LAB_IMAGE_H

#include "base/file.h"
#include "base/proc.h"

/* Names inside the guest */
#define DMAFP_GUEST_MODULE	"/dmafp.ko"
#define DMAFP_GUEST_PROFILE	"/profile.ini"
#define DMAFP_GUEST_CONTEXT	"/context.json"
#define DMAFP_GUEST_KERNEL	"/capture/bzImage"
#define DMAFP_GUEST_INITRD	"/capture/initrd"
#define DMAFP_GUEST_CMDLINE	"/capture/cmdline"
#define DMAFP_GUEST_DRIVERS	"/drivers"
#define DMAFP_GUEST_HERE	"/mnt" /* the guest's root, also where the host's is its root */
#define DMAFP_GUEST_JOBS	"/jobs"

/**
 * struct dmafp_image - what goes into an initramfs
 * @module: dmafp.ko
 * @profile: text of the profile
 * @context: text of the context (see `dmafp run --context`)
 * @drivers: modules of drivers, NULL-terminated; NULL: none
 * @jobs: folder of fio's job files, NULL: none
 * @capture_kernel: bzImage to crash into, NULL: none
 * @capture_initrd: its initramfs
 * @capture_cmdline: text of its command line
 */
struct dmafp_image {
	const char *module;
	const char *profile;
	const char *context;
	const char *const *drivers;
	const char *jobs;
	const char *capture_kernel;
	const char *capture_initrd;
	const char *capture_cmdline;
};

/**
 * dmafp_image_write() - pack an initramfs
 * @image: what goes in
 * @path: the file; a folder PATH.d is used on the way and removed
 * @tick: see dmafp_proc_run()
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_image_write(const struct dmafp_image *image, const char *path,
		      const struct dmafp_proc_tick *tick, struct dmafp_err *err);

#endif /* DMAFP_LAB_IMAGE_H */
