// SPDX-License-Identifier: GPL-2.0-or-later
/* What a maintainer would paste under a patch: the text report says all of it. */
#include <stdlib.h>

#include "analysis/render/mail.h"
#include "analysis/render/text.h"
#include "analysis/render/wrap.h"

static void print_parameters(const struct dmafp_comparison *c, FILE *out)
{
	char *parameters = dmafp_text_parameters(c);

	if (*parameters)
		dmafp_wrap(out, "Booted:   ", "          ", "%s", parameters);
	free(parameters);
}

static void print_beside(const struct dmafp_comparison *c, FILE *out)
{
	struct dmafp_lines proof = { 0 };
	char *firsts = dmafp_mail_firsts(c);
	size_t i;

	dmafp_mail_proof(c, &proof);
	if (proof.nr || *firsts)
		fprintf(out, "\n== Beside the rows\n");
	for (i = 0; i < proof.nr; i++)
		dmafp_wrap(out, "- ", "  ", "%s", proof.items[i]);
	if (*firsts)
		dmafp_wrap(out, "- ", "  ",
			   "The first map, one call per device and boot, is not judged; in "
			   "kdump it is the attach itself. Patched minus base: %s.",
			   firsts);
	free(firsts);
	dmafp_lines_free(&proof);
}

static void print_commands(const struct dmafp_comparison *c, FILE *out)
{
	struct dmafp_lines commands = { 0 };
	size_t i;

	dmafp_mail_commands(c, &commands);
	fprintf(out, "\n== To measure and judge it again\n");
	for (i = 0; i < commands.nr; i++)
		dmafp_wrap(out, "  ", "    ", "%s", commands.items[i]);
	dmafp_lines_free(&commands);
}

static void print_all(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	const struct dmafp_judgement *j = view->judgement;

	dmafp_text_head(c, j, out);
	dmafp_text_source(c, out);
	print_parameters(c, out);
	dmafp_mail_tables(c, j, out);
	dmafp_mail_traffic(c, j, out);
	print_beside(c, out);
	dmafp_text_notes(c, j, out);
	print_commands(c, out);
	dmafp_text_verdict(j, out);
}

static void render(const struct dmafp_view *view, FILE *out)
{
	if (view->cover)
		dmafp_mail_cover(view, out);
	else
		dmafp_text_pages(view, print_all, out);
}

const struct dmafp_renderer dmafp_render_mail = {
	.name = "mail",
	.summary = "to go with a patch: 72 columns, before and after",
	.render = render,
};
