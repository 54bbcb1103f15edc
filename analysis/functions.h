/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the time of an op goes, function by function, the arms side by side: what
 * perf sampled, times what the op was measured to take.
 *
 * A share is of the samples in which the CPUs were busy: neither idle nor in perf
 * itself.  Of a load, that is all that the CPUs did, user space included, and it is
 * multiplied with the time per op in which they did not idle.  Of a cell it is what
 * the kernel did outside of dmafp's own loop, and it is multiplied with map and unmap
 * together, less what the null op takes.
 *
 * A sample weighs its period, what was counted since the one before it: at a frequency
 * the kernel adapts that on each CPU, and one that is busy for a tenth of the time has
 * nearly as many samples as one that always is.
 */
#ifndef DMAFP_ANALYSIS_FUNCTIONS_H
#define DMAFP_ANALYSIS_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/set.h"

/**
 * struct dmafp_functions_side - one function in one arm
 * @samples: of all boots
 * @weight: their periods, in what the event counts; where periods are not known,
 *	@samples once more
 * @share: of the weight of the busy ones, 0..1
 * @cost: per op, where the arm has a cost
 * @error: of @cost, by sampling alone: one standard deviation
 */
struct dmafp_functions_side {
	uint64_t samples;
	double weight, share, cost, error;
};

/** struct dmafp_functions_row - one function, or several summed up */
struct dmafp_functions_row {
	char *name;  /* without the compiler's suffixes */
	bool shared; /* others than the map path call it as well */
	struct dmafp_functions_side sides[DMAFP_NR_ARMS];
};

/**
 * struct dmafp_functions_arm - what was sampled in one arm, all boots together
 * @boots: with samples, 0: none
 * @samples: all; @lost: that perf had no room for
 * @idle: of @samples, and so are the next
 * @recorder: in perf itself
 * @harness: in dmafp's module
 * @user: outside the kernel
 * @busy: what shares are of, @busy_weight its weight
 * @harness_weight: of @harness
 * @has_cost: @cost is known
 * @cost: of an op, see above, in the unit of all arms
 */
struct dmafp_functions_arm {
	size_t boots;
	uint64_t samples, lost, idle, recorder, harness, user, busy;
	double busy_weight, harness_weight;
	bool has_cost;
	double cost;
};

/**
 * struct dmafp_functions - one load or one cell of one group
 * @group: where it belongs
 * @load: NULL: it is a cell; @cell: NULL: it is a load
 * @title: of either
 * @unit: of costs: "instructions", "cycles", "ns" or "ticks"
 * @how: a sampling of it, for its event
 * @unlike: a sampling for which the load was made in another way than it was measured,
 *	so that no share of it is one of what was measured; NULL: none was
 * @by_period: shares are of periods, else of numbers of samples
 * @arms: by arm
 * @rows: functions on the map path, by name
 * @path: all of @rows
 * @others: the rest of what was busy
 */
struct dmafp_functions {
	const struct dmafp_group *group;
	const struct dmafp_load *load;
	const struct dmafp_cell_result *cell;
	char *title;
	const char *unit;
	const struct dmafp_sampling *how, *unlike;
	bool by_period;
	struct dmafp_functions_arm arms[DMAFP_NR_ARMS];
	struct dmafp_functions_row *rows;
	size_t nr_rows;
	struct dmafp_functions_row path, others;
};

/** struct dmafp_functions_list - all that was sampled, group by group */
struct dmafp_functions_list {
	struct dmafp_functions *items;
	size_t nr;
};

/**
 * dmafp_functions_collect() - all that was sampled in a set
 * @set: grouped; must outlive the list
 * @list: filled; release it with dmafp_functions_list_free()
 */
void dmafp_functions_collect(const struct dmafp_set *set,
			     struct dmafp_functions_list *list);

/** dmafp_functions_list_free() - release all, and empty it */
void dmafp_functions_list_free(struct dmafp_functions_list *list);

/** dmafp_functions_both() - have base and that arm a cost, so that they can be compared? */
bool dmafp_functions_both(const struct dmafp_functions *functions, enum dmafp_arm_id arm);

/** dmafp_functions_difference() - of the cost, arm minus base */
double dmafp_functions_difference(const struct dmafp_functions_row *row,
				  enum dmafp_arm_id arm);

/** dmafp_functions_error() - of that difference: one standard deviation */
double dmafp_functions_error(const struct dmafp_functions_row *row, enum dmafp_arm_id arm);

/**
 * dmafp_functions_differ() - does the row differ by more than sampling explains?
 *
 * By four standard deviations, and by more than placebo, which does the same as
 * base, differs from base: samples of a clock stick to places, and where these are
 * is another matter in every kernel.
 */
bool dmafp_functions_differ(const struct dmafp_functions *functions,
			    const struct dmafp_functions_row *row, enum dmafp_arm_id arm);

/**
 * dmafp_functions_unlike() - "32 IOs in flight in place of 1"
 *
 * Return: how @functions' load was made for samples in another way, to free(); NULL: it
 * was not.
 */
char *dmafp_functions_unlike(const struct dmafp_functions *functions);

/** dmafp_functions_unit() - what an op is: "IO", "packet", "op" */
const char *dmafp_functions_unit(const struct dmafp_functions *functions);

#endif /* DMAFP_ANALYSIS_FUNCTIONS_H */
