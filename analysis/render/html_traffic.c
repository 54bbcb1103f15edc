// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Real traffic: what was measured beside what the checks predict, as a picture and in
 * numbers; in the timed domain the differences against the margin.
 */
#include <math.h>
#include <stdlib.h>

#include "analysis/render/escape.h"
#include "analysis/render/html.h"
#include "analysis/render/svg.h"
#include "analysis/render/text.h"
#include "analysis/render/traffic_part.h"
#include "analysis/timed.h"
#include "base/file.h"

#define NUMBER	 DMAFP_TRAFFIC_NUMBER
#define LANE	 10.0
#define LABEL	 15.0 /* height of a row's name */
#define MAX_NAME 36   /* letters that fit beside the number */
#define ROWS	 10   /* in a picture: it must fit on a printed page */

/* A judged row of one section, and where its picture is */
struct lane {
	const struct dmafp_view *view;
	size_t row;
	double y;
};

static const struct dmafp_traffic_row *row_of(const struct dmafp_view *view, size_t i)
{
	return &view->comparison->traffic_rows[i];
}

static const struct dmafp_traffic_verdict *verdict_of(const struct dmafp_view *view, size_t i)
{
	return &view->judgement->traffic_rows[i];
}

/* The picture: instructions in the exact domain, percent of base in the timed one */

static double scale_of(const struct dmafp_traffic_verdict *v)
{
	double base = v->arms[DMAFP_ARM_BASE];

	return !v->timed ? 1 : base > 0 ? 100 / base : NAN;
}

/* What an arm should be: within the floor of the prediction, within the margin of base */
static double target_of(const struct dmafp_traffic_verdict *v, enum dmafp_arm_id arm)
{
	return v->timed ? 0 : v->predicted[arm];
}

static double reach_of(const struct dmafp_traffic_verdict *v)
{
	return v->timed ? v->margin : v->floor;
}

static void widen(struct dmafp_axis *axis, double value)
{
	if (!isfinite(value))
		return;
	axis->low = fmin(axis->low, value);
	axis->high = fmax(axis->high, value);
}

static void find_range(const struct dmafp_view *view, const size_t *rows, size_t nr,
		       struct dmafp_axis *axis)
{
	unsigned int arm;
	size_t i;

	axis->low = -1;
	axis->high = 1;
	for (i = 0; i < nr; i++)
		for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++) {
			const struct dmafp_traffic_verdict *v = verdict_of(view, rows[i]);
			const struct dmafp_effect *e = &v->effects[arm][DMAFP_STATISTIC_P50];
			double scale = scale_of(v), target = target_of(v, arm);

			widen(axis, v->measured[arm] * scale);
			widen(axis, (target - reach_of(v)) * scale);
			widen(axis, (target + reach_of(v)) * scale);
			if (e->known) {
				widen(axis, e->difference_95.low * scale);
				widen(axis, e->difference_95.high * scale);
			}
		}
	dmafp_axis_around(axis, axis->low, axis->high);
}

static void print_arm(const struct dmafp_plot *p, const struct dmafp_traffic_verdict *v,
		      enum dmafp_arm_id arm, double y)
{
	const struct dmafp_effect *e = &v->effects[arm][DMAFP_STATISTIC_P50];
	double scale = scale_of(v), target = target_of(v, arm) * scale;
	double reach = reach_of(v) * scale, x;
	char class[16];

	if (isfinite(target) && isfinite(reach))
		dmafp_plot_band(p, target - reach, target + reach, y - LANE / 2, LANE);
	if (isfinite(target)) {
		x = dmafp_plot_x(p, target);
		dmafp_svg_line(p->out, "ax", x, y - LANE / 2 + 0.5, x, y + LANE / 2 - 0.5);
	}
	if (!isfinite(v->measured[arm] * scale))
		return;
	snprintf(class, sizeof(class), "l s a%u", arm);
	if (e->known)
		dmafp_svg_line(p->out, class, dmafp_plot_x(p, e->difference_95.low * scale), y,
			       dmafp_plot_x(p, e->difference_95.high * scale), y);
	dmafp_html_marker(p->out, arm, dmafp_plot_x(p, v->measured[arm] * scale), y, 3.8);
}

static void print_name(const struct dmafp_plot *p, const struct lane *lane)
{
	const struct dmafp_traffic_verdict *v = verdict_of(lane->view, lane->row);
	double value = v->measured[DMAFP_ARM_PATCHED] * scale_of(v);
	char *name = dmafp_traffic_title(row_of(lane->view, lane->row)), number[NUMBER];

	dmafp_svg_text(p->out, 0, lane->y + LABEL - 3, "n", "start", "%.*s", MAX_NAME, name);
	dmafp_svg_text(p->out, DMAFP_SVG_WIDTH, lane->y + LABEL - 3, "n", "end", "%s%s %s",
		       dmafp_traffic_number(value, true, number), v->timed ? " %" : "",
		       dmafp_html_sign(v->verdicts[DMAFP_ARM_PATCHED]));
	free(name);
}

static double row_height(const struct dmafp_view *view)
{
	double height = LABEL + 3;
	unsigned int arm;

	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
		height += dmafp_html_measured(view, arm) ? LANE : 0;
	return height;
}

static void print_lane(const struct dmafp_plot *p, const struct lane *lane)
{
	double height = row_height(lane->view), zero = dmafp_plot_x(p, 0);
	double y = lane->y + LABEL + LANE / 2;
	unsigned int arm;

	dmafp_svg_line(p->out, "gr", 0, lane->y + height, DMAFP_SVG_WIDTH, lane->y + height);
	print_name(p, lane);
	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++) {
		if (!dmafp_html_measured(lane->view, arm))
			continue;
		print_arm(p, verdict_of(lane->view, lane->row), arm, y);
		y += LANE;
	}
	dmafp_svg_line(p->out, "gr", zero, lane->y + LABEL, zero, lane->y + height);
}

static void print_picture(const struct dmafp_view *view, const size_t *rows, size_t nr,
			  const char *where, FILE *out)
{
	struct dmafp_plot p = { .out = out, .left = 8, .right = 8, .bottom = 34 };
	bool timed = verdict_of(view, rows[0])->timed;
	char *title = dmafp_path("Real traffic, measured and %s, %s",
				 timed ? "its margin" : "predicted", where);
	size_t i;

	p.height = (double)nr * row_height(view) + 4 + p.bottom;
	find_range(view, rows, nr, &p.x);
	p.x.unit = "";
	p.x.label = timed ? "\xe2\x86\x90 less \xc2\xb7 % of base \xc2\xb7 more \xe2\x86\x92"
			  : "\xe2\x86\x90 fewer \xc2\xb7 instructions per IO or packet than base "
			    "\xc2\xb7 more \xe2\x86\x92";
	fputs("<figure>", out);
	dmafp_tag(out, "figcaption", "", "%s", where);
	dmafp_plot_begin(&p, title);
	for (i = 0; i < nr; i++)
		print_lane(&p, &(struct lane) { view, rows[i], (double)i * row_height(view) });
	dmafp_plot_x_axis(&p);
	dmafp_plot_end(&p);
	fputs("</figure>\n", out);
	free(title);
}

static void print_pictures(const struct dmafp_view *view, const struct dmafp_section *s,
			   const char *where, FILE *out)
{
	size_t rows[ROWS], nr = 0, i, end = s->first_traffic + s->nr_traffic;

	for (i = s->first_traffic; i < end; i++) {
		if (verdict_of(view, i)->judged)
			rows[nr++] = i;
		if (!nr || (nr < ROWS && i + 1 < end))
			continue;
		print_picture(view, rows, nr, where, out);
		nr = 0;
	}
}

/* Numbers */

static void print_number(double value, bool sign, FILE *out)
{
	char text[NUMBER];

	fprintf(out, "<td>%s</td>", dmafp_traffic_number(value, sign, text));
}

static void print_exact(const struct dmafp_traffic_verdict *v, enum dmafp_arm_id arm, FILE *out)
{
	print_number(v->measured[arm], true, out);
	print_number(v->predicted[arm], true, out);
	print_number(v->measured[arm] - v->predicted[arm], true, out);
	print_number(v->floor, false, out);
	fprintf(out, "<td>%s</td>", dmafp_statistic_name(v->statistic));
}

static void print_interval(const struct dmafp_effect *e, FILE *out)
{
	char low[NUMBER], high[NUMBER];

	if (e->known)
		fprintf(out, "<td>%s to %s</td>",
			dmafp_traffic_number(e->difference_95.low, true, low),
			dmafp_traffic_number(e->difference_95.high, true, high));
	else
		fputs("<td>too few boots</td>", out);
}

static void print_timed(const struct dmafp_traffic_verdict *v, enum dmafp_arm_id arm, FILE *out)
{
	const struct dmafp_effect *e = &v->effects[arm][DMAFP_STATISTIC_P50];

	print_number(v->measured[arm], true, out);
	print_interval(e, out);
	if (isfinite(v->measured[arm] * scale_of(v)))
		fprintf(out, "<td>%+.2f %%</td>", v->measured[arm] * scale_of(v));
	else
		fputs("<td>?</td>", out);
	print_number(v->margin, false, out);
	print_interval(&v->effects[DMAFP_ARM_BASE][DMAFP_STATISTIC_P50], out);
	fprintf(out, "<td>%zu, %zu</td>", e->nr_base, e->nr_arm);
}

static void print_row(const struct dmafp_view *view, size_t i, enum dmafp_arm_id arm, FILE *out)
{
	const struct dmafp_traffic_verdict *v = verdict_of(view, i);
	char *title = dmafp_traffic_title(row_of(view, i));

	fputs("<tr>", out);
	dmafp_tag(out, "th", " scope=\"row\"", "%s", title);
	fprintf(out, "<td>%s</td>", dmafp_arm_name(arm));
	dmafp_html_verdict(out, v->verdicts[arm]);
	if (v->timed)
		print_timed(v, arm, out);
	else
		print_exact(v, arm, out);
	print_number(v->arms[DMAFP_ARM_BASE], false, out);
	print_number(v->arms[arm], false, out);
	fprintf(out, "<td>%s</td></tr>\n", !v->reached ? "" : v->hidden ? "no" : "yes");
	free(title);
}

static void print_heads(bool timed, FILE *out)
{
	static const char *const exact[] = { "measured", "predicted", "unexplained", "floor",
					     "by" };
	static const char *const estimated[] = { "\xce\x94 p50", "95 % interval", "of base",
						 "margin", "A/A floor", "boots: base, arm" };
	const char *const *heads = timed ? estimated : exact;
	size_t nr = timed ? sizeof(estimated) / sizeof(estimated[0])
			  : sizeof(exact) / sizeof(exact[0]),
	       i;

	fputs("<thead><tr><th scope=\"col\">load and measure</th><th scope=\"col\">arm</th>"
	      "<th scope=\"col\" class=\"v\">verdict</th>",
	      out);
	for (i = 0; i < nr; i++)
		fprintf(out, "<th scope=\"col\">%s</th>", heads[i]);
	fputs("<th scope=\"col\">base</th><th scope=\"col\">the arm</th><th scope=\"col\">sees a "
	      "lock</th></tr></thead>\n<tbody>\n",
	      out);
}

static void print_table(const struct dmafp_view *view, const struct dmafp_section *s, FILE *out)
{
	bool timed = dmafp_traffic_is_timed(view->judgement, s);
	unsigned int arm;
	size_t i;

	fprintf(out,
		"<div class=\"scroll\" role=\"group\" aria-label=\"Real traffic\" tabindex=\"0\">"
		"<table>\n<caption>Each arm against base, %s per op</caption>\n",
		timed ? "ns" : "instructions");
	print_heads(timed, out);
	for (i = s->first_traffic; i < s->first_traffic + s->nr_traffic; i++)
		for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
			if (verdict_of(view, i)->judged && s->group->arms[arm].nr)
				print_row(view, i, arm, out);
	fputs("</tbody></table></div>\n", out);
}

/* Throughput and latencies, where they mean something */

static void print_shown(const struct dmafp_traffic_row *row, const char *what,
			double (*get)(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm),
			FILE *out)
{
	char *title = dmafp_load_title(row->load);
	unsigned int arm;

	if (!isnan(get(row, DMAFP_ARM_BASE))) {
		fputs("<tr>", out);
		dmafp_tag(out, "th", " scope=\"row\"", "%s, %s", title, what);
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			print_number(get(row, arm), false, out);
		fputs("</tr>\n", out);
	}
	free(title);
}

static double p50_of(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm)
{
	return dmafp_traffic_median(&row->sides[arm], DMAFP_STATISTIC_P50);
}

static double p99_of(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm)
{
	return dmafp_traffic_median(&row->sides[arm], DMAFP_STATISTIC_P99);
}

static void print_latencies(const struct dmafp_traffic_row *row, FILE *out)
{
	char *p50 = dmafp_path("%s p50, ns", dmafp_measure_name(row->kind));
	char *p99 = dmafp_path("%s p99, ns", dmafp_measure_name(row->kind));

	print_shown(row, p50, p50_of, out);
	print_shown(row, p99, p99_of, out);
	free(p99);
	free(p50);
}

static void print_rates(const struct dmafp_view *view, const struct dmafp_section *s, FILE *out)
{
	unsigned int arm;
	size_t i;

	fputs("<div class=\"scroll\" role=\"group\" aria-label=\"Throughput\" tabindex=\"0\">"
	      "<table>\n<caption>Medians of the boots, shown and not judged</caption>\n<thead><tr>"
	      "<th scope=\"col\">load</th>",
	      out);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		fprintf(out, "<th scope=\"col\">%s</th>", dmafp_arm_name(arm));
	fputs("</tr></thead>\n<tbody>\n", out);
	for (i = s->first_traffic; i < s->first_traffic + s->nr_traffic; i++) {
		const struct dmafp_traffic_row *row = row_of(view, i);

		if (dmafp_traffic_starts(view->comparison, s, i)) {
			print_shown(row, "per second", dmafp_traffic_rate, out);
			print_shown(row, "CPU ns per op of the tool", dmafp_traffic_cpu, out);
			print_shown(row, row->load->tool == DMAFP_LOAD_FIO ?
						 "cycles per op, start and end of fio's threads "
						 "included" :
						 "cycles per op", dmafp_traffic_cycles, out);
		}
		if (!verdict_of(view, i)->judged)
			print_latencies(row, out);
	}
	fputs("</tbody></table></div>\n", out);
}

static void print_calls(const struct dmafp_view *view, const struct dmafp_section *s, FILE *out)
{
	size_t i;

	fputs("<ul>\n", out);
	for (i = s->first_traffic; i < s->first_traffic + s->nr_traffic; i++) {
		char *title, *calls;

		if (!dmafp_traffic_starts(view->comparison, s, i))
			continue;
		title = dmafp_load_title(row_of(view, i)->load);
		calls = dmafp_traffic_calls(row_of(view, i));
		dmafp_tag(out, "li", "", "%s, %s", title, calls);
		fputc('\n', out);
		free(calls);
		free(title);
	}
	fputs("</ul>\n", out);
}

static void print_section(const struct dmafp_view *view, const struct dmafp_section *s,
			  const char *where, FILE *out)
{
	dmafp_tag(out, "h3", "", "%s in %s", dmafp_traffic_tool(view->comparison, s), where);
	fputc('\n', out);
	print_calls(view, s, out);
	fputs("<div class=\"grid wide\">\n", out);
	print_pictures(view, s, where, out);
	fputs("</div>\n", out);
	print_table(view, s, out);
	if (dmafp_traffic_is_timed(view->judgement, s))
		print_rates(view, s, out);
}

/* The page */

static void print_meaning(const struct dmafp_view *view, FILE *out)
{
	if (dmafp_traffic_any(view->judgement, false))
		fputs("<p>Each arm minus base, in instructions per IO or packet. The upright "
		      "line is what the checks of each op predict, the band the floor around it: "
		      "the greatest difference of boots that should not differ. A row whose "
		      "floor hides always-lock cannot see a lock, and patched is not judged on "
		      "it.</p>\n",
		      out);
	if (dmafp_traffic_any(view->judgement, true))
		fputs("<p>Each arm minus base, in time: the estimate with its 95 % interval, the "
		      "band the margin. A row on which always-lock is not REGRESSED does not see "
		      "a lock and clears no patch.</p>\n",
		      out);
}

static void attach_text(const struct dmafp_view *view, FILE *out)
{
	dmafp_text_driver_attach(view->comparison, out);
}

void dmafp_html_traffic(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	size_t i, nr;

	print_meaning(view, out);
	dmafp_html_legend(view, out);
	for (i = 0; i < c->nr_sections; i++) {
		char *where = dmafp_traffic_places(c, view->judgement, &c->sections[i], &nr);

		if (where)
			print_section(view, &c->sections[i], where, out);
		free(where);
	}
	dmafp_html_plain(attach_text, view, out);
}
