// SPDX-License-Identifier: GPL-2.0-or-later
/* What is the same is printed once; what differs in one number is not merged. */
#include "rendered.h"

#define TABLE "always-lock, must be REGR"

static void test_modes_and_devices(void **state)
{
	char *text = text_of(*state);

	expect_text(text, "\n== plain on nvme, nic: the same in every number\n");
	expect_text(text, "\n== keyed and kdump on nvme, nic: the same in every number\n");
	assert_int_equal(count(text, TABLE), 2);
	free(text);
}

/* The sections that share a table when one of eight is made different by @change */
static void expect_parted(struct dmafp_report *report)
{
	char *text = text_of(report);

	expect_text(text, "\n== keyed on nvme, nic; kdump on nvme: the same in every");
	expect_text(text, "\n== kdump on nic\n");
	assert_int_equal(count(text, TABLE), 3);
	free(text);
}

/* All arms alike, so that no difference of any arm changes: base p50 does */
static void test_base_differs(void **state)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		fixture_shift(&find(*state, arm, "kdump", "nic")->cells[MAP_4K].map.hist,
			      1);
	expect_parted(*state);
}

/* The maximum, which is not shown, stays what it is in all arms; p50 is shown */
static void test_median_differs(void **state)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		struct dmafp_hist *h =
			&find(*state, arm, "kdump", "nic")->cells[MAP_4K].map.hist;

		h->buckets[0].low++;
		h->min++;
		h->sum += h->buckets[0].count;
	}
	expect_parted(*state);
}

/* REGRESSED in all sections, but not by as much */
static void test_amount_differs(void **state)
{
	struct dmafp_report *report = *state;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		if (!strcmp(report->set.results[i]->arm, "placebo"))
			fixture_shift(&report->set.results[i]->cells[CHECK].map.hist, 1);
	fixture_shift(
		&find(report, DMAFP_ARM_PLACEBO, "kdump", "nic")->cells[CHECK].map.hist, 1);
	expect_parted(report);
}

/* One sample of a hundred, and only the total shows it */
static void test_total_differs(void **state)
{
	struct dmafp_hist *h =
		&find(*state, DMAFP_ARM_PATCHED, "kdump", "nic")->cells[MAP_64K].map.hist;

	h->buckets[2].low--;
	h->max--;
	h->sum--;
	expect_parted(*state);
}

static void test_placebo_differs(void **state)
{
	fixture_shift(
		&find(*state, DMAFP_ARM_PLACEBO, "kdump", "nic")->cells[CHECK].map.hist, 1);
	expect_parted(*state);
}

static void test_calls_differ(void **state)
{
	find(*state, DMAFP_ARM_BASE, "kdump", "nic")->cells[MAP_4K].map.calls = 128;
	expect_parted(*state);
}

/* The numbers of keyed in plain, where no call is expected: only the star differs */
static void test_star_differs(void **state)
{
	struct dmafp_report *report = *state;
	char *text;
	size_t i;

	for (i = 0; i < report->set.nr; i++) {
		struct dmafp_result *r = report->set.results[i];

		r->cells[MAP_4K].map.calls = r->cells[MAP_64K].map.calls = 0;
		if (strcmp(r->mode, "plain"))
			continue;
		fixture_shift(&r->cells[MAP_4K].map.hist, FIXTURE_CHECK - FIXTURE_NULL);
		fixture_shift(&r->cells[MAP_64K].map.hist, FIXTURE_CHECK - FIXTURE_NULL);
		if (strcmp(r->arm, "always-lock"))
			continue;
		fixture_shift(&r->cells[MAP_4K].map.hist, FIXTURE_LOCK);
		fixture_shift(&r->cells[MAP_64K].map.hist, FIXTURE_LOCK);
	}
	text = text_of(report);
	expect_text(text, "\n== plain on nvme, nic: the same");
	expect_text(text, "\n== keyed and kdump on nvme, nic: the same");
	assert_int_equal(count(text, " 0* "), 4); /* two rows of patched, two of lock */
	expect_words(text, "* should be once per op and is not");
	free(text);
}

static void test_same_label(void **state)
{
	struct dmafp_report *report = *state;
	char *text;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		fixture_set_text(&report->set.results[i]->device.label, "nic");
	text = text_of(report);
	expect_text(text, "== plain on nic 0000:00:04.0, nic 0000:00:05.0: the same");
	free(text);
}

static void test_two_iommus(void **state)
{
	struct dmafp_report *report = *state;
	char *text;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		if (!strcmp(report->set.results[i]->device.label, "nic"))
			fixture_set_text(&report->set.results[i]->iommu.driver,
					 "amd-iommu");
	text = text_of(report);
	expect_text(text, "nvme behind intel-iommu");
	expect_text(text, "nic behind amd-iommu");
	free(text);
}

/* Controls */

static void test_controls(void **state)
{
	char *text = text_of(*state);

	expect_text(text, "4 rows not reached, all +0:\ncheck ");
	expect_text(text, "2 rows not reached, all +0:\ncheck ");
	assert_int_equal(count(text, "placebo, must be EQUIV: every difference is +0, on "
				     "all 5 rows.\n"),
			 2);
	free(text);
}

/* A row that is not reached and differs is shown, whatever the control's verdict */
static void test_unreached_lock(void **state)
{
	struct dmafp_report *report = *state;
	char *text;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		if (!strcmp(report->set.results[i]->arm, "always-lock"))
			fixture_shift(&report->set.results[i]->cells[MAP_4K].unmap.hist,
				      -2);
	text = text_of(report);
	expect_text(text, "1 row not reached, all +0:\n");
	expect_text(text, "3 rows not reached, all +0:\n");
	assert_int_equal(count(text, " -2 "), 6);
	free(text);
}

/* A control that fails is never folded away */
static void test_reached_lock(void **state)
{
	struct dmafp_report *report = *state;
	char *text;
	size_t i;

	for (i = 0; i < report->set.nr; i++) {
		struct dmafp_result *r = report->set.results[i];

		if (!strcmp(r->arm, "always-lock") && strcmp(r->mode, "plain"))
			fixture_shift(&r->cells[MAP_4K].map.hist, -FIXTURE_LOCK);
	}
	text = text_of(report);
	expect_text(text, "2 rows not reached, all +0:\ncheck ");
	/* of patched, and of the lock that is not seen */
	assert_int_equal(count(text, "\nmap_page 4K to    map       1  614 614  +0"), 2);
	expect_words(text, "always-lock is not REGRESSED on 4 of 14 rows (map_page 4K to map "
			   "in keyed and kdump on nvme, nic)");
	free(text);
}

static void test_placebo_table(void **state)
{
	struct dmafp_report *report = *state;
	char *text;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		if (!strcmp(report->set.results[i]->arm, "placebo"))
			fixture_shift(&report->set.results[i]->cells[MAP_4K].unmap.hist, 1);
	text = text_of(report);
	assert_int_equal(count(text, "placebo, must be EQUIV on every row:\n"), 2);
	/* one reason for all sections, not one for each */
	assert_int_equal(count(text, "placebo is not EQUIVALENT"), 1);
	expect_text(text,
		    "placebo is not EQUIVALENT on 6 of 30 rows (map_page 4K to unmap");
	free(text);
}

/* Notes and floor */

static void test_notes(void **state)
{
	struct dmafp_report *report = *state;
	char *text;
	size_t i, cell;

	for (i = 0; i < report->set.nr; i++) {
		struct dmafp_result *r = report->set.results[i];

		if (strcmp(r->arm, "patched"))
			continue;
		fixture_shift(&r->cells[CHECK].map.hist, -3);
		for (cell = MAP_4K; strcmp(r->mode, "plain") && cell <= MAP_64K; cell++)
			fixture_shift(&r->cells[cell].map.hist, -3);
	}
	text = text_of(report);
	expect_text(
		text,
		"\n- patched takes 3 fewer instructions per op: check map in plain on nvme,\n"
		"  nic; check map, map_page map (all 2) in keyed and kdump on nvme, nic.\n\n");
	free(text);
}

/* 99 of 100 samples take 3 fewer, one takes 2 fewer: that is no "3 fewer" */
static void test_note_of_total(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_hist *h =
		&find(report, DMAFP_ARM_PATCHED, "keyed", "nvme")->cells[CHECK].map.hist;
	char *text;

	fixture_shift(h, -3);
	h->nr_buckets = 2;
	h->buckets[0].count--;
	h->buckets[1] = (struct dmafp_bucket) { h->max + 1, 1, 1 };
	h->max++;
	h->sum++;
	text = text_of(report);
	expect_words(text, "patched takes fewer instructions: min -3, p50 -3, p99 -3, total "
			   "-299: check map in keyed on nvme.");
	free(text);
}

static void test_note_of_some_rows(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_result *r = find(report, DMAFP_ARM_PATCHED, "keyed", "nvme");
	char *text;

	fixture_shift(&r->cells[MAP_4K].map.hist, 1);
	text = text_of(report);
	expect_text(text, "patched takes 1 more instruction per op: map_page 4K to map in "
			  "keyed\n  on nvme.");
	free(text);
}

static void test_floor_differs(void **state)
{
	struct dmafp_report *report = *state;
	unsigned int arm;
	char *text;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		fixture_shift(&find(report, arm, "kdump", "nic")->cells[NULL_OP].map.hist,
			      2);
	text = text_of(report);
	expect_text(text, "takes map 20 in all arms in plain and keyed on nvme,\n"
			  "nic; kdump on nvme; map 22 in all arms in kdump on nic;");
	free(text);
}

static void test_floor_of_arms(void **state)
{
	char *text;

	fixture_shift(
		&find(*state, DMAFP_ARM_PLACEBO, "kdump", "nic")->cells[NULL_OP].map.hist,
		2);
	text = text_of(*state);
	expect_text(text, "map 20 in base, NOT in all arms, in kdump on nic;");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB(test_modes_and_devices), LAB(test_base_differs),
		LAB(test_total_differs),     LAB(test_placebo_differs),
		LAB(test_calls_differ),	     LAB(test_star_differs),
		LAB(test_same_label),	     LAB(test_two_iommus),
		LAB(test_controls),	     LAB(test_unreached_lock),
		LAB(test_placebo_table),     LAB(test_notes),
		LAB(test_note_of_some_rows), LAB(test_median_differs),
		LAB(test_amount_differs),    LAB(test_reached_lock),
		LAB(test_note_of_total),     LAB(test_floor_differs),
		LAB(test_floor_of_arms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
