// SPDX-License-Identifier: GPL-2.0-or-later
/* Buckets that are wider than the margin: what they hide, and what they cannot. */
#include "judged.h"

#include "base/file.h"

#define BOOTS 6
#define WIDTH 512 /* ticks, of a bucket at some 200000 of them */

/* check takes 34 ticks in base, and its margin is one */
static int setup_six(void **state)
{
	struct dmafp_report *report = test_calloc(1, sizeof(*report));
	unsigned int arm, boot;

	for (boot = 0; boot < BOOTS; boot++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
			struct dmafp_result *r = fixture_result(arm, "keyed");

			r->domain = DMAFP_DOMAIN_TIMED;
			r->profile.margin_ppm = 10000;
			r->profile.margin_check = 1;
			free(r->created);
			r->created = dmafp_path("2026-01-02T03:%02u:00Z",
						boot * DMAFP_NR_ARMS + arm);
			dmafp_set_add(&report->set, r);
		}
	*state = report;
	return 0;
}

/* What check takes in all boots of an arm: so many ticks more, in buckets of WIDTH */
static void widen(struct dmafp_report *report, enum dmafp_arm_id arm, int64_t ticks)
{
	unsigned int boot;

	for (boot = 0; boot < BOOTS; boot++) {
		struct dmafp_result *r = report->set.results[boot * DMAFP_NR_ARMS + arm];
		struct dmafp_hist *h = &r->cells[CHECK].map.hist;

		fixture_shift(h, ticks);
		h->buckets[0].width = WIDTH;
	}
}

static const struct dmafp_row_verdict *check_row(struct dmafp_report *report)
{
	const struct dmafp_comparison *c;
	size_t i;

	dmafp_report_judge(report);
	c = report->comparison;
	for (i = 0; i < c->nr_rows; i++)
		if (!strcmp(c->rows[i].cell->op, "check"))
			return &report->judgement->rows[i];
	fail();
	return NULL;
}

/* As a mutex that all CPUs wait for: no bucket can make that nothing */
static void test_far_beyond(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_row_verdict *v;

	widen(report, DMAFP_ARM_ALWAYS_LOCK, 200000);
	v = check_row(report);
	assert_int_equal(v->verdicts[DMAFP_ARM_ALWAYS_LOCK], DMAFP_REGRESSED);
	assert_false(v->barred[DMAFP_ARM_ALWAYS_LOCK]);
	assert_int_equal(v->verdicts[DMAFP_ARM_PLACEBO], DMAFP_EQUIVALENT);
}

/* A bucket of base may be as wrong as one of the arm */
static void test_within_the_buckets(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_row_verdict *v;

	widen(report, DMAFP_ARM_BASE, 0);
	widen(report, DMAFP_ARM_PATCHED, 2 * WIDTH + 20);
	widen(report, DMAFP_ARM_PLACEBO, 2 * WIDTH - 20);
	v = check_row(report);
	assert_int_equal(v->verdicts[DMAFP_ARM_PATCHED], DMAFP_REGRESSED);
	assert_int_equal(v->verdicts[DMAFP_ARM_PLACEBO], DMAFP_INCONCLUSIVE);
	assert_true(v->barred[DMAFP_ARM_PLACEBO]);
	assert_true(fixture_has_note(report, "placebo is not judged: the margin is finer than the "
					     "histogram's buckets"));
}

static void test_below(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_row_verdict *v;

	widen(report, DMAFP_ARM_BASE, 5000);
	widen(report, DMAFP_ARM_PATCHED, 5000 - 2 * WIDTH - 20);
	widen(report, DMAFP_ARM_PLACEBO, 5000);
	v = check_row(report);
	assert_int_equal(v->verdicts[DMAFP_ARM_PATCHED], DMAFP_IMPROVED);
	assert_true(v->barred[DMAFP_ARM_PLACEBO]);
}

#define SIX(test) cmocka_unit_test_setup_teardown(test, setup_six, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SIX(test_far_beyond),
		SIX(test_within_the_buckets),
		SIX(test_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
