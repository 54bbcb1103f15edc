// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "analysis/lines.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/proc.h"
#include "base/where.h"
#include "campaign/arm.h"
#include "campaign/capture_check.h"
#include "campaign/cmdline.h"
#include "campaign/kernel_config.h"
#include "campaign/start.h"
#include "campaign/state.h"
#include "campaign/storage.h"
#include "campaign/watchdog.h"
#include "run/context.h"
#include "run/device.h"
#include "run/profile.h"
#include "take/take.h"
#include "traffic/traffic.h"

#define ROOM	  (64ull << 20) /* bytes that must be free */
#define LIMIT_MAX 604800u	/* seconds: a week for one boot */

/* --- arms */

/* Each for itself, and then beside each other */
static int check_arms(const struct dmafp_campaign *campaign, bool force,
		      struct dmafp_err *err)
{
	char **configs = dmafp_alloc(campaign->nr_arms, sizeof(*configs));
	int ret = 0;

	for (size_t i = 0; !ret && i < campaign->nr_arms; i++)
		ret = dmafp_proc_check(err, "while the arms were looked at")
			      ?: dmafp_campaign_arm_check(campaign, &campaign->arms[i],
							  &configs[i], err);
	if (!ret && !force)
		ret = dmafp_kernel_configs_check(campaign, (const char *const *)configs,
						 err);
	for (size_t i = 0; i < campaign->nr_arms; i++)
		free(configs[i]);
	free(configs);
	return ret;
}

static int read_arms(struct dmafp_campaign *campaign,
		     const struct dmafp_campaign_wish *wish, struct dmafp_err *err)
{
	int ret = 0;

	if (!wish->nr_arms)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "no arms: --arm base=KERNEL --arm patched=KERNEL, and the "
				     "controls always-lock and placebo for a verdict");
	for (size_t i = 0; !ret && i < wish->nr_arms; i++) {
		campaign->arms =
			dmafp_alloc_grow(campaign->arms, i, sizeof(*campaign->arms));
		campaign->nr_arms++;
		ret = dmafp_campaign_arm_parse(&campaign->arms[i], wish->arms[i], err);
		for (size_t j = 0; !ret && j < i; j++)
			if (!strcmp(campaign->arms[i].name, campaign->arms[j].name))
				ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
						    "arm %s is there twice",
						    campaign->arms[i].name);
	}
	return ret;
}

/* --- devices */

static void add_device(struct dmafp_campaign *campaign, const char *pci)
{
	campaign->devices = dmafp_alloc_grow(campaign->devices, campaign->nr_devices,
					     sizeof(*campaign->devices));
	campaign->devices[campaign->nr_devices++] = strdup(pci);
}

static int take_named(struct dmafp_campaign *campaign,
		      const struct dmafp_campaign_wish *wish, struct dmafp_err *err)
{
	struct dmafp_pci_device device;
	int ret = 0;

	for (size_t i = 0; !ret && i < wish->nr_devices; i++) {
		ret = dmafp_device_find("/sys", wish->devices[i], &device, err);
		if (!ret)
			add_device(campaign, device.pci);
	}
	return ret;
}

static int take_free(struct dmafp_campaign *campaign, const struct dmafp_profile *profile,
		     struct dmafp_err *err)
{
	struct dmafp_device_list list;
	int ret = dmafp_device_list_read("/sys", &list, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < list.nr; i++)
		if (!*list.items[i].why_not &&
		    dmafp_names_has(&profile->devices.classes, list.items[i].label))
			add_device(campaign, list.items[i].pci);
	dmafp_device_list_release(&list);
	return campaign->nr_devices
		       ? 0
		       : dmafp_err_set(err, ENODEV, DMAFP_EXIT_DEVICE,
				       "no device of the profile's is free: name one "
				       "(--device), see dmafp list devices");
}

/* What holds a device now is not asked only after the first reboot. */
static int check_devices(const struct dmafp_campaign *campaign, struct dmafp_err *err)
{
	const char **all = dmafp_alloc_list((const char *const *)campaign->devices,
					    campaign->nr_devices);
	const struct dmafp_take_options options = { .root = "", .with = all };
	int ret = 0;

	for (size_t i = 0; !ret && i < campaign->nr_devices; i++)
		ret = dmafp_take_check(&options, campaign->devices[i], err);
	free(all);
	return ret;
}

/* What dmafp run refuses it would refuse in each boot. */
static int check_loads(const struct dmafp_campaign *campaign,
		       const struct dmafp_profile *profile,
		       const struct dmafp_campaign_wish *wish, struct dmafp_err *err)
{
	char *jobs = dmafp_path("%s/configs/fio", dmafp_where_data());
	const struct dmafp_traffic traffic = {
		.profile = profile,
		.jobs_dir = jobs,
		.disk = wish->disk,
		.destroy = wish->destroy,
	};
	struct dmafp_device_list chosen = {
		dmafp_alloc(campaign->nr_devices, sizeof(*chosen.items)), 0
	};
	int ret = 0;

	for (; !ret && chosen.nr < campaign->nr_devices; chosen.nr++) {
		struct dmafp_pci_device *device = &chosen.items[chosen.nr];

		ret = dmafp_device_find("/sys", campaign->devices[chosen.nr], device, err)
			      ?: dmafp_traffic_check_loads(&traffic, device->label, err);
	}
	if (!ret && wish->destroy && wish->disk)
		ret = dmafp_traffic_check_destroy(profile, &chosen, wish->nr_devices,
						  wish->disk, err);
	free(chosen.items);
	free(jobs);
	return ret;
}

static int choose_devices(struct dmafp_campaign *campaign,
			  const struct dmafp_profile *profile,
			  const struct dmafp_campaign_wish *wish, struct dmafp_err *err)
{
	return (wish->nr_devices ? take_named(campaign, wish, err)
				 : take_free(campaign, profile, err))
		       ?: check_devices(campaign, err)
		       ?: check_loads(campaign, profile, wish, err);
}

/* --- the rest */

static int check_profile(const struct dmafp_campaign *campaign,
			 const struct dmafp_profile *profile, struct dmafp_err *err)
{
	if (profile->pktgen.receive)
		return dmafp_err_set(
			err, ENOTSUP, DMAFP_EXIT_USAGE,
			"profile %s receives, for which a campaign has no second "
			"port: use dmafp run --peer, or --set pktgen.receive=no",
			profile->name);
	return campaign->kdump ? dmafp_capture_check_profile(profile, err) : 0;
}

static int read_texts(struct dmafp_campaign_draft *draft,
		      const struct dmafp_campaign_wish *wish, struct dmafp_err *err)
{
	struct dmafp_profile *profile =
		dmafp_profile_load_with(wish->profile, &wish->sets, err);
	json_t *context;
	int ret;

	if (!profile)
		return -EINVAL;
	draft->profile = strdup(profile->text);
	ret = check_profile(&draft->campaign, profile, err)
		      ?: choose_devices(&draft->campaign, profile, wish, err);
	dmafp_profile_free(profile);
	if (ret || !wish->context)
		return ret;
	context = dmafp_context_read(wish->context, err);
	if (!context)
		return -EINVAL;
	draft->context = json_dumps(context, JSON_INDENT(1));
	json_decref(context);
	return 0;
}

static int take_cmdline(struct dmafp_campaign *campaign,
			const struct dmafp_campaign_wish *wish, struct dmafp_err *err)
{
	char *running = wish->cmdline ? strdup(wish->cmdline)
				      : dmafp_file_read("/proc/cmdline", NULL, err);

	if (!running)
		return -EIO;
	campaign->cmdline = dmafp_cmdline_clean(running);
	free(running);
	return *campaign->cmdline
		       ? 0
		       : dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				       "an empty command line: name root= (--cmdline)");
}

/* Drawn where none was given, and always written down */
static void take_seed(struct dmafp_campaign *campaign, unsigned long seed)
{
	uint32_t drawn[2] = { 1, 0 };

	(void)!getrandom(drawn, sizeof(drawn), 0);
	campaign->seed = seed ? seed : drawn[0];
	campaign->id = dmafp_path("%08x", drawn[1]);
}

/* For the capture kernel's initramfs: better asked now than after the first crash */
static int check_cpio(struct dmafp_err *err)
{
	static const char *const argv[] = { "cpio", "--version", NULL };
	int ret = dmafp_proc_run(argv, NULL, NULL, NULL, err);

	if (ret == -ENOENT)
		return dmafp_err_set(err, ENOENT, DMAFP_EXIT_MISSING,
				     "mode kdump needs cpio: apt-get install cpio");
	return ret < 0 ? ret : 0;
}

/* One with records, not one that was only just made to be locked */
static bool has_journal(const struct dmafp_campaign *campaign)
{
	char *path = dmafp_campaign_journal(campaign);
	struct dmafp_err ignored;
	json_t *records = dmafp_journal_read(path, &ignored);
	bool has = !records || json_array_size(records);

	json_decref(records);
	free(path);
	return has;
}

/* What an earlier campaign left would count as this one's. */
static int check_new(const struct dmafp_campaign *campaign, struct dmafp_err *err)
{
	static const char *const names[] = { "campaign.json", "results", "pause",
					     "journal" };
	const size_t nr = sizeof(names) / sizeof(names[0]);

	for (size_t i = 0; i < nr; i++) {
		char *path = dmafp_campaign_path(campaign, "%s", names[i]);
		bool there = i < nr - 1 ? dmafp_file_exists(path) : has_journal(campaign);

		free(path);
		if (there)
			return dmafp_err_set(
				err, EEXIST, DMAFP_EXIT_USAGE,
				"there is a campaign in %s already (%s): see dmafp "
				"campaign status; to begin another one, end that one "
				"(dmafp campaign abort) and move its folder away",
				campaign->dir, names[i]);
	}
	return 0;
}

/* It has to be there after a reboot. */
static int check_lasting(const struct dmafp_campaign *campaign, struct dmafp_err *err)
{
	struct statfs fs;

	if (statfs(campaign->dir, &fs))
		return dmafp_err_errno(err, errno, "cannot look at %s", campaign->dir);
	if (fs.f_type != TMPFS_MAGIC && fs.f_type != RAMFS_MAGIC &&
	    fs.f_type != OVERLAYFS_SUPER_MAGIC)
		return 0;
	return dmafp_err_set(
		err, ENOTSUP, DMAFP_EXIT_DEVICE,
		"%s is in memory or on an overlay, and gone after a reboot: choose a "
		"folder (--dir) on a disk",
		campaign->dir);
}

static int check_folder(const struct dmafp_campaign *campaign, struct dmafp_err *err)
{
	struct dmafp_storage storage = { 0 };
	struct statvfs fs;
	int ret = check_new(campaign, err) ?: dmafp_file_mkdirs(campaign->dir, err)
					   ?: check_lasting(campaign, err);

	if (!ret && !statvfs(campaign->dir, &fs) &&
	    (unsigned long long)fs.f_bavail * fs.f_frsize < ROOM)
		ret = dmafp_err_set(err, ENOSPC, DMAFP_EXIT_IO,
				    "less than %llu MiB are free at %s", ROOM >> 20,
				    campaign->dir);
	if (!ret && campaign->kdump)
		ret = dmafp_storage_find(&storage, campaign->dir, err)
			      ?: dmafp_module_list_check(&storage.modules, err)
			      ?: check_cpio(err);
	dmafp_storage_free(&storage);
	return ret;
}

static int compose(struct dmafp_campaign *campaign,
		   const struct dmafp_campaign_wish *wish, struct dmafp_err *err)
{
	char *cwd = NULL;

	if (wish->dir[0] != '/')
		cwd = getcwd(NULL, 0);
	campaign->dir = dmafp_path("%s%s%s", cwd ? cwd : "", cwd ? "/" : "", wish->dir);
	free(cwd);
	campaign->plain = wish->plain;
	campaign->keyed = wish->keyed;
	campaign->kdump = wish->kdump;
	campaign->boots = wish->boots;
	campaign->failures = wish->failures;
	campaign->boot_limit = wish->boot_limit;
	campaign->run_limit = wish->run_limit;
	campaign->fixed = wish->fixed;
	campaign->tune = wish->tune;
	campaign->destroy = wish->destroy;
	campaign->disk = dmafp_alloc_string(wish->disk);
	campaign->reboot = strdup(wish->reboot);
	campaign->crashkernel = strdup(wish->crashkernel);
	take_seed(campaign, wish->seed);
	return take_cmdline(campaign, wish, err);
}

/* In the order of enum dmafp_boot_kind, whose names are the modes' */
static char *join_modes(const struct dmafp_campaign *campaign, const char *between)
{
	const bool measured[] = { campaign->plain, campaign->keyed, campaign->kdump };
	struct dmafp_lines modes = { 0 };
	char *list;

	for (size_t i = 0; i < sizeof(measured) / sizeof(measured[0]); i++)
		if (measured[i])
			dmafp_lines_add(&modes, "%s", dmafp_boot_kind_name(i));
	list = dmafp_lines_join(&modes, between);
	dmafp_lines_free(&modes);
	return list;
}

/* With what decides on the figures; paths are of this machine, and for its owner to know */
static char *describe(const struct dmafp_campaign *campaign,
		      const struct dmafp_campaign_wish *wish)
{
	struct dmafp_lines words = { 0 };
	char *modes = join_modes(campaign, ","), *text;

	for (size_t i = 0; i < campaign->nr_arms; i++)
		dmafp_lines_add(&words, "--arm %s=KERNEL", campaign->arms[i].name);
	dmafp_lines_add(&words, "--mode %s", modes);
	dmafp_lines_add(&words, "--boots %u", campaign->boots);
	if (campaign->fixed)
		dmafp_lines_add(&words, "--fixed");
	if (campaign->tune)
		dmafp_lines_add(&words, "--tune");
	if (strcmp(campaign->reboot, "kexec"))
		dmafp_lines_add(&words, "--reboot %s", campaign->reboot);
	dmafp_lines_add(&words, "--profile %s", wish->profile);
	for (size_t i = 0; i < wish->sets.nr; i++)
		dmafp_lines_add(&words, "--set %s", wish->sets.items[i]);
	text = dmafp_lines_join(&words, " ");
	dmafp_lines_free(&words);
	free(modes);
	return text;
}

int dmafp_campaign_draft(struct dmafp_campaign_draft *draft,
			 const struct dmafp_campaign_wish *wish, struct dmafp_err *err)
{
	struct dmafp_campaign *campaign = &draft->campaign;
	int ret;

	memset(draft, 0, sizeof(*draft));
	if (geteuid())
		return dmafp_err_set(err, EPERM, DMAFP_EXIT_PERMISSION,
				     "a campaign reboots the machine: run it as root");
	if (!wish->boots || !wish->failures || !(wish->plain || wish->keyed || wish->kdump))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "--boots, --failures and --mode must not be nothing");
	if (!wish->run_limit || wish->run_limit > LIMIT_MAX || wish->boot_limit > LIMIT_MAX)
		return dmafp_err_set(err, ERANGE, DMAFP_EXIT_USAGE,
				     "--run-limit is 1 to %u s, --boot-limit at most as much",
				     LIMIT_MAX);
	ret = compose(campaign, wish, err) ?: read_arms(campaign, wish, err)
					    ?: read_texts(draft, wish, err)
					    ?: check_folder(campaign, err);
	if (!ret) {
		campaign->command = describe(campaign, wish);
		dmafp_campaign_order(campaign);
	}
	return ret ?: check_arms(campaign, wish->force, err);
}

static void print_watchdog(uint32_t seconds, FILE *out)
{
	const char *why_not = dmafp_watchdog_outlook(DMAFP_WATCHDOG, seconds);

	if (why_not)
		dmafp_wrap(out, "", "  ", "Not every boot that hangs is reset: %s.",
			   why_not);
	else
		fprintf(out,
			"A boot that takes longer than %u s is reset by the watchdog.\n",
			seconds);
}

static void print_arms(const struct dmafp_campaign *campaign, FILE *out)
{
	for (size_t i = 0; i < campaign->nr_arms; i++) {
		const struct dmafp_campaign_arm *arm = &campaign->arms[i];

		fprintf(out, "    %-12s %s\n", arm->name, arm->kernel);
		fprintf(out, "    %-12s %s\n", "",
			arm->initrd ? arm->initrd : "no initramfs");
		if (arm->patch)
			fprintf(out, "    %-12s made by %s\n", "", arm->patch);
		if (arm->append)
			fprintf(out, "    %-12s with %s\n", "", arm->append);
	}
}

void dmafp_campaign_draft_print(const struct dmafp_campaign_draft *draft, FILE *out)
{
	const struct dmafp_campaign *campaign = &draft->campaign;
	size_t crashes = campaign->kdump ? campaign->nr_arms * campaign->boots : 0;
	char *modes = join_modes(campaign, ", ");

	fprintf(out,
		"This campaign, in %s, will\n"
		"  boot arms %zu times by %s, and measure in mode %s,\n"
		"  boot this machine's own kernel after each crash or power cut, and at the\n"
		"  end,\n",
		campaign->dir, campaign->nr_turns, campaign->reboot, modes);
	if (crashes)
		fprintf(out,
			"  CRASH THIS MACHINE ON PURPOSE %zu times: what other programs "
			"have not\n  written to a disk by then is lost,\n",
			crashes);
	fprintf(out, "  take these devices from their drivers, in each of those boots:\n");
	for (size_t i = 0; i < campaign->nr_devices; i++)
		fprintf(out, "    %s\n", campaign->devices[i]);
	if (campaign->disk)
		fprintf(out, "  let fio %s %s,\n",
			campaign->destroy ? "WRITE TO" : "read", campaign->disk);
	fprintf(out, "  with these kernels:\n");
	print_arms(campaign, out);
	fprintf(out, "  and this command line:\n");
	dmafp_wrap(out, "    ", "    ", "%s", campaign->cmdline);
	if (campaign->boot_limit)
		print_watchdog(campaign->boot_limit, out);
	fprintf(out,
		"After %u failures of one boot it gives up. The order is drawn with seed "
		"%llu.\n",
		campaign->failures, (unsigned long long)campaign->seed);
	free(modes);
}

/* NULL: there is to be none, also where a start was cut short */
static int put(const struct dmafp_campaign *campaign, const char *name, const char *text,
	       struct dmafp_err *err)
{
	char *path = dmafp_campaign_path(campaign, "%s", name);
	int ret = 0;

	if (text)
		ret = dmafp_file_write(path, text, strlen(text), err);
	else if (unlink(path) && errno != ENOENT)
		ret = dmafp_err_errno(err, errno, "cannot remove %s", path);
	free(path);
	return ret;
}

/* Now, while there is room: before a boot they are only compared. */
static int note_arms(const struct dmafp_campaign *campaign, struct dmafp_err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < campaign->nr_arms; i++)
		ret = dmafp_campaign_arm_check_files(campaign, &campaign->arms[i], err);
	return ret;
}

/* Somebody else may have begun one while this one was asked for. */
int dmafp_campaign_draft_write(const struct dmafp_campaign_draft *draft,
			       struct dmafp_err *err)
{
	const struct dmafp_campaign *campaign = &draft->campaign;
	char *logs = dmafp_campaign_path(campaign, "logs");
	char *path = dmafp_campaign_journal(campaign);
	struct dmafp_journal journal;
	int ret = dmafp_journal_open(&journal, path, false, err);

	free(path);
	if (ret) {
		free(logs);
		return ret;
	}
	ret = check_new(campaign, err)
			  ?: dmafp_file_mkdirs(logs, err)
			  ?: put(campaign, "profile.ini", draft->profile, err)
			  ?: put(campaign, "context.json", draft->context, err)
			  ?: note_arms(campaign, err)
			  ?: dmafp_campaign_write(campaign, err); /* the last */
	dmafp_journal_close(&journal);
	free(logs);
	return ret;
}

void dmafp_campaign_draft_free(struct dmafp_campaign_draft *draft)
{
	dmafp_campaign_free(&draft->campaign);
	free(draft->profile);
	free(draft->context);
}
