/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One arm of a campaign: as it was asked for, whether it can be booted, and its files. */
#ifndef DMAFP_CAMPAIGN_ARM_H
#define DMAFP_CAMPAIGN_ARM_H

#include "campaign/plan.h"

/**
 * dmafp_campaign_arm_parse() - read what --arm says
 * @arm: filled, also in part after a failure
 * @text: "NAME=RELEASE" of an installed kernel, or "NAME=IMAGE", then ",initrd=FILE",
 *	",module=FILE", ",patch=FILE" and, last, ",append=OPTIONS"
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_campaign_arm_parse(struct dmafp_campaign_arm *arm, const char *text,
			     struct dmafp_err *err);

/**
 * dmafp_campaign_arm_check() - could it be booted, and measured with its module?
 * @campaign: the arm's
 * @arm: as parsed
 * @config: out: the configuration of its kernel, to be free()d; NULL where it is not known
 * @err: filled where it could not
 *
 * Return: 0, or a negative errno.
 */
int dmafp_campaign_arm_check(const struct dmafp_campaign *campaign,
			     const struct dmafp_campaign_arm *arm, char **config,
			     struct dmafp_err *err);

/**
 * dmafp_campaign_arm_check_files() - are its kernel and module those that were measured?
 * @campaign: the arm's, whose arms/NAME.sha256 has what they were
 * @arm: the arm, before it is booted
 * @err: filled where they are not
 *
 * A kernel that is rebuilt amid a campaign would be two arms in one.  As long as no boot
 * of it was measured they may change, so that one that does not come up can be mended.
 * Not looked at are the initramfs, which distributions make anew whenever a package wants
 * it, and a module that modprobe finds.
 *
 * Return: 0; -ESTALE where one has changed; another negative errno.
 */
int dmafp_campaign_arm_check_files(const struct dmafp_campaign *campaign,
				   const struct dmafp_campaign_arm *arm,
				   struct dmafp_err *err);

#endif /* DMAFP_CAMPAIGN_ARM_H */
