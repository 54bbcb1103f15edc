// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "analysis/lines.h"

static void append(struct dmafp_lines *lines, char *text)
{
	lines->items = dmafp_alloc_grow(lines->items, lines->nr, sizeof(*lines->items));
	lines->items[lines->nr++] = text;
}

bool dmafp_lines_has(const struct dmafp_lines *lines, const char *text)
{
	size_t i;

	for (i = 0; i < lines->nr; i++)
		if (!strcmp(lines->items[i], text))
			return true;
	return false;
}

void dmafp_lines_add(struct dmafp_lines *lines, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append(lines, dmafp_alloc_vprintf(fmt, ap));
	va_end(ap);
}

void dmafp_lines_add_new(struct dmafp_lines *lines, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = dmafp_alloc_vprintf(fmt, ap);
	va_end(ap);
	if (dmafp_lines_has(lines, text))
		free(text);
	else
		append(lines, text);
}

char *dmafp_lines_join(const struct dmafp_lines *lines, const char *between)
{
	size_t i, len = 1;
	char *text, *end;

	for (i = 0; i < lines->nr; i++)
		len += strlen(lines->items[i]) + strlen(between);
	text = end = dmafp_alloc(len, 1);
	for (i = 0; i < lines->nr; i++) {
		end = stpcpy(end, i ? between : "");
		end = stpcpy(end, lines->items[i]);
	}
	return text;
}

void dmafp_lines_free(struct dmafp_lines *lines)
{
	size_t i;

	for (i = 0; i < lines->nr; i++)
		free(lines->items[i]);
	free(lines->items);
	*lines = (struct dmafp_lines) { 0 };
}
