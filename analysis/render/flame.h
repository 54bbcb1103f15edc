/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flame graphs: one phase of one op, a frame as wide as what it and its callees take. */
#ifndef DMAFP_ANALYSIS_FLAME_H
#define DMAFP_ANALYSIS_FLAME_H

#include <stdio.h>

#include "analysis/steps.h"

/**
 * struct dmafp_flame - what is drawn
 * @title: a line above it, UTF-8
 * @steps: the arm
 * @base: draw the difference from this arm: colours say more or less, widths are
 *	of the arm that takes more; NULL: colours say what kind of function it is
 * @highlight: name of the function under test, NULL: none
 */
struct dmafp_flame {
	const char *title;
	const struct dmafp_steps *steps, *base;
	const char *highlight;
};

/**
 * dmafp_flame_svg() - write the <svg> element
 * @flame: what is drawn
 * @out: the stream; its errors are the caller's to check
 *
 * It stands for itself in a page of HTML and, behind an XML declaration, in a file.
 * It has no script: hovering over a frame shows its numbers, as its text does where
 * there is room.
 */
void dmafp_flame_svg(const struct dmafp_flame *flame, FILE *out);

#endif /* DMAFP_ANALYSIS_FLAME_H */
