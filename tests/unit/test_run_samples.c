// SPDX-License-Identifier: GPL-2.0-or-later
/* Samples: the histogram geometry of the ABI, turned inside out. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run/samples.h"

static void unit_buckets(void **state)
{
	uint64_t low, width;

	(void)state;
	assert_int_equal(dmafp_samples_index(0), 0);
	assert_int_equal(dmafp_samples_index(16383), 16383);
	dmafp_samples_bounds(16383, &low, &width);
	assert_int_equal(low, 16383);
	assert_int_equal(width, 1);
}

static void wide_buckets(void **state)
{
	uint64_t low, width;

	(void)state;
	/* [2^14, 2^15) in 256: 64 wide each */
	assert_int_equal(dmafp_samples_index(16384), 16384);
	assert_int_equal(dmafp_samples_index(16384 + 63), 16384);
	assert_int_equal(dmafp_samples_index(16384 + 64), 16385);
	dmafp_samples_bounds(16385, &low, &width);
	assert_int_equal(low, 16448);
	assert_int_equal(width, 64);
	assert_int_equal(dmafp_samples_index((1ull << 40) - 1), DMAFP_HIST_BUCKETS - 1);
	assert_int_equal(dmafp_samples_index(1ull << 40), -1);
}

/* Every bucket begins where the last one ends, and holds its own bounds. */
static void buckets_tile_the_range(void **state)
{
	uint64_t low, width, next = 0;
	int i;

	(void)state;
	for (i = 0; i < (int)DMAFP_HIST_BUCKETS; i++) {
		dmafp_samples_bounds(i, &low, &width);
		assert_int_equal(low, next);
		assert_int_equal(dmafp_samples_index(low), i);
		assert_int_equal(dmafp_samples_index(low + width - 1), i);
		next = low + width;
	}
	assert_int_equal(next, 1ull << DMAFP_HIST_MAX_SHIFT);
}

static void overflow_is_counted(void **state)
{
	struct dmafp_phase_result phase = { 0 };
	struct dmafp_samples samples = { .nr_threads = 1 };
	struct dmafp_err err;

	(void)state;
	dmafp_samples_init(&samples);
	samples.summaries[0] = (struct dmafp_summary) { .count = 2,
							.min = 5,
							.max = 1ull << 41,
							.sum = (1ull << 41) + 5,
							.overflow = 1 };
	samples.buckets[5] = 1;
	assert_int_equal(dmafp_samples_to_phase(&samples, DMAFP_PHASE_MAP, 2, false,
						&phase, &err),
			 0);
	assert_int_equal(phase.hist.count, 2);
	assert_int_equal(phase.hist.overflow, 1);
	assert_int_equal(phase.hist.nr_buckets, 1);
	free(phase.hist.buckets);
	phase = (struct dmafp_phase_result) { 0 };
	/* fewer than asked for */
	assert_int_equal(dmafp_samples_to_phase(&samples, DMAFP_PHASE_MAP, 3, false,
						&phase, &err),
			 -EPROTO);
	/* the summary and the samples disagree */
	samples.summaries[0].count = 3;
	assert_int_equal(dmafp_samples_to_phase(&samples, DMAFP_PHASE_MAP, 2, false,
						&phase, &err),
			 -EPROTO);
	samples.summaries[0].count = 2;
	/* the summary without its samples */
	samples.buckets[5] = 0;
	assert_int_equal(dmafp_samples_to_phase(&samples, DMAFP_PHASE_MAP, 2, false,
						&phase, &err),
			 -EPROTO);
	dmafp_samples_release(&samples);
}

static void fill_one(struct dmafp_samples *samples, size_t thread, uint64_t ticks,
		     uint64_t nr)
{
	size_t slot = thread * DMAFP_NR_PHASES;

	samples->summaries[slot] = (struct dmafp_summary) {
		.count = nr, .min = ticks, .max = ticks, .sum = nr * ticks, .elapsed = 99
	};
	samples->buckets[slot * DMAFP_HIST_BUCKETS + ticks] = nr;
}

/* Where time is the bound there may be fewer, but not none, and never more. */
static void fewer_in_time(void **state)
{
	static const struct {
		uint64_t expected;
		uint64_t have;
		int ret;
	} cases[] = { { 10, 10, 0 }, { 10, 3, 0 },	 { 0, 3, 0 },
		      { 10, 11, -EPROTO }, { 10, 0, -EPROTO }, { 0, 0, -EPROTO } };
	struct dmafp_err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dmafp_samples samples = { .nr_threads = 1 };
		struct dmafp_phase_result phase = { 0 };

		dmafp_samples_init(&samples);
		fill_one(&samples, 0, 5, cases[i].have);
		assert_int_equal(dmafp_samples_to_phase(&samples, DMAFP_PHASE_MAP,
							cases[i].expected, true, &phase,
							&err),
				 cases[i].ret);
		free(phase.hist.buckets);
		dmafp_samples_release(&samples);
	}
}

static void series_of_each_worker(void **state)
{
	struct dmafp_samples samples = { .nr_threads = 2, .nr_series = 4 };
	struct dmafp_phase_result phase = { 0 };
	struct dmafp_err err;
	size_t i;

	(void)state;
	dmafp_samples_init(&samples);
	for (i = 0; i < 2; i++) {
		fill_one(&samples, i, 5 + i, 8);
		samples.summaries[2 * i].nr_series = 3;
		samples.summaries[2 * i].series_stride = 2;
		samples.series[2 * i * 4 + 2] = 70 + i;
	}
	assert_int_equal(
		dmafp_samples_to_phase(&samples, DMAFP_PHASE_MAP, 8, false, &phase, &err), 0);
	assert_int_equal(phase.nr_series, 2);
	assert_int_equal(phase.series[1].nr_points, 3);
	assert_int_equal(phase.series[1].stride, 2);
	assert_int_equal(phase.series[0].points[2], 70);
	assert_int_equal(phase.series[1].points[2], 71);
	for (i = 0; i < 2; i++) {
		free(phase.series[i].points);
		free(phase.workers[i].buckets);
	}
	free(phase.series);
	free(phase.workers);
	free(phase.hist.buckets);
	/* more points than there is room for are not read */
	samples.summaries[2].nr_series = 5;
	phase = (struct dmafp_phase_result) { 0 };
	assert_int_equal(
		dmafp_samples_to_phase(&samples, DMAFP_PHASE_MAP, 8, false, &phase, &err),
		-EPROTO);
	for (i = 0; i < phase.nr_series; i++)
		free(phase.series[i].points);
	for (i = 0; i < 2; i++)
		free(phase.workers[i].buckets);
	free(phase.series);
	free(phase.workers);
	free(phase.hist.buckets);
	dmafp_samples_release(&samples);
}

/* Of many workers only their numbers of samples are kept, and the histogram of all */
static void many_workers(void **state)
{
	size_t nr[] = { DMAFP_SAMPLES_MAX_WORKERS, DMAFP_SAMPLES_MAX_WORKERS + 1 }, i, k;

	(void)state;
	for (k = 0; k < 2; k++) {
		struct dmafp_samples samples = { .nr_threads = nr[k] };
		struct dmafp_phase_result phase = { 0 };
		struct dmafp_worker_result run = { 0 };
		struct dmafp_err err;

		dmafp_samples_init(&samples);
		for (i = 0; i < nr[k]; i++)
			fill_one(&samples, i, 5, 8 + i);
		assert_int_equal(dmafp_samples_to_phase(&samples, DMAFP_PHASE_MAP, 0, true,
							&phase, &err),
				 0);
		assert_int_equal(phase.nr_workers, k ? 0 : nr[k]);
		assert_int_equal(phase.hist.count, nr[k] * 8 + nr[k] * (nr[k] - 1) / 2);
		dmafp_samples_to_run(&samples, nr[k] - 1, NULL, NULL, &run);
		assert_true(run.has_samples);
		assert_int_equal(run.samples, 8 + nr[k] - 1);
		for (i = 0; i < phase.nr_workers; i++)
			free(phase.workers[i].buckets);
		free(phase.workers);
		free(phase.hist.buckets);
		free(run.counters);
		dmafp_samples_release(&samples);
	}
}

/* Only a counter that counted all the time has a value; 0 would be a lie. */
static void counters_by_state(void **state)
{
	static const struct dmafp_event events[3] = { { .type = 4, .config = 7 } };
	static char *const names[] = { "r7", "cycles", "instructions" };
	struct dmafp_samples samples = { .nr_threads = 1, .nr_events = 3 };
	struct dmafp_worker_result run = { 0 };
	size_t i;

	(void)state;
	dmafp_samples_init(&samples);
	fill_one(&samples, 0, 5, 1);
	samples.counters[0] = (struct dmafp_counter) {
		.state = DMAFP_COUNTER_VALID, .value = 12, .enabled = 9, .running = 9
	};
	samples.counters[1] = (struct dmafp_counter) {
		.state = DMAFP_COUNTER_MULTIPLEXED, .value = 34, .enabled = 9, .running = 4
	};
	samples.counters[2] = (struct dmafp_counter) { .state = DMAFP_COUNTER_ABSENT,
						       .error = ENOENT };
	dmafp_samples_to_run(&samples, 0, events, names, &run);
	assert_int_equal(run.elapsed, 99);
	assert_int_equal(run.nr_counters, 3);
	assert_string_equal(run.counters[0].event, "r7");
	assert_int_equal(run.counters[0].config, 7);
	assert_true(run.counters[0].valid);
	assert_int_equal(run.counters[0].value, 12);
	assert_null(run.counters[0].reason);
	assert_int_equal(run.counters[1].state, DMAFP_COUNTER_IS_MULTIPLEXED);
	assert_false(run.counters[1].valid);
	assert_int_equal(run.counters[1].value, 0);
	assert_int_equal(run.counters[1].running_ns, 4);
	assert_int_equal(run.counters[2].state, DMAFP_COUNTER_IS_ABSENT);
	assert_false(run.counters[2].valid);
	assert_string_equal(run.counters[2].reason, "this machine's PMU does not count it");
	for (i = 0; i < 3; i++) {
		free(run.counters[i].event);
		free(run.counters[i].reason);
	}
	free(run.counters);
	dmafp_samples_release(&samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unit_buckets),
		cmocka_unit_test(wide_buckets),
		cmocka_unit_test(buckets_tile_the_range),
		cmocka_unit_test(overflow_is_counted),
		cmocka_unit_test(fewer_in_time),
		cmocka_unit_test(series_of_each_worker),
		cmocka_unit_test(many_workers),
		cmocka_unit_test(counters_by_state),
	};

	return cmocka_run_group_tests_name("samples", tests, NULL, NULL);
}
