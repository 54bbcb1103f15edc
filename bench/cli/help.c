// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "cli/help.h"
#include "cli/option.h"

#define HELP_COLUMN 24
#define HELP_WIDTH  80 /* on a terminal or not: help is the same everywhere */

void dmafp_help_all(const struct dmafp_command *const *table, FILE *out)
{
	fprintf(out, "dmafp - " DMAFP_TAGLINE "\n\n"
		     "Usage: dmafp COMMAND [OPTION]... [ARGUMENT]...\n"
		     "       dmafp help [COMMAND]\n"
		     "       dmafp --version\n\n"
		     "Commands:\n");
	for (; *table; table++)
		if (!(*table)->hidden)
			fprintf(out, "  %-11s %s\n", (*table)->name, (*table)->summary);
	fprintf(out, "\nExit codes: 0 no cost (or success), 1 regressed, 2 inconclusive,\n"
		     "3 invalid, 64 and above usage and environment; all are listed in\n"
		     "docs/exit-codes.md.\n");
}

static bool takes_value(const struct dmafp_option *option)
{
	return option->type != DMAFP_OPT_FLAG;
}

/* "  -m, --mode=MODE", padded; on a line of its own if it is too long */
static void print_head(const struct dmafp_option *option, FILE *out)
{
	int n;

	if (option->letter)
		n = fprintf(out, "  -%c, --%s", option->letter, option->name);
	else
		n = fprintf(out, "      --%s", option->name);
	if (takes_value(option))
		n += fprintf(out, "=%s", option->meta ? option->meta : "VALUE");
	if (n >= HELP_COLUMN)
		fprintf(out, "\n%*s", HELP_COLUMN, "");
	else
		fprintf(out, "%*s", HELP_COLUMN - n, "");
}

/* How much of @text goes on a line of @room columns: up to a blank if it can */
static size_t line_length(const char *text, size_t room)
{
	size_t len = strcspn(text, "\n"), cut = room;

	if (len <= room)
		return len;
	while (cut && text[cut] != ' ')
		cut--;
	return cut ? cut : strcspn(text, " \n");
}

/* From the help column on; a line break in the text is one on the screen */
static void print_text(const char *text, FILE *out)
{
	for (;;) {
		size_t len = line_length(text, HELP_WIDTH - HELP_COLUMN);

		fprintf(out, "%.*s\n", (int)len, text);
		text += len;
		if (!*text)
			return;
		text += *text == '\n' ? 1 : strspn(text, " ");
		fprintf(out, "%*s", HELP_COLUMN, "");
	}
}

static void print_words(const char *label, const char *const *words, size_t nr, FILE *out)
{
	size_t i, column = HELP_COLUMN + strlen(label);

	fprintf(out, "%*s%s", HELP_COLUMN, "", label);
	for (i = 0; i < nr; i++) {
		size_t len = strlen(words[i]) + (i + 1 < nr);

		if (i && column + 1 + len > HELP_WIDTH) {
			column = HELP_COLUMN + strlen(label);
			fprintf(out, "\n%*s", (int)column, "");
		} else if (i) {
			fputc(' ', out);
			column++;
		}
		fprintf(out, "%s%s", words[i], i + 1 < nr ? "," : "");
		column += len;
	}
	fputc('\n', out);
}

static void print_choices(const struct dmafp_command *command,
			  const struct dmafp_option *option, FILE *out)
{
	const char *const *choices = option->choices;
	size_t nr = 0;

	for (; choices && choices[nr]; nr++)
		if (command->meaning && command->meaning(option, choices[nr]))
			fprintf(out, "%*s%-5s  %s\n", HELP_COLUMN, "", choices[nr],
				command->meaning(option, choices[nr]));
	if (nr && !(command->meaning && command->meaning(option, choices[0])))
		print_words("one of: ", choices, nr, out);
}

/* Each line is indented by two, also if the row has it indented already */
static void print_examples(const char *text, FILE *out)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		bool indented = !strncmp(text, "  ", 2) || !len;

		fprintf(out, "%s%.*s\n", indented ? "" : "  ", (int)len, text);
		text += len;
		text += *text == '\n';
	}
}

static void print_option(const struct dmafp_command *command,
			 const struct dmafp_option *option, FILE *out)
{
	struct dmafp_option_default value;

	print_head(option, out);
	print_text(option->help, out);
	print_choices(command, option, out);
	dmafp_option_default(command, option, &value);
	if (value.nr)
		print_words("default: ", value.words, value.nr, out);
}

const struct dmafp_option dmafp_help_option = { .name = "help",
						.letter = 'h',
						.help = "print this text" };

void dmafp_help_command(const struct dmafp_command *command, FILE *out)
{
	const struct dmafp_option *option = command->options;

	fprintf(out, "dmafp %s - %s\n\nUsage: dmafp %s [OPTION]...%s%s\n", command->name,
		command->summary, command->name,
		command->usage && *command->usage ? " " : "",
		command->usage ? command->usage : "");
	if (command->description)
		fprintf(out, "\n%s\n", command->description);
	fprintf(out, "\nOptions:\n");
	for (; option && option->name; option++)
		print_option(command, option, out);
	print_option(command, &dmafp_help_option, out);
	if (command->examples) {
		fprintf(out, "\nExamples:\n");
		print_examples(command->examples, out);
	}
}
