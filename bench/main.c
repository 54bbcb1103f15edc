// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dmafp: one program with subcommands.  It is also PID 1 of the lab's guest:
 * the kernel passes "guest" and its options as arguments then.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/completion.h"
#include "cli/man.h"
#include "cmd/cmd.h"

static const struct dmafp_command completion, man;

static const struct dmafp_command *const commands[] = {
	&dmafp_cmd_lab,
	&dmafp_cmd_matrix,
	&dmafp_cmd_prepare,
	&dmafp_cmd_doctor,
	&dmafp_cmd_run,
	&dmafp_cmd_release,
	&dmafp_cmd_diff,
	&dmafp_cmd_path,
	&dmafp_cmd_trace,
	&dmafp_cmd_perf,
	&dmafp_cmd_watch,
	&dmafp_cmd_list,
	&dmafp_cmd_campaign,
	&dmafp_cmd_guest,
	&dmafp_cmd_capture,
	&completion,
	&man,
	NULL,
};

static int run_completion(void *options, int argc, char **argv, struct dmafp_err *err)
{
	(void)options;
	(void)argc;
	if (strcmp(argv[0], "bash"))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "completion: unknown shell '%s': bash is known",
				     argv[0]);
	dmafp_completion_bash(commands, stdout);
	return 0;
}

/* Here and not in cmd/, as the next one, because they need the table. */
static const struct dmafp_command completion = {
	.name = "completion",
	.summary = "print a completion script for the shell",
	.usage = "bash",
	.description = "Prints a script that completes commands, options and their choices.",
	.examples = "  source <(dmafp completion bash)",
	.min_args = 1,
	.max_args = 1,
	.run = run_completion,
};

struct man_options {
	const char *output, *date;
};

static const struct man_options man_defaults = { .date = "" };

static const struct dmafp_option man_table[] = {
	{ "output", 'o', DMAFP_OPT_STRING, offsetof(struct man_options, output), "DIR",
	  NULL, "write all pages there and print nothing" },
	{ "date", 0, DMAFP_OPT_STRING, offsetof(struct man_options, date), "YYYY-MM-DD",
	  NULL, "for the foot of the pages" },
	{ 0 }
};

static int run_man(void *arg, int argc, char **argv, struct dmafp_err *err)
{
	const struct man_options *options = arg;
	const struct dmafp_command *command;

	if (options->output)
		return dmafp_man_write(commands, options->date, options->output, err);
	if (!argc) {
		dmafp_man_all(commands, options->date, stdout);
		return 0;
	}
	command = dmafp_command_find(commands, argv[0], err);
	if (!command)
		return -EINVAL;
	dmafp_man_command(commands, command, options->date, stdout);
	return 0;
}

/* For the build, which installs what it writes. */
static const struct dmafp_command man = {
	.name = "man",
	.summary = "print a manual page",
	.usage = "[COMMAND]",
	.description = "Prints dmafp(1), or dmafp-COMMAND(1), for man -l.",
	.examples = "  dmafp man run | man -l -",
	.options = man_table,
	.options_size = sizeof(struct man_options),
	.defaults = &man_defaults,
	.max_args = 1,
	.hidden = true,
	.run = run_man,
};

int main(int argc, char **argv)
{
	return dmafp_command_main(commands, argc, argv);
}
