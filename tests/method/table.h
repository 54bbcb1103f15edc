/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables, on a terminal or in a document. */
#ifndef DMAFP_METHOD_TABLE_H
#define DMAFP_METHOD_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define TABLE_COLUMNS 10
#define TABLE_ROWS 40
#define TABLE_TEXT 40

/**
 * struct table - cells of text; the first row holds the heads
 * @title: a line above it
 */
struct table {
	const char *title;
	size_t columns, rows;
	char text[TABLE_ROWS][TABLE_COLUMNS][TABLE_TEXT];
};

/** table_row() - begin a row */
void table_row(struct table *table);

/** table_cell() - the next cell of the last row */
void table_cell(struct table *table, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** table_print() - columns aligned, the first to the left; or as markdown */
void table_print(const struct table *table, bool markdown, FILE *out);

#endif /* DMAFP_METHOD_TABLE_H */
