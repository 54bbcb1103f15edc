// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Documentation/dev-tools/ktap.rst: a subtest per section, a test per row of
 * patched, and at last the overall verdict, which holds the controls.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/render/reading.h"
#include "analysis/render/render.h"
#include "analysis/render/wrap.h"
#include "analysis/timed.h"
#include "base/file.h"

#define VERSION "KTAP version 1"

/* What a verdict is as a test's result */
static const struct {
	bool ok;
	const char *skip; /* why it neither passes nor fails */
} results[DMAFP_NR_VERDICTS] = {
	[DMAFP_EQUIVALENT] = { true, NULL },
	[DMAFP_IMPROVED] = { true, NULL },
	[DMAFP_REGRESSED] = { false, NULL },
	[DMAFP_INVALID] = { false, NULL },
	[DMAFP_INCONCLUSIVE] = { true, "INCONCLUSIVE: not settled" },
	[DMAFP_NOT_REACHED] = { true, "NOT REACHED: no difference claimed, the path did not run" },
	[DMAFP_NOT_JUDGED] = { true, "NOT JUDGED" },
};

/* A description may not hold the sign that ends it */
static void print_name(const char *name, FILE *out)
{
	char *ascii = dmafp_wrap_ascii(name), *c;

	for (c = ascii; *c; c++)
		fputc(*c == '#' ? '_' : *c, out);
	free(ascii);
}

static void print_note(const char *indent, const char *text, FILE *out)
{
	char *ascii = dmafp_wrap_ascii(text);

	fprintf(out, "%s# %s\n", indent, ascii);
	free(ascii);
}

static void print_result(const char *indent, size_t nr, const char *name,
			 enum dmafp_verdict verdict, FILE *out)
{
	fprintf(out, "%s%s %zu ", indent, results[verdict].ok ? "ok" : "not ok", nr);
	print_name(name, out);
	if (results[verdict].skip)
		fprintf(out, " # SKIP %s", results[verdict].skip);
	fputc('\n', out);
}

static void print_forced(const char *indent, const struct dmafp_judgement *j, FILE *out)
{
	if (dmafp_judgement_forced(j))
		print_note(indent, "FORCED: these results cannot be compared", out);
}

/* "base 19, patched 16 instructions per op (p50)" */
static void print_numbers(const struct dmafp_row *row, const struct dmafp_row_verdict *v,
			  FILE *out)
{
	struct dmafp_reading base, patched;
	const char *format;

	if (!dmafp_reading_of(row, v, DMAFP_ARM_BASE, DMAFP_STATISTIC_P50, &base) ||
	    !dmafp_reading_of(row, v, DMAFP_ARM_PATCHED, DMAFP_STATISTIC_P50, &patched))
		return;
	format = v->timed ? "  # base %.2f, patched %.2f %s per op (p50), difference %+.2f" :
			    "  # base %.9g, patched %.9g %s per op (p50), difference %+.9g";
	fprintf(out, format, base.value, patched.value, dmafp_reading_unit(v),
		patched.difference);
	if (patched.effect)
		fprintf(out, ", 95 %% interval %+.2f to %+.2f, margin %.2f",
			patched.effect->difference_95.low, patched.effect->difference_95.high,
			v->margin);
	fprintf(out, ": %s\n", dmafp_verdict_name(v->verdicts[DMAFP_ARM_PATCHED]));
}

static void print_row(size_t nr, const struct dmafp_row *row, const struct dmafp_row_verdict *v,
		      FILE *out)
{
	char *title = dmafp_cell_title(row->cell);
	char *name = dmafp_path("%s %s", title, dmafp_row_phase_name(row->phase));
	size_t i;

	print_numbers(row, v, out);
	for (i = 0; i < v->notes.nr; i++)
		print_note("  ", v->notes.items[i], out);
	print_result("  ", nr, name, v->verdicts[DMAFP_ARM_PATCHED], out);
	free(name);
	free(title);
}

/* "base 4414, patched 4411 instructions per IO (p50), difference -3, predicted -3, floor 0" */
static void print_load_numbers(const struct dmafp_traffic_row *row,
			       const struct dmafp_traffic_verdict *v, FILE *out)
{
	const struct dmafp_effect *e = &v->effects[DMAFP_ARM_PATCHED][v->statistic];
	double predicted = v->predicted[DMAFP_ARM_PATCHED];

	if (isnan(v->measured[DMAFP_ARM_PATCHED]))
		return;
	fprintf(out, "  # base %.9g, patched %.9g %s per %s (%s), difference %+.9g",
		v->arms[DMAFP_ARM_BASE], v->arms[DMAFP_ARM_PATCHED],
		v->timed ? "ns" : "instructions", dmafp_load_unit(row->load),
		dmafp_statistic_name(v->statistic), v->measured[DMAFP_ARM_PATCHED]);
	if (!isnan(predicted))
		fprintf(out, ", predicted %+.9g", predicted);
	if (!v->timed && isfinite(v->floor))
		fprintf(out, ", floor %.9g", v->floor);
	if (v->timed && e->known)
		fprintf(out, ", 95 %% interval %+.2f to %+.2f, margin %.2f", e->difference_95.low,
			e->difference_95.high, v->margin);
	fprintf(out, ": %s\n", dmafp_verdict_name(v->verdicts[DMAFP_ARM_PATCHED]));
}

static void print_load(size_t nr, const struct dmafp_traffic_row *row,
		       const struct dmafp_traffic_verdict *v, FILE *out)
{
	char *name = dmafp_traffic_title(row);
	size_t i;

	print_load_numbers(row, v, out);
	for (i = 0; i < v->notes.nr; i++)
		print_note("  ", v->notes.items[i], out);
	print_result("  ", nr, name, v->verdicts[DMAFP_ARM_PATCHED], out);
	free(name);
}

static enum dmafp_verdict sum_of(enum dmafp_verdict sum, enum dmafp_verdict verdict)
{
	if (!results[sum].ok)
		return sum;
	if (!results[verdict].ok || !results[verdict].skip ||
	    (verdict == DMAFP_INCONCLUSIVE && results[sum].skip))
		return verdict;
	return sum;
}

/* A subtest fails with any of its tests, and is skipped if all of them are */
static enum dmafp_verdict sum_up(const struct dmafp_judgement *j,
				 const struct dmafp_section *section)
{
	enum dmafp_verdict sum = DMAFP_NOT_JUDGED;
	size_t i;

	for (i = 0; i < section->nr_rows; i++)
		sum = sum_of(sum, j->rows[section->first_row + i].verdicts[DMAFP_ARM_PATCHED]);
	for (i = 0; i < section->nr_traffic; i++)
		sum = sum_of(sum, j->traffic_rows[section->first_traffic + i]
					  .verdicts[DMAFP_ARM_PATCHED]);
	return sum;
}

static void print_section(size_t nr, const struct dmafp_comparison *c,
			  const struct dmafp_judgement *j, const struct dmafp_section *section,
			  FILE *out)
{
	char *title = dmafp_group_title(section->group);
	size_t i;

	fprintf(out, "  " VERSION "\n  # Subtest: ");
	print_name(title, out);
	fputc('\n', out);
	print_forced("  ", j, out);
	fprintf(out, "  1..%zu\n", section->nr_rows + section->nr_traffic);
	for (i = 0; i < section->nr_rows; i++)
		print_row(i + 1, &c->rows[section->first_row + i],
			  &j->rows[section->first_row + i], out);
	for (i = 0; i < section->nr_traffic; i++)
		print_load(section->nr_rows + i + 1, &c->traffic_rows[section->first_traffic + i],
			   &j->traffic_rows[section->first_traffic + i], out);
	print_result("", nr, title, sum_up(j, section), out);
	free(title);
}

static void print_overall(size_t nr, const struct dmafp_comparison *c,
			  const struct dmafp_judgement *j, FILE *out)
{
	struct dmafp_lines stop = { 0 };
	size_t i;

	print_note("", dmafp_verdict_name(j->overall), out);
	dmafp_stop_say(c, j, &stop);
	for (i = 0; i < stop.nr; i++)
		print_note("", stop.items[i], out);
	dmafp_lines_free(&stop);
	for (i = 0; i < j->differences.nr; i++)
		print_note("", j->differences.items[i], out);
	for (i = 0; i < j->reasons.nr; i++)
		print_note("", j->reasons.items[i], out);
	for (i = 0; i < j->notes.nr; i++)
		print_note("", j->notes.items[i], out);
	print_result("", nr, "overall verdict", j->overall, out);
}

/* A section without a row has no test that could pass */
static bool has_tests(const struct dmafp_section *section)
{
	return section->nr_rows || section->nr_traffic;
}

static size_t count_sections(const struct dmafp_comparison *c, const struct dmafp_judgement *j)
{
	size_t i, nr = 0;

	for (i = 0; i < c->nr_sections && !dmafp_judgement_refused(j); i++)
		nr += has_tests(&c->sections[i]);
	return nr;
}

static void render(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	const struct dmafp_judgement *j = view->judgement;
	size_t i, nr = 0, sections = count_sections(c, j);

	fprintf(out, VERSION "\n");
	print_forced("", j, out);
	fprintf(out, "1..%zu\n", sections + 1);
	for (i = 0; sections && i < c->nr_sections; i++)
		if (has_tests(&c->sections[i]))
			print_section(++nr, c, j, &c->sections[i], out);
	print_overall(nr + 1, c, j, out);
}

const struct dmafp_renderer dmafp_render_ktap = {
	.name = "ktap",
	.summary = "KTAP version 1: a test per row, for CI",
	.render = render,
};
