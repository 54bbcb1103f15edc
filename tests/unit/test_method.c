// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * False verdicts over simulated campaigns: the study of tests/method, small.
 *
 * Bounds are those of the binomial distribution, so far out that a method that
 * keeps its rates is beyond them once in 100000 studies; methods that do not
 * keep theirs are shown to be.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

#include "base/file.h"
#include "method/document.h"
#include "method/orders.h"
#include "method/peers.h"
#include "method/study.h"

#define CAMPAIGNS 400
#define BEYOND 1e-5

static const char *const names[] = { "offsets", "skewed", "drift", "interrupts", "two clocks" };
static const size_t boots[] = { 3, 10 };

#define NR_NAMES (sizeof(names) / sizeof(names[0]))
#define NR_CELLS (NR_NAMES * 2)

static void run(effect_fn *method, struct cell *cells, unsigned int jobs)
{
	const struct study study = { .effect = method, .campaigns = CAMPAIGNS, .seed = 1,
				     .jobs = jobs };

	for (size_t i = 0; i < NR_CELLS; i++)
		cells[i] = (struct cell){ .op = i % 2 ? &op_map : &op_check,
					  .noise = noise_find(names[i % NR_NAMES]),
					  .nr = boots[i / NR_NAMES],
					  .rows = 1 };
	assert_int_equal(study_run(&study, cells, NR_CELLS), 0);
}

static uint64_t sum(const struct cell *cells, enum count count)
{
	uint64_t all = 0;

	for (size_t i = 0; i < NR_CELLS; i++)
		all += cells[i].counts[count];
	return all;
}

/* would a method with this rate count so many only once in 100000 studies? */
static bool is_beyond(uint64_t count, uint64_t all, double rate)
{
	return count && gsl_cdf_binomial_Q(count - 1, rate, all) < BEYOND;
}

/* of all cells together, where little is hidden, or of any one */
static bool breaks(const struct cell *cells, enum count count, double rate)
{
	for (size_t i = 0; i < NR_CELLS; i++)
		if (is_beyond(cells[i].counts[count], CAMPAIGNS, rate))
			return true;
	return is_beyond(sum(cells, count), NR_CELLS * CAMPAIGNS, rate);
}

static void method_keeps_its_rates(void **state)
{
	struct cell cells[NR_CELLS];

	(void)state;
	run(dmafp_effect_of, cells, 1);
	assert_false(breaks(cells, SAME_VERDICT, ALPHA));
	assert_false(breaks(cells, EDGE_EQUIVALENT, ALPHA));
	assert_false(breaks(cells, EDGE_VERDICT, ALPHA / 2));
	assert_false(breaks(cells, MISS, ALPHA));
	assert_false(breaks(cells, MISS_P99, ALPHA));
	assert_false(breaks(cells, MISS_RATIO, ALPHA));
}

/*
 * One that never claims anything keeps all rates too.  Without drift and two
 * clocks, 10 boots with a deviation of half a margin have a standard error of
 * 0.22 margins: 1 margin is 4.5 of them away, the 90 % interval takes 1.7.
 */
static void method_has_power(void **state)
{
	struct cell cells[NR_CELLS];

	(void)state;
	run(dmafp_effect_of, cells, 1);
	for (size_t i = 0; i < NR_CELLS; i++) {
		if (cells[i].nr < 10 || strcmp(cells[i].noise->name, "offsets"))
			continue;
		assert_true(cells[i].counts[SAME_EQUIVALENT] > CAMPAIGNS * 9 / 10);
		assert_true(cells[i].counts[TWICE_REGRESSED] > CAMPAIGNS * 9 / 10);
		return;
	}
	fail_msg("no such cell");
}

static void z_effect(const struct dmafp_replicates *base, const struct dmafp_replicates *arm,
		     double margin, struct dmafp_effect *effect)
{
	double error = sqrt(gsl_stats_variance(base->values, 1, base->nr) / base->nr +
			    gsl_stats_variance(arm->values, 1, arm->nr) / arm->nr);

	dmafp_effect_of(base, arm, margin, effect);
	effect->difference = gsl_stats_mean(arm->values, 1, arm->nr) -
			     gsl_stats_mean(base->values, 1, base->nr);
	effect->difference_95.low = effect->difference - 1.96 * error;
	effect->difference_95.high = effect->difference + 1.96 * error;
	effect->difference_90.low = effect->difference - 1.645 * error;
	effect->difference_90.high = effect->difference + 1.645 * error;
}

static void z_test_is_found_out(void **state)
{
	struct cell cells[NR_CELLS];

	(void)state;
	run(z_effect, cells, 1);
	assert_true(breaks(cells, MISS, ALPHA));
}

static void twice_alpha_effect(const struct dmafp_replicates *base,
			       const struct dmafp_replicates *arm, double margin,
			       struct dmafp_effect *effect)
{
	dmafp_effect_of(base, arm, margin, effect);
	effect->difference_95 = effect->difference_90;
	effect->ratio_95 = effect->ratio_90;
	effect->p_more /= 2;
	effect->p_less /= 2;
}

static void twice_alpha_is_found_out(void **state)
{
	struct cell cells[NR_CELLS];

	(void)state;
	run(twice_alpha_effect, cells, 1);
	assert_true(breaks(cells, MISS, ALPHA));
	assert_true(breaks(cells, MISS_RATIO, ALPHA));
	assert_true(breaks(cells, EDGE_VERDICT, ALPHA / 2));
}

static void half_effect(const struct dmafp_replicates *base, const struct dmafp_replicates *arm,
			double margin, struct dmafp_effect *effect)
{
	dmafp_effect_of(base, arm, margin, effect);
	effect->difference_90.low = (effect->difference_90.low + effect->difference) / 2;
	effect->difference_90.high = (effect->difference_90.high + effect->difference) / 2;
}

static void half_an_interval_is_found_out(void **state)
{
	struct cell cells[NR_CELLS];

	(void)state;
	run(half_effect, cells, 1);
	assert_true(breaks(cells, EDGE_EQUIVALENT, ALPHA));
}

static void counts_do_not_depend_on_jobs(void **state)
{
	struct cell one[NR_CELLS], three[NR_CELLS];

	(void)state;
	run(peer_welch_effect, one, 1);
	run(peer_welch_effect, three, 3);
	assert_memory_equal(one, three, sizeof(one));
}

static void rows_are_a_family(void **state)
{
	const struct study study = { .effect = dmafp_effect_of, .campaigns = 100, .seed = 1,
				     .jobs = 1 };
	struct cell cell = { .op = &op_map, .noise = noise_find("offsets"), .nr = 10, .rows = 22 };

	(void)state;
	assert_int_equal(study_run(&study, &cell, 1), 0);
	assert_false(is_beyond(cell.counts[ROWS_VERDICT], 100, ALPHA));
	assert_false(is_beyond(cell.counts[ROWS_EDGE_VERDICT], 100, ALPHA));
	assert_false(is_beyond(cell.counts[ROWS_ONE_EQUIVALENT], 100, ALPHA));
	/* 1 - (1 - 0.021)^22 are 37 %, 0.021 being the level of U at 10 boots */
	assert_true(is_beyond(cell.counts[ROWS_EDGE_UNADJUSTED], 100, ALPHA));
}

/* Looked at after each boot: the rule keeps its rates, and looks at one look's levels do not */
static void looks_keep_the_rates(void **state)
{
	const struct study study = { .effect = dmafp_effect_of, .campaigns = CAMPAIGNS, .seed = 1,
				     .jobs = 1 };
	struct cell cells[] = {
		{ .op = &op_map, .noise = noise_find("offsets"), .nr = 12, .rows = 1,
		  .looks = true },
		{ .op = &op_map, .noise = noise_find("skewed"), .nr = 12, .rows = 1,
		  .looks = true },
	};
	const uint64_t *c = cells[0].counts;

	(void)state;
	assert_int_equal(study_run(&study, cells, 2), 0);
	for (size_t i = 0; i < 2; i++) {
		assert_false(is_beyond(cells[i].counts[LOOKS_SAME_VERDICT], CAMPAIGNS, ALPHA));
		assert_false(is_beyond(cells[i].counts[LOOKS_EDGE_EQUIVALENT], CAMPAIGNS, ALPHA));
		assert_false(is_beyond(cells[i].counts[LOOKS_EDGE_VERDICT], CAMPAIGNS, ALPHA / 2));
		assert_false(is_beyond(cells[i].counts[LOOKS_MISS], CAMPAIGNS, ALPHA));
		assert_true(is_beyond(cells[i].counts[NAIVE_EDGE_EQUIVALENT], CAMPAIGNS, ALPHA));
		assert_true(is_beyond(cells[i].counts[NAIVE_MISS], CAMPAIGNS, ALPHA));
	}
	/* a third of the boots is saved, and little of the power is lost */
	assert_true(c[LOOKS_SAME_EQUIVALENT] > CAMPAIGNS * 95 / 100);
	assert_true(c[LOOKS_TWICE_REGRESSED] > CAMPAIGNS * 95 / 100);
	assert_true(c[LOOKS_SAME_BOOTS] < CAMPAIGNS * 9);
	assert_true(c[LOOKS_TWICE_BOOTS] < CAMPAIGNS * 9);
}

static void looks_at_many_rows_keep_them_too(void **state)
{
	const struct study study = { .effect = dmafp_effect_of, .campaigns = 40, .seed = 1,
				     .jobs = 1 };
	struct cell cell = { .op = &op_map, .noise = noise_find("offsets"), .nr = 12, .rows = 22,
			     .share = true, .looks = true };

	(void)state;
	assert_int_equal(study_run(&study, &cell, 1), 0);
	assert_false(is_beyond(cell.counts[LOOKS_SAME_VERDICT], 40, ALPHA));
	assert_false(is_beyond(cell.counts[LOOKS_EDGE_VERDICT], 40, ALPHA));
	assert_false(is_beyond(cell.counts[LOOKS_EDGE_EQUIVALENT], 40, ALPHA));
	assert_true(cell.counts[LOOKS_SAME_EQUIVALENT] > 20);
	assert_true(cell.counts[LOOKS_SAME_BOOTS] < 40 * 11);
}

/* Whatever the noise is: all orders of boots are as likely where the shift is taken out */
static void looks_at_ranks_keep_their_levels(void **state)
{
	static const size_t planned[] = { 4, 6, 12, 20, 30 };

	(void)state;
	for (size_t i = 0; i < sizeof(planned) / sizeof(planned[0]); i++) {
		struct orders o = { .boots_max = planned[i], .all = 40000 };

		orders_count(&o, 1);
		for (size_t k = 0; k < ORDERS_LEVELS; k++)
			assert_false(is_beyond(o.looks[k], o.all, orders_levels[k]));
		assert_true(is_beyond(o.naive[0], o.all, orders_levels[0]));
	}
}

/* 2 of 20 orders of six are as far out; of 10 boots, 2 of 252 */
static void mann_whitney_is_exact(void **state)
{
	const double low[] = { 1, 2, 3, 4, 5 }, high[] = { 6, 7, 8, 9, 10 };
	const double half[] = { 3, 6, 7, 8, 9 };

	(void)state;
	assert_float_equal(peer_mann_whitney(low, high, 3), 0.1, 1e-12);
	assert_float_equal(peer_mann_whitney(low, high, 5), 2.0 / 252, 1e-12);
	assert_float_equal(peer_mann_whitney(low, low, 5), 1, 1e-12);
	/* rank sum 17.5: the two 3s share ranks 3 and 4 */
	assert_true(peer_mann_whitney(low, half, 5) > 2.0 / 252);
	assert_true(peer_mann_whitney(low, half, 5) < 0.1);
}

static void rates_have_exact_intervals(void **state)
{
	struct rate none = rate_of(0, 10000), some = rate_of(5, 10);

	(void)state;
	assert_float_equal(none.low, 0, 0);
	assert_float_equal(none.high, 1 - pow(0.025, 1e-4), 1e-9);
	/* Clopper and Pearson, "The use of confidence or fiducial limits", Biometrika 26 (1934) */
	assert_float_equal(gsl_cdf_binomial_P(5, some.high, 10), 0.025, 1e-9);
	assert_float_equal(gsl_cdf_binomial_Q(4, some.low, 10), 0.025, 1e-9);
}

static void tables_have_a_place(void **state)
{
	char path[] = "/tmp/dmafp-method-XXXXXX", *text;
	struct dmafp_err err;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(document_check("docs/method.md", "tables", &err), 0);
	assert_int_equal(document_check("docs/method.md", "looks", &err), 0);
	assert_int_equal(dmafp_file_write(path, "no markers\n", 11, &err), 0);
	assert_true(document_put(path, "one", "new\n", &err) < 0);
	text = "a\n<!-- one: begin -->\nold\n<!-- one: end -->\nb\n";
	assert_int_equal(dmafp_file_write(path, text, strlen(text), &err), 0);
	assert_int_equal(document_put(path, "one", "new\n", &err), 0);
	text = dmafp_file_read(path, NULL, &err);
	assert_string_equal(text, "a\n<!-- one: begin -->\nnew\n\n<!-- one: end -->\nb\n");
	free(text);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(method_keeps_its_rates),
		cmocka_unit_test(method_has_power),
		cmocka_unit_test(z_test_is_found_out),
		cmocka_unit_test(twice_alpha_is_found_out),
		cmocka_unit_test(half_an_interval_is_found_out),
		cmocka_unit_test(counts_do_not_depend_on_jobs),
		cmocka_unit_test(rows_are_a_family),
		cmocka_unit_test(looks_keep_the_rates),
		cmocka_unit_test(looks_at_many_rows_keep_them_too),
		cmocka_unit_test(looks_at_ranks_keep_their_levels),
		cmocka_unit_test(mann_whitney_is_exact),
		cmocka_unit_test(tables_have_a_place),
		cmocka_unit_test(rates_have_exact_intervals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
