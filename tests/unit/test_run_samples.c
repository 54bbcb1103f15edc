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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unit_buckets),
		cmocka_unit_test(wide_buckets),
		cmocka_unit_test(buckets_tile_the_range),
		cmocka_unit_test(overflow_is_counted),
	};

	return cmocka_run_group_tests_name("samples", tests, NULL, NULL);
}
