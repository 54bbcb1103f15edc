/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ways from one kernel into another: each a row in reboot.c. */
#ifndef DMAFP_CAMPAIGN_REBOOT_H
#define DMAFP_CAMPAIGN_REBOOT_H

#include "base/err.h"
#include "campaign/plan.h"

/**
 * struct dmafp_reboot - one way
 * @name: of --reboot
 * @check: could it boot that kernel, with a command line like that? Leaves nothing behind
 * @go: make the next boot that one, and only that, and reboot; returns 0 once it is under
 *	way
 * @restore: take back whatever @go left; also where it left nothing
 *
 * All return 0 or a negative errno.
 */
struct dmafp_reboot {
	const char *name;
	int (*check)(const struct dmafp_campaign_arm *arm, const char *cmdline,
		     struct dmafp_err *err);
	int (*go)(const struct dmafp_campaign_arm *arm, const char *cmdline,
		  struct dmafp_err *err);
	int (*restore)(struct dmafp_err *err);
};

extern const struct dmafp_reboot dmafp_reboot_kexec;
extern const struct dmafp_reboot dmafp_reboot_grub;

extern const char *const dmafp_reboot_names[]; /* NULL-terminated */

/** dmafp_reboot_find() - the way of that name, NULL if there is none */
const struct dmafp_reboot *dmafp_reboot_find(const char *name);

/**
 * dmafp_reboot_now() - an orderly reboot, by the init system
 * @kexec: into the kernel that was loaded; else into the one that the machine boots by
 *	itself
 *
 * Return: 0 once it is under way, or a negative errno.
 */
int dmafp_reboot_now(int kexec, struct dmafp_err *err);

#endif /* DMAFP_CAMPAIGN_REBOOT_H */
