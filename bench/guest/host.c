// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "guest/host.h"

#define ROOT "/host"

/* In this order; what is bound is of the guest. */
static const struct {
	const char *from, *to, *type;
	unsigned long flags;
	const char *options;
} mounts[] = {
	{ "host", ROOT, "9p", MS_RDONLY,
	  "trans=virtio,version=9p2000.L,cache=loose,msize=262144" },
	{ "/", ROOT DMAFP_HOST_HERE, NULL, MS_BIND, NULL },
	{ "/dev", ROOT "/dev", NULL, MS_BIND, NULL },
	{ "proc", ROOT "/proc", "proc", 0, NULL },
	{ "sysfs", ROOT "/sys", "sysfs", 0, NULL },
	{ "tmpfs", ROOT "/run", "tmpfs", 0, NULL },
	{ "tmpfs", ROOT "/dev/shm", "tmpfs", 0, NULL },
};

static int mount_failed(size_t i, struct dmafp_err *err)
{
	if (errno == ENODEV)
		return dmafp_err_set(err, ENODEV, DMAFP_EXIT_CONFIG,
				     "the guest's kernel has no %s: the host's fio and perf need "
				     "what configs/kernel/default.config asks for from CONFIG_NET on",
				     mounts[i].type);
	return dmafp_err_errno(err, errno, "cannot mount %s", mounts[i].to);
}

static void set_environment(void)
{
	static const char *const values[][2] = {
		{ "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
		{ "HOME", DMAFP_HOST_WORK },
		{ "TMPDIR", DMAFP_HOST_WORK },
		{ "LC_ALL", "C" },
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		setenv(values[i][0], values[i][1], 1);
}

int dmafp_host_enter(struct dmafp_err *err)
{
	mkdir("/dev/shm", 01777);
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++)
		if (mount(mounts[i].from, mounts[i].to, mounts[i].type, mounts[i].flags,
			  mounts[i].options))
			return mount_failed(i, err);
	if (chroot(ROOT) || chdir("/"))
		return dmafp_err_errno(err, errno, "cannot make the host's root ours");
	set_environment();
	return dmafp_file_mkdirs(DMAFP_HOST_WORK, err);
}
