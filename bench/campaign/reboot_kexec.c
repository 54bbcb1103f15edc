// SPDX-License-Identifier: GPL-2.0-or-later
/* By kexec: nothing on the disk is changed, and firmware is not waited for. */
#include <errno.h>

#include "base/file.h"
#include "base/kexec.h"
#include "campaign/reboot.h"

#define LOADED "/sys/kernel/kexec_loaded"

/* In the place where somebody else may have put one: that stays. */
static int check_free(struct dmafp_err *err)
{
	char line[8];

	if (dmafp_file_read_line(LOADED, line, sizeof(line)) || *line != '1')
		return 0;
	return dmafp_err_set(err, EBUSY, DMAFP_EXIT_USAGE,
			     "a kernel is loaded for kexec already (" LOADED
			     "): boot it, or take "
			     "it out (kexec -u)");
}

static int check(const struct dmafp_campaign_arm *arm, const char *cmdline,
		 struct dmafp_err *err)
{
	int ret =
		check_free(err)
			?: dmafp_kexec_load(arm->kernel, arm->initrd, cmdline, false, err);

	if (!ret)
		dmafp_kexec_unload(false);
	return ret;
}

static int go(const struct dmafp_campaign_arm *arm, const char *cmdline,
	      struct dmafp_err *err)
{
	return dmafp_kexec_load(arm->kernel, arm->initrd, cmdline, false, err)
		       ?: dmafp_reboot_now(1, err);
}

static int restore(struct dmafp_err *err)
{
	(void)err;
	dmafp_kexec_unload(false);
	return 0;
}

const struct dmafp_reboot dmafp_reboot_kexec = {
	.name = "kexec",
	.check = check,
	.go = go,
	.restore = restore,
};
