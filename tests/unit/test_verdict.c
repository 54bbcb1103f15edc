// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows and the overall verdict, from results whose numbers say what must come out. */
#include "judged.h"

static void test_identical(void **state)
{
	struct dmafp_report *report = *state;

	expect(report, DMAFP_EQUIVALENT, 0);
	assert_int_equal(report->judgement->ranges[DMAFP_ARM_PATCHED].nr,
			 3); /* check and two maps */
	assert_int_equal(report->judgement->ranges[DMAFP_ARM_PATCHED].low, 0);
	assert_int_equal(report->judgement->ranges[DMAFP_ARM_PATCHED].high, 0);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_MAP), DMAFP_EQUIVALENT);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_UNMAP), DMAFP_NOT_REACHED);
	assert_int_equal(patched_row(report, NULL_OP, DMAFP_ROW_MAP), DMAFP_NOT_JUDGED);
	assert_int_equal(fixture_row(report, "keyed", MAP_4K, DMAFP_ROW_MAP,
				     DMAFP_ARM_ALWAYS_LOCK),
			 DMAFP_REGRESSED);
	assert_int_equal(fixture_row(report, "keyed", MAP_4K, DMAFP_ROW_UNMAP,
				     DMAFP_ARM_PLACEBO),
			 DMAFP_EQUIVALENT);
}

static void test_one_instruction(void **state)
{
	struct dmafp_report *report = *state;

	fixture_shift(map_hist(report, DMAFP_ARM_PATCHED, MAP_4K), 1);
	expect(report, DMAFP_REGRESSED, 1);
	assert_int_equal(report->judgement->ranges[DMAFP_ARM_PATCHED].low, 0);
	assert_int_equal(report->judgement->ranges[DMAFP_ARM_PATCHED].high, 1);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_MAP), DMAFP_REGRESSED);
	assert_int_equal(patched_row(report, MAP_64K, DMAFP_ROW_MAP), DMAFP_EQUIVALENT);
}

/* One sample of a hundred takes one instruction more: only the total shows it */
static void test_total_only(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_hist *h = map_hist(report, DMAFP_ARM_PATCHED, MAP_64K);

	h->buckets[2].low++;
	h->max++;
	h->sum++;
	expect(report, DMAFP_REGRESSED, 1);
	assert_int_equal(report->judgement->ranges[DMAFP_ARM_PATCHED].high, 0);
	assert_int_equal(patched_row(report, MAP_64K, DMAFP_ROW_MAP), DMAFP_REGRESSED);
}

static void test_mixed(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_hist *h = map_hist(report, DMAFP_ARM_PATCHED, MAP_4K);

	/* the 90 take one fewer, the one takes 100 more: min -1, total +10 */
	h->buckets[0].low--;
	h->buckets[2].low += 100;
	h->min--;
	h->max += 100;
	h->sum += 100 - 90;
	expect(report, DMAFP_REGRESSED, 1);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_MAP), DMAFP_REGRESSED);
	assert_true(fixture_has_note(report, "mixed"));
}

static void test_improved(void **state)
{
	struct dmafp_report *report = *state;

	fixture_shift(map_hist(report, DMAFP_ARM_PATCHED, MAP_4K), -2);
	expect(report, DMAFP_IMPROVED, 0);
	assert_int_equal(report->judgement->ranges[DMAFP_ARM_PATCHED].low, -2);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_MAP), DMAFP_IMPROVED);
}

/* A row off the path can condemn a patch, but not praise it */
static void test_unreached_rows(void **state)
{
	struct dmafp_report *report = *state;

	fixture_shift(&fixture_arm(report, DMAFP_ARM_PATCHED)->cells[MAP_4K].unmap.hist,
		      -1);
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_UNMAP), DMAFP_IMPROVED);
}

static void test_unreached_regressed(void **state)
{
	struct dmafp_report *report = *state;

	fixture_shift(&fixture_arm(report, DMAFP_ARM_PATCHED)->cells[MAP_4K].unmap.hist, 1);
	expect(report, DMAFP_REGRESSED, 1);
	assert_int_equal(report->judgement->ranges[DMAFP_ARM_PATCHED].high, 0);
}

/* The same statistics from other samples: one moves down by 6, one up by 6 */
static void test_other_shape(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_hist *h = map_hist(report, DMAFP_ARM_PATCHED, MAP_4K);
	uint64_t c = h->buckets[0].low;

	/* 1 + 8 * 7 + 106 = 9 * 7 + 100, and ranks 50 and 99 are c and c + 7 still */
	free(h->buckets);
	h->nr_buckets = 4;
	h->buckets = calloc(4, sizeof(*h->buckets));
	h->buckets[0] = (struct dmafp_bucket) { c, 1, 90 };
	h->buckets[1] = (struct dmafp_bucket) { c + 1, 1, 1 };
	h->buckets[2] = (struct dmafp_bucket) { c + 7, 1, 8 };
	h->buckets[3] = (struct dmafp_bucket) { c + 106, 1, 1 };
	h->max = c + 106;
	expect(report, DMAFP_INCONCLUSIVE, 2);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_MAP), DMAFP_INCONCLUSIVE);
	assert_true(fixture_has_note(report, "the histograms are not"));
}

static void every_arm(struct dmafp_report *report, size_t cell,
		      void (*change)(struct dmafp_cell_result *cell))
{
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		change(&report->set.results[i]->cells[cell]);
}

static void make_sleep(struct dmafp_cell_result *cell)
{
	cell->sleeps = true;
}

/* Whatever patched or the controls do there, nothing follows from it */
static void test_sleeping_is_not_judged(void **state)
{
	struct dmafp_report *report = *state;

	every_arm(report, MAP_4K, make_sleep);
	fixture_shift(map_hist(report, DMAFP_ARM_PATCHED, MAP_4K), 1);
	fixture_shift(map_hist(report, DMAFP_ARM_PLACEBO, MAP_4K), -5);
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_MAP), DMAFP_NOT_JUDGED);
	assert_int_equal(patched_row(report, MAP_64K, DMAFP_ROW_MAP), DMAFP_EQUIVALENT);
	assert_int_equal(report->judgement->ranges[DMAFP_ARM_PATCHED].nr, 2);
	assert_true(fixture_has_note(report, "map_page may sleep and are shown, not judged"));
	assert_true(fixture_has_note(report, "is -5 to +0 from base's"));
}

/* Rows that are not judged are no proof that the path ran */
static void test_only_sleeping(void **state)
{
	struct dmafp_report *report = *state;

	every_arm(report, MAP_4K, make_sleep);
	every_arm(report, MAP_64K, make_sleep);
	expect(report, DMAFP_INVALID, 3);
	assert_true(fixture_has_reason(report, "No row ran the path"));
}

static void make_block(struct dmafp_cell_result *cell)
{
	cell->method = DMAFP_BY_BLOCK;
	cell->ops_per_sample = cell->block;
}

/* 16 instructions more a sample of 16 ops are one an op; 8 are a half */
static void test_block_counts_per_op(void **state)
{
	struct dmafp_report *report = *state;

	every_arm(report, MAP_4K, make_block);
	every_arm(report, MAP_64K, make_block);
	fixture_shift(map_hist(report, DMAFP_ARM_PATCHED, MAP_4K), 16);
	fixture_shift(map_hist(report, DMAFP_ARM_PATCHED, MAP_64K), -8);
	expect(report, DMAFP_REGRESSED, 1);
	assert_true(report->judgement->ranges[DMAFP_ARM_PATCHED].high == 1);
	assert_true(report->judgement->ranges[DMAFP_ARM_PATCHED].low == -0.5);
	assert_true(fixture_has_note(report, "1 more instruction per op"));
}

static void make_timed(struct dmafp_cell_result *cell)
{
	cell->duration_ns = 1000000;
}

/* Other numbers of samples: the total says nothing, one more in min does */
static void test_uneven_samples(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_hist *h = map_hist(report, DMAFP_ARM_PATCHED, MAP_4K);

	every_arm(report, MAP_4K, make_timed);
	h->buckets[0].count++;
	h->count++;
	h->sum += h->buckets[0].low;
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_MAP), DMAFP_EQUIVALENT);
}

static void test_uneven_samples_more(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_hist *h = map_hist(report, DMAFP_ARM_PATCHED, MAP_4K);

	every_arm(report, MAP_4K, make_timed);
	h->buckets[0].count--;
	h->count--;
	h->sum -= h->buckets[0].low;
	fixture_shift(h, 1);
	expect(report, DMAFP_REGRESSED, 1);
}

static void test_replicates_agree(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_result *again = fixture_result(DMAFP_ARM_PATCHED, "keyed");

	fixture_set_text(&again->created, "2026-01-02T04:00:00Z");
	dmafp_set_add(&report->set, again);
	expect(report, DMAFP_EQUIVALENT, 0);
}

static void differ_again(struct dmafp_report *report, enum dmafp_arm_id arm)
{
	struct dmafp_result *again = fixture_result(arm, "keyed");

	fixture_set_text(&again->created, "2026-01-02T04:00:00Z");
	fixture_shift(&again->cells[MAP_4K].map.hist, 1);
	dmafp_set_add(&report->set, again);
	expect(report, DMAFP_INCONCLUSIVE, 2);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_MAP), DMAFP_INCONCLUSIVE);
	assert_int_equal(patched_row(report, MAP_64K, DMAFP_ROW_MAP), DMAFP_EQUIVALENT);
	assert_true(fixture_has_note(report, "2026-01-02T04:00:00Z"));
	assert_true(fixture_has_note(report, "2026-01-02T03:04:05Z"));
}

static void test_replicates_differ(void **state)
{
	differ_again(*state, DMAFP_ARM_PATCHED);
}

/* A boot is called by the folder that tells it from the other: one name in all files */
static void test_boot_names(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_result *again = fixture_result(DMAFP_ARM_BASE, "keyed");

	fixture_set_text(&fixture_arm(report, DMAFP_ARM_BASE)->path,
			 "out/boot1/base-keyed.json");
	fixture_set_text(&again->path, "out/boot2/base-keyed.json");
	fixture_shift(&again->cells[MAP_4K].map.hist, 1);
	dmafp_set_add(&report->set, again);
	expect(report, DMAFP_INCONCLUSIVE, 2);
	assert_true(fixture_has_note(report, "base: the boots boot1 and boot2 have"));
}

static void test_base_replicates_differ(void **state)
{
	differ_again(*state, DMAFP_ARM_BASE);
}

static void test_placebo_replicates_differ(void **state)
{
	differ_again(*state, DMAFP_ARM_PLACEBO);
}

static void test_plain_and_keyed(void **state)
{
	struct dmafp_report *report = *state;

	fixture_four(report, "plain");
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_int_equal(fixture_row(report, "plain", MAP_4K, DMAFP_ROW_MAP,
				     DMAFP_ARM_PATCHED),
			 DMAFP_NOT_REACHED);
}

static void test_timed(void **state)
{
	struct dmafp_report *report = *state;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		fixture_arm(report, arm)->domain = DMAFP_DOMAIN_TIMED;
	/* a single boot is no reproach, to the floor neither */
	fixture_shift(map_hist(report, DMAFP_ARM_PLACEBO, NULL_OP), 3);
	expect(report, DMAFP_INCONCLUSIVE, 2);
	assert_true(fixture_has_note(report, "fewer than 3 boots"));
	assert_true(fixture_has_reason(report, "3 boots of each arm are the least"));
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_MAP), DMAFP_INCONCLUSIVE);
}

/* A path that half of the ops take proves nothing */
static void test_called_too_rarely(void **state)
{
	struct dmafp_report *report = *state;

	fixture_arm(report, DMAFP_ARM_PATCHED)->cells[MAP_4K].map.calls = 32;
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_int_equal(report->judgement->ranges[DMAFP_ARM_PATCHED].nr, 2);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_MAP), DMAFP_NOT_REACHED);
	assert_true(fixture_has_note(report, "patched: iommu_deferred_attach() was called 32 "
					     "times in 64 ops"));
	assert_false(fixture_has_note(report, "base: iommu_deferred_attach() was called"));
}

static void test_called_twice(void **state)
{
	struct dmafp_report *report = *state;

	fixture_arm(report, DMAFP_ARM_BASE)->cells[MAP_4K].map.calls = 128;
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_int_equal(report->judgement->ranges[DMAFP_ARM_PATCHED].nr, 3);
	assert_true(fixture_has_note(report, "called 128 times in 64 ops"));
}

static void test_kdump(void **state)
{
	struct dmafp_report *report = *state;

	expect(report, DMAFP_EQUIVALENT, 0);
	/* the first map of patched takes 60 more: reported, not judged */
	assert_int_equal(report->comparison->sections[0].firsts[DMAFP_ARM_PATCHED].delta,
			 60);
}

static void test_kdump_not_deferred_but_keyed(void **state)
{
	fixture_arm(*state, DMAFP_ARM_BASE)->first_map.deferred_before = false;
	fixture_four(*state, "keyed");
	expect(*state, DMAFP_EQUIVALENT, 0);
	assert_true(fixture_has_note(*state, "was not deferred at its first map"));
}

static void test_unknown_arm(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_result *other = fixture_result(DMAFP_ARM_PATCHED, "keyed");

	fixture_set_text(&other->arm, "v2");
	dmafp_set_add(&report->set, other);
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_true(fixture_has_note(report, "Results of arm v2 are left out"));
}

static void test_regressed_and_inconclusive(void **state)
{
	struct dmafp_result *again = fixture_result(DMAFP_ARM_PLACEBO, "keyed");

	fixture_set_text(&again->created, "2026-01-02T04:00:00Z");
	fixture_shift(&again->cells[MAP_64K].map.hist, 1);
	dmafp_set_add(&((struct dmafp_report *)*state)->set, again);
	fixture_shift(map_hist(*state, DMAFP_ARM_PATCHED, MAP_4K), 1);
	expect(*state, DMAFP_REGRESSED, 1);
}

static void test_regressed_and_improved(void **state)
{
	fixture_shift(map_hist(*state, DMAFP_ARM_PATCHED, MAP_4K), 1);
	fixture_shift(map_hist(*state, DMAFP_ARM_PATCHED, MAP_64K), -10);
	expect(*state, DMAFP_REGRESSED, 1);
}

static void test_inconclusive_and_improved(void **state)
{
	struct dmafp_result *again = fixture_result(DMAFP_ARM_PLACEBO, "keyed");

	fixture_set_text(&again->created, "2026-01-02T04:00:00Z");
	fixture_shift(&again->cells[MAP_64K].map.hist, 1);
	dmafp_set_add(&((struct dmafp_report *)*state)->set, again);
	fixture_shift(map_hist(*state, DMAFP_ARM_PATCHED, MAP_4K), -1);
	expect(*state, DMAFP_INCONCLUSIVE, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KEYED(test_identical),
		KEYED(test_one_instruction),
		KEYED(test_total_only),
		KEYED(test_mixed),
		KEYED(test_improved),
		KEYED(test_unreached_rows),
		KEYED(test_unreached_regressed),
		KEYED(test_other_shape),
		KEYED(test_sleeping_is_not_judged),
		KEYED(test_only_sleeping),
		KEYED(test_block_counts_per_op),
		KEYED(test_uneven_samples),
		KEYED(test_uneven_samples_more),
		KEYED(test_replicates_agree),
		KEYED(test_replicates_differ),
		KEYED(test_base_replicates_differ),
		KEYED(test_boot_names),
		KEYED(test_placebo_replicates_differ),
		KEYED(test_plain_and_keyed),
		KEYED(test_timed),
		KEYED(test_called_too_rarely),
		KEYED(test_called_twice),
		KDUMP(test_kdump),
		KDUMP(test_kdump_not_deferred_but_keyed),
		KEYED(test_unknown_arm),
		KEYED(test_regressed_and_inconclusive),
		KEYED(test_regressed_and_improved),
		KEYED(test_inconclusive_and_improved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
