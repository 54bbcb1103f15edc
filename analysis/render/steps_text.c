// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/calltree.h"
#include "analysis/render/steps_text.h"
#include "analysis/render/table.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"

#define ARMS	DMAFP_CALLTREE_ARMS
#define COLUMNS (1 + 2 * ARMS)

/* A phase of all arms; differences are from the first. */
struct phase {
	const struct dmafp_steps *arms[ARMS];
	size_t nr;
};

/* A function, wherever it was called */
struct function {
	const char *name;
	uint64_t self[ARMS];
};

struct functions {
	struct function *items;
	size_t nr;
};

static struct phase take(const struct dmafp_profile_steps *steps, const char *name)
{
	struct phase phase = { 0 };
	size_t i;

	for (i = 0; i < steps->nr && phase.nr < ARMS; i++)
		if (!strcmp(steps->items[i].phase, name))
			phase.arms[phase.nr++] = &steps->items[i];
	return phase;
}

static void collect(struct functions *functions, const struct dmafp_call *call)
{
	size_t i, arm;

	for (; call; call = call->next) {
		for (i = 0; i < functions->nr; i++)
			if (!strcmp(functions->items[i].name, call->name))
				break;
		if (i == functions->nr) {
			functions->items = dmafp_alloc_grow(functions->items, functions->nr++,
							    sizeof(*functions->items));
			functions->items[i].name = call->name;
		}
		for (arm = 0; arm < ARMS; arm++)
			functions->items[i].self[arm] += call->self[arm];
		collect(functions, call->calls);
	}
}

static uint64_t distance(const struct function *f, size_t arm)
{
	return f->self[arm] > f->self[0] ? f->self[arm] - f->self[0] :
					   f->self[0] - f->self[arm];
}

/* Those that differ most, then those that take most, then by name */
static int by_difference(const void *a, const void *b)
{
	const struct function *x = a, *y = b;
	uint64_t dx = 0, dy = 0, sx = 0, sy = 0;
	size_t arm;

	for (arm = 0; arm < ARMS; arm++) {
		/* an arm that was not stepped is all zeros, everywhere */
		dx = distance(x, arm) > dx && x->self[arm] + y->self[arm] ? distance(x, arm) : dx;
		dy = distance(y, arm) > dy && x->self[arm] + y->self[arm] ? distance(y, arm) : dy;
		sx = x->self[arm] > sx ? x->self[arm] : sx;
		sy = y->self[arm] > sy ? y->self[arm] : sy;
	}
	if (dx != dy)
		return dx > dy ? -1 : 1;
	if (sx != sy)
		return sx > sy ? -1 : 1;
	return strcmp(x->name, y->name);
}

static struct dmafp_table table_of(const struct phase *phase, struct dmafp_column *columns,
				   const char *title)
{
	size_t arm;

	memset(columns, 0, COLUMNS * sizeof(*columns));
	columns[0] = (struct dmafp_column) { { "", title }, true };
	for (arm = 0; arm < phase->nr; arm++)
		columns[1 + arm] = (struct dmafp_column) { { "", phase->arms[arm]->arm }, false };
	for (arm = 1; arm < phase->nr; arm++)
		columns[phase->nr + arm] = (struct dmafp_column) {
			{ phase->nr > 2 ? phase->arms[arm]->arm : "", "diff" }, false
		};
	return (struct dmafp_table) { .columns = columns, .nr_columns = 2 * phase->nr };
}

static void add_numbers(struct dmafp_table *table, const struct phase *phase,
			const uint64_t *values)
{
	size_t arm;

	for (arm = 0; arm < phase->nr; arm++)
		dmafp_table_add_number(table, values[arm]);
	for (arm = 1; arm < phase->nr; arm++)
		dmafp_table_add_delta(table, (int64_t)(values[arm] - values[0]));
}

static struct functions functions_of(const struct dmafp_call *root)
{
	struct functions functions = { 0 };

	collect(&functions, root->calls);
	if (functions.nr)
		qsort(functions.items, functions.nr, sizeof(*functions.items), by_difference);
	return functions;
}

static void print_functions(const struct phase *phase, const struct dmafp_call *root, FILE *out)
{
	struct dmafp_column columns[COLUMNS];
	struct dmafp_table table = table_of(phase, columns, "function");
	struct functions functions = functions_of(root);
	size_t i;

	for (i = 0; i < functions.nr; i++) {
		dmafp_table_add(&table, "%s", functions.items[i].name);
		add_numbers(&table, phase, functions.items[i].self);
	}
	dmafp_table_add(&table, "all");
	add_numbers(&table, phase, root->total);
	dmafp_table_print(&table, out);
	free(functions.items);
}

static void add_calls(struct dmafp_table *table, const struct phase *phase,
		      const struct dmafp_call *call, int depth)
{
	for (; call; call = call->next) {
		dmafp_table_add(table, "%*s%s", 2 * depth, "", call->name);
		add_numbers(table, phase, call->total);
		add_calls(table, phase, call->calls, depth + 1);
	}
}

static void print_calls(const struct phase *phase, const struct dmafp_call *root, FILE *out)
{
	struct dmafp_column columns[COLUMNS];
	struct dmafp_table table = table_of(phase, columns, "call, with what it calls");

	add_calls(&table, phase, root->calls, 0);
	dmafp_table_print(&table, out);
}

static void print_totals(const struct phase *phase, const char *name, FILE *out)
{
	size_t arm;

	fprintf(out, "\n%s, instructions from stamp to stamp:\n", name);
	for (arm = 0; arm < phase->nr; arm++) {
		const struct dmafp_steps *steps = phase->arms[arm];

		fprintf(out, "  %-11s %6" PRIu64 " ", steps->arm, steps->instructions);
		if (!steps->measured)
			fprintf(out, "stepped, not measured\n");
		else if (steps->measured == steps->instructions)
			fprintf(out, "stepped, equals the measured count\n");
		else
			fprintf(out, "stepped, but measured are %" PRIu64 "\n",
				steps->measured);
	}
}

static void print_phase(const struct phase *phase, const char *name, FILE *out)
{
	struct dmafp_call *root;

	if (!phase->nr)
		return;
	root = dmafp_calltree_make(phase->arms, phase->nr);
	print_totals(phase, name, out);
	print_functions(phase, root, out);
	print_calls(phase, root, out);
	dmafp_calltree_free(root);
}

void dmafp_steps_print(const struct dmafp_profile_steps *steps, FILE *out)
{
	const struct phase map = take(steps, "map"), unmap = take(steps, "unmap");

	char *op = dmafp_steps_op_text(steps);

	fprintf(out, "%s on %s, mode %s, %s\n", op, steps->device, steps->mode,
		steps->iommu ? steps->iommu : "no IOMMU");
	free(op);
	print_phase(&map, "map", out);
	print_phase(&unmap, "unmap", out);
}

static bool differs(const struct phase *phase, const struct function *f)
{
	size_t arm;

	for (arm = 1; arm < phase->nr; arm++)
		if (f->self[arm] != f->self[0])
			return true;
	return false;
}

/* Those that differ, one by one, and all others in one row */
static void print_differing(const struct phase *phase, const struct dmafp_call *root, FILE *out)
{
	struct dmafp_column columns[COLUMNS];
	struct dmafp_table table = table_of(phase, columns, "function");
	struct functions functions = functions_of(root);
	struct function others = { 0 };
	size_t i, arm, nr = 0;

	columns[0].head[0] = "instructions";
	for (i = 0; i < functions.nr; i++) {
		const struct function *f = &functions.items[i];

		if (differs(phase, f)) {
			dmafp_table_add(&table, "%s", f->name);
			add_numbers(&table, phase, f->self);
			continue;
		}
		nr++;
		for (arm = 0; arm < ARMS; arm++)
			others.self[arm] += f->self[arm];
	}
	dmafp_table_add(&table, "%zu %s", nr, nr < functions.nr ? "others" : "functions");
	add_numbers(&table, phase, others.self);
	dmafp_table_add(&table, "all, from stamp to stamp");
	add_numbers(&table, phase, root->total);
	dmafp_table_print(&table, out);
	free(functions.items);
}

static void print_equality(const struct phase *phase, FILE *out)
{
	size_t arm;

	for (arm = 0; arm < phase->nr; arm++) {
		const struct dmafp_steps *steps = phase->arms[arm];

		if (steps->measured != steps->instructions)
			break;
	}
	if (arm == phase->nr)
		fprintf(out, "Every total is the count that the same guest measured.\n");
	else
		dmafp_wrap(out, "", "",
			   "NOT as measured: %s was stepped in %" PRIu64
			   " instructions and measured at %" PRIu64 ".",
			   phase->arms[arm]->arm, phase->arms[arm]->instructions,
			   phase->arms[arm]->measured);
}

static void print_short(const struct dmafp_profile_steps *steps, const char *name, FILE *out)
{
	const struct phase phase = take(steps, name);
	struct dmafp_call *root;
	char *op;

	if (!phase.nr)
		return;
	op = dmafp_steps_op_text(steps);
	root = dmafp_calltree_make(phase.arms, phase.nr);
	fprintf(out, "\n");
	dmafp_wrap(out, "== ", "   ", "Exact profile: %s, %s in %s on %s", op, name, steps->mode,
		   steps->device);
	print_differing(&phase, root, out);
	print_equality(&phase, out);
	dmafp_calltree_free(root);
	free(op);
}

void dmafp_steps_print_short(const struct dmafp_profile_steps *steps, FILE *out)
{
	print_short(steps, "map", out);
	print_short(steps, "unmap", out);
}

void dmafp_steps_print_folded(const struct dmafp_steps *steps, FILE *out)
{
	size_t i;

	for (i = 0; i < steps->nr_stacks; i++)
		fprintf(out, "%s %" PRIu64 "\n", steps->stacks[i].stack,
			steps->stacks[i].instructions);
}
