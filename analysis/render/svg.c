// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/render/escape.h"
#include "analysis/render/svg.h"
#include "base/alloc.h"

#define TICKS	  5  /* about so many on an axis */
#define NUMBER	  48 /* bytes of a number in words */
#define LETTER	  6.6  /* as wide as a digit, at most */
#define TOO_CLOSE 34.0 /* between two numbers below the frame */

void dmafp_svg_number(FILE *out, double value)
{
	long tenths = lround(value * 10);

	fprintf(out, "%s%ld", tenths < 0 ? "-" : "", labs(tenths) / 10);
	if (tenths % 10)
		fprintf(out, ".%ld", labs(tenths) % 10);
}

void dmafp_svg_line(FILE *out, const char *class, double x1, double y1, double x2, double y2)
{
	fprintf(out, "<path class=\"%s\" d=\"M", class);
	dmafp_svg_number(out, x1);
	fputc(' ', out);
	dmafp_svg_number(out, y1);
	fputc('L', out);
	dmafp_svg_number(out, x2);
	fputc(' ', out);
	dmafp_svg_number(out, y2);
	fputs("\"/>", out);
}

void dmafp_svg_text(FILE *out, double x, double y, const char *class, const char *anchor,
		    const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = dmafp_alloc_vprintf(fmt, ap);
	va_end(ap);
	fprintf(out, "<text class=\"%s\" text-anchor=\"%s\" x=\"", class, anchor);
	dmafp_svg_number(out, x);
	fputs("\" y=\"", out);
	dmafp_svg_number(out, y);
	fputs("\">", out);
	dmafp_escape(out, text);
	fputs("</text>", out);
	free(text);
}

/* Where a value is between the ends, 0 to 1 */
static double share(const struct dmafp_axis *a, double value)
{
	double at;

	if (a->log)
		at = log(fmax(value, a->low) / a->low) / log(a->high / a->low);
	else
		at = (value - a->low) / (a->high - a->low);
	return fmin(fmax(at, 0), 1);
}

double dmafp_plot_x(const struct dmafp_plot *p, double value)
{
	return p->left + share(&p->x, value) * (DMAFP_SVG_WIDTH - p->left - p->right);
}

double dmafp_plot_y(const struct dmafp_plot *p, double value)
{
	return p->height - p->bottom - share(&p->y, value) * (p->height - p->top - p->bottom);
}

/* 1, 2 or 5 times a power of ten, so that there are about TICKS of them */
static double step_of(double width, bool whole)
{
	double raw = width / TICKS, power = pow(10, floor(log10(raw))), times = raw / power;
	double step = power * (times < 1.5 ? 1 : times < 3.5 ? 2 : times < 7.5 ? 5 : 10);

	return whole ? fmax(step, 1) : step;
}

void dmafp_axis_around(struct dmafp_axis *a, double low, double high)
{
	double room = (high - low) * 0.06;

	if (high <= low)
		room = a->whole ? 1 : fmax(fabs(high) * 0.01, 1e-9);
	a->low = low - room;
	a->high = high + room;
}

static void number_text(char text[NUMBER], const struct dmafp_axis *a, double value,
			double step)
{
	int decimals = step < 1 ? (int)ceil(-log10(step) - 1e-9) : 0;

	if (fabs(value) < step * 1e-6)
		value = 0;
	if (fabs(value) >= 1e7 || step >= 1e6)
		snprintf(text, NUMBER, "%gM%s", value / 1e6, a->unit);
	else if (fabs(value) >= 1e5 && step >= 1e3)
		snprintf(text, NUMBER, "%gk%s", value / 1e3, a->unit);
	else
		snprintf(text, NUMBER, "%.*f%s", decimals, value, a->unit);
}

/* The next tick behind @value: 1, 2 and 5 of each decade on a logarithmic axis */
static double next_tick(const struct dmafp_axis *a, double value, double step)
{
	double power, times;

	if (!a->log)
		return value + step;
	power = pow(10, floor(log10(value) + 1e-9));
	times = value / power;
	return power * (times < 1.5 ? 2 : times < 3.5 ? 5 : 10);
}

static double first_tick(const struct dmafp_axis *a, double step)
{
	double tick;

	if (!a->log)
		return ceil(a->low / step - 1e-9) * step;
	for (tick = pow(10, floor(log10(a->low))); tick < a->low;)
		tick = next_tick(a, tick, step);
	return tick;
}

/* The middle of a number below the frame, so that it does not leave the picture */
static double inside(double x, const char *text)
{
	double half = (double)strlen(text) * LETTER / 2;

	return fmax(half, fmin(x, DMAFP_SVG_WIDTH - half));
}

void dmafp_plot_begin(const struct dmafp_plot *p, const char *title)
{
	fprintf(p->out, "<svg class=\"plot\" viewBox=\"0 0 %.0f %.0f\" role=\"img\"><title>",
		DMAFP_SVG_WIDTH, p->height);
	dmafp_escape(p->out, title);
	fputs("</title>", p->out);
}

void dmafp_plot_x_axis(const struct dmafp_plot *p)
{
	double y = p->height - p->bottom, step = step_of(p->x.high - p->x.low, p->x.whole);
	double end = p->x.high + step * 1e-6, last = -TOO_CLOSE, tick;
	char text[NUMBER];

	dmafp_svg_line(p->out, "ax", p->left, y, DMAFP_SVG_WIDTH - p->right, y);
	for (tick = first_tick(&p->x, step); tick <= end; tick = next_tick(&p->x, tick, step)) {
		double x = dmafp_plot_x(p, tick);

		dmafp_svg_line(p->out, "ax", x, y, x, y + 4);
		if (x - last < TOO_CLOSE)
			continue;
		last = x;
		number_text(text, &p->x, tick, p->x.log ? fmin(tick, 1) : step);
		dmafp_svg_text(p->out, inside(x, text), y + 15, "t", "middle", "%s", text);
	}
	dmafp_svg_text(p->out, (p->left + DMAFP_SVG_WIDTH - p->right) / 2, y + 29, "t", "middle",
		       "%s", p->x.label);
}

void dmafp_plot_y_axis(const struct dmafp_plot *p)
{
	double step = step_of(p->y.high - p->y.low, p->y.whole), tick;
	char text[NUMBER];

	for (tick = first_tick(&p->y, step); tick <= p->y.high + step * 1e-6; tick += step) {
		double y = dmafp_plot_y(p, tick);

		dmafp_svg_line(p->out, "gr", p->left, y, DMAFP_SVG_WIDTH - p->right, y);
		number_text(text, &p->y, tick, step);
		dmafp_svg_text(p->out, p->left - 4, y + 4, "t", "end", "%s", text);
	}
	dmafp_svg_text(p->out, 2, p->top - 6, "t", "start", "%s", p->y.label);
}

void dmafp_plot_end(const struct dmafp_plot *p)
{
	fputs("</svg>\n", p->out);
}

void dmafp_plot_band(const struct dmafp_plot *p, double from, double to, double y,
		     double height)
{
	double left = dmafp_plot_x(p, from), right = dmafp_plot_x(p, to);

	fputs("<rect class=\"band\" x=\"", p->out);
	dmafp_svg_number(p->out, left);
	fputs("\" y=\"", p->out);
	dmafp_svg_number(p->out, y);
	fputs("\" width=\"", p->out);
	dmafp_svg_number(p->out, right - left);
	fputs("\" height=\"", p->out);
	dmafp_svg_number(p->out, height);
	fputs("\"/>", p->out);
}
