// SPDX-License-Identifier: GPL-2.0-or-later
/* What the parts of the HTML report share. */
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/place.h"
#include "analysis/render/escape.h"
#include "analysis/render/html.h"
#include "analysis/render/svg.h"
#include "analysis/render/text_same.h"
#include "base/alloc.h"
#include "base/file.h"

bool dmafp_html_timed(const struct dmafp_view *view)
{
	const struct dmafp_set *set = view->comparison->set;
	size_t i;

	for (i = 0; i < set->nr; i++)
		if (set->results[i]->domain != DMAFP_DOMAIN_EXACT)
			return true;
	return false;
}

bool dmafp_html_measured(const struct dmafp_view *view, enum dmafp_arm_id arm)
{
	const struct dmafp_comparison *c = view->comparison;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		if (c->sections[i].group->arms[arm].nr)
			return true;
	return false;
}

char *dmafp_html_row_title(const struct dmafp_row *row)
{
	char *cell = dmafp_cell_title(row->cell);
	char *title = dmafp_path("%s %s", cell, dmafp_row_phase_name(row->phase));

	free(cell);
	return title;
}

const struct dmafp_stats *dmafp_html_any_stats(const struct dmafp_row *row)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS - 1 && !row->sides[arm].phase; arm++)
		;
	return &row->sides[arm].stats;
}

char *dmafp_html_same_sections(const struct dmafp_view *view, size_t i)
{
	const struct dmafp_comparison *c = view->comparison;
	bool *same = dmafp_alloc(c->nr_sections, sizeof(*same));
	bool empty = !c->sections[i].nr_rows && c->sections[i].nr_traffic;
	char *where = NULL;
	size_t k;

	for (k = 0; !empty && k < c->nr_sections; k++) {
		same[k] = k == i || dmafp_text_same(c, view->judgement, &c->sections[i],
						    &c->sections[k]);
		if (same[k] && k < i)
			break;
	}
	if (k == c->nr_sections)
		where = dmafp_place_sections(c, same);
	free(same);
	return where;
}

/* Marks: another shape for every arm */

void dmafp_html_marker(FILE *out, enum dmafp_arm_id arm, double x, double y, double size)
{
	static const char *const shapes[DMAFP_NR_ARMS] = {
		[DMAFP_ARM_BASE] = "m-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0",
		[DMAFP_ARM_PATCHED] = "m-.9-.9h1.8v1.8h-1.8z",
		[DMAFP_ARM_ALWAYS_LOCK] = "m0-1.1 1.1 2h-2.2z",
		[DMAFP_ARM_PLACEBO] = "m0-1.2 1.2 1.2-1.2 1.2-1.2-1.2z",
	};

	fprintf(out, "<path class=\"m a%d\" transform=\"translate(", arm);
	dmafp_svg_number(out, x);
	fputc(' ', out);
	dmafp_svg_number(out, y);
	fprintf(out, ") scale(%g)\" d=\"M0 0%s\"/>", size, shapes[arm]);
}

void dmafp_html_legend(const struct dmafp_view *view, FILE *out)
{
	unsigned int arm;

	fputs("<p class=\"legend\">", out);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		if (!dmafp_html_measured(view, arm))
			continue;
		fputs("<span><svg class=\"key\" viewBox=\"0 0 30 12\" aria-hidden=\"true\">", out);
		fprintf(out, "<path class=\"l a%u\" d=\"M0 6H30\"/>", arm);
		dmafp_html_marker(out, arm, 15, 6, 4);
		fprintf(out, "</svg> %s</span> ", dmafp_arm_name(arm));
	}
	fputs("</p>\n", out);
}

/* Verdicts */

static const struct {
	const char *sign, *class;
} verdicts[DMAFP_NR_VERDICTS] = {
	[DMAFP_EQUIVALENT] = { "=", "good" },
	[DMAFP_IMPROVED] = { "\xe2\x96\xbc", "good" },	/* down */
	[DMAFP_REGRESSED] = { "\xe2\x96\xb2", "bad" },	/* up */
	[DMAFP_INCONCLUSIVE] = { "?", "open" },
	[DMAFP_INVALID] = { "\xc3\x97", "void" },	/* times */
	[DMAFP_NOT_REACHED] = { "\xe2\x80\x93", "none" }, /* dash */
	[DMAFP_NOT_JUDGED] = { "", "none" },
};

const char *dmafp_html_sign(enum dmafp_verdict verdict)
{
	return verdicts[verdict].sign;
}

void dmafp_html_verdict(FILE *out, enum dmafp_verdict verdict)
{
	fprintf(out, "<td class=\"v %s\">%s %s</td>", verdicts[verdict].class,
		verdicts[verdict].sign, dmafp_verdict_name(verdict));
}

/* Parts of the text report */

static char *text_of(void (*print)(const struct dmafp_view *view, FILE *out),
		     const struct dmafp_view *view)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	print(view, out);
	if (fclose(out))
		abort();
	return text;
}

static bool is_heading(const char *line)
{
	return !strncmp(line, "== ", 3);
}

static void extend(struct dmafp_lines *lines, const char *more)
{
	char **last = &lines->items[lines->nr - 1], *both = dmafp_path("%s %s", *last, more);

	free(*last);
	*last = both;
}

void dmafp_html_unfold(void (*print)(const struct dmafp_view *view, FILE *out),
		       const struct dmafp_view *view, size_t indent,
		       struct dmafp_lines *lines)
{
	char *text = text_of(print, view), *rest = text, *line;

	while ((line = strsep(&rest, "\n"))) {
		size_t blanks = strspn(line, " ");

		if (!line[blanks] || is_heading(line))
			continue;
		if (lines->nr && blanks >= indent)
			extend(lines, line + blanks);
		else
			dmafp_lines_add(lines, "%s", line);
	}
	free(text);
}

void dmafp_html_plain(void (*print)(const struct dmafp_view *view, FILE *out),
		      const struct dmafp_view *view, FILE *out)
{
	char *text = text_of(print, view), *rest = text, *line;
	bool open = false;

	while ((line = strsep(&rest, "\n"))) {
		if (is_heading(line)) {
			fputs(open ? "</pre>\n" : "", out);
			open = false;
			dmafp_tag(out, "h3", "", "%s", line + 3);
			continue;
		}
		if (!*line)
			continue;
		if (!open)
			fputs("\n<pre class=\"scroll\" tabindex=\"0\">", out);
		open = true;
		dmafp_escapef(out, "%s\n", line);
	}
	fputs(open ? "</pre>\n" : "", out);
	free(text);
}
