/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cells: what makes two of them the same one, and what they are called. */
#ifndef DMAFP_ANALYSIS_CELL_H
#define DMAFP_ANALYSIS_CELL_H

#include <stdbool.h>

#include "analysis/result.h"

/** dmafp_cell_same() - do @a and @b differ in nothing but what was measured? */
bool dmafp_cell_same(const struct dmafp_cell_result *a, const struct dmafp_cell_result *b);

/**
 * dmafp_cell_title() - "map_page 64K from", with " x4" for four workers
 *
 * Return: text to free().
 */
char *dmafp_cell_title(const struct dmafp_cell_result *cell);

/** dmafp_call_title() - the same from the parts; @direction may be NULL */
char *dmafp_call_title(const char *op, uint64_t bytes, const char *direction);

#endif /* DMAFP_ANALYSIS_CELL_H */
