// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "run/event.h"
#include "run/samples.h"

void dmafp_samples_init(struct dmafp_samples *samples)
{
	size_t nr = samples->nr_threads * DMAFP_NR_PHASES;

	samples->summaries = dmafp_alloc(nr, sizeof(*samples->summaries));
	samples->buckets = dmafp_alloc(nr * DMAFP_HIST_BUCKETS, sizeof(*samples->buckets));
	samples->series = dmafp_alloc(nr * samples->nr_series, sizeof(*samples->series));
	samples->counters = dmafp_alloc(samples->nr_threads * samples->nr_events,
					sizeof(*samples->counters));
}

void dmafp_samples_release(struct dmafp_samples *samples)
{
	free(samples->summaries);
	free(samples->buckets);
	free(samples->series);
	free(samples->counters);
	*samples = (struct dmafp_samples) { 0 };
}

int dmafp_samples_index(uint64_t ticks)
{
	unsigned int shift, sub;

	if (ticks < DMAFP_HIST_UNIT)
		return ticks;
	if (ticks >> DMAFP_HIST_MAX_SHIFT)
		return -1;
	shift = 63 - __builtin_clzll(ticks);
	sub = (ticks >> (shift - DMAFP_HIST_SUB_SHIFT)) & (DMAFP_HIST_SUB - 1);
	return DMAFP_HIST_UNIT + (shift - DMAFP_HIST_UNIT_SHIFT) * DMAFP_HIST_SUB + sub;
}

void dmafp_samples_bounds(unsigned int index, uint64_t *low, uint64_t *width)
{
	unsigned int power, sub;

	*low = index;
	*width = 1;
	if (index < DMAFP_HIST_UNIT)
		return;
	power = (index - DMAFP_HIST_UNIT) >> DMAFP_HIST_SUB_SHIFT;
	sub = (index - DMAFP_HIST_UNIT) & (DMAFP_HIST_SUB - 1);
	*width = 1ull << (power + DMAFP_HIST_UNIT_SHIFT - DMAFP_HIST_SUB_SHIFT);
	*low = (DMAFP_HIST_SUB + sub) * *width;
}

static const struct dmafp_summary *summary_of(const struct dmafp_samples *samples,
					      size_t thread, enum dmafp_phase phase)
{
	return &samples->summaries[thread * DMAFP_NR_PHASES + phase];
}

static const __u64 *buckets_of(const struct dmafp_samples *samples, size_t thread,
			       enum dmafp_phase phase)
{
	return &samples->buckets[(thread * DMAFP_NR_PHASES + phase) * DMAFP_HIST_BUCKETS];
}

static void keep_buckets(struct dmafp_hist *hist, const __u64 *buckets)
{
	size_t i, nr = 0;

	for (i = 0; i < DMAFP_HIST_BUCKETS; i++)
		nr += buckets[i] != 0;
	hist->buckets = dmafp_alloc(nr, sizeof(*hist->buckets));
	for (i = 0; i < DMAFP_HIST_BUCKETS; i++) {
		struct dmafp_bucket *bucket = &hist->buckets[hist->nr_buckets];

		if (!buckets[i])
			continue;
		dmafp_samples_bounds(i, &bucket->low, &bucket->width);
		bucket->count = buckets[i];
		hist->nr_buckets++;
	}
}

static void keep_hist(struct dmafp_hist *hist, const struct dmafp_summary *summary,
		      const __u64 *buckets)
{
	*hist = (struct dmafp_hist) {
		.count = summary->count,
		.min = summary->min,
		.max = summary->max,
		.sum = summary->sum,
		.overflow = summary->overflow,
	};
	keep_buckets(hist, buckets);
}

static void add_summary(struct dmafp_summary *to, const struct dmafp_summary *from)
{
	if (from->count && (!to->count || from->min < to->min))
		to->min = from->min;
	if (from->max > to->max)
		to->max = from->max;
	to->count += from->count;
	to->sum += from->sum;
	to->overflow += from->overflow;
}

static void merge(const struct dmafp_samples *samples, enum dmafp_phase phase,
		  struct dmafp_hist *hist)
{
	__u64 *sum = dmafp_alloc(DMAFP_HIST_BUCKETS, sizeof(*sum));
	struct dmafp_summary all = { 0 };
	size_t thread, i;

	for (thread = 0; thread < samples->nr_threads; thread++) {
		const __u64 *buckets = buckets_of(samples, thread, phase);

		add_summary(&all, summary_of(samples, thread, phase));
		for (i = 0; i < DMAFP_HIST_BUCKETS; i++)
			sum[i] += buckets[i];
	}
	keep_hist(hist, &all, sum);
	free(sum);
}

/* A harness that loses samples must not be believed. */
static int check_thread(const struct dmafp_samples *samples, size_t thread,
			enum dmafp_phase phase, uint64_t expected, bool fewer,
			struct dmafp_err *err)
{
	const struct dmafp_summary *summary = summary_of(samples, thread, phase);
	const __u64 *buckets = buckets_of(samples, thread, phase);
	uint64_t found = summary->overflow;
	bool enough;
	size_t i;

	for (i = 0; i < DMAFP_HIST_BUCKETS; i++)
		found += buckets[i];
	enough = fewer ? found && (!expected || found <= expected) : found == expected;
	if (found == summary->count && enough)
		return 0;
	return dmafp_err_set(err, EPROTO, DMAFP_EXIT_INTERNAL,
			     "the module's samples do not add up: worker %zu counts %" PRIu64
			     " samples, its histogram holds %" PRIu64
			     ", asked for were %s%" PRIu64,
			     thread, (uint64_t)summary->count, found,
			     fewer ? "at most " : "", expected);
}

static void keep_series(const struct dmafp_samples *samples, size_t thread,
			enum dmafp_phase phase, struct dmafp_series *series)
{
	const struct dmafp_summary *summary = summary_of(samples, thread, phase);
	const __u64 *points =
		samples->series + (thread * DMAFP_NR_PHASES + phase) * samples->nr_series;
	size_t i;

	series->stride = summary->series_stride;
	series->nr_points = summary->nr_series;
	series->points = dmafp_alloc(series->nr_points, sizeof(*series->points));
	for (i = 0; i < series->nr_points; i++)
		series->points[i] = points[i];
}

static int keep_all_series(const struct dmafp_samples *samples, enum dmafp_phase phase,
			   struct dmafp_phase_result *result, struct dmafp_err *err)
{
	size_t thread;

	if (!samples->nr_series)
		return 0;
	result->series = dmafp_alloc(samples->nr_threads, sizeof(*result->series));
	for (thread = 0; thread < samples->nr_threads; thread++) {
		if (summary_of(samples, thread, phase)->nr_series > samples->nr_series)
			return dmafp_err_set(err, EPROTO, DMAFP_EXIT_INTERNAL,
					     "the module says that it made more points "
					     "of a series than there is room for");
		keep_series(samples, thread, phase, &result->series[thread]);
		result->nr_series++;
	}
	return 0;
}

static void keep_workers(const struct dmafp_samples *samples, enum dmafp_phase phase,
			 struct dmafp_phase_result *result)
{
	size_t thread;

	if (samples->nr_threads == 1 || samples->nr_threads > DMAFP_SAMPLES_MAX_WORKERS)
		return;
	result->nr_workers = samples->nr_threads;
	result->workers = dmafp_alloc(result->nr_workers, sizeof(*result->workers));
	for (thread = 0; thread < samples->nr_threads; thread++)
		keep_hist(&result->workers[thread], summary_of(samples, thread, phase),
			  buckets_of(samples, thread, phase));
}

int dmafp_samples_to_phase(const struct dmafp_samples *samples, enum dmafp_phase phase,
			   uint64_t expected, bool fewer,
			   struct dmafp_phase_result *result, struct dmafp_err *err)
{
	size_t thread;
	int ret;

	for (thread = 0; thread < samples->nr_threads; thread++) {
		ret = check_thread(samples, thread, phase, expected, fewer, err);
		if (ret)
			return ret;
	}
	merge(samples, phase, &result->hist);
	keep_workers(samples, phase, result);
	return keep_all_series(samples, phase, result, err);
}

static void keep_counter(const struct dmafp_counter *counter,
			 struct dmafp_counter_result *result)
{
	result->enabled_ns = counter->enabled;
	result->running_ns = counter->running;
	switch (counter->state) {
	case DMAFP_COUNTER_VALID:
		result->state = DMAFP_COUNTER_IS_VALID;
		result->valid = true;
		result->value = counter->value;
		break;
	case DMAFP_COUNTER_MULTIPLEXED:
		result->state = DMAFP_COUNTER_IS_MULTIPLEXED;
		break;
	default:
		result->state = DMAFP_COUNTER_IS_ABSENT;
		result->reason = dmafp_event_absent(counter->error);
	}
}

void dmafp_samples_to_run(const struct dmafp_samples *samples, size_t thread,
			  const struct dmafp_event *events, char *const *names,
			  struct dmafp_worker_result *result)
{
	size_t i;

	result->elapsed = summary_of(samples, thread, DMAFP_PHASE_MAP)->elapsed;
	result->has_samples = true;
	result->samples = summary_of(samples, thread, DMAFP_PHASE_MAP)->count;
	result->nr_counters = samples->nr_events;
	result->counters = dmafp_alloc(result->nr_counters, sizeof(*result->counters));
	for (i = 0; i < result->nr_counters; i++) {
		result->counters[i].event = dmafp_alloc_string(names[i]);
		result->counters[i].type = events[i].type;
		result->counters[i].config = events[i].config;
		keep_counter(&samples->counters[thread * samples->nr_events + i],
			     &result->counters[i]);
	}
}
