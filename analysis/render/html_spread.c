// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Distributions, the arms over each other.  Where every sample of every arm
 * reads the same a line of a table says it all; arms of one or two values are
 * drawn as dots with their numbers; others as cumulative shares of the samples.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/hist.h"
#include "analysis/place.h"
#include "analysis/render/escape.h"
#include "analysis/render/html.h"
#include "analysis/render/svg.h"
#include "analysis/render/text.h"
#include "base/alloc.h"
#include "base/file.h"

#define MAX_PLOTS 400 /* what a page can hold; rows that were reached come first */
#define MIN_STEP  0.4 /* units of the picture: what is closer is one point */
#define FAR	  8   /* so many times the least: the axis is logarithmic */

/* Rows that are the same in all arms, wherever they were measured, share a plot */

static bool same_side(const struct dmafp_side *a, const struct dmafp_side *b)
{
	if (!a->phase || !b->phase)
		return a->phase == b->phase;
	return dmafp_hist_equal(&a->phase->hist, &b->phase->hist);
}

/* Sections with a row like that one; NULL: an earlier row is the same */
static char *places_of(const struct dmafp_comparison *c, size_t i)
{
	bool *chosen = dmafp_alloc(c->nr_sections, sizeof(*chosen));
	char *where = NULL;
	bool first = true;
	size_t s, k;

	for (s = 0; first && s < c->nr_sections; s++)
		for (k = 0; first && k < c->sections[s].nr_rows; k++) {
			size_t other = c->sections[s].first_row + k;

			if (other != i && !dmafp_row_same(&c->rows[other], &c->rows[i], same_side))
				continue;
			first = other >= i;
			chosen[s] = true;
		}
	if (first)
		where = dmafp_place_sections(c, chosen);
	free(chosen);
	return where;
}

/* Shapes */

static const struct dmafp_hist *hist_of(const struct dmafp_row *row, unsigned int arm)
{
	return row->sides[arm].phase ? &row->sides[arm].phase->hist : NULL;
}

/* One value in all arms */
static bool is_constant(const struct dmafp_row *row)
{
	const struct dmafp_hist *first = NULL, *h;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		h = hist_of(row, arm);
		if (!h)
			continue;
		first = first ? first : h;
		if (h->min != first->min || h->max != first->min)
			return false;
	}
	return true;
}

/* One or two values, known exactly, in every arm */
static bool has_few(const struct dmafp_row *row)
{
	const struct dmafp_hist *h;
	unsigned int arm;
	size_t i;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		h = hist_of(row, arm);
		if (!h)
			continue;
		if (h->overflow || h->nr_buckets > 2)
			return false;
		for (i = 0; i < h->nr_buckets; i++)
			if (h->buckets[i].width != 1)
				return false;
	}
	return true;
}

/* Dots: a lane per arm */

#define LANE 26.0

static void print_dot(const struct dmafp_plot *p, unsigned int arm, double y,
		      const struct dmafp_hist *h, size_t i)
{
	const struct dmafp_bucket *b = &h->buckets[i];
	double part = (double)b->count / (double)h->count, x = dmafp_plot_x(p, (double)b->low);
	double size = 2 + 3.5 * sqrt(part);
	bool right = i || x < DMAFP_SVG_WIDTH - p->right - 60;

	if (h->nr_buckets > 1)
		right = i;
	dmafp_html_marker(p->out, arm, x, y, size);
	dmafp_svg_text(p->out, x + (right ? 8 : -8), y + 4, "n", right ? "start" : "end",
		       h->nr_buckets > 1 ? "%" PRIu64 " (%.3g %%)" : "%" PRIu64, b->low,
		       100 * part);
}

static void print_lane(const struct dmafp_plot *p, unsigned int arm, double y,
		       const struct dmafp_hist *h)
{
	size_t i;

	dmafp_svg_text(p->out, 0, y + 4, "t", "start", "%s", dmafp_arm_name(arm));
	dmafp_svg_line(p->out, "gr", p->left, y, DMAFP_SVG_WIDTH - p->right, y);
	for (i = 0; i < h->nr_buckets; i++)
		print_dot(p, arm, y, h, i);
}

static void print_dots(const struct dmafp_row *row, struct dmafp_plot *p, const char *title)
{
	double y = p->top + LANE / 2;
	unsigned int arm;

	p->left = 76;
	p->right = 12;
	p->height = p->top + p->bottom;
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		p->height += hist_of(row, arm) ? LANE : 0;
	p->x.log = false;
	/* room for the numbers beside the outer dots */
	dmafp_axis_around(&p->x, p->x.low - 0.25 * (p->x.high - p->x.low),
			  p->x.high + 0.25 * (p->x.high - p->x.low));
	dmafp_plot_begin(p, title);
	dmafp_plot_x_axis(p);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		if (!hist_of(row, arm))
			continue;
		print_lane(p, arm, y, hist_of(row, arm));
		y += LANE;
	}
	dmafp_plot_end(p);
}

/* Lines: what share of the samples took at most so long */

struct pen {
	const struct dmafp_plot *plot;
	double x, y; /* of the last point */
};

static void move_to(struct pen *pen, double value, double part, bool must)
{
	double x = dmafp_plot_x(pen->plot, value), y = dmafp_plot_y(pen->plot, part);

	if (!must && fabs(x - pen->x) < MIN_STEP && fabs(y - pen->y) < MIN_STEP)
		return;
	if (fabs(x - pen->x) < 0.05) {
		fputc('V', pen->plot->out);
		dmafp_svg_number(pen->plot->out, y);
	} else if (fabs(y - pen->y) < 0.05) {
		fputc('H', pen->plot->out);
		dmafp_svg_number(pen->plot->out, x);
	} else {
		fputc('L', pen->plot->out);
		dmafp_svg_number(pen->plot->out, x);
		fputc(' ', pen->plot->out);
		dmafp_svg_number(pen->plot->out, y);
	}
	pen->x = x;
	pen->y = y;
}

static void print_curve(const struct dmafp_plot *p, const struct dmafp_hist *h, unsigned int arm)
{
	struct pen pen = { p, dmafp_plot_x(p, p->x.low), dmafp_plot_y(p, 0) };
	double sum = 0, part = 0;
	size_t i;

	fprintf(p->out, "<path class=\"l a%u\" d=\"M", arm);
	dmafp_svg_number(p->out, pen.x);
	fputc(' ', p->out);
	dmafp_svg_number(p->out, pen.y);
	for (i = 0; i < h->nr_buckets && (double)h->buckets[i].low <= p->x.high; i++) {
		const struct dmafp_bucket *b = &h->buckets[i];

		move_to(&pen, (double)b->low, part, false);
		sum += (double)b->count;
		part = 100 * sum / (double)h->count;
		/* a wide bucket's samples are anywhere in it */
		move_to(&pen, (double)(b->low + b->width - 1), part, false);
	}
	move_to(&pen, p->x.high, part, true);
	fprintf(p->out, "\"><title>%s</title></path>", dmafp_arm_name(arm));
}

/* Where the slowest arm's tail goes, if it leaves the frame */
static void print_tail(const struct dmafp_plot *p, const struct dmafp_row *row)
{
	uint64_t max = 0, far = 0;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		const struct dmafp_hist *h = hist_of(row, arm);

		if (!h)
			continue;
		max = h->max > max ? h->max : max;
		far = fmax((double)far, (double)dmafp_hist_quantile(h, 999, 1000));
	}
	if ((double)max > p->x.high)
		dmafp_svg_text(p->out, DMAFP_SVG_WIDTH - p->right, p->top - 6, "t", "end",
			       "tail: p99.9 %" PRIu64 ", max %" PRIu64 " \xe2\x86\x92", far, max);
}

static void print_curves(const struct dmafp_row *row, struct dmafp_plot *p, const char *title)
{
	unsigned int arm;

	p->height = 190;
	p->left = 44;
	p->right = 12;
	p->y = (struct dmafp_axis) { .high = 100, .unit = "%", .label = "samples up to" };
	if (p->x.log && p->x.low < 1)
		p->x.low = 1;
	else if (!p->x.log)
		dmafp_axis_around(&p->x, p->x.low, p->x.high);
	dmafp_plot_begin(p, title);
	dmafp_plot_y_axis(p);
	dmafp_plot_x_axis(p);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (hist_of(row, arm))
			print_curve(p, hist_of(row, arm), arm);
	print_tail(p, row);
	dmafp_plot_end(p);
}

/* From the least sample to the greatest p99.9, unless the last 1 % would crush the rest */
static void find_range(const struct dmafp_row *row, struct dmafp_axis *x)
{
	unsigned int arm;
	bool any = false;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		const struct dmafp_hist *h = hist_of(row, arm);
		double low, high;

		if (!h)
			continue;
		low = (double)h->min;
		high = fmin((double)dmafp_hist_quantile(h, 999, 1000),
			    low + 1.5 * ((double)dmafp_hist_quantile(h, 99, 100) - low));
		x->low = any ? fmin(x->low, low) : low;
		x->high = any ? fmax(x->high, high) : high;
		any = true;
	}
	x->log = x->low > 0 && x->high > FAR * x->low;
}

static void print_plot(const struct dmafp_view *view, size_t i, const char *where, FILE *out)
{
	const struct dmafp_row *row = &view->comparison->rows[i];
	struct dmafp_plot plot = { .out = out, .top = 20, .bottom = 34 };
	char *name = dmafp_html_row_title(row);
	char *title = dmafp_path("Distribution of %s, %s", name, where);

	plot.x = (struct dmafp_axis) { .whole = true,
				       .unit = "",
				       .label = dmafp_text_tick(view->comparison) };
	find_range(row, &plot.x);
	fputs("<figure><figcaption>", out);
	dmafp_tag(out, "b", "", "%s", name);
	dmafp_escapef(out, " %s", where);
	fputs("</figcaption>", out);
	if (has_few(row))
		print_dots(row, &plot, title);
	else
		print_curves(row, &plot, title);
	fputs("</figure>\n", out);
	free(title);
	free(name);
}

/* The page */

static void print_constants(const struct dmafp_view *view, char **places, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	bool any = false;
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		char *title;

		if (!places[i] || !is_constant(&c->rows[i]))
			continue;
		if (!any)
			fprintf(out,
				"<div class=\"scroll\" role=\"group\" aria-label=\"Constant rows\" "
				"tabindex=\"0\"><table>\n<caption>Every sample of every arm "
				"took the same</caption>\n<thead><tr><th scope=\"col\">op</th>"
				"<th scope=\"col\">%s</th><th scope=\"col\" class=\"w\">where"
				"</th></tr></thead>\n<tbody>\n",
				dmafp_text_tick(c));
		any = true;
		title = dmafp_html_row_title(&c->rows[i]);
		fputs("<tr>", out);
		dmafp_tag(out, "th", " scope=\"row\"", "%s", title);
		fprintf(out, "<td>%" PRIu64 "</td>", dmafp_html_any_stats(&c->rows[i])->min);
		dmafp_tag(out, "td", " class=\"w\"", "%s", places[i]);
		fputs("</tr>\n", out);
		free(title);
	}
	fputs(any ? "</tbody></table></div>\n" : "", out);
}

static bool is_urgent(const struct dmafp_row_verdict *v)
{
	return v->reached || v->verdicts[DMAFP_ARM_PATCHED] == DMAFP_REGRESSED ||
	       v->verdicts[DMAFP_ARM_PATCHED] == DMAFP_INCONCLUSIVE;
}

static size_t print_plots(const struct dmafp_view *view, char **places, bool urgent,
			  size_t room, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	size_t i, nr = 0;

	for (i = 0; i < c->nr_rows; i++) {
		if (!places[i] || is_constant(&c->rows[i]) ||
		    is_urgent(&view->judgement->rows[i]) != urgent)
			continue;
		if (nr < room)
			print_plot(view, i, places[i], out);
		nr++;
	}
	return nr;
}

void dmafp_html_spread(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	char **places = dmafp_alloc(c->nr_rows, sizeof(*places));
	size_t i, nr;

	for (i = 0; i < c->nr_rows; i++)
		places[i] = places_of(c, i);
	fprintf(out,
		"<p>All samples of the first boot, per op, the arms over each other: the share "
		"of samples (%%) that took at most so many %s, to p99.9 of the slowest arm or "
		"one and a half times the way to p99; what is beyond is said. Rows of one or two "
		"values are dots, larger for more samples.</p>\n",
		dmafp_text_tick(c));
	dmafp_html_legend(view, out);
	fputs("<div class=\"grid\">\n", out);
	nr = print_plots(view, places, true, MAX_PLOTS, out);
	nr += print_plots(view, places, false, nr < MAX_PLOTS ? MAX_PLOTS - nr : 0, out);
	fputs("</div>\n", out);
	if (nr > MAX_PLOTS)
		fprintf(out, "<p>%zu more rows are not drawn; the tables have them.</p>\n",
			nr - MAX_PLOTS);
	print_constants(view, places, out);
	for (i = 0; i < c->nr_rows; i++)
		free(places[i]);
	free(places);
}
