/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan: a profile, spelt out for the ops that the loaded module has. */
#ifndef DMAFP_RUN_PLAN_H
#define DMAFP_RUN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "kmod/uapi/dmafp.h"
#include "run/profile.h"
#include "run/spread.h"

/**
 * struct dmafp_plan_cell - one op with one set of parameters
 * @op: the module's row
 * @method: how it is measured
 * @bytes: buffer size, 0 if the op has none
 * @entries: of the scatterlist, 0 if the op has none
 * @scattered: no two neighbouring entries are adjacent
 * @touch: the CPU writes the buffer before each map
 * @direction: meaningless unless the op uses it
 * @attrs: DMAFP_ATTR_*, those of the profile that the op takes
 * @mask: bits of the DMA mask, 0: as bound
 * @node: of the buffer, -1: the worker's own
 * @cpus: CPU of each worker; the plan owns it
 * @nr_cpus: workers
 * @place: where they are, of a cell that is a point of a scaling curve; else NULL
 * @preemptible: interrupts and preemption stay on, since workers may wait for each other
 * @block: ops per block with interrupts off
 * @live: mappings in the ring of a sustained cell, else 0
 * @delay: ns between a map and its unmap
 * @warmup: ops per worker not recorded
 * @iterations: samples per worker, 0: until @duration
 * @duration: ns, 0: until @iterations
 * @count_ops: ops of the counting pass, 0: none
 */
struct dmafp_plan_cell {
	struct dmafp_op op;
	enum dmafp_method method;
	uint64_t bytes;
	uint32_t entries;
	bool scattered, touch;
	enum dmafp_direction direction;
	uint32_t attrs, mask;
	int node;
	const uint32_t *cpus;
	size_t nr_cpus;
	const struct dmafp_spread_place *place;
	bool preemptible;
	uint32_t block, live, delay;
	uint64_t warmup, iterations, duration;
	uint32_t count_ops;
};

/**
 * struct dmafp_plan - what is measured on every device
 * @first: the first map
 * @recount: make a second first map, with probes
 * @cells: in the order they are measured
 * @nr_cells: how many
 * @skipped: ops of the profile that this kernel cannot do
 * @idle: ops of the profile of which no combination of parameters is possible
 * @cpus: of the workers
 * @nr_cpus: how many
 * @spread: numbers of workers that take their place; none: they do not
 * @events: PMU counters of every cell, named as in the profile
 * @nr_events: how many
 * @nr_series: points of every time series
 * @attach_rounds: first maps made for evidence about the attach
 */
struct dmafp_plan {
	struct dmafp_plan_cell first;
	bool recount;
	struct dmafp_plan_cell *cells;
	size_t nr_cells;
	struct dmafp_names skipped, idle;
	uint32_t *cpus;
	size_t nr_cpus;
	struct dmafp_spread_points spread;
	struct dmafp_event events[DMAFP_MAX_EVENTS];
	size_t nr_events;
	uint32_t nr_series;
	unsigned int attach_rounds;
};

/**
 * dmafp_plan_new() - spell a profile out
 * @profile: what is wanted
 * @ops: the module's op table
 * @nr_ops: its rows
 * @err: filled on failure: an op the module does not have, a size it cannot do
 *
 * Cells come in the profile's order: op by op, method by method, size by size,
 * and so on.  An op that does not use a parameter has one cell for all of its
 * values.  A size that is not a whole number of pages for each entry of a
 * scatterlist makes no cell.  Where [scaling] wants numbers of threads, each cell is
 * made with each of them, innermost, for a device without a NUMA node.
 *
 * Return: the plan, or NULL.
 */
struct dmafp_plan *dmafp_plan_new(const struct dmafp_profile *profile,
				  const struct dmafp_op *ops, size_t nr_ops,
				  struct dmafp_err *err);

/** struct dmafp_plan_site - where it is measured: the machine, and the device's node */
struct dmafp_plan_site {
	const struct dmafp_topology *topology;
	int device_node;
};

/** dmafp_plan_new_at() - the same there */
struct dmafp_plan *dmafp_plan_new_at(const struct dmafp_profile *profile,
				     const struct dmafp_op *ops, size_t nr_ops,
				     const struct dmafp_plan_site *site,
				     struct dmafp_err *err);

/** dmafp_plan_free() - NULL is fine */
void dmafp_plan_free(struct dmafp_plan *plan);

/** dmafp_plan_cell_abi() - the cell as the module takes it */
struct dmafp_cell dmafp_plan_cell_abi(const struct dmafp_plan_cell *cell);

/**
 * dmafp_plan_cell_run() - what the module is to be asked to run
 *
 * Without what is particular to a run: how long, events and series, and where to.
 */
struct dmafp_run dmafp_plan_cell_run(const struct dmafp_plan_cell *cell);

/** dmafp_plan_direction() - the direction's name, NULL if the op has none */
const char *dmafp_plan_direction(const struct dmafp_plan_cell *cell);

/** dmafp_plan_ops_per_sample() - ops that one sample of the cell is about */
uint32_t dmafp_plan_ops_per_sample(const struct dmafp_plan_cell *cell);

#define DMAFP_CELL_TEXT 128

/** dmafp_plan_cell_text() - "map_sg 64K in 16 scattered to_device, block, x4 local" */
const char *dmafp_plan_cell_text(const struct dmafp_plan_cell *cell,
				 char text[DMAFP_CELL_TEXT]);

#endif /* DMAFP_RUN_PLAN_H */
