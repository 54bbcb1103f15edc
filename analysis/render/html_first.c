// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>

#include "analysis/place.h"
#include "analysis/render/escape.h"
#include "analysis/render/html.h"
#include "analysis/render/text.h"

static void print_arm(const struct dmafp_comparison *c, const struct dmafp_section *section,
		      enum dmafp_arm_id arm, FILE *out)
{
	const struct dmafp_first_side *side = &section->firsts[arm];
	const struct dmafp_first_result *f = side->first;
	char *device = dmafp_place_device(c, section->group);

	fputs("<tr>", out);
	dmafp_tag(out, "th", " scope=\"row\"", "%s on %s, %s", section->group->mode, device,
		  dmafp_arm_name(arm));
	fprintf(out, "<td>%" PRIu64 "</td>", f->map_ticks);
	if (arm != DMAFP_ARM_BASE && section->firsts[DMAFP_ARM_BASE].first)
		fprintf(out, "<td%s>%+" PRId64 "</td>", side->delta ? " class=\"d\"" : "",
			side->delta);
	else
		fputs("<td></td>", out);
	fprintf(out, "<td>%s</td><td>%s</td>", f->deferred_before ? "yes" : "no",
		f->deferred_after ? "yes" : "no");
	if (f->counted)
		fprintf(out, "<td>%" PRIu64 "</td><td>%" PRIu64 "</td>", f->attaches,
			f->overlaps);
	else
		fputs("<td>?</td><td>?</td>", out);
	fputs("</tr>\n", out);
	free(device);
}

static void attach_text(const struct dmafp_view *view, FILE *out)
{
	dmafp_text_attach(view->comparison, out);
}

void dmafp_html_first_maps(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	unsigned int arm;
	size_t i;

	fprintf(out,
		"<p>One call per device and boot, reported, not judged. In kdump it is the attach "
		"itself, and a patch that locks the attach pays for it here.</p>\n"
		"<div class=\"scroll\" role=\"group\" aria-label=\"First maps\" tabindex=\"0\">"
		"<table>\n<caption>The first map of each device</caption>\n<thead><tr>"
		"<th scope=\"col\">where</th><th scope=\"col\">%s</th>"
		"<th scope=\"col\">\xce\x94</th><th scope=\"col\">deferred before</th>"
		"<th scope=\"col\">after</th><th scope=\"col\">attaches</th>"
		"<th scope=\"col\">overlaps</th></tr></thead>\n<tbody>\n",
		dmafp_text_tick(c));
	for (i = 0; i < c->nr_sections; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			if (c->sections[i].firsts[arm].first)
				print_arm(c, &c->sections[i], arm, out);
	fputs("</tbody></table></div>\n", out);
	dmafp_html_plain(attach_text, view, out);
}
