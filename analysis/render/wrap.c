// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "analysis/render/wrap.h"

/* One '?' for a whole UTF-8 sequence */
char *dmafp_wrap_ascii(const char *text)
{
	char *copy = dmafp_alloc(strlen(text) + 1, 1), *to = copy;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (isspace(c))
			*to++ = ' ';
		else if (c < 0x80 && isprint(c))
			*to++ = (char)c;
		else if ((c & 0xc0) != 0x80)
			*to++ = '?';
	}
	return copy;
}

/* How much of @text goes on a line of @room columns: up to a space if it can */
static size_t line_length(const char *text, size_t room)
{
	size_t len = strlen(text), cut = room;

	if (len <= room)
		return len;
	while (cut && text[cut] != ' ')
		cut--;
	return cut ? cut : room;
}

static void print_lines(FILE *out, const char *prefix, const char *rest, const char *text)
{
	bool first = true;

	do {
		size_t len;

		text += strspn(text, " ");
		if (!*text && !first)
			break;
		len = line_length(text, DMAFP_WRAP_COLUMNS - strlen(prefix));
		fprintf(out, "%s%.*s\n", prefix, (int)len, text);
		text += len;
		prefix = rest;
		first = false;
	} while (*text);
}

void dmafp_wrap(FILE *out, const char *first, const char *rest, const char *fmt, ...)
{
	char *text, *ascii;
	va_list ap;

	va_start(ap, fmt);
	text = dmafp_alloc_vprintf(fmt, ap);
	va_end(ap);
	ascii = dmafp_wrap_ascii(text);
	print_lines(out, first, rest, ascii);
	free(ascii);
	free(text);
}
