// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PID 1 of the lab's guest: runs the profile with the very code of
 * `dmafp run`, sends the results down the channel, and crashes into the
 * capture kernel if it was told to.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/kexec.h"
#include "cmd/cmd.h"
#include "guest/handover.h"
#include "guest/host.h"
#include "guest/port.h"
#include "guest/restart.h"
#include "lab/image.h"
#include "run/run.h"

struct guest_options {
	const char *mode;
	bool crash;
	bool idle;
	bool hand_over;
	bool host_root;
};

static const struct guest_options defaults = { .mode = "plain" };

static const char *const modes[] = { "plain", "keyed", "kdump", NULL };

static const struct dmafp_option options[] = {
	{ "mode", 0, DMAFP_OPT_CHOICE, offsetof(struct guest_options, mode), "MODE", modes,
	  "mode this kernel was booted in" },
	{ "crash", 0, DMAFP_OPT_FLAG, offsetof(struct guest_options, crash), NULL, NULL,
	  "crash into the capture kernel afterwards" },
	{ "idle", 0, DMAFP_OPT_FLAG, offsetof(struct guest_options, idle), NULL, NULL,
	  "measure nothing in this mode" },
	{ "host-root", 0, DMAFP_OPT_FLAG, offsetof(struct guest_options, host_root), NULL, NULL,
	  "the host's own programs are used, from its root over 9p" },
	{ "hand-over", 0, DMAFP_OPT_FLAG, offsetof(struct guest_options, hand_over), NULL, NULL,
	  "say where the module is to whoever controls this guest" },
	{ 0 },
};

static int mount_all(struct dmafp_err *err)
{
	static const char *const types[][2] = {
		{ "proc", "/proc" }, { "sysfs", "/sys" }, { "devtmpfs", "/dev" },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (mount(types[i][0], types[i][1], types[i][0], 0, NULL) && errno != EBUSY)
			return dmafp_err_errno(err, errno, "cannot mount %s", types[i][1]);
	return 0;
}

static int emit(void *ctx, const char *name, const struct dmafp_result *result,
		struct dmafp_err *err)
{
	json_t *root = dmafp_result_to_json(result);
	char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;

	(void)ctx;
	json_decref(root);
	if (!text)
		return dmafp_err_set(err, ENOMEM, DMAFP_EXIT_INTERNAL,
				     "cannot turn a result into JSON");
	dmafp_port_send_result(name, text, strlen(text));
	free(text);
	return 0;
}

static void progress(void *ctx, const char *what, unsigned int done, unsigned int total)
{
	const struct guest_options *opts = ctx;

	dmafp_port_say("progress %u %u %s", done, total, what);
	/* the module is loaded by now, and nothing is measured yet */
	if (!done && opts->hand_over)
		dmafp_handover_sections();
}

static void note(void *ctx, const char *text)
{
	(void)ctx;
	dmafp_port_say("note %s", text);
}

static int keep(void *ctx, const char *name, const char *path, struct dmafp_err *err)
{
	size_t len;
	char *data = dmafp_file_read(path, &len, err);

	(void)ctx;
	if (!data)
		return -EIO;
	dmafp_port_send_file(name, data, len);
	free(data);
	return 0;
}

/* The names of a folder's files, in their order, as paths; none where it is not there. */
static size_t list_files(const char *dir, char ***paths)
{
	struct dirent **entries;
	int i, nr = scandir(dir, &entries, NULL, alphasort);
	size_t found = 0;

	*paths = NULL;
	for (i = 0; i < nr; i++) {
		if (entries[i]->d_name[0] != '.') {
			*paths = dmafp_alloc_grow(*paths, found, sizeof(**paths));
			(*paths)[found++] = dmafp_path("%s/%s", dir, entries[i]->d_name);
		}
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
	return found;
}

/* What is needed after that is named by the path that it has there, too. */
static int enter(void *ctx, struct dmafp_err *err)
{
	(void)ctx;
	return dmafp_host_enter(err);
}

static int measure_all(const struct guest_options *opts, struct dmafp_err *err)
{
	char **paths;
	size_t nr = list_files(DMAFP_HOST_HERE DMAFP_GUEST_DRIVERS, &paths);
	const struct dmafp_run_options run = {
		.profile = DMAFP_GUEST_PROFILE,
		.context = DMAFP_GUEST_CONTEXT,
		.module = DMAFP_GUEST_MODULE,
		.drivers = (const char *const *)paths,
		.nr_drivers = nr,
		.jobs_dir = DMAFP_HOST_HERE DMAFP_GUEST_JOBS,
		.work = DMAFP_HOST_WORK,
		.enter = opts->host_root ? enter : NULL,
		.lab = true,
		.mode = opts->mode,
		.all_devices = true,
		.emit = emit,
		.keep = keep,
		.progress = progress,
		.note = note,
		.ctx = (void *)opts,
	};

	int ret = dmafp_run_execute(&run, err);

	while (nr)
		free(paths[--nr]);
	free(paths);
	return ret;
}

/* In a child, whose root it can be; the child itself says what failed. */
static int measure_on_host(const struct guest_options *opts, struct dmafp_err *err)
{
	pid_t child = fork();
	int status;

	if (!child) {
		int ret = measure_all(opts, err);

		if (ret)
			dmafp_port_send_fail(err);
		_exit(ret ? DMAFP_EXIT_GUEST : 0);
	}
	while (child > 0 && waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			child = -1;
	if (child < 0)
		return dmafp_err_errno(err, errno, "cannot wait for the guest's child");
	if (!status)
		return 0;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != DMAFP_EXIT_GUEST)
		return dmafp_err_set(err, EIO, DMAFP_EXIT_GUEST,
				     "the guest's child ended with status %#x", status);
	err->exit = 0; /* it was said */
	return -EIO;
}

static int measure(const struct guest_options *opts, struct dmafp_err *err)
{
	int ret = dmafp_file_mkdirs(DMAFP_HOST_WORK, err);

	if (ret)
		return ret;
	return opts->host_root ? measure_on_host(opts, err) :
				 measure_all(opts, err);
}

static int crash(struct dmafp_err *err)
{
	char *cmdline = dmafp_file_read(DMAFP_GUEST_CMDLINE, NULL, err);
	int ret;

	if (!cmdline)
		return -EIO;
	ret = dmafp_kexec_load(DMAFP_GUEST_KERNEL, DMAFP_GUEST_INITRD, cmdline, true, err);
	free(cmdline);
	if (ret)
		return ret;
	dmafp_port_say("crash");
	return dmafp_kexec_crash(err);
}

static int work(const struct guest_options *opts, struct dmafp_err *err)
{
	int ret = opts->idle ? 0 : measure(opts, err);

	if (ret)
		return ret;
	/* the last word of this kernel: the crash cannot be followed by one */
	dmafp_port_say("success %s", opts->mode);
	return opts->crash ? crash(err) : 0;
}

static int run(void *options, int argc, char **argv, struct dmafp_err *err)
{
	const struct guest_options *opts = options;
	int ret;

	(void)argc;
	(void)argv;
	if (getpid() != 1)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "guest is the entry of the lab's PID 1, not a command");
	ret = mount_all(err) ?: dmafp_restart_once(err) ?: dmafp_port_open(err);
	if (!ret) {
		dmafp_port_say("hello %s", opts->mode);
		ret = work(opts, err);
	}
	if (ret && err->exit) {
		fprintf(stderr, "dmafp: %s\n", err->msg);
		dmafp_port_send_fail(err);
	}
	sync();
	reboot(RB_AUTOBOOT);	/* QEMU runs with -no-reboot */
	return ret;
}

const struct dmafp_command dmafp_cmd_guest = {
	.name = "guest",
	.summary = "PID 1 of the lab's guest",
	.usage = "",
	.description = "What the lab boots into; of no use anywhere else.",
	.options = options,
	.options_size = sizeof(struct guest_options),
	.defaults = &defaults,
	.hidden = true,
	.run = run,
};
