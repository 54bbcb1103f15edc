/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PMU counters over all that CPUs do, user mode and kernel, through
 * perf_event_open(2): what a load costs is spread over threads and interrupts.
 */
#ifndef DMAFP_TRAFFIC_COUNTERS_H
#define DMAFP_TRAFFIC_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/counter.h"
#include "base/err.h"
#include "run/value.h"

struct dmafp_counters;
struct perf_event_attr;

/**
 * struct dmafp_counters_where - where to count
 * @cpus: on these CPUs, @nr_cpus of them
 * @procfs: "/proc", for what the kernel allows
 * @open: perf_event_open() of all threads on one CPU: a descriptor, or a negative
 *	errno; NULL: the system call, tests have another
 */
struct dmafp_counters_where {
	const uint32_t *cpus;
	size_t nr_cpus;
	const char *procfs;
	int (*open)(struct perf_event_attr *attr, uint32_t cpu);
};

/**
 * struct dmafp_counters_reading - of one counter on one CPU, as read(2) gives it
 * @value: since it was opened
 * @enabled_ns: time enabled; @running_ns: of it on the PMU
 */
struct dmafp_counters_reading {
	uint64_t value, enabled_ns, running_ns;
};

/**
 * dmafp_counters_open() - counters that do not count yet
 * @names: as in the profile, see run/event.h
 * @where: see above
 * @err: filled on failure: not allowed, a CPU that is offline
 *
 * What the machine does not count is no failure, but absent from what is read.
 *
 * Return: the counters, NULL on failure.
 */
struct dmafp_counters *dmafp_counters_open(const struct dmafp_names *names,
					   const struct dmafp_counters_where *where,
					   struct dmafp_err *err);

/** dmafp_counters_enable() - count; NULL is fine.  0, or a negative errno */
int dmafp_counters_enable(struct dmafp_counters *counters, struct dmafp_err *err);

/** dmafp_counters_disable() - stop, to be enabled again or read; NULL is fine */
int dmafp_counters_disable(struct dmafp_counters *counters, struct dmafp_err *err);

/**
 * dmafp_counters_read() - what was counted while they were enabled
 * @results: out: in the order of the names, CPUs summed up; none after a failure
 * @nr: out: how many; 0 where @counters is NULL
 *
 * Return: 0, or a negative errno.
 */
int dmafp_counters_read(struct dmafp_counters *counters,
			struct dmafp_counter_result **results, size_t *nr,
			struct dmafp_err *err);

/** dmafp_counters_close() - NULL is fine */
void dmafp_counters_close(struct dmafp_counters *counters);

/**
 * dmafp_counters_judge() - what the readings of all CPUs make of a counter
 * @readings: @nr of them
 * @result: its state, value and times are filled in
 *
 * One that did not count all the time on one CPU has no value.
 */
void dmafp_counters_judge(const struct dmafp_counters_reading *readings, size_t nr,
			  struct dmafp_counter_result *result);

#endif /* DMAFP_TRAFFIC_COUNTERS_H */
