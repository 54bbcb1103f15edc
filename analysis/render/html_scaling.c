// SPDX-License-Identifier: GPL-2.0-or-later
/* Throughput over the number of workers: a picture and a table for each curve. */
#include <math.h>
#include <stdlib.h>

#include "analysis/cell.h"
#include "analysis/place.h"
#include "analysis/render/escape.h"
#include "analysis/render/html.h"
#include "analysis/render/rate.h"
#include "analysis/render/svg.h"
#include "base/file.h"

#define MAX_CURVES 100
#define LOG_FROM   16 /* threads: from here on an axis is logarithmic */
#define IDEAL_STEPS 48
#define IDEAL_STYLE "stroke:var(--dim);stroke-width:1.2;stroke-dasharray:1.5 4"

/* The frame */

static size_t most_threads(const struct dmafp_scaling_curve *curve)
{
	return curve->points[curve->nr_points - 1].threads;
}

/* Places of one op have one scale, so that they can be held against each other */
static double best_of_op(const struct dmafp_scaling *s, const struct dmafp_scaling_curve *curve)
{
	double best = dmafp_scaling_best(curve);
	size_t i;

	for (i = 0; i < s->nr; i++)
		if (s->curves[i].group == curve->group &&
		    dmafp_cell_same_op(s->curves[i].cell, curve->cell))
			best = fmax(best, dmafp_scaling_best(&s->curves[i]));
	return best;
}

static void frame(struct dmafp_plot *p, const struct dmafp_scaling_curve *curve, double best)
{
	double most = (double)most_threads(curve);

	p->height = 220;
	p->left = 46;
	p->right = 12;
	p->top = 20;
	p->bottom = 34;
	p->x = (struct dmafp_axis) { .low = 0.5, .high = most + 0.5, .whole = true,
				     .unit = "", .label = "threads" };
	if (most >= LOG_FROM) {
		p->x.log = true;
		p->x.low = 0.9;
		p->x.high = most * 1.1;
	}
	p->y = (struct dmafp_axis) { .high = best > 0 ? best * 1.15 : 1, .unit = "",
				     .label = "ops/s" };
}

/* Lines */

static void print_at(const struct dmafp_plot *p, bool first, double threads, double rate)
{
	fputc(first ? 'M' : 'L', p->out);
	dmafp_svg_number(p->out, dmafp_plot_x(p, threads));
	fputc(' ', p->out);
	dmafp_svg_number(p->out, dmafp_plot_y(p, rate));
}

/* So many times what one worker does in base, as far as the frame goes */
static void print_ideal(const struct dmafp_plot *p, const struct dmafp_scaling_curve *curve)
{
	double alone = curve->points[0].sides[DMAFP_ARM_BASE].throughput;
	double most = (double)most_threads(curve), end;
	int i;

	if (curve->points[0].threads != 1 || !(alone > 0) || most < 2)
		return;
	end = fmin(most, p->y.high / alone);
	fputs("<path class=\"l ideal\" style=\"" IDEAL_STYLE "\" d=\"", p->out);
	for (i = 0; i <= IDEAL_STEPS; i++) {
		double threads = 1 + (end - 1) * i / IDEAL_STEPS;

		print_at(p, !i, threads, threads * alone);
	}
	fputs("\"><title>ideal</title></path>", p->out);
}

static void print_arm(const struct dmafp_plot *p, const struct dmafp_scaling_curve *curve,
		      unsigned int arm)
{
	bool any = false;
	size_t i;

	for (i = 0; i < curve->nr_points; i++)
		any |= curve->points[i].sides[arm].nr > 0;
	if (!any)
		return;
	fprintf(p->out, "<path class=\"l a%u\" d=\"", arm);
	for (i = 0, any = false; i < curve->nr_points; i++) {
		const struct dmafp_scaling_point *point = &curve->points[i];

		if (!point->sides[arm].nr)
			continue;
		print_at(p, !any, (double)point->threads, point->sides[arm].throughput);
		any = true;
	}
	fprintf(p->out, "\"><title>%s</title></path>", dmafp_arm_name(arm));
	for (i = 0; i < curve->nr_points; i++) {
		const struct dmafp_scaling_point *point = &curve->points[i];

		if (point->sides[arm].nr)
			dmafp_html_marker(p->out, arm, dmafp_plot_x(p, (double)point->threads),
					  dmafp_plot_y(p, point->sides[arm].throughput), 3);
	}
}

static void print_plot(const struct dmafp_scaling_curve *curve, double best, const char *title,
		       FILE *out)
{
	struct dmafp_plot p = { .out = out };
	unsigned int arm;

	frame(&p, curve, best);
	dmafp_plot_begin(&p, title);
	dmafp_plot_y_axis(&p);
	dmafp_plot_x_axis(&p);
	print_ideal(&p, curve);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		print_arm(&p, curve, arm);
	dmafp_plot_end(&p);
}

static void print_figure(const struct dmafp_view *view, const struct dmafp_scaling_curve *curve,
			 FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	char *name = dmafp_cell_title_of_curve(curve->cell);
	char *where = dmafp_scaling_where(curve);
	char *device = dmafp_place_device(c, curve->group);
	char *title = dmafp_path("Throughput of %s over threads, %s, %s on %s", name,
				 curve->cell->place, curve->group->mode, device);

	fputs("<figure><figcaption>", out);
	dmafp_tag(out, "b", "", "%s", name);
	dmafp_escapef(out, " %s on %s, %s", curve->group->mode, device, where);
	fputs("</figcaption>", out);
	print_plot(curve, best_of_op(&c->scaling, curve), title, out);
	fputs("</figure>\n", out);
	free(title);
	free(device);
	free(where);
	free(name);
}

/* The numbers */

static void print_side(const struct dmafp_scaling_side *side, bool compared, FILE *out)
{
	const struct dmafp_effect *e = &side->effect;
	char rate[DMAFP_RATE_TEXT];

	if (side->nr)
		fprintf(out, "<td>%s</td>", dmafp_rate_text(side->throughput, rate));
	else
		fputs("<td>?</td>", out);
	if (side->nr_efficiencies)
		fprintf(out, "<td>%.1f %%</td>", 100 * side->efficiency);
	else
		fputs("<td>?</td>", out);
	if (!compared)
		return;
	if (e->known && e->has_ratio)
		fprintf(out, "<td>%+.1f (%+.1f to %+.1f) %%</td>", 100 * (e->ratio - 1),
			100 * (e->ratio_95.low - 1), 100 * (e->ratio_95.high - 1));
	else
		fputs("<td>too few boots</td>", out);
}

static void print_heads(const struct dmafp_view *view, FILE *out)
{
	unsigned int arm;

	fputs("<thead><tr><th scope=\"col\">threads</th>", out);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		if (!dmafp_html_measured(view, arm))
			continue;
		fprintf(out, "<th scope=\"col\">%s ops/s</th><th scope=\"col\">efficiency</th>",
			dmafp_arm_name(arm));
		if (arm != DMAFP_ARM_BASE)
			fputs("<th scope=\"col\">above base (95 % interval)</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
}

static void print_table(const struct dmafp_view *view, const struct dmafp_scaling_curve *curve,
			FILE *out)
{
	char *name = dmafp_cell_title_of_curve(curve->cell);
	char *where = dmafp_scaling_where(curve);
	char *device = dmafp_place_device(view->comparison, curve->group);
	unsigned int arm;
	size_t i;

	fputs("<div class=\"scroll\" role=\"group\" aria-label=\"scaling\" tabindex=\"0\">"
	      "<table>\n",
	      out);
	dmafp_tag(out, "caption", "", "%s %s on %s, %s", name, curve->group->mode, device, where);
	fputc('\n', out);
	print_heads(view, out);
	for (i = 0; i < curve->nr_points; i++) {
		fprintf(out, "<tr><th scope=\"row\">%zu</th>", curve->points[i].threads);
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			if (dmafp_html_measured(view, arm))
				print_side(&curve->points[i].sides[arm], arm != DMAFP_ARM_BASE,
					   out);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div>\n", out);
	free(device);
	free(where);
	free(name);
}

void dmafp_html_scaling(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_scaling *s = &view->comparison->scaling;
	size_t nr = s->nr < MAX_CURVES ? s->nr : MAX_CURVES, i;

	fputs("<p>Ops per second of all workers together, an op being a map and its unmap, with "
	      "what the harness does in between; higher is better. Efficiency is throughput, of "
	      "so many times what one worker does in the same boot. Medians of the boots, and "
	      "intervals by their ranks; shown, not judged. The dotted line is base's ideal.</p>\n",
	      out);
	dmafp_html_legend(view, out);
	fputs("<div class=\"grid\">\n", out);
	for (i = 0; i < nr; i++)
		print_figure(view, &s->curves[i], out);
	fputs("</div>\n", out);
	for (i = 0; i < nr; i++)
		print_table(view, &s->curves[i], out);
	if (s->nr > nr)
		fprintf(out, "<p>%zu more curves are not shown; the JSON has all.</p>\n",
			s->nr - nr);
}
