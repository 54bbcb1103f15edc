// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verdicts of the timed domain.  Boots of the fixture are shifted by whole ticks,
 * so that every difference of p50 is known: map_page takes about 614 ticks, of
 * which 1 % are 6.1, boots vary by 2 up and down, always-lock costs 17 more.
 */
#include "judged.h"
#include "analysis/timed.h"
#include "base/file.h"

#define ROWS 5 /* that are judged: check, and map and unmap of two map_page */

enum order {
	IN_TURNS,
	ONE_AFTER_THE_OTHER,
};

/* Minute of a boot; an hour has room for 4 arms of 15 */
static unsigned int minute_of(enum order order, unsigned int arm, unsigned int boot,
			      unsigned int boots)
{
	return order == IN_TURNS ? boot * DMAFP_NR_ARMS + arm : arm * boots + boot;
}

static void shift_maps(struct dmafp_result *r, int64_t ticks)
{
	size_t cell;

	for (cell = MAP_4K; cell <= MAP_64K; cell++) {
		fixture_shift(&r->cells[cell].map.hist, ticks);
		fixture_shift(&r->cells[cell].unmap.hist, ticks);
	}
}

static struct dmafp_result *boot_of(struct dmafp_report *report, enum dmafp_arm_id arm,
				    unsigned int boot)
{
	return report->set.results[boot * DMAFP_NR_ARMS + arm];
}

static void make_boots(struct dmafp_report *report, enum order order, unsigned int boots)
{
	static const int noise[] = { 0, 2, -1, 1, -2, 0, 1, -1 };
	unsigned int arm, boot;

	for (boot = 0; boot < boots; boot++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
			struct dmafp_result *r = fixture_result(arm, "keyed");

			r->domain = DMAFP_DOMAIN_TIMED;
			free(r->created);
			r->created = dmafp_path("2026-01-02T03:%02u:00Z",
						minute_of(order, arm, boot, boots));
			/* the same values in another order in each arm */
			shift_maps(r, noise[(boot + 3 * arm) % (boots < 8 ? boots : 8)]);
			dmafp_set_add(&report->set, r);
		}
}

static int setup(void **state, enum order order, unsigned int boots)
{
	struct dmafp_report *report = test_calloc(1, sizeof(*report));

	make_boots(report, order, boots);
	*state = report;
	return 0;
}

static int setup_six(void **state)
{
	return setup(state, IN_TURNS, 6);
}

static int setup_four(void **state)
{
	return setup(state, IN_TURNS, 4);
}

static int setup_three(void **state)
{
	return setup(state, IN_TURNS, 3);
}

static int setup_blocks(void **state)
{
	return setup(state, ONE_AFTER_THE_OTHER, 6);
}

static void shift_arm(struct dmafp_report *report, enum dmafp_arm_id arm, size_t cell,
		      int64_t ticks)
{
	unsigned int boot;

	for (boot = 0; boot < report->set.nr / DMAFP_NR_ARMS; boot++)
		fixture_shift(&boot_of(report, arm, boot)->cells[cell].map.hist, ticks);
}

/* Every second boot up, the others down: nothing can be told of that row */
static void shake(struct dmafp_report *report, enum dmafp_arm_id arm, size_t cell)
{
	unsigned int boot;

	for (boot = 0; boot < report->set.nr / DMAFP_NR_ARMS; boot++)
		fixture_shift(&boot_of(report, arm, boot)->cells[cell].map.hist,
			      boot % 2 ? 30 : -30);
}

static const struct dmafp_row_verdict *row_of(const struct dmafp_report *report,
					      const char *op, uint64_t bytes,
					      enum dmafp_row_phase phase)
{
	size_t i;

	for (i = 0; i < report->comparison->nr_rows; i++) {
		const struct dmafp_row *row = &report->comparison->rows[i];

		if (!strcmp(row->cell->op, op) && row->cell->bytes == bytes &&
		    row->phase == phase)
			return &report->judgement->rows[i];
	}
	fail_msg("no row %s", op);
	return NULL;
}

static void expect_row(const struct dmafp_row_verdict *v, enum dmafp_arm_id arm,
		       enum dmafp_verdict verdict)
{
	assert_string_equal(dmafp_verdict_name(v->verdicts[arm]), dmafp_verdict_name(verdict));
}

static void test_same(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_row_verdict *v;

	expect(report, DMAFP_EQUIVALENT, 0);
	v = row_of(report, "map_page", 4096, DMAFP_ROW_MAP);
	expect_row(v, DMAFP_ARM_PATCHED, DMAFP_EQUIVALENT);
	expect_row(v, DMAFP_ARM_ALWAYS_LOCK, DMAFP_REGRESSED);
	expect_row(v, DMAFP_ARM_PLACEBO, DMAFP_EQUIVALENT);
	assert_true(v->margin > 6.1 && v->margin < 6.2);
	assert_int_equal(v->margin_origin, DMAFP_MARGIN_DEFAULT);
	/* the floor: three boots of base against the other three */
	assert_int_equal(v->effects[DMAFP_ARM_BASE][DMAFP_STATISTIC_P50].nr_base, 3);
	assert_true(v->effects[DMAFP_ARM_BASE][DMAFP_STATISTIC_P50].known);
	/* 2, 1, 0 against 0, -1, -2 */
	assert_true(v->effects[DMAFP_ARM_BASE][DMAFP_STATISTIC_P50].difference == 2);
	expect_row(row_of(report, "map_page", 4096, DMAFP_ROW_UNMAP), DMAFP_ARM_PATCHED,
		   DMAFP_NOT_REACHED);
	assert_true(fixture_has_note(report, "1 % of base's p50, the default"));
	assert_int_equal(report->judgement->ranges[DMAFP_ARM_PATCHED].nr, 3);
	assert_int_equal(report->judgement->ranges[DMAFP_ARM_ALWAYS_LOCK].low, FIXTURE_LOCK);
}

static void test_more(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_row_verdict *v;

	shift_arm(report, DMAFP_ARM_PATCHED, MAP_4K, 17);
	expect(report, DMAFP_REGRESSED, 1);
	v = row_of(report, "map_page", 4096, DMAFP_ROW_MAP);
	expect_row(v, DMAFP_ARM_PATCHED, DMAFP_REGRESSED);
	/* all 36 differences beyond, one of 924 orders, two-sided, smallest of 5 rows */
	assert_true(v->p[DMAFP_ARM_PATCHED] > 0.999 * 2 * ROWS / 924 &&
		    v->p[DMAFP_ARM_PATCHED] < 1.001 * 2 * ROWS / 924);
	expect_row(row_of(report, "map_page", 65536, DMAFP_ROW_MAP), DMAFP_ARM_PATCHED,
		   DMAFP_EQUIVALENT);
}

static void test_less(void **state)
{
	shift_arm(*state, DMAFP_ARM_PATCHED, MAP_64K, -17);
	expect(*state, DMAFP_IMPROVED, 0);
}

/* `check` has a margin of one tick, whatever it takes */
static void test_two_ticks_of_check(void **state)
{
	shift_arm(*state, DMAFP_ARM_PATCHED, CHECK, 2);
	expect(*state, DMAFP_REGRESSED, 1);
	assert_true(row_of(*state, "check", 0, DMAFP_ROW_MAP)->margin == 1);
}

static void test_about_the_margin(void **state)
{
	struct dmafp_report *report = *state;

	shift_arm(report, DMAFP_ARM_PATCHED, MAP_4K, 6);
	expect(report, DMAFP_INCONCLUSIVE, 2);
	expect_row(row_of(report, "map_page", 4096, DMAFP_ROW_MAP), DMAFP_ARM_PATCHED,
		   DMAFP_INCONCLUSIVE);
	assert_true(fixture_has_reason(report, "INCONCLUSIVE rows of patched: 1;"));
}

/* One boot gone wild is one of six */
static void test_wild_boot(void **state)
{
	struct dmafp_report *report = *state;

	shift_maps(boot_of(report, DMAFP_ARM_PATCHED, 2), 60000);
	expect(report, DMAFP_EQUIVALENT, 0);
}

/* Four boots have 70 orders: 2 / 70 is no proof among five rows; 2 / 252 is */
static void test_holm_over_rows(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_row_verdict *v;

	shift_arm(report, DMAFP_ARM_PATCHED, MAP_4K, 17);
	expect(report, DMAFP_INCONCLUSIVE, 2);
	v = row_of(report, "map_page", 4096, DMAFP_ROW_MAP);
	assert_true(v->effects[DMAFP_ARM_PATCHED][DMAFP_STATISTIC_P50].difference_95.low >
		    v->margin);
	assert_int_equal(v->boots[DMAFP_ARM_PATCHED], 5);
	assert_true(fixture_has_note(report, "as one of 5 rows that is no proof yet"));
	assert_true(fixture_has_reason(report, "5 boots of each arm would settle them"));
}

/* Equivalence, which must hold on every row, needs no adjustment and 3 boots */
static void test_three_boots(void **state)
{
	expect(*state, DMAFP_EQUIVALENT, 0);
}

static void test_three_boots_more(void **state)
{
	struct dmafp_report *report = *state;

	shift_arm(report, DMAFP_ARM_PATCHED, MAP_4K, 17);
	expect(report, DMAFP_INCONCLUSIVE, 2);
	assert_true(fixture_has_note(report, "3 boots are too few"));
}

/* Controls */

/* 3 boots that differ much, all above: the 90 % interval is, the 95 % one is not */
static void test_three_boots_lock(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_result *r = boot_of(report, DMAFP_ARM_ALWAYS_LOCK, 1);
	const struct dmafp_effect *e;

	fixture_shift(&r->cells[MAP_4K].map.hist, 40);
	expect(report, DMAFP_EQUIVALENT, 0);
	e = &row_of(report, "map_page", 4096, DMAFP_ROW_MAP)
		     ->effects[DMAFP_ARM_ALWAYS_LOCK][DMAFP_STATISTIC_P50];
	assert_true(e->difference_95.low < e->margin && e->difference_90.low > e->margin);
}

static void test_lock_unseen(void **state)
{
	shift_arm(*state, DMAFP_ARM_ALWAYS_LOCK, MAP_4K, -FIXTURE_LOCK);
	expect_invalid(*state, "always-lock is not REGRESSED on 1 of 3 rows");
}

static void test_lock_unsettled(void **state)
{
	shake(*state, DMAFP_ARM_ALWAYS_LOCK, MAP_4K);
	expect(*state, DMAFP_INCONCLUSIVE, 2);
	assert_true(fixture_has_reason(*state, "INCONCLUSIVE rows of always-lock: 1;"));
}

static void test_placebo_differs(void **state)
{
	shift_arm(*state, DMAFP_ARM_PLACEBO, MAP_4K, 17);
	expect_invalid(*state, "placebo is not EQUIVALENT on 1 of 5 rows");
}

static void test_placebo_unsettled(void **state)
{
	shake(*state, DMAFP_ARM_PLACEBO, MAP_4K);
	expect(*state, DMAFP_INCONCLUSIVE, 2);
	assert_true(fixture_has_reason(*state, "INCONCLUSIVE rows of placebo: 1;"));
}

/* A row's own controls are asked, not those of another one */
static void test_regressed_elsewhere(void **state)
{
	shake(*state, DMAFP_ARM_PLACEBO, MAP_4K);
	shift_arm(*state, DMAFP_ARM_PATCHED, MAP_64K, 17);
	expect(*state, DMAFP_REGRESSED, 1);
}

static void test_regressed_in_doubt(void **state)
{
	shake(*state, DMAFP_ARM_PLACEBO, MAP_4K);
	shift_arm(*state, DMAFP_ARM_PATCHED, MAP_4K, 17);
	expect(*state, DMAFP_INCONCLUSIVE, 2);
	assert_true(fixture_has_reason(*state, "cannot be told from an error of the instrument"));
}

static void test_null_differs(void **state)
{
	shift_arm(*state, DMAFP_ARM_PATCHED, NULL_OP, 3);
	expect_invalid(*state, "The null op, which is the harness alone, is not the same");
}

/* A tick is within the margin of the floor */
static void test_null_within_margin(void **state)
{
	shift_arm(*state, DMAFP_ARM_PATCHED, NULL_OP, 1);
	expect(*state, DMAFP_EQUIVALENT, 0);
}

/* A mode in the exact domain beside one in the timed domain: each by its own rules */
static void test_both_domains(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_result *again;

	fixture_four(report, "kdump");
	expect(report, DMAFP_EQUIVALENT, 0);
	again = fixture_result(DMAFP_ARM_PATCHED, "kdump");
	fixture_shift(&again->cells[MAP_4K].map.hist, 1);
	dmafp_set_add(&report->set, again);
	expect(report, DMAFP_INCONCLUSIVE, 2);
	assert_true(fixture_has_reason(report, "1 rows cannot be decided"));
}

/* Margins */

static void test_margin_stated(void **state)
{
	struct dmafp_report *report = *state;
	size_t i;

	for (i = 0; i < report->set.nr; i++) {
		report->set.results[i]->profile.margin_ppm = 50000;
		report->set.results[i]->profile.margin_check = 3;
	}
	/* 17 of 614 ticks are within 5 %: the control cannot be seen either */
	shift_arm(report, DMAFP_ARM_PATCHED, MAP_4K, 17);
	expect(report, DMAFP_INVALID, 3);
	expect_row(row_of(report, "map_page", 4096, DMAFP_ROW_MAP), DMAFP_ARM_PATCHED,
		   DMAFP_EQUIVALENT);
	assert_true(fixture_has_note(report, "5 % of base's p50, stated in the profile"));
	assert_true(fixture_has_note(report, "Margin of check: 3 ticks, stated"));
}

static void test_margin_given(void **state)
{
	struct dmafp_report *report = *state;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		report->set.results[i]->profile.margin_ppm = 100;
	report->rules.margin_ppm = 20000;
	report->rules.margin_check = 5;
	shift_arm(report, DMAFP_ARM_PATCHED, CHECK, 3);
	shift_arm(report, DMAFP_ARM_PATCHED, MAP_4K, 7);
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_true(fixture_has_note(report, "2 % of base's p50, given AFTER the run"));
	assert_true(fixture_has_note(report, "Margin of check: 5 ticks, given AFTER the run"));
}

/* Half a tick cannot be told by a clock of whole ones */
static void test_margin_too_fine(void **state)
{
	struct dmafp_report *report = *state;

	report->rules.margin_ppm = 800;
	expect(report, DMAFP_INCONCLUSIVE, 2);
	assert_true(fixture_has_note(report, "finer than the clock's steps"));
}

static void by_tens(struct dmafp_hist *h)
{
	size_t i;

	h->sum = 0;
	for (i = 0; i < h->nr_buckets; i++) {
		h->buckets[i].low = h->buckets[i].low / 10 * 10;
		h->sum += h->buckets[i].low * h->buckets[i].count;
	}
	h->min = h->buckets[0].low;
	h->max = h->buckets[h->nr_buckets - 1].low;
}

/* A clock that advances by 10 has unit buckets, and tells no 6 ticks apart */
static void test_clock_in_steps(void **state)
{
	struct dmafp_report *report = *state;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		by_tens(&report->set.results[i]->cells[MAP_4K].map.hist);
	expect(report, DMAFP_INCONCLUSIVE, 2);
	expect_row(row_of(report, "map_page", 4096, DMAFP_ROW_MAP), DMAFP_ARM_PATCHED,
		   DMAFP_INCONCLUSIVE);
	assert_true(fixture_has_note(report, "finer than the clock's steps"));
	expect_row(row_of(report, "map_page", 65536, DMAFP_ROW_MAP), DMAFP_ARM_PATCHED,
		   DMAFP_EQUIVALENT);
}

/* Drift */

/* Two ticks more from each boot to the next of its arm */
static void warm_up(struct dmafp_report *report)
{
	unsigned int arm, boot;

	for (boot = 0; boot < report->set.nr / DMAFP_NR_ARMS; boot++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			shift_maps(boot_of(report, arm, boot), 5 * (int64_t)boot);
}

static void test_drift_in_blocks(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_row_verdict *v;

	report->rules.margin_ppm = 900000;
	warm_up(report);
	dmafp_report_judge(report);
	v = row_of(report, "map_page", 4096, DMAFP_ROW_MAP);
	assert_true(v->drift.known && v->drift.p < 0.001);
	assert_false(v->interleaved[DMAFP_ARM_PATCHED]);
	expect_row(v, DMAFP_ARM_PATCHED, DMAFP_INCONCLUSIVE);
	assert_int_equal(v->boots[DMAFP_ARM_PLACEBO], 0);
	assert_true(v->barred[DMAFP_ARM_PATCHED] && v->barred[DMAFP_ARM_PLACEBO]);
	assert_true(fixture_has_note(report, "not taken in turns"));
	assert_true(fixture_has_reason(report, "rows of patched: 3; the notes say why 3 cannot "
					       "be judged as measured."));
}

static void test_drift_in_turns(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_row_verdict *v;

	report->rules.margin_ppm = 900000;
	warm_up(report);
	dmafp_report_judge(report);
	v = row_of(report, "map_page", 4096, DMAFP_ROW_MAP);
	assert_true(v->drift.p < 0.001);
	assert_true(v->interleaved[DMAFP_ARM_PATCHED]);
	expect_row(v, DMAFP_ARM_PATCHED, DMAFP_EQUIVALENT);
	assert_true(fixture_has_note(report, "Drift over the boots: on 4 of 6 timed rows"));
}

/* That no drift is found does not show that there is none */
static void test_blocks_without_drift(void **state)
{
	expect(*state, DMAFP_INCONCLUSIVE, 2);
	assert_true(row_of(*state, "map_page", 4096, DMAFP_ROW_MAP)->drift.p > 0.1);
	assert_true(fixture_has_note(*state, "not taken in turns"));
}

static void test_series(void **state)
{
	struct dmafp_report *report = *state;

	fixture_add_series(&boot_of(report, DMAFP_ARM_BASE, 0)->cells[MAP_4K].map, 50);
	fixture_add_series(&boot_of(report, DMAFP_ARM_PATCHED, 3)->cells[MAP_4K].map, 0);
	dmafp_report_judge(report);
	assert_true(fixture_has_note(report, "Drift inside a boot: in 1 of 2 series"));
}

/* The greatest of 100 samples: p99 follows by 0.9 of it, p50 does not */
static void shift_tail(struct dmafp_report *report, int64_t ticks)
{
	unsigned int boot;

	for (boot = 0; boot < 6; boot++) {
		struct dmafp_hist *h = &boot_of(report, DMAFP_ARM_PATCHED, boot)
						->cells[MAP_64K].map.hist;

		h->buckets[2].low += (uint64_t)ticks;
		h->max += (uint64_t)ticks;
		h->sum += (uint64_t)ticks;
	}
}

/* What is not judged is not passed over in silence */
static void test_tail(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_row_verdict *v;

	shift_tail(report, 80);
	expect(report, DMAFP_EQUIVALENT, 0);
	v = row_of(report, "map_page", 65536, DMAFP_ROW_MAP);
	assert_int_equal(v->outside[DMAFP_STATISTIC_P99], 1);
	assert_int_equal(v->outside[DMAFP_STATISTIC_MIN], 0);
	v = row_of(report, "map_page", 4096, DMAFP_ROW_MAP);
	assert_int_equal(v->outside[DMAFP_STATISTIC_P99], 0);
	assert_true(fixture_has_note(report, "p99 of patched, which is shown and not judged"));
	assert_true(fixture_has_reason(report, "NOT JUDGED, but slower in patched by more than "
					       "the margin: p99 on 1 row; "));
}

/* Within the margin of 6 ticks */
static void test_short_tail(void **state)
{
	struct dmafp_report *report = *state;

	shift_tail(report, 1);
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_false(fixture_has_reason(report, "NOT JUDGED"));
}

/* Ticks of a block are shared out among its ops, and so is the margin */
static void test_block(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_row_verdict *v;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		report->set.results[i]->cells[CHECK].ops_per_sample = 2;
	shift_arm(report, DMAFP_ARM_PATCHED, CHECK, 1);
	expect(report, DMAFP_EQUIVALENT, 0);
	v = row_of(report, "check", 0, DMAFP_ROW_MAP);
	assert_true(v->effects[DMAFP_ARM_PATCHED][DMAFP_STATISTIC_P50].difference == 0.5);
	assert_true(v->effects[DMAFP_ARM_PATCHED][DMAFP_STATISTIC_P50].base ==
		    FIXTURE_CHECK / 2.0);
}

#define BOOTS(test, setup) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOOTS(test_same, setup_six),
		BOOTS(test_more, setup_six),
		BOOTS(test_less, setup_six),
		BOOTS(test_two_ticks_of_check, setup_six),
		BOOTS(test_about_the_margin, setup_six),
		BOOTS(test_wild_boot, setup_six),
		BOOTS(test_holm_over_rows, setup_four),
		BOOTS(test_three_boots, setup_three),
		BOOTS(test_three_boots_more, setup_three),
		BOOTS(test_three_boots_lock, setup_three),
		BOOTS(test_lock_unseen, setup_six),
		BOOTS(test_lock_unsettled, setup_six),
		BOOTS(test_placebo_differs, setup_six),
		BOOTS(test_placebo_unsettled, setup_six),
		BOOTS(test_regressed_elsewhere, setup_six),
		BOOTS(test_regressed_in_doubt, setup_six),
		BOOTS(test_null_differs, setup_six),
		BOOTS(test_null_within_margin, setup_six),
		BOOTS(test_both_domains, setup_six),
		BOOTS(test_margin_stated, setup_six),
		BOOTS(test_margin_given, setup_six),
		BOOTS(test_margin_too_fine, setup_six),
		BOOTS(test_clock_in_steps, setup_six),
		BOOTS(test_drift_in_blocks, setup_blocks),
		BOOTS(test_drift_in_turns, setup_six),
		BOOTS(test_blocks_without_drift, setup_blocks),
		BOOTS(test_series, setup_six),
		BOOTS(test_tail, setup_six),
		BOOTS(test_short_tail, setup_six),
		BOOTS(test_block, setup_six),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
