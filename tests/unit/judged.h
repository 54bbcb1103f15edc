/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of verdicts share: four arms, and what must be said of them. */
#ifndef DMAFP_TEST_JUDGED_H
#define DMAFP_TEST_JUDGED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

/* Cells of the fixture */
enum {
	NULL_OP,
	CHECK,
	MAP_4K,
	MAP_64K
};

static inline int setup_keyed(void **state)
{
	struct dmafp_report *report = test_calloc(1, sizeof(*report));

	fixture_four(report, "keyed");
	*state = report;
	return 0;
}

static inline int setup_plain(void **state)
{
	struct dmafp_report *report = test_calloc(1, sizeof(*report));

	fixture_four(report, "plain");
	*state = report;
	return 0;
}

static inline int setup_kdump(void **state)
{
	struct dmafp_report *report = test_calloc(1, sizeof(*report));

	fixture_four(report, "kdump");
	*state = report;
	return 0;
}

static inline int teardown(void **state)
{
	dmafp_report_free(*state);
	test_free(*state);
	return 0;
}

static inline struct dmafp_hist *map_hist(struct dmafp_report *report,
					  enum dmafp_arm_id arm, size_t cell)
{
	return &fixture_arm(report, arm)->cells[cell].map.hist;
}

static inline void expect(struct dmafp_report *report, enum dmafp_verdict overall, int code)
{
	dmafp_report_judge(report);
	assert_string_equal(dmafp_verdict_name(report->judgement->overall),
			    dmafp_verdict_name(overall));
	assert_int_equal(dmafp_judgement_exit(report->judgement), code);
	assert_true(report->judgement->reasons.nr > 0);
}

/* INVALID, and for this reason alone */
static inline void expect_invalid(struct dmafp_report *report, const char *reason)
{
	expect(report, DMAFP_INVALID, 3);
	if (!fixture_has_reason(report, reason))
		fail_msg("no reason says \"%s\"; the first: %s", reason,
			 report->judgement->reasons.items[0]);
	assert_int_equal(report->judgement->reasons.nr, 1);
}

/* INVALID, because the arms cannot be compared, and for this difference alone */
static inline void expect_refused(struct dmafp_report *report, const char *difference)
{
	expect(report, DMAFP_INVALID, 3);
	assert_true(dmafp_judgement_refused(report->judgement));
	assert_false(dmafp_judgement_forced(report->judgement));
	if (!fixture_has_difference(report, difference))
		fail_msg("no difference says \"%s\"; the first: %s", difference,
			 report->judgement->differences.items[0]);
	assert_int_equal(report->judgement->differences.nr, 1);
}

static inline enum dmafp_verdict patched_row(struct dmafp_report *report, size_t cell,
					     enum dmafp_row_phase phase)
{
	return fixture_row(report, "keyed", cell, phase, DMAFP_ARM_PATCHED);
}

#define KEYED(test) cmocka_unit_test_setup_teardown(test, setup_keyed, teardown)
#define PLAIN(test) cmocka_unit_test_setup_teardown(test, setup_plain, teardown)
#define KDUMP(test) cmocka_unit_test_setup_teardown(test, setup_kdump, teardown)

#endif /* DMAFP_TEST_JUDGED_H */
