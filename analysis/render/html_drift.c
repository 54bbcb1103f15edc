// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Over time: medians of the boots in the order in which they were made, and the
 * series within a boot.  Both in percent of the arm's own median, so that arms
 * of other costs lie over each other.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/hist.h"
#include "analysis/place.h"
#include "analysis/render/escape.h"
#include "analysis/render/html.h"
#include "analysis/render/svg.h"
#include "analysis/render/text.h"
#include "base/alloc.h"
#include "base/file.h"

#define MAX_PLOTS  200 /* of each kind */
#define BINS	   40  /* of a series: each is drawn from its least to its greatest point */
#define LEAST_ZOOM 0.5 /* percent: less is not blown up */

/* A boot of one arm, as a point in time */
struct boot {
	const char *created;
	unsigned int arm;
	double p50;
};

struct boots {
	struct boot *items;
	size_t nr;
};

static int by_time(const void *a, const void *b)
{
	const struct boot *x = a, *y = b;
	int order = strcmp(x->created, y->created);

	return order ? order : (int)x->arm - (int)y->arm;
}

/* As verdicts see it: between ticks in the timed domain */
static double p50_of(const struct dmafp_hist *h, enum dmafp_domain domain)
{
	return domain == DMAFP_DOMAIN_EXACT ? (double)dmafp_hist_quantile(h, 1, 2)
					    : dmafp_hist_point(h, 1, 2);
}

static struct boots boots_of(const struct dmafp_row *row)
{
	struct boots b = { 0 };
	unsigned int arm;
	size_t i;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		for (i = 0; i < row->sides[arm].nr_phases; i++) {
			const struct dmafp_result *r = row->group->arms[arm].items[i];
			const struct dmafp_phase_result *phase = row->sides[arm].phases[i];

			if (!phase)
				continue;
			b.items = dmafp_alloc_grow(b.items, b.nr, sizeof(*b.items));
			b.items[b.nr++] = (struct boot) {
				.created = r->created,
				.arm = arm,
				.p50 = p50_of(&phase->hist, r->domain),
			};
		}
	if (b.nr)
		qsort(b.items, b.nr, sizeof(*b.items), by_time);
	return b;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median_of(const struct boots *b, unsigned int arm)
{
	double *values = dmafp_alloc(b->nr + 1, sizeof(*values)), median;
	size_t i, nr = 0;

	for (i = 0; i < b->nr; i++)
		if (b->items[i].arm == arm)
			values[nr++] = b->items[i].p50;
	qsort(values, nr, sizeof(*values), by_value);
	median = nr ? (values[(nr - 1) / 2] + values[nr / 2]) / 2 : 0;
	free(values);
	return median;
}

/* Percent above the middle of its arm */
static double percent_above(double value, double middle)
{
	return middle > 0 ? 100 * (value / middle - 1) : 0;
}

static bool boots_move(const struct dmafp_row *row)
{
	struct boots b = boots_of(row);
	bool move = false;
	size_t i;

	for (i = 0; i < b.nr; i++)
		move |= b.items[i].p50 != median_of(&b, b.items[i].arm);
	free(b.items);
	return move;
}

static void frame(struct dmafp_plot *p, double reach, const char *label)
{
	p->height = 180;
	p->left = 44;
	p->right = 12;
	p->top = 20;
	p->bottom = 34;
	p->x.label = label;
	p->x.unit = "";
	p->y = (struct dmafp_axis) { .unit = "%", .label = "from the arm's median" };
	dmafp_axis_around(&p->y, -fmax(reach, LEAST_ZOOM), fmax(reach, LEAST_ZOOM));
}

static void print_arm_line(const struct dmafp_plot *p, const struct boots *b, unsigned int arm)
{
	double middle = median_of(b, arm), x = 0, y = 0;
	bool any = false;
	char class[16];
	size_t i;

	snprintf(class, sizeof(class), "l a%u", arm);
	for (i = 0; i < b->nr; i++) {
		double last_x = x, last_y = y;

		if (b->items[i].arm != arm)
			continue;
		x = dmafp_plot_x(p, (double)i + 1);
		y = dmafp_plot_y(p, percent_above(b->items[i].p50, middle));
		if (any)
			dmafp_svg_line(p->out, class, last_x, last_y, x, y);
		dmafp_html_marker(p->out, arm, x, y, 3);
		any = true;
	}
}

static void print_boots(const struct dmafp_row *row, const char *title, FILE *out)
{
	struct boots b = boots_of(row);
	struct dmafp_plot p = { .out = out };
	unsigned int arm;
	double reach = 0;
	size_t i;

	for (i = 0; i < b.nr; i++)
		reach = fmax(reach, fabs(percent_above(b.items[i].p50,
						       median_of(&b, b.items[i].arm))));
	frame(&p, reach, "boots of all arms in the order of time");
	p.x.whole = true;
	p.x.low = 0.5;
	p.x.high = (double)b.nr + 0.5;
	dmafp_plot_begin(&p, title);
	dmafp_plot_y_axis(&p);
	dmafp_plot_x_axis(&p);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		print_arm_line(&p, &b, arm);
	dmafp_plot_end(&p);
	free(b.items);
}

/* Series: of the first boot's first worker */

static const struct dmafp_series *series_of(const struct dmafp_row *row, unsigned int arm)
{
	const struct dmafp_phase_result *phase = row->sides[arm].phase;

	return phase && phase->nr_series && phase->series[0].nr_points ? phase->series : NULL;
}

static bool has_series(const struct dmafp_row *row)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (series_of(row, arm))
			return true;
	return false;
}

static bool series_move(const struct dmafp_row *row)
{
	unsigned int arm;
	size_t i;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		const struct dmafp_series *s = series_of(row, arm);

		for (i = 1; s && i < s->nr_points; i++)
			if (s->points[i] != s->points[0])
				return true;
	}
	return false;
}

static double series_middle(const struct dmafp_series *s)
{
	double *values = dmafp_alloc(s->nr_points, sizeof(*values)), median;
	size_t i;

	for (i = 0; i < s->nr_points; i++)
		values[i] = (double)s->points[i];
	qsort(values, s->nr_points, sizeof(*values), by_value);
	median = (values[(s->nr_points - 1) / 2] + values[s->nr_points / 2]) / 2;
	free(values);
	return median;
}

static double series_reach(const struct dmafp_row *row)
{
	double reach = 0;
	unsigned int arm;
	size_t i;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		const struct dmafp_series *s = series_of(row, arm);
		double middle = s ? series_middle(s) : 0;

		for (i = 0; s && i < s->nr_points; i++)
			reach = fmax(reach, fabs(percent_above((double)s->points[i], middle)));
	}
	return reach;
}

static void print_at(const struct dmafp_plot *p, char command, double x, double percent)
{
	fputc(command, p->out);
	dmafp_svg_number(p->out, x);
	fputc(' ', p->out);
	dmafp_svg_number(p->out, dmafp_plot_y(p, percent));
}

static void print_series_line(const struct dmafp_plot *p, const struct dmafp_series *s,
			      unsigned int arm)
{
	size_t bins = s->nr_points < BINS ? s->nr_points : BINS, i, k;
	double middle = series_middle(s);

	fprintf(p->out, "<path class=\"l a%u\" d=\"", arm);
	for (i = 0; i < bins; i++) {
		size_t from = i * s->nr_points / bins, to = (i + 1) * s->nr_points / bins;
		double x = dmafp_plot_x(p, 100 * ((double)i + 0.5) / (double)bins);
		uint64_t low = s->points[from], high = low;

		for (k = from; k < to; k++) {
			low = s->points[k] < low ? s->points[k] : low;
			high = s->points[k] > high ? s->points[k] : high;
		}
		print_at(p, i ? 'L' : 'M', x, percent_above((double)low, middle));
		if (high != low)
			print_at(p, 'L', x, percent_above((double)high, middle));
	}
	fprintf(p->out, "\"><title>%s</title></path>", dmafp_arm_name(arm));
}

static void print_series(const struct dmafp_row *row, const char *title, FILE *out)
{
	struct dmafp_plot p = { .out = out };
	unsigned int arm;

	frame(&p, series_reach(row), "of the run's time");
	p.x.unit = "%";
	p.x.high = 100;
	dmafp_plot_begin(&p, title);
	dmafp_plot_y_axis(&p);
	dmafp_plot_x_axis(&p);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (series_of(row, arm))
			print_series_line(&p, series_of(row, arm), arm);
	dmafp_plot_end(&p);
}

/* Figures: of rows that move; the others are counted */

static void print_figure(const struct dmafp_view *view, const struct dmafp_row *row,
			 const char *what,
			 void (*print)(const struct dmafp_row *row, const char *title,
				       FILE *out),
			 FILE *out)
{
	char *name = dmafp_html_row_title(row);
	char *device = dmafp_place_device(view->comparison, row->group);
	char *title = dmafp_path("%s of %s, %s on %s", what, name, row->group->mode, device);

	fputs("<figure><figcaption>", out);
	dmafp_tag(out, "b", "", "%s", name);
	dmafp_escapef(out, " %s on %s", row->group->mode, device);
	fputs("</figcaption>", out);
	print(row, title, out);
	fputs("</figure>\n", out);
	free(title);
	free(device);
	free(name);
}

/* What is drawn of each row, and when */
struct kind {
	const char *heading, *what, *still;
	bool (*is_there)(const struct dmafp_row *row);
	bool (*moves)(const struct dmafp_row *row);
	void (*print)(const struct dmafp_row *row, const char *title, FILE *out);
};

static bool has_boots(const struct dmafp_row *row)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (row->sides[arm].nr_phases > 1)
			return true;
	return false;
}

static const struct kind kinds[] = {
	{ "From boot to boot", "Medians of the boots",
	  "have the same median in every boot of each arm", has_boots, boots_move, print_boots },
	{ "Within the first boot", "Time series", "read the same from beginning to end",
	  has_series, series_move, print_series },
};

static void print_kind(const struct dmafp_view *view, const struct kind *kind, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	size_t i, nr = 0, moving = 0;

	dmafp_tag(out, "h3", "", "%s", kind->heading);
	fputs("\n<div class=\"grid\">\n", out);
	for (i = 0; i < c->nr_rows; i++) {
		if (!kind->is_there(&c->rows[i]))
			continue;
		nr++;
		if (!kind->moves(&c->rows[i]))
			continue;
		if (moving++ < MAX_PLOTS)
			print_figure(view, &c->rows[i], kind->what, kind->print, out);
	}
	fputs("</div>\n", out);
	if (nr)
		fprintf(out, "<p>%zu of %zu rows %s.</p>\n", nr - moving, nr, kind->still);
	else
		fputs("<p>None was recorded.</p>\n", out);
	if (moving > MAX_PLOTS)
		fprintf(out, "<p>%zu more rows are not drawn.</p>\n", moving - MAX_PLOTS);
}

static void drift_text(const struct dmafp_view *view, FILE *out)
{
	dmafp_text_drift(view->comparison, out);
}

void dmafp_html_drift(const struct dmafp_view *view, FILE *out)
{
	size_t i;

	dmafp_html_legend(view, out);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		print_kind(view, &kinds[i], out);
	dmafp_html_plain(drift_text, view, out);
}
