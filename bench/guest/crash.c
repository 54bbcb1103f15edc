// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "guest/crash.h"

int dmafp_crash_load(const char *kernel, const char *initrd, const char *cmdline,
		     struct dmafp_err *err)
{
	int kernel_fd = open(kernel, O_RDONLY | O_CLOEXEC);
	int initrd_fd = open(initrd, O_RDONLY | O_CLOEXEC);
	long ret = -1;

	if (kernel_fd >= 0 && initrd_fd >= 0)
		ret = syscall(SYS_kexec_file_load, kernel_fd, initrd_fd,
			      strlen(cmdline) + 1, cmdline, KEXEC_FILE_ON_CRASH);
	if (ret)
		ret = dmafp_err_errno(err, errno,
				      "cannot load the capture kernel %s (crashkernel= large enough?)",
				      kernel);
	if (kernel_fd >= 0)
		close(kernel_fd);
	if (initrd_fd >= 0)
		close(initrd_fd);
	return (int)ret;
}

/*
 * The capture kernel begins on the CPU that crashed and finds the others by
 * sending them INIT, which would reset the boot CPU: so that one has to crash.
 */
static int go_to_boot_cpu(void)
{
	cpu_set_t boot_cpu;

	CPU_ZERO(&boot_cpu);
	CPU_SET(0, &boot_cpu);
	return sched_setaffinity(0, sizeof(boot_cpu), &boot_cpu) ? -errno : 0;
}

int dmafp_crash_now(struct dmafp_err *err)
{
	int ret = go_to_boot_cpu();

	if (ret)
		return dmafp_err_errno(err, -ret, "cannot crash on CPU 0");
	ret = dmafp_file_put("/proc/sysrq-trigger", "c");
	if (!ret)
		ret = -EIO;
	return dmafp_err_errno(err, -ret, "the kernel did not crash on sysrq-c");
}
