/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cells: what makes two of them the same one, and what they are called. */
#ifndef DMAFP_ANALYSIS_CELL_H
#define DMAFP_ANALYSIS_CELL_H

#include <stdbool.h>

#include "analysis/result.h"

/** dmafp_cell_same() - do @a and @b differ in nothing but what was measured? */
bool dmafp_cell_same(const struct dmafp_cell_result *a, const struct dmafp_cell_result *b);

/**
 * dmafp_cell_title() - "map_page 64K from", "map_sg 64K/16s to blk x4"
 *
 * Behind the size the entries of a scatterlist, "s" if they are scattered;
 * "touched"; "blk" or "sus" for methods other than latency; "x4" for four
 * workers.  What a profile has only one value for is not in it.
 *
 * Return: text to free().
 */
char *dmafp_cell_title(const struct dmafp_cell_result *cell);

/** dmafp_cell_method() - "latency", "block" or "sustained" */
const char *dmafp_cell_method(const struct dmafp_cell_result *cell);

#endif /* DMAFP_ANALYSIS_CELL_H */
