// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "analysis/render/table.h"
#include "analysis/render/wrap.h"

#define MAX_COLUMNS 16

static void append(struct dmafp_table *t, char *cell)
{
	t->cells = dmafp_alloc_grow(t->cells, t->nr_cells, sizeof(*t->cells));
	t->cells[t->nr_cells++] = cell;
}

static char *print_ascii(const char *fmt, va_list ap)
{
	char *text = dmafp_alloc_vprintf(fmt, ap), *ascii = dmafp_wrap_ascii(text);

	free(text);
	return ascii;
}

void dmafp_table_add(struct dmafp_table *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append(t, print_ascii(fmt, ap));
	va_end(ap);
}

void dmafp_table_add_line(struct dmafp_table *t, const char *fmt, ...)
{
	va_list ap;
	size_t i;

	va_start(ap, fmt);
	append(t, print_ascii(fmt, ap));
	va_end(ap);
	for (i = 1; i < t->nr_columns; i++)
		append(t, NULL);
}

void dmafp_table_add_number(struct dmafp_table *t, uint64_t value)
{
	if (value < 100000000)
		dmafp_table_add(t, "%" PRIu64, value);
	else
		dmafp_table_add(t, "%.2e", (double)value);
}

void dmafp_table_add_delta(struct dmafp_table *t, int64_t value)
{
	if (value > -10000000 && value < 10000000)
		dmafp_table_add(t, "%+" PRId64, value);
	else
		dmafp_table_add(t, "%+.1e", (double)value);
}

static size_t widest(const struct dmafp_table *t, size_t column)
{
	const struct dmafp_column *c = &t->columns[column];
	size_t i, width = strlen(c->head[0]);

	if (strlen(c->head[1]) > width)
		width = strlen(c->head[1]);
	for (i = 0; i < t->nr_cells; i += t->nr_columns)
		if (t->cells[i + 1] && strlen(t->cells[i + column]) > width)
			width = strlen(t->cells[i + column]);
	return width;
}

static void find_widths(const struct dmafp_table *t, size_t *widths)
{
	size_t i, used = t->nr_columns - 1, first = widest(t, 0), room;

	for (i = 1; i < t->nr_columns; i++) {
		widths[i] = widest(t, i);
		used += widths[i];
	}
	room = used < DMAFP_WRAP_COLUMNS ? DMAFP_WRAP_COLUMNS - used : 0;
	widths[0] = first < room ? first : room;
}

/* Text is padded on both sides of a cell, but never at the end of a line */
static void print_line(const struct dmafp_table *t, const size_t *widths,
		       const char *const *cells, FILE *out)
{
	size_t i, blanks = 0;

	for (i = 0; i < t->nr_columns; i++) {
		size_t len = strlen(cells[i]), pad = widths[i] - len;
		bool left = t->columns[i].left;

		blanks += (i ? 1 : 0) + (left ? 0 : pad);
		if (len) {
			fprintf(out, "%*s%s", (int)blanks, "", cells[i]);
			blanks = 0;
		}
		blanks += left ? pad : 0;
	}
	fputc('\n', out);
}

static void print_head(const struct dmafp_table *t, const size_t *widths, size_t line,
		       FILE *out)
{
	const char *cells[MAX_COLUMNS];
	size_t i;

	for (i = 0; i < t->nr_columns; i++)
		cells[i] = t->columns[i].head[line];
	if (strlen(cells[0]) > widths[0])
		cells[0] = "";
	print_line(t, widths, cells, out);
}

static void print_row(const struct dmafp_table *t, const size_t *widths, char **row,
		      FILE *out)
{
	const char *cells[MAX_COLUMNS];

	if (!row[1]) {
		dmafp_wrap(out, "", "  ", "%s", row[0]);
		return;
	}
	memcpy(cells, row, t->nr_columns * sizeof(*cells));
	if (strlen(cells[0]) > widths[0]) {
		dmafp_wrap(out, "", "  ", "%s", cells[0]);
		cells[0] = "";
	}
	print_line(t, widths, cells, out);
}

void dmafp_table_print(struct dmafp_table *t, FILE *out)
{
	size_t widths[MAX_COLUMNS], i;

	find_widths(t, widths);
	print_head(t, widths, 0, out);
	print_head(t, widths, 1, out);
	for (i = 0; i < t->nr_cells; i += t->nr_columns)
		print_row(t, widths, t->cells + i, out);
	for (i = 0; i < t->nr_cells; i++)
		free(t->cells[i]);
	free(t->cells);
	t->cells = NULL;
	t->nr_cells = 0;
}
