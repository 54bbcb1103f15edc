// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/symbols.h"

#define MAX_FUNCTION (1u << 20) /* bytes; what is further off is in no function */

/* Points into the table's text: "NAME" or "NAME\t[MODULE]" */
struct symbol {
	uint64_t address;
	const char *name;
};

struct dmafp_symbols {
	char *text;
	struct symbol *items;
	size_t nr;
};

/* "ffffffff81000000 T name\t[module]"; false: no function, or no address */
static bool parse_line(char *line, struct symbol *symbol)
{
	char *end;

	symbol->address = strtoull(line, &end, 16);
	if (end == line || !symbol->address || end[0] != ' ' || !end[1] || end[2] != ' ')
		return false;
	symbol->name = end + 3;
	return strchr("tTwW", end[1]);
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

static size_t count_lines(const char *text)
{
	size_t nr = 1;

	while ((text = strchr(text, '\n'))) {
		text++;
		nr++;
	}
	return nr;
}

struct dmafp_symbols *dmafp_symbols_read(const char *path)
{
	struct dmafp_symbols *symbols = dmafp_alloc(1, sizeof(*symbols));
	struct dmafp_err ignored;
	char *rest, *line;

	symbols->text = dmafp_file_read(path, NULL, &ignored);
	if (!symbols->text)
		return symbols;
	symbols->items = dmafp_alloc(count_lines(symbols->text), sizeof(*symbols->items));
	rest = symbols->text;
	while ((line = strsep(&rest, "\n")))
		if (parse_line(line, &symbols->items[symbols->nr]))
			symbols->nr++;
	qsort(symbols->items, symbols->nr, sizeof(*symbols->items), by_address);
	return symbols;
}

/* The last function that begins before @address: a call may end its caller. */
static const struct symbol *find(const struct dmafp_symbols *symbols, uint64_t address)
{
	size_t low = 0, high = symbols->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols->items[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || address - symbols->items[low - 1].address > MAX_FUNCTION)
		return NULL;
	return &symbols->items[low - 1];
}

const char *dmafp_symbols_text(const struct dmafp_symbols *symbols, uint64_t address,
			       char text[DMAFP_SYMBOL_TEXT])
{
	const struct symbol *symbol = find(symbols, address);
	const char *module;

	if (!symbol) {
		snprintf(text, DMAFP_SYMBOL_TEXT, "0x%" PRIx64, address);
		return text;
	}
	module = strchr(symbol->name, '\t');
	snprintf(text, DMAFP_SYMBOL_TEXT, "%.*s+0x%" PRIx64 "%s%s",
		 (int)strcspn(symbol->name, "\t"), symbol->name,
		 address - symbol->address, module ? " " : "", module ? module + 1 : "");
	return text;
}

void dmafp_symbols_free(struct dmafp_symbols *symbols)
{
	if (!symbols)
		return;
	free(symbols->items);
	free(symbols->text);
	free(symbols);
}
