// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Levels of looks.  How often ranks alone cross them is counted out over all orders of
 * boots where there are few, which is no estimate; tests/method does the rest.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/stat/effect.h"
#include "analysis/stat/sequential.h"

static double level(const unsigned int *looks, size_t nr, unsigned int boots_max, double alpha)
{
	struct dmafp_sequential s;

	dmafp_sequential_plan(&s, looks, nr, boots_max);
	return dmafp_sequential_level(&s, alpha);
}

static void one_look_at_the_end_is_none(void **state)
{
	const unsigned int looks[] = { 12 };

	(void)state;
	assert_float_equal(level(looks, 1, 12, 0.05), 0.05, 1e-9);
	assert_float_equal(level(looks, 1, 12, 0.001), 0.001, 1e-9);
	assert_float_equal(dmafp_sequential_level(NULL, 0.05), 0.05, 0);
	assert_float_equal(dmafp_sequential_p(NULL, 0.3), 0.3, 0);
}

/* 97 % of alpha t^3, t = (6^2 / 13) / (12^2 / 25) */
static void first_look_has_what_may_be_spent(void **state)
{
	const unsigned int looks[] = { 6 };
	double t = 36.0 / 13 / (144.0 / 25);

	(void)state;
	assert_float_equal(level(looks, 1, 12, 0.05), 0.97 * 0.05 * t * t * t, 1e-7);
}

/*
 * Two looks at a normal statistic: the chance to be above either bound is that of the
 * bivariate normal distribution with correlation sqrt(t).
 */
static void two_looks_spend_all(void **state)
{
	const unsigned int looks[] = { 8, 12 };
	double t = 64.0 / 17 / (144.0 / 25), rho = sqrt(t), sum = 0, step = 1e-3, z;
	double a = level(looks, 1, 12, 0.05), b = level(looks, 2, 12, 0.05);
	double low = -8, za = 0, zb = 0;

	(void)state;
	/* quantiles, by halving */
	for (int i = 0; i < 60; i++) {
		double at = 4 / pow(2, i);

		za += erfc((za + at) / sqrt(2)) / 2 > a ? at : 0;
		zb += erfc((zb + at) / sqrt(2)) / 2 > b ? at : 0;
	}
	for (z = low + step / 2; z < za; z += step)
		sum += step * exp(-z * z / 2) / sqrt(2 * M_PI) *
		       erfc((zb - rho * z) / sqrt(1 - t) / sqrt(2)) / 2;
	assert_float_equal(a + sum, 0.97 * 0.05, 1e-4);
}

static void more_looks_leave_less(void **state)
{
	const unsigned int few[] = { 12 }, some[] = { 9, 12 }, many[] = { 7, 8, 9, 10, 11, 12 };

	(void)state;
	assert_true(level(few, 1, 12, 0.05) > level(some, 2, 12, 0.05));
	assert_true(level(some, 2, 12, 0.05) > level(many, 6, 12, 0.05));
	assert_true(level(many, 6, 12, 0.05) > 0.025);
}

/* 1 / 20 and 1 / 70 orders are no proof at these levels: such looks cost nothing */
static void early_looks_cost_nothing(void **state)
{
	const unsigned int early[] = { 1, 2, 3, 4, 8 }, none[] = { 8 };

	(void)state;
	assert_float_equal(level(early, 5, 12, 0.05), level(none, 1, 12, 0.05), 1e-12);
}

static void p_is_the_other_way_round(void **state)
{
	static const double alphas[] = { 0.05, 0.025, 0.025 / 22, 1e-5, 1e-9 };
	const unsigned int looks[] = { 6, 7, 8, 9 };
	struct dmafp_sequential s;
	double before = 1;
	size_t i;

	(void)state;
	dmafp_sequential_plan(&s, looks, 4, 12);
	for (i = 0; i < sizeof(alphas) / sizeof(alphas[0]); i++) {
		double at = dmafp_sequential_level(&s, alphas[i]);

		assert_true(at < before && at < alphas[i]);
		assert_float_equal(dmafp_sequential_p(&s, at) / alphas[i], 1, 1e-9);
		before = at;
	}
	assert_float_equal(dmafp_sequential_p(&s, 1), 1, 0);
}

/*
 * All orders of @max boots of each of two arms are as likely as any other, if they are
 * one kernel: count those in which a one-sided claim is made at any look.
 */
struct orders {
	unsigned int max;
	double critical[16]; /* p at each number of boots, as dmafp_effect_at() sees it */
	unsigned int ranks[16]; /* base, arm, base, arm */
	uint64_t all, crossed;
};

static unsigned int u_of(const unsigned int *ranks, unsigned int boots)
{
	unsigned int i, k, u = 0;

	for (i = 0; i < boots; i++)
		for (k = 0; k < boots; k++)
			u += ranks[2 * k + 1] < ranks[2 * i];
	return u;
}

static void count_order(struct orders *o)
{
	unsigned int boots;

	o->all++;
	for (boots = 3; boots <= o->max; boots++)
		if (u_of(o->ranks, boots) <= o->critical[boots]) {
			o->crossed++;
			return;
		}
}

static void permute(struct orders *o, unsigned int first)
{
	unsigned int i, swap;

	if (first == 2 * o->max) {
		count_order(o);
		return;
	}
	for (i = first; i < 2 * o->max; i++) {
		swap = o->ranks[first];
		o->ranks[first] = o->ranks[i];
		o->ranks[i] = swap;
		permute(o, first + 1);
		swap = o->ranks[first];
		o->ranks[first] = o->ranks[i];
		o->ranks[i] = swap;
	}
}

/* The greatest U that is claimed to be above base by @alpha, from real boots; -1: none is */
static double critical(const struct dmafp_sequential *look, unsigned int boots, double alpha)
{
	double base[16], arm[16], u = -1;
	struct dmafp_effect e;
	unsigned int i, below;

	for (below = 0; below <= boots; below++) {
		struct dmafp_replicates of_base = { base, NULL, boots };
		struct dmafp_replicates of_arm = { arm, NULL, boots };

		/* one boot of the arm is below so many of base */
		for (i = 0; i < boots; i++) {
			base[i] = 100 + i;
			arm[i] = 1000 + i;
		}
		arm[0] = 99.5 + (boots - below);
		dmafp_effect_at(look, &of_base, &of_arm, 1e-9, &e);
		if (e.p_more <= alpha)
			u = below;
	}
	return u;
}

static double crossed(unsigned int max, double alpha, bool naive)
{
	struct orders o = { .max = max };
	struct dmafp_sequential s;
	unsigned int looks[16], i;

	for (i = 0; i < 2 * max; i++)
		o.ranks[i] = i;
	for (i = 3; i <= max; i++) {
		looks[i - 3] = i;
		dmafp_sequential_plan(&s, looks, i - 2, max);
		o.critical[i] = critical(naive ? NULL : &s, i, alpha);
	}
	permute(&o, 0);
	return (double)o.crossed / (double)o.all;
}

static void all_orders_of_five_boots(void **state)
{
	(void)state;
	assert_true(crossed(5, 0.05, false) <= 0.05);
	assert_true(crossed(5, 0.05, false) > 0.02);
	assert_true(crossed(5, 0.025, false) <= 0.025);
	/* the rule that looks with one look's levels is wrong more often than it says */
	assert_true(crossed(5, 0.05, true) > 0.075);
}

static void all_orders_of_four_boots(void **state)
{
	(void)state;
	assert_true(crossed(4, 0.05, false) <= 0.05);
	assert_true(crossed(4, 0.05, true) > 0.055);
}

static void an_early_look_claims_nothing(void **state)
{
	const double base[] = { 100, 101, 102, 103 }, arm[] = { 100.2, 101.2, 102.2, 103.2 };
	const struct dmafp_replicates of_base = { base, NULL, 4 }, of_arm = { arm, NULL, 4 };
	const unsigned int looks[] = { 4 };
	struct dmafp_sequential s;
	struct dmafp_effect e;

	(void)state;
	dmafp_sequential_plan(&s, looks, 1, 12);
	dmafp_effect_at(&s, &of_base, &of_arm, 50, &e);
	assert_true(e.known);
	assert_true(e.early);
	assert_true(e.p_equivalent > 0.05);
	dmafp_effect_of(&of_base, &of_arm, 50, &e);
	assert_false(e.early);
	assert_true(e.p_equivalent <= 0.05);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_look_at_the_end_is_none),
		cmocka_unit_test(first_look_has_what_may_be_spent),
		cmocka_unit_test(two_looks_spend_all),
		cmocka_unit_test(more_looks_leave_less),
		cmocka_unit_test(early_looks_cost_nothing),
		cmocka_unit_test(p_is_the_other_way_round),
		cmocka_unit_test(all_orders_of_five_boots),
		cmocka_unit_test(all_orders_of_four_boots),
		cmocka_unit_test(an_early_look_claims_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
