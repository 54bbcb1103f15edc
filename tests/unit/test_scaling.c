// SPDX-License-Identifier: GPL-2.0-or-later
/* Throughput over the number of workers, worked out by hand. */
#include <math.h>

#include "scaled.h"

#include "analysis/cell.h"

#define NEAR(a, b) assert_true(fabs((a) - (b)) < 1e-9 * fabs(b))

static struct dmafp_scaling_curve *only_curve(struct dmafp_report *report)
{
	dmafp_report_judge(report);
	assert_int_equal(report->comparison->scaling.nr, 1);
	return &report->comparison->scaling.curves[0];
}

/* Each worker in its own time: 900 ops in 0.1 s and 700 in 0.08 s are 9000/s and 8750/s */
static void test_throughput(void **state)
{
	struct dmafp_cell_result cell = { .ops_per_sample = 1 };

	(void)state;
	cell.op = strdup("map_page");
	scaled_cell(&cell, 2, (uint64_t[]) { 900, 700 }, (uint64_t[]) { 100000, 80000 });
	NEAR(dmafp_scaling_throughput(&cell, SCALED_KHZ), 17750.0);
	NEAR(dmafp_scaling_throughput(&cell, 2 * SCALED_KHZ), 35500.0);
	/* a sample of method block took 64 ops, and 128 */
	cell.method = DMAFP_BY_BLOCK;
	cell.ops_per_sample = 64;
	NEAR(dmafp_scaling_throughput(&cell, SCALED_KHZ), 17750.0 * 192);
	/* a rate that is not known is not 0 ticks a second */
	assert_true(dmafp_scaling_throughput(&cell, 0) == 0);
	cell.runs[1].elapsed = 0;
	assert_true(dmafp_scaling_throughput(&cell, SCALED_KHZ) == 0);
	free(cell.op);
	free(cell.cpus);
	free(cell.runs);
	free(cell.place);
	free(cell.direction);
}

/* Where workers do not say how many samples they made their histograms do */
static void test_samples_of_histograms(void **state)
{
	struct dmafp_hist hists[2] = { { .count = 300 }, { .count = 500 } };
	struct dmafp_worker_result runs[2] = { { .elapsed = 100000 }, { .elapsed = 100000 } };
	struct dmafp_cell_result cell = { .ops_per_sample = 1, .runs = runs, .nr_runs = 2 };

	(void)state;
	cell.map.workers = hists;
	cell.map.nr_workers = 2;
	NEAR(dmafp_scaling_throughput(&cell, SCALED_KHZ), 8000.0);
	cell.nr_runs = 1;
	cell.map.nr_workers = 0;
	cell.map.hist.count = 450;
	NEAR(dmafp_scaling_throughput(&cell, SCALED_KHZ), 4500.0);
}

/*
 * base, boot by boot: 19000 / (2 x 10000) = 0.95, 19200 / (2 x 10100) = 0.950495,
 * 19400 / (2 x 10200) = 0.950980; always-lock: 0.55, 11200 / 20200, 11400 / 20400.
 */
static void test_efficiency(void **state)
{
	const struct dmafp_scaling_curve *curve = only_curve(*state);
	const struct dmafp_scaling_side *base, *lock;

	assert_int_equal(curve->nr_points, 2);
	assert_int_equal(curve->points[0].threads, 1);
	assert_int_equal(curve->points[1].threads, 2);
	NEAR(curve->points[0].sides[DMAFP_ARM_BASE].throughput, 10100.0);
	NEAR(curve->points[0].sides[DMAFP_ARM_BASE].efficiency, 1.0);
	base = &curve->points[1].sides[DMAFP_ARM_BASE];
	NEAR(base->throughput, 19200.0);
	NEAR(base->efficiencies[0], 0.95);
	NEAR(base->efficiency, 19200.0 / 20200);
	lock = &curve->points[1].sides[DMAFP_ARM_ALWAYS_LOCK];
	NEAR(lock->throughput, 11200.0);
	NEAR(lock->efficiency, 11200.0 / 20200);
	NEAR(dmafp_scaling_best(curve), 19200.0);
}

/* The median pair of 11000, 11200, 11400 over 19000, 19200, 19400 */
static void test_effect(void **state)
{
	const struct dmafp_scaling_curve *curve = only_curve(*state);
	const struct dmafp_effect *lock =
		&curve->points[1].sides[DMAFP_ARM_ALWAYS_LOCK].effect;
	const struct dmafp_effect *same = &curve->points[1].sides[DMAFP_ARM_PATCHED].effect;

	assert_true(lock->known && lock->has_ratio);
	NEAR(lock->difference, -8000.0);
	NEAR(lock->ratio, 11200.0 / 19200);
	assert_true(lock->ratio_95.high < 0.7 && lock->ratio_95.low > 0.5);
	NEAR(same->ratio, 1.0);
	assert_true(same->ratio_95.low < 1 && same->ratio_95.high > 1);
}

/* Efficiency is of the same boot: one that has no cell with one worker says nothing of it */
static void test_nothing_to_compare_with(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_scaling_side *side;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		report->set.results[i]->cells[ALONE].scales = i >= DMAFP_NR_ARMS;
	side = &only_curve(report)->points[1].sides[DMAFP_ARM_BASE];
	assert_int_equal(side->nr, 3);
	assert_int_equal(side->nr_efficiencies, 2);
	NEAR(side->efficiency, (19200.0 / 20200 + 19400.0 / 20400) / 2);
}

static void test_places_are_curves_of_their_own(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_scaling *scaling = NULL;
	size_t i;
	char *where;

	for (i = 0; i < report->set.nr; i++) {
		struct dmafp_cell_result *cell = &report->set.results[i]->cells[BOTH];

		fixture_set_text(&cell->place, "remote");
		cell->node = cell->worker_node = 1;
	}
	dmafp_report_judge(report);
	scaling = &report->comparison->scaling;
	assert_int_equal(scaling->nr, 2);
	assert_int_equal(scaling->curves[1].nr_points, 1);
	assert_int_equal(scaling->curves[1].points[0].sides[0].nr_efficiencies, 0);
	where = dmafp_scaling_where(&scaling->curves[1]);
	assert_string_equal(where, "remote: workers on node 1, the device on node 0");
	free(where);
	assert_true(dmafp_cell_same_op(scaling->curves[0].cell, scaling->curves[1].cell));
}

static void test_where(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_scaling_curve *curve;
	struct dmafp_cell_result *cell;
	size_t i;
	char *where;

	for (i = 0; i < report->set.nr; i++)
		report->set.results[i]->device.node = -1;
	curve = only_curve(report);
	cell = (struct dmafp_cell_result *)curve->cell;
	cell->node = 1;
	where = dmafp_scaling_where(curve);
	assert_string_equal(where, "local: workers on node 0, buffers on node 1, the device has no "
				   "node");
	free(where);
	cell->worker_node = -1;
	fixture_set_text(&cell->place, "own");
	where = dmafp_scaling_where(curve);
	assert_string_equal(where, "own: workers on all nodes, buffers on each one's own");
	free(where);
}

/* Points come in the order of their threads, in whatever order they were measured */
static void test_order_of_points(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_scaling_curve *curve;
	size_t i;

	for (i = 0; i < report->set.nr; i++) {
		struct dmafp_cell_result *cells = report->set.results[i]->cells, alone;

		alone = cells[ALONE];
		cells[ALONE] = cells[BOTH];
		cells[BOTH] = alone;
	}
	curve = only_curve(report);
	assert_int_equal(curve->points[0].threads, 1);
	assert_int_equal(curve->points[1].threads, 2);
	NEAR(curve->points[1].sides[DMAFP_ARM_BASE].efficiency, 19200.0 / 20200);
}

static void test_instructions_do_not_scale(void **state)
{
	struct dmafp_report *report = *state;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		report->set.results[i]->domain = DMAFP_DOMAIN_EXACT;
	dmafp_report_judge(report);
	assert_int_equal(report->comparison->scaling.nr, 0);
}

/* The rows are what they would be without: what is shown here is not judged once more */
static void test_rows_are_judged_once(void **state)
{
	struct dmafp_report *report = *state;
	enum dmafp_verdict before[16];
	size_t i, nr;

	dmafp_report_judge(report);
	nr = report->judgement->nr_rows;
	assert_int_equal(nr, 6);
	for (i = 0; i < nr; i++)
		before[i] = report->judgement->rows[i].verdicts[DMAFP_ARM_ALWAYS_LOCK];
	for (i = 0; i < report->set.nr; i++) {
		struct dmafp_cell_result *cells = report->set.results[i]->cells;

		cells[ALONE].scales = cells[BOTH].scales = false;
	}
	dmafp_report_judge(report);
	assert_int_equal(report->comparison->scaling.nr, 0);
	assert_int_equal(report->judgement->nr_rows, nr);
	for (i = 0; i < nr; i++)
		assert_int_equal(before[i],
				 report->judgement->rows[i].verdicts[DMAFP_ARM_ALWAYS_LOCK]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_throughput),
		cmocka_unit_test(test_samples_of_histograms),
		SCALED(test_efficiency),
		SCALED(test_effect),
		SCALED(test_nothing_to_compare_with),
		SCALED(test_places_are_curves_of_their_own),
		SCALED(test_where),
		SCALED(test_order_of_points),
		SCALED(test_instructions_do_not_scale),
		SCALED(test_rows_are_judged_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
