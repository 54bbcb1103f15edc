/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel image, before it is booted. */
#ifndef DMAFP_CAMPAIGN_KERNEL_IMAGE_H
#define DMAFP_CAMPAIGN_KERNEL_IMAGE_H

#include "base/err.h"

/**
 * dmafp_kernel_image_release() - release of an x86 bzImage
 *
 * Documentation/arch/x86/boot.rst: "HdrS" at 0x202, kernel_version at 0x20e
 *
 * Return: "6.12.10-amd64", free() it; NULL with the error filled.
 */
char *dmafp_kernel_image_release(const char *path, struct dmafp_err *err);

/**
 * dmafp_kernel_image_takes() - was a module built for the kernel of that release?
 * @module: dmafp.ko
 * @release: of the kernel
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_kernel_image_takes(const char *module, const char *release,
			     struct dmafp_err *err);

#endif /* DMAFP_CAMPAIGN_KERNEL_IMAGE_H */
