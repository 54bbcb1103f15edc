// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "base/unpack.h"
#include "run/module.h"

#define NODE "/dev/dmafp"

static int load_failed(const char *path, int code, struct dmafp_err *err)
{
	struct utsname uts = { 0 };

	uname(&uts);
	if (code == EPERM || code == EACCES)
		return dmafp_err_set(err, code, DMAFP_EXIT_PERMISSION,
				     "cannot load %s: run as root (or the kernel is locked "
				     "down and wants the module signed)",
				     path);
	if (code == ENOEXEC || code == EINVAL)
		return dmafp_err_set(err, code, DMAFP_EXIT_MISSING,
				     "cannot load %s: it was not built for the running kernel "
				     "%s; the kernel log (dmesg) says more",
				     path, uts.release);
	return dmafp_err_set(err, code, DMAFP_EXIT_MISSING,
			     "cannot load %s: %s; the kernel log (dmesg) may say more",
			     path, strerror(code));
}

/* devtmpfs makes the node at once; udev may take a moment. */
static int wait_for_node(struct dmafp_err *err)
{
	int tries = 200;

	while (!dmafp_file_exists(NODE) && --tries)
		usleep(10 * 1000);
	if (tries)
		return 0;
	return dmafp_err_set(err, ENOENT, DMAFP_EXIT_MISSING,
			     "the module is loaded but " NODE " did not appear: is devtmpfs "
			     "mounted on /dev?");
}

int dmafp_module_load(const char *path, bool *loaded, struct dmafp_err *err)
{
	int fd, ret = 0;

	*loaded = false;
	if (dmafp_file_exists(NODE))
		return 0;
	fd = dmafp_unpack_open(path, err);
	if (fd < 0)
		return fd;
	if (syscall(SYS_finit_module, fd, "", 0))
		ret = load_failed(path, errno, err);
	close(fd);
	if (ret)
		return ret;
	*loaded = true;
	return wait_for_node(err);
}

int dmafp_module_unload(struct dmafp_err *err)
{
	if (!syscall(SYS_delete_module, "dmafp", O_NONBLOCK))
		return 0;
	return dmafp_err_errno(err, errno, "cannot unload module dmafp");
}
