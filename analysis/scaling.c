// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics.h>

#include "analysis/cell.h"
#include "analysis/scaling.h"
#include "base/alloc.h"
#include "base/file.h"

/* What one worker made */
static uint64_t samples_of(const struct dmafp_cell_result *cell, size_t worker)
{
	if (cell->runs[worker].has_samples)
		return cell->runs[worker].samples;
	if (cell->nr_runs == 1)
		return cell->map.hist.count;
	return worker < cell->map.nr_workers ? cell->map.workers[worker].count : 0;
}

double dmafp_scaling_throughput(const struct dmafp_cell_result *cell, unsigned int khz)
{
	double per_tick = 0;
	size_t i;

	for (i = 0; i < cell->nr_runs; i++) {
		if (!cell->runs[i].elapsed)
			return 0;
		per_tick += dmafp_cell_ops(cell, samples_of(cell, i)) /
			    (double)cell->runs[i].elapsed;
	}
	return per_tick * khz * 1e3;
}

/* Curves and their points */

static bool is_on(const struct dmafp_scaling_curve *curve, const struct dmafp_group *group,
		  const struct dmafp_cell_result *cell)
{
	return curve->group == group && dmafp_cell_same_curve(curve->cell, cell);
}

static struct dmafp_scaling_curve *find_curve(struct dmafp_scaling *s,
					      const struct dmafp_group *group,
					      const struct dmafp_cell_result *cell)
{
	size_t i;

	for (i = 0; i < s->nr; i++)
		if (is_on(&s->curves[i], group, cell))
			return &s->curves[i];
	s->curves = dmafp_alloc_grow(s->curves, s->nr, sizeof(*s->curves));
	s->curves[s->nr] = (struct dmafp_scaling_curve) { .group = group, .cell = cell };
	return &s->curves[s->nr++];
}

static void add_point(struct dmafp_scaling_curve *curve, size_t threads)
{
	struct dmafp_scaling_point *points;
	size_t i;

	for (i = 0; i < curve->nr_points; i++)
		if (curve->points[i].threads == threads)
			return;
	points = dmafp_alloc_grow(curve->points, curve->nr_points, sizeof(*points));
	for (i = curve->nr_points++; i && points[i - 1].threads > threads; i--)
		points[i] = points[i - 1];
	points[i] = (struct dmafp_scaling_point) { .threads = threads };
	curve->points = points;
}

static void add_cells(struct dmafp_scaling *s, const struct dmafp_group *group,
		      const struct dmafp_result *result)
{
	size_t i;

	if (result->domain != DMAFP_DOMAIN_TIMED)
		return;
	for (i = 0; i < result->nr_cells; i++)
		if (result->cells[i].scales)
			add_point(find_curve(s, group, &result->cells[i]),
				  result->cells[i].nr_cpus);
}

/* What each arm did there */

/* 0 if the boot does not say */
static double throughput_in(const struct dmafp_result *result,
			    const struct dmafp_scaling_curve *curve, size_t threads)
{
	size_t i;

	for (i = 0; i < result->nr_cells && result->domain == DMAFP_DOMAIN_TIMED; i++) {
		const struct dmafp_cell_result *cell = &result->cells[i];

		if (cell->nr_cpus == threads && dmafp_cell_same_curve(cell, curve->cell))
			return dmafp_scaling_throughput(cell, result->calibration.tick_khz);
	}
	return 0;
}

static double median_of(const double *values, size_t nr)
{
	double *copy = dmafp_alloc(nr, sizeof(*copy)), median;

	memcpy(copy, values, nr * sizeof(*copy));
	median = nr ? gsl_stats_median(copy, 1, nr) : 0;
	free(copy);
	return median;
}

static void fill_side(const struct dmafp_scaling_curve *curve, size_t threads,
		      const struct dmafp_boots *boots, struct dmafp_scaling_side *side)
{
	size_t i;

	side->throughputs = dmafp_alloc(boots->nr, sizeof(double));
	side->efficiencies = dmafp_alloc(boots->nr, sizeof(double));
	for (i = 0; i < boots->nr; i++) {
		double here = throughput_in(boots->items[i], curve, threads);
		double alone = throughput_in(boots->items[i], curve, 1);

		if (here > 0)
			side->throughputs[side->nr++] = here;
		if (here > 0 && alone > 0)
			side->efficiencies[side->nr_efficiencies++] =
				here / ((double)threads * alone);
	}
	side->throughput = median_of(side->throughputs, side->nr);
	side->efficiency = median_of(side->efficiencies, side->nr_efficiencies);
}

static void fill_point(const struct dmafp_scaling_curve *curve,
		       struct dmafp_scaling_point *point)
{
	struct dmafp_scaling_side *base = &point->sides[DMAFP_ARM_BASE], *side;
	struct dmafp_replicates of_base, of_arm;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		fill_side(curve, point->threads, &curve->group->arms[arm], &point->sides[arm]);
	of_base = (struct dmafp_replicates) { base->throughputs, NULL, base->nr };
	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++) {
		side = &point->sides[arm];
		of_arm = (struct dmafp_replicates) { side->throughputs, NULL, side->nr };
		/* nothing is judged here: any margin will do */
		dmafp_effect_of(&of_base, &of_arm, 1, &side->effect);
	}
}

void dmafp_scaling_of(const struct dmafp_set *set, struct dmafp_scaling *s)
{
	unsigned int arm;
	size_t i, k;

	*s = (struct dmafp_scaling) { 0 };
	for (i = 0; i < set->nr_groups; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			for (k = 0; k < set->groups[i].arms[arm].nr; k++)
				add_cells(s, &set->groups[i], set->groups[i].arms[arm].items[k]);
	for (i = 0; i < s->nr; i++)
		for (k = 0; k < s->curves[i].nr_points; k++)
			fill_point(&s->curves[i], &s->curves[i].points[k]);
}

static void free_point(struct dmafp_scaling_point *point)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		free(point->sides[arm].throughputs);
		free(point->sides[arm].efficiencies);
	}
}

void dmafp_scaling_free(struct dmafp_scaling *s)
{
	size_t i, k;

	for (i = 0; i < s->nr; i++) {
		for (k = 0; k < s->curves[i].nr_points; k++)
			free_point(&s->curves[i].points[k]);
		free(s->curves[i].points);
	}
	free(s->curves);
	*s = (struct dmafp_scaling) { 0 };
}

double dmafp_scaling_best(const struct dmafp_scaling_curve *curve)
{
	unsigned int arm;
	double best = 0;
	size_t i;

	for (i = 0; i < curve->nr_points; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			best = fmax(best, curve->points[i].sides[arm].throughput);
	return best;
}

/* Where the curve is */

static const struct dmafp_result *any_result(const struct dmafp_group *group)
{
	unsigned int arm = 0;

	while (!group->arms[arm].nr)
		arm++;
	return group->arms[arm].items[0];
}

char *dmafp_scaling_where(const struct dmafp_scaling_curve *curve)
{
	const struct dmafp_cell_result *cell = curve->cell;
	int device = any_result(curve->group)->device.node;
	char *buffers, *where;

	if (cell->worker_node < 0)
		return dmafp_path("%s: workers on all nodes, buffers on each one's own",
				  cell->place);
	buffers = cell->node < 0 || cell->node == cell->worker_node ?
			  dmafp_alloc_string("") :
			  dmafp_path(", buffers on node %d", cell->node);
	where = device < 0 ? dmafp_path("%s: workers on node %d%s, the device has no node",
					cell->place, cell->worker_node, buffers) :
			     dmafp_path("%s: workers on node %d%s, the device on node %d",
					cell->place, cell->worker_node, buffers, device);
	free(buffers);
	return where;
}
