// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/kexec.h"
#include "base/proc.h"

#define BUSY_TRIES 300 /* half a minute */

static int load_failed(const char *kernel, int code, bool on_crash, struct dmafp_err *err)
{
	if (code == EPERM || code == EKEYREJECTED || code == ENOKEY || code == ENODATA)
		return dmafp_err_set(err, code, DMAFP_EXIT_PERMISSION,
				     "cannot load the kernel %s: %s: be root; the sysctl "
				     "kernel.kexec_load_disabled must be 0; where the machine "
				     "booted with Secure Boot the kernel must be signed",
				     kernel, strerror(code));
	if (code == ENOSYS)
		return dmafp_err_set(err, code, DMAFP_EXIT_MISSING,
				     "cannot load the kernel %s: the running one has no "
				     "CONFIG_KEXEC_FILE",
				     kernel);
	if (code == ENOEXEC)
		return dmafp_err_set(err, code, DMAFP_EXIT_DATA,
				     "cannot load the kernel %s: that is no kernel which kexec "
				     "takes (a bzImage of this architecture)",
				     kernel);
	return dmafp_err_errno(err, code, "cannot load the %skernel %s%s",
			       on_crash ? "capture " : "", kernel,
			       on_crash ? " (is crashkernel= large enough?)" : "");
}

/* Somebody else may be loading one: kdump-tools does so at each boot. */
static int load(int kernel_fd, int initrd_fd, const char *cmdline, unsigned long flags)
{
	int ret;

	for (int tries = BUSY_TRIES;; tries--) {
		ret = syscall(SYS_kexec_file_load, kernel_fd, initrd_fd,
			      strlen(cmdline) + 1, cmdline, flags);
		if (!ret || errno != EBUSY || !tries || dmafp_proc_interrupted())
			return ret;
		poll(NULL, 0, 100);
	}
}

int dmafp_kexec_load(const char *kernel, const char *initrd, const char *cmdline,
		     bool on_crash, struct dmafp_err *err)
{
	unsigned long flags = (on_crash ? KEXEC_FILE_ON_CRASH : 0) |
			      (initrd ? 0 : KEXEC_FILE_NO_INITRAMFS);
	int kernel_fd = open(kernel, O_RDONLY | O_CLOEXEC), initrd_fd = -1, ret = 0;

	if (kernel_fd < 0)
		return dmafp_err_errno(err, errno, "cannot open the kernel %s", kernel);
	if (initrd)
		initrd_fd = open(initrd, O_RDONLY | O_CLOEXEC);
	if (initrd && initrd_fd < 0)
		ret = dmafp_err_errno(err, errno, "cannot open the initramfs %s", initrd);
	else if (load(kernel_fd, initrd_fd, cmdline, flags))
		ret = load_failed(kernel, errno, on_crash, err);
	close(kernel_fd);
	if (initrd_fd >= 0)
		close(initrd_fd);
	return ret;
}

void dmafp_kexec_unload(bool on_crash)
{
	syscall(SYS_kexec_file_load, -1, -1, 0UL, NULL,
		(unsigned long)KEXEC_FILE_UNLOAD | (on_crash ? KEXEC_FILE_ON_CRASH : 0));
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

int dmafp_kexec_crash(struct dmafp_err *err)
{
	int ret = go_to_boot_cpu();

	if (ret)
		return dmafp_err_errno(err, -ret, "cannot crash on CPU 0");
	ret = dmafp_file_put("/proc/sysrq-trigger", "c");
	if (!ret)
		ret = -EIO;
	return dmafp_err_errno(err, -ret, "the kernel did not crash on sysrq-c");
}
