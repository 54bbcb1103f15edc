// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Real traffic in the timed domain.  The fixture's load takes about 20001 ns per IO, of
 * which 1 % are 200; boots vary by 40 up and down, always-lock takes 500 more.  A sample
 * of busy is 100 IOs of 9014 ns, which never vary.
 */
#include <math.h>

#include "judged.h"
#include "base/file.h"

#define TIME DMAFP_MEASURE_TIME
#define BUSY DMAFP_MEASURE_BUSY

static void add_boot(struct dmafp_report *report, unsigned int boot, unsigned int boots)
{
	static const int noise[] = { 0, 2, -1, 1, -2, 0 };
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		struct dmafp_result *r = fixture_result(arm, "keyed");
		struct dmafp_load *load = fixture_add_load(r, DMAFP_LOAD_FIO);

		r->domain = DMAFP_DOMAIN_TIMED;
		free(r->created);
		r->created = dmafp_path("2026-01-02T03:%02u:00Z", boot * DMAFP_NR_ARMS + arm);
		/* the same values in another order in each arm */
		fixture_shift(fixture_measure(load, TIME),
			      20 * noise[(boot + 3 * arm) % boots] +
				      (arm == DMAFP_ARM_ALWAYS_LOCK ? 500 : 0));
		fixture_shift(&r->cells[MAP_4K].map.hist, noise[(boot + 3 * arm) % boots]);
		dmafp_set_add(&report->set, r);
	}
}

static int setup(void **state, unsigned int boots)
{
	struct dmafp_report *report = test_calloc(1, sizeof(*report));
	unsigned int boot;

	for (boot = 0; boot < boots; boot++)
		add_boot(report, boot, boots);
	*state = report;
	return 0;
}

static int setup_six(void **state)
{
	return setup(state, 6);
}

static int setup_two(void **state)
{
	return setup(state, 2);
}

/* Before the report is judged, which sorts the results */
static struct dmafp_load *load_of(struct dmafp_report *report, enum dmafp_arm_id arm, size_t boot)
{
	return report->set.results[boot * DMAFP_NR_ARMS + arm]->traffic.loads;
}

static void shift(struct dmafp_report *report, enum dmafp_arm_id arm,
		  enum dmafp_measure_kind kind, int64_t ns)
{
	size_t boot;

	for (boot = 0; boot < report->set.nr / DMAFP_NR_ARMS; boot++)
		fixture_shift(fixture_measure(load_of(report, arm, boot), kind), ns);
}

static const struct dmafp_traffic_verdict *row(const struct dmafp_report *report,
					       enum dmafp_measure_kind kind)
{
	return fixture_traffic_row(report, "keyed", kind);
}

static void expect_row(const struct dmafp_traffic_verdict *v, enum dmafp_arm_id arm,
		       enum dmafp_verdict verdict)
{
	assert_string_equal(dmafp_verdict_name(v->verdicts[arm]), dmafp_verdict_name(verdict));
}

static void test_same(void **state)
{
	const struct dmafp_traffic_verdict *v;

	expect(*state, DMAFP_EQUIVALENT, 0);
	v = row(*state, TIME);
	assert_true(v->judged && v->reached && !v->hidden);
	expect_row(v, DMAFP_ARM_PATCHED, DMAFP_EQUIVALENT);
	expect_row(v, DMAFP_ARM_ALWAYS_LOCK, DMAFP_REGRESSED);
	expect_row(v, DMAFP_ARM_PLACEBO, DMAFP_EQUIVALENT);
	/* between the 90 samples of 20000 and the 9 of 20007, at rank 50 of 100 */
	assert_true(v->arms[DMAFP_ARM_BASE] > 20000 && v->arms[DMAFP_ARM_BASE] < 20001);
	assert_true(v->margin > 200 && v->margin < 200.1);
	assert_true(fabs(v->measured[DMAFP_ARM_ALWAYS_LOCK] - 500) < 41);
	/* of each boot one number: three boots of base against the other three */
	assert_int_equal(v->effects[DMAFP_ARM_BASE][DMAFP_STATISTIC_P50].nr_base, 3);
	assert_int_equal(v->effects[DMAFP_ARM_BASE][DMAFP_STATISTIC_P50].nr_arm, 3);
	/* 40, 20, 0 against 0, -20, -40 */
	assert_true(fabs(v->effects[DMAFP_ARM_BASE][DMAFP_STATISTIC_P50].difference - 40) < 1e-6);
	assert_true(isnan(v->predicted[DMAFP_ARM_PATCHED]));
	assert_true(fixture_has_note(*state, "Margin of real traffic: 1 % of base's p50, the "
					     "default"));
	assert_true(fixture_has_reason(*state, "(always-lock REGRESSED): 1; the same in patched, "
					       "within the margin: 1; rows that cannot see one, "
					       "and clear nothing: 1."));
}

/* 17 of 9014 are within 1 %: a lock does not show, which is said and is no failure */
static void test_lock_within_the_margin(void **state)
{
	expect(*state, DMAFP_EQUIVALENT, 0);
	assert_true(row(*state, BUSY)->hidden);
	expect_row(row(*state, BUSY), DMAFP_ARM_ALWAYS_LOCK, DMAFP_EQUIVALENT);
	expect_row(row(*state, BUSY), DMAFP_ARM_PATCHED, DMAFP_EQUIVALENT);
	assert_true(fixture_has_note(*state, "always-lock is EQUIVALENT: a lock on every map "
					     "does not show on this row"));
}

static void test_submission_is_shown(void **state)
{
	shift(*state, DMAFP_ARM_PATCHED, DMAFP_MEASURE_SUBMIT, 4000);
	expect(*state, DMAFP_EQUIVALENT, 0);
	assert_false(row(*state, DMAFP_MEASURE_SUBMIT)->judged);
	expect_row(row(*state, DMAFP_MEASURE_SUBMIT), DMAFP_ARM_PATCHED, DMAFP_NOT_JUDGED);
}

static void test_slower(void **state)
{
	shift(*state, DMAFP_ARM_PATCHED, TIME, 500);
	expect(*state, DMAFP_REGRESSED, 1);
	expect_row(row(*state, TIME), DMAFP_ARM_PATCHED, DMAFP_REGRESSED);
	assert_true(fixture_has_reason(*state, "1 of 2 rows of real traffic take longer in "
					       "patched than in base, by more than the margin, 1 "
					       "of them where the path ran."));
}

/*
 * One family: 5 rows of cells and 2 of traffic.  All 36 differences are beyond, one of
 * 924 orders, two-sided, and the smallest of seven
 */
static void test_one_family(void **state)
{
	double p = 2.0 * 7 / 924;

	shift(*state, DMAFP_ARM_PATCHED, TIME, 500);
	dmafp_report_judge(*state);
	assert_true(fabs(row(*state, TIME)->p[DMAFP_ARM_PATCHED] - p) < 1e-9);
}

/* ... and a cell's row has the loads beside it */
static void test_one_family_cells(void **state)
{
	struct dmafp_report *report = *state;
	double p = 2.0 * 7 / 924;
	size_t boot, i;

	for (boot = 0; boot < 6; boot++)
		fixture_shift(&report->set.results[boot * DMAFP_NR_ARMS + DMAFP_ARM_PATCHED]
				       ->cells[MAP_4K].map.hist, 17);
	dmafp_report_judge(report);
	for (i = 0; i < report->comparison->nr_rows; i++)
		if (report->comparison->rows[i].cell->bytes == 4096 &&
		    report->comparison->rows[i].phase == DMAFP_ROW_MAP)
			break;
	assert_true(fabs(report->judgement->rows[i].p[DMAFP_ARM_PATCHED] - p) < 1e-9);
}

static void test_faster(void **state)
{
	shift(*state, DMAFP_ARM_PATCHED, TIME, -500);
	expect(*state, DMAFP_IMPROVED, 0);
	assert_true(fixture_has_reason(*state, "less time: 1, none more"));
}

/* A row that does not see a lock can condemn a patch, but not praise it */
static void test_hidden_slower(void **state)
{
	shift(*state, DMAFP_ARM_PATCHED, BUSY, 200 * FIXTURE_BATCH);
	expect(*state, DMAFP_REGRESSED, 1);
}

static void test_hidden_faster(void **state)
{
	shift(*state, DMAFP_ARM_PATCHED, BUSY, -200 * FIXTURE_BATCH);
	expect(*state, DMAFP_EQUIVALENT, 0);
	expect_row(row(*state, BUSY), DMAFP_ARM_PATCHED, DMAFP_IMPROVED);
}

/* Where always-lock is not settled, the row is not asked as long as another sees a lock */
static void test_lock_not_settled(void **state)
{
	struct dmafp_report *report = *state;
	size_t boot;

	for (boot = 0; boot < 6; boot++)
		fixture_shift(fixture_measure(load_of(report, DMAFP_ARM_ALWAYS_LOCK, boot), BUSY),
			      (boot % 2 ? 600 : -600) * FIXTURE_BATCH);
	expect(report, DMAFP_EQUIVALENT, 0);
	expect_row(row(report, BUSY), DMAFP_ARM_ALWAYS_LOCK, DMAFP_INCONCLUSIVE);
	assert_true(row(report, BUSY)->hidden);
}

static void test_about_the_margin(void **state)
{
	shift(*state, DMAFP_ARM_PATCHED, TIME, 200);
	expect(*state, DMAFP_INCONCLUSIVE, 2);
	assert_true(fixture_has_reason(*state, "Rows of real traffic on which patched or placebo "
					       "is INCONCLUSIVE: 1"));
}

static void test_placebo_moves(void **state)
{
	shift(*state, DMAFP_ARM_PLACEBO, TIME, 500);
	expect_invalid(*state, "placebo is not EQUIVALENT on 1 rows of real traffic (randread 4K "
			       "libaio qd1 time in keyed on nvme)");
}

/* Slower, where nobody knows whether placebo is */
static void test_doubtful(void **state)
{
	struct dmafp_report *report = *state;
	size_t boot;

	shift(report, DMAFP_ARM_PATCHED, TIME, 500);
	for (boot = 0; boot < 6; boot++)
		fixture_shift(fixture_measure(load_of(report, DMAFP_ARM_PLACEBO, boot), TIME),
			      boot % 2 ? 600 : -600);
	expect(report, DMAFP_INCONCLUSIVE, 2);
	expect_row(row(report, TIME), DMAFP_ARM_PATCHED, DMAFP_REGRESSED);
	assert_true(fixture_has_reason(report, "Rows of real traffic REGRESSED in patched: 1, "
					       "where placebo is not EQUIVALENT"));
}

/* Where ops keep a pace, the time that they take is that pace */
static void test_paced(void **state)
{
	struct dmafp_report *report = *state;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		report->set.results[i]->traffic.loads->pace_ns = 300000;
	shift(report, DMAFP_ARM_PATCHED, TIME, 500);
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_false(row(report, TIME)->judged);
	assert_true(row(report, BUSY)->judged);
}

/* Buckets of 400 ns tell nothing of 200 */
static void test_wide_buckets(void **state)
{
	struct dmafp_report *report = *state;
	size_t boot;

	for (boot = 0; boot < 6; boot++) {
		struct dmafp_load *load = load_of(report, DMAFP_ARM_PATCHED, boot);
		struct dmafp_hist *h = fixture_measure(load, TIME);

		h->nr_buckets = 1;
		h->buckets[0].width = 400;
		h->buckets[0].count = h->count;
		h->max = h->buckets[0].low + 399;
	}
	expect(report, DMAFP_INCONCLUSIVE, 2);
	expect_row(row(report, TIME), DMAFP_ARM_PATCHED, DMAFP_INCONCLUSIVE);
	assert_true(row(report, TIME)->barred[DMAFP_ARM_PATCHED]);
	assert_true(fixture_has_note(report, "patched is not judged: the margin is finer than "
					     "the clock"));
}

/* As fio tells it: one sample of all @ios, in milliseconds, some 20 us each */
static void make_single(struct dmafp_report *report, enum dmafp_load_tool tool, uint64_t ios)
{
	uint64_t ns = ios * FIXTURE_TIME;
	size_t i, k;

	for (i = 0; i < report->set.nr; i++) {
		struct dmafp_load *load = report->set.results[i]->traffic.loads;

		load->tool = tool;
		for (k = 0; k < load->nr_measures; k++) {
			struct dmafp_measure *m = &load->measures[k];

			if (m->kind != TIME)
				continue;
			m->ops_per_sample = ios;
			m->hist.count = m->hist.nr_buckets = 1;
			m->hist.min = m->hist.max = m->hist.sum = ns;
			m->hist.buckets[0] = (struct dmafp_bucket) { ns, 1000000, 1 };
		}
	}
}

/*
 * 4000 IOs take 80 ms, of which a millisecond is 250 ns per IO, and the margin 200: two
 * arms that read the same may differ by more than it
 */
static void test_clock_of_milliseconds(void **state)
{
	make_single(*state, DMAFP_LOAD_FIO, 4000);
	dmafp_report_judge(*state);
	expect_row(row(*state, TIME), DMAFP_ARM_PATCHED, DMAFP_INCONCLUSIVE);
	assert_true(row(*state, TIME)->barred[DMAFP_ARM_PATCHED]);
	assert_true(fixture_has_note(*state, "patched is not judged: the margin is finer than the "
					     "clock, whose millisecond is too much of so short a "
					     "run: give more [fio] ios, or a runtime"));
}

/* 10000 IOs take 200 ms: 100 ns per IO are within the 200 */
static void test_clock_is_fine_enough(void **state)
{
	make_single(*state, DMAFP_LOAD_FIO, 10000);
	dmafp_report_judge(*state);
	assert_false(row(*state, TIME)->barred[DMAFP_ARM_PATCHED]);
	expect_row(row(*state, TIME), DMAFP_ARM_PATCHED, DMAFP_EQUIVALENT);
}

static void test_coarse_rounds(void **state)
{
	make_single(*state, DMAFP_LOAD_PKTGEN, 4000);
	dmafp_report_judge(*state);
	assert_true(fixture_has_note(*state, "give more [pktgen] packets"));
}

static void test_not_in_turns(void **state)
{
	struct dmafp_report *report = *state;
	size_t boot;

	for (boot = 0; boot < 6; boot++) {
		struct dmafp_result *r =
			report->set.results[boot * DMAFP_NR_ARMS + DMAFP_ARM_PATCHED];

		free(r->created);
		r->created = dmafp_path("2026-01-02T09:%02zu:00Z", boot);
	}
	shift(report, DMAFP_ARM_PATCHED, TIME, 500);
	expect(report, DMAFP_INCONCLUSIVE, 2);
	assert_true(fixture_has_note(report, "patched is not judged: its boots and base's were "
					     "not"));
}

static void drop_cells(struct dmafp_report *report)
{
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		while (report->set.results[i]->nr_cells)
			dmafp_result_drop_cell(report->set.results[i]);
}

/* Two boots settle nothing, of always-lock neither: more may */
static void test_few_boots(void **state)
{
	drop_cells(*state);
	expect(*state, DMAFP_INCONCLUSIVE, 2);
	assert_true(fixture_has_note(*state, "fewer than 3 boots"));
	assert_true(fixture_has_reason(*state, "No row sees a lock yet: on 2 rows of real "
					       "traffic"));
}

static void test_loads_alone(void **state)
{
	struct dmafp_report *report = *state;

	drop_cells(report);
	report->rules.margin_ppm = 20000;
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_true(row(report, TIME)->margin > 400 && row(report, TIME)->margin < 401);
	assert_true(fixture_has_note(report, "Margin of real traffic: 2 % of base's p50, given "
					     "AFTER"));
	assert_false(fixture_has_note(report, "changes nothing"));
}

/* Nothing was counted: neither slower nor faster can be claimed, and that proves nothing */
static void test_not_reached(void **state)
{
	struct dmafp_report *report = *state;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		report->set.results[i]->traffic.loads->counted_ops = 0;
	expect(report, DMAFP_EQUIVALENT, 0);
	expect_row(row(report, TIME), DMAFP_ARM_PATCHED, DMAFP_NOT_REACHED);
	assert_false(row(report, TIME)->hidden);
}

#define SIX(test) cmocka_unit_test_setup_teardown(test, setup_six, teardown)
#define TWO(test) cmocka_unit_test_setup_teardown(test, setup_two, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SIX(test_same),
		SIX(test_lock_within_the_margin),
		SIX(test_submission_is_shown),
		SIX(test_slower),
		SIX(test_one_family),
		SIX(test_one_family_cells),
		SIX(test_faster),
		SIX(test_hidden_slower),
		SIX(test_hidden_faster),
		SIX(test_lock_not_settled),
		SIX(test_about_the_margin),
		SIX(test_placebo_moves),
		SIX(test_doubtful),
		SIX(test_paced),
		SIX(test_wide_buckets),
		SIX(test_clock_of_milliseconds),
		SIX(test_clock_is_fine_enough),
		SIX(test_coarse_rounds),
		SIX(test_not_in_turns),
		TWO(test_few_boots),
		SIX(test_loads_alone),
		SIX(test_not_reached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
