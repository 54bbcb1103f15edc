// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/nearest.h"
#include "run/plan.h"

static const char *const direction_names[] = {
	[DMAFP_BIDIRECTIONAL] = "bidirectional",
	[DMAFP_TO_DEVICE] = "to_device",
	[DMAFP_FROM_DEVICE] = "from_device",
};

#define NR_DIRECTIONS (sizeof(direction_names) / sizeof(direction_names[0]))

/* What the functions below build a plan from */
struct draft {
	const struct dmafp_profile *profile;
	const struct dmafp_op *ops;
	size_t nr_ops;
	struct dmafp_plan *plan;
	struct dmafp_err *err;
};

/* The profile's reader has let only known names pass. */
static enum dmafp_direction direction_of(const char *name)
{
	size_t i;

	for (i = 0; i < NR_DIRECTIONS; i++)
		if (!strcmp(direction_names[i], name))
			return i;
	return DMAFP_BIDIRECTIONAL;
}

static int unknown_op(const struct draft *draft, const char *name)
{
	const char **words = dmafp_alloc(draft->nr_ops, sizeof(*words));
	char hint[DMAFP_HINT_LEN];
	size_t i;

	for (i = 0; i < draft->nr_ops; i++)
		words[i] = draft->ops[i].name;
	dmafp_nearest_hint(name, words, draft->nr_ops, hint);
	free(words);
	return dmafp_err_set(draft->err, EINVAL, DMAFP_EXIT_USAGE,
			     "%s: the module has no op '%s'%s (see 'dmafp list ops')",
			     draft->profile->path, name, hint);
}

static const struct dmafp_op *find_op(const struct draft *draft, const char *name)
{
	size_t i;

	for (i = 0; i < draft->nr_ops; i++)
		if (!strcmp(draft->ops[i].name, name))
			return &draft->ops[i];
	unknown_op(draft, name);
	return NULL;
}

static struct dmafp_plan_cell make_cell(const struct draft *draft,
					const struct dmafp_op *op, uint64_t bytes,
					const char *direction)
{
	const struct dmafp_profile *profile = draft->profile;

	return (struct dmafp_plan_cell) {
		.op = *op,
		.bytes = op->flags & DMAFP_OP_USES_SIZE ? bytes : 0,
		.direction = op->flags & DMAFP_OP_USES_DIRECTION ? direction_of(direction)
								 : DMAFP_BIDIRECTIONAL,
		.cpus = draft->plan->cpus,
		.nr_cpus = profile->run.cpus.nr,
		.block = profile->run.block,
		.warmup = profile->run.warmup,
		.iterations = profile->run.iterations,
		.count_ops = profile->run.count_ops,
	};
}

static int check_size(const struct draft *draft, uint64_t bytes)
{
	long page = sysconf(_SC_PAGESIZE);

	if (bytes % page == 0)
		return 0;
	return dmafp_err_set(draft->err, EINVAL, DMAFP_EXIT_USAGE,
			     "%s: size %" PRIu64 " is not a multiple of this machine's page "
			     "size, %ld",
			     draft->profile->path, bytes, page);
}

static void add_cell(const struct draft *draft, const struct dmafp_plan_cell *cell)
{
	struct dmafp_plan *plan = draft->plan;

	plan->cells = dmafp_alloc_grow(plan->cells, plan->nr_cells, sizeof(*cell));
	plan->cells[plan->nr_cells++] = *cell;
}

static int add_op(const struct draft *draft, const struct dmafp_op *op)
{
	const struct dmafp_profile *profile = draft->profile;
	size_t nr_sizes = op->flags & DMAFP_OP_USES_SIZE ? profile->run.sizes.nr : 1;
	size_t nr_directions =
		op->flags & DMAFP_OP_USES_DIRECTION ? profile->run.directions.nr : 1;
	size_t i, j;

	for (i = 0; i < nr_sizes; i++) {
		for (j = 0; j < nr_directions; j++) {
			struct dmafp_plan_cell cell =
				make_cell(draft, op, profile->run.sizes.items[i],
					  profile->run.directions.items[j]);

			if (check_size(draft, cell.bytes))
				return -EINVAL;
			add_cell(draft, &cell);
		}
	}
	return 0;
}

static int add_ops(const struct draft *draft)
{
	const struct dmafp_names *names = &draft->profile->run.ops;
	size_t i;

	for (i = 0; i < names->nr; i++) {
		const struct dmafp_op *op = find_op(draft, names->items[i]);

		if (!op)
			return -EINVAL;
		if (op->flags & DMAFP_OP_UNAVAILABLE)
			dmafp_names_add(&draft->plan->skipped, op->name);
		else if (add_op(draft, op))
			return -EINVAL;
	}
	return 0;
}

static int set_first(const struct draft *draft)
{
	const struct dmafp_profile *profile = draft->profile;
	const struct dmafp_op *op = find_op(draft, profile->first_map.op);

	if (!op)
		return -EINVAL;
	if (!(op->flags & DMAFP_OP_ON_PATH) || op->flags & DMAFP_OP_UNAVAILABLE)
		return dmafp_err_set(
			draft->err, EINVAL, DMAFP_EXIT_USAGE,
			"%s: op '%s' of [first_map] %s", profile->path, op->name,
			op->flags & DMAFP_OP_UNAVAILABLE
				? "is not available in this kernel"
				: "does not map anything that could be deferred");
	draft->plan->first = make_cell(draft, op, profile->first_map.size,
				       profile->first_map.direction);
	draft->plan->recount = profile->first_map.recount;
	return check_size(draft, draft->plan->first.bytes);
}

static void set_cpus(const struct draft *draft)
{
	const struct dmafp_numbers *cpus = &draft->profile->run.cpus;
	size_t i;

	draft->plan->cpus = dmafp_alloc(cpus->nr, sizeof(*draft->plan->cpus));
	for (i = 0; i < cpus->nr; i++)
		draft->plan->cpus[i] = cpus->items[i];
}

struct dmafp_plan *dmafp_plan_new(const struct dmafp_profile *profile,
				  const struct dmafp_op *ops, size_t nr_ops,
				  struct dmafp_err *err)
{
	struct dmafp_plan *plan = dmafp_alloc(1, sizeof(*plan));
	struct draft draft = { profile, ops, nr_ops, plan, err };

	set_cpus(&draft);
	if (add_ops(&draft) || set_first(&draft)) {
		dmafp_plan_free(plan);
		return NULL;
	}
	return plan;
}

void dmafp_plan_free(struct dmafp_plan *plan)
{
	if (!plan)
		return;
	dmafp_names_free(&plan->skipped);
	free(plan->cells);
	free(plan->cpus);
	free(plan);
}

struct dmafp_cell dmafp_plan_cell_abi(const struct dmafp_plan_cell *cell)
{
	return (struct dmafp_cell) {
		.op = cell->op.index,
		.direction = cell->direction,
		.bytes = cell->bytes,
		.node = -1,
	};
}

const char *dmafp_plan_direction(const struct dmafp_plan_cell *cell)
{
	if (!(cell->op.flags & DMAFP_OP_USES_DIRECTION))
		return NULL;
	return direction_names[cell->direction];
}

const char *dmafp_plan_cell_text(const struct dmafp_plan_cell *cell,
				 char text[DMAFP_CELL_TEXT])
{
	const char *direction = dmafp_plan_direction(cell);
	char size[DMAFP_SIZE_TEXT];

	dmafp_value_size_text(cell->bytes, size);
	snprintf(text, DMAFP_CELL_TEXT, "%s%s%s%s%s", cell->op.name,
		 cell->bytes ? " " : "", cell->bytes ? size : "", direction ? " " : "",
		 direction ? direction : "");
	return text;
}
