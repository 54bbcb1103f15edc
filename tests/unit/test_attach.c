// SPDX-License-Identifier: GPL-2.0-or-later
/* Evidence about the attach: in the file, in the report, and in the verdict. */
#include "analysis/result.h"
#include "base/alloc.h"
#include "judged.h"

/* Four rounds: two races, one of them overlapping, then two atomic maps */
static void add_evidence(struct dmafp_result *result, bool locks)
{
	struct dmafp_attach_result *attach = &result->attach;
	struct dmafp_round *rounds = dmafp_alloc(3, sizeof(*rounds));
	uint64_t overlaps = locks ? 0 : 1, held = locks ? 2 : 0;

	rounds[0] = (struct dmafp_round) { .threads = 2, .deferred_before = true,
					   .counted = true, .calls = 2, .attaches = 2,
					   .held = held, .attach_ticks = 400, .log = strdup("") };
	rounds[1] = rounds[0];
	rounds[1].hold_us = 300;
	rounds[1].overlaps = overlaps;
	rounds[1].wrong = !locks;
	rounds[1].log = strdup(locks ? "" : "WARNING: it is twice in the list\nmore\n");
	rounds[2] = (struct dmafp_round) { .kind = DMAFP_ROUND_ATOMIC, .threads = 1,
					   .deferred_before = true,
					   .log = strdup("BUG: sleeping\n"),
					   .sleeps = true,
					   .place = strdup(locks ? "mutex.c:587" : "slab.h:330"),
					   .stack = strdup("f+0x1/0x2") };
	attach->present = true;
	attach->rounds = rounds;
	attach->nr_rounds = 3;
	attach->traced = 1;
	attach->trace.records = dmafp_alloc(1, sizeof(*attach->trace.records));
	attach->trace.records[0] = (struct dmafp_trace_record) {
		.ticks = 70, .cpu = 1, .pid = 42, .what = DMAFP_TRACE_ATTACH,
		.held = locks, .overlap = !locks };
	attach->trace.nr = 1;
}

static int setup_evidence(void **state)
{
	struct dmafp_report *report;

	setup_kdump(state);
	report = *state;
	add_evidence(fixture_arm(report, DMAFP_ARM_BASE), false);
	add_evidence(fixture_arm(report, DMAFP_ARM_PATCHED), true);
	return 0;
}

static char *text_of(struct dmafp_report *report)
{
	dmafp_report_judge(report);
	return fixture_render(report, &dmafp_render_text);
}

static void expect_text(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text);
}

static void test_arms_side_by_side(void **state)
{
	char *text = text_of(*state);

	expect_text(text, "\n== Attach: first maps with probes, reported, not judged\n");
	expect_text(text, "\nrace x2        base       1     2     0     0   200    0 clean\n");
	expect_text(text, "\nrace x2        patched    1     2     0     2   200    0 clean\n");
	expect_text(text, "\nrace x2 +300us base       1     2     1     0   200    1 FAULT\n");
	expect_text(text, "\nrace x2 +300us patched    1     2     0     2   200    0 clean\n");
	expect_text(text, "\natomic         base       1     -     -     -     -    0 FAULT\n");
	free(text);
}

static void test_what_the_kernel_said(void **state)
{
	char *text = text_of(*state);

	expect_text(text, "- atomic, base on nvme: the kernel names slab.h:330, called by");
	expect_text(text, "- atomic, patched on nvme: the kernel names mutex.c:587");
	expect_text(text, "- race, base on nvme: the kernel says: WARNING: it is twice");
	assert_null(strstr(text, "race, patched"));
	expect_text(text, "          70 cpu 1 thread 42     attach, OVERLAP\n");
	expect_text(text, "          70 cpu 1 thread 42     attach, mutex held\n");
	free(text);
}

/* No table where nobody asked for it */
static void test_silent_without(void **state)
{
	char *text = text_of(*state);

	assert_null(strstr(text, "== Attach"));
	free(text);
}

static void drop_rows(struct dmafp_report *report)
{
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		while (report->set.results[i]->nr_cells > 1)
			dmafp_result_drop_cell(report->set.results[i]);
}

static void test_evidence_alone_claims_nothing(void **state)
{
	struct dmafp_report *report = *state;

	drop_rows(report);
	dmafp_report_judge(report);
	assert_int_equal(report->judgement->overall, DMAFP_INCONCLUSIVE);
	assert_int_equal(dmafp_judgement_exit(report->judgement), DMAFP_EXIT_INCONCLUSIVE);
	assert_int_equal(report->judgement->reasons.nr, 1);
	assert_true(fixture_has_reason(report, "says nothing of a cost"));
}

/* Nor does it hide what rows say, or that there are none */
static void test_rows_are_judged_beside_it(void **state)
{
	struct dmafp_report *report = *state;

	fixture_shift(map_hist(report, DMAFP_ARM_PATCHED, MAP_4K), 1);
	dmafp_report_judge(report);
	assert_int_equal(report->judgement->overall, DMAFP_REGRESSED);
}

static void test_no_evidence_no_excuse(void **state)
{
	struct dmafp_report *report = *state;

	drop_rows(report);
	dmafp_report_judge(report);
	assert_int_equal(report->judgement->overall, DMAFP_INVALID);
}

static void test_round_trip(void **state)
{
	struct dmafp_result *result = fixture_arm(*state, DMAFP_ARM_BASE), *copy;
	json_t *json = dmafp_result_to_json(result), *again;
	struct dmafp_err err;

	copy = dmafp_result_from_json(json, &err);
	if (!copy)
		fail_msg("%s", err.msg);
	again = dmafp_result_to_json(copy);
	assert_true(json_equal(json, again));
	assert_int_equal(copy->attach.rounds[1].overlaps, 1);
	assert_string_equal(copy->attach.rounds[2].place, "slab.h:330");
	json_decref(again);
	json_decref(json);
	dmafp_result_free(copy);
	dmafp_report_judge(*state);
}

static void expect_unreadable(struct dmafp_result *result, const char *why)
{
	json_t *json = dmafp_result_to_json(result);
	struct dmafp_err err;

	assert_null(dmafp_result_from_json(json, &err));
	if (!strstr(err.msg, why))
		fail_msg("'%s' does not say '%s'", err.msg, why);
	json_decref(json);
}

static void test_impossible_rounds(void **state)
{
	struct dmafp_result *result = fixture_arm(*state, DMAFP_ARM_BASE);
	struct dmafp_round *round = &result->attach.rounds[1];

	round->overlaps = 3;
	expect_unreadable(result, "attach.rounds[1] has fewer attaches");
	round->overlaps = 1;
	round->failed = 3;
	expect_unreadable(result, "attach.rounds[1] has fewer threads");
	round->failed = 0;
	round->threads = 0;
	expect_unreadable(result, "made by no thread");
	round->threads = 2;
	result->attach.traced = 3;
	expect_unreadable(result, "attach.traced");
	dmafp_report_judge(*state);
}

int main(void)
{
#define EVIDENCE(name) cmocka_unit_test_setup_teardown(name, setup_evidence, teardown)
	const struct CMUnitTest tests[] = {
		EVIDENCE(test_arms_side_by_side),
		EVIDENCE(test_what_the_kernel_said),
		cmocka_unit_test_setup_teardown(test_silent_without, setup_kdump, teardown),
		EVIDENCE(test_evidence_alone_claims_nothing),
		EVIDENCE(test_rows_are_judged_beside_it),
		cmocka_unit_test_setup_teardown(test_no_evidence_no_excuse, setup_kdump, teardown),
		EVIDENCE(test_round_trip),
		EVIDENCE(test_impossible_rounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
