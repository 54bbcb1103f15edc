// SPDX-License-Identifier: GPL-2.0-or-later
/* What perf sampled: shares and costs by function, and perf's own words. */
#include <inttypes.h>
#include <stdlib.h>

#include "analysis/functions.h"
#include "analysis/render/escape.h"
#include "analysis/render/html.h"
#include "analysis/render/perf_print.h"
#include "base/file.h"

#define NORMAL_95 1.96

static void print_number(bool known, const char *format, double value, FILE *out)
{
	char text[32] = "?";

	if (known)
		snprintf(text, sizeof(text), format, value);
	dmafp_tag(out, "td", "", "%s", text);
}

static void print_difference(const struct dmafp_functions *f,
			     const struct dmafp_functions_row *row, enum dmafp_arm_id arm,
			     FILE *out)
{
	bool both = dmafp_functions_both(f, arm);
	const char *mark = dmafp_functions_differ(f, row, arm) ? "*" : "";

	if (both)
		dmafp_tag(out, "td", "", "%s%+.1f \u00b1 %.1f", mark,
			  dmafp_functions_difference(row, arm),
			  NORMAL_95 * dmafp_functions_error(row, arm));
	else
		dmafp_tag(out, "td", "", "?");
}

static void print_row(const struct dmafp_functions *f,
		      const struct dmafp_functions_row *row, FILE *out)
{
	unsigned int arm;

	fputs("<tr>", out);
	dmafp_tag(out, "th", " scope=\"row\"", "%s%s", row->name,
		  row->shared ? " (+)" : "");
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		if (!f->arms[arm].boots)
			continue;
		print_number(f->arms[arm].busy, "%.2f", 100 * row->sides[arm].share, out);
		print_number(f->arms[arm].has_cost, "%.1f", row->sides[arm].cost, out);
		if (arm != DMAFP_ARM_BASE)
			print_difference(f, row, arm, out);
	}
	fputs("</tr>\n", out);
}

static void print_heads(const struct dmafp_functions *f, FILE *out)
{
	unsigned int arm;

	fputs("<thead><tr>", out);
	dmafp_tag(out, "th", " scope=\"col\"", "function");
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		if (!f->arms[arm].boots)
			continue;
		dmafp_tag(out, "th", " scope=\"col\"", "%s, %%", dmafp_arm_name(arm));
		dmafp_tag(out, "th", " scope=\"col\"", "per %s", dmafp_functions_unit(f));
		if (arm != DMAFP_ARM_BASE)
			dmafp_tag(out, "th", " scope=\"col\"", "minus base");
	}
	fputs("</tr></thead>\n", out);
}

static void print_table(const struct dmafp_functions *f, FILE *out)
{
	size_t i;

	fputs("<div class=\"scroll\" role=\"group\" aria-label=\"Functions by perf\" "
	      "tabindex=\"0\"><table>\n",
	      out);
	dmafp_tag(out, "caption", "", "Share, and %s per %s, by %s at %" PRIu64 " Hz",
		  f->unit, dmafp_functions_unit(f), f->how->event, f->how->frequency);
	print_heads(f, out);
	fputs("<tbody>\n", out);
	for (i = 0; i < f->nr_rows; i++)
		print_row(f, &f->rows[i], out);
	print_row(f, &f->path, out);
	print_row(f, &f->others, out);
	fputs("</tbody></table></div>\n", out);
}

static void print_arms(const struct dmafp_functions *f, FILE *out)
{
	char *unlike = dmafp_functions_unlike(f);
	unsigned int arm;

	fputs("<ul>", out);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		const struct dmafp_functions_arm *a = &f->arms[arm];

		if (a->boots)
			dmafp_tag(out, "li", "",
				  "%s: %" PRIu64 " of %" PRIu64 " samples were busy, %" PRIu64
				  " idle, %" PRIu64 " of perf itself, %" PRIu64 " lost",
				  dmafp_arm_name(arm), a->busy, a->samples, a->idle,
				  a->recorder, a->lost);
	}
	if (f->how->fallback)
		dmafp_tag(out, "li", "", "%s in place of cycles: %s", f->how->event,
			  f->how->fallback);
	if (unlike)
		dmafp_tag(out, "li", "", "sampled with %s: there is no cost per %s", unlike,
			  dmafp_functions_unit(f));
	free(unlike);
	fputs("</ul>\n", out);
}

static void print_folded(const char *summary, const char *text, FILE *out)
{
	fputs("<details>", out);
	dmafp_tag(out, "summary", "", "%s", summary);
	dmafp_tag(out, "pre", "", "%s", text ? text : "no sample fell into it");
	fputs("</details>\n", out);
}

static void print_texts(const struct dmafp_perf_item *item, const char *symbol, FILE *out)
{
	char *summary;
	size_t i;

	for (i = 0; i < item->nr_diffs; i++) {
		if (!item->diffs[i].text)
			continue;
		summary = dmafp_path("perf diff, base against %s", item->diffs[i].arm);
		print_folded(summary, item->diffs[i].text, out);
		free(summary);
	}
	for (i = 0; i < item->nr_annotations; i++) {
		summary = dmafp_path("perf annotate of %s, %s", symbol,
				     item->annotations[i].arm);
		print_folded(summary, item->annotations[i].text, out);
		free(summary);
	}
}

void dmafp_html_functions(const struct dmafp_view *view, FILE *out)
{
	struct dmafp_functions_list list;
	const struct dmafp_perf_texts *texts;
	const struct dmafp_perf_item *item;
	size_t i;

	fputs("<p>Shares are of the samples in which the CPUs were busy, by their periods where "
	      "the results have these. \u00b1 is 95 % of the "
	      "sampling error. *: more than four standard errors, and more than placebo differs "
	      "from base. (+): others call it as well. What runs with interrupts off is seen by "
	      "cycles of a PMU, and by cpu-clock where they are on again.</p>\n",
	      out);
	dmafp_functions_collect(view->comparison->set, &list);
	for (i = 0; i < list.nr; i++) {
		const struct dmafp_functions *f = &list.items[i];

		dmafp_tag(out, "h3", "", "%s, %s on %s %s", f->title, f->group->mode,
			  f->group->label, f->group->pci);
		fputc('\n', out);
		print_arms(f, out);
		print_table(f, out);
		item = dmafp_perf_find(&view->comparison->set->evidence, f, &texts);
		if (item)
			print_texts(item, texts->symbol, out);
	}
	dmafp_functions_list_free(&list);
}
