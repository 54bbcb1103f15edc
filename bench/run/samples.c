// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "run/samples.h"

void dmafp_samples_init(struct dmafp_samples *samples, size_t nr_threads)
{
	size_t nr = nr_threads * DMAFP_NR_PHASES;

	samples->nr_threads = nr_threads;
	samples->summaries = dmafp_alloc(nr, sizeof(*samples->summaries));
	samples->buckets = dmafp_alloc(nr * DMAFP_HIST_BUCKETS, sizeof(*samples->buckets));
}

void dmafp_samples_release(struct dmafp_samples *samples)
{
	free(samples->summaries);
	free(samples->buckets);
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
			enum dmafp_phase phase, uint64_t expected, struct dmafp_err *err)
{
	const struct dmafp_summary *summary = summary_of(samples, thread, phase);
	const __u64 *buckets = buckets_of(samples, thread, phase);
	uint64_t found = summary->overflow;
	size_t i;

	for (i = 0; i < DMAFP_HIST_BUCKETS; i++)
		found += buckets[i];
	if (found == summary->count && found == expected)
		return 0;
	return dmafp_err_set(err, EPROTO, DMAFP_EXIT_INTERNAL,
			     "the module's samples do not add up: worker %zu counts %" PRIu64
			     " samples, its histogram holds %" PRIu64
			     ", asked for were %" PRIu64,
			     thread, (uint64_t)summary->count, found, expected);
}

int dmafp_samples_to_phase(const struct dmafp_samples *samples, enum dmafp_phase phase,
			   uint64_t expected, struct dmafp_phase_result *result,
			   struct dmafp_err *err)
{
	size_t thread;
	int ret;

	for (thread = 0; thread < samples->nr_threads; thread++) {
		ret = check_thread(samples, thread, phase, expected, err);
		if (ret)
			return ret;
	}
	merge(samples, phase, &result->hist);
	if (samples->nr_threads == 1)
		return 0;
	result->nr_workers = samples->nr_threads;
	result->workers = dmafp_alloc(result->nr_workers, sizeof(*result->workers));
	for (thread = 0; thread < samples->nr_threads; thread++)
		keep_hist(&result->workers[thread], summary_of(samples, thread, phase),
			  buckets_of(samples, thread, phase));
	return 0;
}
