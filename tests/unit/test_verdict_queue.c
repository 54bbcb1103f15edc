// SPDX-License-Identifier: GPL-2.0-or-later
/* Lazy invalidation: what a flush queue's timer stirs is not judged, the rest is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

enum { NULL_OP, CHECK, MAP_4K };

/* The four arms behind an IOMMU with that group type */
static void start(struct dmafp_report *report, const char *group_type)
{
	*report = (struct dmafp_report) { 0 };
	fixture_four(report, "keyed");
	for (size_t i = 0; i < report->set.nr; i++)
		fixture_set_text(&report->set.results[i]->iommu.group_type, group_type);
}

/* The greatest sample of a cell takes 50 more: in total and shape, not in p50 */
static void stir(struct dmafp_report *report, enum dmafp_arm_id arm, size_t cell)
{
	struct dmafp_hist *hist = &fixture_cell(fixture_arm(report, arm), cell)->map.hist;

	hist->max += 50;
	hist->sum += 50;
}

static enum dmafp_verdict stirred(const char *group_type, enum dmafp_arm_id arm, size_t cell,
				  enum dmafp_verdict *overall)
{
	struct dmafp_report report = { 0 };
	enum dmafp_verdict verdict;

	start(&report, group_type);
	stir(&report, arm, cell);
	dmafp_report_judge(&report);
	verdict = fixture_row(&report, "keyed", cell, DMAFP_ROW_MAP, arm);
	*overall = report.judgement->overall;
	dmafp_report_free(&report);
	return verdict;
}

static void a_stirred_tail_is_no_difference(void **state)
{
	enum dmafp_verdict overall;

	(void)state;
	assert_int_equal(stirred("DMA-FQ", DMAFP_ARM_PLACEBO, MAP_4K, &overall),
			 DMAFP_EQUIVALENT);
	assert_int_not_equal(overall, DMAFP_INVALID);
}

static void strict_is_as_strict_as_ever(void **state)
{
	enum dmafp_verdict overall;

	(void)state;
	assert_int_equal(stirred("DMA", DMAFP_ARM_PLACEBO, MAP_4K, &overall), DMAFP_REGRESSED);
	assert_int_equal(overall, DMAFP_INVALID);
}

/* It has no buffer and takes no IOVA. */
static void check_is_judged_in_full(void **state)
{
	enum dmafp_verdict overall;

	(void)state;
	assert_int_equal(stirred("DMA-FQ", DMAFP_ARM_PLACEBO, CHECK, &overall),
			 DMAFP_REGRESSED);
	assert_int_equal(overall, DMAFP_INVALID);
}

static void one_instruction_is_still_one(void **state)
{
	struct dmafp_report report = { 0 };

	(void)state;
	start(&report, "DMA-FQ");
	fixture_shift(&fixture_cell(fixture_arm(&report, DMAFP_ARM_PLACEBO), MAP_4K)->map.hist,
		      1);
	dmafp_report_judge(&report);
	assert_int_equal(fixture_row(&report, "keyed", MAP_4K, DMAFP_ROW_MAP,
				     DMAFP_ARM_PLACEBO), DMAFP_REGRESSED);
	assert_int_equal(report.judgement->overall, DMAFP_INVALID);
	dmafp_report_free(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stirred_tail_is_no_difference),
		cmocka_unit_test(strict_is_as_strict_as_ever),
		cmocka_unit_test(check_is_judged_in_full),
		cmocka_unit_test(one_instruction_is_still_one),
	};

	return cmocka_run_group_tests_name("verdict_queue", tests, NULL, NULL);
}
