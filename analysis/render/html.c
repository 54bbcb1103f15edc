// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One self-contained page.  It is XML as well as HTML: no script, nothing from
 * elsewhere, and every text that comes from a file is escaped.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/functions.h"
#include "analysis/render/escape.h"
#include "analysis/render/html.h"

/* The parts behind the head, in their order; @is_there NULL: always */
static bool has_rows(const struct dmafp_view *view);
static bool has_traffic(const struct dmafp_view *view);
static bool has_curves(const struct dmafp_view *view);
static bool has_firsts(const struct dmafp_view *view);
static bool has_walks(const struct dmafp_view *view);
static bool has_steps(const struct dmafp_view *view);
static bool has_functions(const struct dmafp_view *view);

static const struct part {
	const char *id, *title;
	bool (*is_there)(const struct dmafp_view *view);
	void (*print)(const struct dmafp_view *view, FILE *out);
} parts[] = {
	{ "source", "What was measured", NULL, dmafp_html_source },
	{ "differences", "Differences", has_rows, dmafp_html_forest },
	{ "tables", "Tables", has_rows, dmafp_html_tables },
	{ "scaling", "Scaling", has_curves, dmafp_html_scaling },
	{ "distributions", "Distributions", has_rows, dmafp_html_spread },
	{ "traffic", "Real traffic", has_traffic, dmafp_html_traffic },
	{ "drift", "Over time", has_rows, dmafp_html_drift },
	{ "first", "First map", has_firsts, dmafp_html_first_maps },
	{ "path", "The path, instruction by instruction", has_walks, dmafp_html_walks },
	{ "profile", "Where the instructions go", has_steps, dmafp_html_steps },
	{ "perf", "What perf samples", has_functions, dmafp_html_functions },
	{ "notes", "Negative or surprising rows explained", NULL, dmafp_html_notes },
	{ "commands", "How to reproduce", NULL, dmafp_html_commands },
};

#define NR_PARTS (sizeof(parts) / sizeof(parts[0]))

static bool has_rows(const struct dmafp_view *view)
{
	return view->comparison->nr_rows;
}

static bool has_traffic(const struct dmafp_view *view)
{
	return view->comparison->nr_traffic_rows;
}

static bool has_curves(const struct dmafp_view *view)
{
	return view->comparison->scaling.nr;
}

static bool has_firsts(const struct dmafp_view *view)
{
	const struct dmafp_comparison *c = view->comparison;
	unsigned int arm;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			if (c->sections[i].firsts[arm].first)
				return true;
	return false;
}

static bool has_walks(const struct dmafp_view *view)
{
	return view->comparison->set->evidence.nr_walks;
}

static bool has_steps(const struct dmafp_view *view)
{
	return view->comparison->set->evidence.nr_steps;
}

static bool has_functions(const struct dmafp_view *view)
{
	struct dmafp_functions_list list;
	bool any;

	dmafp_functions_collect(view->comparison->set, &list);
	any = list.nr;
	dmafp_functions_list_free(&list);
	return any;
}

static bool is_there(const struct part *part, const struct dmafp_view *view)
{
	return !part->is_there || part->is_there(view);
}

static void print_contents(const struct dmafp_view *view, FILE *out)
{
	size_t i;

	fputs("<nav aria-label=\"Contents\"><ul>\n", out);
	for (i = 0; i < NR_PARTS; i++) {
		if (!is_there(&parts[i], view))
			continue;
		fprintf(out, "<li><a href=\"#%s\">", parts[i].id);
		dmafp_escape(out, parts[i].title);
		fputs("</a></li>\n", out);
	}
	fputs("</ul></nav>\n", out);
}

/* On every printed page: the head of a table is repeated there */
static void print_mark(const struct dmafp_view *view, FILE *out)
{
	if (dmafp_judgement_forced(view->judgement))
		fputs("<div class=\"mark\" role=\"note\"><p>FORCED: judged although the results "
		      "cannot be compared</p></div>\n",
		      out);
}

static void print_start(const struct dmafp_view *view, FILE *out)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n"
	      "<head>\n<meta charset=\"utf-8\"/>\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	      "<meta name=\"color-scheme\" content=\"light dark\"/>\n",
	      out);
	dmafp_tag(out, "title", "", "%sdmafp: %s",
		  dmafp_judgement_forced(view->judgement) ? "FORCED: " : "",
		  dmafp_verdict_name(view->judgement->overall));
	fprintf(out, "\n<style>\n%s</style>\n</head>\n<body>\n<div class=\"page\">\n",
		dmafp_html_style);
	print_mark(view, out);
	fputs("<div class=\"body\">\n", out);
}

static void print_parts(const struct dmafp_view *view, FILE *out)
{
	size_t i;

	print_contents(view, out);
	fputs("<main>\n", out);
	for (i = 0; i < NR_PARTS; i++) {
		if (!is_there(&parts[i], view))
			continue;
		fprintf(out, "<section id=\"%s\">\n", parts[i].id);
		dmafp_tag(out, "h2", "", "%s", parts[i].title);
		fputc('\n', out);
		parts[i].print(view, out);
		fputs("</section>\n", out);
	}
	fputs("</main>\n", out);
}

static void render(const struct dmafp_view *view, FILE *out)
{
	print_start(view, out);
	dmafp_html_head(view, out);
	if (!dmafp_judgement_refused(view->judgement))
		print_parts(view, out);
	fprintf(out, "<footer><p>dmafp %s</p></footer>\n</div>\n</div>\n</body>\n</html>\n",
		DMAFP_VERSION);
}

const struct dmafp_renderer dmafp_render_html = {
	.name = "html",
	.summary = "one page with tables and plots, for a browser",
	.render = render,
};
