// SPDX-License-Identifier: GPL-2.0-or-later
/* Frequency and idling: what `dmafp doctor --tune` sets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/look.h"

#define CPU	"/sys/devices/system/cpu"
#define TUNE	"dmafp doctor --tune"
#define SHALLOW 2 /* us that coming back from an idle state may take; as of the tuner */

/* Values of a file of the measuring CPUs that are not @good */
struct spread {
	struct dmafp_lines other;
	size_t nr_other, nr;
};

static void gather(const struct dmafp_audit *audit, const char *name, const char *good,
		   struct spread *spread)
{
	uint32_t cpu = dmafp_cpulist_next(&audit->cpus, 0);
	char line[256];

	*spread = (struct spread) { 0 };
	for (; cpu < DMAFP_CPULIST_MAX; cpu = dmafp_cpulist_next(&audit->cpus, cpu + 1)) {
		if (!dmafp_look_line(audit, line, CPU "/cpu%u/%s", cpu, name))
			continue;
		spread->nr++;
		if (!strcmp(line, good))
			continue;
		spread->nr_other++;
		dmafp_lines_add_new(&spread->other, "%s", line);
	}
}

static void look_all(struct dmafp_audit *audit, const char *name, const char *good)
{
	struct spread spread;
	char *list;

	gather(audit, name, good, &spread);
	list = dmafp_lines_join(&spread.other, ", ");
	if (!spread.nr)
		dmafp_say_unread(audit, "no CPU has %s", name);
	else if (spread.nr_other)
		dmafp_say(audit, DMAFP_FINDING_WARNS, "%s on %zu of %zu CPUs", list,
			  spread.nr_other, spread.nr);
	else
		dmafp_say(audit, DMAFP_FINDING_GOOD, "%s", good);
	free(list);
	dmafp_lines_free(&spread.other);
}

static void look_governor(struct dmafp_audit *audit)
{
	look_all(audit, "cpufreq/scaling_governor", "performance");
}

static void look_energy(struct dmafp_audit *audit)
{
	look_all(audit, "cpufreq/energy_performance_preference", "performance");
}

static void look_boost(struct dmafp_audit *audit)
{
	unsigned long value;

	if (dmafp_look_number(audit, &value, CPU "/intel_pstate/no_turbo"))
		dmafp_say_command(audit, value ? DMAFP_FINDING_GOOD : DMAFP_FINDING_WARNS,
				  value ? NULL : "echo 1 > " CPU "/intel_pstate/no_turbo",
				  value ? "turbo is off" : "turbo is on");
	else if (dmafp_look_number(audit, &value, CPU "/cpufreq/boost"))
		dmafp_say_command(audit, value ? DMAFP_FINDING_WARNS : DMAFP_FINDING_GOOD,
				  value ? "echo 0 > " CPU "/cpufreq/boost" : NULL,
				  value ? "boost is on" : "boost is off");
	else
		dmafp_say_unread(audit, "neither cpufreq/boost nor intel_pstate/no_turbo");
}

struct range {
	unsigned long min, max;
};

static bool read_range(const struct dmafp_audit *audit, uint32_t cpu, struct range *range)
{
	return dmafp_look_number(audit, &range->min,
				 CPU "/cpu%u/cpufreq/scaling_min_freq", cpu) &&
	       dmafp_look_number(audit, &range->max,
				 CPU "/cpu%u/cpufreq/scaling_max_freq", cpu);
}

static void look_frequency(struct dmafp_audit *audit)
{
	uint32_t cpu = dmafp_cpulist_next(&audit->cpus, 0);
	struct range range, shown = { 0 };
	size_t nr = 0, ranges = 0;

	for (; cpu < DMAFP_CPULIST_MAX; cpu = dmafp_cpulist_next(&audit->cpus, cpu + 1)) {
		if (!read_range(audit, cpu, &range))
			continue;
		if (!nr++ || (range.min != range.max && !ranges))
			shown = range;
		ranges += range.min != range.max;
	}
	if (!nr)
		dmafp_say_unread(audit, "no CPU has cpufreq/scaling_min_freq");
	else if (ranges)
		dmafp_say(audit, DMAFP_FINDING_WARNS,
			  "%lu to %lu kHz; a range on %zu of %zu CPUs", shown.min,
			  shown.max, ranges, nr);
	else
		dmafp_say(audit, DMAFP_FINDING_GOOD, "%lu kHz", shown.max);
}

static void gather_states(const struct dmafp_audit *audit, uint32_t cpu,
			  struct dmafp_lines *deep, size_t *nr)
{
	char pattern[80], name[256];
	unsigned long latency, disabled;
	struct dmafp_lines dirs;
	size_t i;

	snprintf(pattern, sizeof(pattern), CPU "/cpu%u/cpuidle/state*", cpu);
	dmafp_look_names(audit, pattern, &dirs);
	*nr += dirs.nr;
	for (i = 0; i < dirs.nr; i++) {
		if (!dmafp_look_number(audit, &latency, "%s/latency", dirs.items[i]) ||
		    !dmafp_look_number(audit, &disabled, "%s/disable", dirs.items[i]) ||
		    latency <= SHALLOW || disabled)
			continue;
		dmafp_look_line(audit, name, "%s/name", dirs.items[i]);
		dmafp_lines_add_new(deep, "%s (%lu us)", *name ? name : "a state", latency);
	}
	dmafp_lines_free(&dirs);
}

static void look_idle(struct dmafp_audit *audit)
{
	uint32_t cpu = dmafp_cpulist_next(&audit->cpus, 0);
	struct dmafp_lines deep = { 0 };
	char driver[256], governor[256], *list;
	size_t nr = 0;

	for (; cpu < DMAFP_CPULIST_MAX; cpu = dmafp_cpulist_next(&audit->cpus, cpu + 1))
		gather_states(audit, cpu, &deep, &nr);
	dmafp_look_line(audit, driver, CPU "/cpuidle/current_driver");
	if (!dmafp_look_line(audit, governor, CPU "/cpuidle/current_governor"))
		dmafp_look_line(audit, governor, CPU "/cpuidle/current_governor_ro");
	list = dmafp_lines_join(&deep, ", ");
	if (deep.nr)
		dmafp_say(audit, DMAFP_FINDING_WARNS, "%s; driver %s, governor %s", list,
			  *driver ? driver : "unknown", *governor ? governor : "unknown");
	else if (nr)
		dmafp_say(audit, DMAFP_FINDING_GOOD, "none takes over %d us", SHALLOW);
	else if (*driver)
		dmafp_say(audit, DMAFP_FINDING_GOOD, "driver %s has none", driver);
	else
		dmafp_say_unread(audit, CPU "/cpuidle/current_driver");
	free(list);
	dmafp_lines_free(&deep);
}

const struct dmafp_check dmafp_checks_power[] = {
	{ "governor", DMAFP_FINDING_WARNS, CPU "/cpu*/cpufreq/scaling_governor",
	  "the frequency follows the load, and ticks of the TSC do not", TUNE,
	  look_governor },
	{ "energy-preference", DMAFP_FINDING_WARNS,
	  CPU "/cpu*/cpufreq/energy_performance_preference",
	  "the CPU itself slows down to save energy", TUNE, look_energy },
	{ "boost", DMAFP_FINDING_WARNS, CPU "/cpufreq/boost, " CPU "/intel_pstate/no_turbo",
	  "how fast a CPU is depends on its temperature and on the others", NULL,
	  look_boost },
	{ "frequency", DMAFP_FINDING_WARNS, CPU "/cpu*/cpufreq/scaling_{min,max}_freq",
	  "boots of two arms need not get the same one", TUNE, look_frequency },
	{ "idle-states", DMAFP_FINDING_WARNS, CPU "/cpu*/cpuidle, " CPU "/cpuidle",
	  "a CPU comes out of a deep state late, and with cold caches", TUNE, look_idle },
	{ 0 }
};
