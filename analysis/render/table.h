/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables for mail: as wide as their content, at most DMAFP_WRAP_COLUMNS. */
#ifndef DMAFP_ANALYSIS_TABLE_H
#define DMAFP_ANALYSIS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define DMAFP_TABLE_NUMBER 9 /* 8 characters at most, and the NUL */

/** struct dmafp_column - two lines of heading, and the side it is aligned to */
struct dmafp_column {
	const char *head[2];
	bool left;
};

/**
 * struct dmafp_table - filled cell by cell, row after row
 * @columns: the first one gives way: what does not fit has a line of its own
 * @nr_columns: how many
 * @cells: owned; a line of prose has no second cell
 * @nr_cells: how many
 */
struct dmafp_table {
	const struct dmafp_column *columns;
	size_t nr_columns;
	char **cells;
	size_t nr_cells;
};

/** dmafp_table_add() - the next cell, printf-like, made ASCII */
void dmafp_table_add(struct dmafp_table *table, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** dmafp_table_add_number() - a cell of at most 8 characters, rounded if need be */
void dmafp_table_add_number(struct dmafp_table *table, uint64_t value);

/** dmafp_table_add_delta() - the same with its sign */
void dmafp_table_add_delta(struct dmafp_table *table, int64_t value);

/** dmafp_table_add_line() - a line of prose between rows, printf-like */
void dmafp_table_add_line(struct dmafp_table *table, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** dmafp_table_print() - print and empty the table */
void dmafp_table_print(struct dmafp_table *table, FILE *out);

#endif /* DMAFP_ANALYSIS_TABLE_H */
