// SPDX-License-Identifier: GPL-2.0-or-later
/* What runs beside, on the measuring CPUs and on the rest of their cores. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/look.h"

#define CPU  "/sys/devices/system/cpu"
#define TUNE "dmafp doctor --tune"

/* A measuring CPU counts as a neighbour, too: two workers on one core share it. */
static void look_smt(struct dmafp_audit *audit)
{
	uint32_t cpu = dmafp_cpulist_next(&audit->cpus, 0);
	struct dmafp_cpulist neighbours = { 0 };
	bool known = false;
	char line[256], *list;

	for (; cpu < DMAFP_CPULIST_MAX; cpu = dmafp_cpulist_next(&audit->cpus, cpu + 1)) {
		struct dmafp_cpulist siblings;
		uint32_t other;

		if (!dmafp_look_line(audit, line,
				     CPU "/cpu%u/topology/thread_siblings_list", cpu) ||
		    dmafp_cpulist_parse(line, &siblings))
			continue;
		known = true;
		for (other = dmafp_cpulist_next(&siblings, 0); other < DMAFP_CPULIST_MAX;
		     other = dmafp_cpulist_next(&siblings, other + 1))
			if (other != cpu && dmafp_cpulist_has(&audit->online, other))
				dmafp_cpulist_add(&neighbours, other);
	}
	list = dmafp_cpulist_text(&neighbours);
	if (!known)
		dmafp_say_unread(audit, CPU "/cpu*/topology/thread_siblings_list");
	else if (*list)
		dmafp_say(audit, DMAFP_FINDING_WARNS,
			  "CPUs %s share a core with a measuring one", list);
	else
		dmafp_say(audit, DMAFP_FINDING_GOOD, "no measuring CPU shares its core");
	free(list);
}

/* How many of the measuring CPUs a list names; @text: "" for none */
static size_t count_in(const struct dmafp_audit *audit, const char *text)
{
	struct dmafp_cpulist named, left = audit->cpus;

	if (dmafp_cpulist_parse(text, &named))
		return 0;
	dmafp_cpulist_remove(&left, &named);
	return dmafp_cpulist_count(&audit->cpus) - dmafp_cpulist_count(&left);
}

/* What is not there is "(null)", with as many blanks before it as there may be CPUs. */
static const char *or_none(const char *text)
{
	text += text ? strspn(text, " ") : 0;
	return text && *text && strcmp(text, "(null)") ? text : "none";
}

static void look_isolation(struct dmafp_audit *audit)
{
	char *isolated = dmafp_look_text(audit, CPU "/isolated");
	char *full = dmafp_look_text(audit, CPU "/nohz_full");
	const char *nocbs = dmafp_look_parameter(audit, "rcu_nocbs") ? "set" : "none";
	size_t in, nr = dmafp_cpulist_count(&audit->cpus);

	if (!isolated) {
		dmafp_say_unread(audit, CPU "/isolated");
		free(full);
		return;
	}
	in = count_in(audit, isolated);
	dmafp_say(audit,
		  in == nr ? DMAFP_FINDING_GOOD
		  : in	   ? DMAFP_FINDING_WARNS
			   : DMAFP_FINDING_RECORDS,
		  "%zu of %zu measuring CPUs are isolated; isolcpus %s, nohz_full %s, rcu_nocbs %s",
		  in, nr, or_none(isolated), or_none(full), nocbs);
	free(isolated);
	free(full);
}

/* Where it goes now, where the kernel says so; else where it may go */
static bool reaches(const struct dmafp_audit *audit, const char *irq)
{
	char *text = dmafp_look_text(audit, "%s/effective_affinity_list", irq);
	struct dmafp_cpulist list;
	bool comes;

	if (!text || !*text) {
		free(text);
		text = dmafp_look_text(audit, "%s/smp_affinity_list", irq);
	}
	comes = text && !dmafp_cpulist_parse(text, &list) &&
		dmafp_cpulist_meet(&list, &audit->cpus);
	free(text);
	return comes;
}

static void look_irqs(struct dmafp_audit *audit)
{
	struct dmafp_cpulist others = audit->online;
	struct dmafp_lines irqs;
	size_t i, nr = 0;

	dmafp_look_names(audit, "/proc/irq/[0-9]*", &irqs);
	for (i = 0; i < irqs.nr; i++)
		nr += reaches(audit, irqs.items[i]);
	dmafp_cpulist_remove(&others, &audit->cpus);
	if (!irqs.nr)
		dmafp_say_unread(audit, "/proc/irq");
	else if (!nr)
		dmafp_say(audit, DMAFP_FINDING_GOOD,
			  "none of %zu comes to a measuring CPU", irqs.nr);
	else if (!dmafp_cpulist_count(&others))
		dmafp_say_command(
			audit, DMAFP_FINDING_RECORDS, NULL,
			"%zu of %zu come to measuring CPUs, which are all there are", nr,
			irqs.nr);
	else
		dmafp_say(audit, DMAFP_FINDING_WARNS, "%zu of %zu come to measuring CPUs",
			  nr, irqs.nr);
	dmafp_lines_free(&irqs);
}

static bool runs(const struct dmafp_audit *audit, const char *name)
{
	struct dmafp_lines names;
	bool found = false;
	char line[256];
	size_t i;

	dmafp_look_names(audit, "/proc/[0-9]*/comm", &names);
	for (i = 0; !found && i < names.nr; i++)
		found = dmafp_look_line(audit, line, "%s", names.items[i]) &&
			!strcmp(line, name);
	dmafp_lines_free(&names);
	return found;
}

static void look_irqbalance(struct dmafp_audit *audit)
{
	unsigned long frozen = 0;

	dmafp_look_number(audit, &frozen,
			  "/sys/fs/cgroup/system.slice/irqbalance.service/cgroup.freeze");
	if (!runs(audit, "irqbalance"))
		dmafp_say(audit, DMAFP_FINDING_GOOD, "it does not run");
	else if (frozen)
		dmafp_say(audit, DMAFP_FINDING_GOOD, "it is frozen");
	else
		dmafp_say(audit, DMAFP_FINDING_WARNS, "it runs");
}

static void look_switch(struct dmafp_audit *audit, const char *path)
{
	unsigned long on;

	if (!dmafp_look_number(audit, &on, "%s", path))
		dmafp_say_unread(audit, "%s", path);
	else
		dmafp_say(audit, on ? DMAFP_FINDING_WARNS : DMAFP_FINDING_GOOD,
			  on ? "on" : "off");
}

static void look_nmi(struct dmafp_audit *audit)
{
	look_switch(audit, "/proc/sys/kernel/nmi_watchdog");
}

static void look_soft(struct dmafp_audit *audit)
{
	look_switch(audit, "/proc/sys/kernel/soft_watchdog");
}

static void look_balancing(struct dmafp_audit *audit)
{
	look_switch(audit, "/proc/sys/kernel/numa_balancing");
}

static void look_load(struct dmafp_audit *audit)
{
	char line[256];
	double load;

	if (!dmafp_look_line(audit, line, "/proc/loadavg") ||
	    sscanf(line, "%lf", &load) != 1)
		dmafp_say_unread(audit, "/proc/loadavg");
	else
		dmafp_say(audit, load > 0.5 ? DMAFP_FINDING_WARNS : DMAFP_FINDING_GOOD,
			  "%.2f tasks over the last minute", load);
}

const struct dmafp_check dmafp_checks_quiet[] = {
	{ "smt", DMAFP_FINDING_WARNS, CPU "/cpu*/topology/thread_siblings_list",
	  "what runs on the other thread of a core takes its units and caches",
	  "echo off > " CPU "/smt/control", look_smt },
	{ "isolation", DMAFP_FINDING_WARNS, CPU "/{isolated,nohz_full}, /proc/cmdline",
	  "the scheduler puts tasks on a CPU that is not isolated",
	  "boot with isolcpus=LIST nohz_full=LIST rcu_nocbs=LIST", look_isolation },
	{ "irq-affinity", DMAFP_FINDING_WARNS, "/proc/irq/*/{effective,smp}_affinity_list",
	  "an interrupt between two blocks leaves other caches behind", TUNE, look_irqs },
	{ "irqbalance", DMAFP_FINDING_WARNS, "/proc/*/comm, its cgroup.freeze",
	  "it moves interrupts while the run lasts", "systemctl stop irqbalance",
	  look_irqbalance },
	{ "nmi-watchdog", DMAFP_FINDING_WARNS, "/proc/sys/kernel/nmi_watchdog",
	  "it interrupts blocks too, and takes a counter of the PMU", TUNE, look_nmi },
	{ "soft-watchdog", DMAFP_FINDING_WARNS, "/proc/sys/kernel/soft_watchdog",
	  "a timer of every CPU that wakes a thread there", TUNE, look_soft },
	{ "numa-balancing", DMAFP_FINDING_WARNS, "/proc/sys/kernel/numa_balancing",
	  "it takes pages from processes, and moves them", TUNE, look_balancing },
	{ "load", DMAFP_FINDING_WARNS, "/proc/loadavg",
	  "other work takes caches and memory bandwidth, and heats the package", NULL,
	  look_load },
	{ 0 }
};
