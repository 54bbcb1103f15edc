/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capture kernel's half of a campaign: an initramfs of our own, with this program as
 * PID 1.  It keeps the devices from all drivers, loads those of the disk and of the
 * watchdog, measures, writes to the disk, and reboots.
 */
#ifndef DMAFP_CAMPAIGN_CAPTURE_H
#define DMAFP_CAMPAIGN_CAPTURE_H

#include "base/module_list.h"
#include "campaign/machine.h"
#include "campaign/plan.h"

/* Names in that initramfs */
#define DMAFP_CAPTURE_MODULE   "/dmafp.ko"
#define DMAFP_CAPTURE_PROFILE  "/profile.ini"
#define DMAFP_CAPTURE_CONTEXT  "/context.json"
#define DMAFP_CAPTURE_CAMPAIGN "/campaign" /* a folder with a copy of campaign.json */
#define DMAFP_CAPTURE_STORAGE  "/storage.json"
#define DMAFP_CAPTURE_MODULES  "/modules" /* 00-NAME.ko, 01-NAME.ko, ...: unpacked */
#define DMAFP_CAPTURE_RESULTS  "/results"
#define DMAFP_CAPTURE_STATE    "/state"
#define DMAFP_CAPTURE_TUNED    "/tuned" /* how it was before it was tuned; lost with it */

/**
 * dmafp_capture_find_module() - the installed dmafp.ko of a kernel
 * @release: of the kernel
 * @err: filled on failure
 *
 * Return: its path, compressed or not, to free(); NULL on failure.
 */
char *dmafp_capture_find_module(const char *release, struct dmafp_err *err);

/**
 * dmafp_capture_pack() - write the initramfs, for the kernel that runs now
 * @campaign: the campaign
 * @module: dmafp.ko, compressed or not
 * @context: file for dmafp run's --context
 * @path: the file
 * @err: filled on failure
 *
 * What the disk needs is found out from the running kernel, which is the arm's own.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_capture_pack(const struct dmafp_campaign *campaign, const char *module,
		       const char *context, const char *path, struct dmafp_err *err);

/**
 * dmafp_capture_put_modules() - the disk's and the watchdog's alone
 * @root: of the initramfs, with its folders
 * @modules: of the kernel that runs now
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_capture_put_modules(const char *root, const struct dmafp_module_list *modules,
			      struct dmafp_err *err);

/**
 * dmafp_capture_run() - PID 1 there: measure, write, and leave the rest to a reboot
 * @err: filled on failure, which is also on the disk if that could be reached
 *
 * Return: 0, or a negative errno.
 */
int dmafp_capture_run(struct dmafp_err *err);

#endif /* DMAFP_CAMPAIGN_CAPTURE_H */
