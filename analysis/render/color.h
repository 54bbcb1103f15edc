/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colours on a terminal: of verdicts, and of signs where a verdict was reached. */
#ifndef DMAFP_ANALYSIS_COLOR_H
#define DMAFP_ANALYSIS_COLOR_H

#include <stdbool.h>
#include <stdio.h>

/** dmafp_color_choices - "auto", "always", "never"; ends with NULL */
extern const char *const dmafp_color_choices[];

/**
 * dmafp_color_wanted() - shall @out have colours?
 * @when: one of the choices
 * @out: where the text goes
 *
 * auto: if it is a terminal that is not dumb, and NO_COLOR is not set to
 * anything but the empty string (https://no-color.org).
 */
bool dmafp_color_wanted(const char *when, FILE *out);

/** dmafp_color_print() - print @text, which is the same without the colours */
void dmafp_color_print(const char *text, FILE *out);

#endif /* DMAFP_ANALYSIS_COLOR_H */
