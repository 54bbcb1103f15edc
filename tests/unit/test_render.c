// SPDX-License-Identifier: GPL-2.0-or-later
/* What a mail can carry: ASCII, 72 columns, the verdict first and last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "fixture.h"

#define LONG_WORD \
	"an_op_with_a_name_that_nobody_would_ever_give_to_an_op_but_a_test_has_to_try_it_all"

static void check_mail(const char *text)
{
	const char *line = text, *c;
	size_t nr = 0;

	for (c = text; *c; c++) {
		assert_true(*c == '\n' || (*c >= ' ' && *c <= '~'));
		if (*c != '\n')
			continue;
		nr++;
		if (c - line > 72)
			fail_msg("line %zu has %td columns: %.*s", nr, c - line,
				 (int)(c - line), line);
		assert_false(c > line && c[-1] == ' ');
		line = c + 1;
	}
	assert_ptr_equal(line, c); /* the last line ends */
}

static void three_modes(struct dmafp_report *report)
{
	static const char *const modes[] = { "plain", "keyed", "kdump" };
	size_t i;
	unsigned int arm;

	for (i = 0; i < 3; i++) {
		fixture_four(report, modes[i]);
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			dmafp_set_add(&report->set, fixture_nic(arm, modes[i]));
	}
}

static char *text_of(struct dmafp_report *report)
{
	dmafp_report_judge(report);
	return fixture_render(report, &dmafp_render_text);
}

static size_t lines_of(const char *text)
{
	size_t nr = 0;

	for (; *text; text++)
		nr += *text == '\n';
	return nr;
}

static void test_plain_report(void **state)
{
	struct dmafp_report report = { 0 };
	char *text;

	(void)state;
	three_modes(&report);
	text = text_of(&report);
	check_mail(text);
	assert_int_equal(strncmp(text, "dmafp: EQUIVALENT\n", 18), 0);
	assert_non_null(strstr(text, "\n== Overall verdict: EQUIVALENT\n"));
	assert_true(lines_of(text) <= 90);
	assert_non_null(strstr(text, "instructions per op, over min, p50 and p99:\n"
				     "  patched      +0 on all 14 rows that ran the path\n"
				     "  always-lock  +17 on these 14 rows: REGRESSED"));
	assert_non_null(strstr(text, "lower is better"));
	assert_non_null(strstr(text, "iommu: Lock group->mutex"));
	assert_non_null(strstr(text, "QEMU 7.2.17, icount"));
	assert_non_null(strstr(text, "1b36:0010"));
	assert_non_null(strstr(text, "the null op takes map 20 in all arms;"));
	if (getenv("DMAFP_SHOW"))
		printf("%s", text);
	free(text);
	dmafp_report_free(&report);
}

/* 600 + 14 on the path, 17 more with the lock: in the columns where they belong */
static void test_numbers(void **state)
{
	struct dmafp_report report = { 0 };
	char *text, *row;
	char calls[8], phase[8], says[8];
	long base, patch, dmin, dp50, dp99, total;

	(void)state;
	fixture_four(&report, "keyed");
	text = text_of(&report);
	row = strstr(text, "map_page 64K from map ");
	assert_non_null(row);
	assert_int_equal(sscanf(row + 17, "%7s %7s %ld %ld %ld %ld %ld %ld %7s", phase,
				calls, &base, &patch, &dmin, &dp50, &dp99, &total, says),
			 9);
	assert_string_equal(calls, "1");
	assert_int_equal(base, 614);
	assert_int_equal(patch, 614);
	assert_int_equal(dmin + dp50 + dp99 + total, 0);
	assert_string_equal(says, "EQUIV");
	row = strstr(row + 1, "map_page 64K from map "); /* of always-lock */
	assert_non_null(row);
	assert_int_equal(sscanf(row + 17, "%7s %7s %ld %ld %ld %ld %ld %ld %7s", phase,
				calls, &base, &patch, &dmin, &dp50, &dp99, &total, says),
			 9);
	assert_int_equal(patch, 631);
	assert_int_equal(dmin, 17);
	assert_int_equal(dp50, 17);
	assert_int_equal(dp99, 17);
	assert_int_equal(total, 1700);
	assert_string_equal(says, "REGR");
	free(text);
	dmafp_report_free(&report);
}

static void lengthen(struct dmafp_result *r)
{
	size_t i;

	for (i = 0; i < r->nr_cells; i++) {
		char *op = strcmp(r->cells[i].op, "null") ? LONG_WORD : "null";

		fixture_set_text(&r->cells[i].op, op);
	}
	fixture_set_text(&r->cells[1].op, "check");
	fixture_set_text(&r->device.label, LONG_WORD);
	fixture_set_text(&r->machine.cpu, LONG_WORD LONG_WORD);
	fixture_set_text(&r->kernel.release, LONG_WORD);
	fixture_set_text(&r->lab.qemu_version, "7.2 (Debian\t1:7.2+dfsg\n)");
	fixture_set_text(&r->iommu.unit, "caf\303\251 \033[31m \377");
}

static void test_long_names(void **state)
{
	struct dmafp_report report = { 0 };
	unsigned int arm;
	char *text;

	(void)state;
	fixture_four(&report, "keyed");
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		lengthen(fixture_arm(&report, arm));
	text = text_of(&report);
	check_mail(text);
	assert_non_null(strstr(text, "caf? ?[31m ?"));
	free(text);
	dmafp_report_free(&report);
}

static void test_large_numbers(void **state)
{
	struct dmafp_report report = { 0 };
	unsigned int arm;
	char *text;

	(void)state;
	fixture_four(&report, "kdump");
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		struct dmafp_result *r = fixture_arm(&report, arm);

		fixture_shift(&r->cells[2].map.hist, INT64_C(1000000000000000) * (1 + arm));
		fixture_shift(&r->cells[3].map.hist, INT64_C(9999999) * (4 - arm));
		r->cells[3].map.calls = 1234567;
		r->first_map.map_ticks = UINT64_C(1) << (62 - arm);
		r->first_map.attaches = 1000000000;
		r->first_map.overlaps = 1000000000;
	}
	text = text_of(&report);
	check_mail(text);
	free(text);
	dmafp_report_free(&report);
}

/* Little is known, much is missing: the report says so and does not fall over */
static void test_poor_results(void **state)
{
	static const char *const gone[] = { "base", "patched" };
	struct dmafp_report report = { 0 };
	char *text;
	size_t i;

	(void)state;
	fixture_four(&report, "keyed");
	for (i = 0; i < 2; i++)
		fixture_drop(&report, dmafp_arm_find(gone[i]));
	for (i = 0; i < report.set.nr; i++) {
		struct dmafp_result *r = report.set.results[i];

		r->first_map.counted = false;
		r->lab.present = false;
		fixture_set_text(&r->machine.cpu, NULL);
		fixture_set_text(&r->kernel.build_id, NULL);
		fixture_set_text(&r->iommu.driver, NULL);
	}
	text = text_of(&report);
	check_mail(text);
	assert_int_equal(strncmp(text, "dmafp: INVALID\n", 15), 0);
	assert_non_null(strstr(text, "not known"));
	free(text);
	dmafp_report_free(&report);
}

static void test_nothing(void **state)
{
	struct dmafp_report report = { 0 };
	char *text;

	(void)state;
	text = text_of(&report);
	check_mail(text);
	free(text);
	dmafp_report_free(&report);
}

static void test_json(void **state)
{
	struct dmafp_report report = { 0 };
	const char *verdict = NULL, *row = NULL;
	int version = 0, delta = 0;
	json_t *root, *first;
	char *text;

	(void)state;
	fixture_four(&report, "keyed");
	fixture_shift(&fixture_arm(&report, DMAFP_ARM_PATCHED)->cells[1].map.hist, 1);
	dmafp_report_judge(&report);
	text = fixture_render(&report, &dmafp_render_json);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_int_equal(json_unpack(root, "{s:i, s:s}", "dmafp_comparison", &version,
				     "verdict", &verdict),
			 0);
	assert_int_equal(version, 1);
	assert_string_equal(verdict, "REGRESSED");
	first = json_array_get(json_object_get(root, "sections"), 0);
	first = json_array_get(json_object_get(first, "rows"), 1);
	assert_int_equal(json_unpack(first, "{s:s, s:{s:{s:{s:i}}}}", "verdict", &row,
				     "arms", "patched", "minus_base", "p50", &delta),
			 0);
	assert_string_equal(row, "REGRESSED");
	assert_int_equal(delta, 1);
	json_decref(root);
	free(text);
	dmafp_report_free(&report);
}

static void test_full_disk(void **state)
{
	struct dmafp_report report = { 0 };
	struct dmafp_err err;
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	if (!full)
		skip();
	fixture_four(&report, "keyed");
	dmafp_report_judge(&report);
	assert_true(dmafp_report_print(&report, &dmafp_render_text, full, &err) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_IO);
	fclose(full);
	dmafp_report_free(&report);
}

static void test_renderers(void **state)
{
	size_t i;

	(void)state;
	assert_ptr_equal(dmafp_renderer_find("text"), &dmafp_render_text);
	assert_ptr_equal(dmafp_renderer_find("json"), &dmafp_render_json);
	assert_null(dmafp_renderer_find("troff"));
	/* option and table have the same names, and help says something of each */
	for (i = 0; dmafp_renderer_names[i]; i++) {
		const char *name = dmafp_renderer_names[i];

		assert_non_null(dmafp_renderer_find(name));
		assert_string_equal(dmafp_renderer_find(name)->name, name);
		assert_in_range(strlen(dmafp_renderer_summary(name)), 10, 48);
	}
	assert_true(i >= 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_report), cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_long_names),   cmocka_unit_test(test_large_numbers),
		cmocka_unit_test(test_poor_results), cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_json),	     cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_renderers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
