// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/perf_event.h>

#include "base/alloc.h"
#include "run/event.h"
#include "traffic/counters.h"

#define ALLOWED 0 /* kernel.perf_event_paranoid: from there on whole CPUs are */

/**
 * struct counter - one of them
 * @name: as in the profile
 * @event: what it counts
 * @fds: of each CPU, -1: none
 * @absent: errno why it is absent, 0: it is there
 */
struct counter {
	char *name;
	struct dmafp_event event;
	int *fds;
	int absent;
};

struct dmafp_counters {
	struct counter *items;
	size_t nr, nr_cpus;
};

/* --- open */

static int open_event(struct perf_event_attr *attr, uint32_t cpu)
{
	int fd = syscall(SYS_perf_event_open, attr, -1, (int)cpu, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* What the machine lacks is recorded; what the user can change is a failure. */
static int open_failed(struct counter *counter, uint32_t cpu, int code,
		       const struct dmafp_counters_where *where, struct dmafp_err *err)
{
	switch (code) {
	case EACCES:
	case EPERM:
		return dmafp_event_forbidden(where->procfs, "count", ALLOWED, code, err);
	case ENODEV:
		return dmafp_err_set(err, code, DMAFP_EXIT_USAGE,
				     "cannot count on CPU %" PRIu32
				     ": it is not online, see /sys/devices/system/cpu/online",
				     cpu);
	case EMFILE:
	case ENFILE:
		return dmafp_err_set(err, code, DMAFP_EXIT_USAGE,
				     "too few open files for a counter on each CPU: ulimit -n, "
				     "or fewer counters in [perf] of the profile");
	default:
		counter->absent = code;
		return 0;
	}
}

static int open_counter(struct counter *counter, const struct dmafp_counters_where *where,
			struct dmafp_err *err)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = counter->event.type,
		.config = counter->event.config,
		.disabled = 1,
		.read_format =
			PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
	};
	int (*open)(struct perf_event_attr *, uint32_t) =
		where->open ? where->open : open_event;
	size_t i;
	int ret = 0;

	for (i = 0; i < where->nr_cpus && !ret && !counter->absent; i++) {
		counter->fds[i] = open(&attr, where->cpus[i]);
		if (counter->fds[i] < 0)
			ret = open_failed(counter, where->cpus[i], -counter->fds[i],
					  where, err);
	}
	return ret;
}

static void init_counter(struct counter *counter, const char *name, size_t nr_cpus)
{
	size_t i;

	counter->name = dmafp_alloc_string(name);
	counter->fds = dmafp_alloc(nr_cpus, sizeof(*counter->fds));
	for (i = 0; i < nr_cpus; i++)
		counter->fds[i] = -1;
}

struct dmafp_counters *dmafp_counters_open(const struct dmafp_names *names,
					   const struct dmafp_counters_where *where,
					   struct dmafp_err *err)
{
	struct dmafp_counters *counters = dmafp_alloc(1, sizeof(*counters));
	size_t i;
	int ret = 0;

	counters->nr_cpus = where->nr_cpus;
	counters->items = dmafp_alloc(names->nr, sizeof(*counters->items));
	for (i = 0; i < names->nr && !ret; i++) {
		struct counter *counter = &counters->items[counters->nr++];

		init_counter(counter, names->items[i], where->nr_cpus);
		ret = dmafp_event_parse(counter->name, &counter->event);
		if (ret)
			dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE, "no event '%s': %s",
				      counter->name, dmafp_event_words());
		else
			ret = open_counter(counter, where, err);
	}
	if (!ret)
		return counters;
	dmafp_counters_close(counters);
	return NULL;
}

void dmafp_counters_close(struct dmafp_counters *counters)
{
	size_t i, cpu;

	if (!counters)
		return;
	for (i = 0; i < counters->nr; i++) {
		for (cpu = 0; cpu < counters->nr_cpus; cpu++)
			if (counters->items[i].fds[cpu] >= 0)
				close(counters->items[i].fds[cpu]);
		free(counters->items[i].fds);
		free(counters->items[i].name);
	}
	free(counters->items);
	free(counters);
}

/* --- count */

static int switch_all(struct dmafp_counters *counters, unsigned long request,
		      struct dmafp_err *err)
{
	size_t i, cpu;

	for (i = 0; counters && i < counters->nr; i++) {
		const struct counter *counter = &counters->items[i];

		for (cpu = 0; cpu < counters->nr_cpus && !counter->absent; cpu++)
			if (ioctl(counter->fds[cpu], request, 0))
				return dmafp_err_errno(err, errno,
						       "cannot switch counter %s",
						       counter->name);
	}
	return 0;
}

int dmafp_counters_enable(struct dmafp_counters *counters, struct dmafp_err *err)
{
	return switch_all(counters, PERF_EVENT_IOC_ENABLE, err);
}

int dmafp_counters_disable(struct dmafp_counters *counters, struct dmafp_err *err)
{
	return switch_all(counters, PERF_EVENT_IOC_DISABLE, err);
}

/* --- read */

void dmafp_counters_judge(const struct dmafp_counters_reading *readings, size_t nr,
			  struct dmafp_counter_result *result)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < nr; i++) {
		value += readings[i].value;
		result->enabled_ns += readings[i].enabled_ns;
		result->running_ns += readings[i].running_ns;
	}
	result->valid = result->enabled_ns == result->running_ns;
	result->state =
		result->valid ? DMAFP_COUNTER_IS_VALID : DMAFP_COUNTER_IS_MULTIPLEXED;
	if (result->valid)
		result->value = value;
}

static int read_all(const struct dmafp_counters *counters, const struct counter *counter,
		    struct dmafp_counters_reading *readings, struct dmafp_err *err)
{
	size_t cpu;

	for (cpu = 0; cpu < counters->nr_cpus; cpu++) {
		ssize_t n = read(counter->fds[cpu], &readings[cpu], sizeof(*readings));

		/* a CPU that went offline takes its counters along: nothing to be read */
		if (n != sizeof(*readings))
			return dmafp_err_errno(err, n < 0 ? errno : ENODEV,
					       "cannot read counter %s", counter->name);
	}
	return 0;
}

static int read_counter(const struct dmafp_counters *counters,
			const struct counter *counter,
			struct dmafp_counters_reading *readings,
			struct dmafp_counter_result *result, struct dmafp_err *err)
{
	int ret;

	result->event = dmafp_alloc_string(counter->name);
	result->type = counter->event.type;
	result->config = counter->event.config;
	if (counter->absent) {
		result->state = DMAFP_COUNTER_IS_ABSENT;
		result->reason = dmafp_event_absent(counter->absent);
		return 0;
	}
	ret = read_all(counters, counter, readings, err);
	if (!ret)
		dmafp_counters_judge(readings, counters->nr_cpus, result);
	return ret;
}

static void forget_results(struct dmafp_counter_result **results, size_t *nr)
{
	size_t i;

	for (i = 0; i < *nr; i++) {
		free((*results)[i].event);
		free((*results)[i].reason);
	}
	free(*results);
	*results = NULL;
	*nr = 0;
}

int dmafp_counters_read(struct dmafp_counters *counters,
			struct dmafp_counter_result **results, size_t *nr,
			struct dmafp_err *err)
{
	struct dmafp_counters_reading *readings;
	size_t i;
	int ret = 0;

	*results = NULL;
	*nr = 0;
	if (!counters)
		return 0;
	*nr = counters->nr;
	*results = dmafp_alloc(*nr, sizeof(**results));
	readings = dmafp_alloc(counters->nr_cpus, sizeof(*readings));
	for (i = 0; i < *nr && !ret; i++)
		ret = read_counter(counters, &counters->items[i], readings, *results + i,
				   err);
	free(readings);
	if (ret)
		forget_results(results, nr);
	return ret;
}
