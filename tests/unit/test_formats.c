// SPDX-License-Identifier: GPL-2.0-or-later
/* mail, csv, ktap and kcidb: every verdict, forced and refused results. */
#include <jansson.h>

#include "base/alloc.h"
#include "rendered.h"

#define MARK "FORCED"

static char *render_as(struct dmafp_report *report, const char *name)
{
	dmafp_report_judge(report);
	return fixture_render(report, dmafp_renderer_find(name));
}

/* The map of 4K costs so many instructions more on that arm, in all modes and devices */
static void shift_map(struct dmafp_report *report, enum dmafp_arm_id arm, int64_t ticks)
{
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		if (!strcmp(report->set.results[i]->arm, dmafp_arm_name(arm)))
			fixture_shift(&report->set.results[i]->cells[MAP_4K].map.hist, ticks);
}

/* One fact that must be the same in all arms is another one */
static void differ(struct dmafp_report *report)
{
	fixture_set_text(&find(report, DMAFP_ARM_PATCHED, "keyed", "nic")->machine.cpu, "another");
}

/* Records whose first field is a mode, as there is one header line */
static size_t lines_with(const char *text, const char *part)
{
	char *copy = dmafp_path("%s", text), *rest = copy, *line;
	size_t nr = 0;

	while ((line = strsep(&rest, "\n")))
		nr += strstr(line, part) != NULL;
	free(copy);
	return nr;
}

/* --- ktap --- */

static void test_ktap_ok(void **state)
{
	char *text = render_as(*state, "ktap");

	assert_int_equal(strncmp(text, "KTAP version 1\n1..7\n", 20), 0);
	/* keyed and kdump: check, two maps; plain: check; on two devices each */
	assert_int_equal(lines_with(text, "  ok 2 check map") - lines_with(text, "SKIP check"), 6);
	assert_int_equal(lines_with(text, "NOT REACHED: no difference claimed, the path did not "
					  "run"),
			 16);
	assert_int_equal(lines_with(text, "null map # SKIP NOT JUDGED"), 6);
	assert_int_equal(lines_with(text, "not ok"), 0);
	expect_text(text, "\nok 7 overall verdict\n");
	free(text);
}

/* A row fails, its section with it, and the whole */
static void test_ktap_regressed(void **state)
{
	char *text;

	shift_map(*state, DMAFP_ARM_PATCHED, 1);
	text = render_as(*state, "ktap");
	assert_int_equal(lines_with(text, "  not ok 3 map_page 4K to map"), 6);
	assert_int_equal(lines_with(text, "not ok"), 6 + 6 + 1);
	expect_text(text, "  # base 600, patched 601 instructions per op (p50), difference +1: "
			  "REGRESSED\n");
	expect_text(text, "\nnot ok 7 overall verdict\n");
	free(text);
}

/* Neither passed nor failed: boots that differ */
static void test_ktap_inconclusive(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_result *again = fixture_result(DMAFP_ARM_BASE, "keyed");
	char *text;

	fixture_set_text(&again->created, "2026-01-02T03:05:05Z");
	fixture_shift(&again->cells[MAP_4K].map.hist, 1);
	dmafp_set_add(&report->set, again);
	text = render_as(report, "ktap");
	expect_text(text, "  ok 3 map_page 4K to map # SKIP INCONCLUSIVE");
	expect_text(text, "\nok 7 overall verdict # SKIP INCONCLUSIVE");
	assert_int_equal(lines_with(text, "not ok"), 0);
	free(text);
}

/* An instrument that is blind fails, whatever the rows say */
static void test_ktap_invalid(void **state)
{
	char *text;

	shift_map(*state, DMAFP_ARM_ALWAYS_LOCK, -FIXTURE_LOCK);
	text = render_as(*state, "ktap");
	assert_int_equal(lines_with(text, "not ok"), 1);
	expect_text(text, "# always-lock is not REGRESSED");
	expect_text(text, "\nnot ok 7 overall verdict\n");
	free(text);
}

/* --- csv --- */

static void test_csv_quotes(void **state)
{
	struct dmafp_report *report = *state;
	size_t i;
	char *text;

	for (i = 0; i < report->set.nr; i++)
		fixture_set_text(&report->set.results[i]->device.label, "a \"b\", c");
	text = render_as(report, "csv");
	expect_text(text, "\nplain,intel-iommu,0000:00:04.0,\"a \"\"b\"\", c\",null,map,");
	/* 6 rows with four arms and four statistics, twice three times; and the header */
	assert_int_equal(count(text, "\n"), 1 + 6 * 6 * 16);
	free(text);
}

static void test_csv_values(void **state)
{
	char *text;

	shift_map(*state, DMAFP_ARM_PATCHED, 3);
	text = render_as(*state, "csv");
	/* 603 instead of 600, 0.5 %; the total of 100 samples is 300 more */
	expect_text(text, "patched,p50,instructions/op,exact,1,100,603,yes,600,3,0.5,,,,,0,no,"
			  "REGRESSED,no\n");
	expect_text(text, "patched,total,instructions,exact,1,100,60463,yes,60163,300,");
	expect_text(text, "base,min,instructions/op,exact,1,100,600,yes,,,,,,,,0,no,,no\n");
	free(text);
}

/* --- kcidb --- */

static json_t *kcidb_of(struct dmafp_report *report)
{
	char *text = render_as(report, "kcidb");
	json_t *json = json_loads(text, 0, NULL);

	assert_non_null(json);
	free(text);
	return json;
}

static const char *overall_status(const json_t *json)
{
	const json_t *test = json_array_get(json_object_get(json, "tests"), 0);

	assert_string_equal(json_string_value(json_object_get(test, "path")), "dmafp");
	return json_string_value(json_object_get(test, "status"));
}

static size_t count_status(const json_t *json, const char *status)
{
	const json_t *tests = json_object_get(json, "tests");
	size_t i, nr = 0;

	for (i = 1; i < json_array_size(tests); i++)
		nr += !strcmp(json_string_value(json_object_get(json_array_get(tests, i),
								"status")), status);
	return nr;
}

static void test_kcidb_status(void **state)
{
	json_t *json = kcidb_of(*state);

	assert_string_equal(overall_status(json), "PASS");
	/* patched: check everywhere, both maps in keyed and kdump, on two devices */
	assert_int_equal(count_status(json, "PASS"), 2 * (3 + 2 * 2));
	assert_int_equal(count_status(json, "FAIL"), 0);
	json_decref(json);
	shift_map(*state, DMAFP_ARM_PATCHED, 1);
	json = kcidb_of(*state);
	assert_string_equal(overall_status(json), "FAIL");
	assert_int_equal(count_status(json, "FAIL"), 6);
	json_decref(json);
}

/* The hash of the line that holds the only patch's hash: sha256sum says so, too */
static void test_kcidb_patchset(void **state)
{
	static const char hash[] =
		"ed5e45599e57b8e0000000000000000000000000000000000000000000000000";
	struct dmafp_report *report = *state;
	char hex[DMAFP_SHA256_HEX], *line = dmafp_path("%s\n", hash);
	json_t *json, *checkouts;
	size_t i;

	for (i = 0; i < report->set.nr; i++)
		if (report->set.results[i]->nr_patches)
			fixture_set_text(&report->set.results[i]->patches[0].sha256, hash);
	json = kcidb_of(report);
	checkouts = json_object_get(json, "checkouts");
	dmafp_sha256(line, strlen(line), hex);
	assert_int_equal(json_array_size(checkouts), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(checkouts, 0),
							      "patchset_hash")), "");
	assert_string_equal(json_string_value(json_object_get(json_array_get(checkouts, 1),
							      "patchset_hash")), hex);
	json_decref(json);
	free(line);
}

/* --- mail --- */

static size_t longest_line(const char *text)
{
	size_t most = 0, len;

	for (; *text; text += len + !!text[len]) {
		len = strcspn(text, "\n");
		most = len > most ? len : most;
	}
	return most;
}

static char *render_cover(struct dmafp_report *report)
{
	struct dmafp_view view = { .cover = true };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	dmafp_report_judge(report);
	view.comparison = report->comparison;
	view.judgement = report->judgement;
	dmafp_render_mail.render(&view, out);
	fclose(out);
	return text;
}

/* Long names, an overall verdict with many reasons, notes: never a line more */
static void test_cover_is_short(void **state)
{
	struct dmafp_report *report = *state;
	size_t i;
	char *text;

	for (i = 0; i < report->set.nr; i++) {
		fixture_set_text(&report->set.results[i]->kernel.release,
				 "6.12.57-a-release-with-a-name-that-is-longer-than-one-line-of-mail");
		fixture_set_text(&report->set.results[i]->device.label,
				 "a-device-with-a-name-that-is-longer-than-one-line-of-mail-is-wide");
	}
	shift_map(report, DMAFP_ARM_PATCHED, 1);
	shift_map(report, DMAFP_ARM_ALWAYS_LOCK, -FIXTURE_LOCK);
	shift_map(report, DMAFP_ARM_PLACEBO, 1);
	text = render_cover(report);
	assert_in_range(count(text, "\n"), 10, 15);
	assert_in_range(longest_line(text), 60, 72);
	expect_text(text, "dmafp: INVALID\n");
	free(text);
}

/* The row that is worst comes first, though it moved least */
static void test_cover_rows(void **state)
{
	struct dmafp_report *report = *state;
	const char *worst, *other;
	char *text;
	size_t i;

	shift_map(report, DMAFP_ARM_PATCHED, 1);
	for (i = 0; i < report->set.nr; i++)
		if (!strcmp(report->set.results[i]->arm, "patched"))
			fixture_shift(&report->set.results[i]->cells[CHECK].map.hist, -20);
	text = render_cover(report);
	worst = strstr(text, "\nmap_page 4K to");
	other = strstr(text, "\ncheck ");
	assert_non_null(worst);
	assert_non_null(other);
	assert_true(worst < other);
	expect_text(text, "+0.2 REGR\n");
	free(text);
}

/* Rows without news give way to the others in a large section */
static void test_mail_many_rows(void **state)
{
	struct dmafp_report *report = *state;
	char *text;
	size_t i, k;

	for (i = 0; i < report->set.nr; i++)
		for (k = 0; k < 20; k++) {
			struct dmafp_result *r = report->set.results[i];
			struct dmafp_result *donor = fixture_result(dmafp_arm_find(r->arm),
								    r->mode);

			r->cells = dmafp_alloc_grow(r->cells, r->nr_cells, sizeof(*r->cells));
			r->cells[r->nr_cells] = donor->cells[MAP_4K];
			r->cells[r->nr_cells++].bytes = 8192 * (k + 1);
			/* it belongs to @r now */
			memset(&donor->cells[MAP_4K], 0, sizeof(donor->cells[MAP_4K]));
			dmafp_result_free(donor);
		}
	text = render_as(report, "mail");
	/* plain: all maps and unmaps of 22 sizes but check; keyed, kdump: the unmaps */
	expect_text(text, "and 44 rows that the path does not reach");
	expect_text(text, "and 22 rows that the path does not reach");
	expect_text(text, "map_page 160K to  map ");
	expect_no_text(text, "map_page 160K to  unmap ");
	free(text);
}

/* --- forced and refused --- */

static void test_refused(void **state)
{
	static const char *const names[] = { "mail", "csv", "ktap", "kcidb" };
	char *text;
	size_t i;

	differ(*state);
	for (i = 0; i < 4; i++) {
		text = render_as(*state, names[i]);
		expect_no_text(text, "map_page");
		expect_no_text(text, MARK);
		if (strcmp(names[i], "csv"))
			expect_text(text, "the CPU model is");
		else
			assert_int_equal(count(text, "\n"), 1);
		free(text);
	}
	text = render_cover(*state);
	expect_text(text, "dmafp: INVALID\n");
	expect_text(text, "cannot be compared");
	assert_in_range(count(text, "\n"), 3, 15);
	free(text);
}

static void test_forced(void **state)
{
	struct dmafp_report *report = *state;
	json_t *json;
	char *text;

	differ(report);
	report->rules.force = true;
	text = render_as(report, "mail");
	assert_int_equal(strncmp(text, MARK, strlen(MARK)), 0);
	/* once at the top, then before each heading */
	assert_int_equal(2 * (count(text, MARK) - 1), count(text, "\n== "));
	free(text);
	text = render_as(report, "csv");
	assert_int_equal(count(text, ",yes\n") + 1, count(text, "\n"));
	free(text);
	text = render_as(report, "ktap");
	assert_int_equal(count(text, MARK), count(text, "KTAP version 1\n"));
	free(text);
	text = render_cover(report);
	expect_text(text, MARK);
	assert_in_range(count(text, "\n"), 10, 15);
	free(text);
	text = render_as(report, "kcidb");
	json = json_loads(text, 0, NULL);
	assert_int_equal(count(text, "\"forced\": true"),
			 json_array_size(json_object_get(json, "tests")));
	json_decref(json);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB(test_ktap_ok),	  LAB(test_ktap_regressed), LAB(test_ktap_inconclusive),
		LAB(test_ktap_invalid),	  LAB(test_csv_quotes),	    LAB(test_csv_values),
		LAB(test_kcidb_status),	  LAB(test_kcidb_patchset), LAB(test_cover_is_short),
		LAB(test_cover_rows),	  LAB(test_mail_many_rows), LAB(test_refused),
		LAB(test_forced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
