/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading argv by an option table. */
#ifndef DMAFP_CLI_OPTION_H
#define DMAFP_CLI_OPTION_H

#include <stdbool.h>

#include "cli/command.h"

/**
 * struct dmafp_parsed - what one command line held
 * @options: the command's options struct, defaults where nothing was given
 * @args: positional arguments in order
 * @nr_args: how many
 * @help: --help or -h was given; nothing else was checked then
 */
struct dmafp_parsed {
	void *options;
	char **args;
	int nr_args;
	bool help;
};

/**
 * dmafp_option_parse() - read a command's arguments
 * @command: whose options
 * @argc: number of @argv
 * @argv: arguments behind the command's name; reordered, and referred to by
 *	@parsed
 * @parsed: out; release it with dmafp_option_release(), also after a failure
 * @err: filled on failure
 *
 * Understands --name=value, --name value, -x value, -xvalue; options and
 * arguments may be mixed; "--" ends the options.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_option_parse(const struct dmafp_command *command, int argc, char **argv,
		       struct dmafp_parsed *parsed, struct dmafp_err *err);

/**
 * struct dmafp_option_default - what an option is where it is not given
 * @words: in order; refers to the command's defaults, or to what is here
 * @nr: how many; 0: nothing is the default, or its help tells what happens then
 * @one: memory of a single word
 * @number: memory of a number
 */
struct dmafp_option_default {
	const char *const *words;
	size_t nr;
	const char *one;
	char number[12];
};

/** dmafp_option_default() - look it up in the command's defaults, for help */
void dmafp_option_default(const struct dmafp_command *command,
			  const struct dmafp_option *option,
			  struct dmafp_option_default *value);

/** dmafp_option_release() - free what dmafp_option_parse() took */
void dmafp_option_release(const struct dmafp_command *command, struct dmafp_parsed *parsed);

#endif /* DMAFP_CLI_OPTION_H */
