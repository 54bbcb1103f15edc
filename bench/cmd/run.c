// SPDX-License-Identifier: GPL-2.0-or-later
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "analysis/result.h"
#include "base/file.h"
#include "base/proc.h"
#include "cmd/cmd.h"
#include "run/run.h"

struct options {
	const char *profile;
	struct dmafp_strings devices;
	const char *arm;
	const char *mode;
	const char *context;
	const char *output;
	const char *module;
	const char *transport;
};

static const struct options defaults = {
	.profile = "default",
	.output = ".",
	.transport = "ioctl",
};

static const char *const modes[] = { "plain", "kdump", "keyed", NULL };
static const char *const transports[] = { "ioctl", "loopback", NULL };

static const struct dmafp_option table[] = {
	{ "profile", 'p', DMAFP_OPT_STRING, offsetof(struct options, profile), "NAME",
	  NULL, "what to measure: a profile's name, or a path" },
	{ "device", 'd', DMAFP_OPT_STRINGS, offsetof(struct options, devices), "PCI", NULL,
	  "measure this device, as 0000:00:04.0; repeatable;\n"
	  "without it, all usable ones of the profile's classes" },
	{ "arm", 'a', DMAFP_OPT_STRING, offsetof(struct options, arm), "NAME", NULL,
	  "name of the kernel that runs; without it, the\n"
	  "context's, or else base" },
	{ "mode", 'm', DMAFP_OPT_CHOICE, offsetof(struct options, mode), "MODE", modes,
	  "how this machine was booted; without it, as detected" },
	{ "context", 'c', DMAFP_OPT_STRING, offsetof(struct options, context), "FILE", NULL,
	  "JSON object with what is not to be seen here:\n"
	  "created, arm, patches, lab" },
	{ "output", 'o', DMAFP_OPT_STRING, offsetof(struct options, output), "DIR", NULL,
	  "write results there, made if need be" },
	{ "module", 'M', DMAFP_OPT_STRING, offsetof(struct options, module), "FILE", NULL,
	  "dmafp.ko to load for the run if none is loaded" },
	{ "transport", 0, DMAFP_OPT_CHOICE, offsetof(struct options, transport), "KIND",
	  transports,
	  "for tests: loopback is a fake without any hardware,\n"
	  "and its results name it" },
	{ 0 }
};

struct sink {
	const char *dir;
	bool terminal;
	bool line_open; /* a progress line waits to be overwritten */
};

static void close_line(struct sink *sink)
{
	if (sink->line_open)
		fprintf(stderr, "\r\033[K");
	sink->line_open = false;
}

static void progress(void *ctx, const char *what, unsigned int done, unsigned int total)
{
	struct sink *sink = ctx;

	close_line(sink);
	fprintf(stderr, "[%u/%u] %s%s", done + 1, total, what, sink->terminal ? "" : "\n");
	fflush(stderr);
	sink->line_open = sink->terminal;
}

static void note(void *ctx, const char *text)
{
	close_line(ctx);
	fprintf(stderr, "note: %s\n", text);
}

static int emit(void *ctx, const char *name, const struct dmafp_result *result,
		struct dmafp_err *err)
{
	struct sink *sink = ctx;
	char *path = dmafp_path("%s/%s", sink->dir, name);
	int ret = dmafp_result_write(result, path, err);

	close_line(sink);
	if (!ret) {
		printf("%s\n", path);
		fflush(stdout);
	}
	free(path);
	return ret;
}

static int run(void *opts, int argc, char **argv, struct dmafp_err *err)
{
	const struct options *options = opts;
	struct sink sink = { .dir = options->output, .terminal = isatty(STDERR_FILENO) };
	const struct dmafp_run_options run_options = {
		.profile = options->profile,
		.devices = options->devices.items,
		.nr_devices = options->devices.nr,
		.arm = options->arm,
		.mode = options->mode,
		.context = options->context,
		.module = options->module,
		.transport = options->transport,
		.emit = emit,
		.progress = progress,
		.note = note,
		.ctx = &sink,
		.stop = dmafp_proc_signal(),
	};
	int ret;

	(void)argc;
	(void)argv;
	ret = dmafp_file_mkdirs(options->output, err);
	if (ret)
		return ret;
	dmafp_proc_init();
	ret = dmafp_run_execute(&run_options, err);
	close_line(&sink);
	return ret;
}

const struct dmafp_command dmafp_cmd_run = {
	.name = "run",
	.summary = "measure on this machine's devices, in the mode it was booted in",
	.description =
		"Binds each device to the module by driver_override, measures its first map,\n"
		"then every op of the profile, counts the calls of iommu_deferred_attach(),\n"
		"and gives the device back as it was found. Writes one result per device,\n"
		"DIR/ARM-MODE-CLASS-PCI.json, and prints its path. The device does no DMA:\n"
		"only the mapping calls are made. Needs root and the module.\n"
		"\n"
		"Ctrl-C ends the run, gives the device back, and keeps the results of the\n"
		"devices that were finished.\n"
		"\n"
		"Exit codes: 0 all devices measured; 64 bad option or profile; 65 bad\n"
		"context; 69 no module, or one that does not fit; 74 a result could not be\n"
		"written; 76 no usable device, or one failed; 77 not root; 130 Ctrl-C.",
	.examples = "  dmafp run --module build/kmod/dmafp.ko --output results/today\n"
		    "  dmafp run -p quick -d 0000:00:04.0 --arm patched\n"
		    "  dmafp run --transport loopback -p quick -o /tmp/try",
	.options = table,
	.options_size = sizeof(struct options),
	.defaults = &defaults,
	.run = run,
};
