// SPDX-License-Identifier: GPL-2.0-or-later
/* DMA and the IOMMU, as all devices have them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/look.h"
#include "base/alloc.h"

#define SLABS "/sys/kernel/debug/swiotlb/io_tlb_used"

static void look_iommu(struct dmafp_audit *audit)
{
	struct dmafp_lines units, names = { 0 };
	char *list;
	size_t i;

	dmafp_look_names(audit, "/sys/class/iommu/*", &units);
	for (i = 0; i < units.nr; i++)
		dmafp_lines_add(&names, "%s", strrchr(units.items[i], '/') + 1);
	list = dmafp_lines_join(&names, ", ");
	if (units.nr)
		dmafp_say(audit, DMAFP_FINDING_GOOD, "%s", list);
	else
		dmafp_say(audit, DMAFP_FINDING_BLOCKS, "none is in use");
	free(list);
	dmafp_lines_free(&names);
	dmafp_lines_free(&units);
}

static bool is_about_dma(const char *word)
{
	static const char *const names[] = {
		"iommu",	 "intel_iommu",	      "amd_iommu",
		"iommu.strict",	 "iommu.passthrough", "swiotlb",
		"iommu.forcedac"
	};
	size_t i, len = strcspn(word, "=");

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i]) == len && !strncmp(word, names[i], len))
			return true;
	return false;
}

static void look_parameters(struct dmafp_audit *audit)
{
	char *line = dmafp_alloc_string(audit->machine->kernel.command_line), *list,
	     *word, *rest;
	struct dmafp_lines set = { 0 };

	for (word = line ? strtok_r(line, " ", &rest) : NULL; word;
	     word = strtok_r(NULL, " ", &rest))
		if (is_about_dma(word))
			dmafp_lines_add(&set, "%s", word);
	list = dmafp_lines_join(&set, " ");
	if (!line)
		dmafp_say_unread(audit, "/proc/cmdline");
	else
		dmafp_say(audit, DMAFP_FINDING_RECORDS, "%s",
			  set.nr ? list : "none: as the kernel was built");
	dmafp_lines_free(&set);
	free(list);
	free(line);
}

/* "swiotlb=SLABS,AREAS,force": Documentation/admin-guide/kernel-parameters.txt */
static bool forces_swiotlb(const char *word, size_t len)
{
	static const char name[] = "swiotlb=", value[] = "force";
	size_t before = len - strlen(value);

	return len >= strlen(name) + strlen(value) && !strncmp(word, name, strlen(name)) &&
	       !strncmp(word + before, value, strlen(value)) &&
	       strchr("=,", word[before - 1]);
}

/* The kernel heeds each of them, if there are several. */
static bool is_forced(const struct dmafp_audit *audit)
{
	const char *at = audit->machine->kernel.command_line;
	size_t len;

	for (; at && *at; at += len + strspn(at + len, " ")) {
		len = strcspn(at, " ");
		if (forces_swiotlb(at, len))
			return true;
	}
	return false;
}

static void look_swiotlb(struct dmafp_audit *audit)
{
	unsigned long used;

	if (is_forced(audit))
		dmafp_say(audit, DMAFP_FINDING_BLOCKS,
			  "the command line forces it on every map");
	else if (!dmafp_look_number(audit, &used, SLABS))
		dmafp_say_unmounted(audit, "debugfs", SLABS);
	else if (used)
		dmafp_say_command(audit, DMAFP_FINDING_WARNS, NULL,
				  "%lu slabs are in use", used);
	else
		dmafp_say(audit, DMAFP_FINDING_GOOD, "not in use");
}

const struct dmafp_check dmafp_checks_iommu[] = {
	{ "iommu", DMAFP_FINDING_BLOCKS, "/sys/class/iommu",
	  "without one there is no domain, and no attach to be deferred",
	  "boot with intel_iommu=on, or switch it on in the firmware", look_iommu },
	{ "iommu-parameters", DMAFP_FINDING_RECORDS, "/proc/cmdline",
	  "strict or lazy decides when an IOTLB is flushed", NULL, look_parameters },
	{ "swiotlb", DMAFP_FINDING_BLOCKS, SLABS ", /proc/cmdline",
	  "a map that bounces measures a copy", "boot without swiotlb=force", look_swiotlb },
	{ 0 }
};
