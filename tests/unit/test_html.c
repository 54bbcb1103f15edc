// SPDX-License-Identifier: GPL-2.0-or-later
/* The HTML report: well-formed, complete, and text stays text. */
#include <inttypes.h>

#include "rendered.h"

#include "analysis/cell.h"
#include "analysis/render/escape.h"

#define MAX_DEPTH 64

static char *page_of(struct dmafp_report *report)
{
	dmafp_report_judge(report);
	return fixture_render(report, &dmafp_render_html);
}

/* Tags: every one is closed, in the reverse order; no '<' or '&' stands for itself */

struct tags {
	const char *names[MAX_DEPTH];
	size_t lengths[MAX_DEPTH], depth;
};

static size_t name_length(const char *tag)
{
	return strcspn(tag, " />\n");
}

static void close_tag(struct tags *t, const char *tag)
{
	size_t len = name_length(tag);

	assert_true(t->depth > 0);
	t->depth--;
	if (len != t->lengths[t->depth] || strncmp(tag, t->names[t->depth], len))
		fail_msg("</%.*s> closes <%.*s>", (int)len, tag, (int)t->lengths[t->depth],
			 t->names[t->depth]);
}

static void open_tag(struct tags *t, const char *tag)
{
	assert_true(t->depth < MAX_DEPTH);
	t->names[t->depth] = tag;
	t->lengths[t->depth++] = name_length(tag);
}

static const char *end_of(const char *tag)
{
	const char *end = tag + 1;

	while (*end && *end != '>') {
		assert_int_not_equal(*end, '<');
		end += *end == '"' ? strcspn(end + 1, "\"") + 2 : 1;
	}
	assert_int_equal(*end, '>');
	return end;
}

static void check_entity(const char *text)
{
	static const char *const known[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strncmp(text, known[i], strlen(known[i])))
			return;
	fail_msg("a bare &: %.20s", text);
}

static void check_page(const char *page)
{
	static const char doctype[] = "<!DOCTYPE html>\n";
	struct tags tags = { 0 };
	const char *end;

	assert_int_equal(strncmp(page, doctype, strlen(doctype)), 0);
	for (page += strlen(doctype); *page; page++) {
		if (*page == '&')
			check_entity(page);
		if (*page != '<')
			continue;
		end = end_of(page);
		if (page[1] == '/')
			close_tag(&tags, page + 2);
		else if (end[-1] != '/')
			open_tag(&tags, page + 1);
		page = end;
	}
	assert_int_equal(tags.depth, 0);
}

static void test_well_formed(void **state)
{
	char *page = page_of(*state);

	check_page(page);
	expect_text(page, "<title>dmafp: EQUIVALENT</title>");
	expect_text(page, "<html lang=\"en\"");
	expect_text(page, "name=\"viewport\"");
	expect_no_text(page, "FORCED");
	free(page);
}

/* Nothing from elsewhere, and nothing that runs: only the names of formats are URLs */
static void test_self_contained(void **state)
{
	char *page = page_of(*state), *at;

	for (at = strstr(page, "://"); at; at = strstr(at + 1, "://"))
		assert_int_equal(strncmp(at, "://www.w3.org/", 14), 0);
	expect_no_text(page, "<script");
	expect_no_text(page, "<img");
	expect_no_text(page, "<link");
	expect_no_text(page, "@import");
	expect_no_text(page, "url(");
	free(page);
}

static void test_deterministic(void **state)
{
	char *page = page_of(*state), *again = fixture_render(*state, &dmafp_render_html);

	assert_string_equal(page, again);
	free(page);
	free(again);
}

/* Tables of both places, each with check and the maps and unmaps of both cells */
static void test_every_row(void **state)
{
	struct dmafp_report *report = *state;
	char *page = page_of(report), *cell, *row;
	size_t i, found;

	for (i = 0; i < report->comparison->nr_rows; i++) {
		const struct dmafp_row *r = &report->comparison->rows[i];

		if (r->is_null)
			continue;
		cell = dmafp_cell_title(r->cell);
		row = dmafp_path("<tr><th scope=\"row\">%s %s</th><td class=\"v", cell,
				 dmafp_row_phase_name(r->phase));
		/* plain is one table, keyed and kdump another; three arms have each */
		found = count(page, row);
		if (found != 2 * 3)
			fail_msg("%zu times in the page: %s", found, row);
		free(row);
		free(cell);
	}
	expect_text(page, "<h3>plain on nvme, nic</h3>");
	expect_text(page, "<h3>keyed and kdump on nvme, nic</h3>");
	expect_text(page, "the null op takes map 20 in all arms");
	free(page);
}

/* always-lock takes 17 more than the 607 of the fixture's map_page 4K in keyed mode */
static void test_numbers(void **state)
{
	char *page = page_of(*state);
	const struct dmafp_row *row = NULL;
	struct dmafp_report *report = *state;
	char *text;
	size_t i;

	for (i = 0; i < report->comparison->nr_rows && !row; i++)
		if (!strcmp(report->comparison->rows[i].group->mode, "keyed") &&
		    report->comparison->rows[i].cell->bytes == 4096)
			row = &report->comparison->rows[i];
	assert_non_null(row);
	text = dmafp_path("REGRESSED</td><td class=\"d\">+%d</td><td class=\"d\">+%d</td>"
			  "<td class=\"d\">+%d</td><td class=\"d\">+%d</td>"
			  "<td>%" PRIu64 "</td><td>%" PRIu64 "</td><td>1</td>",
			  FIXTURE_LOCK, FIXTURE_LOCK, FIXTURE_LOCK,
			  FIXTURE_LOCK * FIXTURE_SAMPLES, row->sides[DMAFP_ARM_BASE].stats.p50,
			  row->sides[DMAFP_ARM_BASE].stats.p50 + FIXTURE_LOCK);
	expect_text(page, text);
	free(text);
	free(page);
}

/* Text from files */

#define HOSTILE "<script>alert('1')</script>&amp;\"><img src=x onerror=y>"

static void test_hostile(void **state)
{
	struct dmafp_report *report = *state;
	char *page;
	size_t i;

	for (i = 0; i < report->set.nr; i++) {
		struct dmafp_result *r = report->set.results[i];

		fixture_set_text(&r->device.label, HOSTILE);
		fixture_set_text(&r->cells[MAP_4K].op, HOSTILE);
		fixture_set_text(&r->profile.name, HOSTILE);
		fixture_set_text(&r->kernel.release, HOSTILE);
		fixture_set_text(&r->kernel.command_line, HOSTILE);
		fixture_set_text(&r->lab.qemu_command, HOSTILE);
		if (r->nr_patches)
			fixture_set_text(&r->patches[0].name, HOSTILE);
	}
	page = page_of(report);
	check_page(page);
	expect_no_text(page, "<script");
	expect_no_text(page, "<img");
	expect_text(page, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;");
	free(page);
}

static char *escaped(const char *text)
{
	char *to = NULL;
	size_t len;
	FILE *out = open_memstream(&to, &len);

	dmafp_escape(out, text);
	fclose(out);
	return to;
}

static void test_escape(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c&#39;" },
		{ "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7",
		  "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7" },
		{ "a\001b\x7f", "a\357\277\275b\357\277\275" },
		{ "\t\n", "\t\n" },
		{ "\xff", "\xef\xbf\xbd" },
		{ "\xc3", "\xef\xbf\xbd" },				/* cut short */
		{ "\xe2\x82<", "\xef\xbf\xbd\xef\xbf\xbd&lt;" },	/* a tag in the gap */
		{ "\xc0\xbc", "\xef\xbf\xbd\xef\xbf\xbd" },		/* '<' in two bytes */
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* a surrogate */
		{ "\xef\xbf\xbe", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* U+FFFE */
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *got = escaped(cases[i].text);

		assert_string_equal(got, cases[i].want);
		free(got);
	}
}

/* Results that cannot be compared */

static void test_refused(void **state)
{
	char *page;

	fixture_set_text(&find(*state, DMAFP_ARM_PATCHED, "keyed", "nvme")->machine.cpu, "odd");
	page = page_of(*state);
	check_page(page);
	expect_text(page, "These results cannot be compared");
	expect_text(page, "odd");
	expect_text(page, "--force");
	expect_no_text(page, "<table");
	expect_no_text(page, "class=\"mark\"");
	free(page);
}

static void test_forced(void **state)
{
	struct dmafp_report *report = *state;
	char *page;

	fixture_set_text(&find(report, DMAFP_ARM_PATCHED, "keyed", "nvme")->machine.cpu, "odd");
	report->rules.force = true;
	page = page_of(report);
	check_page(page);
	expect_text(page, "<title>FORCED: dmafp: ");
	expect_text(page, "<div class=\"mark\"");
	expect_text(page, "odd");
	expect_text(page, "<table");
	expect_text(page, " --force --output report.html");
	free(page);
}

/* Pages about less than a lab run */

static void test_empty(void **state)
{
	struct dmafp_report report = { 0 };
	char *page = page_of(&report);

	(void)state;
	check_page(page);
	expect_text(page, "INVALID");
	free(page);
	dmafp_report_free(&report);
}

static void test_missing_arms(void **state)
{
	struct dmafp_report report = { 0 };
	char *page;

	(void)state;
	dmafp_set_add(&report.set, fixture_result(DMAFP_ARM_BASE, "keyed"));
	page = page_of(&report);
	check_page(page);
	expect_text(page, "patched was not measured");
	expect_text(page, "placebo was not measured");
	free(page);
	dmafp_report_free(&report);
}

/* A series that drifts and boots that differ are drawn */
static void test_drift(void **state)
{
	struct dmafp_report *report = *state;
	struct dmafp_result *again = fixture_result(DMAFP_ARM_PATCHED, "keyed");
	char *page;

	fixture_add_series(&find(report, DMAFP_ARM_BASE, "plain", "nic")->cells[MAP_4K].map, 9);
	fixture_shift(&again->cells[MAP_64K].map.hist, 3);
	fixture_set_text(&again->created, "2031-01-01T00:00:00Z");
	dmafp_set_add(&report->set, again);
	page = page_of(report);
	check_page(page);
	expect_text(page, "<title>Medians of the boots of map_page 64K from map, keyed on nvme<");
	expect_text(page, "<title>Time series of map_page 4K to map, plain on nic<");
	assert_int_equal(count(page, "<title>Medians of the boots of "), 1);
	assert_int_equal(count(page, "<title>Time series of "), 1);
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB(test_well_formed),
		LAB(test_self_contained),
		LAB(test_deterministic),
		LAB(test_every_row),
		LAB(test_numbers),
		LAB(test_hostile),
		cmocka_unit_test(test_escape),
		LAB(test_refused),
		LAB(test_forced),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_missing_arms),
		LAB(test_drift),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
