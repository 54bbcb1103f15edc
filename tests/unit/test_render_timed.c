// SPDX-License-Identifier: GPL-2.0-or-later
/* How rows of the timed domain are shown, as text and as JSON. */
#include "rendered.h"

#include <jansson.h>

#define BOOTS 6

/* Six boots in turns, 0 to 5 ticks apart; patched takes 17 ticks more on one row */
static int setup_timed(void **state)
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
			fixture_shift(&r->cells[MAP_4K].map.hist, boot);
			if (arm == DMAFP_ARM_PATCHED)
				fixture_shift(&r->cells[MAP_4K].map.hist, 17);
			dmafp_set_add(&report->set, r);
		}
	*state = report;
	return 0;
}

/*
 * Medians of the boots: 614 to 619 and 0.7 of the tail, since rank 50 lies a tenth
 * of the way from the middle of the 90 to that of the 9, which read 7 more.  Of 924
 * orders 11 have U <= 5 and 19 U <= 6 (2.5 % are 23.1), so 6 differences are left
 * out at each end; in rising order the sixth to last of -5 .. 5 is 3.
 */
static void test_text(void **state)
{
	char *text = text_of(*state);

	expect_words(text, "dmafp: REGRESSED");
	expect_words(text, "Arm minus base, ticks (timed domain) per op, p50:");
	expect_words(text, "6 boots each, which are the replicates.");
	expect_words(text, "map_page 4K to map: base 617.2 of 6 boots, margin 6.2, calls/op 1");
	expect_text(text, "  patched     634.2 +17.0 +14.0 +20.0  +2.75 0.011       REGR\n");
	expect_text(text, "  placebo     617.2  +0.0  -3.0  +3.0  +0.00 0.001       EQUIV\n");
	/* 1, 3, 5 against 0, 2, 4; Welch: 1 -+ 2.776445 sqrt(8 / 3) */
	expect_text(text, "  base A/A    617.7  +1.0  -3.5  +5.5  +0.16\n");
	expect_words(text, "rows take longer in patched than in base, by more than the margin");
	expect_text(text, "map_page 4K to map      +17.0 +13.5 +20.5 +17.0 +14.0 +20.0\n");
	expect_no_text(text, "instructions");
	expect_no_text(text, "identical");
	free(text);
}

/* What is not judged is seen at once: in the head, at the row, and in its legend */
static void test_mark(void **state)
{
	struct dmafp_report *report = *state;
	const char *words = "NOT JUDGED, but slower in patched by more than the margin: p99 on 1 "
			    "row;";
	unsigned int boot;
	char *text;

	for (boot = 0; boot < BOOTS; boot++) {
		struct dmafp_result *r = report->set.results[boot * DMAFP_NR_ARMS +
							     DMAFP_ARM_PATCHED];
		struct dmafp_hist *h = &r->cells[MAP_64K].map.hist;

		/* one of 100 samples: not the median */
		h->buckets[2].low += 80;
		h->max += 80;
		h->sum += 80;
	}
	text = text_of(report);
	expect_words(text, words);
	expect_text(text, " EQUIV!\n");
	expect_words(text, "!: min or p99 is outside the margin");
	free(text);
	report->style.cover = true;
	text = fixture_render(report, &dmafp_render_mail);
	expect_text(text, "NOT JUDGED, but slower");
	expect_text(text, " EQUIV!\n");
	free(text);
	report->style.cover = false;
	text = fixture_render(report, &dmafp_render_mail);
	expect_words(text, words);
	expect_text(text, " EQUIV!\n");
	expect_words(text, "! min or p99 outside the margin, see the notes");
	free(text);
}

/* A reason in place of a p that was not asked, and no number of boots */
static void test_barred(void **state)
{
	struct dmafp_report *report = *state;
	char *text;

	report->rules.margin_ppm = 800;
	text = text_of(report);
	expect_text(text, "  placebo     617.2  +0.0  -3.0  +3.0  +0.00        note INCON\n");
	expect_words(text, "note: it cannot be judged as measured, the notes say why");
	expect_words(text, "placebo is not judged: the margin is finer than the clock's steps");
	expect_words(text, "INCONCLUSIVE rows of placebo: 4; the notes say why 4 cannot be judged");
	/* unmap, which did not run the path, and of which nothing is claimed */
	expect_words(text, "-: patched is neither REGR nor IMPR where the path did not run");
	expect_no_text(text, "equal");
	free(text);
}

static void test_columns(void **state)
{
	char *text = text_of(*state), *line, *rest = text;
	const char *c;

	while ((line = strsep(&rest, "\n"))) {
		if (strlen(line) > 72)
			fail_msg("longer than 72 columns: %s", line);
		for (c = line; *c; c++)
			if (*c < ' ' || *c > '~')
				fail_msg("not ASCII: %s", line);
	}
	free(text);
}

/* A real set: large numbers, boots that differ */
static void test_columns_of_a_real_set(void **state)
{
	static const char *const paths[] = { "results/timed" };
	struct dmafp_report report = { 0 };
	struct dmafp_err err = { 0 };

	(void)state;
	if (dmafp_report_load(&report, paths, 1, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(report.set.nr, 24);
	test_columns((void *[]) { &report });
	dmafp_report_free(&report);
}

static json_t *json_of(struct dmafp_report *report)
{
	json_t *root;
	char *text;

	dmafp_report_judge(report);
	text = fixture_render(report, &dmafp_render_json);
	root = json_loads(text, 0, NULL);
	free(text);
	assert_non_null(root);
	return root;
}

static const json_t *find_row(const json_t *root, const char *op, json_int_t bytes)
{
	const json_t *rows = json_object_get(
		json_array_get(json_object_get(root, "sections"), 0), "rows");
	size_t i;
	json_t *row;

	json_array_foreach (rows, i, row)
		if (!strcmp(json_string_value(json_object_get(row, "op")), op) &&
		    json_integer_value(json_object_get(row, "bytes")) == bytes)
			return row;
	fail_msg("no row %s", op);
	return NULL;
}

static const json_t *at(const json_t *json, const char *const *path)
{
	for (; *path; path++) {
		json = json_object_get(json, *path);
		if (!json)
			fail_msg("no member %s", *path);
	}
	return json;
}

#define AT(json, ...) at(json, (const char *const[]) { __VA_ARGS__, NULL })

static void test_json(void **state)
{
	json_t *root = json_of(*state);
	const json_t *row = find_row(root, "map_page", 4096);
	const json_t *timed = AT(row, "arms", "patched", "timed");

	assert_int_equal(json_array_size(AT(timed, "per_boot", "p50")), BOOTS);
	assert_true(json_number_value(json_array_get(AT(timed, "per_boot", "min"), 0)) ==
		    FIXTURE_MAP + FIXTURE_CHECK - FIXTURE_NULL + 17);
	assert_true(json_number_value(AT(timed, "effects", "p50", "difference")) == 17);
	assert_true(json_number_value(json_array_get(
			    AT(timed, "effects", "p50", "difference_95"), 0)) == 14);
	assert_true(json_number_value(AT(timed, "p_adjusted")) < 0.011);
	assert_true(json_is_true(AT(timed, "interleaved_with_base")));
	assert_true(json_is_false(AT(timed, "barred")));
	assert_string_equal(json_string_value(AT(row, "margin", "from")), "profile");
	assert_int_equal(json_integer_value(AT(row, "margin", "ppm")), 10000);
	assert_true(json_is_null(AT(find_row(root, "check", 0), "margin", "ppm")));
	assert_int_equal(json_integer_value(AT(row, "arms", "base", "timed", "floor", "p50",
					       "base_boots")),
			 3);
	assert_true(json_number_value(AT(row, "drift", "p")) < 0.001);
	json_decref(root);
}

/* Too few boots: what is not known is null */
static void test_json_of_one_boot(void **state)
{
	struct dmafp_report *report = *state;
	json_t *root;
	const json_t *p50;
	size_t i;

	for (i = DMAFP_NR_ARMS; i < report->set.nr; i++)
		dmafp_result_free(report->set.results[i]);
	report->set.nr = DMAFP_NR_ARMS;
	root = json_of(report);
	p50 = AT(find_row(root, "map_page", 4096), "arms", "patched", "timed", "effects", "p50");
	assert_true(json_number_value(AT(p50, "difference")) == 17);
	assert_true(json_is_null(AT(p50, "difference_95")));
	assert_true(json_is_null(AT(p50, "ratio")));
	assert_true(json_is_null(AT(p50, "p_equivalent")));
	assert_true(json_is_true(AT(find_row(root, "map_page", 4096), "arms", "patched", "timed",
				    "barred")));
	json_decref(root);
}

#define TIMED(test) cmocka_unit_test_setup_teardown(test, setup_timed, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TIMED(test_text),
		TIMED(test_mark),
		TIMED(test_barred),
		TIMED(test_columns),
		cmocka_unit_test(test_columns_of_a_real_set),
		TIMED(test_json),
		TIMED(test_json_of_one_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
