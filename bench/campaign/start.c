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
#include "campaign/capture.h"
#include "campaign/cmdline.h"
#include "campaign/kernel_config.h"
#include "campaign/kernel_image.h"
#include "campaign/reboot.h"
#include "campaign/start.h"
#include "campaign/state.h"
#include "campaign/storage.h"
#include "campaign/watchdog.h"
#include "run/context.h"
#include "run/device.h"
#include "run/profile.h"
#include "run/provenance.h"
#include "take/take.h"

#define ROOM (64ull << 20) /* bytes that must be free */

/* COMMAND_LINE_SIZE of x86 and arm64, without its end; "elfcorehdr=0x..." */
#define COMMAND_LINE_MAX 2047
#define KEXEC_ADDS	 32

/* --- arms */

static char *absolute(const char *path, struct dmafp_err *err)
{
	char *whole = realpath(path, NULL);

	if (!whole)
		dmafp_err_errno(err, errno, "cannot find %s", path);
	return whole;
}

static int take_patch(struct dmafp_campaign_arm *arm, const char *file,
		      struct dmafp_err *err)
{
	char hex[DMAFP_SHA256_HEX];
	const char *slash = strrchr(file, '/');
	int ret = dmafp_file_sha256(file, hex, err);

	free(arm->patch);
	free(arm->patch_sha256);
	arm->patch = strdup(slash ? slash + 1 : file);
	arm->patch_sha256 = ret ? NULL : strdup(hex);
	return ret;
}

/* ",initrd=FILE,module=FILE,append=OPTIONS": the options may hold commas */
static int take_key(struct dmafp_campaign_arm *arm, char *key, const char *text,
		    struct dmafp_err *err)
{
	char *value = strchr(key, '=');
	char **member = NULL;

	if (value) {
		*value++ = '\0';
		if (!strcmp(key, "patch"))
			return take_patch(arm, value, err);
		if (!strcmp(key, "initrd"))
			member = &arm->initrd;
		else if (!strcmp(key, "module"))
			member = &arm->module;
	}
	if (!member)
		return dmafp_err_set(
			err, EINVAL, DMAFP_EXIT_USAGE,
			"--arm %s: '%s' is none of initrd=, module=, patch= and append=",
			text, key);
	free(*member);
	*member = member == &arm->initrd && !strcmp(value, "none") ? strdup("")
								   : absolute(value, err);
	return *member ? 0 : -ENOENT;
}

/* As Debian names it, and as others do; NULL: there is none */
static char *installed_initrd(const char *release)
{
	static const char *const names[] = { "/boot/initrd.img-%s",
					     "/boot/initramfs-%s.img", "/boot/initrd-%s" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = dmafp_path(names[i], release);

		if (dmafp_file_exists(path))
			return path;
		free(path);
	}
	return NULL;
}

/* A release names what is installed */
static int take_kernel(struct dmafp_campaign_arm *arm, const char *value,
		       struct dmafp_err *err)
{
	char *path;

	if (strchr(value, '/')) {
		arm->kernel = absolute(value, err);
		return arm->kernel ? 0 : -ENOENT;
	}
	path = dmafp_path("/boot/vmlinuz-%s", value);
	arm->kernel = absolute(path, err);
	free(path);
	arm->initrd = installed_initrd(value);
	return arm->kernel ? 0 : -ENOENT;
}

/* "" says that there is to be none. */
static int check_initrd(struct dmafp_campaign_arm *arm, const char *release,
			struct dmafp_err *err)
{
	if (!arm->initrd && !strchr(release, '/'))
		return dmafp_err_set(
			err, ENOENT, DMAFP_EXIT_NO_INPUT,
			"kernel %s has no initramfs in /boot: make it "
			"(update-initramfs -c -k %s), or say --arm %s=%s,initrd=none "
			"if it needs none",
			release, release, arm->name, release);
	if (arm->initrd && !*arm->initrd) {
		free(arm->initrd);
		arm->initrd = NULL;
	}
	return 0;
}

static int check_name(const char *name, const char *text, struct dmafp_err *err)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (len && !name[len] && len < 32)
		return 0;
	return dmafp_err_set(
		err, EINVAL, DMAFP_EXIT_USAGE,
		"--arm %s: NAME=KERNEL is wanted, the name of small letters, digits "
		"and '-', as in patched=6.12.10-mine or base=/boot/vmlinuz-6.12.10",
		text);
}

/* What is behind "--" init gets, and the name of the boot is for us to give. */
static int check_append(const struct dmafp_campaign_arm *arm, const char *text,
			struct dmafp_err *err)
{
	if (!arm->append || (!dmafp_cmdline_has(arm->append, "--") &&
			     !dmafp_cmdline_has(arm->append, DMAFP_PROVENANCE_TURN)))
		return 0;
	return dmafp_err_set(
		err, EINVAL, DMAFP_EXIT_USAGE,
		"--arm %s: append= may have neither -- nor " DMAFP_PROVENANCE_TURN, text);
}

static int read_arm(struct dmafp_campaign_arm *arm, const char *text, struct dmafp_err *err)
{
	char *copy = strdup(text), *append = strstr(copy, ",append="), *rest, *value, *key;
	int ret;

	if (append) {
		arm->append = strdup(append + strlen(",append="));
		*append = '\0';
	}
	rest = copy;
	value = strsep(&rest, ",");
	key = strsep(&value, "=");
	ret = value ? check_name(key, text, err) : check_name("", text, err);
	if (!ret) {
		arm->name = strdup(key);
		ret = take_kernel(arm, value, err);
	}
	while (!ret && rest)
		ret = take_key(arm, strsep(&rest, ","), text, err);
	ret = ret ?: check_initrd(arm, value, err) ?: check_append(arm, text, err);
	free(copy);
	return ret;
}

/* Of DKMS: modprobe in that kernel must find it */
static int check_installed_module(const char *release, struct dmafp_err *err)
{
	const char *const argv[] = { "modinfo", "-k", release, "dmafp", NULL };
	int ret = dmafp_proc_run(argv, NULL, NULL, NULL, err);

	if (ret <= 0)
		return ret;
	return dmafp_err_set(
		err, ENOENT, DMAFP_EXIT_MISSING,
		"kernel %s has no module dmafp: install dmafp-dkms and its headers, or "
		"name one (--arm NAME=KERNEL,module=FILE)",
		release);
}

typedef char *(*line_fn)(const struct dmafp_campaign *campaign,
			 const struct dmafp_campaign_turn *turn, uint32_t attempt);

/* Of all its boots the longest */
static char *longest(const struct dmafp_campaign *campaign,
		     const struct dmafp_campaign_arm *arm, line_fn line_of)
{
	char *line = strdup("");

	for (size_t i = 0; i < campaign->nr_turns; i++) {
		const struct dmafp_campaign_turn *turn = &campaign->turns[i];
		char *other;

		if (&campaign->arms[turn->arm] != arm)
			continue;
		other = line_of(campaign, turn, UINT32_MAX);
		if (strlen(other) > strlen(line)) {
			free(line);
			line = other;
		} else {
			free(other);
		}
	}
	return line;
}

/* A kernel takes only so much. */
static int check_line(const struct dmafp_campaign *campaign,
		      const struct dmafp_campaign_arm *arm, line_fn line_of,
		      const struct dmafp_reboot *way, struct dmafp_err *err)
{
	char *line = longest(campaign, arm, line_of);
	size_t len = strlen(line) + KEXEC_ADDS;
	int ret;

	if (len > COMMAND_LINE_MAX)
		ret = dmafp_err_set(
			err, E2BIG, DMAFP_EXIT_USAGE,
			"a command line of %zu bytes, with what the campaign and kexec "
			"add, is longer than the kernel takes (%d): shorten it "
			"(--cmdline)",
			len, COMMAND_LINE_MAX);
	else
		ret = way->check(arm, line, err);
	free(line);
	return ret;
}

/* The capture kernel is loaded by kexec, however the arm is booted. */
static int check_boot(const struct dmafp_campaign *campaign,
		      const struct dmafp_campaign_arm *arm, struct dmafp_err *err)
{
	int ret = check_line(campaign, arm, dmafp_cmdline_arm,
			     dmafp_reboot_find(campaign->reboot), err);

	if (!ret && campaign->kdump)
		ret = check_line(campaign, arm, dmafp_cmdline_capture,
				 &dmafp_reboot_kexec, err);
	return ret;
}

/* @config: out: of its kernel, to be free()d; NULL where it is not known */
static int check_arm(const struct dmafp_campaign *campaign,
		     const struct dmafp_campaign_arm *arm, char **config,
		     struct dmafp_err *err)
{
	char *release = dmafp_kernel_image_release(arm->kernel, err);
	int ret;

	if (!release)
		return -EINVAL;
	ret = arm->module ? dmafp_kernel_image_takes(arm->module, release, err)
			  : check_installed_module(release, err);
	if (!ret && campaign->kdump && !arm->module)
		ret = dmafp_capture_check(release, err);
	*config = dmafp_kernel_config_of(arm->kernel, release);
	free(release);
	ret = ret ?: check_boot(campaign, arm, err);
	return dmafp_err_prefix(err, ret, "arm %s: ", arm->name);
}

/* Each for itself, and then beside each other */
static int check_arms(const struct dmafp_campaign *campaign, bool force,
		      struct dmafp_err *err)
{
	char **configs = dmafp_alloc(campaign->nr_arms, sizeof(*configs));
	int ret = 0;

	for (size_t i = 0; !ret && i < campaign->nr_arms; i++)
		ret = check_arm(campaign, &campaign->arms[i], &configs[i], err);
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
		ret = read_arm(&campaign->arms[i], wish->arms[i], err);
		for (size_t j = 0; !ret && j < i; j++)
			if (!strcmp(campaign->arms[i].name, campaign->arms[j].name))
				ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
						    "arm %s is there twice",
						    campaign->arms[i].name);
	}
	return ret;
}

/* --- devices */

static int add_device(struct dmafp_campaign *campaign, const char *pci)
{
	campaign->devices = dmafp_alloc_grow(campaign->devices, campaign->nr_devices,
					     sizeof(*campaign->devices));
	campaign->devices[campaign->nr_devices++] = strdup(pci);
	return 0;
}

static const struct dmafp_pci_device *find(const struct dmafp_device_list *list,
					   const char *pci)
{
	struct dmafp_pci_device wanted;

	if (dmafp_device_parse(pci, &wanted))
		return NULL;
	for (size_t i = 0; i < list->nr; i++)
		if (list->items[i].segment == wanted.segment &&
		    list->items[i].bus == wanted.bus &&
		    list->items[i].devfn == wanted.devfn)
			return &list->items[i];
	return NULL;
}

static int take_named(struct dmafp_campaign *campaign, const struct dmafp_device_list *list,
		      const struct dmafp_campaign_wish *wish, struct dmafp_err *err)
{
	for (size_t i = 0; i < wish->nr_devices; i++) {
		const struct dmafp_pci_device *device = find(list, wish->devices[i]);

		if (!device)
			return dmafp_err_set(
				err, ENODEV, DMAFP_EXIT_DEVICE,
				"there is no PCI device %s: see dmafp list devices",
				wish->devices[i]);
		add_device(campaign, device->pci);
	}
	return 0;
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

static int choose_devices(struct dmafp_campaign *campaign,
			  const struct dmafp_profile *profile,
			  const struct dmafp_campaign_wish *wish, struct dmafp_err *err)
{
	struct dmafp_device_list list;
	int ret = dmafp_device_list_read("/sys", &list, err);

	if (ret)
		return ret;
	ret = take_named(campaign, &list, wish, err);
	for (size_t i = 0; !wish->nr_devices && i < list.nr; i++)
		if (!*list.items[i].why_not &&
		    dmafp_names_has(&profile->devices.classes, list.items[i].label))
			add_device(campaign, list.items[i].pci);
	dmafp_device_list_release(&list);
	if (ret || campaign->nr_devices)
		return ret ?: check_devices(campaign, err);
	return dmafp_err_set(err, ENODEV, DMAFP_EXIT_DEVICE,
			     "no device of the profile's is free: name one (--device), see "
			     "dmafp list devices");
}

/* --- the rest */

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
	ret = choose_devices(&draft->campaign, profile, wish, err);
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

/* What an earlier campaign left would count as this one's. */
static int check_new(const struct dmafp_campaign *campaign, struct dmafp_err *err)
{
	static const char *const names[] = { "campaign.json", "results", "pause" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = dmafp_campaign_path(campaign, "%s", names[i]);
		bool there = dmafp_file_exists(path);

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
			      ?: dmafp_storage_check(&storage, err) ?: check_cpio(err);
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

static int put(const struct dmafp_campaign *campaign, const char *name, const char *text,
	       struct dmafp_err *err)
{
	char *path = dmafp_campaign_path(campaign, "%s", name);
	int ret = text ? dmafp_file_write(path, text, strlen(text), err) : 0;

	free(path);
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
