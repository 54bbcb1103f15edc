// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * groff_char(7), "Fundamental character set": these stand for something else
 * unless they are written as escapes.
 */
#include <stdbool.h>
#include <string.h>

#include "cli/roff.h"

static void put(char c, FILE *out)
{
	static const char special[] = "\\-'`^~";
	static const char *const escapes[] = { "\\e",	"\\-",	 "\\(aq",
					       "\\(ga", "\\(ha", "\\(ti" };
	const char *found = c ? strchr(special, c) : NULL;

	if (found)
		fputs(escapes[found - special], out);
	else
		fputc(c, out);
}

/* A control character at the beginning of a line would make it a request. */
static void begin(char c, FILE *out)
{
	if (c == '.')
		fputs("\\&", out);
}

void dmafp_roff_text(const char *text, size_t len, FILE *out)
{
	bool bold = false;

	for (size_t i = 0; i < len; i++) {
		if (!i || text[i - 1] == '\n')
			begin(text[i], out);
		if (text[i] == '`') {
			bold = !bold;
			fputs(bold ? "\\fB" : "\\fR", out);
		} else {
			put(text[i], out);
		}
	}
	fputc('\n', out);
}

void dmafp_roff_word(const char *word, FILE *out)
{
	for (; *word; word++)
		put(*word, out);
}

void dmafp_roff_usage(const char *usage, FILE *out)
{
	while (*usage) {
		size_t len = strspn(usage, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");

		if (len > 1)
			fprintf(out, "\\fI%.*s\\fR", (int)len, usage);
		else
			put(*usage, out);
		usage += len > 1 ? len : 1;
	}
}

void dmafp_roff_lines(const char *text, size_t len, FILE *out)
{
	const char *end = text + len;

	fputs(".RS 4\n.nf\n", out);
	while (text < end) {
		const char *newline = memchr(text, '\n', end - text);
		const char *stop = newline ? newline : end;

		if (!strncmp(text, "  ", 2))
			text += 2;
		begin(*text, out);
		while (text < stop)
			put(*text++, out);
		fputc('\n', out);
		text = stop + 1;
	}
	fputs(".fi\n.RE\n", out);
}

static bool is_kept(const char *line)
{
	return *line == ' ' || *line == '\t';
}

void dmafp_roff_paragraph(const char *text, size_t len, FILE *out)
{
	const char *end = text + len;

	while (text < end) {
		const char *stop = text;
		bool kept = is_kept(text);

		/* all lines of the same kind */
		do {
			stop = memchr(stop, '\n', end - stop);
			stop = stop ? stop + 1 : end;
		} while (stop < end && is_kept(stop) == kept);
		len = stop - text - (stop[-1] == '\n');
		if (kept)
			dmafp_roff_lines(text, len, out);
		else
			dmafp_roff_text(text, len, out);
		text = stop;
	}
}
