// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/proc.h"
#include "campaign/arm.h"
#include "campaign/capture_check.h"
#include "campaign/cmdline.h"
#include "campaign/kernel_config.h"
#include "campaign/kernel_image.h"
#include "campaign/reboot.h"
#include "run/provenance.h"

/* COMMAND_LINE_SIZE of x86 and arm64, without its end; "elfcorehdr=0x..." */
#define COMMAND_LINE_MAX 2047
#define KEXEC_ADDS	 32

/* --- as it was asked for */

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

int dmafp_campaign_arm_parse(struct dmafp_campaign_arm *arm, const char *text,
			     struct dmafp_err *err)
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

/* --- could it be booted? */

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

int dmafp_campaign_arm_check(const struct dmafp_campaign *campaign,
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
		ret = dmafp_capture_check_module(release, err);
	for (size_t i = 0; !ret && campaign->kdump && i < campaign->nr_devices; i++)
		ret = dmafp_capture_check_driver("/sys", release, campaign->devices[i],
						 err);
	*config = dmafp_kernel_config_of(arm->kernel, release);
	free(release);
	ret = ret ?: check_boot(campaign, arm, err);
	return dmafp_err_prefix(err, ret, "arm %s: ", arm->name);
}

/* --- its files, once it is measured */

static bool is_measured(const struct dmafp_campaign *campaign,
			const struct dmafp_campaign_arm *arm)
{
	bool is = false;

	for (size_t i = 0; !is && i < campaign->nr_turns; i++) {
		const struct dmafp_campaign_turn *turn = &campaign->turns[i];
		char *path = dmafp_campaign_path(campaign, "results/%s", turn->name);

		is = &campaign->arms[turn->arm] == arm && dmafp_file_exists(path);
		free(path);
	}
	return is;
}

/* As sha256sum writes it, and can check it; NULL with the error filled */
static char *sum_files(const struct dmafp_campaign_arm *arm, struct dmafp_err *err)
{
	const char *const files[] = { arm->kernel, arm->module };
	char hex[DMAFP_SHA256_HEX], *text = strdup("");

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && files[i]; i++) {
		char *before = text;

		if (dmafp_file_sha256(files[i], hex, err)) {
			free(text);
			return NULL;
		}
		text = dmafp_path("%s%s  %s\n", before, hex, files[i]);
		free(before);
	}
	return text;
}

static char *noted_sums(const char *path)
{
	struct dmafp_err ignored;

	return dmafp_file_read(path, NULL, &ignored);
}

/* Begun in work/, which is removed at the end with whatever a power cut left there */
static int note_sums(const struct dmafp_campaign *campaign, const char *path,
		     const char *sums, struct dmafp_err *err)
{
	char *arms = dmafp_campaign_path(campaign, "arms");
	char *work = dmafp_campaign_path(campaign, "work");
	char *begun = dmafp_path("%s%s", work, strrchr(path, '/'));
	int ret = dmafp_file_mkdirs(arms, err)
			  ?: dmafp_file_mkdirs(work, err)
			  ?: dmafp_file_write(begun, sums, strlen(sums), err);

	if (!ret && rename(begun, path))
		ret = dmafp_err_errno(err, errno, "cannot move %s to %s", begun, path);
	free(begun);
	free(work);
	free(arms);
	return ret ?: dmafp_file_sync_name(path, err);
}

static int has_changed(const char *name, const char *path, struct dmafp_err *err)
{
	return dmafp_err_set(err, ESTALE, DMAFP_EXIT_DATA,
			     "arm %s is no longer the one that was measured (sha256sum -c %s): "
			     "put back what it was, or begin another campaign",
			     name, path);
}

/* Measured and not noted was it by an older dmafp. */
int dmafp_campaign_arm_check_files(const struct dmafp_campaign *campaign,
				   const struct dmafp_campaign_arm *arm,
				   struct dmafp_err *err)
{
	char *path = dmafp_campaign_path(campaign, "arms/%s.sha256", arm->name);
	char *now = sum_files(arm, err), *then = noted_sums(path);
	int ret = now ? 0 : -ENOENT;

	if (now && then && strcmp(now, then) && is_measured(campaign, arm))
		ret = has_changed(arm->name, path, err);
	else if (now && (!then || strcmp(now, then)))
		ret = note_sums(campaign, path, now, err);
	free(then);
	free(now);
	free(path);
	return ret;
}
