// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "campaign/cmdline.h"
#include "run/provenance.h"

#define TOKEN DMAFP_PROVENANCE_TURN

/* As kdump has it: devices that were at work raise interrupts that nobody asked for */
#define CAPTURE "nr_cpus=1 irqpoll reset_devices"

static const char *const dropped[] = {
	"BOOT_IMAGE=", "initrd=", "elfcorehdr=", TOKEN, DMAFP_CMDLINE_OFF, NULL,
};

/*
 * What the capture kernel has not, and what is too much for the memory that is reserved
 * for it: as kdump-tools and kexec-tools have it in KDUMP_COMMANDLINE_REMOVE, and what
 * lays out or limits memory, of which it has other.
 */
static const char *const not_there[] = {
	"crashkernel=",	 "root=",      "init=",	       "nr_cpus=",
	"resume=",	 "hugepages=", "hugepagesz=",  "default_hugepagesz=",
	"hugetlb_cma=",	 "cma=",       "numa_cma=",    "cma_pernuma=",
	"mem=",		 "memmap=",    "movablecore=", "kernelcore=",
	"log_buf_len=",	 "slub_debug", "slab_debug",   "irqpoll",
	"reset_devices", NULL,
};

static int begins_with_one_of(const char *word, const char *const *options)
{
	for (; *options; options++)
		if (!strncmp(word, *options, strlen(*options)))
			return 1;
	return 0;
}

/* swiotlb=SLABS,AREAS,force: the size is the memory's, whether to bounce is measured */
static const char *without_size(const char *word)
{
	static const char option[] = "swiotlb=";
	const char *last = strrchr(word, ',');

	if (strncmp(word, option, strlen(option)))
		return word;
	last = last ? last + 1 : word + strlen(option);
	if (!strcmp(last, "force"))
		return "swiotlb=force";
	return strcmp(last, "noforce") ? "" : "swiotlb=noforce";
}

typedef const char *(*change_fn)(const char *word);

/* All words but those, up to a "--"; the others as @change has them, "" drops one */
static char *without(const char *cmdline, const char *const *options, change_fn change)
{
	char *copy = strdup(cmdline), *kept = dmafp_path("%s", ""), *rest = copy, *word;

	while ((word = strsep(&rest, " \t\n")) && strcmp(word, "--")) {
		const char *changed = change ? change(word) : word;
		char *more;

		if (!*changed || begins_with_one_of(word, options))
			continue;
		more = dmafp_path("%s%s%s", kept, *kept ? " " : "", changed);
		free(kept);
		kept = more;
	}
	free(copy);
	return kept;
}

char *dmafp_cmdline_clean(const char *running)
{
	return without(running, dropped, NULL);
}

int dmafp_cmdline_has(const char *cmdline, const char *option)
{
	const char *at = cmdline;

	while ((at = strstr(at, option))) {
		if (at == cmdline || at[-1] == ' ')
			return 1;
		at++;
	}
	return 0;
}

static char *token(const struct dmafp_campaign *campaign,
		   const struct dmafp_campaign_turn *turn, uint32_t attempt)
{
	return dmafp_path(TOKEN "%s:%s:%u", campaign->id, turn->name, attempt);
}

char *dmafp_cmdline_arm(const struct dmafp_campaign *campaign,
			const struct dmafp_campaign_turn *turn, uint32_t attempt)
{
	const struct dmafp_campaign_arm *arm = &campaign->arms[turn->arm];
	char *own = dmafp_path("%s%s%s", campaign->cmdline, arm->append ? " " : "",
			       arm->append ? arm->append : "");
	char *mark = token(campaign, turn, attempt);
	char *reserve = dmafp_path(" crashkernel=%s", campaign->crashkernel);
	bool reserved =
		turn->kind != DMAFP_BOOT_KDUMP || dmafp_cmdline_has(own, "crashkernel=");
	char *line = dmafp_path(
		"%s%s%s%s %s", own, dmafp_cmdline_has(own, "panic=") ? "" : " panic=10",
		reserved ? "" : reserve,
		turn->kind == DMAFP_BOOT_KEYED ? " " DMAFP_PROVENANCE_KEYED : "", mark);

	free(reserve);
	free(mark);
	free(own);
	return line;
}

char *dmafp_cmdline_capture(const struct dmafp_campaign *campaign,
			    const struct dmafp_campaign_turn *turn, uint32_t attempt)
{
	char *arm = dmafp_cmdline_arm(campaign, turn, attempt);
	char *kept = without(arm, not_there, without_size);
	char *line = dmafp_path("%s " CAPTURE " rdinit=/init -- capture", kept);

	free(kept);
	free(arm);
	return line;
}

void dmafp_cmdline_here(const char *cmdline, struct dmafp_here *here)
{
	const char *at = strstr(cmdline, TOKEN);

	memset(here, 0, sizeof(*here));
	if (at && sscanf(at, TOKEN "%15[^: ]:%127[^: ]:%u", here->id, here->turn,
			 &here->attempt) == 3)
		return;
	memset(here, 0, sizeof(*here));
}

void dmafp_cmdline_here_now(struct dmafp_here *here)
{
	struct dmafp_err err;
	char *text = dmafp_file_read("/proc/cmdline", NULL, &err);

	dmafp_cmdline_here(text ? text : "", here);
	free(text);
}
