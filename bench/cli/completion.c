// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/completion.h"

static const char head[] =
	"# bash completion for dmafp, made by 'dmafp completion bash'\n"
	"_dmafp()\n"
	"{\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	"\tlocal cmd=${COMP_WORDS[1]} words=\n"
	"\n"
	"\t# '=' is a word of its own: --mode=k is '--mode' '=' 'k'\n"
	"\tif [ \"$cur\" = = ]; then\n"
	"\t\tcur=\n"
	"\telif [ \"$prev\" = = ]; then\n"
	"\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n"
	"\tfi\n";

static const char tail[] =
	"\tif [ -n \"$words\" ]; then\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	"\telse\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
	"\tfi\n"
	"}\n"
	"complete -o filenames -F _dmafp dmafp\n";

static void print_commands(const struct dmafp_command *const *table, FILE *out)
{
	fprintf(out, "\tif [ \"$COMP_CWORD\" -eq 1 ] || [ \"$cmd\" = help ]; then\n"
		     "\t\twords=\"help --help --version");
	for (; *table; table++)
		if (!(*table)->hidden)
			fprintf(out, " %s", (*table)->name);
	fprintf(out, "\"\n");
}

/* An option that takes a value: its choices, or files. */
static void print_values(const struct dmafp_command *command,
			 const struct dmafp_option *option, FILE *out)
{
	const char *const *choice = option->choices;

	if (option->type == DMAFP_OPT_FLAG)
		return;
	fprintf(out, "\t\t%s:--%s", command->name, option->name);
	if (option->letter)
		fprintf(out, " | %s:-%c", command->name, option->letter);
	fprintf(out, ") words=\"");
	for (; choice && *choice; choice++)
		fprintf(out, "%s%s", choice == option->choices ? "" : " ", *choice);
	fprintf(out, "\" ;;\n");
}

static void print_options(const struct dmafp_command *command, FILE *out)
{
	const struct dmafp_option *option;

	for (option = command->options; option && option->name; option++)
		print_values(command, option, out);
	fprintf(out, "\t\t%s:*) [[ $cur == -* ]] && words=\"--help", command->name);
	for (option = command->options; option && option->name; option++)
		fprintf(out, " --%s", option->name);
	fprintf(out, "\" ;;\n");
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
