// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <linux/perf_event.h>

#include "base/alloc.h"
#include "base/file.h"
#include "run/event.h"

#define PARANOID "sys/kernel/perf_event_paranoid"

#define READ_MISSES(_cache)                                                \
	(PERF_COUNT_HW_CACHE_##_cache | PERF_COUNT_HW_CACHE_OP_READ << 8 | \
	 PERF_COUNT_HW_CACHE_RESULT_MISS << 16)

static const struct {
	const char *name;
	__u32 type;
	__u64 config;
} events[] = {
	{ "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
	{ "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS },
	{ "branches", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_INSTRUCTIONS },
	{ "branch-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES },
	{ "cache-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES },
	{ "l1d-misses", PERF_TYPE_HW_CACHE, READ_MISSES(L1D) },
	{ "dtlb-misses", PERF_TYPE_HW_CACHE, READ_MISSES(DTLB) },
};

const char *dmafp_event_words(void)
{
	return "cycles, instructions, branches, branch-misses, cache-misses, l1d-misses, "
	       "dtlb-misses";
}

static int parse_number(const char *text, int base, char end, __u64 *value)
{
	char *stop;

	if (!isxdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	*value = strtoull(text, &stop, base);
	return errno || *stop != end ? -EINVAL : 0;
}

int dmafp_event_parse(const char *text, struct dmafp_event *event)
{
	const char *colon = strchr(text, ':');
	__u64 type;
	size_t i;

	*event = (struct dmafp_event) { 0 };
	for (i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (strcmp(text, events[i].name))
			continue;
		event->type = events[i].type;
		event->config = events[i].config;
		return 0;
	}
	if (text[0] == 'r') {
		event->type = PERF_TYPE_RAW;
		return parse_number(text + 1, 16, '\0', &event->config);
	}
	if (!colon || parse_number(text, 0, ':', &type) || type > UINT32_MAX)
		return -EINVAL;
	event->type = type;
	return parse_number(colon + 1, 0, '\0', &event->config);
}

/* ENODEV is of the module, which has no such PMU; of a CPU it is told apart */
char *dmafp_event_absent(int error)
{
	if (error == ENOENT || error == EOPNOTSUPP || error == ENODEV)
		return dmafp_alloc_string("this machine's PMU does not count it");
	return dmafp_alloc_string(error ? strerror(error) : "not known");
}

int dmafp_event_forbidden(const char *procfs, const char *what, int paranoid, int code,
			  struct dmafp_err *err)
{
	char *path = dmafp_path("%s/" PARANOID, procfs), value[16];

	if (dmafp_file_read_line(path, value, sizeof(value)))
		strcpy(value, "not there");
	free(path);
	if (atoi(value) > paranoid)
		return dmafp_err_set(err, code, DMAFP_EXIT_PERMISSION,
				     "cannot %s on whole CPUs: /proc/" PARANOID
				     " is %s and has to be %d or less: sysctl "
				     "kernel.perf_event_paranoid=%d, or run as root, or "
				     "with CAP_PERFMON",
				     what, value, paranoid, paranoid);
	return dmafp_err_set(err, code, DMAFP_EXIT_PERMISSION,
			     "cannot %s on whole CPUs although /proc/" PARANOID
			     " is '%s': run as root; if that is so, a container or a "
			     "security module forbids perf_event_open(2)",
			     what, value);
}
