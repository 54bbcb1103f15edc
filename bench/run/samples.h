/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Samples as the module returns them, and as a result keeps them. */
#ifndef DMAFP_RUN_SAMPLES_H
#define DMAFP_RUN_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/result.h"
#include "base/err.h"
#include "kmod/uapi/dmafp.h"

/**
 * struct dmafp_samples - what one DMAFP_IOC_RUN fills
 * @nr_threads: workers
 * @nr_series: points of every time series
 * @nr_events: PMU counters of every worker
 * @summaries: worker by worker, phase by phase
 * @buckets: the same, DMAFP_HIST_BUCKETS each
 * @series: the same, @nr_series each
 * @counters: worker by worker, event by event
 */
struct dmafp_samples {
	size_t nr_threads, nr_series, nr_events;
	struct dmafp_summary *summaries;
	__u64 *buckets;
	__u64 *series;
	struct dmafp_counter *counters;
};

/* Above so many workers their histograms are not kept, only the one of all */
#define DMAFP_SAMPLES_MAX_WORKERS 16

/** dmafp_samples_init() - room for the three numbers set in @samples */
void dmafp_samples_init(struct dmafp_samples *samples);

/** dmafp_samples_release() - give the room back */
void dmafp_samples_release(struct dmafp_samples *samples);

/** dmafp_samples_index() - bucket of a value, -1 for overflow */
int dmafp_samples_index(uint64_t ticks);

/**
 * dmafp_samples_bounds() - the values a bucket holds
 * @index: of the bucket
 * @low: out: least value
 * @width: out: how many values
 */
void dmafp_samples_bounds(unsigned int index, uint64_t *low, uint64_t *width);

/**
 * dmafp_samples_to_phase() - keep one phase in a result
 * @samples: of all workers
 * @phase: which
 * @expected: samples that every worker must have, 0: as many as there are
 * @fewer: it may be fewer, but not none
 * @result: its @hist, @workers and @series are filled; the caller releases them
 *	with the result, also after a failure
 * @err: filled if the module's numbers do not add up
 *
 * Return: 0, or a negative errno.
 */
int dmafp_samples_to_phase(const struct dmafp_samples *samples, enum dmafp_phase phase,
			   uint64_t expected, bool fewer,
			   struct dmafp_phase_result *result, struct dmafp_err *err);

/**
 * dmafp_samples_to_run() - keep what one worker did over both phases
 * @samples: of all workers
 * @thread: which
 * @events: the counters that were asked for
 * @names: what the profile calls them
 * @result: out; the caller releases it with the result
 */
void dmafp_samples_to_run(const struct dmafp_samples *samples, size_t thread,
			  const struct dmafp_event *events, char *const *names,
			  struct dmafp_worker_result *result);

#endif /* DMAFP_RUN_SAMPLES_H */
