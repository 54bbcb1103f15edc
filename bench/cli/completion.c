// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "cli/completion.h"

/*
 * Words that no table has: the program is asked for them when they are wanted.  Files
 * are the rest.  By an option's name, or by what it or a command calls its argument.
 */
struct source {
	const char *word, *bash;
};

static const struct source sources[] = {
	{ "profile", "words=$(_dmafp_first list profiles)" },
	{ "ROW", "words=$(_dmafp_first matrix --list) kind=" },
	{ "DIR", "kind=-d" },
	{ NULL, NULL },
};

static const char head[] =
	"# bash completion for dmafp, made by 'dmafp completion bash'\n"
	"\n"
	"# The first word of each line behind the first: what a list is about\n"
	"_dmafp_first()\n"
	"{\n"
	"\t\"${COMP_WORDS[0]/#\\~/$HOME}\" \"$@\" 2>/dev/null |\n"
	"\t\tsed -n '2,$ s/^ *\\([^ ]*\\).*/\\1/p'\n"
	"}\n"
	"\n"
	"_dmafp()\n"
	"{\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	"\tlocal cmd=${COMP_WORDS[1]} words= kind=-f\n"
	"\n"
	"\t# '=' is a word of its own: --mode=k is '--mode' '=' 'k'\n"
	"\tif [ \"$cur\" = = ]; then\n"
	"\t\tcur=\n"
	"\telif [ \"$prev\" = = ]; then\n"
	"\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n"
	"\tfi\n";

static const char tail[] = "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
			   "\tif [ ${#COMPREPLY[@]} -eq 0 ] && [ -n \"$kind\" ]; then\n"
			   "\t\tmapfile -t COMPREPLY < <(compgen \"$kind\" -- \"$cur\")\n"
			   "\tfi\n"
			   "}\n"
			   "complete -o filenames -F _dmafp dmafp\n";

static const struct source *find_source(const char *word)
{
	const struct source *source = sources;

	while (word && source->word && strcmp(source->word, word))
		source++;
	return word && source->word ? source : NULL;
}

static void print_commands(const struct dmafp_command *const *table, FILE *out)
{
	fprintf(out, "\tif [ \"$COMP_CWORD\" -eq 1 ] || [ \"$cmd\" = help ]; then\n"
		     "\t\tkind= words=\"help --help --version");
	for (; *table; table++)
		if (!(*table)->hidden)
			fprintf(out, " %s", (*table)->name);
	fprintf(out, "\"\n");
}

/* An option that takes a value: its choices, what a source has, or files. */
static void print_values(const struct dmafp_command *command,
			 const struct dmafp_option *option, FILE *out)
{
	const char *const *choice = option->choices;
	const struct source *source = find_source(option->name);

	if (option->type == DMAFP_OPT_FLAG)
		return;
	if (!source)
		source = find_source(option->meta);
	fprintf(out, "\t\t%s:--%s", command->name, option->name);
	if (option->letter)
		fprintf(out, " | %s:-%c", command->name, option->letter);
	if (!choice) {
		fprintf(out, ") %s ;;\n", source ? source->bash : "");
		return;
	}
	fprintf(out, ") kind= words=\"");
	for (; *choice; choice++)
		fprintf(out, "%s%s", choice == option->choices ? "" : " ", *choice);
	fprintf(out, "\" ;;\n");
}

/* "[ops|profiles|devices]" is words, "[ROW...]" has a source, "FILE|DIR..." is files */
static void print_arguments(const struct dmafp_command *command, FILE *out)
{
	const char *usage = command->usage ? command->usage : "";
	size_t len = strcspn(usage + (*usage == '['), ".] ");
	char word[32];

	if (len == strspn(usage + (*usage == '['), "abcdefghijklmnopqrstuvwxyz|") && len) {
		fputs(" || kind= words=\"", out);
		for (usage += *usage == '['; len--; usage++)
			fputc(*usage == '|' ? ' ' : *usage, out);
		fputc('"', out);
	} else if (len < sizeof(word)) {
		snprintf(word, sizeof(word), "%.*s", (int)len, usage + (*usage == '['));
		if (find_source(word))
			fprintf(out, " || %s", find_source(word)->bash);
	}
}

static void print_options(const struct dmafp_command *command, FILE *out)
{
	const struct dmafp_option *option;

	for (option = command->options; option && option->name; option++)
		print_values(command, option, out);
	fprintf(out, "\t\t%s:*) [[ $cur == -* ]] && kind= words=\"--help", command->name);
	for (option = command->options; option && option->name; option++)
		fprintf(out, " --%s", option->name);
	fputc('"', out);
	print_arguments(command, out);
	fputs(" ;;\n", out);
}

void dmafp_completion_bash(const struct dmafp_command *const *table, FILE *out)
{
	fputs(head, out);
	print_commands(table, out);
	fputs("\telse\n\t\tcase \"$cmd:$prev\" in\n", out);
	for (; *table; table++)
		if (!(*table)->hidden)
			print_options(*table, out);
	fputs("\t\tesac\n\tfi\n", out);
	fputs(tail, out);
}
