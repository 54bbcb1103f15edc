// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/json_text.h"
#include "base/file.h"
#include "base/proc.h"
#include "campaign/cmdline.h"
#include "campaign/fitness.h"
#include "campaign/real.h"
#include "campaign/start.h"
#include "campaign/state.h"
#include "campaign/step.h"
#include "cmd/cmd.h"

struct options {
	const char *dir;
	struct dmafp_strings arms;
	struct dmafp_strings modes;
	const char *profile;
	struct dmafp_strings sets;
	struct dmafp_strings devices;
	unsigned int boots;
	unsigned int failures;
	unsigned int seed;
	bool fixed, tune, force;
	const char *reboot;
	const char *cmdline;
	const char *crashkernel;
	unsigned int boot_limit, run_limit;
	const char *disk;
	bool destroy;
	const char *context;
	bool yes;
	bool json;
};

static const struct options defaults = {
	.dir = DMAFP_CAMPAIGN_DIR,
	.profile = "default",
	.boots = 12,
	.failures = 3,
	.reboot = "kexec",
	.crashkernel = "512M",
	.boot_limit = 600,
	.run_limit = 3600,
};

static const char *const modes[] = { "plain", "keyed", "kdump", NULL };

#define AT(member) offsetof(struct options, member)

static const struct dmafp_option table[] = {
	{ "dir", 'C', DMAFP_OPT_STRING, AT(dir), "DIR", NULL,
	  "the campaign's folder, on a plain partition of a disk" },
	{ "arm", 'a', DMAFP_OPT_STRINGS, AT(arms), "NAME=KERNEL", NULL,
	  "start: an arm and its kernel: the release of an installed one, or the path "
	  "of an image; then, with commas, initrd=FILE, patch=FILE (what makes it, for the "
	  "report), module=FILE (dmafp.ko; without "
	  "it, modprobe finds the module) and at the end append=OPTIONS; repeatable. A "
	  "verdict needs base, patched, always-lock and placebo" },
	{ "mode", 'm', DMAFP_OPT_CHOICES, AT(modes), "MODE", modes,
	  "start: mode to measure in, or modes, as keyed,kdump [keyed]; kdump crashes "
	  "the machine" },
	{ "profile", 'p', DMAFP_OPT_STRING, AT(profile), "NAME", NULL,
	  "start: what to measure; see dmafp list profiles" },
	{ "set", 0, DMAFP_OPT_STRINGS, AT(sets), "KEY=VALUE", NULL,
	  "start: override a key of the profile; repeatable" },
	{ "device", 'd', DMAFP_OPT_STRINGS, AT(devices), "PCI", NULL,
	  "start: measure on this device; repeatable; without it, on all of the "
	  "profile's classes that are free" },
	{ "boots", 'b', DMAFP_OPT_UINT, AT(boots), "N", NULL,
	  "start: boots of each arm in each mode, at most" },
	{ "fixed", 0, DMAFP_OPT_FLAG, AT(fixed), NULL, NULL,
	  "start: make all of them, however clear the verdict" },
	{ "tune", 0, DMAFP_OPT_FLAG, AT(tune), NULL, NULL,
	  "start: tune the machine while it measures, see dmafp doctor --help" },
	{ "force", 0, DMAFP_OPT_FLAG, AT(force), NULL, NULL,
	  "start: also with kernels whose configurations make the report INVALID" },
	{ "failures", 0, DMAFP_OPT_UINT, AT(failures), "N", NULL,
	  "start: give up after so many failures of one boot" },
	{ "seed", 0, DMAFP_OPT_UINT, AT(seed), "N", NULL,
	  "start: draw the order of the boots from it [drawn itself]" },
	{ "reboot", 0, DMAFP_OPT_CHOICE, AT(reboot), "HOW", dmafp_reboot_names,
	  "start: into an arm by kexec, or by GRUB's one-shot entry" },
	{ "cmdline", 0, DMAFP_OPT_STRING, AT(cmdline), "OPTIONS", NULL,
	  "start: kernel command line of all arms [the running kernel's]" },
	{ "crashkernel", 0, DMAFP_OPT_STRING, AT(crashkernel), "SIZE", NULL,
	  "start: memory for the capture kernel, where the command line reserves none" },
	{ "boot-limit", 0, DMAFP_OPT_UINT, AT(boot_limit), "S", NULL,
	  "start: seconds until the watchdog resets a boot that hangs; 0: it is left "
	  "alone" },
	{ "run-limit", 0, DMAFP_OPT_UINT, AT(run_limit), "S", NULL,
	  "start: seconds that one boot may measure" },
	{ "disk", 0, DMAFP_OPT_STRING, AT(disk), "NODE", NULL,
	  "start: what fio may use, see dmafp run --help" },
	{ "destroy", 0, DMAFP_OPT_FLAG, AT(destroy), NULL, NULL,
	  "start: fio may WRITE to it: what is on it is lost" },
	{ "context", 'c', DMAFP_OPT_STRING, AT(context), "FILE", NULL,
	  "start: what is not to be seen on this machine, see dmafp run --help" },
	{ "yes", 'y', DMAFP_OPT_FLAG, AT(yes), NULL, NULL, "start: do not ask" },
	{ "json", 'j', DMAFP_OPT_FLAG, AT(json), NULL, NULL, "status: as a JSON object" },
	{ 0 }
};

/* --- start */

static bool wants(const struct options *options, const char *mode)
{
	if (!options->modes.nr)
		return !strcmp(mode, "keyed");
	for (size_t i = 0; i < options->modes.nr; i++)
		if (!strcmp(options->modes.items[i], mode))
			return true;
	return false;
}

static int ask(const struct options *options, struct dmafp_err *err)
{
	char answer[16] = "";

	if (options->yes)
		return 0;
	if (!isatty(STDIN_FILENO))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "nobody to ask: say --yes if that is what you want");
	printf("Type yes to begin: ");
	fflush(stdout);
	if (fgets(answer, sizeof(answer), stdin) && !strcmp(answer, "yes\n"))
		return 0;
	return dmafp_proc_check(err, "before anything was begun")
		       ?: dmafp_err_set(err, ECANCELED, DMAFP_EXIT_USAGE,
					"nothing was begun");
}

static int step(const struct dmafp_campaign *campaign, struct dmafp_err *err)
{
	struct dmafp_machine machine;
	struct dmafp_real real;
	int ret;

	dmafp_proc_init();
	dmafp_real_start(&real, campaign, &machine);
	ret = dmafp_campaign_step(campaign, &machine, err);
	dmafp_real_end(&real);
	return ret;
}

/* By the unit, which goes on after each boot; without systemd, here and now. */
static int go_on(const struct dmafp_campaign *campaign, struct dmafp_err *err)
{
	if (!dmafp_file_exists("/run/systemd/system")) {
		fprintf(stderr,
			"no systemd: see to it that 'dmafp campaign step --dir %s' is "
			"run after each boot\n",
			campaign->dir);
		return step(campaign, err);
	}
	return dmafp_real_unit("enable", err) ?: dmafp_real_unit("start", err);
}

/* Also by a link, of one or of both */
static bool is_units_folder(const char *dir)
{
	char *real = realpath(dir, NULL), *of_unit = realpath(DMAFP_CAMPAIGN_DIR, NULL);
	bool same = !strcmp(dir, DMAFP_CAMPAIGN_DIR) ||
		    (real && of_unit && !strcmp(real, of_unit));

	free(of_unit);
	free(real);
	return same;
}

static int check_installed(struct dmafp_err *err)
{
	const char *const argv[] = { "systemctl", "--quiet", "cat", DMAFP_CAMPAIGN_UNIT,
				     NULL };
	int ret = dmafp_proc_run(argv, NULL, NULL, NULL, err);

	if (ret <= 0)
		return ret;
	return dmafp_err_set(err, ENOENT, DMAFP_EXIT_MISSING,
			     "systemd knows no " DMAFP_CAMPAIGN_UNIT
			     ": install dmafp, see docs/install.md");
}

static int check_unit(const struct options *options, struct dmafp_err *err)
{
	if (!dmafp_file_exists("/run/systemd/system"))
		return 0;
	if (is_units_folder(options->dir))
		return check_installed(err);
	return dmafp_err_set(
		err, EINVAL, DMAFP_EXIT_USAGE,
		"the unit " DMAFP_CAMPAIGN_UNIT " looks into " DMAFP_CAMPAIGN_DIR
		", not into %s: leave --dir out, or make %s, and the other one a "
		"link to it",
		options->dir, options->dir);
}

static int start(const struct options *options, struct dmafp_err *err)
{
	const struct dmafp_campaign_wish wish = {
		.dir = options->dir,
		.arms = options->arms.items,
		.nr_arms = options->arms.nr,
		.plain = wants(options, "plain"),
		.keyed = wants(options, "keyed"),
		.kdump = wants(options, "kdump"),
		.profile = options->profile,
		.sets = { options->sets.items, options->sets.nr },
		.devices = options->devices.items,
		.nr_devices = options->devices.nr,
		.context = options->context,
		.cmdline = options->cmdline,
		.crashkernel = options->crashkernel,
		.reboot = options->reboot,
		.boots = options->boots,
		.failures = options->failures,
		.boot_limit = options->boot_limit,
		.run_limit = options->run_limit,
		.seed = options->seed,
		.fixed = options->fixed,
		.tune = options->tune,
		.force = options->force,
		.disk = options->disk,
		.destroy = options->destroy,
	};
	struct dmafp_campaign_draft draft = { 0 };
	int ret;

	/* a kernel that is loaded for a check is unloaded whatever comes */
	dmafp_proc_init();
	ret = check_unit(options, err) ?: dmafp_campaign_draft(&draft, &wish, err);
	if (!ret) {
		dmafp_campaign_draft_print(&draft, stdout);
		dmafp_campaign_fitness_print(&draft.campaign, stdout);
		ret = ask(options, err) ?: dmafp_campaign_draft_write(&draft, err);
		if (ret)
			rmdir(draft.campaign.dir); /* if it is as empty as it was made */
	}
	if (!ret) {
		printf("begun: it reboots now, and again; dmafp campaign status says how far it "
		       "is\n");
		fflush(stdout);
		ret = go_on(&draft.campaign, err);
	}
	dmafp_campaign_draft_free(&draft);
	return ret;
}

/* --- the others */

static json_t *status_json(const struct dmafp_campaign *campaign,
			   const struct dmafp_campaign_state *state)
{
	bool more = state->next < campaign->nr_turns;

	return json_pack("{s:s,s:s,s:i,s:i,s:s?,s:i,s:i,s:s,s:b,s:b,s:s,s:s,s:I}", "dir",
			 campaign->dir, "state", dmafp_campaign_end_name(state->end),
			 "done", (int)state->done, "planned", (int)campaign->nr_turns,
			 "next", more ? campaign->turns[state->next].name : NULL,
			 "attempt", (int)state->attempt, "failures", (int)state->failures,
			 "step", state->step, "paused", state->paused, "settled",
			 state->settled, "reason", state->reason, "last_failure",
			 state->why, "seed", (json_int_t)campaign->seed);
}

/* Those that are there */
static void print_reports(const struct dmafp_campaign *campaign)
{
	static const char *const names[] = { "report.txt", "report.html" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = dmafp_campaign_path(campaign, "%s", names[i]);

		if (dmafp_file_exists(path))
			printf("  report:  %s\n", path);
		free(path);
	}
}

static void print_status(const struct dmafp_campaign *campaign,
			 const struct dmafp_campaign_state *state)
{
	printf("%s: %s, %zu of %zu boots measured\n", campaign->dir,
	       state->paused && !state->end ? "paused"
					    : dmafp_campaign_end_name(state->end),
	       state->done, campaign->nr_turns);
	if (*state->reason)
		printf("  %s\n", state->reason);
	if (!state->end && state->next < campaign->nr_turns)
		printf("  next: %s, attempt %u%s%s\n", campaign->turns[state->next].name,
		       state->attempt + !state->begun, state->begun ? ", in step " : "",
		       state->begun ? state->step : "");
	if (*state->why)
		printf("  last failure: %s\n", state->why);
	printf("  journal: %s/journal\n", campaign->dir);
	print_reports(campaign);
}

static int status(const struct dmafp_campaign *campaign, const struct options *options,
		  struct dmafp_err *err)
{
	struct dmafp_campaign_state state;
	int ret = dmafp_campaign_look(campaign, &state, err);

	if (ret)
		return ret;
	if (options->json)
		dmafp_json_print(status_json(campaign, &state), 1, stdout);
	else
		print_status(campaign, &state);
	return 0;
}

static int is_over(const struct dmafp_campaign *campaign,
		   const struct dmafp_campaign_state *state, const char *what,
		   struct dmafp_err *err)
{
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
			     "the campaign in %s is %s: there is nothing to %s",
			     campaign->dir, dmafp_campaign_end_name(state->end), what);
}

/* What it still does before it stops */
static void print_pausing(const struct dmafp_campaign *campaign,
			  const struct dmafp_campaign_state *state)
{
	if (state->begun && strcmp(state->step, "reboot"))
		printf("%s, which is being measured, is made to its end%s; then it stops\n",
		       campaign->turns[state->next].name,
		       campaign->turns[state->next].kind == DMAFP_BOOT_KDUMP
			       ? ", the crash too"
			       : "");
	printf("it stops before the next boot; dmafp campaign resume goes on\n");
}

static int pause_it(const struct dmafp_campaign *campaign, const struct options *options,
		    struct dmafp_err *err)
{
	struct dmafp_campaign_state state;
	int looked = dmafp_campaign_look(campaign, &state, err);
	char *path;
	int ret;

	(void)options;
	if (looked || state.end)
		return looked ?: is_over(campaign, &state, "pause", err);
	path = dmafp_campaign_path(campaign, "pause");
	ret = dmafp_file_write(path, "", 0, err);
	free(path);
	if (!ret)
		print_pausing(campaign, &state);
	return ret;
}

static int record(const struct dmafp_campaign *campaign,
		  int (*what)(struct dmafp_journal *journal, struct dmafp_err *err),
		  struct dmafp_err *err)
{
	char *path = dmafp_campaign_journal(campaign);
	struct dmafp_journal journal;
	int ret = dmafp_journal_open(&journal, path, true, err);

	free(path);
	if (ret)
		return ret;
	ret = what(&journal, err);
	dmafp_journal_close(&journal);
	return ret;
}

static int resume(const struct dmafp_campaign *campaign, const struct options *options,
		  struct dmafp_err *err)
{
	char *path = dmafp_campaign_path(campaign, "pause");
	struct dmafp_campaign_state state;
	int ret = dmafp_campaign_look(campaign, &state, err);

	(void)options;
	if (!ret &&
	    (state.end == DMAFP_CAMPAIGN_DONE || state.end == DMAFP_CAMPAIGN_ABORTED))
		ret = is_over(campaign, &state, "resume", err);
	if (!ret && unlink(path) && errno != ENOENT)
		ret = dmafp_err_errno(err, errno, "cannot remove %s", path);
	free(path);
	/* whoever is at work now has the journal, and only looks whether it is to pause */
	if (!ret && state.end)
		ret = record(campaign, dmafp_record_resumed, err);
	ret = ret ?: go_on(campaign, err);
	if (!ret)
		printf("it goes on; dmafp campaign status says how far it is\n");
	return ret;
}

static int record_abort(struct dmafp_journal *journal, struct dmafp_err *err)
{
	return dmafp_record_end(journal, DMAFP_CAMPAIGN_ABORTED, "", err);
}

/* The unit is stopped first, so that nothing is measured or rebooted any more. */
static int abort_it(const struct dmafp_campaign *campaign, const struct options *options,
		    struct dmafp_err *err)
{
	struct dmafp_campaign_state state;
	struct dmafp_here here;
	int ret = dmafp_campaign_look(campaign, &state, err);

	(void)options;
	/* once more, where the machine could not be put back before */
	if (!ret && state.end && state.end != DMAFP_CAMPAIGN_ABORTED)
		ret = is_over(campaign, &state, "abort", err);
	ret = ret ?: dmafp_real_unit("stop", err);
	if (!ret && !state.end)
		ret = record(campaign, record_abort, err);
	ret = ret ?: dmafp_real_restore(campaign, err);
	if (ret)
		return ret;
	/* of what there is; without results there is none */
	dmafp_real_report(campaign, err);
	dmafp_cmdline_here_now(&here);
	printf("aborted; the results of %zu boots stay in %s/results%s\n", state.done,
	       campaign->dir, *here.id ? "; reboot to get out of the arm's kernel" : "");
	return 0;
}

static int step_verb(const struct dmafp_campaign *campaign, const struct options *options,
		     struct dmafp_err *err)
{
	(void)options;
	return step(campaign, err);
}

static int report(const struct dmafp_campaign *campaign, const struct options *options,
		  struct dmafp_err *err)
{
	int ret = dmafp_real_report(campaign, err);

	(void)options;
	if (ret)
		return ret;
	print_reports(campaign);
	return 0;
}

/* All but start, which has none to read yet */
static const struct verb {
	const char *name;
	int (*run)(const struct dmafp_campaign *campaign, const struct options *options,
		   struct dmafp_err *err);
} verbs[] = {
	{ "status", status },  { "pause", pause_it }, { "resume", resume },
	{ "abort", abort_it }, { "step", step_verb }, { "report", report },
};

static int run(void *opts, int argc, char **argv, struct dmafp_err *err)
{
	const struct options *options = opts;
	struct dmafp_campaign campaign;
	int ret;

	(void)argc;
	if (!strcmp(argv[0], "start"))
		return start(options, err);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(argv[0], verbs[i].name))
			continue;
		ret = dmafp_campaign_read(&campaign, options->dir, err)
			      ?: verbs[i].run(&campaign, options, err);
		dmafp_campaign_free(&campaign);
		return ret;
	}
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
			     "campaign: '%s' is none of start, status, pause, resume, abort, "
			     "report and step",
			     argv[0]);
}

const struct dmafp_command dmafp_cmd_campaign = {
	.name = "campaign",
	.summary = "boot all arms of a real machine again and again, and measure",
	.usage = "start|status|pause|resume|abort|report|step",
	.description =
		"Boots the arms in an order drawn at random, measures in each boot, and gives\n"
		"the verdict. It goes on by itself after each reboot, and after whatever else\n"
		"ends a boot: a power cut, a panic, a hang, a full disk. A boot that was\n"
		"measured is never lost and never made twice.\n"
		"\n"
		"start checks everything, says what it will do and asks before it begins.\n"
		"Mode kdump crashes the machine on purpose. status shows how far it is;\n"
		"pause stops it before the next boot, resume goes on, also where it gave\n"
		"up; abort puts the machine back and keeps the results; report writes\n"
		"report.txt and report.html from the results so far; step is what the unit\n"
		"dmafp-campaign.service runs at boot.\n"
		"\n"
		"What the machine boots by itself is not changed: after a power cut it is\n"
		"in its own kernel. See docs/campaign.md.\n"
		"\n"
		"Exit codes: 0 done or begun; 64 bad option; 65 a damaged file; 66 no\n"
		"campaign, or no such kernel; 69 a module or program is missing; 74 cannot\n"
		"be written; 76 a device or the disk cannot be used; 77 not root, or not\n"
		"signed; 79 a program failed; 130, 143 interrupted.",
	.examples = "  dmafp campaign start --arm base=6.12.10-base \\\n"
		    "    --arm patched=6.12.10-patched --arm placebo=6.12.10-placebo \\\n"
		    "    --arm always-lock=6.12.10-lock --mode keyed,kdump -d 0000:01:00.0\n"
		    "  dmafp campaign status",
	.options = table,
	.options_size = sizeof(struct options),
	.defaults = &defaults,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
