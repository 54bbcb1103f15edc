/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A campaign as it was asked for: campaign.json in its folder, written once.
 *
 * What has been done of it is in campaign/state.h.
 */
#ifndef DMAFP_CAMPAIGN_PLAN_H
#define DMAFP_CAMPAIGN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"

#define DMAFP_CAMPAIGN_DIR "/var/lib/dmafp/campaign"

/** struct dmafp_campaign_arm - one kernel; paths are absolute, NULL where there is none */
struct dmafp_campaign_arm {
	char *name;
	char *kernel;
	char *initrd;
	char *module; /* dmafp.ko; NULL: modprobe finds it */
	char *append; /* more of the command line */
	char *patch;  /* base name of the patch that makes it; for the report */
	char *patch_sha256;
};

/** enum dmafp_boot_kind - what a boot of an arm is for */
enum dmafp_boot_kind {
	DMAFP_BOOT_PLAIN, /* an ordinary one */
	DMAFP_BOOT_KEYED, /* with elfcorehdr= on the command line */
	DMAFP_BOOT_KDUMP, /* an ordinary one, then a crash into the capture kernel */
};

/**
 * struct dmafp_campaign_turn - one boot to be measured
 * @arm: index
 * @kind: what for
 * @boot: which of the arm's boots of that kind it is, from 1: the replicate
 * @name: "007-patched-keyed-2", the name of its folder of results
 */
struct dmafp_campaign_turn {
	uint32_t arm;
	enum dmafp_boot_kind kind;
	uint32_t boot;
	char *name;
};

/**
 * struct dmafp_campaign - the plan
 * @dir: its folder, absolute; not in the file
 * @id: eight hex digits, that tell its boots from those of another campaign
 * @seed: of the order
 * @boots: of each arm and kind, at most
 * @failures: so many attempts at one turn end the campaign
 * @plain: mode plain is measured; @keyed and @kdump likewise
 * @fixed: all boots are made, however clear the verdict
 * @tune: the machine is tuned while it measures
 * @reboot: how: "kexec" or "grub"
 * @command: that begins such a campaign, for the report
 * @cmdline: of all arms
 * @crashkernel: memory for the capture kernel, as the kernel's option has it
 * @boot_limit: seconds that a boot may take, by the watchdog
 * @run_limit: seconds that measuring may take
 * @disk: what fio may use, NULL: nothing; @destroy: it may be written to
 * @devices: PCI addresses
 * @arms: base first
 * @turns: in order
 */
struct dmafp_campaign {
	char *dir;
	char *id;
	uint64_t seed;
	uint32_t boots, failures;
	bool plain, keyed, kdump;
	bool fixed, tune;
	char *reboot;
	char *command;
	char *cmdline;
	char *crashkernel;
	uint32_t boot_limit, run_limit;
	char *disk;
	bool destroy;
	char **devices;
	size_t nr_devices;
	struct dmafp_campaign_arm *arms;
	size_t nr_arms;
	struct dmafp_campaign_turn *turns;
	size_t nr_turns;
};

/** dmafp_boot_kind_name() - "plain", "keyed" or "kdump" */
const char *dmafp_boot_kind_name(enum dmafp_boot_kind kind);

/** dmafp_campaign_kinds() - boots that an arm needs for one replicate in all modes */
size_t dmafp_campaign_kinds(const struct dmafp_campaign *campaign);

/** dmafp_campaign_order() - fill @turns by the arms, modes, boots and the seed */
void dmafp_campaign_order(struct dmafp_campaign *campaign);

/**
 * dmafp_campaign_write() - write campaign.json into its folder: from then on there is one
 *
 * Return: 0, or a negative errno.
 */
int dmafp_campaign_write(const struct dmafp_campaign *campaign, struct dmafp_err *err);

/**
 * dmafp_campaign_read() - read it
 * @campaign: filled; end with dmafp_campaign_free(), also after a failure
 * @dir: its folder
 * @err: filled on failure: DMAFP_EXIT_NO_INPUT where there is no campaign
 *
 * Return: 0, or a negative errno.
 */
int dmafp_campaign_read(struct dmafp_campaign *campaign, const char *dir,
			struct dmafp_err *err);

/** dmafp_campaign_free() - release what it holds */
void dmafp_campaign_free(struct dmafp_campaign *campaign);

/** dmafp_campaign_path() - a file of its folder, printf-like; free() it */
char *dmafp_campaign_path(const struct dmafp_campaign *campaign, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* DMAFP_CAMPAIGN_PLAN_H */
