// SPDX-License-Identifier: GPL-2.0-or-later
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/file.h"
#include "tune/knob.h"

#define CPU	   "{cpu}"
#define CPUFREQ	   "/sys/devices/system/cpu/cpufreq"
#define PER_CPU	   "/sys/devices/system/cpu/cpu" CPU
#define PATHS(...) ((const char *const[]) { __VA_ARGS__, NULL })

/*
 * The order: what would undo a row is stopped before it, and of two that hang
 * together the one that the kernel refuses to change after the other comes first.
 * With intel_pstate and amd-pstate a governor of performance lets no other energy
 * preference be written, so that is before the governor, and back after it.
 * A governor's own settings go when the last CPU leaves it.
 * docs: Documentation/admin-guide/pm/{cpufreq,intel_pstate,amd-pstate}.rst
 */
const struct dmafp_knob dmafp_knobs[] = {
	{ "irqbalance", DMAFP_KNOB_SET,
	  PATHS("/sys/fs/cgroup/system.slice/irqbalance.service/cgroup.freeze"), "1",
	  "it would move interrupts back to the measuring CPUs" },
	{ "irq-affinity", DMAFP_KNOB_AWAY_LIST, PATHS("/proc/irq/[0-9]*/smp_affinity_list"),
	  NULL, "an interrupt between two blocks leaves other caches behind" },
	{ "irq-default", DMAFP_KNOB_AWAY_MASK, PATHS("/proc/irq/default_smp_affinity"),
	  NULL, "where interrupts go that are requested while the run lasts" },
	{ "workqueues", DMAFP_KNOB_AWAY_MASK,
	  PATHS("/sys/devices/virtual/workqueue/cpumask"), NULL,
	  "unbound work of the whole machine runs on any CPU" },
	{ "nmi-watchdog", DMAFP_KNOB_SET, PATHS("/proc/sys/kernel/nmi_watchdog"), "0",
	  "it interrupts blocks too, and takes a counter of the PMU" },
	{ "soft-watchdog", DMAFP_KNOB_SET, PATHS("/proc/sys/kernel/soft_watchdog"), "0",
	  "a timer of every CPU that wakes a thread there" },
	{ "numa-balancing", DMAFP_KNOB_SET, PATHS("/proc/sys/kernel/numa_balancing"), "0",
	  "it takes pages from processes, and moves them" },
	{ "policy-boost", DMAFP_KNOB_KEEP, PATHS(CPUFREQ "/policy*/boost"), NULL,
	  "switching boost for all CPUs overwrites it" },
	{ "boost", DMAFP_KNOB_SET, PATHS(CPUFREQ "/boost"), "0",
	  "how fast a CPU is depends on its temperature and on the others" },
	{ "turbo", DMAFP_KNOB_SET, PATHS("/sys/devices/system/cpu/intel_pstate/no_turbo"),
	  "1", "how fast a CPU is depends on its temperature and on the others" },
	{ "governor-settings", DMAFP_KNOB_KEEP,
	  PATHS(CPUFREQ "/ondemand/*", CPUFREQ "/conservative/*", CPUFREQ "/schedutil/*",
		PER_CPU "/cpufreq/ondemand/*", PER_CPU "/cpufreq/conservative/*",
		PER_CPU "/cpufreq/schedutil/*", PER_CPU "/cpufreq/scaling_setspeed"),
	  NULL, "they are lost when the governor changes" },
	{ "energy-preference", DMAFP_KNOB_SET,
	  PATHS(PER_CPU "/cpufreq/energy_performance_preference"), "performance",
	  "the CPU itself would slow down to save energy" },
	{ "energy-bias", DMAFP_KNOB_SET, PATHS(PER_CPU "/power/energy_perf_bias"), "0",
	  "the CPU itself would slow down to save energy" },
	{ "governor", DMAFP_KNOB_SET, PATHS(PER_CPU "/cpufreq/scaling_governor"),
	  "performance", "the frequency follows the load, which the run changes" },
	{ "frequency", DMAFP_KNOB_COPY, PATHS(PER_CPU "/cpufreq/scaling_min_freq"),
	  "scaling_max_freq", "a range is a choice, and somebody else's" },
	{ "idle-states", DMAFP_KNOB_DEEP, PATHS(PER_CPU "/cpuidle/state*/disable"), "1",
	  "a CPU comes out of a deep state late, and with cold caches" },
	{ 0 }
};

static void add(struct dmafp_knob_files *files, const char *path, char *old, char *wanted)
{
	files->items = dmafp_alloc_grow(files->items, files->nr, sizeof(*files->items));
	files->items[files->nr++] = (struct dmafp_knob_file) {
		.path = dmafp_alloc_string(path),
		.old = old,
		.wanted = wanted,
	};
}

static char *read_whole(const char *path)
{
	struct dmafp_err err;

	return dmafp_file_read(path, NULL, &err);
}

/* The file @name beside @path, without its newline; NULL if it is not there */
static char *read_beside(const char *path, const char *name)
{
	char *beside =
		dmafp_path("%.*s%s", (int)(strrchr(path, '/') + 1 - path), path, name);
	char *text = read_whole(beside);

	if (text)
		text[strcspn(text, "\n")] = '\0';
	free(beside);
	return text;
}

static bool is_deep(const char *path)
{
	char *latency = read_beside(path, "latency");
	bool deep = latency && strtoul(latency, NULL, 10) > DMAFP_KNOB_LATENCY_US;

	free(latency);
	return deep;
}

/* NULL: it has none of the measuring ones, or it must keep them */
static char *away(const struct dmafp_knob *knob, const struct dmafp_knob_site *site,
		  const char *old, struct dmafp_knob_files *files)
{
	bool mask = knob->kind == DMAFP_KNOB_AWAY_MASK;
	struct dmafp_cpulist list;

	if ((mask ? dmafp_cpulist_parse_mask : dmafp_cpulist_parse)(old, &list) ||
	    !dmafp_cpulist_meet(&list, &site->cpus))
		return NULL;
	dmafp_cpulist_remove(&list, &site->cpus);
	if (!dmafp_cpulist_count(&list)) {
		list = site->online;
		dmafp_cpulist_remove(&list, &site->cpus);
	}
	if (dmafp_cpulist_count(&list))
		return mask ? dmafp_cpulist_mask(&list) : dmafp_cpulist_text(&list);
	files->nr_stuck++;
	return NULL;
}

static char *wanted_of(const struct dmafp_knob *knob, const struct dmafp_knob_site *site,
		       const char *path, const char *old, struct dmafp_knob_files *files)
{
	switch (knob->kind) {
	case DMAFP_KNOB_COPY:
		return read_beside(path, knob->value);
	case DMAFP_KNOB_AWAY_LIST:
	case DMAFP_KNOB_AWAY_MASK:
		return away(knob, site, old, files);
	case DMAFP_KNOB_DEEP:
		return is_deep(path) ? dmafp_alloc_string(knob->value) : NULL;
	case DMAFP_KNOB_SET:
		return dmafp_alloc_string(knob->value);
	case DMAFP_KNOB_KEEP:
		break;
	}
	return NULL;
}

static bool is_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	return !strncmp(text, line, len) && (!text[len] || text[len] == '\n');
}

static bool is_writable(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && st.st_mode & 0222;
}

static void look(const struct dmafp_knob *knob, const struct dmafp_knob_site *site,
		 const char *path, struct dmafp_knob_files *files)
{
	const char *below = path + strlen(site->root);
	char *old, *wanted;

	if (!is_writable(path))
		return;
	old = read_whole(path);
	if (!old)
		return;
	files->nr_seen++;
	if (knob->kind == DMAFP_KNOB_KEEP) {
		add(files, below, old, NULL);
		return;
	}
	wanted = wanted_of(knob, site, path, old, files);
	if (wanted && !is_line(old, wanted)) {
		add(files, below, old, wanted);
		return;
	}
	free(old);
	free(wanted);
}

static void look_at_all(const struct dmafp_knob *knob, const struct dmafp_knob_site *site,
			const char *pattern, struct dmafp_knob_files *files)
{
	glob_t found;
	size_t i;

	if (!glob(pattern, 0, NULL, &found))
		for (i = 0; i < found.gl_pathc; i++)
			look(knob, site, found.gl_pathv[i], files);
	globfree(&found);
}

static void look_per_cpu(const struct dmafp_knob *knob, const struct dmafp_knob_site *site,
			 const char *pattern, struct dmafp_knob_files *files)
{
	const char *at = strstr(pattern, CPU);
	uint32_t cpu = dmafp_cpulist_next(&site->cpus, 0);
	char *path;

	for (; cpu < DMAFP_CPULIST_MAX; cpu = dmafp_cpulist_next(&site->cpus, cpu + 1)) {
		path = dmafp_path("%s%.*s%u%s", site->root, (int)(at - pattern), pattern,
				  cpu, at + strlen(CPU));
		look_at_all(knob, site, path, files);
		free(path);
	}
}

void dmafp_knob_find(const struct dmafp_knob *knob, const struct dmafp_knob_site *site,
		     struct dmafp_knob_files *files)
{
	size_t i;
	char *path;

	*files = (struct dmafp_knob_files) { 0 };
	for (i = 0; knob->paths[i]; i++) {
		if (strstr(knob->paths[i], CPU)) {
			look_per_cpu(knob, site, knob->paths[i], files);
			continue;
		}
		path = dmafp_path("%s%s", site->root, knob->paths[i]);
		look_at_all(knob, site, path, files);
		free(path);
	}
}

void dmafp_knob_files_free(struct dmafp_knob_files *files)
{
	size_t i;

	for (i = 0; i < files->nr; i++) {
		free(files->items[i].path);
		free(files->items[i].old);
		free(files->items[i].wanted);
	}
	free(files->items);
	*files = (struct dmafp_knob_files) { 0 };
}
