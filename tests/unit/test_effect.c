// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statistics of the timed domain: counts of orders made by hand, quantiles of
 * printed tables, worked examples.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/stat/drift.h"
#include "analysis/stat/effect.h"
#include "analysis/stat/holm.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static void near(double value, double expected, double within)
{
	if (!(fabs(value - expected) <= within))
		fail_msg("%.9g is not %.9g", value, expected);
}

static struct dmafp_effect effect_of(const double *x, size_t nr_x, const double *y, size_t nr_y,
				     double margin)
{
	struct dmafp_replicates base = { x, NULL, nr_x }, arm = { y, NULL, nr_y };
	struct dmafp_effect e;

	dmafp_effect_of(&base, &arm, margin, &e);
	return e;
}

/*
 * Of the 252 orders of 5 and 5, 12 have U <= 4 and 4 have U <= 2 (partitions into
 * at most 5 parts of at most 5: 1, 1, 2, 3, 5): the intervals leave out 4 + 1 and
 * 2 + 1 - 1 differences of each end.
 */
static void test_five_of_each(void **state)
{
	static const double x[] = { 0, 1, 2, 3, 4 }, y[] = { 100, 110, 120, 130, 140 };
	struct dmafp_effect e = effect_of(x, 5, y, 5, 99);

	(void)state;
	assert_true(e.known);
	near(e.base, 2, 0);
	near(e.arm, 120, 0);
	/* in rising order: 96..100, 106..110, 116..120, ... */
	near(e.difference, 118, 0);
	near(e.difference_95.low, 98, 0);
	near(e.difference_95.high, 138, 0);
	near(e.difference_90.low, 100, 0);
	near(e.difference_90.high, 136, 0);
	/* 4 of 25 are not beyond 99; 12 orders have as few or fewer */
	near(e.p_more, 12.0 / 252, 1e-12);
	near(e.p_less, 1, 1e-12);
	/* 22 are not below 99, which all but 4 orders have or fewer */
	near(e.p_equivalent, 248.0 / 252, 1e-12);
	assert_false(e.has_ratio); /* a boot of 0 */
}

/* One boot gone wild moves no end of the interval as far as itself */
static void test_wild_boot(void **state)
{
	static const double x[] = { 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007 };
	static const double y[] = { 1000, 1001, 1002, 1003, 1004, 1005, 1006, 9000000 };
	struct dmafp_effect e = effect_of(x, 8, y, 8, 10);

	(void)state;
	assert_true(e.p_equivalent < 0.05);
	assert_true(e.difference_90.high < 10);
	assert_true(e.difference_95.high < 10);
}

/* 20 orders of 3 and 3: 1 has U = 0, so the 90 % interval is all of the differences */
static void test_three_of_each(void **state)
{
	static const double x[] = { 10, 11, 12 }, y[] = { 20, 21, 22 };
	struct dmafp_effect e = effect_of(x, 3, y, 3, 7);

	(void)state;
	near(e.difference, 10, 0);
	near(e.difference_90.low, 8, 0);
	near(e.difference_90.high, 12, 0);
	near(e.p_more, 1.0 / 20, 1e-12);
	/* Welch: variances 1, error sqrt(2/3), 4 degrees of freedom, t 2.776445 */
	near(e.difference_95.low, 10 - 2.776445 * sqrt(2.0 / 3), 1e-5);
	near(e.difference_95.high, 10 + 2.776445 * sqrt(2.0 / 3), 1e-5);
}

/* Exactly 1 in 20 is enough: Welch's 90 % interval, which is wider, has no part in it */
static void test_three_and_a_wild_one(void **state)
{
	static const double x[] = { 10, 11, 12 }, y[] = { 20, 21, 40 };
	struct dmafp_effect e = effect_of(x, 3, y, 3, 7);

	(void)state;
	near(e.difference_90.low, 8, 0);
	near(e.difference_90.high, 30, 0);
	assert_true(e.difference_95.low < 0);
}

/* Where Welch's is narrower than the differences, the differences count */
static void test_three_equal(void **state)
{
	static const double x[] = { 10, 10, 10 }, y[] = { 20, 20, 20 };
	struct dmafp_effect e = effect_of(x, 3, y, 3, 7);

	(void)state;
	near(e.difference_95.low, 10, 0);
	near(e.difference_95.high, 10, 0);
	near(e.ratio, 2, 1e-12);
	near(e.ratio_95.low, 2, 1e-12);
	assert_true(e.has_ratio);
}

/* A difference at the margin is not beyond it, nor inside it */
static void test_at_the_margin(void **state)
{
	static const double x[] = { 100, 100, 100, 100 }, y[] = { 101, 101, 101, 101 };
	struct dmafp_effect e = effect_of(x, 4, y, 4, 1);

	(void)state;
	near(e.p_more, 1, 0);
	near(e.p_equivalent, 1, 0);
	e = effect_of(x, 4, y, 4, 1.5);
	near(e.p_equivalent, 1.0 / 70, 1e-12);
	e = effect_of(x, 4, y, 4, 0.5);
	near(e.p_more, 1.0 / 70, 1e-12);
	e = effect_of(y, 4, x, 4, 0.5);
	near(e.p_less, 1.0 / 70, 1e-12);
}

/*
 * Hollander, Wolfe and Chicken, "Nonparametric Statistical Methods", example 4.1:
 * permeability of the human chorioamnion at term and at 12 to 26 weeks.  R's
 * example(wilcox.test) has the same: one-sided p 0.1272 for term above, and the
 * estimate 0.305 of its two-sided interval.
 */
static void test_chorioamnion(void **state)
{
	static const double term[] = { 0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46 };
	static const double weeks[] = { 1.15, 0.88, 0.90, 0.74, 1.21 };
	struct dmafp_effect e = effect_of(weeks, 5, term, 10, 1e-9);

	(void)state;
	near(e.p_more, 0.1272, 5e-5);
	near(e.difference, 0.305, 1e-9);
}

/* The ratio's interval is that of the logarithms, and no unit changes it */
static void test_ratio(void **state)
{
	static const double x[] = { 100, 200, 400, 800 }, y[] = { 50, 100, 200, 400 };
	struct dmafp_effect e = effect_of(x, 4, y, 4, 1);

	(void)state;
	assert_true(e.has_ratio);
	near(e.ratio, 0.5, 1e-12);
	/* 70 orders of 4 and 4: 1 has U = 0; 5 have U <= 2 are too many: U <= 1, 2 orders */
	near(e.ratio_95.low, 50.0 / 800, 1e-12);
	near(e.ratio_95.high, 4, 1e-12);
	near(e.ratio_90.low, 50.0 / 400, 1e-12);
	near(e.ratio_90.high, 2, 1e-12);
}

static void test_too_few(void **state)
{
	static const double x[] = { 10, 12 }, y[] = { 20, 22, 24 };
	struct dmafp_effect e = effect_of(x, 2, y, 3, 1);

	(void)state;
	assert_false(e.known);
	near(e.difference, 11, 0);
	e = effect_of(x, 0, y, 3, 1);
	assert_false(e.known);
}

/* Beyond 50 boots U is taken as normal; at 49 it is not, and both agree */
static void test_many(void **state)
{
	double x[60], y[60];
	struct dmafp_effect exact, normal;
	size_t i;

	(void)state;
	for (i = 0; i < 60; i++) {
		x[i] = (double)(i * 37 % 60);
		y[i] = (double)(i * 37 % 60) + 7;
	}
	exact = effect_of(x, 49, y, 49, 1);
	normal = effect_of(x, 60, y, 60, 1);
	assert_true(exact.p_more > 0.001 && exact.p_more < 0.1);
	assert_true(normal.p_more > 0.001 && normal.p_more < 0.1);
	/* (U + 1/2 - 1800) / sqrt(3600 * 121 / 12), U the pairs not above 1 */
	{
		double u = 0;
		size_t k;

		for (i = 0; i < 60; i++)
			for (k = 0; k < 60; k++)
				u += y[k] - x[i] <= 1;
		near(normal.p_more, 0.5 * erfc((1799.5 - u) / sqrt(36300) / sqrt(2)), 1e-12);
	}
}

/*
 * Holm (1979) as in R: p.adjust(c(0.01, 0.02, 0.03, 0.04), "holm") is 0.04, 0.06,
 * 0.06, 0.06, since 2 * 0.03 and 1 * 0.04 must not be below 3 * 0.02.
 */
static void test_holm(void **state)
{
	double p[] = { 0.04, 0.01, 0.03, 0.02 }, one[] = { 0.5 }, high[] = { 0.9, 0.6 };

	(void)state;
	dmafp_holm(p, NR(p));
	near(p[1], 0.04, 1e-12);
	near(p[3], 0.06, 1e-12);
	near(p[2], 0.06, 1e-12);
	near(p[0], 0.06, 1e-12);
	dmafp_holm(one, 1);
	near(one[0], 0.5, 0);
	dmafp_holm(high, 2);
	near(high[0], 1, 0);
	near(high[1], 1, 0);
	dmafp_holm(NULL, 0);
}

/*
 * Boots of each: 20 claims at 0.05 need 2 / C(2n, n) <= 0.0025, which 2 / 924 of
 * 6 boots is, and 2 / 252 of 5 is not; one claim needs 4 boots, 2 / 70.
 */
static void test_boots_for_orders(void **state)
{
	static const double x[] = { 1000, 1000, 1000 }, y[] = { 1100, 1100, 1100 };
	struct dmafp_effect e = effect_of(x, 3, y, 3, 10);

	(void)state;
	assert_int_equal(dmafp_effect_boots(&e, 1), 4);
	assert_int_equal(dmafp_effect_boots(&e, 20), 6);
}

/* At the margin itself no number of boots decides */
static void test_boots_never(void **state)
{
	static const double x[] = { 99, 100, 101 }, y[] = { 109, 110, 111 };
	struct dmafp_effect e = effect_of(x, 3, y, 3, 10);

	(void)state;
	assert_int_equal(dmafp_effect_boots(&e, 1), 0);
}

/*
 * No difference, a 90 % interval of +-d on 4 boots each: the boots deviate by
 * d / (1.943180 sqrt(1/2)).  Margin d / 2 needs t(2n - 2) sqrt(2/n) < 0.687017:
 * n = 12 has 1.717144 * 0.408248 = 0.701, n = 13 has 1.710882 * 0.392232 = 0.671.
 */
static void test_boots_for_spread(void **state)
{
	struct dmafp_effect e = {
		.nr_base = 4, .nr_arm = 4, .known = true, .level = 0.05, .margin = 0.5,
		.difference_90 = { -1, 1 },
	};

	(void)state;
	assert_int_equal(dmafp_effect_boots(&e, 1), 13);
}

/*
 * A difference of 2 margins, and boots that deviate by 1 / (1.943180 sqrt(1/2)):
 * 2 - 1 needs t(2n - 2) sqrt(2/n) < 1.374, two-sided 5 %: n = 5 has 2.306004 *
 * 0.632456 = 1.458, n = 6 has 2.228139 * 0.577350 = 1.286.
 */
static void test_boots_for_a_difference(void **state)
{
	struct dmafp_effect e = {
		.nr_base = 4, .nr_arm = 4, .known = true, .level = 0.05,
		.margin = 1, .difference = 2,
		.difference_90 = { 1, 3 },
	};

	(void)state;
	assert_int_equal(dmafp_effect_boots(&e, 1), 6);
}

static struct dmafp_drift drift_of(const double *v, const double *t, size_t nr, const double *w,
				   const double *u, size_t nr_w)
{
	struct dmafp_replicates arms[] = { { v, t, nr }, { NULL, NULL, 0 }, { w, u, nr_w } };
	struct dmafp_drift d;

	dmafp_drift_of(arms, 3, &d);
	return d;
}

/*
 * Spearman by hand: ranks 1 2 3 4 5 and 2 1 4 3 5 differ by squares of 4 in all,
 * rho = 1 - 6 * 4 / (5 * 24) = 0.8; t = 0.8 sqrt(3 / 0.36) = 2.309401, of which
 * Student's p with 3 degrees of freedom is 0.104088.
 */
static void test_drift(void **state)
{
	static const double v[] = { 2, 1, 4, 3, 5 }, t[] = { 1, 2, 3, 4, 5 };
	struct dmafp_drift d = drift_of(v, t, 5, NULL, NULL, 0);

	(void)state;
	assert_true(d.known);
	near(d.rho, 0.8, 1e-12);
	near(d.p, 0.104088, 1e-6);
}

/* A difference between arms is no drift; a trend inside of both is */
static void test_drift_of_arms(void **state)
{
	static const double flat[] = { 5, 6, 5, 6, 5 }, t[] = { 1, 3, 5, 7, 9 };
	static const double up[] = { 10, 11, 12, 13, 14 }, u[] = { 2, 4, 6, 8, 10 };
	static const double high[] = { 106, 105, 106, 105, 106 };
	struct dmafp_drift d = drift_of(flat, t, 5, high, u, 5);

	(void)state;
	assert_true(d.p > 0.5);
	d = drift_of(up, t, 5, up, u, 5);
	near(d.rho, 1, 1e-12);
	near(d.p, 0, 1e-12);
	d = drift_of(up, t, 4, NULL, NULL, 0);
	assert_true(d.known);
	d = drift_of(up, t, 3, up, u, 5);
	assert_false(d.known);
	d = drift_of(NULL, NULL, 0, NULL, NULL, 0);
	assert_false(d.known);
}

static bool in_turns(const double *a, size_t nr_a, const double *b, size_t nr_b)
{
	struct dmafp_replicates x = { a, a, nr_a }, y = { b, b, nr_b };

	return dmafp_drift_interleaved(&x, &y);
}

static void test_interleaved(void **state)
{
	static const double a[] = { 1, 3, 5, 7 }, b[] = { 2, 4, 6, 8 };
	static const double turned[] = { 2, 3, 6, 7 }, mirrored[] = { 1, 4, 5, 8 };
	static const double later[] = { 11, 12, 13, 14 };
	static const double many[] = { 0.1, 0.5, 2.1, 2.5, 4.1, 4.5, 6.1, 6.5, 8.1, 8.2 };

	(void)state;
	assert_true(in_turns(a, 4, b, 4));
	assert_true(in_turns(turned, 4, mirrored, 4));
	assert_true(in_turns(a, 4, a, 4));
	assert_false(in_turns(a, 4, later, 4));
	assert_false(in_turns(later, 4, a, 4));
	/* 3 times as many, rounded up: 6 in a row at most */
	assert_true(in_turns(a, 4, many, 10));
	assert_false(in_turns(later, 4, many, 10));
	assert_true(in_turns(a, 0, many, 10));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_five_of_each),
		cmocka_unit_test(test_wild_boot),
		cmocka_unit_test(test_three_of_each),
		cmocka_unit_test(test_three_and_a_wild_one),
		cmocka_unit_test(test_three_equal),
		cmocka_unit_test(test_at_the_margin),
		cmocka_unit_test(test_chorioamnion),
		cmocka_unit_test(test_ratio),
		cmocka_unit_test(test_too_few),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_holm),
		cmocka_unit_test(test_boots_for_orders),
		cmocka_unit_test(test_boots_never),
		cmocka_unit_test(test_boots_for_spread),
		cmocka_unit_test(test_boots_for_a_difference),
		cmocka_unit_test(test_drift),
		cmocka_unit_test(test_drift_of_arms),
		cmocka_unit_test(test_interleaved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
