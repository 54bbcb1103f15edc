// SPDX-License-Identifier: GPL-2.0-or-later
/* Quantiles by their definition, and histograms that cannot be. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/hist.h"

#define BUCKETS(...)                                                    \
	.buckets = (struct dmafp_bucket[]) { __VA_ARGS__ },             \
	.nr_buckets = sizeof((struct dmafp_bucket[]) { __VA_ARGS__ }) / \
		      sizeof(struct dmafp_bucket)

/* 1, 2, 3, 4, 5 */
static const struct dmafp_hist five = { .count = 5,
					.min = 1,
					.max = 5,
					.sum = 15,
					BUCKETS({ 1, 1, 1 }, { 2, 1, 1 }, { 3, 1, 1 },
						{ 4, 1, 1 }, { 5, 1, 1 }) };

/* 10, 10, 10, 20 */
static const struct dmafp_hist four = {
	.count = 4, .min = 10, .max = 20, .sum = 50, BUCKETS({ 10, 1, 3 }, { 20, 1, 1 })
};

static void test_nearest_rank(void **state)
{
	(void)state;
	assert_int_equal(dmafp_hist_quantile(&five, 50, 100), 3); /* rank ceil(2.5) */
	assert_int_equal(dmafp_hist_quantile(&five, 99, 100), 5); /* rank ceil(4.95) */
	assert_int_equal(dmafp_hist_quantile(&five, 20, 100), 1); /* rank 1 */
	assert_int_equal(dmafp_hist_quantile(&five, 21, 100), 2); /* rank ceil(1.05) */
	assert_int_equal(dmafp_hist_quantile(&five, 1, 1), 5);
	assert_int_equal(dmafp_hist_quantile(&four, 50, 100), 10); /* rank 2 */
	assert_int_equal(dmafp_hist_quantile(&four, 75, 100), 10); /* rank 3 */
	assert_int_equal(dmafp_hist_quantile(&four, 76, 100), 20); /* rank 4 */
}

static void test_one_sample(void **state)
{
	const struct dmafp_hist one = {
		.count = 1, .min = 7, .max = 7, .sum = 7, BUCKETS({ 7, 1, 1 })
	};

	(void)state;
	assert_int_equal(dmafp_hist_quantile(&one, 50, 100), 7);
	assert_int_equal(dmafp_hist_quantile(&one, 99, 100), 7);
	assert_int_equal(dmafp_hist_quantile(&one, 1, 10000), 7);
}

/* 99 of 100 are at or below 1, 100 of 101 are not 99 % of them */
static void test_p99_edge(void **state)
{
	const struct dmafp_hist even = { .count = 100,
					 .min = 1,
					 .max = 9,
					 .sum = 108,
					 BUCKETS({ 1, 1, 99 }, { 9, 1, 1 }) };
	const struct dmafp_hist tail = { .count = 100,
					 .min = 1,
					 .max = 9,
					 .sum = 116,
					 BUCKETS({ 1, 1, 98 }, { 9, 1, 2 }) };

	(void)state;
	assert_int_equal(dmafp_hist_quantile(&even, 99, 100), 1);
	assert_int_equal(dmafp_hist_quantile(&tail, 99, 100), 9);
}

/* count * 99 does not fit 64 bits */
static void test_huge_count(void **state)
{
	const uint64_t half = UINT64_C(1) << 62;
	const struct dmafp_hist huge = { .count = 2 * half - 1,
					 .min = 0,
					 .max = 1,
					 .sum = half - 1,
					 BUCKETS({ 0, 1, half }, { 1, 1, half - 1 }) };

	(void)state;
	assert_int_equal(dmafp_hist_quantile(&huge, 50, 100), 0);
	assert_int_equal(dmafp_hist_quantile(&huge, 51, 100), 1);
	assert_int_equal(dmafp_hist_quantile(&huge, 99, 100), 1);
}

static void test_wide_and_overflow(void **state)
{
	/* 20000, 20010 in one bucket, 2^41 beyond the last */
	const uint64_t far = UINT64_C(1) << 41;
	const struct dmafp_hist wide = { .count = 3,
					 .min = 20000,
					 .max = far,
					 .sum = 40010 + far,
					 .overflow = 1,
					 BUCKETS({ 19968, 64, 2 }) };
	struct dmafp_err err;

	(void)state;
	assert_int_equal(dmafp_hist_check(&wide, &err), 0);
	assert_int_equal(dmafp_hist_quantile(&wide, 50, 100), 20000);
	assert_int_equal(dmafp_hist_quantile(&wide, 99, 100), far);
}

static void test_mean(void **state)
{
	const struct dmafp_hist none = { 0 };

	(void)state;
	assert_true(dmafp_hist_mean(&five) == 3.0);
	assert_true(dmafp_hist_mean(&four) == 12.5);
	assert_true(dmafp_hist_mean(&none) == 0.0);
}

static void test_equal(void **state)
{
	struct dmafp_bucket buckets[5];
	struct dmafp_hist copy = five;
	size_t i;

	(void)state;
	memcpy(buckets, five.buckets, sizeof(buckets));
	copy.buckets = buckets;
	assert_true(dmafp_hist_equal(&five, &copy));
	for (i = 0; i < 5; i++) {
		buckets[i].count++;
		assert_false(dmafp_hist_equal(&five, &copy));
		buckets[i].count--;
		buckets[i].width++;
		assert_false(dmafp_hist_equal(&five, &copy));
		buckets[i].width--;
	}
	copy.nr_buckets--;
	assert_false(dmafp_hist_equal(&five, &copy));
	copy.nr_buckets++;
	copy.max++;
	assert_false(dmafp_hist_equal(&five, &copy));
	copy.max--;
	copy.overflow++;
	assert_false(dmafp_hist_equal(&five, &copy));
}

static void test_impossible(void **state)
{
	const struct {
		struct dmafp_hist hist;
		const char *why;
	} cases[] = {
		{ { .count = 2, .min = 1, .max = 1, .sum = 2, BUCKETS({ 1, 1, 1 }) },
		  "its count says 2" },
		{ { .count = 0 }, "its count says 0" },
		{ { .count = 1, .min = 1, .max = 1, .sum = 2, BUCKETS({ 1, 1, 1 }) },
		  "its buckets give 1..1" },
		{ { .count = 2, .min = 1, .max = 2, .sum = 3, BUCKETS({ 2, 1, 1 }, { 1, 1, 1 }) },
		  "out of order" },
		{ { .count = 2, .min = 1, .max = 2, .sum = 3, BUCKETS({ 1, 2, 1 }, { 2, 1, 1 }) },
		  "out of order" },
		{ { .count = 1, .min = 1, .max = 1, .sum = 1, BUCKETS({ 1, 1, 1 }, { 2, 1, 0 }) },
		  "empty bucket" },
		{ { .count = 1, .min = 1, .max = 1, .sum = 1, BUCKETS({ 1, 0, 1 }) },
		  "empty bucket" },
		{ { .count = 1, .min = 0, .max = 1, .sum = 1, BUCKETS({ 1, 1, 1 }) },
		  "minimum outside" },
		{ { .count = 1, .min = 1, .max = 2, .sum = 1, BUCKETS({ 1, 1, 1 }) },
		  "maximum in the wrong" },
		{ { .count = 2, .min = 1, .max = 1, .sum = 2, .overflow = 1, BUCKETS({ 1, 1, 1 }) },
		  "maximum in the wrong" },
		{ { .count = 1, .min = 2, .max = 1, .sum = 1, BUCKETS({ 1, 1, 1 }) },
		  "minimum above" },
		{ { .count = 1, .min = 1, .max = 1, .sum = 1, BUCKETS({ UINT64_MAX, 2, 1 }) },
		  "beyond all numbers" },
		{ { .count = 1, .min = 17, .max = 17, .sum = 16, BUCKETS({ 16, 4, 1 }) },
		  NULL },
		{ { .count = 1, .min = 17, .max = 17, .sum = 20, BUCKETS({ 16, 4, 1 }) },
		  "its buckets give 16..19" },
	};
	struct dmafp_err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int ret = dmafp_hist_check(&cases[i].hist, &err);

		if (!cases[i].why) {
			assert_int_equal(ret, 0);
			continue;
		}
		assert_true(ret < 0);
		assert_int_equal(err.exit, DMAFP_EXIT_DATA);
		if (!strstr(err.msg, cases[i].why))
			fail_msg("case %zu: \"%s\" does not say \"%s\"", i, err.msg,
				 cases[i].why);
	}
}

/*
 * Samples 1, 1, 2, 4: the middles of their ranks are 1/4, 5/8 and 7/8 of all, so
 * that the median is two thirds of the way from 1 to 2.
 */
static void point(void **state)
{
	struct dmafp_bucket buckets[] = { { 1, 1, 2 }, { 2, 1, 1 }, { 4, 1, 1 } };
	struct dmafp_hist h = { .count = 4, .min = 1, .max = 4, .sum = 8, .buckets = buckets,
				.nr_buckets = 3 };

	(void)state;
	assert_true(fabs(dmafp_hist_point(&h, 50, 100) - 5.0 / 3) < 1e-12);
	assert_true(fabs(dmafp_hist_point(&h, 75, 100) - 3) < 1e-12);
	assert_true(fabs(dmafp_hist_point(&h, 99, 100) - 4) < 1e-12);
	assert_true(fabs(dmafp_hist_point(&h, 1, 100) - 1) < 1e-12);
}

/* A wide bucket stands at its middle, the overflow at the maximum */
static void point_of_wide_buckets(void **state)
{
	struct dmafp_bucket buckets[] = { { 4096, 16, 4 }, { 8192, 32, 4 } };
	struct dmafp_hist h = { .count = 8, .min = 4100, .max = 8200, .sum = 49152,
				.buckets = buckets, .nr_buckets = 2 };

	(void)state;
	/* 4100 to 4111, 8192 to 8200; ranks 2 and 6 of 8 */
	assert_true(fabs(dmafp_hist_point(&h, 25, 100) - 4105.5) < 1e-9);
	assert_true(fabs(dmafp_hist_point(&h, 75, 100) - 8196) < 1e-9);
	assert_true(fabs(dmafp_hist_point(&h, 50, 100) - (4105.5 + 8196) / 2) < 1e-9);
	h.count = 16;
	h.overflow = 8;
	h.max = 100000;
	assert_true(fabs(dmafp_hist_point(&h, 75, 100) - 100000) < 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nearest_rank),
		cmocka_unit_test(test_one_sample),
		cmocka_unit_test(test_p99_edge),
		cmocka_unit_test(test_huge_count),
		cmocka_unit_test(test_wide_and_overflow),
		cmocka_unit_test(test_mean),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_impossible),
		cmocka_unit_test(point),
		cmocka_unit_test(point_of_wide_buckets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
