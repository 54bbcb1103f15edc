// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dmafp: one program with subcommands.  It is also PID 1 of the lab's guest:
 * the kernel passes "guest" and its options as arguments then.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/completion.h"
#include "cmd/cmd.h"

static const struct dmafp_command completion;

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

/* Here and not in cmd/, because it needs the table. */
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

int main(int argc, char **argv)
{
	return dmafp_command_main(commands, argc, argv);
}
