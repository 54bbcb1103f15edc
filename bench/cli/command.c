// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/option.h"

#define MAX_COMMANDS 32

static int unknown_command(const struct dmafp_command *const *table, const char *name,
			   struct dmafp_err *err)
{
	const char *words[MAX_COMMANDS] = { "help" };
	char hint[DMAFP_HINT_LEN];
	size_t nr = 1;

	for (; *table && nr < MAX_COMMANDS; table++)
		if (!(*table)->hidden)
			words[nr++] = (*table)->name;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
			     "unknown command '%s'%s (see 'dmafp help')", name,
			     dmafp_nearest_hint(name, words, nr, hint));
}

const struct dmafp_command *dmafp_command_find(const struct dmafp_command *const *table,
					       const char *name, struct dmafp_err *err)
{
	const struct dmafp_command *const *row;

	for (row = table; *row; row++)
		if (!strcmp((*row)->name, name))
			return *row;
	unknown_command(table, name, err);
	return NULL;
}

static int run_command(const struct dmafp_command *command, int argc, char **argv,
		       struct dmafp_err *err)
{
	struct dmafp_parsed parsed;
	int ret;

	ret = dmafp_option_parse(command, argc, argv, &parsed, err);
	if (!ret && parsed.help)
		dmafp_help_command(command, stdout);
	else if (!ret)
		ret = command->run(parsed.options, parsed.nr_args, parsed.args, err);
	dmafp_option_release(command, &parsed);
	return ret;
}

static int run_help(const struct dmafp_command *const *table, int argc, char **argv,
		    struct dmafp_err *err)
{
	const struct dmafp_command *command;

	if (!argc) {
		dmafp_help_all(table, stdout);
		return 0;
	}
	command = dmafp_command_find(table, argv[0], err);
	if (!command)
		return -EINVAL;
	dmafp_help_command(command, stdout);
	return 0;
}

static int dispatch(const struct dmafp_command *const *table, int argc, char **argv,
		    struct dmafp_err *err)
{
	const struct dmafp_command *command;

	if (!argc)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "no command given (see 'dmafp help')");
	if (!strcmp(argv[0], "help") || !strcmp(argv[0], "--help") ||
	    !strcmp(argv[0], "-h"))
		return run_help(table, argc - 1, argv + 1, err);
	if (!strcmp(argv[0], "--version")) {
		printf("dmafp " DMAFP_VERSION "\n");
		return 0;
	}
	command = dmafp_command_find(table, argv[0], err);
	return command ? run_command(command, argc - 1, argv + 1, err) : -EINVAL;
}

/* As in `dmafp doctor | head`: whoever reads has seen enough */
static void end_if_nobody_reads(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	if (poll(&out, 1, 0) != 1 || !(out.revents & POLLERR))
		return;
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
}

/* Output that did not reach its file is a failure, whatever it said. */
static int flush_stdout(int ret, struct dmafp_err *err)
{
	if (!fflush(stdout) && !ferror(stdout))
		return ret;
	if (ret < 0)
		return ret;
	end_if_nobody_reads();
	return dmafp_err_errno(err, errno ? errno : EIO, "cannot write to standard output");
}

int dmafp_command_main(const struct dmafp_command *const *table, int argc, char **argv)
{
	struct dmafp_err err = { .exit = DMAFP_EXIT_INTERNAL };
	int ret;

	ret = dispatch(table, argc > 0 ? argc - 1 : 0, argv + 1, &err);
	ret = flush_stdout(ret, &err);
	if (ret >= 0)
		return ret;
	if (!err.msg[0])
		dmafp_err_set(&err, -ret, DMAFP_EXIT_INTERNAL,
			      "failed without a reason: %s", strerror(-ret));
	fprintf(stderr, "dmafp: %s\n", err.msg);
	return err.exit;
}
