/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of the HTML report.  A part has a heading of its own only where it
 * has something to show; html.c asks it first.
 */
#ifndef DMAFP_ANALYSIS_HTML_H
#define DMAFP_ANALYSIS_HTML_H

#include <stdbool.h>
#include <stdio.h>

#include "analysis/lines.h"
#include "analysis/render/render.h"

extern const char dmafp_html_style[]; /* the style sheet */

/** dmafp_html_head() - verdict, one number per arm, reasons */
void dmafp_html_head(const struct dmafp_view *view, FILE *out);

/** dmafp_html_source() - what was measured, where, and with what */
void dmafp_html_source(const struct dmafp_view *view, FILE *out);

/** dmafp_html_forest() - differences against the margin */
void dmafp_html_forest(const struct dmafp_view *view, FILE *out);

/** dmafp_html_tables() - every row in numbers */
void dmafp_html_tables(const struct dmafp_view *view, FILE *out);

/** dmafp_html_scaling() - throughput over the number of workers */
void dmafp_html_scaling(const struct dmafp_view *view, FILE *out);

/** dmafp_html_spread() - distributions of the arms over each other */
void dmafp_html_spread(const struct dmafp_view *view, FILE *out);

/** dmafp_html_traffic() - real traffic: measured beside predicted */
void dmafp_html_traffic(const struct dmafp_view *view, FILE *out);

/** dmafp_html_drift() - boots in the order of time, and series within a boot */
void dmafp_html_drift(const struct dmafp_view *view, FILE *out);

/** dmafp_html_first_maps() - first maps, and the evidence about the attach */
void dmafp_html_first_maps(const struct dmafp_view *view, FILE *out);

/** dmafp_html_walks() - the static proof */
void dmafp_html_walks(const struct dmafp_view *view, FILE *out);

/** dmafp_html_steps() - the exact profile */
void dmafp_html_steps(const struct dmafp_view *view, FILE *out);

/** dmafp_html_functions() - what perf sampled and says */
void dmafp_html_functions(const struct dmafp_view *view, FILE *out);

/** dmafp_html_notes() - rows that need a word */
void dmafp_html_notes(const struct dmafp_view *view, FILE *out);

/** dmafp_html_commands() - how to do it again */
void dmafp_html_commands(const struct dmafp_view *view, FILE *out);

/* What the parts share */

/** dmafp_html_timed() - is a result of the timed domain? */
bool dmafp_html_timed(const struct dmafp_view *view);

/** dmafp_html_measured() - is there a result of that arm? */
bool dmafp_html_measured(const struct dmafp_view *view, enum dmafp_arm_id arm);

/** dmafp_html_row_title() - "map_page 4K to map"; free() it */
char *dmafp_html_row_title(const struct dmafp_row *row);

/** dmafp_html_any_stats() - those of base, or of the first arm that has the cell */
const struct dmafp_stats *dmafp_html_any_stats(const struct dmafp_row *row);

/**
 * dmafp_html_same_sections() - the sections that read like the one at @i
 *
 * Return: where they are, to free(); NULL if an earlier section reads the same, or if
 * this one has nothing but real traffic.
 */
char *dmafp_html_same_sections(const struct dmafp_view *view, size_t i);

/** dmafp_html_legend() - how the arms are drawn */
void dmafp_html_legend(const struct dmafp_view *view, FILE *out);

/** dmafp_html_marker() - the mark of an arm, at a place in a plot */
void dmafp_html_marker(FILE *out, enum dmafp_arm_id arm, double x, double y, double size);

/** dmafp_html_verdict() - a cell of a table: sign and word */
void dmafp_html_verdict(FILE *out, enum dmafp_verdict verdict);

/** dmafp_html_sign() - of a verdict: it is told by more than its colour */
const char *dmafp_html_sign(enum dmafp_verdict verdict);

/**
 * dmafp_html_unfold() - what a part of the text report says, a line per item
 * @print: the part
 * @indent: blanks before a line that goes on with the item before
 * @lines: filled
 */
void dmafp_html_unfold(void (*print)(const struct dmafp_view *view, FILE *out),
		       const struct dmafp_view *view, size_t indent,
		       struct dmafp_lines *lines);

/** dmafp_html_plain() - a part of the text report as it is, without its heading */
void dmafp_html_plain(void (*print)(const struct dmafp_view *view, FILE *out),
		      const struct dmafp_view *view, FILE *out);

#endif /* DMAFP_ANALYSIS_HTML_H */
