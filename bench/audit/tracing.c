// SPDX-License-Identifier: GPL-2.0-or-later
/* Who else looks at the kernel, or has changed it. */
#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/look.h"
#include "base/file.h"

#define KPROBES	       "/sys/kernel/debug/kprobes/list"
#define EVERYTHING_OFF "echo 0 > /sys/kernel/tracing/events/enable"

static const char *tracefs(const struct dmafp_audit *audit)
{
	if (dmafp_look_exists(audit, "/sys/kernel/tracing/current_tracer"))
		return "/sys/kernel/tracing";
	if (dmafp_look_exists(audit, "/sys/kernel/debug/tracing/current_tracer"))
		return "/sys/kernel/debug/tracing";
	return NULL;
}

static size_t count_lines(const char *text)
{
	size_t nr = *text != '\0';

	for (; *text; text++)
		nr += *text == '\n';
	return nr;
}

static void look_kprobes(struct dmafp_audit *audit)
{
	char *list = dmafp_look_text(audit, KPROBES);

	if (!list)
		dmafp_say_unmounted(audit, "debugfs", KPROBES);
	else if (*list)
		dmafp_say(audit, DMAFP_FINDING_WARNS, "%zu are set", count_lines(list));
	else
		dmafp_say(audit, DMAFP_FINDING_GOOD, "none");
	free(list);
}

/* Those of functions are called from every function, the others from some paths. */
static void look_tracer(struct dmafp_audit *audit)
{
	const char *dir = tracefs(audit);
	char line[256];

	if (!dir || !dmafp_look_line(audit, line, "%s/current_tracer", dir))
		dmafp_say_unmounted(audit, "tracefs", audit->check->how);
	else if (!strcmp(line, "nop"))
		dmafp_say(audit, DMAFP_FINDING_GOOD, "none");
	else
		dmafp_say(audit,
			  strncmp(line, "function", 8) ? DMAFP_FINDING_WARNS
						       : DMAFP_FINDING_BLOCKS,
			  "%s", line);
}

/* "0", "1", or "X" for some of them */
static bool is_enabled(const struct dmafp_audit *audit, const char *dir, const char *system)
{
	char line[256];

	return dmafp_look_line(audit, line, "%s/events/%senable", dir, system) &&
	       strcmp(line, "0");
}

static void look_events(struct dmafp_audit *audit)
{
	const char *dir = tracefs(audit);

	if (!dir || !dmafp_look_exists(audit, "%s/events/enable", dir))
		dmafp_say_unmounted(audit, "tracefs", audit->check->how);
	else if (is_enabled(audit, dir, "dma/") || is_enabled(audit, dir, "iommu/") ||
		 is_enabled(audit, dir, "swiotlb/"))
		dmafp_say(audit, DMAFP_FINDING_BLOCKS, "of dma, iommu or swiotlb are on");
	else if (is_enabled(audit, dir, ""))
		dmafp_say(audit, DMAFP_FINDING_WARNS,
			  "some are on, none of dma, iommu or swiotlb");
	else
		dmafp_say(audit, DMAFP_FINDING_GOOD, "none is on");
}

static void look_hooks(struct dmafp_audit *audit)
{
	const char *dir = tracefs(audit);
	char *list = dir ? dmafp_look_text(audit, "%s/enabled_functions", dir) : NULL;

	if (!list)
		dmafp_say_unmounted(audit, "tracefs", audit->check->how);
	else if (*list)
		dmafp_say(audit, DMAFP_FINDING_WARNS, "%zu functions, first %.*s",
			  count_lines(list), (int)strcspn(list, " \n"), list);
	else
		dmafp_say(audit, DMAFP_FINDING_GOOD, "none");
	free(list);
}

static void look_livepatch(struct dmafp_audit *audit)
{
	struct dmafp_lines names, patches = { 0 };
	char *list;
	size_t i;

	dmafp_look_names(audit, "/sys/kernel/livepatch/*", &names);
	for (i = 0; i < names.nr; i++)
		dmafp_lines_add(&patches, "%s", strrchr(names.items[i], '/') + 1);
	list = dmafp_lines_join(&patches, ", ");
	dmafp_say(audit, names.nr ? DMAFP_FINDING_WARNS : DMAFP_FINDING_GOOD, "%s",
		  names.nr ? list : "none");
	free(list);
	dmafp_lines_free(&patches);
	dmafp_lines_free(&names);
}

/* Letters by bit: Documentation/admin-guide/tainted-kernels.rst */
static const char letters[] = "PFSRMBUDAWCIOELKXTNJ";

/* What makes figures doubtful: a machine check, a bad page, an oops, a lockup, live patches */
#define DOUBTFUL (1ul << 4 | 1ul << 5 | 1ul << 7 | 1ul << 14 | 1ul << 15)

static void look_taint(struct dmafp_audit *audit)
{
	char text[sizeof(letters)] = "", *to = text;
	unsigned long taint;
	size_t bit;

	if (!dmafp_look_number(audit, &taint, "/proc/sys/kernel/tainted")) {
		dmafp_say_unread(audit, "/proc/sys/kernel/tainted");
		return;
	}
	for (bit = 0; letters[bit]; bit++)
		if (taint & 1ul << bit)
			*to++ = letters[bit];
	*to = '\0';
	dmafp_say(audit,
		  !taint	     ? DMAFP_FINDING_GOOD
		  : taint & DOUBTFUL ? DMAFP_FINDING_WARNS
				     : DMAFP_FINDING_RECORDS,
		  "%lu%s%s", taint, *text ? ": " : "", text);
}

static bool is_perf_event(const char *dir, const char *name)
{
	char *path = dmafp_path("%s/%s", dir, name), target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target) - 1);

	free(path);
	target[len < 0 ? 0 : len] = '\0';
	return !strcmp(target, "anon_inode:[perf_event]");
}

/* Does the process have a counter open? */
static bool counts(const struct dmafp_audit *audit, const char *process)
{
	char *path = dmafp_path("%s%s/fd", audit->root, process);
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir)))
		found = is_perf_event(path, entry->d_name);
	if (dir)
		closedir(dir);
	free(path);
	return found;
}

static void look_perf(struct dmafp_audit *audit)
{
	struct dmafp_lines processes, users = { 0 };
	char *list, name[256];
	size_t i;

	dmafp_look_names(audit, "/proc/[0-9]*", &processes);
	for (i = 0; i < processes.nr; i++)
		if (counts(audit, processes.items[i]) &&
		    dmafp_look_line(audit, name, "%s/comm", processes.items[i]))
			dmafp_lines_add_new(&users, "%s", name);
	list = dmafp_lines_join(&users, ", ");
	if (!processes.nr)
		dmafp_say_unread(audit, "/proc");
	else
		dmafp_say(audit, users.nr ? DMAFP_FINDING_WARNS : DMAFP_FINDING_GOOD,
			  "%s", users.nr ? list : "no process has a counter open");
	free(list);
	dmafp_lines_free(&users);
	dmafp_lines_free(&processes);
}

const struct dmafp_check dmafp_checks_tracing[] = {
	{ "kprobes", DMAFP_FINDING_WARNS, KPROBES,
	  "a probe on the path is an exception, or a call, each time", NULL, look_kprobes },
	{ "tracer", DMAFP_FINDING_BLOCKS, "/sys/kernel/tracing/current_tracer",
	  "a function tracer is called from every function of the path",
	  "echo nop > /sys/kernel/tracing/current_tracer", look_tracer },
	{ "trace-events", DMAFP_FINDING_BLOCKS, "/sys/kernel/tracing/events/**/enable",
	  "events of dma and iommu are written on each map and unmap", EVERYTHING_OFF,
	  look_events },
	{ "function-hooks", DMAFP_FINDING_WARNS, "/sys/kernel/tracing/enabled_functions",
	  "BPF, perf, kprobes and live patches call from a function's entry", NULL,
	  look_hooks },
	{ "livepatch", DMAFP_FINDING_WARNS, "/sys/kernel/livepatch",
	  "what runs is not the kernel that was built", NULL, look_livepatch },
	{ "taint", DMAFP_FINDING_WARNS, "/proc/sys/kernel/tainted",
	  "after an oops, a machine check or a lockup figures are doubtful", "reboot",
	  look_taint },
	{ "perf-users", DMAFP_FINDING_WARNS, "/proc/*/fd",
	  "a sampler interrupts, and counters of the PMU are few", NULL, look_perf },
	{ 0 }
};
