// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/compare.h"
#include "analysis/function.h"
#include "analysis/functions.h"
#include "base/alloc.h"
#include "base/file.h"

/*
 * What a difference must be beyond, in standard deviations.  Samples of a clock are not
 * quite independent of each other: in guests they scatter up to 1.4 times as far.
 */
#define DEVIATIONS 4.0

#define CYCLES	   "cycles"

/*
 * Cost of an op, of all boots of an arm: the mean of time, or of the PMU's cycles
 * where all boots counted them.
 */
struct cost {
	size_t boots, timed, counted; /* timed: of boots, in that domain */
	double sum, ops;	  /* ticks or nanoseconds */
	double cycles, cycle_ops; /* of the PMU */
	double khz;		  /* of ticks; 0: not known */
};

/* An item while it is collected */
struct draft {
	struct dmafp_functions *functions;
	struct cost costs[DMAFP_NR_ARMS];
};

struct drafts {
	struct draft *items;
	size_t nr;
};

/* Costs */

/* Of one phase per op, in ticks */
static double mean_of(const struct dmafp_cell_result *cell,
		      const struct dmafp_phase_result *phase)
{
	if (!phase->hist.count)
		return 0;
	return (double)phase->hist.sum / (double)phase->hist.count /
	       (double)cell->ops_per_sample;
}

static double both_phases(const struct dmafp_cell_result *cell)
{
	return mean_of(cell, &cell->map) +
	       (cell->has_unmap ? mean_of(cell, &cell->unmap) : 0);
}

/* What the loop takes that calls nothing, phase by phase */
static double null_cost(const struct dmafp_result *result,
			const struct dmafp_cell_result *cell)
{
	size_t i;

	for (i = 0; i < result->nr_cells; i++) {
		const struct dmafp_cell_result *null = &result->cells[i];

		if (strcmp(null->op, DMAFP_NULL_OP) || null->method != cell->method ||
		    null->nr_cpus != cell->nr_cpus)
			continue;
		return mean_of(null, &null->map) *
			       (cell->has_unmap && !null->has_unmap ? 2 : 1) +
		       (cell->has_unmap && null->has_unmap ? mean_of(null, &null->unmap)
							   : 0);
	}
	return 0;
}

static const struct dmafp_counter_result *
find_cycles(const struct dmafp_counter_result *counters, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (counters[i].valid && !strcmp(counters[i].event, CYCLES))
			return &counters[i];
	return NULL;
}

/* Whatever a boot has measured: its domain says in what */
static void add_boot(struct cost *cost, const struct dmafp_result *result)
{
	cost->boots++;
	cost->timed += result->domain == DMAFP_DOMAIN_TIMED;
}

static void add_cell_cost(struct cost *cost, const struct dmafp_result *result,
			  const struct dmafp_cell_result *cell)
{
	double cycles = 0;
	size_t i;

	add_boot(cost, result);
	cost->sum += both_phases(cell) - null_cost(result, cell);
	cost->ops++;
	cost->khz = result->calibration.tick_khz;
	for (i = 0; i < cell->nr_runs; i++) {
		const struct dmafp_counter_result *c =
			find_cycles(cell->runs[i].counters, cell->runs[i].nr_counters);

		if (!c)
			return;
		cycles += (double)c->value;
	}
	cost->counted += cell->nr_runs > 0;
	cost->cycles += cycles;
	cost->cycle_ops += dmafp_cell_ops(cell, cell->map.hist.count);
}

static void add_load_cost(struct cost *cost, const struct dmafp_result *result,
			  const struct dmafp_load *load)
{
	const struct dmafp_measure *busy = dmafp_load_measure(load, DMAFP_MEASURE_BUSY);
	const struct dmafp_counter_result *cycles =
		find_cycles(load->counters, load->nr_counters);

	add_boot(cost, result);
	if (busy && busy->hist.count) {
		cost->sum += (double)busy->hist.sum;
		cost->ops += (double)busy->hist.count * (double)busy->ops_per_sample;
	}
	if (cycles) {
		cost->counted++;
		cost->cycles += (double)cycles->value;
		cost->cycle_ops += (double)load->ops;
	}
}

/* Samples */

static struct dmafp_functions_row *row_of(struct dmafp_functions *f, const char *function,
					  bool shared)
{
	char *plain = dmafp_function_plain(function);
	size_t i;

	for (i = 0; i < f->nr_rows; i++)
		if (!strcmp(f->rows[i].name, plain)) {
			free(plain);
			return &f->rows[i];
		}
	f->rows = dmafp_alloc_grow(f->rows, f->nr_rows, sizeof(*f->rows));
	f->rows[f->nr_rows] =
		(struct dmafp_functions_row) { .name = plain, .shared = shared };
	return &f->rows[f->nr_rows++];
}

static void add_samples(struct dmafp_functions_row *row, enum dmafp_arm_id arm,
			uint64_t samples, uint64_t period)
{
	row->sides[arm].samples += samples;
	row->sides[arm].weight += (double)period;
}

static void add_function(struct dmafp_functions *f, const struct dmafp_sampled *s,
			 enum dmafp_arm_id arm)
{
	bool shared;

	switch (dmafp_function_kind(s->function, &shared)) {
	case DMAFP_FUNCTION_IDLE:
		f->arms[arm].idle += s->samples;
		break;
	case DMAFP_FUNCTION_HARNESS:
		f->arms[arm].harness += s->samples;
		f->arms[arm].harness_weight += (double)s->period;
		break;
	case DMAFP_FUNCTION_PATH:
		add_samples(row_of(f, s->function, shared), arm, s->samples, s->period);
		add_samples(&f->path, arm, s->samples, s->period);
		break;
	case DMAFP_FUNCTION_OTHER:
		add_samples(&f->others, arm, s->samples, s->period);
		break;
	}
}

/* Results that do not say how a load was made for it are from when nobody asked */
static bool is_unlike(const struct dmafp_sampling *sampling, const struct dmafp_load *load)
{
	return load && sampling->has_load &&
	       (sampling->depth != load->depth || sampling->pace_ns != load->pace_ns);
}

static void add_sampling(struct dmafp_functions *f, const struct dmafp_sampling *sampling,
			 enum dmafp_arm_id arm)
{
	struct dmafp_functions_arm *a = &f->arms[arm];
	size_t i;

	a->boots++;
	f->by_period &= sampling->has_period;
	if (is_unlike(sampling, f->load))
		f->unlike = sampling;
	a->samples += sampling->samples;
	a->lost += sampling->lost;
	a->user += sampling->user;
	a->recorder += sampling->recorder;
	for (i = 0; i < sampling->nr_functions; i++)
		add_function(f, &sampling->functions[i], arm);
	/* an op of a cell is all in the kernel; an IO is not */
	if (f->load)
		add_samples(&f->others, arm, sampling->user, sampling->user_period);
}

/* Finding what belongs together */

static struct draft *add_draft(struct drafts *drafts, const struct dmafp_group *group)
{
	struct draft *draft;

	drafts->items = dmafp_alloc_grow(drafts->items, drafts->nr, sizeof(*drafts->items));
	draft = &drafts->items[drafts->nr++];
	*draft = (struct draft) { .functions = dmafp_alloc(1, sizeof(*draft->functions)) };
	draft->functions->group = group;
	draft->functions->by_period = true;
	draft->functions->path.name = dmafp_alloc_string("all of the map path");
	draft->functions->others.name = dmafp_alloc_string("others");
	return draft;
}

static struct draft *draft_of_load(struct drafts *drafts, const struct dmafp_group *group,
				   const struct dmafp_load *load)
{
	struct draft *draft;
	size_t i;

	for (i = 0; i < drafts->nr; i++) {
		const struct dmafp_functions *f = drafts->items[i].functions;

		if (f->group == group && f->load && dmafp_load_same(f->load, load))
			return &drafts->items[i];
	}
	draft = add_draft(drafts, group);
	draft->functions->load = load;
	draft->functions->how = &load->sampling;
	draft->functions->title = dmafp_load_title(load);
	return draft;
}

static struct draft *draft_of_cell(struct drafts *drafts, const struct dmafp_group *group,
				   const struct dmafp_cell_result *cell)
{
	struct draft *draft;
	size_t i;

	for (i = 0; i < drafts->nr; i++) {
		const struct dmafp_functions *f = drafts->items[i].functions;

		if (f->group == group && f->cell && dmafp_cell_same(f->cell, cell))
			return &drafts->items[i];
	}
	draft = add_draft(drafts, group);
	draft->functions->cell = cell;
	draft->functions->how = &cell->sampling;
	draft->functions->title = dmafp_cell_title(cell);
	return draft;
}

static void add_result(struct drafts *drafts, const struct dmafp_group *group,
		       const struct dmafp_result *result, enum dmafp_arm_id arm)
{
	struct draft *draft;
	size_t i;

	for (i = 0; i < result->nr_cells; i++) {
		const struct dmafp_cell_result *cell = &result->cells[i];

		if (!cell->sampling.present)
			continue;
		draft = draft_of_cell(drafts, group, cell);
		add_cell_cost(&draft->costs[arm], result, cell);
		add_sampling(draft->functions, &cell->sampling, arm);
	}
	for (i = 0; i < result->traffic.nr_loads; i++) {
		const struct dmafp_load *load = &result->traffic.loads[i];

		if (!load->sampling.present)
			continue;
		draft = draft_of_load(drafts, group, load);
		add_load_cost(&draft->costs[arm], result, load);
		add_sampling(draft->functions, &load->sampling, arm);
	}
}

/* Shares and what they are worth */

/* What a sample of the row weighs, of an average one: where none is, as much */
static double weight_of_sample(const struct dmafp_functions_arm *a,
			       const struct dmafp_functions_side *side)
{
	if (!side->samples || a->busy_weight <= 0)
		return 1;
	return side->weight / (double)side->samples / (a->busy_weight / (double)a->busy);
}

/*
 * A share is of the periods; how far it is known, how many samples say.  Of those with
 * n samples of weight w in N of weight 1, the share is w n / N, and its deviation w times
 * that of n / N.
 */
static void finish_row(const struct dmafp_functions *f, struct dmafp_functions_row *row)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		const struct dmafp_functions_arm *a = &f->arms[arm];
		struct dmafp_functions_side *side = &row->sides[arm];
		/* as if one more sample had been in it and one not: none is no certainty */
		double p = (double)(side->samples + 1) / (double)(a->busy + 2);

		if (a->busy_weight > 0)
			side->share = side->weight / a->busy_weight;
		side->cost = a->cost * side->share;
		if (a->busy)
			side->error = a->cost * weight_of_sample(a, side) *
				      sqrt(p * (1 - p) / (double)a->busy);
	}
}

static void weigh_alike(struct dmafp_functions_row *row)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		row->sides[arm].weight = (double)row->sides[arm].samples;
}

/* Where some samples have no period, all weigh the same */
static void forget_periods(struct dmafp_functions *f)
{
	unsigned int arm;
	size_t i;

	for (i = 0; i < f->nr_rows; i++)
		weigh_alike(&f->rows[i]);
	weigh_alike(&f->path);
	weigh_alike(&f->others);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		f->arms[arm].harness_weight = (double)f->arms[arm].harness;
}

static void weigh(struct dmafp_functions *f)
{
	unsigned int arm;

	if (!f->by_period)
		forget_periods(f);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		struct dmafp_functions_arm *a = &f->arms[arm];

		a->busy = f->path.sides[arm].samples + f->others.sides[arm].samples;
		a->busy_weight = f->path.sides[arm].weight + f->others.sides[arm].weight;
	}
}

enum unit {
	UNIT_INSTRUCTIONS,
	UNIT_CYCLES,
	UNIT_NS,
	UNIT_TICKS
};

static const char *const unit_words[] = {
	[UNIT_INSTRUCTIONS] = "instructions",
	[UNIT_CYCLES] = CYCLES,
	[UNIT_NS] = "ns",
	[UNIT_TICKS] = "ticks",
};

/* One for all arms, so that they can be compared */
static enum unit unit_of(const struct draft *draft)
{
	bool cycles = !strcmp(draft->functions->how->event, CYCLES);
	bool exact = true, khz = true;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		const struct cost *cost = &draft->costs[arm];

		exact &= !cost->timed;
		cycles &= cost->counted == cost->boots;
		khz &= !cost->boots || cost->khz > 0;
	}
	if (exact)
		return UNIT_INSTRUCTIONS;
	if (cycles)
		return UNIT_CYCLES;
	return draft->functions->load || khz ? UNIT_NS : UNIT_TICKS;
}

static void finish_arm(struct draft *draft, enum dmafp_arm_id arm, enum unit unit)
{
	struct dmafp_functions *f = draft->functions;
	struct dmafp_functions_arm *a = &f->arms[arm];
	const struct cost *cost = &draft->costs[arm];

	a->has_cost = a->busy && (unit == UNIT_CYCLES ? cost->cycle_ops : cost->ops) > 0 &&
		      !f->unlike;
	if (!a->has_cost)
		return;
	a->cost = unit == UNIT_CYCLES ? cost->cycles / cost->cycle_ops
				      : cost->sum / cost->ops;
	if (f->cell && unit == UNIT_NS)
		a->cost *= 1e6 / cost->khz;
	/* the counters of a cell count the loop as well */
	if (f->cell && unit == UNIT_CYCLES)
		a->cost *= a->busy_weight / (a->busy_weight + a->harness_weight);
}

static int by_name(const void *x, const void *y)
{
	const struct dmafp_functions_row *a = x, *b = y;

	return strcmp(a->name, b->name);
}

static void finish(struct draft *draft)
{
	struct dmafp_functions *f = draft->functions;
	enum unit unit = unit_of(draft);
	unsigned int arm;
	size_t i;

	f->unit = unit_words[unit];
	weigh(f);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		finish_arm(draft, arm, unit);
	for (i = 0; i < f->nr_rows; i++)
		finish_row(f, &f->rows[i]);
	finish_row(f, &f->path);
	finish_row(f, &f->others);
	if (f->nr_rows)
		qsort(f->rows, f->nr_rows, sizeof(*f->rows), by_name);
}

void dmafp_functions_collect(const struct dmafp_set *set, struct dmafp_functions_list *list)
{
	struct drafts drafts = { 0 };
	unsigned int arm;
	size_t i, j;

	for (i = 0; i < set->nr_groups; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			for (j = 0; j < set->groups[i].arms[arm].nr; j++)
				add_result(&drafts, &set->groups[i],
					   set->groups[i].arms[arm].items[j], arm);
	*list = (struct dmafp_functions_list) {
		.items = dmafp_alloc(drafts.nr + 1, sizeof(*list->items)),
		.nr = drafts.nr,
	};
	for (i = 0; i < drafts.nr; i++) {
		finish(&drafts.items[i]);
		list->items[i] = *drafts.items[i].functions;
		free(drafts.items[i].functions);
	}
	free(drafts.items);
}

void dmafp_functions_list_free(struct dmafp_functions_list *list)
{
	size_t i, j;

	for (i = 0; i < list->nr; i++) {
		struct dmafp_functions *f = &list->items[i];

		for (j = 0; j < f->nr_rows; j++)
			free(f->rows[j].name);
		free(f->rows);
		free(f->path.name);
		free(f->others.name);
		free(f->title);
	}
	free(list->items);
	*list = (struct dmafp_functions_list) { 0 };
}

/* Comparing */

bool dmafp_functions_both(const struct dmafp_functions *functions, enum dmafp_arm_id arm)
{
	return functions->arms[DMAFP_ARM_BASE].has_cost && functions->arms[arm].has_cost;
}

double dmafp_functions_difference(const struct dmafp_functions_row *row,
				  enum dmafp_arm_id arm)
{
	return row->sides[arm].cost - row->sides[DMAFP_ARM_BASE].cost;
}

double dmafp_functions_error(const struct dmafp_functions_row *row, enum dmafp_arm_id arm)
{
	return hypot(row->sides[arm].error, row->sides[DMAFP_ARM_BASE].error);
}

bool dmafp_functions_differ(const struct dmafp_functions *functions,
			    const struct dmafp_functions_row *row, enum dmafp_arm_id arm)
{
	double difference = fabs(dmafp_functions_difference(row, arm)), floor = 0;

	if (!dmafp_functions_both(functions, arm))
		return false;
	if (arm != DMAFP_ARM_PLACEBO && dmafp_functions_both(functions, DMAFP_ARM_PLACEBO))
		floor = fabs(dmafp_functions_difference(row, DMAFP_ARM_PLACEBO));
	return difference > DEVIATIONS * dmafp_functions_error(row, arm) &&
	       difference > floor;
}

char *dmafp_functions_unlike(const struct dmafp_functions *functions)
{
	const struct dmafp_sampling *unlike = functions->unlike;
	const struct dmafp_load *load = functions->load;

	if (!unlike)
		return NULL;
	if (unlike->depth != load->depth)
		return dmafp_path("%" PRIu32 " IOs in flight in place of %" PRIu32, unlike->depth,
				  load->depth);
	return dmafp_path("a pace of %" PRIu64 " ns in place of %" PRIu64, unlike->pace_ns,
			  load->pace_ns);
}

const char *dmafp_functions_unit(const struct dmafp_functions *functions)
{
	return functions->load ? dmafp_load_unit(functions->load) : "op";
}
