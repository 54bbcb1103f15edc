// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "analysis/place.h"
#include "analysis/render/escape.h"
#include "analysis/render/html.h"
#include "analysis/render/text.h"
#include "base/alloc.h"

static void list(const struct dmafp_lines *lines, FILE *out)
{
	size_t i;

	fputs("<ul>\n", out);
	for (i = 0; i < lines->nr; i++) {
		dmafp_tag(out, "li", "", "%s", lines->items[i]);
		fputc('\n', out);
	}
	fputs("</ul>\n", out);
}

/* The patch, if the results name it */
static const char *find_title(const struct dmafp_view *view)
{
	const struct dmafp_comparison *c = view->comparison;
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_boots *b = &c->sections[i].group->arms[DMAFP_ARM_PATCHED];

		if (b->nr && b->items[0]->nr_patches && b->items[0]->patches[0].name)
			return b->items[0]->patches[0].name;
	}
	return "Cost on the DMA mapping fast path";
}

static void print_verdict(const struct dmafp_view *view, FILE *out)
{
	static const char *const classes[DMAFP_NR_VERDICTS] = {
		[DMAFP_EQUIVALENT] = "good",   [DMAFP_IMPROVED] = "good",
		[DMAFP_REGRESSED] = "bad",     [DMAFP_INCONCLUSIVE] = "open",
		[DMAFP_INVALID] = "void",      [DMAFP_NOT_REACHED] = "none",
		[DMAFP_NOT_JUDGED] = "none",
	};
	enum dmafp_verdict overall = view->judgement->overall;

	fprintf(out, "<p class=\"verdict %s\"><span aria-hidden=\"true\">%s</span> %s</p>\n",
		classes[overall], dmafp_html_sign(overall), dmafp_verdict_name(overall));
}

/* The arms' numbers, as the text report says them */

static void print_text(const struct dmafp_view *view, FILE *out)
{
	dmafp_text_head(view->comparison, view->judgement, out);
}

/* "-3" of "-3 on all 22 rows", "-3 to +1" of "-3 to +1 (most: ...) on ..." */
static size_t number_length(const char *text)
{
	const char *on = strstr(text, " on "), *bracket = strstr(text, " (");

	if (!strchr("+-0123456789", *text) || !on)
		return 0;
	return (size_t)((bracket && bracket < on ? bracket : on) - text);
}

static void print_card(const char *line, FILE *out)
{
	size_t len;

	line += strspn(line, " ");
	len = strcspn(line, " ");
	fputs("<div class=\"card\">", out);
	dmafp_tag(out, "p", " class=\"arm\"", "%.*s", (int)len, line);
	line += len;
	line += strspn(line, " ");
	len = number_length(line);
	if (len)
		dmafp_tag(out, "p", " class=\"number\"", "%.*s", (int)len, line);
	dmafp_tag(out, "p", "", "%s", line + len);
	fputs("</div>\n", out);
}

static bool is_arm(const char *line)
{
	return *line == ' ';
}

static void print_cards(const struct dmafp_lines *lines, FILE *out)
{
	size_t i;

	fputs("<div class=\"cards\">\n", out);
	for (i = 0; i < lines->nr; i++)
		if (is_arm(lines->items[i]))
			print_card(lines->items[i], out);
	fputs("</div>\n", out);
}

/* The first line is the verdict, which stands above */
static void print_sentences(const struct dmafp_lines *lines, bool before, FILE *out)
{
	bool seen = false;
	size_t i;

	for (i = 1; i < lines->nr; i++) {
		seen |= is_arm(lines->items[i]);
		if (seen == before || is_arm(lines->items[i]))
			continue;
		dmafp_tag(out, "p", "", "%s", lines->items[i]);
		fputc('\n', out);
	}
}

static void print_domain(const struct dmafp_view *view, FILE *out)
{
	fputs(dmafp_html_timed(view)
		      ? "<p>Domain: timed. A tick is time on the clock of the machine; the boot "
			"is the replicate.</p>\n"
		      : "<p>Domain: exact. A tick is one instruction of the guest; lower is "
			"better.</p>\n",
	      out);
}

static void print_differences(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_judgement *j = view->judgement;

	if (!j->differences.nr)
		return;
	fprintf(out, "<div class=\"warning\"><h2>These results cannot be compared</h2>\n<p>%s</p>\n",
		dmafp_judgement_forced(j)
			? "FORCED: they were judged all the same. What differs:"
			: "Nothing was judged; dmafp diff --force does, and marks every page. "
			  "What differs:");
	list(&j->differences, out);
	fputs("</div>\n", out);
}

void dmafp_html_head(const struct dmafp_view *view, FILE *out)
{
	struct dmafp_lines lines = { 0 };

	dmafp_html_unfold(print_text, view, 12, &lines);
	fputs("<header>\n<p class=\"tool\">dmafp: cost on the Linux DMA mapping fast path</p>\n",
	      out);
	dmafp_tag(out, "h1", "", "%s", find_title(view));
	fputc('\n', out);
	print_verdict(view, out);
	print_differences(view, out);
	if (!dmafp_judgement_refused(view->judgement)) {
		print_sentences(&lines, true, out);
		print_cards(&lines, out);
		print_sentences(&lines, false, out);
		print_domain(view, out);
	}
	list(&view->judgement->reasons, out);
	fputs("</header>\n", out);
	dmafp_lines_free(&lines);
}
