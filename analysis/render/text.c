// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "analysis/render/color.h"
#include "analysis/render/render.h"
#include "analysis/render/steps_text.h"
#include "analysis/render/text.h"

static void print_steps(const struct dmafp_comparison *c, FILE *out)
{
	const struct dmafp_evidence *evidence = &c->set->evidence;
	size_t i;

	for (i = 0; i < evidence->nr_steps; i++)
		dmafp_steps_print_short(&evidence->steps[i], out);
}

static void print_all(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	const struct dmafp_judgement *j = view->judgement;

	dmafp_text_head(c, j, out);
	dmafp_text_source(c, out);
	dmafp_text_sections(c, j, out);
	dmafp_text_scaling(c, out);
	dmafp_text_traffic(c, j, out);
	dmafp_text_drift(c, out);
	dmafp_text_first_maps(c, out);
	dmafp_text_attach(c, out);
	dmafp_text_proof(c, out);
	print_steps(c, out);
	dmafp_text_functions(c, out);
	dmafp_text_notes(c, j, out);
	dmafp_text_commands(c, out);
	dmafp_text_verdict(j, out);
}

static void render(const struct dmafp_view *view, FILE *out)
{
	char *text = NULL;
	size_t len;
	FILE *plain;

	if (!view->color) {
		dmafp_text_pages(view, print_all, out);
		return;
	}
	plain = open_memstream(&text, &len);
	if (!plain)
		abort();
	dmafp_text_pages(view, print_all, plain);
	fclose(plain);
	dmafp_color_print(text, out);
	free(text);
}

const struct dmafp_renderer dmafp_render_text = {
	.name = "text",
	.summary = "the full report: plain ASCII, 72 columns",
	.render = render,
};
