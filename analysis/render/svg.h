/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plots in plain SVG: one frame with axes, as wide as a phone, so that its
 * letters are as large as the page's.  Colours and dashes are the style sheet's.
 */
#ifndef DMAFP_ANALYSIS_SVG_H
#define DMAFP_ANALYSIS_SVG_H

#include <stdbool.h>
#include <stdio.h>

#define DMAFP_SVG_WIDTH 360.0 /* of every plot */

/**
 * struct dmafp_axis - the values from one end of the frame to the other
 * @low, @high: @low < @high
 * @log: logarithmic; @low > 0
 * @whole: only whole numbers have a meaning
 * @unit: behind the numbers, "" for none
 * @label: what they are
 */
struct dmafp_axis {
	double low, high;
	bool log, whole;
	const char *unit, *label;
};

/**
 * struct dmafp_plot - a frame in the picture
 * @height: of the whole picture
 * @left, @right, @top, @bottom: from its edges to the frame
 */
struct dmafp_plot {
	FILE *out;
	double height, left, right, top, bottom;
	struct dmafp_axis x, y;
};

/**
 * dmafp_plot_begin() - open the picture
 * @title: read out instead of it; any text
 */
void dmafp_plot_begin(const struct dmafp_plot *plot, const char *title);

/** dmafp_plot_x_axis() - line, ticks, numbers and label below the frame */
void dmafp_plot_x_axis(const struct dmafp_plot *plot);

/** dmafp_plot_y_axis() - the same on the left, with lines across the frame */
void dmafp_plot_y_axis(const struct dmafp_plot *plot);

/** dmafp_plot_end() - close the picture */
void dmafp_plot_end(const struct dmafp_plot *plot);

/** dmafp_plot_x(), dmafp_plot_y() - where a value is; one outside is at the edge */
double dmafp_plot_x(const struct dmafp_plot *plot, double value);
double dmafp_plot_y(const struct dmafp_plot *plot, double value);

/** dmafp_plot_band() - a bar of class "band" over a range of values, @y its upper edge */
void dmafp_plot_band(const struct dmafp_plot *plot, double from, double to, double y,
		     double height);

/** dmafp_svg_text() - printf-like, escaped; @anchor: "start", "middle" or "end" */
void dmafp_svg_text(FILE *out, double x, double y, const char *class, const char *anchor,
		    const char *fmt, ...) __attribute__((format(printf, 6, 7)));

/** dmafp_svg_line() - a straight one */
void dmafp_svg_line(FILE *out, const char *class, double x1, double y1, double x2, double y2);

/** dmafp_svg_number() - a coordinate: one decimal, never "-0" */
void dmafp_svg_number(FILE *out, double value);

/** dmafp_axis_around() - widen to a round range that holds both ends; a point, too */
void dmafp_axis_around(struct dmafp_axis *axis, double low, double high);

#endif /* DMAFP_ANALYSIS_SVG_H */
