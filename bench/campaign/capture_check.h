/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Beforehand: what would come of a crash?  See campaign/capture.h. */
#ifndef DMAFP_CAMPAIGN_CAPTURE_CHECK_H
#define DMAFP_CAMPAIGN_CAPTURE_CHECK_H

#include "base/err.h"
#include "run/profile.h"

/**
 * dmafp_capture_check_module() - can the installed dmafp.ko of a kernel be packed?
 * @release: of the kernel, which has one
 * @err: filled where not: what unpacks it may be missing
 *
 * Return: 0, or a negative errno.
 */
int dmafp_capture_check_module(const char *release, struct dmafp_err *err);

/**
 * dmafp_capture_check_driver() - can a device be kept from its driver?
 * @sysfs: where sysfs is mounted
 * @release: of a kernel
 * @pci: address of the device
 * @err: filled where not: one that is built in has it before there is a program, and
 *	makes the first map
 *
 * Return: 0, also where modprobe does not know; or a negative errno.
 */
int dmafp_capture_check_driver(const char *sysfs, const char *release, const char *pci,
			       struct dmafp_err *err);

/**
 * dmafp_capture_check_profile() - is there all that it measures with?
 * @profile: the profile; its run.cpus may be any, see dmafp_capture_sets()
 * @err: filled where not: there is one CPU, no fio, and no driver but the disk's
 *
 * Return: 0, or a negative errno.
 */
int dmafp_capture_check_profile(const struct dmafp_profile *profile, struct dmafp_err *err);

/**
 * dmafp_capture_sets() - what is set over a profile there
 *
 * Its only CPU is number 0, whichever one of the machine that is; arms are compared
 * within a mode.
 */
struct dmafp_sets dmafp_capture_sets(const struct dmafp_profile *profile);

#endif /* DMAFP_CAMPAIGN_CAPTURE_CHECK_H */
