/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cells: what makes two of them the same one, and what they are called. */
#ifndef DMAFP_ANALYSIS_CELL_H
#define DMAFP_ANALYSIS_CELL_H

#include <stdbool.h>

#include "analysis/result.h"

/** dmafp_cell_same() - do @a and @b differ in nothing but what was measured? */
bool dmafp_cell_same(const struct dmafp_cell_result *a, const struct dmafp_cell_result *b);

/** dmafp_cell_same_curve() - do they differ in nothing but in how many workers there are? */
bool dmafp_cell_same_curve(const struct dmafp_cell_result *a,
			   const struct dmafp_cell_result *b);

/** dmafp_cell_same_op() - do they differ in nothing else but in workers, nodes and place? */
bool dmafp_cell_same_op(const struct dmafp_cell_result *a, const struct dmafp_cell_result *b);

/**
 * dmafp_cell_title() - "map_page 64K from", "map_sg 64K/16s to blk x4"
 *
 * Behind the size the entries of a scatterlist, "s" if they are scattered;
 * "touched"; "blk" or "sus" for methods other than latency; "x4" for four
 * workers, "remote" for a point of that scaling curve.  What a profile has only one
 * value for is not in it.
 *
 * Return: text to free().
 */
char *dmafp_cell_title(const struct dmafp_cell_result *cell);

/** dmafp_cell_title_of_curve() - the same without workers and place; free() it */
char *dmafp_cell_title_of_curve(const struct dmafp_cell_result *cell);

/**
 * dmafp_cell_ops() - ops that it takes to make samples
 * @samples: how many, of all workers or of one
 *
 * What counts or lasts over the whole loop is divided by these: method block makes
 * ops_per_sample ops and then twice as many, for a sample about their difference
 * (dmafp_loop_block() of kmod/loop.h).
 *
 * Return: ops, of both phases: a map and its unmap are one.
 */
double dmafp_cell_ops(const struct dmafp_cell_result *cell, uint64_t samples);

/** dmafp_cell_method() - "latency", "block" or "sustained" */
const char *dmafp_cell_method(const struct dmafp_cell_result *cell);

#endif /* DMAFP_ANALYSIS_CELL_H */
