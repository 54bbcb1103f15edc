// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/proc.h"
#include "cmd/cmd.h"
#include "run/module.h"
#include "run/provenance.h"
#include "run/watch.h"

#define POLL_MS 100

struct options {
	const char *module;
	unsigned int seconds;
	bool show, stop, json;
};

static const struct options defaults = { 0 };

static const struct dmafp_option table[] = {
	{ "module", 'M', DMAFP_OPT_STRING, offsetof(struct options, module), "FILE", NULL,
	  "dmafp.ko to load if none is loaded; it is unloaded\nafterwards" },
	{ "seconds", 's', DMAFP_OPT_UINT, offsetof(struct options, seconds), "N", NULL,
	  "watch so long [0: until Ctrl-C]" },
	{ "show", 0, DMAFP_OPT_FLAG, offsetof(struct options, show), NULL, NULL,
	  "show what a watch that is on (or was) has seen, and\nlet it go on" },
	{ "stop", 0, DMAFP_OPT_FLAG, offsetof(struct options, stop), NULL, NULL,
	  "switch it off, and show what it has seen" },
	{ "json", 'j', DMAFP_OPT_FLAG, offsetof(struct options, json), NULL, NULL,
	  "print JSON" },
	{ 0 }
};

/* One call of the command */
struct watch {
	const struct options *options;
	const char *const *command; /* NULL: wait */
	struct dmafp_err *err;
	struct dmafp_transport *transport;
	bool module_loaded;
	struct dmafp_watched *watched;
	int status; /* of the command */
};

static int check_options(const struct options *o, int argc, struct dmafp_err *err)
{
	if (o->show && o->stop)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "watch: --show or --stop, not both");
	if ((o->show || o->stop) && (argc || o->seconds || o->module))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "watch: --show and --stop are about the watch that is "
				     "there: no command, --seconds or --module goes with them");
	if (o->seconds && argc)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "watch: --seconds or a command, not both: the watch ends "
				     "with the command");
	return 0;
}

static int open_module(struct watch *watch)
{
	const char *module = watch->options->module;
	int ret = module ? dmafp_module_load(module, &watch->module_loaded, watch->err) : 0;

	if (ret)
		return ret;
	watch->transport = dmafp_transport_ioctl(watch->err);
	return watch->transport ? 0 : -ENODEV;
}

static int call(const struct watch *watch, unsigned int flags)
{
	return dmafp_watch_call(watch->transport, flags, watch->watched, watch->err);
}

/* Switching on forgets what was seen: not without being told. */
static int start(const struct watch *watch)
{
	int ret = call(watch, 0);

	if (!ret && watch->watched->on)
		return dmafp_err_set(watch->err, EBUSY, DMAFP_EXIT_USAGE,
				     "watch: one is on already: see what it has seen with "
				     "--show, or end it with --stop");
	return ret ? ret : call(watch, DMAFP_WATCH_ON);
}

/* Its output goes to stderr: stdout is the report's. */
static int run_command(struct watch *watch)
{
	int ret = dmafp_proc_run(watch->command, NULL, "/proc/self/fd/2", NULL, watch->err);

	watch->status = ret > 0 ? ret : 0;
	return ret < 0 ? ret : 0;
}

static void wait_for_end(const struct options *options)
{
	time_t end = time(NULL) + options->seconds;

	fprintf(stderr, "watching%s\n", options->seconds ? "" : "; Ctrl-C ends it");
	while (!dmafp_proc_interrupted() && (!options->seconds || time(NULL) < end))
		poll(NULL, 0, POLL_MS);
}

static void print(const struct watch *watch)
{
	struct dmafp_symbols *symbols = dmafp_symbols_read("/proc/kallsyms");
	json_t *json;

	if (watch->options->json) {
		json = dmafp_watch_json(watch->watched, symbols);
		json_dumpf(json, stdout, JSON_INDENT(2));
		printf("\n");
		json_decref(json);
	} else {
		dmafp_watch_print(watch->watched, symbols, stdout);
	}
	dmafp_symbols_free(symbols);
}

static int verdict(const struct watch *watch)
{
	enum dmafp_exit exit = dmafp_watch_exit(watch->watched);

	if (exit == DMAFP_EXIT_BREACH || !watch->status)
		return exit;
	return dmafp_err_set(watch->err, EIO, DMAFP_EXIT_COMMAND,
			     "watch: the command '%s' failed with status %d: what it would "
			     "have done was not watched",
			     watch->command[0], watch->status);
}

static int watch_now(struct watch *watch)
{
	int ret = start(watch), end;
	struct dmafp_err failed;

	if (ret)
		return ret;
	if (watch->command)
		ret = run_command(watch);
	else
		wait_for_end(watch->options);
	failed = *watch->err;
	end = call(watch, DMAFP_WATCH_OFF);
	if (!end)
		print(watch);
	if (!ret)
		return end ? end : verdict(watch);
	*watch->err = failed;
	return ret;
}

static int look(struct watch *watch)
{
	int ret = call(watch, watch->options->stop ? DMAFP_WATCH_OFF : 0);

	if (ret)
		return ret;
	print(watch);
	return verdict(watch);
}

static int work(struct watch *watch)
{
	int ret = open_module(watch);

	if (ret)
		return ret;
	return watch->options->show || watch->options->stop ? look(watch) : watch_now(watch);
}

static int run(void *opts, int argc, char **argv, struct dmafp_err *err)
{
	const char **command = dmafp_alloc((size_t)argc + 1, sizeof(*command));
	struct watch watch = {
		.options = opts,
		.command = argc ? command : NULL,
		.err = err,
		.watched = dmafp_alloc(1, sizeof(*watch.watched)),
	};
	struct dmafp_err unload;
	int i, ret;

	for (i = 0; i < argc; i++)
		command[i] = argv[i];
	dmafp_proc_init();
	watch.watched->mode = dmafp_provenance_mode("");
	ret = check_options(opts, argc, err) ?: work(&watch);
	dmafp_transport_close(watch.transport);
	if (watch.module_loaded && dmafp_module_unload(&unload))
		fprintf(stderr, "note: %s\n", unload.msg);
	free(watch.watched);
	free(command);
	return ret;
}

const struct dmafp_command dmafp_cmd_watch = {
	.name = "watch",
	.summary = "does a real driver break what a deferred attach relies on?",
	.usage = "[-- COMMAND [ARGUMENT]...]",
	.description =
		"In a capture kernel the IOMMU driver may put the attach of a device off to\n"
		"its first DMA mapping (iommu_deferred_attach()). That relies on drivers to\n"
		"make this first mapping from one thread and where it may sleep. This command\n"
		"measures nothing: it watches every driver of the machine while COMMAND runs\n"
		"(or for --seconds, or until Ctrl-C), and reports for each device how often\n"
		"its deferred attach was entered, by whom, and whether another thread was\n"
		"inside or the context was atomic, with the stack.\n"
		"\n"
		"It needs root, the module, and the capture kernel after a real crash: in any\n"
		"other kernel nothing is deferred, and it says that it cannot see. To watch\n"
		"drivers that come before any program, load the module early with its\n"
		"parameter watch=1, then ask with --show or --stop.\n"
		"\n"
		"Exit codes: 0 no breach; 2 nothing can be seen here, or not all of it was;\n"
		"4 a driver broke the expectation; 69 no module, or no such command; 77 not\n"
		"root; 79 COMMAND failed; 130 Ctrl-C during COMMAND.",
	.examples = "  dmafp watch --module dmafp.ko -- modprobe nvme\n"
		    "  dmafp watch --seconds 60\n"
		    "  insmod dmafp.ko watch=1; modprobe e1000e; dmafp watch --stop",
	.options = table,
	.options_size = sizeof(struct options),
	.defaults = &defaults,
	.min_args = 0,
	.max_args = -1,
	.run = run,
};
