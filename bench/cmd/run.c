// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "analysis/result.h"
#include "base/file.h"
#include "base/proc.h"
#include "cmd/cmd.h"
#include "run/run.h"
#include "take/take.h"
#include "tune/tune.h"

struct options {
	const char *profile;
	struct dmafp_strings sets;
	bool show_profile;
	struct dmafp_strings devices;
	const char *arm;
	const char *mode;
	const char *context;
	const char *output;
	const char *module;
	const char *disk;
	bool destroy, use_anyway;
	const char *peer;
	bool tune;
	const char *state;
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
	{ "set", 0, DMAFP_OPT_STRINGS, offsetof(struct options, sets), "KEY=VALUE", NULL,
	  "override a key of the profile, as in run.block=16, or\n"
	  "block=16 where only one section has it; repeatable" },
	{ "show-profile", 0, DMAFP_OPT_FLAG, offsetof(struct options, show_profile), NULL,
	  NULL,
	  "print every key of the profile and where its value is\n"
	  "from, and stop" },
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
	{ "disk", 0, DMAFP_OPT_STRING, offsetof(struct options, disk), "NODE", NULL,
	  "block device that fio may use, as /dev/nvme0n1; it\n"
	  "must be one of the device's own" },
	{ "destroy", 0, DMAFP_OPT_FLAG, offsetof(struct options, destroy), NULL, NULL,
	  "fio may WRITE to that disk: what is on it is lost; the\n"
	  "one device that it belongs to is named as well" },
	{ "use-anyway", 0, DMAFP_OPT_FLAG, offsetof(struct options, use_anyway), NULL, NULL,
	  "fio may use a disk that is in use (reading only) or that\n"
	  "holds something" },
	{ "peer", 0, DMAFP_OPT_STRING, offsetof(struct options, peer), "PCI", NULL,
	  "the port that receives what the NIC sends, where the\n"
	  "profile says so; if it has a driver, it keeps it" },
	{ "tune", 0, DMAFP_OPT_FLAG, offsetof(struct options, tune), NULL, NULL,
	  "make the machine quiet for the run, and put everything\n"
	  "back: see 'dmafp doctor'" },
	{ "state", 0, DMAFP_OPT_STRING, offsetof(struct options, state), "DIR", NULL,
	  "where it is kept how the machine was; without it,\n" DMAFP_TUNE_STATE },
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

static int keep(void *ctx, const char *name, const char *from, struct dmafp_err *err)
{
	const struct sink *sink = ctx;
	char *path = dmafp_path("%s/%s", sink->dir, name);
	size_t len;
	char *data = dmafp_file_read(from, &len, err);
	int ret = data ? dmafp_file_write(path, data, len, err) : -EIO;

	free(data);
	free(path);
	return ret;
}

/* Beside the results, so that what is kept of it stays on one disk */
static char *make_work(const char *dir, struct dmafp_err *err)
{
	char *work = dmafp_path("%s/.work-XXXXXX", dir);

	if (mkdtemp(work))
		return work;
	dmafp_err_errno(err, errno, "cannot create a folder in %s", dir);
	free(work);
	return NULL;
}

static int show_profile(const struct dmafp_run_options *options, struct dmafp_err *err)
{
	struct dmafp_profile *profile =
		dmafp_profile_load_with(options->profile, &options->sets, err);

	if (!profile)
		return -EINVAL;
	fputs(profile->listing, stdout);
	dmafp_profile_free(profile);
	return 0;
}

/* Devices that were prepared wait for the next run as they waited for this one. */
static void hold(struct sink *sink)
{
	const struct dmafp_take_options options = { .root = "" };
	struct dmafp_err err;

	if (dmafp_take_hold(&options, &err))
		note(sink, err.msg);
}

static int run(void *opts, int argc, char **argv, struct dmafp_err *err)
{
	const struct options *options = opts;
	struct sink sink = { .dir = options->output, .terminal = isatty(STDERR_FILENO) };
	struct dmafp_run_options run_options = {
		.profile = options->profile,
		.sets = { options->sets.items, options->sets.nr },
		.devices = options->devices.items,
		.nr_devices = options->devices.nr,
		.arm = options->arm,
		.mode = options->mode,
		.context = options->context,
		.module = options->module,
		.disk = options->disk,
		.destroy = options->destroy,
		.use_anyway = options->use_anyway,
		.peer = options->peer,
		.tune = options->tune,
		.tune_state = options->state,
		.transport = options->transport,
		.emit = emit,
		.keep = keep,
		.progress = progress,
		.note = note,
		.ctx = &sink,
		.stop = dmafp_proc_signal(),
	};
	char *work;
	int ret;

	(void)argc;
	(void)argv;
	if (options->show_profile)
		return show_profile(&run_options, err);
	ret = dmafp_file_mkdirs(options->output, err);
	if (ret)
		return ret;
	work = make_work(options->output, err);
	if (!work)
		return -EIO;
	run_options.work = work;
	dmafp_proc_init();
	ret = dmafp_run_execute(&run_options, err);
	hold(&sink);
	close_line(&sink);
	dmafp_file_remove_tree(work);
	free(work);
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
		"A profile with traffic (nvme-4k, nic-mtu, ...) then binds the device to its\n"
		"own driver and lets fio or pktgen work on it. Nothing is written to a disk\n"
		"without --destroy and the disk's name: see docs/traffic.md.\n"
		"\n"
		"Ctrl-C ends the run, gives the device back, and keeps the results of the\n"
		"devices that were finished.\n"
		"\n"
		"Exit codes: 0 all devices measured; 64 bad option or profile; 65 bad\n"
		"context; 69 no module, or one that does not fit; 74 a result could not be\n"
		"written; 76 no usable device, or one failed; 77 not root; 130 Ctrl-C.",
	.examples = "  dmafp run --module build/kmod/dmafp.ko --output results/today\n"
		    "  dmafp run --profile timed --set sizes=64K --set run.cpus=all\n"
		    "  dmafp run -p quick -d 0000:00:04.0 --arm patched\n"
		    "  dmafp run -p nvme-4k -d 0000:01:00.0 --disk /dev/nvme1n1\n"
		    "  dmafp run --transport loopback -p quick -o /tmp/try",
	.options = table,
	.options_size = sizeof(struct options),
	.defaults = &defaults,
	.run = run,
};
