// SPDX-License-Identifier: GPL-2.0-or-later
/* Every rule of docs/verdicts.md, from results whose numbers say what must come out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

enum { NULL_OP, CHECK, MAP_4K, MAP_64K };	/* cells of the fixture */

static int setup_keyed(void **state)
{
	struct dmafp_report *report = test_calloc(1, sizeof(*report));

	fixture_four(report, "keyed");
	*state = report;
	return 0;
}

static int setup_plain(void **state)
{
	struct dmafp_report *report = test_calloc(1, sizeof(*report));

	fixture_four(report, "plain");
	*state = report;
	return 0;
}

static int setup_kdump(void **state)
{
	struct dmafp_report *report = test_calloc(1, sizeof(*report));

	fixture_four(report, "kdump");
	*state = report;
	return 0;
}

static int teardown(void **state)
{
	dmafp_report_free(*state);
	test_free(*state);
	return 0;
}

static struct dmafp_hist *map_hist(struct dmafp_report *report, enum dmafp_arm_id arm,
				   size_t cell)
{
	return &fixture_arm(report, arm)->cells[cell].map.hist;
}

static void expect(struct dmafp_report *report, enum dmafp_verdict overall, int code)
{
	dmafp_report_judge(report);
	assert_string_equal(dmafp_verdict_name(report->judgement->overall),
			    dmafp_verdict_name(overall));
	assert_int_equal(dmafp_judgement_exit(report->judgement), code);
	assert_true(report->judgement->reasons.nr > 0);
}

/* INVALID, and for this reason alone */
static void expect_invalid(struct dmafp_report *report, const char *reason)
{
	expect(report, DMAFP_INVALID, 3);
	if (!fixture_has_reason(report, reason))
		fail_msg("no reason says \"%s\"; the first: %s", reason,
			 report->judgement->reasons.items[0]);
	assert_int_equal(report->judgement->reasons.nr, 1);
}

static enum dmafp_verdict patched_row(struct dmafp_report *report, size_t cell,
				      enum dmafp_row_phase phase)
{
	return fixture_row(report, "keyed", cell, phase, DMAFP_ARM_PATCHED);
}

static void test_identical(void **state)
{
	struct dmafp_report *report = *state;

	expect(report, DMAFP_EQUIVALENT, 0);
	assert_int_equal(report->judgement->nr_reached, 3);	/* check and two maps */
	assert_int_equal(report->judgement->low, 0);
	assert_int_equal(report->judgement->high, 0);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_MAP), DMAFP_EQUIVALENT);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_UNMAP), DMAFP_NOT_REACHED);
	assert_int_equal(patched_row(report, NULL_OP, DMAFP_ROW_MAP), DMAFP_NOT_JUDGED);
	assert_int_equal(fixture_row(report, "keyed", MAP_4K, DMAFP_ROW_MAP,
				     DMAFP_ARM_ALWAYS_LOCK), DMAFP_REGRESSED);
	assert_int_equal(fixture_row(report, "keyed", MAP_4K, DMAFP_ROW_UNMAP,
				     DMAFP_ARM_PLACEBO), DMAFP_EQUIVALENT);
}

static void test_one_instruction(void **state)
{
	struct dmafp_report *report = *state;

	fixture_shift(map_hist(report, DMAFP_ARM_PATCHED, MAP_4K), 1);
	expect(report, DMAFP_REGRESSED, 1);
	assert_int_equal(report->judgement->low, 0);
	assert_int_equal(report->judgement->high, 1);
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
	assert_int_equal(report->judgement->high, 0);
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
	assert_int_equal(report->judgement->low, -2);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_MAP), DMAFP_IMPROVED);
}

/* A row off the path can condemn a patch, but not praise it */
static void test_unreached_rows(void **state)
{
	struct dmafp_report *report = *state;

	fixture_shift(&fixture_arm(report, DMAFP_ARM_PATCHED)->cells[MAP_4K].unmap.hist, -1);
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_UNMAP), DMAFP_IMPROVED);
}

static void test_unreached_regressed(void **state)
{
	struct dmafp_report *report = *state;

	fixture_shift(&fixture_arm(report, DMAFP_ARM_PATCHED)->cells[MAP_4K].unmap.hist, 1);
	expect(report, DMAFP_REGRESSED, 1);
	assert_int_equal(report->judgement->high, 0);
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
	h->buckets[0] = (struct dmafp_bucket){ c, 1, 90 };
	h->buckets[1] = (struct dmafp_bucket){ c + 1, 1, 1 };
	h->buckets[2] = (struct dmafp_bucket){ c + 7, 1, 8 };
	h->buckets[3] = (struct dmafp_bucket){ c + 106, 1, 1 };
	h->max = c + 106;
	expect(report, DMAFP_INCONCLUSIVE, 2);
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_MAP), DMAFP_INCONCLUSIVE);
	assert_true(fixture_has_note(report, "the histograms are not"));
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

static void test_base_replicates_differ(void **state)
{
	differ_again(*state, DMAFP_ARM_BASE);
}

static void test_placebo_replicates_differ(void **state)
{
	differ_again(*state, DMAFP_ARM_PLACEBO);
}

/* Base and always-lock change places: the controls must notice */
static void test_swapped(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_result *base = fixture_arm(report, DMAFP_ARM_BASE);
	struct dmafp_result *lock = fixture_arm(report, DMAFP_ARM_ALWAYS_LOCK);

	fixture_set_text(&base->arm, "always-lock");
	fixture_set_text(&lock->arm, "base");
	expect(report, DMAFP_INVALID, 3);
	assert_true(fixture_has_reason(report, "always-lock is not REGRESSED on 3 of 3"));
	/* placebo and patched are faster than a kernel that locks */
	assert_true(fixture_has_reason(report, "placebo is not EQUIVALENT on 3 of 5"));
}

static void test_base_twice(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_result *copy = fixture_result(DMAFP_ARM_BASE, "keyed");

	fixture_drop(report, DMAFP_ARM_ALWAYS_LOCK);
	fixture_set_text(&copy->arm, "always-lock");
	dmafp_set_add(&report->set, copy);
	expect(report, DMAFP_INVALID, 3);
	assert_true(fixture_has_reason(report, "base and always-lock are the same kernel"));
	assert_true(fixture_has_reason(report, "always-lock is not REGRESSED on 3 of 3"));
}

static void test_plain_only(void **state)
{
	/* `check` is reached, but it is no DMA API call */
	expect_invalid(*state, "No row ran the path");
}

static void test_plain_and_keyed(void **state)
{
	struct dmafp_report *report = *state;

	fixture_four(report, "plain");
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_int_equal(fixture_row(report, "plain", MAP_4K, DMAFP_ROW_MAP,
				     DMAFP_ARM_PATCHED), DMAFP_NOT_REACHED);
}

static void test_missing_lock(void **state)
{
	fixture_drop(*state, DMAFP_ARM_ALWAYS_LOCK);
	expect_invalid(*state, "There is no result of always-lock");
}

static void test_missing_placebo(void **state)
{
	fixture_drop(*state, DMAFP_ARM_PLACEBO);
	expect_invalid(*state, "There is no result of placebo");
}

static void test_missing_patched(void **state)
{
	fixture_drop(*state, DMAFP_ARM_PATCHED);
	expect(*state, DMAFP_INVALID, 3);
	assert_true(fixture_has_reason(*state, "There is no result of patched"));
}

static void test_missing_base(void **state)
{
	fixture_drop(*state, DMAFP_ARM_BASE);
	expect(*state, DMAFP_INVALID, 3);
	assert_true(fixture_has_reason(*state, "There is no result of base"));
}

static void test_nothing(void **state)
{
	struct dmafp_report *report = *state;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		fixture_drop(report, arm);
	expect(report, DMAFP_INVALID, 3);
}

/* An arm that is there for one device only */
static void test_missing_on_device(void **state)
{
	struct dmafp_report *report = *state;

	dmafp_set_add(&report->set, fixture_nic(DMAFP_ARM_BASE, "keyed"));
	dmafp_set_add(&report->set, fixture_nic(DMAFP_ARM_PATCHED, "keyed"));
	dmafp_set_add(&report->set, fixture_nic(DMAFP_ARM_ALWAYS_LOCK, "keyed"));
	expect_invalid(report, "no result of placebo, the negative control, for: keyed, "
			       "intel-iommu, nic 0000:00:05.0");
}

static void test_missing_cell(void **state)
{
	struct dmafp_report *report = *state;

	/* parameters that differ make it another cell: one is missing on each side */
	fixture_arm(report, DMAFP_ARM_PLACEBO)->cells[MAP_64K].warmup++;
	expect(report, DMAFP_INVALID, 3);
	assert_true(fixture_has_reason(report, "placebo lacks cells"));
	assert_true(fixture_has_reason(report, "base lacks cells"));
	assert_true(fixture_has_reason(report, "map_page 64K from unmap"));
}

static void test_lock_unseen(void **state)
{
	fixture_shift(map_hist(*state, DMAFP_ARM_ALWAYS_LOCK, MAP_4K), -FIXTURE_LOCK);
	expect_invalid(*state, "always-lock is not REGRESSED on 1 of 3 rows");
}

static void test_placebo_moves(void **state)
{
	fixture_shift(map_hist(*state, DMAFP_ARM_PLACEBO, MAP_4K), 1);
	expect_invalid(*state, "placebo is not EQUIVALENT on 1 of 5 rows");
}

/* Off the path, too */
static void test_placebo_moves_unmap(void **state)
{
	fixture_shift(&fixture_arm(*state, DMAFP_ARM_PLACEBO)->cells[MAP_4K].unmap.hist, -1);
	expect_invalid(*state, "placebo is not EQUIVALENT on 1 of 5 rows");
}

static void test_null_differs(void **state)
{
	fixture_shift(map_hist(*state, DMAFP_ARM_PATCHED, NULL_OP), 1);
	expect_invalid(*state, "null op");
}

static void test_null_differs_between_boots(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_result *again = fixture_result(DMAFP_ARM_BASE, "keyed");

	fixture_set_text(&again->created, "2026-01-02T04:00:00Z");
	fixture_shift(&again->cells[NULL_OP].map.hist, 1);
	dmafp_set_add(&report->set, again);
	expect_invalid(report, "null op");
}

static void test_two_kernels_one_arm(void **state)
{
	struct dmafp_report *report = *state;

	fixture_four(report, "plain");
	fixture_set_text(&report->set.results[5]->kernel.build_id, "eeee");
	expect_invalid(report, "patched: the results come from 2 different kernels");
}

static void test_kernel_unknown(void **state)
{
	fixture_set_text(&fixture_arm(*state, DMAFP_ARM_PATCHED)->kernel.build_id, NULL);
	expect_invalid(*state, "patched: the build id of the kernel is not known");
}

/* Each fact alone makes the comparison INVALID, for that reason alone */
static void test_mismatches(void **state)
{
	static const struct {
		size_t offset;
		const char *reason;
	} facts[] = {
		{ offsetof(struct dmafp_result, kernel.config_sha256), "kernel configuration" },
		{ offsetof(struct dmafp_result, kernel.compiler), "the compiler is" },
		{ offsetof(struct dmafp_result, kernel.command_line), "kernel command line" },
		{ offsetof(struct dmafp_result, profile.sha256), "profile" },
		{ offsetof(struct dmafp_result, tool_version), "dmafp version" },
		{ offsetof(struct dmafp_result, iommu.group_type), "group type" },
		{ offsetof(struct dmafp_result, lab.qemu_command), "QEMU command" },
		{ offsetof(struct dmafp_result, lab.qemu_version), "QEMU version" },
		{ offsetof(struct dmafp_result, lab.accel), "accelerator" },
		{ offsetof(struct dmafp_result, machine.cpu), "CPU model" },
	};
	unsigned int arm;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++) {
			struct dmafp_report report = { 0 };
			char *result;

			fixture_four(&report, "keyed");
			result = (char *)fixture_arm(&report, arm);
			fixture_set_text((char **)(result + facts[i].offset), "another");
			expect_invalid(&report, facts[i].reason);
			dmafp_report_free(&report);
		}
}

static void test_other_device_id(void **state)
{
	fixture_arm(*state, DMAFP_ARM_PATCHED)->device.device++;
	expect_invalid(*state, "the device is");
}

static void test_other_iommu(void **state)
{
	fixture_set_text(&fixture_arm(*state, DMAFP_ARM_PATCHED)->iommu.driver, "amd-iommu");
	expect(*state, DMAFP_INVALID, 3);
	assert_true(fixture_has_reason(*state, "no result of patched"));
}

static void test_config_unknown(void **state)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		fixture_set_text(&fixture_arm(*state, arm)->kernel.config_sha256, NULL);
	expect(*state, DMAFP_INVALID, 3);
	assert_true(fixture_has_reason(*state, "not known"));
}

static void test_timed(void **state)
{
	struct dmafp_report *report = *state;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		fixture_arm(report, arm)->domain = DMAFP_DOMAIN_TIMED;
	/* noise in the floor is no reproach there */
	fixture_shift(map_hist(report, DMAFP_ARM_PLACEBO, NULL_OP), 3);
	expect(report, DMAFP_INCONCLUSIVE, 2);
	assert_true(fixture_has_note(report, "timed domain"));
	assert_int_equal(patched_row(report, MAP_4K, DMAFP_ROW_MAP), DMAFP_INCONCLUSIVE);
}

static void test_domains_mixed(void **state)
{
	fixture_arm(*state, DMAFP_ARM_PATCHED)->domain = DMAFP_DOMAIN_TIMED;
	expect_invalid(*state, "the domain is \"timed\"");
}

/* A path that half of the ops take proves nothing */
static void test_called_too_rarely(void **state)
{
	struct dmafp_report *report = *state;

	fixture_arm(report, DMAFP_ARM_PATCHED)->cells[MAP_4K].map.calls = 32;
	expect(report, DMAFP_EQUIVALENT, 0);
	assert_int_equal(report->judgement->nr_reached, 2);
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
	assert_int_equal(report->judgement->nr_reached, 3);
	assert_true(fixture_has_note(report, "called 128 times in 64 ops"));
}

static void test_not_counted(void **state)
{
	struct dmafp_report *report = *state;
	size_t cell;

	for (cell = MAP_4K; cell <= MAP_64K; cell++) {
		fixture_arm(report, DMAFP_ARM_BASE)->cells[cell].map.counted_ops = 0;
		fixture_arm(report, DMAFP_ARM_BASE)->cells[cell].map.calls = 0;
	}
	expect_invalid(report, "No row ran the path");
}

static void test_kdump(void **state)
{
	struct dmafp_report *report = *state;

	expect(report, DMAFP_EQUIVALENT, 0);
	/* the first map of patched takes 60 more: reported, not judged */
	assert_int_equal(report->comparison->sections[0].firsts[DMAFP_ARM_PATCHED].delta, 60);
}

static void test_kdump_not_deferred(void **state)
{
	fixture_arm(*state, DMAFP_ARM_PATCHED)->first_map.deferred_before = false;
	expect_invalid(*state, "kdump mode only");
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

/* All reasons are listed, not the first one only */
static void test_all_reasons(void **state)
{
	struct dmafp_report *report = *state;

	fixture_drop(report, DMAFP_ARM_PLACEBO);
	fixture_set_text(&fixture_arm(report, DMAFP_ARM_PATCHED)->kernel.compiler, "clang");
	fixture_shift(map_hist(report, DMAFP_ARM_ALWAYS_LOCK, NULL_OP), 1);
	expect(report, DMAFP_INVALID, 3);
	assert_true(fixture_has_reason(report, "no result of placebo"));
	assert_true(fixture_has_reason(report, "clang"));
}

#define KEYED(test) cmocka_unit_test_setup_teardown(test, setup_keyed, teardown)
#define PLAIN(test) cmocka_unit_test_setup_teardown(test, setup_plain, teardown)
#define KDUMP(test) cmocka_unit_test_setup_teardown(test, setup_kdump, teardown)

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
		KEYED(test_replicates_agree),
		KEYED(test_replicates_differ),
		KEYED(test_base_replicates_differ),
		KEYED(test_placebo_replicates_differ),
		KEYED(test_swapped),
		KEYED(test_base_twice),
		PLAIN(test_plain_only),
		KEYED(test_plain_and_keyed),
		KEYED(test_missing_lock),
		KEYED(test_missing_placebo),
		KEYED(test_missing_patched),
		KEYED(test_missing_base),
		KEYED(test_nothing),
		KEYED(test_missing_on_device),
		KEYED(test_missing_cell),
		KEYED(test_lock_unseen),
		KEYED(test_placebo_moves),
		KEYED(test_placebo_moves_unmap),
		KEYED(test_null_differs),
		KEYED(test_null_differs_between_boots),
		KEYED(test_two_kernels_one_arm),
		KEYED(test_kernel_unknown),
		cmocka_unit_test(test_mismatches),
		KEYED(test_other_device_id),
		KEYED(test_other_iommu),
		KEYED(test_config_unknown),
		KEYED(test_timed),
		KEYED(test_domains_mixed),
		KEYED(test_called_too_rarely),
		KEYED(test_called_twice),
		KEYED(test_not_counted),
		KDUMP(test_kdump),
		KDUMP(test_kdump_not_deferred),
		KDUMP(test_kdump_not_deferred_but_keyed),
		KEYED(test_unknown_arm),
		KEYED(test_all_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
