// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Differences against the margin: a lane per arm and row.  In the exact domain a
 * point is what was counted, a line where minimum, median and p99 moved by other
 * amounts.  In the timed domain it is an estimate with its interval, in margins of
 * the row, so that rows of other margins have one band.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/render/escape.h"
#include "analysis/render/html.h"
#include "analysis/render/svg.h"
#include "base/alloc.h"
#include "base/file.h"

#define ROWS	 12    /* in a picture: it must fit on a printed page */
#define LANE	 9.5
#define LABEL	 15.0  /* height of a row's name */
#define MAX_NAME 34    /* letters that fit beside the number */
#define FAR	 12    /* an always-lock so many times further out is shown at the edge */

/*
 * struct point - one arm in one row: in instructions, or in the row's margins
 *
 * @told: the value as it is written, in instructions or in percent of base
 */
struct point {
	bool there;
	double value, low, high, told;
};

static struct point exact_point(const struct dmafp_row *row, enum dmafp_arm_id arm)
{
	const struct dmafp_delta *d = &row->sides[arm].delta;
	double ops = (double)row->cell->ops_per_sample;

	return (struct point) {
		.there = row->sides[arm].phase && row->sides[DMAFP_ARM_BASE].phase,
		.value = (double)d->p50 / ops,
		.told = (double)d->p50 / ops,
		.low = fmin((double)d->min, fmin((double)d->p50, (double)d->p99)) / ops,
		.high = fmax((double)d->min, fmax((double)d->p50, (double)d->p99)) / ops,
	};
}

/* Of base itself it is the A/A floor */
static struct point timed_point(const struct dmafp_row_verdict *v, enum dmafp_arm_id arm)
{
	const struct dmafp_effect *e = &v->effects[arm][DMAFP_STATISTIC_P50];
	struct point point = {
		.there = e->nr_base && e->nr_arm && e->base > 0 && v->margin > 0,
	};

	if (!point.there)
		return point;
	point.value = e->difference / v->margin;
	point.low = e->known ? e->difference_95.low / v->margin : point.value;
	point.high = e->known ? e->difference_95.high / v->margin : point.value;
	point.told = 100 * e->difference / e->base;
	return point;
}

static struct point point_of(const struct dmafp_view *view, size_t i, enum dmafp_arm_id arm)
{
	const struct dmafp_row_verdict *v = &view->judgement->rows[i];

	return v->timed ? timed_point(v, arm) : exact_point(&view->comparison->rows[i], arm);
}

/* Lanes of a row: in the timed domain base has one, too */
static bool has_lane(const struct dmafp_view *view, enum dmafp_arm_id arm)
{
	return dmafp_html_measured(view, arm) &&
	       (arm != DMAFP_ARM_BASE || dmafp_html_timed(view));
}

/* Rows that are drawn */

static bool is_drawn(const struct dmafp_row *row)
{
	return !row->is_null && !row->cell->sleeps;
}

static void widen(struct dmafp_axis *axis, double low, double high)
{
	axis->low = fmin(axis->low, low);
	axis->high = fmax(axis->high, high);
}

/* Wide enough for the points of all arms but always-lock, or of that one up to @far */
static void widen_for(const struct dmafp_view *view, const size_t *rows, size_t nr, double far,
		      struct dmafp_axis *axis)
{
	unsigned int arm;
	size_t i;

	for (i = 0; i < nr; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
			struct point p = point_of(view, rows[i], arm);

			if (p.there && has_lane(view, arm) &&
			    (far > 0 ? fabs(p.value) <= far : arm != DMAFP_ARM_ALWAYS_LOCK))
				widen(axis, p.low, p.high);
		}
}

static void find_range(const struct dmafp_view *view, const size_t *rows, size_t nr,
		       struct dmafp_axis *axis)
{
	bool timed = dmafp_html_timed(view);
	double least = timed ? 1.5 : 1;

	*axis = (struct dmafp_axis) { .low = -least, .high = least };
	widen_for(view, rows, nr, 0, axis);
	widen_for(view, rows, nr, (timed ? 2 : FAR) * fmax(-axis->low, axis->high), axis);
	dmafp_axis_around(axis, axis->low, axis->high);
}

/* One row */

static void number_text(char *text, size_t size, const struct dmafp_view *view, double value)
{
	if (dmafp_html_timed(view))
		snprintf(text, size, "%+.2f %%", value);
	else
		snprintf(text, size, value == floor(value) ? "%+.0f" : "%+.2f", value);
}

static void print_name(const struct dmafp_view *view, const struct dmafp_plot *p, size_t i,
		       double y)
{
	char *name = dmafp_html_row_title(&view->comparison->rows[i]);
	struct point patched = point_of(view, i, DMAFP_ARM_PATCHED);
	char number[48] = "not measured";
	bool cut = strlen(name) > MAX_NAME;

	if (patched.there)
		number_text(number, sizeof(number), view, patched.told);
	dmafp_svg_text(p->out, 0, y, "n", "start", "%.*s%s", MAX_NAME, name,
		       cut ? "\xe2\x80\xa6" : "");
	dmafp_svg_text(p->out, DMAFP_SVG_WIDTH, y, "n", "end", "%s %s", number,
		       dmafp_html_sign(view->judgement->rows[i].verdicts[DMAFP_ARM_PATCHED]));
	free(name);
}

/* Beyond the axis: an arrow at its end, and the number */
static void print_far(const struct dmafp_view *view, const struct dmafp_plot *p,
		      const struct point *point, unsigned int arm, double y)
{
	bool more = point->value > 0;
	double x = more ? DMAFP_SVG_WIDTH - p->right : p->left;
	char number[48];

	number_text(number, sizeof(number), view, point->told);
	fprintf(p->out, "<g class=\"a%u\">", arm);
	dmafp_svg_text(p->out, x, y + 4, "far", more ? "end" : "start", "%s %s %s",
		       more ? number : "\xe2\x97\x80", dmafp_arm_name(arm),
		       more ? "\xe2\x96\xb6" : number);
	fputs("</g>", p->out);
}

static void print_point(const struct dmafp_view *view, const struct dmafp_plot *p, size_t i,
			unsigned int arm, double y)
{
	struct point point = point_of(view, i, arm);
	char class[16];

	if (!point.there)
		return;
	if (point.value < p->x.low || point.value > p->x.high) {
		print_far(view, p, &point, arm, y);
		return;
	}
	snprintf(class, sizeof(class), "l s a%u", arm);
	if (point.low < point.high)
		dmafp_svg_line(p->out, class, dmafp_plot_x(p, point.low), y,
			       dmafp_plot_x(p, point.high), y);
	dmafp_html_marker(p->out, arm, dmafp_plot_x(p, point.value), y, 3.8);
}

static double row_height(const struct dmafp_view *view)
{
	double height = LABEL + 3;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		height += has_lane(view, arm) ? LANE : 0;
	return height;
}

static void print_row(const struct dmafp_view *view, const struct dmafp_plot *p, size_t i,
		      double y)
{
	double height = row_height(view), zero = dmafp_plot_x(p, 0);
	unsigned int arm;

	if (view->judgement->rows[i].timed)
		dmafp_plot_band(p, -1, 1, y + LABEL, height - LABEL);
	dmafp_svg_line(p->out, "gr", 0, y + height, DMAFP_SVG_WIDTH, y + height);
	dmafp_svg_line(p->out, "zero", zero, y + LABEL, zero, y + height);
	print_name(view, p, i, y + LABEL - 3);
	y += LABEL + LANE / 2;
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		if (!has_lane(view, arm))
			continue;
		print_point(view, p, i, arm, y);
		y += LANE;
	}
}

static void print_picture(const struct dmafp_view *view, const size_t *rows, size_t nr,
			  const char *title, FILE *out)
{
	struct dmafp_plot p = { .out = out, .left = 8, .right = 8, .bottom = 34 };
	bool timed = dmafp_html_timed(view);
	size_t i;

	p.height = (double)nr * row_height(view) + 4 + p.bottom;
	find_range(view, rows, nr, &p.x);
	p.x.whole = !timed;
	p.x.unit = "";
	p.x.label = timed ? "\xe2\x86\x90 less \xc2\xb7 than base, in margins \xc2\xb7 more "
			    "\xe2\x86\x92"
			  : "\xe2\x86\x90 fewer \xc2\xb7 instructions per op than base "
			    "\xc2\xb7 more \xe2\x86\x92";
	dmafp_plot_begin(&p, title);
	for (i = 0; i < nr; i++)
		print_row(view, &p, rows[i], (double)i * row_height(view));
	dmafp_plot_x_axis(&p);
	dmafp_plot_end(&p);
}

/* A section in pictures of ROWS rows */
static void print_section(const struct dmafp_view *view, const struct dmafp_section *section,
			  const char *where, FILE *out)
{
	size_t rows[ROWS], nr = 0, i, end = section->first_row + section->nr_rows;
	char *title = dmafp_path("Differences from base, %s", where);

	for (i = section->first_row; i < end; i++) {
		if (is_drawn(&view->comparison->rows[i]))
			rows[nr++] = i;
		if (!nr || (nr < ROWS && i + 1 < end))
			continue;
		fputs("<figure>", out);
		dmafp_tag(out, "figcaption", "", "%s", where);
		print_picture(view, rows, nr, title, out);
		fputs("</figure>\n", out);
		nr = 0;
	}
	free(title);
}

void dmafp_html_forest(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	size_t i;

	fputs(dmafp_html_timed(view)
		      ? "<p>Each arm minus base. The line is the 95 % interval of the median of "
			"boots, the band the row's margin, within which a difference counts as "
			"none; the number is patched in % of base. "
			"base is every second of its boots against the others, placebo the "
			"same instructions elsewhere: the floor of what this machine can tell "
			"apart. An arm beyond the edge is written there.</p>\n"
		      : "<p>Each arm minus base, counted exactly: points, no intervals. A line "
			"where min, p50 and p99 moved by other amounts.</p>\n",
	      out);
	dmafp_html_legend(view, out);
	fputs("<div class=\"grid wide\">\n", out);
	for (i = 0; i < c->nr_sections; i++) {
		char *where = dmafp_html_same_sections(view, i);

		if (where)
			print_section(view, &c->sections[i], where, out);
		free(where);
	}
	fputs("</div>\n", out);
}
