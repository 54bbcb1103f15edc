/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the arms' kernels are configured: asked before days are spent on booting them. */
#ifndef DMAFP_CAMPAIGN_KERNEL_CONFIG_H
#define DMAFP_CAMPAIGN_KERNEL_CONFIG_H

#include "base/err.h"
#include "campaign/plan.h"

/**
 * dmafp_kernel_config_of() - the configuration that an image was built with
 * @kernel: path of the image
 * @release: its release
 *
 * config-RELEASE or config in the image's folder, or /boot/config-RELEASE.
 *
 * Return: its text, free() it; NULL if there is none.
 */
char *dmafp_kernel_config_of(const char *kernel, const char *release);

/**
 * dmafp_kernel_configs_check() - can arms be booted and compared with such configurations?
 * @campaign: with its arms and its modes
 * @texts: of each arm; NULL: not known, and nothing is said of it
 * @err: filled on failure: all that is wrong, and where
 *
 * An arm needs KPROBES, CRASH_DUMP in modes keyed and kdump (is_kdump_kernel() of
 * include/linux/crash_dump.h is false without), KEXEC_FILE to load the next kernel, and
 * to crash MAGIC_SYSRQ, RELOCATABLE and BLK_DEV_INITRD.  None may have what invalidates a
 * measurement, and all must have what must match, as the report will judge them: see
 * analysis/kernel_option.h.
 *
 * Return: 0, or -EINVAL.
 */
int dmafp_kernel_configs_check(const struct dmafp_campaign *campaign,
			       const char *const *texts, struct dmafp_err *err);

#endif /* DMAFP_CAMPAIGN_KERNEL_CONFIG_H */
