// SPDX-License-Identifier: GPL-2.0-or-later
/* The CPU and its clock. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/look.h"
#include "run/provenance.h"

#define CLOCK "/sys/devices/system/clocksource/clocksource0"

/* A word of a list with blanks between */
static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);
	const char *at = list;

	while ((at = strstr(at, word))) {
		if ((at == list || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
		at += len;
	}
	return false;
}

static void look_hypervisor(struct dmafp_audit *audit)
{
	const char *name = audit->machine->machine.hypervisor;
	char *flags = dmafp_provenance_field(audit->cpuinfo, "flags"), type[256];

	if (name)
		dmafp_say(audit, DMAFP_FINDING_WARNS, "%s", name);
	else if (dmafp_look_line(audit, type, "/sys/hypervisor/type"))
		dmafp_say(audit, DMAFP_FINDING_WARNS, "%s", type);
	else if (dmafp_look_line(audit, type, "/proc/device-tree/hypervisor/compatible"))
		dmafp_say(audit, DMAFP_FINDING_WARNS, "%s", type);
	else if (flags)
		dmafp_say(audit, DMAFP_FINDING_GOOD, "none seen");
	else
		dmafp_say_unread(audit, "this CPU's flags do not say");
	free(flags);
}

static void look_clocksource(struct dmafp_audit *audit)
{
	char current[256], available[256];

	if (!dmafp_look_line(audit, current, CLOCK "/current_clocksource")) {
		dmafp_say_unread(audit, CLOCK "/current_clocksource");
		return;
	}
	dmafp_look_line(audit, available, CLOCK "/available_clocksource");
	if (!strcmp(current, "tsc") || !strcmp(current, "arch_sys_counter"))
		dmafp_say(audit, DMAFP_FINDING_GOOD, "%s", current);
	else if (has_word(available, "tsc"))
		dmafp_say(audit, DMAFP_FINDING_WARNS, "%s, though there is tsc", current);
	else
		dmafp_say_command(audit, DMAFP_FINDING_WARNS, NULL,
				  "%s, and tsc is not to be had", current);
}

static void look_tsc(struct dmafp_audit *audit)
{
	char *flags = dmafp_provenance_field(audit->cpuinfo, "flags");

	if (!flags && strstr(audit->cpuinfo, "Features\t:"))
		dmafp_say(audit, DMAFP_FINDING_GOOD, "the architecture's counter");
	else if (!flags)
		dmafp_say_unread(audit, "no flags in /proc/cpuinfo");
	else if (has_word(flags, "constant_tsc") && has_word(flags, "nonstop_tsc"))
		dmafp_say(audit, DMAFP_FINDING_GOOD, "constant_tsc, nonstop_tsc");
	else
		dmafp_say(audit, DMAFP_FINDING_WARNS, "%s constant_tsc, %s nonstop_tsc",
			  has_word(flags, "constant_tsc") ? "has" : "lacks",
			  has_word(flags, "nonstop_tsc") ? "has" : "lacks");
	free(flags);
}

/* Values of a field of all CPUs */
static void gather_field(const char *cpuinfo, const char *key, struct dmafp_lines *values)
{
	const char *at = cpuinfo;

	while (at && *at) {
		char *value = dmafp_provenance_field(at, key);

		if (value)
			dmafp_lines_add_new(values, "%s", value);
		free(value);
		at = strstr(at, "\n\n");
		at = at ? at + 2 : NULL;
	}
}

static void look_microcode(struct dmafp_audit *audit)
{
	struct dmafp_lines values = { 0 };
	char *list;

	gather_field(audit->cpuinfo, "microcode", &values);
	list = dmafp_lines_join(&values, ", ");
	if (!values.nr)
		dmafp_say_unread(audit, "no microcode in /proc/cpuinfo");
	else if (values.nr > 1)
		dmafp_say(audit, DMAFP_FINDING_WARNS, "not the same on all CPUs: %s", list);
	else
		dmafp_say(audit, DMAFP_FINDING_RECORDS, "%s", list);
	free(list);
	dmafp_lines_free(&values);
}

static void look_mitigations(struct dmafp_audit *audit)
{
	struct dmafp_lines names, open = { 0 };
	size_t i, mitigated = 0;
	char line[256], *list;

	dmafp_look_names(audit, "/sys/devices/system/cpu/vulnerabilities/*", &names);
	for (i = 0; i < names.nr; i++) {
		dmafp_look_line(audit, line, "%s", names.items[i]);
		mitigated += !strncmp(line, "Mitigation", 10);
		if (!strncmp(line, "Vulnerable", 10))
			dmafp_lines_add(&open, "%s", strrchr(names.items[i], '/') + 1);
	}
	list = dmafp_lines_join(&open, ", ");
	if (!names.nr)
		dmafp_say_unread(audit, "/sys/devices/system/cpu/vulnerabilities");
	else
		dmafp_say(audit, DMAFP_FINDING_RECORDS,
			  "%zu known to the kernel, %zu mitigated, vulnerable: %s",
			  names.nr, mitigated, open.nr ? list : "none");
	free(list);
	dmafp_lines_free(&open);
	dmafp_lines_free(&names);
}

static bool read_throttle(const struct dmafp_audit *audit, uint32_t cpu, const char *of,
			  unsigned long *count)
{
	return dmafp_look_number(
		audit, count,
		"/sys/devices/system/cpu/cpu%u/thermal_throttle/%s_throttle_count", cpu,
		of);
}

/* Each core counts for itself, and all CPUs of a package have its count. */
static void look_throttling(struct dmafp_audit *audit)
{
	uint32_t cpu = dmafp_cpulist_next(&audit->cpus, 0);
	unsigned long core = 0, package = 0, count;
	bool known = false;

	for (; cpu < DMAFP_CPULIST_MAX; cpu = dmafp_cpulist_next(&audit->cpus, cpu + 1)) {
		if (read_throttle(audit, cpu, "core", &count)) {
			core += count;
			known = true;
		}
		if (read_throttle(audit, cpu, "package", &count) && count > package)
			package = count;
	}
	if (!known)
		dmafp_say_unread(audit, "this CPU has no thermal_throttle");
	else if (core || package)
		dmafp_say(audit, DMAFP_FINDING_WARNS,
			  "since boot measuring cores %lu times, a package %lu times",
			  core, package);
	else
		dmafp_say(audit, DMAFP_FINDING_GOOD, "never since boot");
}

const struct dmafp_check dmafp_checks_cpu[] = {
	{ "hypervisor", DMAFP_FINDING_WARNS, "/proc/cpuinfo, /sys/hypervisor/type",
	  "a hypervisor takes the CPU away, and its IOMMU is not silicon", NULL,
	  look_hypervisor },
	{ "clocksource", DMAFP_FINDING_WARNS, CLOCK,
	  "the kernel gives up the TSC where it saw it go wrong",
	  "echo tsc > " CLOCK "/current_clocksource", look_clocksource },
	{ "invariant-tsc", DMAFP_FINDING_WARNS, "/proc/cpuinfo",
	  "ticks are time only if the counter has one rate, in idle states too", NULL,
	  look_tsc },
	{ "microcode", DMAFP_FINDING_WARNS, "/proc/cpuinfo",
	  "it decides what fences, locked instructions and mitigations cost", NULL,
	  look_microcode },
	{ "mitigations", DMAFP_FINDING_RECORDS, "/sys/devices/system/cpu/vulnerabilities",
	  "they decide what calls, returns and indirect branches cost", NULL,
	  look_mitigations },
	{ "throttling", DMAFP_FINDING_WARNS, "/sys/devices/system/cpu/cpu*/thermal_throttle",
	  "a CPU that was too hot slows down whatever its governor says", NULL,
	  look_throttling },
	{ 0 }
};
