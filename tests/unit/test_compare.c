// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows, groups and differences, before anything is judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "analysis/cell.h"
#include "base/file.h"

static void test_rows(void **state)
{
	struct dmafp_report report = { 0 };
	const struct dmafp_row *row;

	(void)state;
	fixture_four(&report, "keyed");
	dmafp_report_judge(&report);
	/* null and check have one phase, the two map_page have two */
	assert_int_equal(report.comparison->nr_rows, 6);
	assert_int_equal(report.comparison->nr_sections, 1);
	row = &report.comparison->rows[2];
	assert_int_equal(row->phase, DMAFP_ROW_MAP);
	assert_int_equal(row->sides[DMAFP_ARM_BASE].stats.min, 614);
	assert_int_equal(row->sides[DMAFP_ARM_BASE].stats.p50, 614);
	assert_int_equal(row->sides[DMAFP_ARM_BASE].stats.p99, 621);
	assert_int_equal(row->sides[DMAFP_ARM_BASE].stats.sum, 61563);
	assert_int_equal(row->sides[DMAFP_ARM_ALWAYS_LOCK].delta.min, FIXTURE_LOCK);
	assert_int_equal(row->sides[DMAFP_ARM_ALWAYS_LOCK].delta.p99, FIXTURE_LOCK);
	assert_int_equal(row->sides[DMAFP_ARM_ALWAYS_LOCK].delta.sum, 100 * FIXTURE_LOCK);
	assert_false(row->sides[DMAFP_ARM_ALWAYS_LOCK].same_hist);
	assert_int_equal(row->sides[DMAFP_ARM_PATCHED].delta.sum, 0);
	assert_true(row->sides[DMAFP_ARM_PATCHED].same_hist);
	dmafp_report_free(&report);
}

static void test_negative_delta(void **state)
{
	struct dmafp_report report = { 0 };

	(void)state;
	fixture_four(&report, "keyed");
	fixture_shift(&fixture_arm(&report, DMAFP_ARM_PATCHED)->cells[2].map.hist, -5);
	dmafp_report_judge(&report);
	assert_true(report.comparison->rows[2].sides[DMAFP_ARM_PATCHED].delta.p50 == -5);
	assert_true(report.comparison->rows[2].sides[DMAFP_ARM_PATCHED].delta.sum == -500);
	dmafp_report_free(&report);
}

static void test_order(void **state)
{
	static const char *const modes[] = { "kdump", "zeta", "plain", "alpha", "keyed" };
	static const char *const sorted[] = { "plain", "keyed", "kdump", "alpha", "zeta" };
	struct dmafp_report report = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++) {
		dmafp_set_add(&report.set, fixture_nic(DMAFP_ARM_BASE, modes[i]));
		dmafp_set_add(&report.set, fixture_result(DMAFP_ARM_BASE, modes[i]));
	}
	dmafp_report_judge(&report);
	assert_int_equal(report.set.nr_groups, 10);
	for (i = 0; i < 10; i++) {
		assert_string_equal(report.set.groups[i].mode, sorted[i / 2]);
		assert_string_equal(report.set.groups[i].label, i % 2 ? "nic" : "nvme");
	}
	dmafp_report_free(&report);
}

static void test_replicates(void **state)
{
	struct dmafp_report report = { 0 };
	const struct dmafp_boots *boots;
	const struct dmafp_side *side;
	struct dmafp_result *late = fixture_result(DMAFP_ARM_BASE, "keyed");

	(void)state;
	fixture_set_text(&late->created, "2027-01-01T00:00:00Z");
	fixture_shift(&late->cells[1].map.hist, 3);
	dmafp_set_add(&report.set, late);
	fixture_four(&report, "keyed");
	dmafp_report_judge(&report);
	boots = &report.set.groups[0].arms[DMAFP_ARM_BASE];
	assert_int_equal(boots->nr, 2);
	assert_ptr_equal(boots->items[1], late);
	side = &report.comparison->rows[1].sides[DMAFP_ARM_BASE];
	assert_false(side->boots_agree);
	assert_int_equal(side->stats.p50, FIXTURE_CHECK); /* of the first, not a mean */
	assert_true(report.comparison->rows[2].sides[DMAFP_ARM_BASE].boots_agree);
	assert_true(report.comparison->rows[2].sides[DMAFP_ARM_BASE].same_boots);
	dmafp_report_free(&report);
}

/* A cell that only placebo has is a row, with holes */
static void test_union(void **state)
{
	struct dmafp_report report = { 0 };
	const struct dmafp_row *row;

	(void)state;
	fixture_four(&report, "keyed");
	fixture_arm(&report, DMAFP_ARM_PLACEBO)->cells[1].bytes = 12;
	dmafp_report_judge(&report);
	assert_int_equal(report.comparison->nr_rows, 7);
	row = &report.comparison->rows[6];
	assert_null(row->sides[DMAFP_ARM_BASE].phase);
	assert_non_null(row->sides[DMAFP_ARM_PLACEBO].phase);
	dmafp_report_free(&report);
}

static void expect_cell_title(const struct dmafp_cell_result *cell, const char *expected)
{
	char *title = dmafp_cell_title(cell);

	assert_string_equal(title, expected);
	free(title);
}

static void expect_title(char *op, uint64_t bytes, char *direction, const char *expected)
{
	const struct dmafp_cell_result cell = {
		.op = op, .bytes = bytes, .direction = direction, .nr_cpus = 1
	};

	expect_cell_title(&cell, expected);
}

static void test_titles(void **state)
{
	struct dmafp_cell_result sustained = {
		.op = "map_sg",
		.bytes = 65536,
		.entries = 16,
		.layout = "scattered",
		.direction = "to_device",
		.touch = true,
		.method = DMAFP_BY_SUSTAINED,
		.nr_cpus = 4,
	};
	struct dmafp_cell_result block = {
		.op = "map_sg",
		.bytes = 65536,
		.entries = 1,
		.layout = "contiguous",
		.method = DMAFP_BY_BLOCK,
	};

	(void)state;
	expect_title("map_page", 4096, "to_device", "map_page 4K to");
	expect_title("map_page", 65536, "from_device", "map_page 64K from");
	expect_title("map_page", 1 << 20, "bidirectional", "map_page 1M both");
	expect_title("map_page", 6144, "to_device", "map_page 6K to");
	expect_title("map_page", 1000, "to_device", "map_page 1000 to");
	expect_title("x", UINT64_C(1) << 50, NULL, "x 1048576G");
	expect_title("null", 0, NULL, "null");
	expect_cell_title(&sustained, "map_sg 64K/16s to touched sus x4");
	expect_cell_title(&block, "map_sg 64K/1 blk");
}

static void expect_saved(const char *path, const char *start)
{
	struct dmafp_err err;
	char *text = dmafp_file_read(path, NULL, &err);

	assert_non_null(text);
	assert_int_equal(strncmp(text, start, strlen(start)), 0);
	free(text);
}

/* From files to files, as the lab does it: and a report is no result */
static void test_diff_report(void **state)
{
	char dir[] = "/tmp/dmafp-unit-XXXXXX", *output, *json, *html, *path;
	const char *paths[1];
	struct dmafp_err err;
	unsigned int arm;

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		struct dmafp_result *r = fixture_result(arm, "keyed");

		path = dmafp_path("%s/%s.json", dir, dmafp_arm_name(arm));
		assert_int_equal(dmafp_result_write(r, path, &err), 0);
		dmafp_result_free(r);
		free(path);
	}
	paths[0] = dir;
	output = dmafp_path("%s/report.txt", dir);
	json = dmafp_path("%s/report.json", dir);
	html = dmafp_path("%s/report.html", dir);
	assert_int_equal(dmafp_diff_report(paths, 1, output, NULL, &err), 0);
	expect_saved(output, "dmafp: EQUIVALENT\n");
	expect_saved(json, "{\n \"dmafp_comparison\": 1,");
	expect_saved(html, "<!DOCTYPE html>\n");
	assert_int_equal(dmafp_diff_report(paths, 1, output, NULL, &err), 0);
	paths[0] = json;
	assert_true(dmafp_diff_report(paths, 1, NULL, NULL, &err) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_DATA);
	dmafp_file_remove_tree(dir);
	free(output);
	free(json);
	free(html);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),	    cmocka_unit_test(test_negative_delta),
		cmocka_unit_test(test_order),	    cmocka_unit_test(test_replicates),
		cmocka_unit_test(test_union),	    cmocka_unit_test(test_titles),
		cmocka_unit_test(test_diff_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
