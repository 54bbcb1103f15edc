// SPDX-License-Identifier: GPL-2.0-or-later
/* PID 1 of the capture kernel's initramfs. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/file.h"
#include "campaign/capture.h"
#include "campaign/capture_check.h"
#include "campaign/cmdline.h"
#include "campaign/state.h"
#include "campaign/step.h"
#include "campaign/storage.h"
#include "campaign/watchdog.h"
#include "guest/restart.h"
#include "run/run.h"

static int mount_all(struct dmafp_err *err)
{
	static const char *const types[][2] = {
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "devtmpfs", "/dev" },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (mount(types[i][0], types[i][1], types[i][0], 0, NULL) && errno != EBUSY)
			return dmafp_err_errno(err, errno, "cannot mount %s", types[i][1]);
	return 0;
}

/* --- the disk's drivers */

/*
 * Before the disk's drivers are loaded, which is before it measures: what is measured must
 * not be touched by any, and its own may be among those of the disk.
 */
static void keep_devices(const struct dmafp_campaign *campaign)
{
	for (size_t i = 0; i < campaign->nr_devices; i++) {
		char *path = dmafp_path("/sys/bus/pci/devices/%s/driver_override",
					campaign->devices[i]);

		if (dmafp_file_put(path, "dmafp"))
			fprintf(stderr, "dmafp: no device %s\n", campaign->devices[i]);
		free(path);
	}
}

static bool is_module(const char *name)
{
	const char *end = strrchr(name, '.');

	return end && !strcmp(end, ".ko");
}

/* As modprobe had them in the arm; "" where it had none */
static char *options_of(const char *module)
{
	int stem = strlen(module) - strlen(".ko");
	char *path = dmafp_path("%s/%.*s.options", DMAFP_CAPTURE_MODULES, stem, module);
	struct dmafp_err ignored;
	char *options = dmafp_file_read(path, NULL, &ignored);

	free(path);
	return options ? options : strdup("");
}

static void insert(const char *name)
{
	char *path = dmafp_path("%s/%s", DMAFP_CAPTURE_MODULES, name);
	char *options = options_of(name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	/* one that is missing is told by the disk that does not appear */
	if (fd < 0 || syscall(SYS_finit_module, fd, options, 0))
		fprintf(stderr, "dmafp: cannot load %s: %s\n", name, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(options);
	free(path);
}

static void load_modules(void)
{
	struct dmafp_dir dir = dmafp_dir_read(DMAFP_CAPTURE_MODULES);

	for (size_t i = 0; i < dir.nr; i++)
		if (is_module(dir.names[i]))
			insert(dir.names[i]);
	dmafp_dir_free(&dir);
}

/* --- measuring */

static int emit(void *ctx, const char *name, const struct dmafp_result *result,
		struct dmafp_err *err)
{
	char *path = dmafp_path("%s/%s", DMAFP_CAPTURE_RESULTS, name);
	int ret = dmafp_result_write(result, path, err);

	(void)ctx;
	free(path);
	return ret;
}

static void note(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "dmafp: %s\n", text);
}

static int measure(const struct dmafp_campaign *campaign, struct dmafp_err *err)
{
	struct dmafp_profile *profile = dmafp_profile_load(DMAFP_CAPTURE_PROFILE, err);
	struct dmafp_run_options options = {
		.profile = DMAFP_CAPTURE_PROFILE,
		.context = DMAFP_CAPTURE_CONTEXT,
		.module = DMAFP_CAPTURE_MODULE,
		.mode = "kdump",
		.devices = (const char *const *)campaign->devices,
		.nr_devices = campaign->nr_devices,
		.tune = campaign->tune,
		.tune_state = DMAFP_CAPTURE_TUNED,
		.emit = emit,
		.note = note,
	};

	if (!profile)
		return -EINVAL;
	options.sets = dmafp_capture_sets(profile);
	dmafp_profile_free(profile);
	return dmafp_run_execute(&options, err);
}

/* --- writing */

static int record_failure(const struct dmafp_campaign *there, const struct dmafp_here *here,
			  const struct dmafp_err *why, struct dmafp_err *err)
{
	char *path = dmafp_campaign_journal(there);
	char *text = dmafp_path("in the capture kernel: %s", why->msg);
	struct dmafp_journal journal;
	int ret = dmafp_journal_open(&journal, path, true, err);

	if (!ret) {
		ret = dmafp_record_failed(&journal, here->turn, here->attempt, text, err);
		dmafp_journal_close(&journal);
	}
	free(text);
	free(path);
	return ret;
}

static int mount_state(struct dmafp_campaign *there, struct dmafp_err *err)
{
	json_error_t where;
	json_t *storage = json_load_file(DMAFP_CAPTURE_STORAGE, 0, &where);
	char *dir = NULL;
	int ret;

	if (!storage)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA, "%s: %s",
				     DMAFP_CAPTURE_STORAGE, where.text);
	ret = dmafp_storage_mount(storage, DMAFP_CAPTURE_STATE, &dir, err)
		      ?: dmafp_campaign_read(there, dir, err);
	free(dir);
	json_decref(storage);
	return ret;
}

/* What was measured, or why it was not, gets onto the disk. */
static int write_down(const struct dmafp_here *here, int measured, struct dmafp_err *err)
{
	struct dmafp_campaign there = { 0 };
	struct dmafp_err trouble = { 0 };
	int ret = mount_state(&there, measured ? &trouble : err);

	if (!ret && measured)
		ret = record_failure(&there, here, err, &trouble);
	else if (!ret)
		ret = dmafp_campaign_captured(&there, here, DMAFP_CAPTURE_RESULTS, err);
	dmafp_campaign_free(&there);
	sync();
	umount(DMAFP_CAPTURE_STATE);
	return measured ?: ret;
}

int dmafp_capture_run(struct dmafp_err *err)
{
	struct dmafp_watchdog watchdog;
	struct dmafp_campaign campaign = { 0 };
	struct dmafp_here here;
	int ret = mount_all(err) ?: dmafp_restart_once(err)
				 ?: dmafp_campaign_read(&campaign, DMAFP_CAPTURE_CAMPAIGN, err);

	if (ret)
		return ret;
	dmafp_cmdline_here_now(&here);
	keep_devices(&campaign);
	load_modules();
	dmafp_watchdog_start(&watchdog, DMAFP_WATCHDOG, campaign.boot_limit,
			     campaign.run_limit);
	ret = write_down(&here, measure(&campaign, err), err);
	/* it goes on over the reboot: that may hang too */
	dmafp_watchdog_leave(&watchdog);
	dmafp_campaign_free(&campaign);
	return ret;
}
