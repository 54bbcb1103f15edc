// SPDX-License-Identifier: GPL-2.0-or-later
/* Results that cannot be compared: refused, or judged by force and marked. */
#include "judged.h"

static void differ(struct dmafp_report *report)
{
	fixture_set_text(&fixture_arm(report, DMAFP_ARM_PATCHED)->machine.cpu, "another");
}

/* The verdict, what differs, and how to force it: no table, no other section */
static void test_refused_text(void **state)
{
	char *text;

	differ(*state);
	expect_refused(*state, "patched: the CPU model is \"another\"");
	text = fixture_render(*state, &dmafp_render_text);
	assert_int_equal(strncmp(text, "dmafp: INVALID\n", 15), 0);
	assert_non_null(strstr(text, "\n- patched: the CPU model is"));
	assert_non_null(strstr(text, "dmafp diff --force"));
	assert_null(strstr(text, "== "));
	assert_null(strstr(text, "map_page"));
	free(text);
}

static void test_refused_json(void **state)
{
	json_t *json;
	char *text;

	differ(*state);
	expect_refused(*state, "CPU model");
	text = fixture_render(*state, &dmafp_render_json);
	json = json_loads(text, 0, NULL);
	assert_true(json_is_false(json_object_get(json, "forced")));
	assert_int_equal(json_array_size(json_object_get(json, "differences")), 1);
	assert_int_equal(json_array_size(json_object_get(json, "sections")), 0);
	json_decref(json);
	free(text);
}

/* Every heading has the mark on the line before it */
static void assert_marked(const char *text)
{
	static const char mark[] = "== FORCED: results that cannot be compared\n";
	const char *at = text;
	size_t nr = 0;

	while ((at = strstr(at, "\n== "))) {
		assert_int_equal(strncmp(at + 1, mark, strlen(mark)), 0);
		at += strlen(mark);
		assert_int_equal(strncmp(at, "\n== ", 4), 0);
		at += 4;
		nr++;
	}
	assert_true(nr > 3);
}

static void test_forced(void **state)
{
	struct dmafp_report *report = *state;
	json_t *json;
	char *text;

	differ(report);
	report->rules.force = true;
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_true(dmafp_judgement_forced(report->judgement));
	assert_int_equal(report->judgement->differences.nr, 1);
	text = fixture_render(report, &dmafp_render_text);
	assert_int_equal(strncmp(text, "FORCED: ", 8), 0);
	assert_non_null(strstr(text, "\ndmafp: EQUIVALENT\n"));
	assert_marked(text);
	free(text);
	text = fixture_render(report, &dmafp_render_json);
	json = json_loads(text, 0, NULL);
	assert_true(json_is_true(json_object_get(json, "forced")));
	assert_int_equal(json_array_size(json_object_get(json, "sections")), 1);
	json_decref(json);
	free(text);
}

/* Nothing to force: no mark */
static void test_force_is_idle(void **state)
{
	struct dmafp_report *report = *state;
	char *text;

	report->rules.force = true;
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_false(dmafp_judgement_forced(report->judgement));
	text = fixture_render(report, &dmafp_render_text);
	assert_null(strstr(text, "FORCED"));
	free(text);
}

/* Force overrides what differs, never the controls */
static void test_force_keeps_controls(void **state)
{
	struct dmafp_report *report = *state;

	differ(report);
	fixture_drop(report, DMAFP_ARM_PLACEBO);
	report->rules.force = true;
	expect_invalid(report, "There is no result of placebo");
}

/* Where it is so in several places, they are named once, as the tables name them */
static void test_places(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_result *r;

	differ(report);
	fixture_four(report, "plain");
	r = report->set.results[DMAFP_NR_ARMS + DMAFP_ARM_PATCHED];
	fixture_set_text(&r->machine.cpu, "another");
	expect_refused(report, "(plain and keyed on nvme): measure on one machine.");
	fixture_four(report, "kdump");
	report->rules.force = true;
	dmafp_report_judge(report);
	assert_true(fixture_has_difference(report, "(plain and keyed on nvme): measure"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KEYED(test_refused_text),  KEYED(test_refused_json),
		KEYED(test_forced),	   KEYED(test_force_is_idle),
		KEYED(test_force_keeps_controls), KEYED(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
