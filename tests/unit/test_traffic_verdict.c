// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Real traffic in the exact domain.  The fixture's load costs 4414 per IO to submit in
 * keyed mode (4400, and 14 for the check), in always-lock 17 more; it makes one check per
 * IO.  Two boots of each arm, unless a test says otherwise.
 */
#include <math.h>

#include "judged.h"
#include "base/alloc.h"
#include "base/file.h"

#define SUBMIT DMAFP_MEASURE_SUBMIT
#define BUSY   DMAFP_MEASURE_BUSY
#define PER_IO (FIXTURE_SUBMIT + FIXTURE_CHECK - FIXTURE_NULL)

static void add_boot(struct dmafp_report *report, const char *mode, unsigned int boot)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		struct dmafp_result *r = fixture_result(arm, mode);

		free(r->created);
		r->created = dmafp_path("2026-01-02T03:%02u:00Z", boot * DMAFP_NR_ARMS + arm);
		fixture_add_load(r, DMAFP_LOAD_FIO);
		dmafp_set_add(&report->set, r);
	}
}

static int setup_boots(void **state, const char *mode, unsigned int boots)
{
	struct dmafp_report *report = test_calloc(1, sizeof(*report));
	unsigned int boot;

	for (boot = 0; boot < boots; boot++)
		add_boot(report, mode, boot);
	*state = report;
	return 0;
}

static int setup_one(void **state)
{
	return setup_boots(state, "keyed", 1);
}

static int setup_two(void **state)
{
	return setup_boots(state, "keyed", 2);
}

static int setup_off(void **state)
{
	return setup_boots(state, "plain", 2);
}

/* Before the report is judged, which sorts the results */
static struct dmafp_result *boot_of(struct dmafp_report *report, enum dmafp_arm_id arm,
				    unsigned int boot)
{
	return report->set.results[boot * DMAFP_NR_ARMS + arm];
}

static struct dmafp_load *load_of(struct dmafp_report *report, enum dmafp_arm_id arm,
				  unsigned int boot)
{
	return boot_of(report, arm, boot)->traffic.loads;
}

static void shift(struct dmafp_report *report, enum dmafp_arm_id arm, unsigned int boot,
		  enum dmafp_measure_kind kind, int64_t ns)
{
	fixture_shift(fixture_measure(load_of(report, arm, boot), kind), ns);
}

static void shift_both(struct dmafp_report *report, enum dmafp_arm_id arm,
		       enum dmafp_measure_kind kind, int64_t ns)
{
	shift(report, arm, 0, kind, ns);
	shift(report, arm, 1, kind, ns);
}

static void shift_check(struct dmafp_report *report, enum dmafp_arm_id arm, int64_t ticks)
{
	fixture_shift(&boot_of(report, arm, 0)->cells[CHECK].map.hist, ticks);
	fixture_shift(&boot_of(report, arm, 1)->cells[CHECK].map.hist, ticks);
}

static const struct dmafp_traffic_verdict *row(const struct dmafp_report *report,
					       enum dmafp_measure_kind kind)
{
	return fixture_traffic_row(report, report->set.results[0]->mode, kind);
}

static void expect_row(const struct dmafp_traffic_verdict *v, enum dmafp_arm_id arm,
		       enum dmafp_verdict verdict, double measured)
{
	assert_string_equal(dmafp_verdict_name(v->verdicts[arm]), dmafp_verdict_name(verdict));
	if (fabs(v->measured[arm] - measured) > 1e-9)
		fail_msg("measured %g, not %g", v->measured[arm], measured);
}

#define expect_number(got, want) assert_true(fabs((got) - (want)) < 1e-9)

/* Nothing differs but always-lock, and that by what check says */
static void test_same(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_traffic_verdict *v;

	expect(report, DMAFP_EQUIVALENT, 0);
	assert_int_equal(report->comparison->nr_traffic_rows, 4);
	v = row(report, SUBMIT);
	expect_number(v->arms[DMAFP_ARM_BASE], PER_IO);
	expect_row(v, DMAFP_ARM_PATCHED, DMAFP_EQUIVALENT, 0);
	expect_row(v, DMAFP_ARM_ALWAYS_LOCK, DMAFP_REGRESSED, FIXTURE_LOCK);
	expect_row(v, DMAFP_ARM_PLACEBO, DMAFP_EQUIVALENT, 0);
	expect_number(v->floor, 0);
	expect_number(v->checks, 1);
	expect_number(v->maps, 1);
	expect_number(v->predicted[DMAFP_ARM_ALWAYS_LOCK], FIXTURE_LOCK);
	assert_true(v->agrees[DMAFP_ARM_PATCHED] && v->agrees[DMAFP_ARM_ALWAYS_LOCK]);
	assert_true(v->reached && !v->hidden);
	assert_int_equal(v->statistic, DMAFP_STATISTIC_P50);
	assert_true(fixture_has_reason(report, "3 of 3 reached rows have identical histograms"));
	assert_true(fixture_has_reason(report, "Rows of real traffic that see a lock "
					       "(always-lock REGRESSED): 2; the same in patched, "
					       "within the floor of 0: 2."));
	assert_int_equal(report->judgement->notes.nr, 0);
}

/* A sample of busy is 100 IOs: what is judged is one */
static void test_per_op(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_traffic_verdict *v;

	shift_both(report, DMAFP_ARM_PATCHED, BUSY, 50);
	expect(report, DMAFP_REGRESSED, 1);
	v = row(report, BUSY);
	expect_number(v->arms[DMAFP_ARM_BASE], FIXTURE_BUSY + FIXTURE_CHECK - FIXTURE_NULL);
	expect_row(v, DMAFP_ARM_PATCHED, DMAFP_REGRESSED, 0.5);
	expect_row(row(report, SUBMIT), DMAFP_ARM_PATCHED, DMAFP_EQUIVALENT, 0);
	assert_true(fixture_has_note(report, "patched takes 0.50 more instructions per IO"));
}

/* What the domain does not judge says nothing, whatever it is */
static void test_idle_is_not_judged(void **state)
{
	struct dmafp_report *report = *state;

	shift_both(report, DMAFP_ARM_PATCHED, DMAFP_MEASURE_COMPLETE, 999);
	shift_both(report, DMAFP_ARM_PLACEBO, DMAFP_MEASURE_TIME, 999);
	expect(report, DMAFP_EQUIVALENT, 0);
	expect_row(row(report, DMAFP_MEASURE_COMPLETE), DMAFP_ARM_PATCHED, DMAFP_NOT_JUDGED, 999);
	assert_false(row(report, DMAFP_MEASURE_TIME)->judged);
}

/* The patch is 3 shorter in check, and so is each IO */
static void test_predicted(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_traffic_verdict *v;

	shift_check(report, DMAFP_ARM_PATCHED, -3);
	shift_both(report, DMAFP_ARM_PATCHED, SUBMIT, -3);
	shift_both(report, DMAFP_ARM_PATCHED, BUSY, -300);
	expect(report, DMAFP_IMPROVED, 0);
	v = row(report, SUBMIT);
	expect_row(v, DMAFP_ARM_PATCHED, DMAFP_IMPROVED, -3);
	expect_number(v->predicted[DMAFP_ARM_PATCHED], -3);
	assert_true(v->agrees[DMAFP_ARM_PATCHED]);
	assert_true(row(report, BUSY)->agrees[DMAFP_ARM_PATCHED]);
	assert_false(fixture_has_note(report, "DOES NOT AGREE"));
	assert_true(fixture_has_reason(report, "fewer instructions: 2, none more"));
}

/* Three checks per IO: three times what check differs by */
static void test_checks_per_op(void **state)
{
	struct dmafp_report *report = *state;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		load_of(report, arm, 0)->calls[0].calls = 3 * FIXTURE_COUNTED;
		load_of(report, arm, 1)->calls[0].calls = 3 * FIXTURE_COUNTED;
	}
	dmafp_report_judge(report);
	expect_number(row(report, SUBMIT)->predicted[DMAFP_ARM_ALWAYS_LOCK], 3 * FIXTURE_LOCK);
	/* the fixture's IO locks once */
	assert_false(row(report, SUBMIT)->agrees[DMAFP_ARM_ALWAYS_LOCK]);
	assert_true(fixture_has_note(report, "DOES NOT AGREE WITH check in always-lock: randread "
					     "4K libaio qd1 submit, busy in keyed on nvme: "
					     "measured +17, predicted +51 (3 checks per IO), "
					     "unexplained -34, floor 0. "));
	assert_false(fixture_has_note(report, "DOES NOT AGREE WITH check in patched"));
}

/* check says less, the IO takes more: what was measured is the verdict, and a note is loud */
static void test_measured_wins(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_traffic_verdict *v;

	shift_check(report, DMAFP_ARM_PATCHED, -3);
	shift_both(report, DMAFP_ARM_PATCHED, SUBMIT, 5);
	expect(report, DMAFP_REGRESSED, 1);
	v = row(report, SUBMIT);
	expect_row(v, DMAFP_ARM_PATCHED, DMAFP_REGRESSED, 5);
	expect_number(v->predicted[DMAFP_ARM_PATCHED], -3);
	assert_false(v->agrees[DMAFP_ARM_PATCHED]);
	assert_true(fixture_has_note(report, "measured +5, predicted -3 (1 check per IO), "
					     "unexplained +8, floor 0"));
	assert_true(fixture_has_reason(report, "1 of 2 rows of real traffic take more "
					       "instructions in patched than in base, by more "
					       "than the floor, 1 of them where the path ran."));
	/* no row of a cell takes more */
	assert_int_equal(report->judgement->reasons.nr, 1);
}

/* The second boot of placebo reads 9 more: so much is chance */
static void test_floor_of_base_and_placebo(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_traffic_verdict *v;

	shift(report, DMAFP_ARM_PLACEBO, 1, SUBMIT, 9);
	shift_both(report, DMAFP_ARM_PATCHED, SUBMIT, 9);
	expect(report, DMAFP_EQUIVALENT, 0);
	v = row(report, SUBMIT);
	expect_number(v->floor, 9);
	expect_row(v, DMAFP_ARM_PATCHED, DMAFP_EQUIVALENT, 9);
	expect_row(v, DMAFP_ARM_ALWAYS_LOCK, DMAFP_REGRESSED, FIXTURE_LOCK);
	expect_row(v, DMAFP_ARM_PLACEBO, DMAFP_EQUIVALENT, 4.5);
	/* 9 more than predicted is within the floor, too */
	assert_true(v->agrees[DMAFP_ARM_PATCHED]);
}

static void test_above_the_floor(void **state)
{
	struct dmafp_report *report = *state;

	shift(report, DMAFP_ARM_PLACEBO, 1, SUBMIT, 9);
	shift_both(report, DMAFP_ARM_PATCHED, SUBMIT, 10);
	expect(report, DMAFP_REGRESSED, 1);
	expect_row(row(report, SUBMIT), DMAFP_ARM_PATCHED, DMAFP_REGRESSED, 10);
	assert_false(row(report, SUBMIT)->agrees[DMAFP_ARM_PATCHED]);
}

/* One boot of each arm, and base's and placebo's agree: any difference is one */
static void test_single_boots(void **state)
{
	shift(*state, DMAFP_ARM_PATCHED, 0, SUBMIT, -1);
	expect(*state, DMAFP_IMPROVED, 0);
	expect_number(row(*state, SUBMIT)->floor, 0);
	expect_row(row(*state, SUBMIT), DMAFP_ARM_PATCHED, DMAFP_IMPROVED, -1);
}

/* They do not: that is no floor */
static void test_single_boots_differ(void **state)
{
	shift(*state, DMAFP_ARM_PLACEBO, 0, SUBMIT, 4);
	shift(*state, DMAFP_ARM_PATCHED, 0, SUBMIT, 40);
	expect(*state, DMAFP_EQUIVALENT, 0);
	expect_number(row(*state, SUBMIT)->floor, 4);
	expect_row(row(*state, SUBMIT), DMAFP_ARM_ALWAYS_LOCK, DMAFP_INCONCLUSIVE, FIXTURE_LOCK);
	expect_row(row(*state, SUBMIT), DMAFP_ARM_PATCHED, DMAFP_NOT_JUDGED, 40);
	assert_true(row(*state, SUBMIT)->hidden);
	assert_true(fixture_has_note(*state, "single boots of arms that should not differ do so "
					     "by 4"));
}

/* 17 of the lock do not show above 17 of chance */
static void test_hidden(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_traffic_verdict *v;

	shift(report, DMAFP_ARM_PLACEBO, 1, SUBMIT, FIXTURE_LOCK);
	expect(report, DMAFP_EQUIVALENT, 0);
	v = row(report, SUBMIT);
	assert_true(v->hidden);
	expect_row(v, DMAFP_ARM_ALWAYS_LOCK, DMAFP_EQUIVALENT, FIXTURE_LOCK);
	expect_row(v, DMAFP_ARM_PATCHED, DMAFP_NOT_JUDGED, 0);
	assert_false(row(report, BUSY)->hidden);
	assert_true(fixture_has_note(report, "the floor 17 hides always-lock's +17: this row "
					     "cannot see a lock"));
	assert_true(fixture_has_reason(report, "REGRESSED): 1; the same in patched, within the "
					       "floor of 0: 1"));
	assert_true(fixture_has_reason(report, "rows that cannot see one, and clear nothing: 1."));
}

/* Not even a difference that is beyond that floor is judged there; a note says it */
static void test_hidden_difference(void **state)
{
	struct dmafp_report *report = *state;

	shift(report, DMAFP_ARM_PLACEBO, 1, SUBMIT, 30);
	shift_both(report, DMAFP_ARM_PATCHED, SUBMIT, 100);
	expect(report, DMAFP_EQUIVALENT, 0);
	expect_row(row(report, SUBMIT), DMAFP_ARM_PATCHED, DMAFP_NOT_JUDGED, 100);
	assert_true(fixture_has_note(report, "although its +100 is beyond the floor"));
}

/*
 * One boot of patched has the interrupt in the submission, of all samples but the least:
 * of min and p50 the one that repeats itself is judged
 */
static void make_late(struct dmafp_load *load)
{
	struct dmafp_hist *h = fixture_measure(load, SUBMIT);

	h->buckets[0].count = 1;
	h->buckets[1].count = 98;
	h->buckets[1].low += 3000;
	h->buckets[2].low += 3000;
	h->max += 3000;
	h->sum = h->buckets[0].low + 98 * h->buckets[1].low + h->buckets[2].low;
}

static void test_min_where_it_repeats_better(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_traffic_verdict *v;

	make_late(load_of(report, DMAFP_ARM_PATCHED, 1));
	shift_both(report, DMAFP_ARM_PATCHED, SUBMIT, -1);
	expect(report, DMAFP_IMPROVED, 0);
	v = row(report, SUBMIT);
	assert_int_equal(v->statistic, DMAFP_STATISTIC_MIN);
	expect_number(v->floor, 0);
	expect_row(v, DMAFP_ARM_PATCHED, DMAFP_IMPROVED, -1);
}

/* The boots of patched alone do not agree, in any statistic: no difference of theirs is one */
static void test_floor_of_an_arm(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_traffic_verdict *v;

	shift(report, DMAFP_ARM_PATCHED, 1, SUBMIT, 12);
	expect(report, DMAFP_EQUIVALENT, 0);
	v = row(report, SUBMIT);
	expect_number(v->floor, 12);
	expect_row(v, DMAFP_ARM_PATCHED, DMAFP_EQUIVALENT, 6);
	assert_true(fixture_has_note(report, "the floor is that of patched, whose boots differ "
					     "by 12; those of base and placebo by 0"));
}

/* All but the least sample fall into one bucket of 128 ns, in whatever arm */
static void widen_buckets(struct dmafp_load *load)
{
	struct dmafp_hist *h = fixture_measure(load, SUBMIT);

	h->nr_buckets = 2;
	h->buckets[0].count = 1;
	h->buckets[1] = (struct dmafp_bucket) { 4480, 128, h->count - 1 };
}

/* Within a bucket a p50 that seems the same may be another; the least sample is exact */
static void test_wide_buckets(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_traffic_verdict *v;
	struct dmafp_hist *h;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		widen_buckets(load_of(report, arm, 0));
		widen_buckets(load_of(report, arm, 1));
	}
	expect(report, DMAFP_EQUIVALENT, 0);
	v = row(report, SUBMIT);
	assert_int_equal(v->statistic, DMAFP_STATISTIC_MIN);
	expect_number(v->floor, 0);
	/* with the minimum shaken by more than the bucket is wide, the floor is the bucket's */
	h = fixture_measure(report->comparison->traffic_rows[0].group->arms[DMAFP_ARM_BASE]
				    .items[1]->traffic.loads, SUBMIT);
	h->min -= 200;
	h->buckets[0].low -= 200;
	expect(report, DMAFP_EQUIVALENT, 0);
	v = row(report, SUBMIT);
	assert_int_equal(v->statistic, DMAFP_STATISTIC_P50);
	expect_number(v->floor, 128);
	expect_row(v, DMAFP_ARM_ALWAYS_LOCK, DMAFP_EQUIVALENT, 0);
	expect_row(v, DMAFP_ARM_PATCHED, DMAFP_NOT_JUDGED, 0);
}

/* As pktgen tells: a sample of @ops is so many microseconds, and buckets are as wide */
static void make_coarse(struct dmafp_load *load, uint64_t ops, uint64_t us)
{
	size_t i;

	for (i = 0; i < load->nr_measures; i++)
		if (load->measures[i].kind == DMAFP_MEASURE_SEND)
			load->measures[i].ops_per_sample = ops;
	*fixture_measure(load, DMAFP_MEASURE_SEND) = (struct dmafp_hist) {
		.count = 9,
		.min = us * 1000,
		.max = us * 1000,
		.sum = 9 * us * 1000,
		.buckets = fixture_measure(load, DMAFP_MEASURE_SEND)->buckets,
		.nr_buckets = 1,
	};
	fixture_measure(load, DMAFP_MEASURE_SEND)->buckets[0] =
		(struct dmafp_bucket) { us * 1000, 1000, 9 };
}

static int setup_pktgen(void **state)
{
	struct dmafp_report *report = test_calloc(1, sizeof(*report));
	unsigned int arm, boot;

	for (boot = 0; boot < 2; boot++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
			struct dmafp_result *r = fixture_result(arm, "keyed");

			free(r->created);
			r->created = dmafp_path("2026-01-02T03:%02u:00Z",
						boot * DMAFP_NR_ARMS + arm);
			/* 8520 us a round of 2000 packets; a lock takes 17 ns of each */
			make_coarse(fixture_add_load(r, DMAFP_LOAD_PKTGEN), 2000,
				    arm == DMAFP_ARM_ALWAYS_LOCK ? 8554 : 8520);
			dmafp_set_add(&report->set, r);
		}
	*state = report;
	return 0;
}

/*
 * A round of 8520999 instructions reads 8520 us, one of 8521000 reads 8521: 1 of 2000
 * packets in truth, 0.50 per packet as it seems, which is the width of what pktgen tells.
 * All boots agree, in min as in p50.
 */
static void test_grain_is_the_floor(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_traffic_verdict *v;

	make_coarse(load_of(report, DMAFP_ARM_PATCHED, 0), 2000, 8521);
	make_coarse(load_of(report, DMAFP_ARM_PATCHED, 1), 2000, 8521);
	expect(report, DMAFP_EQUIVALENT, 0);
	v = row(report, DMAFP_MEASURE_SEND);
	expect_number(v->floor, 0.5);
	expect_row(v, DMAFP_ARM_PATCHED, DMAFP_EQUIVALENT, 0.5);
	expect_row(v, DMAFP_ARM_ALWAYS_LOCK, DMAFP_REGRESSED, FIXTURE_LOCK);
}

/* Two microseconds are more than one instruction a round, whatever was cut off */
static void test_beyond_the_grain(void **state)
{
	make_coarse(load_of(*state, DMAFP_ARM_PATCHED, 0), 2000, 8522);
	make_coarse(load_of(*state, DMAFP_ARM_PATCHED, 1), 2000, 8522);
	expect(*state, DMAFP_REGRESSED, 1);
	expect_row(row(*state, DMAFP_MEASURE_SEND), DMAFP_ARM_PATCHED, DMAFP_REGRESSED, 1);
}

/* The least of each boot repeats itself and p50 does not: min is as coarse all the same */
static void test_grain_of_min(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_traffic_verdict *v;
	struct dmafp_hist *h;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		h = fixture_measure(load_of(report, arm, 1), DMAFP_MEASURE_SEND);
		h->buckets = dmafp_alloc_grow(h->buckets, 1, sizeof(*h->buckets));
		h->nr_buckets = 2;
		h->buckets[0].count = 1;
		h->buckets[1] = (struct dmafp_bucket) { h->min + 50000, 1000, 8 };
		h->max = h->min + 50000;
		h->sum = h->min + 8 * h->max;
	}
	expect(report, DMAFP_EQUIVALENT, 0);
	v = row(report, DMAFP_MEASURE_SEND);
	assert_int_equal(v->statistic, DMAFP_STATISTIC_MIN);
	expect_number(v->floor, 0.5);
	expect_row(v, DMAFP_ARM_ALWAYS_LOCK, DMAFP_REGRESSED, FIXTURE_LOCK);
}

/* The key is off, no check is made: equal proves nothing, more is still more */
static void test_not_reached(void **state)
{
	struct dmafp_report *report = *state;
	const struct dmafp_traffic_verdict *v;
	unsigned int boot;

	for (boot = 0; boot < 2; boot++)
		add_boot(report, "keyed", boot);
	expect(report, DMAFP_EQUIVALENT, 0);
	expect_row(fixture_traffic_row(report, "plain", SUBMIT), DMAFP_ARM_PATCHED,
		   DMAFP_NOT_REACHED, 0);
	assert_false(fixture_traffic_row(report, "plain", SUBMIT)->hidden);
	assert_false(fixture_has_note(report, "although its static key is on"));
	v = fixture_traffic_row(report, "plain", SUBMIT);
	expect_number(v->predicted[DMAFP_ARM_ALWAYS_LOCK], 0);
	assert_true(fixture_has_reason(report, "REGRESSED): 2;"));
}

static void test_not_reached_more(void **state)
{
	struct dmafp_report *report = *state;
	unsigned int boot;

	shift_both(report, DMAFP_ARM_PATCHED, SUBMIT, 1);
	for (boot = 0; boot < 2; boot++)
		add_boot(report, "keyed", boot);
	expect(report, DMAFP_REGRESSED, 1);
	assert_true(fixture_has_note(report, "patched takes 1 more instructions per IO; the path "
					     "was not reached here"));
}

static void test_not_counted(void **state)
{
	struct dmafp_report *report = *state;

	load_of(report, DMAFP_ARM_PATCHED, 0)->counted_ops = 0;
	expect(report, DMAFP_EQUIVALENT, 0);
	expect_row(row(report, SUBMIT), DMAFP_ARM_PATCHED, DMAFP_NOT_REACHED, 0);
	assert_true(fixture_has_note(report, "calls were not counted in 1 of 8 boots: nothing "
					     "shows that the path ran in them"));
}

static void test_counted_nowhere(void **state)
{
	struct dmafp_report *report = *state;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		load_of(report, arm, 0)->counted_ops = 0;
		load_of(report, arm, 1)->counted_ops = 0;
	}
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_true(row(report, SUBMIT)->checks < 0);
	assert_true(isnan(row(report, SUBMIT)->predicted[DMAFP_ARM_PATCHED]));
	assert_true(fixture_has_note(report, "calls were not counted: nothing shows"));
	assert_false(fixture_has_note(report, "calls were not counted in"));
}

/* Counts that differ: the prediction is from the median, here of 1 and seven times 2 */
static void test_counts_differ(void **state)
{
	struct dmafp_report *report = *state;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		load_of(report, arm, 0)->calls[0].calls = 2 * FIXTURE_COUNTED;
		load_of(report, arm, 1)->calls[0].calls = 2 * FIXTURE_COUNTED;
	}
	load_of(report, DMAFP_ARM_BASE, 0)->calls[0].calls = FIXTURE_COUNTED;
	dmafp_report_judge(report);
	expect_number(row(report, SUBMIT)->checks, 2);
	assert_true(fixture_has_note(report, "boots counted 1 to 2 calls of "
					     "iommu_deferred_attach() per IO"));
}

static void test_key_on_and_no_check(void **state)
{
	struct dmafp_report *report = *state;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		load_of(report, arm, 0)->calls[0].calls = 0;
		load_of(report, arm, 1)->calls[0].calls = 0;
	}
	dmafp_report_judge(report);
	assert_true(fixture_has_note(report, "although its static key is on"));
}

static void drop_cells(struct dmafp_report *report)
{
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		while (report->set.results[i]->nr_cells)
			dmafp_result_drop_cell(report->set.results[i]);
}

/* No cells at all: the loads are judged, with nothing predicted */
static void test_loads_alone(void **state)
{
	struct dmafp_report *report = *state;

	drop_cells(report);
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_true(isnan(row(report, SUBMIT)->predicted[DMAFP_ARM_PATCHED]));
	assert_false(row(report, SUBMIT)->agrees[DMAFP_ARM_PATCHED]);
	assert_true(fixture_has_note(report, "nothing is predicted: there is no `check`"));
	assert_false(fixture_has_note(report, "DOES NOT AGREE"));
	assert_int_equal(report->judgement->reasons.nr, 1);
}

/* Evidence about the attach beside them: there is something that has a cost */
static void test_loads_and_attach(void **state)
{
	struct dmafp_report *report = *state;
	size_t i;

	drop_cells(report);
	for (i = 0; i < report->set.nr; i++)
		report->set.results[i]->attach.present = true;
	expect(report, DMAFP_EQUIVALENT, 0);
}

static void test_loads_alone_more(void **state)
{
	drop_cells(*state);
	shift_both(*state, DMAFP_ARM_PATCHED, SUBMIT, 1);
	expect(*state, DMAFP_REGRESSED, 1);
}

static void test_loads_alone_less(void **state)
{
	drop_cells(*state);
	shift_both(*state, DMAFP_ARM_PATCHED, SUBMIT, -1);
	expect(*state, DMAFP_IMPROVED, 0);
}

/* More boots may show a lock where single ones do not tell */
static void test_single_boots_alone(void **state)
{
	drop_cells(*state);
	shift(*state, DMAFP_ARM_PLACEBO, 0, SUBMIT, 4);
	shift(*state, DMAFP_ARM_PLACEBO, 0, BUSY, 4);
	expect(*state, DMAFP_INCONCLUSIVE, 2);
	assert_true(fixture_has_reason(*state, "No row sees a lock yet: on 2 rows"));
}

/* Where no row sees a lock, nothing is cleared */
static void test_loads_alone_hidden(void **state)
{
	drop_cells(*state);
	shift(*state, DMAFP_ARM_BASE, 1, SUBMIT, 100);
	shift(*state, DMAFP_ARM_BASE, 1, BUSY, 100 * FIXTURE_BATCH);
	expect_invalid(*state, "No row sees a lock: the path ran on 2 rows of real traffic");
}

static void test_loads_alone_off(void **state)
{
	drop_cells(*state);
	expect_invalid(*state, "No row ran the path");
}

static void test_loads_alone_no_placebo(void **state)
{
	drop_cells(*state);
	fixture_drop(*state, DMAFP_ARM_PLACEBO);
	fixture_drop(*state, DMAFP_ARM_PLACEBO);
	expect_invalid(*state, "There is no result of placebo");
}

static void test_missing_load(void **state)
{
	load_of(*state, DMAFP_ARM_PATCHED, 1)->depth = 32;
	expect(*state, DMAFP_INVALID, 3);
	assert_true(fixture_has_reason(*state, "patched lacks loads that other arms have, or has "
					       "them on other CPUs or at another pace (randread "
					       "4K libaio qd1 submit, complete, time, busy, "
					       "randread"));
	assert_true(fixture_has_reason(*state, "base lacks loads"));
	assert_int_equal(((struct dmafp_report *)*state)->judgement->reasons.nr, 4);
}

static void test_missing_measure(void **state)
{
	/* the last one, busy */
	struct dmafp_load *load = load_of(*state, DMAFP_ARM_PLACEBO, 0);
	struct dmafp_measure *last = &load->measures[--load->nr_measures];

	free(last->hist.buckets);
	expect_invalid(*state, "placebo lacks loads that other arms have");
}

/* Arms of which one has no load at all were not measured with one profile */
static void test_other_profile(void **state)
{
	fixture_set_text(&boot_of(*state, DMAFP_ARM_PATCHED, 0)->profile.sha256, "another");
	expect_refused(*state, "profile");
}

static void test_failed_ops(void **state)
{
	load_of(*state, DMAFP_ARM_BASE, 1)->errors = 3;
	expect(*state, DMAFP_EQUIVALENT, 0);
	assert_true(fixture_has_note(*state, "base: 3 of 2000 IOs of randread 4K libaio qd1 "
					     "failed in keyed on nvme"));
}

/* A regressed cell and a regressed load: a reason each */
static void test_both(void **state)
{
	fixture_shift(&boot_of(*state, DMAFP_ARM_PATCHED, 0)->cells[MAP_4K].map.hist, 1);
	fixture_shift(&boot_of(*state, DMAFP_ARM_PATCHED, 1)->cells[MAP_4K].map.hist, 1);
	shift_both(*state, DMAFP_ARM_PATCHED, SUBMIT, 1);
	expect(*state, DMAFP_REGRESSED, 1);
	assert_true(fixture_has_reason(*state, "1 of 5 rows take more instructions"));
	assert_true(fixture_has_reason(*state, "1 of 2 rows of real traffic take more"));
}

/* In kdump mode the driver's own deferred attach says as well that it was deferred */
static void test_kdump_by_the_driver(void **state)
{
	struct dmafp_report *report = *state;
	size_t i;

	drop_cells(report);
	for (i = 0; i < report->set.nr; i++) {
		fixture_set_text(&report->set.results[i]->mode, "kdump");
		report->set.results[i]->first_map.present = false;
		report->set.results[i]->device.attach_deferred = false;
	}
	expect_invalid(report, "kdump mode only");
	for (i = 0; i < report->set.nr; i++)
		report->set.results[i]->traffic.attach.seen = true;
	expect(report, DMAFP_EQUIVALENT, 0);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, setup_one, teardown)
#define TWO(test) cmocka_unit_test_setup_teardown(test, setup_two, teardown)
#define PKTGEN(test) cmocka_unit_test_setup_teardown(test, setup_pktgen, teardown)
#define OFF(test) cmocka_unit_test_setup_teardown(test, setup_off, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TWO(test_same),
		TWO(test_per_op),
		TWO(test_idle_is_not_judged),
		TWO(test_predicted),
		TWO(test_checks_per_op),
		TWO(test_measured_wins),
		TWO(test_floor_of_base_and_placebo),
		TWO(test_above_the_floor),
		ONE(test_single_boots),
		ONE(test_single_boots_differ),
		ONE(test_single_boots_alone),
		TWO(test_hidden),
		TWO(test_hidden_difference),
		TWO(test_min_where_it_repeats_better),
		TWO(test_floor_of_an_arm),
		TWO(test_wide_buckets),
		PKTGEN(test_grain_is_the_floor),
		PKTGEN(test_beyond_the_grain),
		PKTGEN(test_grain_of_min),
		OFF(test_not_reached),
		OFF(test_not_reached_more),
		TWO(test_not_counted),
		TWO(test_counted_nowhere),
		TWO(test_counts_differ),
		TWO(test_key_on_and_no_check),
		TWO(test_loads_alone),
		TWO(test_loads_and_attach),
		TWO(test_loads_alone_more),
		TWO(test_loads_alone_less),
		TWO(test_loads_alone_hidden),
		OFF(test_loads_alone_off),
		TWO(test_loads_alone_no_placebo),
		TWO(test_missing_load),
		TWO(test_missing_measure),
		TWO(test_other_profile),
		TWO(test_failed_ops),
		TWO(test_both),
		TWO(test_kdump_by_the_driver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
