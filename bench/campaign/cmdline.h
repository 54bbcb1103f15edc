/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel command lines of a campaign's boots. */
#ifndef DMAFP_CAMPAIGN_CMDLINE_H
#define DMAFP_CAMPAIGN_CMDLINE_H

#include "campaign/machine.h"
#include "campaign/plan.h"

/* In the boot loader's menu: this boot goes on with no campaign; known to the unit */
#define DMAFP_CMDLINE_OFF "dmafp.campaign="

/**
 * dmafp_cmdline_clean() - what of a running kernel's command line is for all arms
 * @running: as in /proc/cmdline
 *
 * Without what the boot loader and kexec add (BOOT_IMAGE=, initrd=), what makes mode
 * keyed or kdump (elfcorehdr=), what keeps campaigns off, and what is behind "--".
 *
 * Return: free() it.
 */
char *dmafp_cmdline_clean(const char *running);

/** dmafp_cmdline_has() - does it set that option, as in "panic="? */
int dmafp_cmdline_has(const char *cmdline, const char *option);

/**
 * dmafp_cmdline_arm() - of the boot of an attempt at a turn
 *
 * A panic reboots, unless the campaign's command line says otherwise.
 *
 * Return: free() it.
 */
char *dmafp_cmdline_arm(const struct dmafp_campaign *campaign,
			const struct dmafp_campaign_turn *turn, uint32_t attempt);

/**
 * dmafp_cmdline_capture() - of the capture kernel that it crashes into: one CPU, and
 * this program as PID 1, see campaign/capture.h
 *
 * It has the memory that crashkernel= reserved: without what takes much of it, or
 * lays out memory that it has not.
 *
 * Return: free() it.
 */
char *dmafp_cmdline_capture(const struct dmafp_campaign *campaign,
			    const struct dmafp_campaign_turn *turn, uint32_t attempt);

/** dmafp_cmdline_here() - what a boot is for, from its command line */
void dmafp_cmdline_here(const char *cmdline, struct dmafp_here *here);

/** dmafp_cmdline_here_now() - what this one is for */
void dmafp_cmdline_here_now(struct dmafp_here *here);

#endif /* DMAFP_CAMPAIGN_CMDLINE_H */
