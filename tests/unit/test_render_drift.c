// SPDX-License-Identifier: GPL-2.0-or-later
/* Time series, PMU counters, methods: what the reports say of them, where there are any. */
#include "judged.h"

#include <jansson.h>

#include "base/alloc.h"

static void expect_text(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("nothing like this:\n%s\nin:\n%s", part, text);
}

static char *render_judged(struct dmafp_report *report, const struct dmafp_renderer *renderer)
{
	dmafp_report_judge(report);
	return fixture_render(report, renderer);
}

static struct dmafp_cell_result *cell_of(struct dmafp_report *report, enum dmafp_arm_id arm,
					 size_t cell)
{
	return &fixture_arm(report, arm)->cells[cell];
}

static void test_nothing_to_say(void **state)
{
	char *text = render_judged(*state, &dmafp_render_text);

	assert_null(strstr(text, "Drift"));
	assert_null(strstr(text, "PMU"));
	assert_null(strstr(text, "Marks"));
	assert_null(strstr(text, "Cells:"));
	free(text);
}

static void test_drift(void **state)
{
	struct dmafp_report *report = *state;
	char *text;

	fixture_add_series(&cell_of(report, DMAFP_ARM_BASE, MAP_4K)->map, 0);
	fixture_add_series(&cell_of(report, DMAFP_ARM_PATCHED, MAP_4K)->map, 0);
	fixture_add_series(&cell_of(report, DMAFP_ARM_BASE, MAP_64K)->map, 0);
	fixture_add_series(&cell_of(report, DMAFP_ARM_PATCHED, MAP_64K)->map, 7);
	text = render_judged(report, &dmafp_render_text);
	expect_text(text, "== Drift: medians of a series' first and last tenth\n"
			  "None on 1 of 2 rows of base and patched.\n"
			  "- base 614>614, patched 614>621: map_page 64K from map in keyed on nvme\n");
	free(text);
}

static void test_counters(void **state)
{
	struct dmafp_report *report = *state;
	char *text;

	/* 100 samples of an op */
	fixture_add_counter(cell_of(report, DMAFP_ARM_BASE, CHECK), DMAFP_COUNTER_IS_VALID,
			    5000);
	fixture_add_counter(cell_of(report, DMAFP_ARM_PATCHED, CHECK), DMAFP_COUNTER_IS_VALID,
			    4950);
	fixture_add_counter(cell_of(report, DMAFP_ARM_BASE, MAP_4K),
			    DMAFP_COUNTER_IS_MULTIPLEXED, 0);
	fixture_add_counter(cell_of(report, DMAFP_ARM_PATCHED, MAP_4K),
			    DMAFP_COUNTER_IS_ABSENT, 0);
	text = render_judged(report, &dmafp_render_text);
	expect_text(text, "- base: cycles 50.00; patched: cycles 49.50: check map in keyed on");
	expect_text(text, "- base: cycles multiplexed, rejected; patched: cycles absent: map_page");
	free(text);
}

/* N and 2N ops make a sample, and counters run through both */
static void test_counters_of_blocks(void **state)
{
	struct dmafp_report *report = *state;
	unsigned int arm;
	char *text;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		cell_of(report, arm, CHECK)->method = DMAFP_BY_BLOCK;
		cell_of(report, arm, CHECK)->ops_per_sample = 16;
	}
	fixture_add_counter(cell_of(report, DMAFP_ARM_BASE, CHECK), DMAFP_COUNTER_IS_VALID,
			    3 * 16 * 100 * 9);
	text = render_judged(report, &dmafp_render_text);
	expect_text(text, "- base: cycles 9.00: check blk map in keyed on nvme");
	expect_text(text, "(blk: per sample)");
	expect_text(text, "Marks: blk: a sample is 16 ops, stamps cancelled.");
	free(text);
}

static void test_parameters_in_the_head(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_cell_result *cell = cell_of(report, DMAFP_ARM_BASE, MAP_4K);
	char *text;

	cell->mask_bits = 32;
	cell->node = 1;
	cell->delay_ns = 250;
	cell->attrs = dmafp_alloc(1, sizeof(*cell->attrs));
	cell->attrs[0] = dmafp_alloc_string("no_warn");
	cell->nr_attrs = 1;
	text = render_judged(report, &dmafp_render_text);
	expect_text(text, "\nCells:    DMA mask 32 bits, buffers on node 1, 250 ns between map and\n"
			  "          unmap, no_warn\n");
	free(text);
}

/* A table of their own, and no word about who is better */
static void test_sleeping_rows(void **state)
{
	struct dmafp_report *report = *state;
	unsigned int arm;
	char *text, *table;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		cell_of(report, arm, MAP_4K)->sleeps = true;
	text = render_judged(report, &dmafp_render_text);
	table = strstr(text, "== keyed on nvme: ops that may sleep, shown and not judged\n");
	assert_non_null(table);
	expect_text(table, "map_page 4K to map       1  614 614  +0  +0  +0    +0\n");
	*table = '\0';
	assert_null(strstr(text, "map_page 4K"));
	free(text);
}

static json_t *first_row(const json_t *root, const char *op)
{
	json_t *rows = json_object_get(json_array_get(json_object_get(root, "sections"), 0),
				       "rows");
	json_t *row;
	size_t i;

	json_array_foreach (rows, i, row)
		if (!strcmp(json_string_value(json_object_get(row, "op")), op))
			return row;
	fail();
	return NULL;
}

static void test_json(void **state)
{
	struct dmafp_report *report = *state;
	json_t *root, *base, *run, *points;
	char *text;

	fixture_add_series(&cell_of(report, DMAFP_ARM_BASE, MAP_4K)->map, 3);
	fixture_add_counter(cell_of(report, DMAFP_ARM_BASE, MAP_4K), DMAFP_COUNTER_IS_ABSENT,
			    0);
	text = render_judged(report, &dmafp_render_json);
	root = json_loads(text, 0, NULL);
	assert_non_null(root);
	base = json_object_get(json_object_get(first_row(root, "map_page"), "arms"), "base");
	points = json_object_get(json_array_get(json_object_get(base, "series"), 0), "points");
	assert_int_equal(json_array_size(points), 20);
	assert_int_equal(json_integer_value(json_array_get(points, 19)), 617);
	run = json_array_get(json_object_get(base, "runs"), 0);
	assert_int_equal(json_integer_value(json_object_get(run, "elapsed")), 123456);
	run = json_array_get(json_object_get(run, "counters"), 0);
	/* absent is null and says why, it is not 0 */
	assert_true(json_is_null(json_object_get(run, "value")));
	assert_string_equal(json_string_value(json_object_get(run, "reason")), "no PMU");
	assert_string_equal(json_string_value(json_object_get(first_row(root, "check"),
							      "method")),
			    "latency");
	json_decref(root);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KEYED(test_nothing_to_say),	    KEYED(test_drift),
		KEYED(test_counters),		    KEYED(test_counters_of_blocks),
		KEYED(test_parameters_in_the_head), KEYED(test_sleeping_rows),
		KEYED(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
