// SPDX-License-Identifier: GPL-2.0-or-later
/* The static proof against the measurement: when they agree, and what is said if not. */
#include "judged.h"

#include "analysis/agreement.h"
#include "base/alloc.h"
#include "base/file.h"

/* A path of so many instructions, of the kernel that the fixture measured */
static void add_walk(struct dmafp_report *report, struct dmafp_walks *walks,
		     enum dmafp_arm_id arm, uint64_t instructions)
{
	struct dmafp_walk *walk = dmafp_walks_add(walks);

	walk->arm = dmafp_alloc_string(dmafp_arm_name(arm));
	walk->image = dmafp_alloc_string("vmlinux");
	walk->build_id = dmafp_alloc_string(fixture_arm(report, arm)->kernel.build_id);
	walk->arch = dmafp_alloc_string("x86_64");
	walk->symbol = dmafp_alloc_string("iommu_deferred_attach");
	walk->complete = true;
	walk->counts.instructions = instructions;
}

/* As the fixture's arms differ: always-lock by its lock, the others not */
static struct dmafp_walks *add_walks(struct dmafp_report *report)
{
	struct dmafp_evidence *evidence = &report->set.evidence;
	struct dmafp_walks *walks = dmafp_alloc(1, sizeof(*walks));

	add_walk(report, walks, DMAFP_ARM_BASE, 10);
	add_walk(report, walks, DMAFP_ARM_PATCHED, 10);
	add_walk(report, walks, DMAFP_ARM_ALWAYS_LOCK, 10 + FIXTURE_LOCK);
	add_walk(report, walks, DMAFP_ARM_PLACEBO, 10);
	evidence->walks = walks;
	evidence->nr_walks = 1;
	return walks;
}

static void expect_word(struct dmafp_report *report, enum dmafp_arm_id arm,
			enum dmafp_agreement_word word, const char *why)
{
	struct dmafp_proof proof;

	dmafp_report_judge(report);
	dmafp_proof_find(&proof, report->comparison);
	assert_non_null(proof.walks);
	assert_string_equal(dmafp_agreement_name(proof.arms[arm].word),
			    dmafp_agreement_name(word));
	if (!why)
		assert_null(proof.arms[arm].why);
	else if (!proof.arms[arm].why || !strstr(proof.arms[arm].why, why))
		fail_msg("\"%s\" does not say \"%s\"",
			 proof.arms[arm].why ? proof.arms[arm].why : "(none)", why);
	dmafp_proof_free(&proof);
}

static bool has_loud_note(const struct dmafp_report *report)
{
	size_t i;

	for (i = 0; i < report->judgement->notes.nr; i++)
		if (strstr(report->judgement->notes.items[i], "STATIC PROOF DOES NOT AGREE"))
			return true;
	return false;
}

static void test_agrees(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_proof proof;

	add_walks(report);
	dmafp_report_judge(report);
	dmafp_proof_find(&proof, report->comparison);
	assert_int_equal(proof.arms[DMAFP_ARM_PATCHED].word, DMAFP_AGREES);
	assert_int_equal(proof.arms[DMAFP_ARM_ALWAYS_LOCK].word, DMAFP_AGREES);
	assert_int_equal(proof.arms[DMAFP_ARM_ALWAYS_LOCK].by_image, FIXTURE_LOCK);
	assert_int_equal(proof.arms[DMAFP_ARM_ALWAYS_LOCK].low, FIXTURE_LOCK);
	assert_int_equal(proof.arms[DMAFP_ARM_ALWAYS_LOCK].nr_rows, 1);
	assert_int_equal(proof.arms[DMAFP_ARM_PLACEBO].word, DMAFP_AGREES);
	assert_false(has_loud_note(report));
	dmafp_proof_free(&proof);
}

/* The image says three less, check does not */
static void test_disagrees(void **state)
{
	struct dmafp_report *report = *state;

	add_walks(report)->items[DMAFP_ARM_PATCHED].counts.instructions = 7;
	expect_word(report, DMAFP_ARM_PATCHED, DMAFP_DISAGREES, "the image says -3, check in keyed");
	assert_true(has_loud_note(report));
	/* evidence, no judge: the verdict is about what was measured */
	assert_string_equal(dmafp_verdict_name(report->judgement->overall), "EQUIVALENT");
}

/* One boot of another device suffices */
static void test_one_row(void **state)
{
	struct dmafp_report *report = *state;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		dmafp_set_add(&report->set, fixture_nic(arm, "keyed"));
	fixture_shift(&report->set.results[4 + DMAFP_ARM_PATCHED]->cells[CHECK].map.hist, 1);
	add_walks(report);
	expect_word(report, DMAFP_ARM_PATCHED, DMAFP_DISAGREES, "the image says +0, check in keyed");
}

static void test_block(void **state)
{
	struct dmafp_report *report = *state;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		report->set.results[i]->cells[CHECK].ops_per_sample = 17;
	add_walks(report)->items[DMAFP_ARM_ALWAYS_LOCK].counts.instructions = 11;
	expect_word(report, DMAFP_ARM_ALWAYS_LOCK, DMAFP_AGREES, NULL);
}

static void test_other_build(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_walks *walks = add_walks(report);

	fixture_set_text(&walks->items[DMAFP_ARM_PATCHED].build_id, "0123");
	expect_word(report, DMAFP_ARM_PATCHED, DMAFP_NOT_COMPARABLE,
		    "the image of patched is not the kernel that was measured");
	assert_false(has_loud_note(report));
}

static void test_unknown_build(void **state)
{
	struct dmafp_report *report = *state;

	add_walks(report);
	fixture_set_text(&fixture_arm(report, DMAFP_ARM_BASE)->kernel.build_id, NULL);
	expect_word(report, DMAFP_ARM_PATCHED, DMAFP_NOT_COMPARABLE,
		    "a build id of base is not known");
}

static void test_incomplete(void **state)
{
	struct dmafp_report *report = *state;

	add_walks(report)->items[DMAFP_ARM_BASE].complete = false;
	expect_word(report, DMAFP_ARM_PLACEBO, DMAFP_NOT_COMPARABLE,
		    "the walk of base is not complete");
}

static void test_timed(void **state)
{
	struct dmafp_report *report = *state;
	size_t i;

	add_walks(report);
	for (i = 0; i < report->set.nr; i++)
		report->set.results[i]->domain = DMAFP_DOMAIN_TIMED;
	expect_word(report, DMAFP_ARM_PATCHED, DMAFP_NOT_COMPARABLE,
		    "check was not measured in instructions");
}

static void test_other_symbol(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_walks *walks = add_walks(report);
	struct dmafp_proof proof;
	size_t i;

	for (i = 0; i < walks->nr; i++)
		fixture_set_text(&walks->items[i].symbol, "mutex_lock");
	dmafp_report_judge(report);
	dmafp_proof_find(&proof, report->comparison);
	assert_null(proof.walks);
	dmafp_proof_free(&proof);
}

static void test_rendered(void **state)
{
	struct dmafp_report *report = *state;
	char *text, *none;

	dmafp_report_judge(report);
	none = fixture_render(report, &dmafp_render_text);
	assert_null(strstr(none, "Static proof"));
	free(none);
	add_walks(report)->items[DMAFP_ARM_PATCHED].counts.instructions = 7;
	dmafp_report_judge(report);
	text = fixture_render(report, &dmafp_render_text);
	assert_non_null(strstr(
		text, "patched                  7          -3          +0  DOES NOT AGREE\n"));
	assert_non_null(strstr(
		text, "always-lock             27         +17         +17  agrees\n"));
	free(text);
	text = fixture_render(report, &dmafp_render_json);
	assert_non_null(strstr(text, "\"says\": \"disagrees\""));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KEYED(test_agrees),	    KEYED(test_disagrees),  KEYED(test_one_row),
		KEYED(test_block),	    KEYED(test_other_build), KEYED(test_unknown_build),
		KEYED(test_incomplete),	    KEYED(test_timed),	    KEYED(test_other_symbol),
		KEYED(test_rendered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
