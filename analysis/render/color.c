// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/render/color.h"
#include "analysis/verdict.h"

#define RESET  "\033[0m"
#define RED    "\033[31m"
#define GREEN  "\033[32m"
#define YELLOW "\033[33m"

const char *const dmafp_color_choices[] = { "auto", "always", "never", NULL };

static const char *const colors[DMAFP_NR_VERDICTS] = {
	[DMAFP_EQUIVALENT] = GREEN,
	[DMAFP_IMPROVED] = GREEN,
	[DMAFP_REGRESSED] = RED,
	[DMAFP_INCONCLUSIVE] = YELLOW,
	[DMAFP_INVALID] = RED,
};

bool dmafp_color_wanted(const char *when, FILE *out)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (strcmp(when, "auto"))
		return !strcmp(when, "always");
	return isatty(fileno(out)) && !(no && *no) && term && *term && strcmp(term, "dumb");
}

static bool is_word(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && !strncmp(text, word, len);
}

/* The colour of a verdict's name, NULL if it is none */
static const char *verdict_color(const char *text, size_t len)
{
	unsigned int i;

	for (i = 0; i < DMAFP_NR_VERDICTS; i++)
		if (colors[i] && (is_word(text, len, dmafp_verdict_name(i)) ||
				  is_word(text, len, dmafp_verdict_short(i))))
			return colors[i];
	return NULL;
}

/* A number with its sign, which is not 0 */
static const char *sign_color(const char *text, size_t len)
{
	if (len < 2 || (*text != '+' && *text != '-') || !isdigit((unsigned char)text[1]) ||
	    strspn(text + 1, "0.") >= len - 1)
		return NULL;
	return *text == '+' ? RED : GREEN;
}

/* A row of a table that ends in a verdict on a difference: there signs mean something */
static bool has_sign(const char *line, size_t len)
{
	size_t last;

	len -= len && line[len - 1] == '!';
	last = len;
	while (last && line[last - 1] != ' ')
		last--;
	return is_word(line + last, len - last, dmafp_verdict_short(DMAFP_REGRESSED)) ||
	       is_word(line + last, len - last, dmafp_verdict_short(DMAFP_IMPROVED));
}

static size_t token(const char *text, const char *end)
{
	size_t len = 1;

	if (isalnum((unsigned char)*text) || *text == '+' || *text == '-')
		while (text + len < end && (isalnum((unsigned char)text[len]) || text[len] == '.'))
			len++;
	return len;
}

static void print_line(const char *line, size_t len, FILE *out)
{
	const char *end = line + len, *color;
	bool blank = true, signs = has_sign(line, len);

	while (line < end) {
		size_t n = token(line, end);
		size_t word = n;

		while (word > 1 && line[word - 1] == '.') /* the end of a sentence */
			word--;
		color = verdict_color(line, word);
		if (!color && signs && blank)
			color = sign_color(line, word);
		fprintf(out, "%s%.*s%s%.*s", color ? color : "", (int)word, line,
			color ? RESET : "", (int)(n - word), line + word);
		blank = *line == ' ';
		line += n;
	}
}

void dmafp_color_print(const char *text, FILE *out)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		print_line(text, len, out);
		if (text[len])
			fputc('\n', out);
		text += len + !!text[len];
	}
}
