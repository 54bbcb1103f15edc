// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * By GRUB's one-shot entry: custom.cfg, which grub.cfg sources, gets an entry, and
 * grub-reboot makes the next boot that one. What the machine boots by itself stays.
 *
 * GRUB manual, "grub-reboot"; /etc/grub.d/41_custom
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/proc.h"
#include "campaign/reboot.h"
#include "campaign/storage.h"

#define FOLDER "/boot/grub"
#define CUSTOM FOLDER "/custom.cfg"
#define ENTRY  "dmafp-campaign"
#define BEGIN  "# dmafp: begin (removed when the campaign ends)\n"
#define END    "# dmafp: end\n"

/* The file without our part; "" if it is not there */
static char *foreign_part(struct dmafp_err *err)
{
	char *text, *begin, *end;

	if (!dmafp_file_exists(CUSTOM))
		return strdup("");
	text = dmafp_file_read(CUSTOM, NULL, err);
	begin = text ? strstr(text, BEGIN) : NULL;
	end = begin ? strstr(begin, END) : NULL;
	if (end)
		memmove(begin, end + strlen(END), strlen(end + strlen(END)) + 1);
	return text;
}

static int write_custom(const char *foreign, const char *ours, struct dmafp_err *err)
{
	char *text = dmafp_path("%s%s", foreign, ours);
	int ret = 0;

	if (*text)
		ret = dmafp_file_write(CUSTOM, text, strlen(text), err);
	else if (unlink(CUSTOM) && errno != ENOENT)
		ret = dmafp_err_errno(err, errno, "cannot remove " CUSTOM);
	free(text);
	return ret;
}

/* What GRUB is to find by the filesystem's UUID, or to write to */
static int find(struct dmafp_storage *storage, const char *path, struct dmafp_err *err)
{
	if (!dmafp_storage_find(storage, path, err))
		return 0;
	return dmafp_err_set(err, ENOTSUP, DMAFP_EXIT_DEVICE,
			     "GRUB's one-shot entry needs %s on a plain partition with a UUID, "
			     "not on LVM, RAID, btrfs or the like: use --reboot kexec",
			     path);
}

static char *entry(const struct dmafp_campaign_arm *arm, const char *cmdline,
		   struct dmafp_err *err)
{
	struct dmafp_storage kernel = { 0 }, initrd = { 0 };
	char *text = NULL, *load = NULL;
	int ret = find(&kernel, arm->kernel, err);

	if (!ret && arm->initrd)
		ret = find(&initrd, arm->initrd, err);
	if (!ret && arm->initrd && strcmp(kernel.uuid, initrd.uuid))
		ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				    "%s and %s are on different filesystems, which GRUB's entry "
				    "does not do",
				    arm->kernel, arm->initrd);
	load = arm->initrd ? dmafp_path("\tinitrd %s\n", initrd.path) : strdup("");
	if (!ret)
		text = dmafp_path(BEGIN "menuentry '" ENTRY "' --id " ENTRY " {\n"
					"\tsearch --no-floppy --fs-uuid --set=root %s\n"
					"\tlinux %s %s\n%s}\n" END,
				  kernel.uuid, kernel.path, cmdline, load);
	free(load);
	dmafp_storage_free(&initrd);
	dmafp_storage_free(&kernel);
	return text;
}

/*
 * GRUB takes back the choice as it boots it, by writing to its environment block.
 * Where it cannot write, the machine would come up in the arm for ever.
 */
static int check_writable(struct dmafp_err *err)
{
	struct dmafp_storage storage = { 0 };
	int ret = find(&storage, FOLDER, err);

	dmafp_storage_free(&storage);
	if (!ret && !dmafp_file_exists(FOLDER "/grubenv"))
		ret = dmafp_err_set(
			err, ENOENT, DMAFP_EXIT_MISSING,
			"there is no " FOLDER "/grubenv, in which GRUB keeps a choice "
			"for one boot: run grub-editenv create, or use --reboot kexec");
	return ret;
}

/* The entry is a script of GRUB's own language, which has these for itself. */
static int check_words(const char *text, struct dmafp_err *err)
{
	if (!text[strcspn(text, "$;&|<>{}'\"\\`#")])
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
			     "GRUB's entry cannot have any of $;&|<>{}'\"\\`# in '%s': use "
			     "--reboot kexec",
			     text);
}

static int check(const struct dmafp_campaign_arm *arm, const char *cmdline,
		 struct dmafp_err *err)
{
	char *text;

	if (!dmafp_file_exists(FOLDER "/grub.cfg"))
		return dmafp_err_set(err, ENOENT, DMAFP_EXIT_MISSING,
				     "there is no " FOLDER "/grub.cfg: does GRUB boot this "
				     "machine? If not, use --reboot kexec");
	if (check_writable(err) || check_words(cmdline, err) ||
	    check_words(arm->kernel, err) || (arm->initrd && check_words(arm->initrd, err)))
		return -EINVAL;
	text = entry(arm, cmdline, err);
	free(text);
	return text ? 0 : -EINVAL;
}

static int choose(struct dmafp_err *err)
{
	const char *const argv[] = { "grub-reboot", ENTRY, NULL };
	int ret = dmafp_proc_run(argv, NULL, NULL, NULL, err);

	return ret <= 0 ? ret
			: dmafp_err_set(err, EIO, DMAFP_EXIT_COMMAND,
					"grub-reboot failed with status %d", ret);
}

static int go(const struct dmafp_campaign_arm *arm, const char *cmdline,
	      struct dmafp_err *err)
{
	char *ours = entry(arm, cmdline, err);
	char *foreign = ours ? foreign_part(err) : NULL;
	int ret = foreign ? write_custom(foreign, ours, err) : -EIO;

	free(foreign);
	free(ours);
	return ret ?: choose(err) ?: dmafp_reboot_now(0, err);
}

static int unchoose(struct dmafp_err *err)
{
	static const char *const argv[] = { "grub-editenv", FOLDER "/grubenv", "unset",
					    "next_entry", NULL };
	int ret = dmafp_file_exists(argv[1]) ? dmafp_proc_run(argv, NULL, NULL, NULL, err)
					     : 0;

	return ret <= 0 ? ret
			: dmafp_err_set(
				  err, EIO, DMAFP_EXIT_COMMAND,
				  "grub-editenv %s unset next_entry failed with status %d",
				  argv[1], ret);
}

static int remove_entry(struct dmafp_err *err)
{
	char *foreign = foreign_part(err);
	int ret = foreign ? write_custom(foreign, "", err) : -EIO;

	free(foreign);
	return ret;
}

/*
 * The choice first: of an entry that is not there GRUB makes the first one of its menu,
 * which may be any kernel.
 */
static int restore(struct dmafp_err *err)
{
	struct dmafp_err later;
	int ret = unchoose(err), removed = remove_entry(ret ? &later : err);

	return ret ?: removed;
}

const struct dmafp_reboot dmafp_reboot_grub = {
	.name = "grub",
	.check = check,
	.go = go,
	.restore = restore,
};
