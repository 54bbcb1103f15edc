// SPDX-License-Identifier: GPL-2.0-or-later
/* Campaigns that are looked at after each boot. */
#include <errno.h>
#include <stdlib.h>

#include "orders.h"
#include "rate.h"
#include "report.h"

static const size_t boots_max[] = { 6, 12, 20 };
static const size_t orders_max[] = { 4, 5, 6, 8, 10, 12, 16, 20, 25, 30 };

#define NR_MAX (sizeof(boots_max) / sizeof(boots_max[0]))
#define NR_ORDERS (sizeof(orders_max) / sizeof(orders_max[0]))
#define NR_SINGLE (NR_MAX * nr_noises)
#define NR_ROWS 22
#define FEWER 10 /* campaigns of many rows */
#define MORE 100 /* orders: they cost little */

static const struct {
	const char *noise;
	size_t nr;
	bool share;
} families[] = {
	{ "offsets", 12, false },
	{ "offsets", 12, true },
	{ "offsets", 20, false },
	{ "all", 20, false },
};

#define NR_FAMILIES (sizeof(families) / sizeof(families[0]))

struct column {
	const char *name;
	enum count count;
	double bound; /* 0: none */
	bool mean; /* no rate, but a mean of the campaigns */
};

#define MAX_COLUMNS 8

struct sheet {
	const char *title;
	struct column columns[MAX_COLUMNS];
};

static const struct sheet sheet_wrong = {
	"Looked at after each boot, one row: it is wrong",
	{ { "same, claimed", LOOKS_SAME_VERDICT, ALPHA, false },
	  { "margin, EQUIVALENT", LOOKS_EDGE_EQUIVALENT, ALPHA, false },
	  { "naive", NAIVE_EDGE_EQUIVALENT, 0, false },
	  { "margin, REGRESSED", LOOKS_EDGE_VERDICT, ALPHA / 2, false },
	  { "naive", NAIVE_EDGE_VERDICT, 0, false },
	  { "any interval misses", LOOKS_MISS, ALPHA, false },
	  { "naive", NAIVE_MISS, 0, false } },
};

static const struct sheet sheet_power = {
	"Looked at after each boot, one row: power, and boots of each arm until it is settled",
	{ { "same, EQUIVALENT", LOOKS_SAME_EQUIVALENT, 0, false },
	  { "all boots", FIXED_SAME_EQUIVALENT, 0, false },
	  { "boots", LOOKS_SAME_BOOTS, 0, true },
	  { "two margins, REGRESSED", LOOKS_TWICE_REGRESSED, 0, false },
	  { "all boots", FIXED_TWICE_REGRESSED, 0, false },
	  { "boots", LOOKS_TWICE_BOOTS, 0, true } },
};

static const struct sheet sheet_rows_wrong = {
	"Looked at after each boot, 22 rows: any is wrong",
	{ { "same, claimed", LOOKS_SAME_VERDICT, ALPHA, false },
	  { "one margin, all EQUIVALENT", LOOKS_EDGE_EQUIVALENT, ALPHA, false },
	  { "naive", NAIVE_EDGE_EQUIVALENT, 0, false },
	  { "margin, REGRESSED", LOOKS_EDGE_VERDICT, ALPHA, false },
	  { "naive", NAIVE_EDGE_VERDICT, 0, false } },
};

static const struct sheet sheet_rows_power = {
	"Looked at after each boot, 22 rows: power, and boots of each arm until all is settled",
	{ { "same, all EQUIVALENT", LOOKS_SAME_EQUIVALENT, 0, false },
	  { "all boots", FIXED_SAME_EQUIVALENT, 0, false },
	  { "boots", LOOKS_SAME_BOOTS, 0, true },
	  { "one of two margins, REGRESSED", LOOKS_TWICE_REGRESSED, 0, false },
	  { "all boots", FIXED_TWICE_REGRESSED, 0, false },
	  { "boots", LOOKS_TWICE_BOOTS, 0, true } },
};

static size_t add_columns(struct table *table, const struct cell *cell, const struct sheet *sheet)
{
	size_t i, above = 0;

	for (i = 0; i < MAX_COLUMNS && sheet->columns[i].name; i++) {
		const struct column *c = &sheet->columns[i];
		uint64_t count = cell->counts[c->count];

		if (c->mean)
			table_cell(table, "%.1f", (double)count / (double)cell->campaigns);
		else
			above += rate_add(table, cell, count, c->bound);
	}
	return above;
}

static size_t print_sheet(const struct cell *cells, size_t nr, const struct sheet *sheet,
			  bool markdown, FILE *out)
{
	struct table table = { .title = sheet->title };
	size_t i, above = 0;

	table_row(&table);
	table_cell(&table, "noise, planned");
	for (i = 0; i < MAX_COLUMNS && sheet->columns[i].name; i++)
		table_cell(&table, "%s", sheet->columns[i].name);
	for (i = 0; i < nr; i++) {
		table_row(&table);
		table_cell(&table, "%s, %zu%s", cells[i].noise->name, cells[i].nr,
			   cells[i].share ? ", shared" : "");
		above += add_columns(&table, &cells[i], sheet);
	}
	table_print(&table, markdown, out);
	return above;
}

static size_t print_orders(const struct study *study, bool markdown, FILE *out)
{
	static const char *const heads[ORDERS_LEVELS] = { "5 %", "2.5 %", "2.5 % / 5",
							  "2.5 % / 22" };
	struct table table = { .title = "Looks at ranks alone, any noise: one-sided claims" };
	size_t i, k, above = 0;

	table_row(&table);
	table_cell(&table, "planned");
	for (k = 0; k < ORDERS_LEVELS; k++) {
		table_cell(&table, "at most %s", heads[k]);
		table_cell(&table, "naive");
	}
	for (i = 0; i < NR_ORDERS; i++) {
		struct orders o = { .boots_max = orders_max[i], .all = MORE * study->campaigns };

		orders_count(&o, study->seed);
		table_row(&table);
		table_cell(&table, "%zu", o.boots_max);
		for (k = 0; k < ORDERS_LEVELS; k++) {
			bool is = rate_is_above(o.looks[k], o.all, orders_levels[k]);

			above += is;
			table_cell(&table, "%.3f%s", 100 * rate_of(o.looks[k], o.all).rate,
				   is ? "!" : "");
			table_cell(&table, "%.3f", 100 * rate_of(o.naive[k], o.all).rate);
		}
	}
	table_print(&table, markdown, out);
	return above;
}

static void fill_cells(struct cell *cells)
{
	size_t i;

	for (i = 0; i < NR_SINGLE; i++)
		cells[i] = (struct cell){ .op = &op_map,
					  .noise = &noises[i % nr_noises],
					  .nr = boots_max[i / nr_noises],
					  .rows = 1,
					  .looks = true };
	for (i = 0; i < NR_FAMILIES; i++)
		cells[NR_SINGLE + i] = (struct cell){ .op = &op_map,
						      .noise = noise_find(families[i].noise),
						      .nr = families[i].nr,
						      .rows = NR_ROWS,
						      .share = families[i].share,
						      .looks = true };
}

int report_looks(const struct study *study, bool markdown, FILE *out, size_t *above)
{
	struct cell *cells = calloc(NR_SINGLE + NR_FAMILIES, sizeof(*cells));
	struct study fewer = *study;
	int ret;

	if (!cells)
		return -ENOMEM;
	fill_cells(cells);
	fewer.campaigns = (study->campaigns + FEWER - 1) / FEWER;
	ret = study_run(study, cells, NR_SINGLE) ?:
	      study_run(&fewer, cells + NR_SINGLE, NR_FAMILIES);
	if (!ret) {
		*above += print_orders(study, markdown, out);
		*above += print_sheet(cells, NR_SINGLE, &sheet_wrong, markdown, out);
		*above += print_sheet(cells, NR_SINGLE, &sheet_power, markdown, out);
		*above += print_sheet(cells + NR_SINGLE, NR_FAMILIES, &sheet_rows_wrong, markdown,
				      out);
		*above += print_sheet(cells + NR_SINGLE, NR_FAMILIES, &sheet_rows_power, markdown,
				      out);
	}
	free(cells);
	return ret;
}
