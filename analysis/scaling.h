/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Throughput over the number of workers: numbers, no verdicts. */
#ifndef DMAFP_ANALYSIS_SCALING_H
#define DMAFP_ANALYSIS_SCALING_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/set.h"
#include "analysis/stat/effect.h"

/**
 * struct dmafp_scaling_side - one arm with so many workers
 * @throughputs: of each boot that has the cell: ops per second of all workers together
 * @efficiencies: of each boot: its throughput, of as many times that with one worker
 * @nr: such boots
 * @nr_efficiencies: those that have a cell with one worker, too
 * @throughput: median of the boots, only if there is one
 * @efficiency: the same, 1 is ideal
 * @effect: of the throughputs against base's; ratios above 1 are faster than base
 */
struct dmafp_scaling_side {
	double *throughputs, *efficiencies;
	size_t nr, nr_efficiencies;
	double throughput, efficiency;
	struct dmafp_effect effect;
};

/** struct dmafp_scaling_point - so many workers, in all arms */
struct dmafp_scaling_point {
	size_t threads;
	struct dmafp_scaling_side sides[DMAFP_NR_ARMS];
};

/**
 * struct dmafp_scaling_curve - one op with one set of parameters in one place
 * @group: where it belongs
 * @cell: one of the points, for all but the number of workers
 * @points: from few threads to many
 * @nr_points: how many
 */
struct dmafp_scaling_curve {
	const struct dmafp_group *group;
	const struct dmafp_cell_result *cell;
	struct dmafp_scaling_point *points;
	size_t nr_points;
};

/** struct dmafp_scaling - all curves, group by group */
struct dmafp_scaling {
	struct dmafp_scaling_curve *curves;
	size_t nr;
};

/**
 * dmafp_scaling_of() - the curves of all groups
 * @set: grouped; must outlive them
 * @scaling: filled; release it with dmafp_scaling_free()
 *
 * Only of the timed domain: instructions say nothing of how workers hinder each other.
 */
void dmafp_scaling_of(const struct dmafp_set *set, struct dmafp_scaling *scaling);

/** dmafp_scaling_free() - release what it holds, and empty it */
void dmafp_scaling_free(struct dmafp_scaling *scaling);

/**
 * dmafp_scaling_throughput() - what all workers of a cell did in a second
 * @cell: of the timed domain
 * @khz: ticks in a millisecond
 *
 * The sum of what each worker did in its own time; an op is a map and its unmap.
 *
 * Return: ops per second, 0 if it is not known.
 */
double dmafp_scaling_throughput(const struct dmafp_cell_result *cell, unsigned int khz);

/** dmafp_scaling_best() - the greatest throughput of any arm on the curve */
double dmafp_scaling_best(const struct dmafp_scaling_curve *curve);

/**
 * dmafp_scaling_where() - "local: workers on node 0, the device on node 0"
 *
 * Return: text to free().
 */
char *dmafp_scaling_where(const struct dmafp_scaling_curve *curve);

#endif /* DMAFP_ANALYSIS_SCALING_H */
