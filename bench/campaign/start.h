/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A campaign is composed and checked before anything is changed. */
#ifndef DMAFP_CAMPAIGN_START_H
#define DMAFP_CAMPAIGN_START_H

#include <stdio.h>

#include "campaign/plan.h"
#include "run/profile.h"

/**
 * struct dmafp_campaign_wish - what was asked for; NULL and 0 are defaults
 * @dir: its folder
 * @arms: "NAME=RELEASE" of an installed kernel, or "NAME=IMAGE", then ",initrd=FILE",
 *	",module=FILE", ",patch=FILE" and, last, ",append=OPTIONS"
 * @nr_arms: how many
 * @plain: modes; @keyed and @kdump likewise
 * @profile: name or path; @sets: over it
 * @devices: PCI addresses; none: those of the profile's classes that are free
 * @nr_devices: how many
 * @context: file, see `dmafp run --context`
 * @cmdline: of all arms; NULL: the running kernel's
 * @force: whatever the arms' configurations are
 *
 * The rest as in struct dmafp_campaign.
 */
struct dmafp_campaign_wish {
	const char *dir;
	const char *const *arms;
	size_t nr_arms;
	bool plain, keyed, kdump;
	const char *profile;
	struct dmafp_sets sets;
	const char *const *devices;
	size_t nr_devices;
	const char *context;
	const char *cmdline;
	const char *crashkernel;
	const char *reboot;
	unsigned int boots, failures, boot_limit, run_limit;
	unsigned long seed; /* 0: drawn */
	bool fixed, tune, force;
	const char *disk;
	bool destroy;
};

/**
 * struct dmafp_campaign_draft - one that is checked, and not yet written
 * @campaign: the plan
 * @profile: text of its profile
 * @context: text of its context file, NULL: none
 */
struct dmafp_campaign_draft {
	struct dmafp_campaign campaign;
	char *profile;
	char *context;
};

/**
 * dmafp_campaign_draft() - compose it and see whether it could run
 * @draft: filled; end with dmafp_campaign_draft_free(), also after a failure
 * @wish: what was asked for
 * @err: filled on failure: what cannot be, and what to do
 *
 * Each arm's kernel is loaded by kexec once, and forgotten, where that is how it will be
 * booted; its module is compared with it. Nothing is written.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_campaign_draft(struct dmafp_campaign_draft *draft,
			 const struct dmafp_campaign_wish *wish, struct dmafp_err *err);

/** dmafp_campaign_draft_print() - what it will do to this machine, in plain words */
void dmafp_campaign_draft_print(const struct dmafp_campaign_draft *draft, FILE *out);

/**
 * dmafp_campaign_draft_write() - from then on there is a campaign
 *
 * Return: 0, or a negative errno.
 */
int dmafp_campaign_draft_write(const struct dmafp_campaign_draft *draft,
			       struct dmafp_err *err);

/** dmafp_campaign_draft_free() - release what it holds */
void dmafp_campaign_draft_free(struct dmafp_campaign_draft *draft);

#endif /* DMAFP_CAMPAIGN_START_H */
