/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Subcommands and their options.
 *
 * A subcommand is one file in bench/cmd/ with an options struct, its defaults,
 * an option table and a function, and one row in the table of main.c.  Help
 * texts and completions are generated from the rows.
 */
#ifndef DMAFP_CLI_COMMAND_H
#define DMAFP_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/nearest.h"

enum dmafp_option_type {
	DMAFP_OPT_FLAG,	   /* bool; no argument */
	DMAFP_OPT_STRING,  /* const char *; the last one counts */
	DMAFP_OPT_STRINGS, /* struct dmafp_strings; repeatable */
	DMAFP_OPT_UINT,	   /* unsigned int */
	DMAFP_OPT_CHOICE,  /* const char *; one of @choices */
	DMAFP_OPT_CHOICES, /* struct dmafp_strings; repeatable, comma lists */
};

/** struct dmafp_strings - what a repeatable option collected, in order */
struct dmafp_strings {
	const char **items;
	size_t nr;
};

/**
 * struct dmafp_option - one row of an option table; the table ends with name NULL
 * @name: long name without dashes
 * @letter: short name, 0 for none
 * @type: how it is read
 * @offset: offsetof() in the command's options struct
 * @meta: name of the argument in help, e.g. "FILE"
 * @choices: NULL-terminated, for the choice types
 * @help: one or two lines
 */
struct dmafp_option {
	const char *name;
	char letter;
	enum dmafp_option_type type;
	size_t offset;
	const char *meta;
	const char *const *choices;
	const char *help;
};

/**
 * struct dmafp_command - one row of the command table
 * @name: as typed
 * @summary: one line for `dmafp help`
 * @usage: arguments after the options, e.g. "FILE|DIR..."
 * @description: paragraphs for `dmafp NAME --help`
 * @examples: lines for the same, may be NULL
 * @options: option table
 * @meaning: what a choice of an option is for, in help; NULL, or returns NULL:
 *	the words speak for themselves
 * @options_size: size of the options struct
 * @defaults: initial content of the options struct
 * @min_args: fewest positional arguments
 * @max_args: most, -1 for any
 * @hidden: not in `dmafp help` (the guest's own entry)
 * @run: does the work; returns an exit code of enum dmafp_exit, or a negative
 *	errno with @err filled
 */
struct dmafp_command {
	const char *name;
	const char *summary;
	const char *usage;
	const char *description;
	const char *examples;
	const struct dmafp_option *options;
	const char *(*meaning)(const struct dmafp_option *option, const char *choice);
	size_t options_size;
	const void *defaults;
	int min_args, max_args;
	bool hidden;
	int (*run)(void *options, int argc, char **argv, struct dmafp_err *err);
};

/**
 * dmafp_command_main() - find the command, parse its options, run it
 * @table: the commands; ends with NULL
 * @argc: of main()
 * @argv: of main(); reordered
 *
 * Prints help where asked for, and an error's message on stderr.  An unknown
 * command or option names the nearest known one.
 *
 * Return: exit code.
 */
int dmafp_command_main(const struct dmafp_command *const *table, int argc, char **argv);

/**
 * dmafp_command_find() - look a command up by its name
 * @err: filled if there is none: names the nearest
 *
 * Return: the row, or NULL.
 */
const struct dmafp_command *dmafp_command_find(const struct dmafp_command *const *table,
					       const char *name, struct dmafp_err *err);

#endif /* DMAFP_CLI_COMMAND_H */
