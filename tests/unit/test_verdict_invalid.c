// SPDX-License-Identifier: GPL-2.0-or-later
/* Every reason for INVALID: a comparison cannot pass by accident. */
#include "judged.h"

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

static void test_missing_lock(void **state)
{
	fixture_drop(*state, DMAFP_ARM_ALWAYS_LOCK);
	expect_invalid(*state, "There is no result of always-lock, the positive control: "
			       "measure it, there is no verdict without it");
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
	fixture_shift(&fixture_arm(*state, DMAFP_ARM_PLACEBO)->cells[MAP_4K].unmap.hist,
		      -1);
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

/* Each fact alone has the comparison refused, for that difference alone */
static void test_mismatches(void **state)
{
	static const struct {
		size_t offset;
		const char *reason;
	} facts[] = {
		{ offsetof(struct dmafp_result, kernel.config_sha256),
		  "kernel configuration" },
		{ offsetof(struct dmafp_result, kernel.compiler), "the compiler is" },
		{ offsetof(struct dmafp_result, kernel.command_line),
		  "kernel command line" },
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
			expect_refused(&report, facts[i].reason);
			dmafp_report_free(&report);
		}
}

static void test_other_device_id(void **state)
{
	fixture_arm(*state, DMAFP_ARM_PATCHED)->device.device++;
	expect_refused(*state, "the device is");
}

static void test_other_iommu(void **state)
{
	fixture_set_text(&fixture_arm(*state, DMAFP_ARM_PATCHED)->iommu.driver,
			 "amd-iommu");
	expect(*state, DMAFP_INVALID, 3);
	assert_true(fixture_has_reason(*state, "no result of patched"));
}

static void test_config_unknown(void **state)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		fixture_set_text(&fixture_arm(*state, arm)->kernel.config_sha256, NULL);
	expect(*state, DMAFP_INVALID, 3);
	assert_true(fixture_has_difference(*state, "not known"));
}

static void test_domains_mixed(void **state)
{
	fixture_arm(*state, DMAFP_ARM_PATCHED)->domain = DMAFP_DOMAIN_TIMED;
	expect_refused(*state, "the domain is \"timed\"");
}

static void test_all_differences(void **state)
{
	struct dmafp_result *patched = fixture_arm(*state, DMAFP_ARM_PATCHED);

	fixture_set_text(&patched->kernel.compiler, "clang");
	fixture_set_text(&patched->machine.cpu, "another");
	fixture_set_text(&fixture_arm(*state, DMAFP_ARM_PLACEBO)->tool_version, "0.0.9");
	expect(*state, DMAFP_INVALID, 3);
	assert_true(fixture_has_difference(*state, "patched: the compiler is \"clang\""));
	assert_true(fixture_has_difference(*state, "patched: the CPU model"));
	assert_true(fixture_has_difference(*state, "placebo: the dmafp version"));
	assert_int_equal(((struct dmafp_report *)*state)->judgement->differences.nr, 3);
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

static void test_kdump_not_deferred(void **state)
{
	fixture_arm(*state, DMAFP_ARM_PATCHED)->first_map.deferred_before = false;
	expect_invalid(*state, "kdump mode only");
}

/* INVALID before REGRESSED before INCONCLUSIVE before IMPROVED */
static void test_regressed_without_control(void **state)
{
	fixture_shift(map_hist(*state, DMAFP_ARM_PATCHED, MAP_4K), 1);
	fixture_drop(*state, DMAFP_ARM_PLACEBO);
	expect_invalid(*state, "There is no result of placebo");
}

/* All reasons are listed, not the first one only */
static void test_all_reasons(void **state)
{
	struct dmafp_report *report = *state;

	fixture_drop(report, DMAFP_ARM_PLACEBO);
	fixture_set_text(&fixture_arm(report, DMAFP_ARM_PATCHED)->kernel.build_id, NULL);
	expect(report, DMAFP_INVALID, 3);
	assert_true(fixture_has_reason(report, "no result of placebo"));
	assert_true(fixture_has_reason(report, "the build id of the kernel is not known"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KEYED(test_swapped),
		KEYED(test_base_twice),
		PLAIN(test_plain_only),
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
		KEYED(test_domains_mixed),
		KEYED(test_all_differences),
		KEYED(test_not_counted),
		KDUMP(test_kdump_not_deferred),
		KEYED(test_regressed_without_control),
		KEYED(test_all_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
