// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <linux/reboot.h>
#include <unistd.h>

#include "base/file.h"
#include "base/proc.h"
#include "campaign/reboot.h"

static const struct dmafp_reboot *const ways[] = {
	&dmafp_reboot_kexec,
	&dmafp_reboot_grub,
};

const char *const dmafp_reboot_names[] = { "kexec", "grub", NULL };

const struct dmafp_reboot *dmafp_reboot_find(const char *name)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(ways[i]->name, name))
			return ways[i];
	return NULL;
}

/*
 * It queues a job and is done.  What asks this program to end meanwhile waits for that:
 * whether the reboot comes must be known, for the watchdog is armed for it.
 */
static int queue(const char *const *argv, struct dmafp_err *err)
{
	sigset_t all, before;
	int ret;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	ret = dmafp_proc_run(argv, NULL, NULL, NULL, err);
	sigprocmask(SIG_SETMASK, &before, NULL);
	/* its own SIGTERM is the shutdown that was asked for */
	if (ret <= 0 || ret == 128 + SIGTERM)
		return ret < 0 ? ret : 0;
	return dmafp_err_set(err, EIO, DMAFP_EXIT_COMMAND,
			     "systemctl %s failed with status %d", argv[2], ret);
}

int dmafp_reboot_now(int kexec, struct dmafp_err *err)
{
	const char *const argv[] = { "systemctl", "--no-block",
				     kexec ? "kexec" : "reboot", NULL };
	/* whoever ends this program has other plans for the machine */
	int ret = dmafp_proc_check(err, "before the reboot");

	if (ret)
		return ret;
	/* newer ones boot by kexec whatever is loaded */
	setenv("SYSTEMCTL_SKIP_AUTO_KEXEC", "1", 1);
	/* where systemd runs: sd_booted(3) */
	if (dmafp_file_exists("/run/systemd/system"))
		return queue(argv, err);
	sync();
	reboot(kexec ? LINUX_REBOOT_CMD_KEXEC : RB_AUTOBOOT);
	return dmafp_err_errno(err, errno, "cannot reboot");
}
