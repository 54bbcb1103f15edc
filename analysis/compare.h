/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The four arms side by side: numbers, no verdicts. */
#ifndef DMAFP_ANALYSIS_COMPARE_H
#define DMAFP_ANALYSIS_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/scaling.h"
#include "analysis/set.h"
#include "analysis/traffic.h"

#define DMAFP_NULL_OP "null" /* the op that does nothing: the harness's floor */

enum dmafp_row_phase {
	DMAFP_ROW_MAP,
	DMAFP_ROW_UNMAP,
	DMAFP_NR_ROW_PHASES
};

/**
 * struct dmafp_stats - of one histogram, in ticks
 *
 * @p50_exact, @p99_exact: not only the low end of a bucket of several ticks.
 */
struct dmafp_stats {
	uint64_t count, min, p50, p99, sum;
	bool p50_exact, p99_exact;
	double mean;
};

/** struct dmafp_delta - arm minus base: above 0 the arm costs more */
struct dmafp_delta {
	int64_t min, p50, p99, sum;
};

/**
 * struct dmafp_side - one arm in one row
 * @phases: one per boot of the group's arm, NULL where the boot has no such cell
 * @nr_phases: boots
 * @cell: of the first boot that has it, NULL: the arm has no such cell
 * @phase: the same
 * @stats: of @phase
 * @delta: of @phase; only if base is there too
 * @same_hist: @phase has base's histogram
 * @boots_agree: all boots agree by dmafp_row_agrees()
 * @same_boots: all histograms and the counting pass are the same, and all boots
 *	have the cell or none
 */
struct dmafp_side {
	const struct dmafp_phase_result **phases;
	size_t nr_phases;
	const struct dmafp_cell_result *cell;
	const struct dmafp_phase_result *phase;
	struct dmafp_stats stats;
	struct dmafp_delta delta;
	bool same_hist, boots_agree, same_boots;
};

/**
 * struct dmafp_row - one phase of one cell, in all arms
 * @group: where it belongs
 * @cell: its parameters
 * @phase: map or unmap
 * @is_null: the null op
 * @sides: by arm
 */
struct dmafp_row {
	const struct dmafp_group *group;
	const struct dmafp_cell_result *cell;
	enum dmafp_row_phase phase;
	bool is_null;
	struct dmafp_side sides[DMAFP_NR_ARMS];
};

/**
 * struct dmafp_first_side - the first map of one arm, first boot
 * @first: NULL: not measured
 * @delta: map ticks minus base's, only if base is there too
 * @same_boots: the first map of every boot is the same in every number
 */
struct dmafp_first_side {
	const struct dmafp_first_result *first;
	int64_t delta;
	bool same_boots;
};

/**
 * struct dmafp_section - the rows of one group: @nr_rows from @first_row on, and of
 *	real traffic @nr_traffic from @first_traffic on
 */
struct dmafp_section {
	const struct dmafp_group *group;
	size_t first_row, nr_rows;
	size_t first_traffic, nr_traffic;
	struct dmafp_first_side firsts[DMAFP_NR_ARMS];
};

/** struct dmafp_comparison - all of it, in the order of the set's groups */
struct dmafp_comparison {
	const struct dmafp_set *set;
	struct dmafp_section *sections;
	size_t nr_sections;
	struct dmafp_row *rows;
	size_t nr_rows;
	struct dmafp_traffic_row *traffic_rows;
	size_t nr_traffic_rows;
	struct dmafp_scaling scaling;
};

/**
 * dmafp_comparison_new() - build the rows
 * @set: grouped; must outlive the comparison
 */
struct dmafp_comparison *dmafp_comparison_new(const struct dmafp_set *set);

/** dmafp_comparison_free() - NULL is fine */
void dmafp_comparison_free(struct dmafp_comparison *comparison);

/**
 * dmafp_row_has_queue() - does a flush queue stir a few samples of the row?
 *
 * With lazy invalidation (group type DMA-FQ) a timer empties the queue, on which
 * depends what IOVAs are free, and so what a few maps and unmaps cost.
 */
bool dmafp_row_has_queue(const struct dmafp_row *row);

/**
 * dmafp_row_agrees() - do two boots of one kernel agree?
 *
 * In every count of the histogram; with a flush queue in min, p50 and p99.
 */
bool dmafp_row_agrees(const struct dmafp_row *row, const struct dmafp_hist *a,
		      const struct dmafp_hist *b);

/**
 * dmafp_row_same() - the same phase of the same cell, and alike in every arm?
 * @same_side: when two sides are alike
 */
bool dmafp_row_same(const struct dmafp_row *a, const struct dmafp_row *b,
		    bool (*same_side)(const struct dmafp_side *a, const struct dmafp_side *b));

/** dmafp_stats_equal() - the same in every number? */
bool dmafp_stats_equal(const struct dmafp_stats *a, const struct dmafp_stats *b);

/** dmafp_row_phase_name() - "map" or "unmap" */
const char *dmafp_row_phase_name(enum dmafp_row_phase phase);

/** dmafp_group_title() - "keyed, intel-iommu, nvme 0000:00:04.0"; free() it */
char *dmafp_group_title(const struct dmafp_group *group);

/** dmafp_group_any() - a result of the group, base's if there is one */
const struct dmafp_result *dmafp_group_any(const struct dmafp_group *group);

/** dmafp_group_is_timed() - is a result of the group in the timed domain? */
bool dmafp_group_is_timed(const struct dmafp_group *group);

#endif /* DMAFP_ANALYSIS_COMPARE_H */
