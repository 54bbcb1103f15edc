// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "base/file.h"
#include "cli/help.h"
#include "cli/man.h"
#include "cli/option.h"
#include "cli/roff.h"

struct term {
	const char *name, *meaning;
};

static const struct term environment[] = {
	{ "DMAFP_DATA", "the data folder, with configs and kmod in it, in place of the one "
			"that belongs to the program" },
	{ "DMAFP_CONFIG_DIR", "where profiles are looked up by name, in place of "
			      "configs/profiles in the data folder" },
	{ "XDG_CACHE_HOME", "kernels are kept in its folder dmafp" },
	{ "HOME", "they are kept in .cache/dmafp there if XDG_CACHE_HOME is not set" },
	{ "TMPDIR", "for scratch files in place of /tmp" },
	{ "PATH", "where programs are looked up: fio, perf, qemu, make and others" },
	{ "NO_COLOR", "where it is set, a report has no colours" },
	{ "TERM", "where it is not set, or dumb, neither" },
	{ NULL, NULL },
};

static const struct term files[] = {
	{ "/usr/share/dmafp", "the data folder of an installed program, or ../share/dmafp from "
			      "where the program is: profiles, jobs of fio, kernel "
			      "configurations, patches, the module's sources" },
	{ "~/.cache/dmafp",
	  "kernels and what they were built from; may be deleted at any time" },
	{ "/dev/dmafp", "the module's node" },
	{ "/var/lib/dmafp/campaign", "the state of a campaign, and its results" },
	{ "/var/lib/dmafp/tune, /var/lib/dmafp/devices",
	  "what doctor --tune and prepare have changed, to be put back" },
	{ "/usr/share/doc/dmafp", "the documents that these pages name as docs/NAME.md" },
	{ NULL, NULL },
};

static void head(const char *name, const char *date, FILE *out)
{
	fputs(".\\\" Made by 'dmafp man' from the command table\n.TH ", out);
	for (; *name; name++)
		if (*name == '-')
			fputs("\\-", out);
		else
			fputc(toupper((unsigned char)*name), out);
	fprintf(out, " 1 \"%s\" \"dmafp " DMAFP_VERSION "\" \"dmafp manual\"\n", date);
}

static void term(const char *name, const char *meaning, FILE *out)
{
	fputs(".TP\n\\fB", out);
	dmafp_roff_word(name, out);
	fputs("\\fR\n", out);
	dmafp_roff_text(meaning, strlen(meaning), out);
}

static void terms(const char *title, const struct term *rows, FILE *out)
{
	fprintf(out, ".SH %s\n", title);
	for (; rows->name; rows++)
		term(rows->name, rows->meaning, out);
}

static void print_exits(FILE *out)
{
	const struct dmafp_exit_row *row;
	char code[8];

	fputs(".SH EXIT STATUS\n", out);
	for (row = dmafp_exit_rows; row->name; row++) {
		snprintf(code, sizeof(code), "%d", row->code);
		term(code, row->meaning, out);
	}
}

void dmafp_man_all(const struct dmafp_command *const *table, const char *date, FILE *out)
{
	static const char text[] =
		"Measures what a patch does to the functions that map memory for DMA, once a "
		"device is attached to its IOMMU: in a lab of QEMU guests, which needs no "
		"hardware and counts instructions, or on real machines. Compares kernels with "
		"and without the patch beside two controls, and says whether it costs anything.";
	const struct dmafp_command *const *row;

	head("dmafp", date, out);
	fputs(".SH NAME\ndmafp \\- " DMAFP_TAGLINE "\n.SH SYNOPSIS\n"
	      ".B dmafp\n\\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n.br\n"
	      ".B dmafp help\n[\\fICOMMAND\\fR]\n.br\n.B dmafp \\-\\-version\n"
	      ".SH DESCRIPTION\n",
	      out);
	dmafp_roff_text(text, strlen(text), out);
	fputs(".SH COMMANDS\n", out);
	for (row = table; *row; row++)
		if (!(*row)->hidden)
			term((*row)->name, (*row)->summary, out);
	print_exits(out);
	terms("ENVIRONMENT", environment, out);
	terms("FILES", files, out);
	fputs(".SH SEE ALSO\n", out);
	for (row = table; *row; row++)
		if (!(*row)->hidden)
			fprintf(out, ".BR dmafp\\-%s (1),\n", (*row)->name);
	fputs(".BR fio (1),\n.BR perf (1),\n.BR qemu\\-system\\-x86_64 (1),\n.BR dkms (8)\n",
	      out);
}

static void print_words(const char *label, const char *const *words, size_t nr, FILE *out)
{
	fprintf(out, ".br\n%s ", label);
	for (size_t i = 0; i < nr; i++) {
		fputs("\\fB", out);
		dmafp_roff_word(words[i], out);
		fprintf(out, "\\fR%s", i + 1 < nr ? ", " : "\n");
	}
}

static void print_meanings(const struct dmafp_command *command,
			   const struct dmafp_option *option, FILE *out)
{
	const char *const *choice, *meaning;

	fputs(".RS\n", out);
	for (choice = option->choices; *choice; choice++) {
		meaning = command->meaning(option, *choice);
		term(*choice, meaning ? meaning : "", out);
	}
	fputs(".RE\n", out);
}

static void print_choices(const struct dmafp_command *command,
			  const struct dmafp_option *option, FILE *out)
{
	size_t nr = 0;

	while (option->choices && option->choices[nr])
		nr++;
	if (nr && command->meaning && command->meaning(option, option->choices[0]))
		print_meanings(command, option, out);
	else if (nr)
		print_words("One of", option->choices, nr, out);
}

static void print_option(const struct dmafp_command *command,
			 const struct dmafp_option *option, FILE *out)
{
	struct dmafp_option_default value;

	fputs(".TP\n", out);
	if (option->letter)
		fprintf(out, "\\fB\\-%c\\fR, ", option->letter);
	fputs("\\fB\\-\\-", out);
	dmafp_roff_word(option->name, out);
	fputs("\\fR", out);
	if (option->type != DMAFP_OPT_FLAG) {
		fputs("=\\fI", out);
		dmafp_roff_word(option->meta ? option->meta : "VALUE", out);
		fputs("\\fR", out);
	}
	fputc('\n', out);
	dmafp_roff_text(option->help, strlen(option->help), out);
	print_choices(command, option, out);
	dmafp_option_default(command, option, &value);
	if (value.nr)
		print_words("Default:", value.words, value.nr, out);
}

/* The paragraphs of a description that tell exit codes have a section of their own. */
static bool tells_exit(const char *paragraph)
{
	return !strncmp(paragraph, "Exit code", 9) ||
	       !strncmp(paragraph, "The exit code", 13);
}

static size_t print_paragraphs(const char *text, bool exits, FILE *out)
{
	size_t nr = 0;

	while (text && *text) {
		const char *end = strstr(text, "\n\n");
		size_t len = end ? (size_t)(end - text) : strlen(text);

		if (len && tells_exit(text) == exits) {
			if (nr++)
				fputs(".PP\n", out);
			dmafp_roff_paragraph(text, len, out);
		}
		text = end ? end + 2 : NULL;
	}
	return nr;
}

static void print_synopsis(const struct dmafp_command *command, FILE *out)
{
	fprintf(out, ".SH NAME\ndmafp\\-%s \\- ", command->name);
	dmafp_roff_word(command->summary, out);
	fprintf(out, "\n.SH SYNOPSIS\n.B dmafp %s\n[\\fIOPTION\\fR]...", command->name);
	if (command->usage && *command->usage) {
		fputc(' ', out);
		dmafp_roff_usage(command->usage, out);
	}
	fputc('\n', out);
}

static void print_options(const struct dmafp_command *command, FILE *out)
{
	const struct dmafp_option *option = command->options;

	fputs(".SH OPTIONS\n", out);
	for (; option && option->name; option++)
		print_option(command, option, out);
	print_option(command, &dmafp_help_option, out);
}

/* "dmafp NAME" in @text, and no longer name */
static bool names(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (; text && (text = strstr(text, "dmafp ")); text++)
		if (!strncmp(text + 6, name, len) && !isalnum((unsigned char)text[6 + len]))
			return true;
	return false;
}

static bool refers(const struct dmafp_command *command, const char *name)
{
	const struct dmafp_option *option = command->options;

	for (; option && option->name; option++)
		if (names(option->help, name))
			return true;
	return names(command->description, name) || names(command->examples, name);
}

static void print_see_also(const struct dmafp_command *const *table,
			   const struct dmafp_command *command, FILE *out)
{
	fputs(".SH SEE ALSO\n.BR dmafp (1)", out);
	for (; *table; table++)
		if (*table != command && !(*table)->hidden &&
		    refers(command, (*table)->name))
			fprintf(out, ",\n.BR dmafp\\-%s (1)", (*table)->name);
	fputc('\n', out);
}

void dmafp_man_command(const struct dmafp_command *const *table,
		       const struct dmafp_command *command, const char *date, FILE *out)
{
	char name[64];

	snprintf(name, sizeof(name), "dmafp-%s", command->name);
	head(name, date, out);
	print_synopsis(command, out);
	fputs(".SH DESCRIPTION\n", out);
	print_paragraphs(command->description, false, out);
	print_options(command, out);
	fputs(".SH EXIT STATUS\n", out);
	if (print_paragraphs(command->description, true, out))
		fputs(".PP\n", out);
	else
		fputs("0 if it did what it was asked to.\n", out);
	fputs("All codes are in\n.BR dmafp (1).\n", out);
	if (command->examples) {
		fputs(".SH EXAMPLES\n", out);
		dmafp_roff_lines(command->examples, strlen(command->examples), out);
	}
	print_see_also(table, command, out);
}

static int write_page(const struct dmafp_command *const *table,
		      const struct dmafp_command *command, const char *date,
		      const char *dir, struct dmafp_err *err)
{
	char *path = command ? dmafp_path("%s/dmafp-%s.1", dir, command->name)
			     : dmafp_path("%s/dmafp.1", dir);
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int ret;

	if (!out)
		abort();
	if (command)
		dmafp_man_command(table, command, date, out);
	else
		dmafp_man_all(table, date, out);
	fclose(out);
	ret = dmafp_file_write(path, text, len, err);
	free(text);
	free(path);
	return ret;
}

int dmafp_man_write(const struct dmafp_command *const *table, const char *date,
		    const char *dir, struct dmafp_err *err)
{
	const struct dmafp_command *const *row;
	int ret = dmafp_file_mkdirs(dir, err) ?: write_page(table, NULL, date, dir, err);

	for (row = table; !ret && *row; row++)
		if (!(*row)->hidden)
			ret = write_page(table, *row, date, dir, err);
	return ret;
}
