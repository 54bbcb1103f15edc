// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "rate.h"
#include "report.h"

static const size_t boots[] = { 3, 5, 10, 20, 30 };
static const struct op *const ops[] = { &op_map, &op_check };

#define NR_BOOTS (sizeof(boots) / sizeof(boots[0]))
#define NR_OPS (sizeof(ops) / sizeof(ops[0]))
#define BOOTS_OF_SHEETS 10
#define NR_ROWS 22
#define ALPHA_DRIFT 0.06 /* its p is an approximation: 5.5 % of two arms of 5 normal boots */

/* One table: a rate for each op, noise and number of boots */
struct question {
	enum count count;
	double bound; /* 0: a higher rate is better */
	const char *title;
};

static const struct question questions[] = {
	{ SAME_VERDICT, ALPHA, "Identical arms are called REGRESSED or IMPROVED: at most 5 %" },
	{ EDGE_EQUIVALENT, ALPHA,
	  "The true difference is the margin, and it is called EQUIVALENT: at most 5 %" },
	{ EDGE_VERDICT, ALPHA / 2,
	  "The true difference is the margin, and it is called REGRESSED: at most 2.5 %" },
	{ MISS, ALPHA, "The 95 % interval of p50 does not hold the true difference: at most 5 %" },
	{ DRIFT_FOUND, ALPHA_DRIFT, "Drift is found: about 5 % where there is none" },
	{ SAME_EQUIVALENT, 0, "Power: identical arms are called EQUIVALENT" },
	{ TWICE_REGRESSED, 0, "Power: a shift of two margins is called REGRESSED" },
	{ HALF_REGRESSED, 0,
	  "Power: a shift of 1 % (check: 1 tick) is called REGRESSED, half of it the margin" },
	{ PERCENT_SEEN, 0, "Power: a shift of 1 % is seen, the 95 % interval excludes 0" },
	{ CYCLE_SEEN, 0, "Power: a shift of 1 cycle is seen, the 95 % interval excludes 0" },
};

/* A column of the other tables */
struct column {
	const char *name;
	enum count count;
	bool inverse;
	double bound; /* 0: none */
};

#define MAX_COLUMNS 6

/* One of the other tables; a column without a name ends it */
struct sheet {
	const char *title;
	struct column columns[MAX_COLUMNS];
};

static const struct sheet sheet_others = {
	"The 95 % interval does not hold the true value: at most 5 %; 10 boots",
	{ { "min", MISS_MIN, false, ALPHA },
	  { "p99", MISS_P99, false, ALPHA },
	  { "ratio of p50", MISS_RATIO, false, ALPHA } },
};

static const struct sheet sheet_claims = {
	"Identical arms, and a difference is claimed; map_page, 10 boots",
	{ { "printed", SAME_PRINTED, false, 0 },
	  { "iterations", SAME_ITERATIONS, false, 0 },
	  { "U test", SAME_MANN_WHITNEY, false, 0 },
	  { "Welch", SAME_WELCH, false, 0 },
	  { "dmafp", SAME_VERDICT, false, ALPHA } },
};

static const struct sheet sheet_missed = {
	"A true difference of 2 %, and none is claimed; map_page, 10 boots",
	{ { "printed", TWICE_PRINTED, false, 0 },
	  { "iterations", TWICE_ITERATIONS, false, 0 },
	  { "U test", TWICE_MANN_WHITNEY, false, 0 },
	  { "Welch", TWICE_WELCH, false, 0 },
	  { "dmafp", TWICE_REGRESSED, true, 0 } },
};

static const struct sheet sheet_welch = {
	"Power of the same verdicts with Welch's interval in place of ranks; map_page, 10 boots",
	{ { "EQUIVALENT: dmafp", SAME_EQUIVALENT, false, 0 },
	  { "Welch", WELCH_EQUIVALENT, false, 0 },
	  { "REGRESSED: dmafp", TWICE_REGRESSED, false, 0 },
	  { "Welch", WELCH_REGRESSED, false, 0 } },
};

static const struct sheet sheet_rows = {
	"22 rows, and any of them is wrong",
	{ { "same, claimed", ROWS_VERDICT, false, ALPHA },
	  { "U test", ROWS_MANN_WHITNEY, false, 0 },
	  { "margin, REGRESSED", ROWS_EDGE_VERDICT, false, ALPHA },
	  { "without Holm", ROWS_EDGE_UNADJUSTED, false, 0 },
	  { "one margin, all EQUIVALENT", ROWS_ONE_EQUIVALENT, false, ALPHA } },
};

static const struct sheet sheet_rows_power = {
	"22 rows: power",
	{ { "same, all EQUIVALENT", ROWS_EQUIVALENT, false, 0 },
	  { "one of two margins, REGRESSED", ROWS_ONE_REGRESSED, false, 0 } },
};

/* Campaigns of many rows */
struct family {
	const char *noise;
	size_t nr;
	bool share;
};

static const struct family families[] = {
	{ "offsets", 6, false },
	{ "offsets", 10, false },
	{ "offsets", 10, true },
	{ "all", 10, false },
};

#define NR_FAMILIES (sizeof(families) / sizeof(families[0]))
#define NR_SINGLE (NR_OPS * nr_noises * NR_BOOTS)

/* What came out, and where it goes */
struct output {
	struct cell *cells; /* NR_SINGLE, then NR_FAMILIES */
	bool markdown;
	FILE *out;
	size_t above;
};

static const struct cell *cell_find(const struct output *o, const struct op *op,
				    const struct noise *noise, size_t nr_boots)
{
	for (size_t i = 0; i < NR_SINGLE; i++)
		if (o->cells[i].op == op && o->cells[i].noise == noise &&
		    o->cells[i].nr == nr_boots)
			return &o->cells[i];
	return NULL;
}

static void add_rate(struct output *o, struct table *table, const struct cell *cell,
		     uint64_t count, double bound)
{
	o->above += rate_add(table, cell, count, bound);
}

static void print_question(struct output *o, const struct question *question)
{
	struct table table = { .title = question->title };

	table_row(&table);
	table_cell(&table, "op, noise");
	for (size_t i = 0; i < NR_BOOTS; i++)
		table_cell(&table, "%zu boots", boots[i]);
	for (size_t i = 0; i < NR_OPS * nr_noises; i++) {
		const struct op *op = ops[i / nr_noises];
		const struct noise *noise = &noises[i % nr_noises];
		bool drifts = question->count == DRIFT_FOUND && noise->drift > 0;

		table_row(&table);
		table_cell(&table, "%s, %s", op->name, noise->name);
		for (size_t k = 0; k < NR_BOOTS; k++) {
			const struct cell *cell = cell_find(o, op, noise, boots[k]);

			add_rate(o, &table, cell, cell->counts[question->count],
				 drifts ? 0 : question->bound);
		}
	}
	table_print(&table, o->markdown, o->out);
}

static void add_head(struct table *table, const char *first, const struct sheet *sheet)
{
	table->title = sheet->title;
	table_row(table);
	table_cell(table, "%s", first);
	for (size_t i = 0; i < MAX_COLUMNS && sheet->columns[i].name; i++)
		table_cell(table, "%s", sheet->columns[i].name);
}

static void add_columns(struct output *o, struct table *table, const struct cell *cell,
			const struct sheet *sheet)
{
	for (size_t i = 0; i < MAX_COLUMNS && sheet->columns[i].name; i++) {
		uint64_t count = cell->counts[sheet->columns[i].count];

		if (sheet->columns[i].inverse)
			count = cell->campaigns - count;
		add_rate(o, table, cell, count, sheet->columns[i].bound);
	}
}

static void print_sheet(struct output *o, const struct sheet *sheet, size_t nr_ops)
{
	struct table table = { 0 };

	add_head(&table, nr_ops > 1 ? "op, noise" : "noise", sheet);
	for (size_t i = 0; i < nr_ops * nr_noises; i++) {
		const struct op *op = ops[i / nr_noises];
		const struct noise *noise = &noises[i % nr_noises];

		table_row(&table);
		if (nr_ops > 1)
			table_cell(&table, "%s, %s", op->name, noise->name);
		else
			table_cell(&table, "%s", noise->name);
		add_columns(o, &table, cell_find(o, op, noise, BOOTS_OF_SHEETS), sheet);
	}
	table_print(&table, o->markdown, o->out);
}

static void print_families(struct output *o, const struct sheet *sheet)
{
	struct table table = { 0 };

	add_head(&table, "noise, boots", sheet);
	for (size_t i = 0; i < NR_FAMILIES; i++) {
		table_row(&table);
		table_cell(&table, "%s, %zu%s", families[i].noise, families[i].nr,
			   families[i].share ? ", shared" : "");
		add_columns(o, &table, &o->cells[NR_SINGLE + i], sheet);
	}
	table_print(&table, o->markdown, o->out);
}

static void print_noises(const struct output *o)
{
	fputc('\n', o->out);
	for (size_t i = 0; i < nr_noises; i++)
		fprintf(o->out, o->markdown ? "- **%s**: %s\n" : "%-12s%s\n", noises[i].name,
			noises[i].why);
}

static void print_all(struct output *o)
{
	print_noises(o);
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		print_question(o, &questions[i]);
	print_sheet(o, &sheet_others, NR_OPS);
	print_sheet(o, &sheet_claims, 1);
	print_sheet(o, &sheet_missed, 1);
	print_sheet(o, &sheet_welch, 1);
	print_families(o, &sheet_rows);
	print_families(o, &sheet_rows_power);
}

static void fill_cells(struct cell *cells)
{
	for (size_t i = 0; i < NR_SINGLE; i++)
		cells[i] = (struct cell){ .op = ops[i / NR_BOOTS / nr_noises],
					  .noise = &noises[i / NR_BOOTS % nr_noises],
					  .nr = boots[i % NR_BOOTS],
					  .rows = 1 };
	for (size_t i = 0; i < NR_FAMILIES; i++)
		cells[NR_SINGLE + i] = (struct cell){ .op = &op_map,
						      .noise = noise_find(families[i].noise),
						      .nr = families[i].nr,
						      .rows = NR_ROWS,
						      .share = families[i].share };
}

int report(const struct study *study, bool markdown, FILE *out, size_t *above)
{
	struct output o = { .markdown = markdown, .out = out };
	int ret;

	o.cells = calloc(NR_SINGLE + NR_FAMILIES, sizeof(*o.cells));
	if (!o.cells)
		return -ENOMEM;
	fill_cells(o.cells);
	ret = study_run(study, o.cells, NR_SINGLE + NR_FAMILIES);
	if (!ret)
		print_all(&o);
	*above += o.above;
	free(o.cells);
	return ret;
}
