// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/place.h"
#include "analysis/render/escape.h"
#include "analysis/render/html.h"
#include "analysis/render/text.h"
#include "analysis/render/text_calls.h"
#include "analysis/render/text_legend.h"

/* Rows: a table has some of a section's, judged ones or those that may sleep */

static bool belongs(const struct dmafp_row *row, bool sleeping)
{
	return !row->is_null && row->cell->sleeps == sleeping;
}

static void print_quantile(const struct dmafp_side *side, FILE *out)
{
	if (side->phase)
		fprintf(out, "<td>%s%" PRIu64 "</td>", side->stats.p50_exact ? "" : "~",
			side->stats.p50);
	else
		fputs("<td>?</td>", out);
}

/* "~": from buckets of several ticks; ".": not judged, as in the text */
static void print_delta(int64_t delta, bool judged, bool exact, FILE *out)
{
	if (!judged)
		fprintf(out, "<td class=\"dim\">. %+" PRId64 "</td>", delta);
	else
		fprintf(out, "<td%s>%s%+" PRId64 "</td>", delta ? " class=\"d\"" : "",
			exact ? "" : "~", delta);
}

static void print_deltas(const struct dmafp_row *row, enum dmafp_arm_id arm, FILE *out)
{
	const struct dmafp_side *side = &row->sides[arm], *base = &row->sides[DMAFP_ARM_BASE];
	struct dmafp_basis basis = dmafp_row_basis(row, arm);

	if (!side->phase || !base->phase) {
		fputs("<td>?</td><td>?</td><td>?</td><td>?</td>", out);
		return;
	}
	print_delta(side->delta.min, true, true, out);
	print_delta(side->delta.p50, true, side->stats.p50_exact && base->stats.p50_exact, out);
	print_delta(side->delta.p99, true, side->stats.p99_exact && base->stats.p99_exact, out);
	print_delta(side->delta.sum, basis.total, true, out);
}

static void print_row(const struct dmafp_view *view, size_t i, enum dmafp_arm_id arm, FILE *out)
{
	const struct dmafp_row *row = &view->comparison->rows[i];
	const struct dmafp_row_verdict *v = &view->judgement->rows[i];
	char *title = dmafp_html_row_title(row), calls[DMAFP_TEXT_CALLS];

	dmafp_text_calls(row, v, arm, calls);
	fputs("<tr>", out);
	dmafp_tag(out, "th", " scope=\"row\"", "%s", title);
	dmafp_html_verdict(out, v->verdicts[arm]);
	print_deltas(row, arm, out);
	print_quantile(&row->sides[DMAFP_ARM_BASE], out);
	print_quantile(&row->sides[arm], out);
	dmafp_tag(out, "td", "", "%s", calls);
	fputs("</tr>\n", out);
	free(title);
}

static void print_table(const struct dmafp_view *view, const struct dmafp_section *section,
			enum dmafp_arm_id arm, bool sleeping, FILE *out)
{
	size_t i;

	fprintf(out,
		"<div class=\"scroll\" role=\"group\" aria-label=\"%s\" tabindex=\"0\"><table>\n"
		"<caption>%s against base</caption>\n<thead><tr><th scope=\"col\">op</th>"
		"<th scope=\"col\" class=\"v\">verdict</th><th scope=\"col\">\xce\x94 min</th>"
		"<th scope=\"col\">\xce\x94 p50</th><th scope=\"col\">\xce\x94 p99</th>"
		"<th scope=\"col\">\xce\x94 total</th><th scope=\"col\">base p50</th>"
		"<th scope=\"col\">%s p50</th><th scope=\"col\">calls/op</th></tr></thead>\n"
		"<tbody>\n",
		dmafp_arm_name(arm), dmafp_arm_name(arm), dmafp_arm_name(arm));
	for (i = section->first_row; i < section->first_row + section->nr_rows; i++)
		if (belongs(&view->comparison->rows[i], sleeping))
			print_row(view, i, arm, out);
	fputs("</tbody></table></div>\n", out);
}

/* A control has its table, and what must come out of it */
static void print_control(const struct dmafp_view *view, const struct dmafp_section *section,
			  enum dmafp_arm_id arm, bool sleeping, FILE *out)
{
	const char *must = arm == DMAFP_ARM_PLACEBO
				   ? "the same instructions elsewhere: must be EQUIVALENT"
				   : "takes the mutex always: must be REGRESSED where reached";

	if (!section->group->arms[arm].nr) {
		dmafp_tag(out, "p", "", "%s was not measured.", dmafp_arm_name(arm));
		return;
	}
	fputs("<details open=\"open\"><summary>", out);
	dmafp_escapef(out, "%s, a control, %s", dmafp_arm_name(arm),
		      sleeping ? "not judged here" : must);
	fputs("</summary>\n", out);
	print_table(view, section, arm, sleeping, out);
	fputs("</details>\n", out);
}

static void print_section(const struct dmafp_view *view, const struct dmafp_section *section,
			  bool sleeping, FILE *out)
{
	if (section->group->arms[DMAFP_ARM_PATCHED].nr)
		print_table(view, section, DMAFP_ARM_PATCHED, sleeping, out);
	else
		fputs("<p>patched was not measured.</p>\n", out);
	print_control(view, section, DMAFP_ARM_ALWAYS_LOCK, sleeping, out);
	print_control(view, section, DMAFP_ARM_PLACEBO, sleeping, out);
}

/* Sections that read the same share their tables */
static void print_sections(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		char *where = dmafp_html_same_sections(view, i);

		if (where) {
			dmafp_tag(out, "h3", "", "%s", where);
			fputc('\n', out);
			print_section(view, &c->sections[i], false, out);
		}
		free(where);
	}
}

/* Ops that may sleep differ from section to section */

static bool any_sleeping(const struct dmafp_comparison *c, const struct dmafp_section *section)
{
	size_t i;

	for (i = section->first_row; i < section->first_row + section->nr_rows; i++)
		if (belongs(&c->rows[i], true))
			return true;
	return false;
}

static void print_sleeping(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		char *title = dmafp_group_title(c->sections[i].group);

		if (any_sleeping(c, &c->sections[i])) {
			dmafp_tag(out, "h3", "", "%s: ops that may sleep, shown and not judged",
				  title);
			fputc('\n', out);
			print_section(view, &c->sections[i], true, out);
		}
		free(title);
	}
}

static void legend_text(const struct dmafp_view *view, FILE *out)
{
	dmafp_text_legend(view->comparison, view->judgement, out);
	dmafp_text_floor(view->comparison, out);
}

void dmafp_html_tables(const struct dmafp_view *view, FILE *out)
{
	struct dmafp_lines legend = { 0 };

	dmafp_html_unfold(legend_text, view, 0, &legend);
	if (legend.nr)
		dmafp_tag(out, "p", "", "%s", legend.items[0]);
	fputc('\n', out);
	dmafp_lines_free(&legend);
	print_sections(view, out);
	print_sleeping(view, out);
}
