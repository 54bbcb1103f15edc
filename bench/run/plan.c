// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/nearest.h"
#include "base/size.h"
#include "run/attr.h"
#include "run/event.h"
#include "run/pin.h"
#include "run/attach.h"
#include "run/plan.h"

#define NS_PER_MS 1000000ull

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

/* Words of the profile's lists, in the order of their values. */
static const char *const method_names[] = {
	[DMAFP_METHOD_LATENCY] = "latency",
	[DMAFP_METHOD_BLOCK] = "block",
	[DMAFP_METHOD_SUSTAINED] = "sustained",
};

#define NR_METHODS (sizeof(method_names) / sizeof(method_names[0]))

static enum dmafp_method method_of(const char *name)
{
	size_t i;

	for (i = 0; i < NR_METHODS; i++)
		if (!strcmp(method_names[i], name))
			return i;
	return DMAFP_METHOD_LATENCY;
}

static bool uses(const struct dmafp_op *op, uint32_t flag)
{
	return op->flags & flag;
}

/* An op that maps nothing cannot feel the mask. */
static bool feels_mask(const struct dmafp_op *op)
{
	return uses(op, DMAFP_OP_ON_PATH | DMAFP_OP_USES_SIZE);
}

/*
 * A kernel under test may take a mutex in the call.  Who finds it taken sleeps, and
 * that must not happen with interrupts or preemption off, in whichever arm.
 */
static bool may_wait(const struct draft *draft, const struct dmafp_op *op)
{
	return draft->plan->nr_cpus > 1 && uses(op, DMAFP_OP_ON_PATH | DMAFP_OP_DIRECT);
}

/* What all cells of an op have in common */
static struct dmafp_plan_cell make_cell(const struct draft *draft, const struct dmafp_op *op)
{
	const struct dmafp_profile *profile = draft->profile;

	return (struct dmafp_plan_cell) {
		.op = *op,
		.direction = DMAFP_BIDIRECTIONAL,
		.attrs = dmafp_attr_bits(&profile->run.attrs) & op->attrs,
		.mask = feels_mask(op) ? profile->run.mask : 0,
		.node = uses(op, DMAFP_OP_USES_BUFFER) ? profile->run.node : -1,
		.cpus = draft->plan->cpus,
		.nr_cpus = draft->plan->nr_cpus,
		.preemptible = may_wait(draft, op),
		.block = profile->run.block,
		.warmup = profile->run.warmup,
		.iterations = profile->run.iterations,
		.duration = profile->run.duration * NS_PER_MS,
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

/*
 * The parameters that have lists, outermost first: how many values each has for
 * an op, and how a cell gets the one at an index.
 */

static size_t nr_methods(const struct draft *draft, const struct dmafp_op *op)
{
	(void)op;
	return draft->profile->run.methods.nr;
}

static void set_method(const struct draft *draft, size_t i, struct dmafp_plan_cell *cell)
{
	const struct dmafp_profile *profile = draft->profile;

	cell->method = method_of(profile->run.methods.items[i]);
	if (cell->method == DMAFP_METHOD_SUSTAINED)
		cell->live = profile->run.live;
	if (cell->method == DMAFP_METHOD_LATENCY && uses(&cell->op, DMAFP_OP_TIMES_UNMAP))
		cell->delay = profile->run.delay;
}

static size_t nr_sizes(const struct draft *draft, const struct dmafp_op *op)
{
	return uses(op, DMAFP_OP_USES_SIZE) ? draft->profile->run.sizes.nr : 0;
}

static void set_size(const struct draft *draft, size_t i, struct dmafp_plan_cell *cell)
{
	cell->bytes = draft->profile->run.sizes.items[i];
}

static size_t nr_entries(const struct draft *draft, const struct dmafp_op *op)
{
	return uses(op, DMAFP_OP_USES_ENTRIES) ? draft->profile->run.entries.nr : 0;
}

static void set_entries(const struct draft *draft, size_t i, struct dmafp_plan_cell *cell)
{
	cell->entries = draft->profile->run.entries.items[i];
}

static size_t nr_layouts(const struct draft *draft, const struct dmafp_op *op)
{
	return uses(op, DMAFP_OP_USES_ENTRIES) ? draft->profile->run.layouts.nr : 0;
}

static void set_layout(const struct draft *draft, size_t i, struct dmafp_plan_cell *cell)
{
	cell->scattered = !strcmp(draft->profile->run.layouts.items[i], "scattered");
}

static size_t nr_directions(const struct draft *draft, const struct dmafp_op *op)
{
	return uses(op, DMAFP_OP_USES_DIRECTION) ? draft->profile->run.directions.nr : 0;
}

static void set_direction(const struct draft *draft, size_t i, struct dmafp_plan_cell *cell)
{
	cell->direction = direction_of(draft->profile->run.directions.items[i]);
}

static size_t nr_touches(const struct draft *draft, const struct dmafp_op *op)
{
	return uses(op, DMAFP_OP_USES_BUFFER) ? draft->profile->run.touch.nr : 0;
}

static void set_touch(const struct draft *draft, size_t i, struct dmafp_plan_cell *cell)
{
	cell->touch = !strcmp(draft->profile->run.touch.items[i], "yes");
}

/* Threads and nodes: a point of a curve is both. */
static size_t nr_points(const struct draft *draft, const struct dmafp_op *op)
{
	(void)op;
	return draft->plan->spread.nr_points;
}

static void set_point(const struct draft *draft, size_t i, struct dmafp_plan_cell *cell)
{
	const struct dmafp_spread_point *point = &draft->plan->spread.points[i];

	cell->place = point->place;
	cell->cpus = point->place->cpus;
	cell->nr_cpus = point->threads;
	cell->preemptible = true;
	if (uses(&cell->op, DMAFP_OP_USES_BUFFER))
		cell->node = point->place->node;
}

static const struct parameter {
	size_t (*nr)(const struct draft *draft, const struct dmafp_op *op);
	void (*set)(const struct draft *draft, size_t i, struct dmafp_plan_cell *cell);
} parameters[] = {
	{ nr_methods, set_method },	  { nr_sizes, set_size },
	{ nr_entries, set_entries },	  { nr_layouts, set_layout },
	{ nr_directions, set_direction }, { nr_touches, set_touch },
	{ nr_points, set_point },
};

#define NR_PARAMETERS (sizeof(parameters) / sizeof(parameters[0]))

/* Is it about buffers that are far from their workers, of an op that has none? */
static bool is_nothing_far(const struct dmafp_plan_cell *cell)
{
	const struct dmafp_spread_place *place = cell->place;

	return !uses(&cell->op, DMAFP_OP_USES_BUFFER) && place->far_buffers;
}

/* Is it one that the op can do, and none that another one is already? */
static bool makes_sense(const struct dmafp_plan_cell *cell)
{
	if (cell->method == DMAFP_METHOD_SUSTAINED && !uses(&cell->op, DMAFP_OP_TIMES_UNMAP))
		return false;
	if (cell->place && is_nothing_far(cell))
		return false;
	if (!cell->entries)
		return true;
	if (cell->entries == 1 && cell->scattered)
		return false;
	return cell->bytes % (cell->entries * (uint64_t)sysconf(_SC_PAGESIZE)) == 0;
}

static int add_combinations(const struct draft *draft, struct dmafp_plan_cell cell,
			    size_t parameter)
{
	size_t i, nr;
	int ret = 0;

	if (parameter == NR_PARAMETERS) {
		ret = check_size(draft, cell.bytes);
		if (!ret && makes_sense(&cell))
			add_cell(draft, &cell);
		return ret;
	}
	nr = parameters[parameter].nr(draft, &cell.op);
	for (i = 0; !ret && i < (nr ? nr : 1); i++) {
		struct dmafp_plan_cell with = cell;

		if (nr)
			parameters[parameter].set(draft, i, &with);
		ret = add_combinations(draft, with, parameter + 1);
	}
	return ret;
}

static int add_op(const struct draft *draft, const struct dmafp_op *op)
{
	size_t before = draft->plan->nr_cells;
	int ret = add_combinations(draft, make_cell(draft, op), 0);

	if (!ret && draft->plan->nr_cells == before)
		dmafp_names_add(&draft->plan->idle, op->name);
	return ret;
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

static void set_first_cell(const struct draft *draft, const struct dmafp_op *op)
{
	const struct dmafp_profile *profile = draft->profile;
	struct dmafp_plan_cell *cell = &draft->plan->first;

	*cell = make_cell(draft, op);
	if (uses(op, DMAFP_OP_USES_SIZE))
		cell->bytes = profile->first_map.size;
	if (uses(op, DMAFP_OP_USES_ENTRIES))
		cell->entries = 1;
	if (uses(op, DMAFP_OP_USES_DIRECTION))
		cell->direction = direction_of(profile->first_map.direction);
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
	set_first_cell(draft, op);
	draft->plan->recount = profile->first_map.recount;
	draft->plan->attach_rounds = dmafp_attach_rounds(profile);
	return check_size(draft, draft->plan->first.bytes);
}

static int set_cpus(const struct draft *draft)
{
	int nr = dmafp_pin_find(&draft->profile->run.cpus, &draft->plan->cpus, draft->err);

	draft->plan->nr_cpus = nr < 0 ? 0 : nr;
	return nr < 0 ? nr : 0;
}

/* The profile's reader has let only good ones pass, and not too many. */
static void set_events(const struct draft *draft)
{
	const struct dmafp_names *names = &draft->profile->run.events;
	size_t i;

	for (i = 0; i < names->nr; i++)
		dmafp_event_parse(names->items[i], &draft->plan->events[i]);
	draft->plan->nr_events = names->nr;
	draft->plan->nr_series = draft->profile->run.series;
}

/* Counters are on from before fio starts until it is gone, and its ramp is no op */
static bool counts_a_ramp(const struct dmafp_profile *profile)
{
	return profile->fio.ramp && profile->perf.counters.nr &&
	       dmafp_names_has(&profile->traffic.tools, "fio");
}

/* What keys of the profile say to each other */
static int check_profile(const struct draft *draft)
{
	const struct dmafp_profile *profile = draft->profile;
	const char *what = NULL;

	bool scaling = dmafp_spread_wanted(profile);

	if (scaling && (!profile->run.duration || profile->run.iterations))
		what = "workers of [scaling] must work side by side from beginning to end: "
		       "give a 'duration', and 'iterations = 0'";
	else if (!profile->run.iterations && !profile->run.duration)
		what = "'iterations' and 'duration' are both 0, so that nothing would end";
	else if (profile->run.mask && profile->run.mask < 12)
		what = "a 'mask' of less than 12 bits holds no page";
	else if (profile->run.series % 2)
		what = "'series' is not an even number";
	else if (dmafp_names_has(&profile->run.methods, "block") &&
		 profile->run.block > DMAFP_MAX_BLOCK / 2)
		what = "'block' is above 512, and method block does twice as many ops in one go";
	else if (counts_a_ramp(profile))
		what = "'counters' of [perf] would count the IOs of 'ramp' of [fio] as well, "
		       "and are divided by those behind it: give 'counters = none', or "
		       "'ramp = 0' and a longer 'runtime'";
	if (!what)
		return 0;
	return dmafp_err_set(draft->err, EINVAL, DMAFP_EXIT_USAGE, "%s: %s",
			     profile->path, what);
}

/* Other cells in place of those asked for would not be noticed. */
static int check_points(const struct draft *draft)
{
	const struct dmafp_spread_points *scaling = &draft->plan->spread;

	if (scaling->nr_points || !dmafp_spread_wanted(draft->profile))
		return 0;
	return dmafp_err_set(draft->err, EINVAL, DMAFP_EXIT_USAGE,
			     "%s: nothing of [scaling] can be done on this machine: %s",
			     draft->profile->path,
			     scaling->notes.nr ? scaling->notes.items[0] : "it has no CPUs");
}

struct dmafp_plan *dmafp_plan_new(const struct dmafp_profile *profile,
				  const struct dmafp_op *ops, size_t nr_ops,
				  struct dmafp_err *err)
{
	struct dmafp_topology topology;
	const struct dmafp_plan_site site = { &topology, -1 };
	struct dmafp_plan *plan = NULL;

	if (!dmafp_topology_read("", &topology, err))
		plan = dmafp_plan_new_at(profile, ops, nr_ops, &site, err);
	dmafp_topology_free(&topology);
	return plan;
}

struct dmafp_plan *dmafp_plan_new_at(const struct dmafp_profile *profile,
				     const struct dmafp_op *ops, size_t nr_ops,
				     const struct dmafp_plan_site *site, struct dmafp_err *err)
{
	struct dmafp_plan *plan = dmafp_alloc(1, sizeof(*plan));
	struct draft draft = { profile, ops, nr_ops, plan, err };

	dmafp_spread_find(profile, site->topology, site->device_node, &plan->spread);
	set_events(&draft);
	if (check_profile(&draft) || check_points(&draft) || set_cpus(&draft) || add_ops(&draft) ||
	    set_first(&draft)) {
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
	dmafp_names_free(&plan->idle);
	dmafp_spread_release(&plan->spread);
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
		.node = cell->node,
		.flags = (cell->touch ? DMAFP_CELL_TOUCH : 0) |
			 (cell->scattered ? DMAFP_CELL_SCATTERED : 0),
		.attrs = cell->attrs,
		.entries = cell->entries,
		.mask_bits = cell->mask,
	};
}

struct dmafp_run dmafp_plan_cell_run(const struct dmafp_plan_cell *cell)
{
	return (struct dmafp_run) {
		.flags = cell->preemptible ? DMAFP_RUN_PREEMPTIBLE : 0,
		.cell = dmafp_plan_cell_abi(cell),
		.method = cell->method,
		.nr_threads = cell->nr_cpus,
		.block = cell->block,
		.live = cell->live,
		.delay_ns = cell->delay,
		.warmup = cell->warmup,
		.cpus = (uintptr_t)cell->cpus,
	};
}

const char *dmafp_plan_direction(const struct dmafp_plan_cell *cell)
{
	if (!uses(&cell->op, DMAFP_OP_USES_DIRECTION))
		return NULL;
	return direction_names[cell->direction];
}

uint32_t dmafp_plan_ops_per_sample(const struct dmafp_plan_cell *cell)
{
	return cell->method == DMAFP_METHOD_BLOCK ? cell->block : 1;
}

/* Append to a text of DMAFP_CELL_TEXT. */
static void append(char *text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void append(char *text, const char *fmt, ...)
{
	size_t len = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text + len, DMAFP_CELL_TEXT - len, fmt, ap);
	va_end(ap);
}

const char *dmafp_plan_cell_text(const struct dmafp_plan_cell *cell,
				 char text[DMAFP_CELL_TEXT])
{
	const char *direction = dmafp_plan_direction(cell);
	char size[DMAFP_SIZE_TEXT];

	snprintf(text, DMAFP_CELL_TEXT, "%s", cell->op.name);
	if (cell->bytes)
		append(text, " %s", dmafp_size_text(cell->bytes, size));
	if (cell->entries)
		append(text, " in %u%s", cell->entries,
		       cell->scattered ? " scattered" : "");
	if (direction)
		append(text, " %s", direction);
	if (cell->touch)
		append(text, " touched");
	if (cell->method != DMAFP_METHOD_LATENCY)
		append(text, ", %s", method_names[cell->method]);
	if (cell->place)
		append(text, ", x%zu %s", cell->nr_cpus, cell->place->name);
	return text;
}
