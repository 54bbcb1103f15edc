// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "table.h"

static const size_t boots[] = { 3, 5, 10, 20, 30 };
static const struct op *const ops[] = { &op_map, &op_check };

#define NR_BOOTS (sizeof(boots) / sizeof(boots[0]))
#define NR_OPS (sizeof(ops) / sizeof(ops[0]))
#define BOOTS_OF_PEERS 10
#define NR_ROWS 22

/* One table: a rate for each op, noise and number of boots */
struct question {
	enum count count;
	double bound; /* 0: a higher rate is better */
	const char *title;
};

static const struct question questions[] = {
	{ SAME_VERDICT, ALPHA,
	  "Identical arms, verdict REGRESSED or IMPROVED (at most 5 %)" },
	{ EDGE_EQUIVALENT, ALPHA,
	  "True difference is the margin, verdict EQUIVALENT (at most 5 %)" },
	{ EDGE_VERDICT, ALPHA / 2,
	  "True difference is the margin, verdict REGRESSED (at most 2.5 %)" },
	{ MISS, ALPHA, "The 95 % interval does not hold the true difference (at most 5 %)" },
	{ MISS_MIN, ALPHA, "The same of min" },
	{ MISS_P99, ALPHA, "The same of p99" },
	{ MISS_RATIO, ALPHA, "The same of the ratio" },
	{ DRIFT_FOUND, ALPHA, "Drift is found, p at most 5 % (drift, all and apart have it)" },
	{ SAME_EQUIVALENT, 0, "Power: identical arms, verdict EQUIVALENT" },
	{ TWICE_REGRESSED, 0, "Power: a shift of twice the margin, verdict REGRESSED" },
	{ PERCENT_SEEN, 0, "Power: a shift of 1 %, the 95 % interval excludes 0" },
	{ HALF_REGRESSED, 0, "Power: a shift of the margin, judged by half the margin, REGRESSED" },
	{ CYCLE_SEEN, 0, "Power: a shift of 1 cycle, the 95 % interval excludes 0" },
};

/* In the table of peers: claims of identical arms, or misses of twice the margin */
struct peer {
	const char *name;
	enum count count;
	bool inverse;
};

static const struct peer claims[] = {
	{ "printed", SAME_PRINTED, false },
	{ "iterations", SAME_ITERATIONS, false },
	{ "U test", SAME_MANN_WHITNEY, false },
	{ "Welch", SAME_WELCH, false },
	{ "dmafp", SAME_VERDICT, false },
};

static const struct peer misses[] = {
	{ "printed", TWICE_PRINTED, false },
	{ "iterations", TWICE_ITERATIONS, false },
	{ "U test", TWICE_MANN_WHITNEY, false },
	{ "Welch", TWICE_WELCH, false },
	{ "dmafp", TWICE_REGRESSED, true },
};

/* Campaigns of many rows */
struct family {
	const char *noise;
	size_t nr;
	bool share;
};

static const struct family families[] = {
	{ "offsets", 6, false }, { "offsets", 10, false }, { "offsets", 10, true },
	{ "all", 10, false },	 { "all", 10, true },	   { "all", 20, true },
};

#define NR_FAMILIES (sizeof(families) / sizeof(families[0]))

struct column {
	const char *name;
	enum count count;
	double bound;
};

static const struct column columns_wrong[] = {
	{ "same: any", ROWS_VERDICT, ALPHA },
	{ "U test: any", ROWS_MANN_WHITNEY, 0 },
	{ "margin: any", ROWS_EDGE_VERDICT, ALPHA },
	{ "no Holm: any", ROWS_EDGE_UNADJUSTED, 0 },
	{ "one: all EQ", ROWS_ONE_EQUIVALENT, ALPHA },
};

static const struct column columns_power[] = {
	{ "same: all EQ", ROWS_EQUIVALENT, 0 },
	{ "one of two margins: REGRESSED", ROWS_ONE_REGRESSED, 0 },
};

static const struct cell *cell_find(const struct cell *cells, size_t nr, const struct op *op,
				    const struct noise *noise, size_t nr_boots)
{
	for (size_t i = 0; i < nr; i++)
		if (cells[i].op == op && cells[i].noise == noise && cells[i].nr == nr_boots)
			return &cells[i];
	return NULL;
}

/* in percent, and in brackets how far the farther end of its interval is */
static void add_rate(struct table *table, struct rate rate, bool above)
{
	double far = rate.high - rate.rate;

	if (rate.rate - rate.low > far)
		far = rate.rate - rate.low;
	table_cell(table, "%.2f (%.2f)%s", 100 * rate.rate, 100 * far, above ? "!" : "");
}

static size_t print_question(const struct question *question, const struct cell *cells, size_t nr,
			     bool markdown, FILE *out)
{
	struct table table = { .title = question->title };
	size_t broken = 0;

	table_row(&table);
	table_cell(&table, "op, noise");
	for (size_t i = 0; i < NR_BOOTS; i++)
		table_cell(&table, "%zu boots", boots[i]);
	for (size_t i = 0; i < NR_OPS * nr_noises; i++) {
		const struct op *op = ops[i / nr_noises];
		const struct noise *noise = &noises[i % nr_noises];

		table_row(&table);
		table_cell(&table, "%s, %s", op->name, noise->name);
		for (size_t k = 0; k < NR_BOOTS; k++) {
			const struct cell *cell = cell_find(cells, nr, op, noise, boots[k]);
			struct rate rate = rate_of(cell->counts[question->count], cell->campaigns);
			bool above = question->bound > 0 && rate.low > question->bound;

			broken += above && !noise->apart;
			add_rate(&table, rate, above);
		}
	}
	table_print(&table, markdown, out);
	return broken;
}

static void print_peers(const char *title, const struct peer *peers, const struct cell *cells,
			size_t nr, bool markdown, FILE *out)
{
	struct table table = { .title = title };

	table_row(&table);
	table_cell(&table, "noise");
	for (size_t i = 0; i < 5; i++)
		table_cell(&table, "%s", peers[i].name);
	for (size_t i = 0; i < nr_noises; i++) {
		const struct cell *cell =
			cell_find(cells, nr, &op_map, &noises[i], BOOTS_OF_PEERS);

		table_row(&table);
		table_cell(&table, "%s", noises[i].name);
		for (size_t k = 0; k < 5; k++) {
			uint64_t count = cell->counts[peers[k].count];

			if (peers[k].inverse)
				count = cell->campaigns - count;
			add_rate(&table, rate_of(count, cell->campaigns), false);
		}
	}
	table_print(&table, markdown, out);
}

static size_t print_families(const char *title, const struct column *columns, size_t nr_columns,
			     const struct cell *cells, bool markdown, FILE *out)
{
	struct table table = { .title = title };
	size_t broken = 0;

	table_row(&table);
	table_cell(&table, "noise, boots");
	for (size_t i = 0; i < nr_columns; i++)
		table_cell(&table, "%s", columns[i].name);
	for (size_t i = 0; i < NR_FAMILIES; i++) {
		table_row(&table);
		table_cell(&table, "%s, %zu%s", families[i].noise, families[i].nr,
			   families[i].share ? ", shared" : "");
		for (size_t k = 0; k < nr_columns; k++) {
			struct rate rate = rate_of(cells[i].counts[columns[k].count],
						   cells[i].campaigns);
			bool above = columns[k].bound > 0 && rate.low > columns[k].bound;

			broken += above;
			add_rate(&table, rate, above);
		}
	}
	table_print(&table, markdown, out);
	return broken;
}

int report(const struct study *study, bool markdown, FILE *out, size_t *broken)
{
	size_t nr = NR_OPS * nr_noises * NR_BOOTS;
	struct cell *cells = calloc(nr + NR_FAMILIES, sizeof(*cells));
	int ret;

	*broken = 0;
	if (!cells)
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++)
		cells[i] = (struct cell){ .op = ops[i / NR_BOOTS / nr_noises],
					  .noise = &noises[i / NR_BOOTS % nr_noises],
					  .nr = boots[i % NR_BOOTS],
					  .rows = 1 };
	for (size_t i = 0; i < NR_FAMILIES; i++)
		cells[nr + i] = (struct cell){ .op = &op_map,
					       .noise = noise_find(families[i].noise),
					       .nr = families[i].nr,
					       .rows = NR_ROWS,
					       .share = families[i].share };
	ret = study_run(study, cells, nr + NR_FAMILIES);
	if (!ret) {
		for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
			*broken += print_question(&questions[i], cells, nr, markdown, out);
		*broken += print_families("22 rows: how often wrong", columns_wrong, 5, cells + nr,
					  markdown, out);
		print_families("22 rows: power", columns_power, 2, cells + nr, markdown, out);
		print_peers("map_page, 10 boots, identical arms: a difference is claimed", claims,
			    cells, nr, markdown, out);
		print_peers("map_page, 10 boots, true difference 2 %: it is not told", misses,
			    cells, nr, markdown, out);
	}
	free(cells);
	return ret;
}
