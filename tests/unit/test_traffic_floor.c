// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How often the floor of real traffic lets chance pass for a difference: boots of four
 * arms that do not differ, drawn from one normal distribution.  docs/verdicts.md says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "analysis/traffic_verdict.h"

#define TRIALS	  20000
#define MAX_BOOTS 3

/* In how many of all trials is patched REGRESSED or IMPROVED? */
static double rate_of(size_t boots)
{
	struct dmafp_load load = { .tool = DMAFP_LOAD_FIO };
	struct dmafp_traffic_boot values[DMAFP_NR_ARMS][MAX_BOOTS] = { 0 };
	struct dmafp_group group = { .mode = "plain" };
	struct dmafp_comparison none = { 0 };
	struct dmafp_traffic_row row = { .group = &group,
					 .load = &load,
					 .kind = DMAFP_MEASURE_BUSY };
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
	size_t trial, arm, i, nr = 0;

	for (trial = 0; trial < TRIALS; trial++) {
		struct dmafp_traffic_verdict v = { 0 };

		for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
			for (i = 0; i < boots; i++)
				values[arm][i] = (struct dmafp_traffic_boot) {
					.load = &load,
					/* of min and p50 the same: what is chosen is no choice */
					.p50 = 9000 + gsl_ran_gaussian(random, 20),
				};
			for (i = 0; i < boots; i++)
				values[arm][i].min = values[arm][i].p50;
			row.sides[arm] = (struct dmafp_traffic_side) { values[arm], boots, &load };
		}
		dmafp_traffic_judge(&none, &row, &v);
		nr += v.verdicts[DMAFP_ARM_PATCHED] == DMAFP_REGRESSED ||
		      v.verdicts[DMAFP_ARM_PATCHED] == DMAFP_IMPROVED;
	}
	gsl_rng_free(random);
	return (double)nr / TRIALS;
}

static void test_chance(void **state)
{
	double two = rate_of(2), three = rate_of(3);

	(void)state;
	/* nothing is claimed of single boots that differ */
	assert_true(rate_of(1) == 0);
	assert_true(two > 0.04 && two < 0.06);
	assert_true(three > 0.006 && three < 0.013);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
