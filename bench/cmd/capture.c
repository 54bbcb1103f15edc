// SPDX-License-Identifier: GPL-2.0-or-later
/* PID 1 of the capture kernel that a campaign crashes into. */
#include <errno.h>
#include <stdio.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "campaign/capture.h"
#include "cmd/cmd.h"

static int run(void *options, int argc, char **argv, struct dmafp_err *err)
{
	int ret;

	(void)options;
	(void)argc;
	(void)argv;
	if (getpid() != 1)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "capture is the entry of a capture kernel's PID 1, not a "
				     "command");
	ret = dmafp_capture_run(err);
	if (ret)
		fprintf(stderr, "dmafp: %s\n", err->msg);
	sync();
	reboot(RB_AUTOBOOT);
	return ret;
}

const struct dmafp_command dmafp_cmd_capture = {
	.name = "capture",
	.summary = "PID 1 of a campaign's capture kernel",
	.hidden = true,
	.run = run,
};
