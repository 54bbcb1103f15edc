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

/* Of the timed domain: the estimate, its interval and what it is held against */

static void print_interval(const struct dmafp_effect *e, FILE *out)
{
	if (e->known)
		fprintf(out, "<td>%+.2f to %+.2f</td>", e->difference_95.low,
			e->difference_95.high);
	else
		fputs("<td>too few boots</td>", out);
}

static void print_difference(const struct dmafp_effect *e, FILE *out)
{
	if (e->nr_base && e->nr_arm)
		fprintf(out, "<td>%+.2f</td>", e->difference);
	else
		fputs("<td>?</td>", out);
}

static void print_boots(const struct dmafp_row_verdict *v, enum dmafp_arm_id arm, FILE *out)
{
	const struct dmafp_effect *e = &v->effects[arm][DMAFP_STATISTIC_P50];

	fprintf(out, "<td>%zu, %zu</td>", e->nr_base, e->nr_arm);
	if (v->boots[arm])
		fprintf(out, "<td>%zu</td>", v->boots[arm]);
	else
		fprintf(out, "<td>%s</td>",
			v->verdicts[arm] != DMAFP_INCONCLUSIVE ? "" :
			v->barred[arm]			       ? "see notes" :
								 "no number");
}

static void print_effects(const struct dmafp_row_verdict *v, enum dmafp_arm_id arm, FILE *out)
{
	const struct dmafp_effect *e = &v->effects[arm][DMAFP_STATISTIC_P50];

	print_difference(e, out);
	print_interval(e, out);
	if (e->known && e->has_ratio)
		fprintf(out, "<td>%+.2f %%</td>", 100 * (e->ratio - 1));
	else
		fputs("<td>?</td>", out);
	fprintf(out, "<td>%.2f</td>", v->margin);
	print_interval(&v->effects[DMAFP_ARM_BASE][DMAFP_STATISTIC_P50], out);
	if (e->known)
		fprintf(out, "<td>%.3g</td><td>%.3g</td>", e->p_equivalent, v->p[arm]);
	else
		fputs("<td>?</td><td>?</td>", out);
	print_boots(v, arm, out);
	print_difference(&v->effects[arm][DMAFP_STATISTIC_MIN], out);
	print_difference(&v->effects[arm][DMAFP_STATISTIC_P99], out);
	fprintf(out, "<td>%.2f</td><td>%.2f</td>", e->base, e->arm);
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
	if (v->timed) {
		print_effects(v, arm, out);
	} else {
		print_deltas(row, arm, out);
		print_quantile(&row->sides[DMAFP_ARM_BASE], out);
		print_quantile(&row->sides[arm], out);
	}
	dmafp_tag(out, "td", "", "%s", calls);
	fputs("</tr>\n", out);
	free(title);
}

static void print_heads(bool timed, FILE *out)
{
	static const char *const exact[] = { "\xce\x94 min",	  "\xce\x94 p50", "\xce\x94 p99",
					     "\xce\x94 total", "base p50",	   "arm p50" };
	static const char *const estimated[] = {
		"\xce\x94 p50",	"95 % interval", "ratio",	   "margin",
		"A/A floor",	"p equivalent",	 "p beyond",	   "boots: base, arm",
		"boots needed", "\xce\x94 min",  "\xce\x94 p99", "base p50",
		"arm p50",
	};
	const char *const *heads = timed ? estimated : exact;
	size_t nr = timed ? sizeof(estimated) / sizeof(estimated[0])
			  : sizeof(exact) / sizeof(exact[0]),
	       i;

	fputs("<thead><tr><th scope=\"col\">op</th><th scope=\"col\" class=\"v\">verdict</th>",
	      out);
	for (i = 0; i < nr; i++)
		fprintf(out, "<th scope=\"col\">%s</th>", heads[i]);
	fputs("<th scope=\"col\">calls/op</th></tr></thead>\n<tbody>\n", out);
}

static void print_table(const struct dmafp_view *view, const struct dmafp_section *section,
			enum dmafp_arm_id arm, bool sleeping, FILE *out)
{
	bool timed = section->nr_rows && view->judgement->rows[section->first_row].timed;
	size_t i;

	fprintf(out,
		"<div class=\"scroll\" role=\"group\" aria-label=\"%s\" tabindex=\"0\"><table>\n"
		"<caption>%s against base</caption>\n",
		dmafp_arm_name(arm), dmafp_arm_name(arm));
	print_heads(timed, out);
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
