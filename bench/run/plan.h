/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan: a profile, spelt out for the ops that the loaded module has. */
#ifndef DMAFP_RUN_PLAN_H
#define DMAFP_RUN_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "kmod/uapi/dmafp.h"
#include "run/profile.h"

/**
 * struct dmafp_plan_cell - one op with one set of parameters
 * @op: the module's row
 * @bytes: buffer size, 0 if the op has none
 * @direction: meaningless unless the op uses it
 * @cpus: CPU of each worker; the plan owns it
 * @nr_cpus: workers
 * @block: ops per block with interrupts off
 * @warmup: ops per worker not recorded
 * @iterations: ops per worker recorded
 * @count_ops: ops of the counting pass, 0: none
 */
struct dmafp_plan_cell {
	struct dmafp_op op;
	uint64_t bytes;
	enum dmafp_direction direction;
	const uint32_t *cpus;
	size_t nr_cpus;
	uint32_t block;
	uint64_t warmup, iterations;
	uint32_t count_ops;
};

/**
 * struct dmafp_plan - what is measured on every device
 * @first: the first map
 * @recount: make a second first map, with probes
 * @cells: in the order they are measured
 * @nr_cells: how many
 * @skipped: ops of the profile that this kernel cannot do
 * @cpus: of the workers
 */
struct dmafp_plan {
	struct dmafp_plan_cell first;
	bool recount;
	struct dmafp_plan_cell *cells;
	size_t nr_cells;
	struct dmafp_names skipped;
	uint32_t *cpus;
};

/**
 * dmafp_plan_new() - spell a profile out
 * @profile: what is wanted
 * @ops: the module's op table
 * @nr_ops: its rows
 * @err: filled on failure: an op the module does not have, a size it cannot do
 *
 * Cells come in the profile's order: op by op, size by size, direction by
 * direction.  An op without sizes or directions has one cell for all of them.
 *
 * Return: the plan, or NULL.
 */
struct dmafp_plan *dmafp_plan_new(const struct dmafp_profile *profile,
				  const struct dmafp_op *ops, size_t nr_ops,
				  struct dmafp_err *err);

/** dmafp_plan_free() - NULL is fine */
void dmafp_plan_free(struct dmafp_plan *plan);

/** dmafp_plan_cell_abi() - the cell as the module takes it */
struct dmafp_cell dmafp_plan_cell_abi(const struct dmafp_plan_cell *cell);

/** dmafp_plan_direction() - the direction's name, NULL if the op has none */
const char *dmafp_plan_direction(const struct dmafp_plan_cell *cell);

#define DMAFP_CELL_TEXT 96

/** dmafp_plan_cell_text() - the cell in words, "map_page 4K to_device" */
const char *dmafp_plan_cell_text(const struct dmafp_plan_cell *cell,
				 char text[DMAFP_CELL_TEXT]);

#endif /* DMAFP_RUN_PLAN_H */
