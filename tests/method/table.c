// SPDX-License-Identifier: GPL-2.0-or-later
#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "table.h"

void table_row(struct table *table)
{
	assert(table->rows < TABLE_ROWS);
	table->rows++;
	table->columns = 0;
}

void table_cell(struct table *table, const char *fmt, ...)
{
	va_list args;

	assert(table->columns < TABLE_COLUMNS);
	va_start(args, fmt);
	vsnprintf(table->text[table->rows - 1][table->columns++], TABLE_TEXT, fmt, args);
	va_end(args);
}

static int column_width(const struct table *table, size_t column)
{
	size_t width = 0, length;

	for (size_t row = 0; row < table->rows; row++) {
		length = strlen(table->text[row][column]);
		if (length > width)
			width = length;
	}
	return (int)width;
}

static void print_rule(const struct table *table, FILE *out)
{
	for (size_t column = 0; column < table->columns; column++)
		fprintf(out, "%s", column ? "--:|" : "|---|");
	fputc('\n', out);
}

void table_print(const struct table *table, bool markdown, FILE *out)
{
	fprintf(out, markdown ? "\n**%s**\n\n" : "\n%s\n\n", table->title);
	for (size_t row = 0; row < table->rows; row++) {
		for (size_t column = 0; column < table->columns; column++) {
			int width = column_width(table, column);

			fprintf(out, markdown ? "| " : column ? "  " : "");
			fprintf(out, "%*s", column ? width : -width, table->text[row][column]);
			fprintf(out, markdown ? " " : "");
		}
		fprintf(out, markdown ? "|\n" : "\n");
		if (markdown && row == 0)
			print_rule(table, out);
	}
}
