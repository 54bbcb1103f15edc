// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "analysis/report.h"
#include "analysis/settled.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/kexec.h"
#include "base/proc.h"
#include "campaign/arm.h"
#include "campaign/capture.h"
#include "campaign/cmdline.h"
#include "campaign/real.h"
#include "campaign/step.h"
#include "take/take.h"

static void say(void *ctx, const char *text)
{
	(void)ctx;
	printf("%s\n", text);
	fflush(stdout);
}

static void here(void *ctx, struct dmafp_here *here)
{
	(void)ctx;
	dmafp_cmdline_here_now(here);
}

static const char *last_words(void *ctx)
{
	struct dmafp_real *real = ctx;

	return dmafp_watchdog_fired(&real->watchdog) ? "the watchdog reset it" : NULL;
}

/* --- reboots */

#define BREATH_MS 10000 /* what is in the way now may be gone then */

/* The next attempt follows at once, and there are few. */
static void take_breath(void)
{
	for (int ms = 0; ms < BREATH_MS && !dmafp_proc_interrupted(); ms += 100)
		poll(NULL, 0, 100);
}

static int go(void *ctx, const struct dmafp_campaign_turn *turn, uint32_t attempt,
	      struct dmafp_err *err)
{
	struct dmafp_real *real = ctx;
	const struct dmafp_campaign_arm *arm = &real->campaign->arms[turn->arm];
	char *cmdline = dmafp_cmdline_arm(real->campaign, turn, attempt);
	int ret = dmafp_campaign_arm_check_files(real->campaign, arm, err)
			  ?: real->reboot->go(arm, cmdline, err);

	free(cmdline);
	/* a kernel that does not come up is the watchdog's, where it outlives the reboot */
	if (!ret)
		dmafp_watchdog_leave(&real->watchdog);
	else
		take_breath();
	return ret;
}

static int home(void *ctx, struct dmafp_err *err)
{
	struct dmafp_real *real = ctx;

	dmafp_watchdog_stop(&real->watchdog);
	return dmafp_reboot_now(0, err);
}

/* --- measuring */

static char *context_path(const struct dmafp_campaign *campaign)
{
	return dmafp_campaign_path(campaign, "work/context");
}

/* What the user said of the machine, and which boot this is */
static int write_context(const struct dmafp_campaign *campaign,
			 const struct dmafp_campaign_turn *turn, struct dmafp_err *err)
{
	const struct dmafp_campaign_arm *arm = &campaign->arms[turn->arm];
	char *base = dmafp_campaign_path(campaign, "context.json");
	char *path = context_path(campaign), *text;
	json_t *context = json_load_file(base, 0, NULL);
	int ret;

	context = context ? context : json_object();
	json_object_set_new(context, "arm", json_string(arm->name));
	if (campaign->command)
		json_object_set_new(context, "campaign", json_string(campaign->command));
	if (arm->patch)
		json_object_set_new(context, "patches",
				    json_pack("[{s:s,s:s,s:s}]", "name", arm->patch, "file",
					      arm->patch, "sha256", arm->patch_sha256));
	json_object_set_new(context, "replicate", json_integer(turn->boot));
	text = json_dumps(context, JSON_INDENT(1));
	ret = dmafp_file_write(path, text, strlen(text), err);
	free(text);
	json_decref(context);
	free(path);
	free(base);
	return ret;
}

struct arguments {
	const char **items;
	size_t nr;
};

static void add(struct arguments *arguments, const char *text)
{
	arguments->items =
		dmafp_alloc_grow(arguments->items, arguments->nr, sizeof(char *));
	arguments->items[arguments->nr++] = text;
}

static void add_option(struct arguments *arguments, const char *option, const char *value)
{
	if (value) {
		add(arguments, option);
		add(arguments, value);
	}
}

static struct arguments compose(const struct dmafp_campaign *campaign,
				const struct dmafp_campaign_arm *arm, const char *mode,
				const char *profile, const char *context, const char *work)
{
	struct arguments arguments = { 0 };

	add(&arguments, "/proc/self/exe");
	add(&arguments, "run");
	add_option(&arguments, "--profile", profile);
	add_option(&arguments, "--context", context);
	add_option(&arguments, "--mode", mode);
	add_option(&arguments, "--output", work);
	add_option(&arguments, "--module", arm->module);
	for (size_t i = 0; i < campaign->nr_devices; i++)
		add_option(&arguments, "--device", campaign->devices[i]);
	add_option(&arguments, "--disk", campaign->disk);
	if (campaign->destroy)
		add(&arguments, "--destroy");
	if (campaign->tune)
		add(&arguments, "--tune");
	arguments.items = dmafp_alloc_grow(arguments.items, arguments.nr, sizeof(char *));
	return arguments;
}

/* Ends what takes too long; the watchdog has its own idea of that. */
static int tick(void *ctx)
{
	const double *until = ctx;

	return dmafp_clock_now() < *until ? 0 : -ETIMEDOUT;
}

/* "dmafp: no usable device ..." is what a log ends with */
static int run_failed(const char *log, int status, struct dmafp_err *err)
{
	struct dmafp_err ignored;
	char *text = dmafp_file_read(log, NULL, &ignored);
	const char *last;

	while (text && *text && text[strlen(text) - 1] == '\n')
		text[strlen(text) - 1] = '\0';
	last = text ? strrchr(text, '\n') : NULL;
	last = last ? last + 1 : text ?: "";
	dmafp_err_set(err, EIO, DMAFP_EXIT_COMMAND, "dmafp run: exit %d: %.300s; see %s",
		      status, last, log);
	free(text);
	return -EIO;
}

static int run(const char *const *argv, const char *log, uint32_t seconds,
	       struct dmafp_err *err)
{
	double until = dmafp_clock_now() + seconds;
	const struct dmafp_proc_tick watch = { tick, &until };
	int ret = dmafp_proc_run(argv, NULL, log, &watch, err);

	if (ret == -ETIMEDOUT)
		return dmafp_err_set(
			err, ETIMEDOUT, DMAFP_EXIT_TIMEOUT,
			"measuring took longer than the %u s of --run-limit; see %s",
			seconds, log);
	return ret > 0 ? run_failed(log, ret, err) : ret;
}

static int load_module(const struct dmafp_campaign_arm *arm, struct dmafp_err *err)
{
	static const char *const argv[] = { "modprobe", "dmafp", NULL };
	int ret = arm->module ? 0 : dmafp_proc_run(argv, NULL, NULL, NULL, err);

	if (ret <= 0)
		return ret;
	return dmafp_err_set(
		err, ENOENT, DMAFP_EXIT_MISSING,
		"modprobe dmafp failed: is the module installed for this kernel?");
}

static void note(void *ctx, const char *text)
{
	say(ctx, text);
}

/* From their drivers, in this boot; also before a crash: then they are quiet */
static int take_devices(const struct dmafp_campaign *campaign, struct dmafp_err *err)
{
	const char **all = dmafp_alloc_list((const char *const *)campaign->devices,
					    campaign->nr_devices);
	const struct dmafp_take_options options = { .root = "", .with = all, .note = note };
	int ret = 0;

	for (size_t i = 0; !ret && i < campaign->nr_devices; i++)
		ret = dmafp_take_prepare(&options, campaign->devices[i], err);
	free(all);
	return ret;
}

/* One for each attempt: what failed is to be understood later. */
static char *log_path(const struct dmafp_campaign *campaign,
		      const struct dmafp_campaign_turn *turn, const char *mode)
{
	struct dmafp_here boot;

	here(NULL, &boot);
	return dmafp_campaign_path(campaign, "logs/%s.%u-%s.log", turn->name,
				   boot.attempt, mode);
}

#define BOOT_ENDS_S 60

/* The unit is started amid others, which would share the CPUs with what is measured. */
static int let_boot_end(struct dmafp_err *err)
{
	static const char *const argv[] = { "systemctl", "is-system-running", "--wait",
					    NULL };
	double until = dmafp_clock_now() + BOOT_ENDS_S;
	const struct dmafp_proc_tick watch = { tick, &until };
	int ret;

	if (!dmafp_file_exists("/run/systemd/system"))
		return 0;
	ret = dmafp_proc_run(argv, NULL, "/dev/null", &watch, err);
	if (ret == -ETIMEDOUT)
		say(NULL, "units are still being started: measuring beside them");
	/* its status says how well the units did, which is their own business */
	return ret == -EINTR ? ret : 0;
}

static int measure(void *ctx, const struct dmafp_campaign_turn *turn, const char *mode,
		   const char *work, struct dmafp_err *err)
{
	const struct dmafp_real *real = ctx;
	const struct dmafp_campaign *campaign = real->campaign;
	const struct dmafp_campaign_arm *arm = &campaign->arms[turn->arm];
	char *profile = dmafp_campaign_path(campaign, "profile.ini");
	char *context = context_path(campaign);
	char *log = log_path(campaign, turn, mode);
	struct arguments arguments = compose(campaign, arm, mode, profile, context, work);
	int ret;

	ret = let_boot_end(err) ?: write_context(campaign, turn, err)
				?: load_module(arm, err)
				?: take_devices(campaign, err);
	if (!ret)
		ret = run(arguments.items, log, campaign->run_limit, err);
	free(arguments.items);
	free(log);
	free(context);
	free(profile);
	return ret;
}

/* --- the crash */

static char *find_module(const struct dmafp_campaign_arm *arm, struct dmafp_err *err)
{
	struct utsname here;

	if (arm->module)
		return strdup(arm->module);
	uname(&here);
	return dmafp_capture_find_module(here.release, err);
}

/* Whoever ends the program may be a reboot that is under way, or an abort. */
static int crash_now(struct dmafp_real *real, struct dmafp_err *err)
{
	int ret = dmafp_proc_check(err, "before the crash");

	if (ret)
		return ret;
	dmafp_watchdog_leave(&real->watchdog);
	return dmafp_kexec_crash(err);
}

static int crash(void *ctx, const struct dmafp_campaign_turn *turn, uint32_t attempt,
		 struct dmafp_err *err)
{
	struct dmafp_real *real = ctx;
	const struct dmafp_campaign *campaign = real->campaign;
	const struct dmafp_campaign_arm *arm = &campaign->arms[turn->arm];
	char *initrd = dmafp_campaign_path(campaign, "work/capture.initrd");
	char *context = context_path(campaign), *module = find_module(arm, err);
	char *cmdline = dmafp_cmdline_capture(campaign, turn, attempt);
	int ret = module ? write_context(campaign, turn, err) : -ENOENT;

	ret = ret ?: take_devices(campaign, err)
		  ?: dmafp_capture_pack(campaign, module, context, initrd, err)
		  ?: dmafp_kexec_load(arm->kernel, initrd, cmdline, true, err);
	unlink(initrd);
	if (!ret) {
		sync();
		ret = crash_now(real, err);
	}
	if (ret)
		dmafp_kexec_unload(true);
	free(cmdline);
	free(module);
	free(context);
	free(initrd);
	return ret;
}

/* --- the end */

static int write_report(const struct dmafp_campaign *campaign,
			const struct dmafp_report *report, const char *format,
			const char *name, struct dmafp_err *err)
{
	char *path = dmafp_campaign_path(campaign, "%s", name);
	int ret = dmafp_report_write(report, dmafp_renderer_find(format), path, err);

	free(path);
	return ret;
}

int dmafp_real_report(const struct dmafp_campaign *campaign, struct dmafp_err *err)
{
	char *results = dmafp_campaign_path(campaign, "results");
	const char *const paths[] = { results };
	struct dmafp_report report = { 0 };
	int ret = dmafp_report_load(&report, paths, 1, err) ?:
			  write_report(campaign, &report, "text", "report.txt", err) ?:
			  write_report(campaign, &report, "html", "report.html", err);

	dmafp_report_free(&report);
	free(results);
	return ret;
}

static int report(void *ctx, struct dmafp_err *err)
{
	const struct dmafp_real *real = ctx;

	return dmafp_real_report(real->campaign, err);
}

int dmafp_real_unit(const char *verb, struct dmafp_err *err)
{
	const char *const argv[] = { "systemctl", "--quiet",	       "--no-block",
				     verb,	  DMAFP_CAMPAIGN_UNIT, NULL };
	int ret;

	if (!dmafp_file_exists("/run/systemd/system"))
		return 0;
	ret = dmafp_proc_run(argv, NULL, NULL, NULL, err);
	return ret <= 0 ? ret
			: dmafp_err_set(err, EIO, DMAFP_EXIT_COMMAND,
					"systemctl %s " DMAFP_CAMPAIGN_UNIT
					" failed with status %d: is dmafp installed?",
					verb, ret);
}

/* Devices are taken and a capture kernel is loaded in the boots of arms only. */
static int restore_boot(const struct dmafp_campaign *campaign, struct dmafp_err *err)
{
	const struct dmafp_take_options options = { .root = "", .note = note };
	struct dmafp_here boot;
	int ret = 0;

	here(NULL, &boot);
	if (strcmp(boot.id, campaign->id))
		return 0;
	dmafp_kexec_unload(true);
	for (size_t i = campaign->nr_devices; i--;) {
		struct dmafp_err trouble;
		int released = dmafp_take_release(&options, campaign->devices[i], &trouble);

		if (released && !ret)
			*err = trouble;
		ret = ret ?: released;
	}
	return ret;
}

/* All of it, whatever of it fails; the error is the first one. */
int dmafp_real_restore(const struct dmafp_campaign *campaign, struct dmafp_err *err)
{
	char *work = dmafp_campaign_path(campaign, "work");
	struct dmafp_err errs[3];
	const int rets[] = {
		dmafp_real_unit("disable", &errs[0]),
		dmafp_reboot_find(campaign->reboot)->restore(&errs[1]),
		restore_boot(campaign, &errs[2]),
	};

	dmafp_file_remove_tree(work);
	free(work);
	for (size_t i = 0; i < sizeof(rets) / sizeof(rets[0]); i++)
		if (rets[i]) {
			*err = errs[i];
			return rets[i];
		}
	return 0;
}

static int restore(void *ctx, struct dmafp_err *err)
{
	struct dmafp_real *real = ctx;

	dmafp_watchdog_stop(&real->watchdog);
	return dmafp_real_restore(real->campaign, err);
}

static int settled(void *ctx, uint32_t boots, bool *is, char *why, size_t size,
		   struct dmafp_err *err)
{
	const struct dmafp_real *real = ctx;
	char *results = dmafp_campaign_path(real->campaign, "results");
	struct dmafp_settled answer = { 0 };
	int ret = dmafp_settled(results, boots, real->campaign->boots, &answer, err);

	*is = !ret && answer.settled;
	if (*is)
		snprintf(why, size, "%s; %zu boots saved", answer.reason,
			 answer.boots_saved);
	dmafp_settled_free(&answer);
	free(results);
	return ret;
}

void dmafp_real_start(struct dmafp_real *real, const struct dmafp_campaign *campaign,
		      struct dmafp_machine *machine)
{
	const char *why_none;

	*real = (struct dmafp_real) {
		.campaign = campaign,
		.reboot = dmafp_reboot_find(campaign->reboot),
	};
	*machine = (struct dmafp_machine) {
		.here = here,
		.go = go,
		.measure = measure,
		.crash = crash,
		.last_words = last_words,
		.settled = settled,
		.report = report,
		.restore = restore,
		.home = home,
		.say = say,
		.ctx = real,
	};
	why_none = dmafp_watchdog_start(&real->watchdog, DMAFP_WATCHDOG,
					campaign->boot_limit,
					campaign->run_limit + campaign->boot_limit);
	if (why_none)
		say(NULL, why_none);
}

void dmafp_real_end(struct dmafp_real *real)
{
	dmafp_watchdog_stop(&real->watchdog);
}
