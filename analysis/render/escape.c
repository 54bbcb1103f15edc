// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include "analysis/render/escape.h"
#include "base/alloc.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Bytes of the sequence that @c starts, 0: none can */
static size_t sequence_length(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c < 0xe0)
		return 2;
	if (c >= 0xe0 && c < 0xf0)
		return 3;
	return c >= 0xf0 && c < 0xf5 ? 4 : 0;
}

/* What XML 1.0 takes as a character (its production 2), less the C1 controls */
static int is_char(uint32_t c)
{
	return c == '\t' || c == '\n' || (c >= 0x20 && c < 0x7f) ||
	       (c >= 0xa0 && c < 0xd800) || (c >= 0xe000 && c < 0xfffe) ||
	       (c >= 0x10000 && c <= 0x10ffff);
}

/* The sequence at @text if it is a character that may be shown, else 0 */
static size_t shown_length(const char *text)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = sequence_length((unsigned char)*text), i;
	uint32_t c = (unsigned char)*text;

	if (len > 1)
		c &= 0x7fu >> len;
	for (i = 1; i < len; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)text[i] & 0x3f);
	}
	return len && c >= least[len] && is_char(c) ? len : 0;
}

void dmafp_escape(FILE *out, const char *text)
{
	for (; *text; text++) {
		size_t len = shown_length(text);

		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			if (len)
				fwrite(text, 1, len, out);
			else
				fputs(REPLACEMENT, out);
			text += len ? len - 1 : 0;
		}
	}
}

static void escape_args(FILE *out, const char *fmt, va_list ap)
{
	char *text = dmafp_alloc_vprintf(fmt, ap);

	dmafp_escape(out, text);
	free(text);
}

void dmafp_escapef(FILE *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	escape_args(out, fmt, ap);
	va_end(ap);
}

void dmafp_tag(FILE *out, const char *tag, const char *attributes, const char *fmt, ...)
{
	va_list ap;

	fprintf(out, "<%s%s>", tag, attributes);
	va_start(ap, fmt);
	escape_args(out, fmt, ap);
	va_end(ap);
	fprintf(out, "</%s>", tag);
}
