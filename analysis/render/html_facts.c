// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts, notes and commands: what the text report says, laid out for a page. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/render/escape.h"
#include "analysis/render/html.h"
#include "analysis/render/text.h"

#define FACT_INDENT 10 /* as wide as the names of the facts */

static void source_text(const struct dmafp_view *view, FILE *out)
{
	dmafp_text_source(view->comparison, out);
}

static void print_fact(const char *line, FILE *out)
{
	const char *colon = strchr(line, ':');

	if (!colon)
		return;
	fputs("<div>", out);
	dmafp_tag(out, "dt", "", "%.*s", (int)(colon - line), line);
	colon++;
	dmafp_tag(out, "dd", "", "%s", colon + strspn(colon, " "));
	fputs("</div>\n", out);
}

void dmafp_html_source(const struct dmafp_view *view, FILE *out)
{
	struct dmafp_lines facts = { 0 };
	size_t i;

	dmafp_html_unfold(source_text, view, FACT_INDENT, &facts);
	fputs("<dl>\n", out);
	for (i = 0; i < facts.nr; i++)
		print_fact(facts.items[i], out);
	if (!facts.nr)
		fputs("<div><dt>Results</dt><dd>none</dd></div>\n", out);
	fputs("</dl>\n", out);
	dmafp_lines_free(&facts);
}

static void notes_text(const struct dmafp_view *view, FILE *out)
{
	dmafp_text_notes(view->comparison, view->judgement, out);
}

void dmafp_html_notes(const struct dmafp_view *view, FILE *out)
{
	struct dmafp_lines notes = { 0 };
	size_t i;

	dmafp_html_unfold(notes_text, view, 2, &notes);
	fputs("<ul>\n", out);
	for (i = 0; i < notes.nr; i++) {
		const char *note = notes.items[i];

		dmafp_tag(out, "li", "", "%s", strncmp(note, "- ", 2) ? note : note + 2);
		fputc('\n', out);
	}
	fputs("</ul>\n", out);
	dmafp_lines_free(&notes);
}

/* The commands by which the results were made, and the one that judges them again */

static void commands_text(const struct dmafp_view *view, FILE *out)
{
	dmafp_text_commands(view->comparison, out);
}

static void rules_text(const struct dmafp_rules *rules, FILE *out)
{
	if (rules->margin_ppm)
		fprintf(out, " --margin %g%%", rules->margin_ppm / 1e4);
	if (rules->margin_check)
		fprintf(out, " --margin-check %u", rules->margin_check);
	if (rules->force)
		fputs(" --force", out);
}

/* "  keyed: elfcorehdr=0x1000": words, a colon and a blank, as no option of QEMU has */
static bool is_mode(const char *line)
{
	size_t len = strspn(line, "abcdefghijklmnopqrstuvwxyz,() ");

	return line[len] == ':' && line[len + 1] == ' ';
}

/* The text breaks its lines; here each command is one */
static void print_started(const struct dmafp_lines *commands, FILE *out)
{
	size_t i;

	fputs("<p>How the kernels were started:</p>\n<pre class=\"wrap\">", out);
	for (i = 0; i < commands->nr; i++) {
		const char *line = commands->items[i];
		size_t blanks = strspn(line, " ");

		if (blanks && !is_mode(line))
			dmafp_escapef(out, " %s", line + blanks);
		else
			dmafp_escapef(out, "%s%s", i ? "\n" : "", line);
	}
	fputs("</pre>\n", out);
}

/* A result of patched, else of any arm */
static const struct dmafp_result *find_result(const struct dmafp_view *view)
{
	const struct dmafp_comparison *c = view->comparison;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		if (c->sections[i].group->arms[DMAFP_ARM_PATCHED].nr)
			return c->sections[i].group->arms[DMAFP_ARM_PATCHED].items[0];
	return c->nr_sections ? dmafp_group_any(c->sections[0].group) : NULL;
}

static void print_again(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_result *r = find_result(view);
	size_t i;

	if (!r)
		return;
	fputs("<p>Measure again:</p>\n<pre class=\"wrap\">", out);
	if (r->lab.present) {
		fputs("dmafp lab", out);
		for (i = 0; i < r->nr_patches; i++)
			dmafp_escapef(out, " --patch %s", dmafp_text_known(r->patches[i].file));
		dmafp_escapef(out, " --profile %s --output DIR", dmafp_text_known(r->profile.name));
	} else {
		dmafp_escapef(out, "dmafp run --arm ARM --mode MODE --profile %s --output DIR",
			      dmafp_text_known(r->profile.name));
		fputs("    # in each kernel, several boots", out);
	}
	fputs("</pre>\n", out);
}

void dmafp_html_commands(const struct dmafp_view *view, FILE *out)
{
	struct dmafp_lines commands = { 0 };

	print_again(view, out);
	fputs("<p>Judge the result files again:</p>\n<pre class=\"wrap\">dmafp diff --format html",
	      out);
	rules_text(&view->judgement->rules, out);
	fputs(" --output report.html DIR</pre>\n", out);
	dmafp_html_unfold(commands_text, view, 4, &commands);
	if (commands.nr)
		print_started(&commands, out);
	dmafp_lines_free(&commands);
}
