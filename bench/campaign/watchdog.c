// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/proc.h"
#include "campaign/watchdog.h"

#define PINGS 4 /* in the time after which it fires */
#define SYSFS "/sys/class/watchdog/watchdog0/"

static bool load_softdog(const char *node)
{
	static const char *const argv[] = { "modprobe", "softdog", NULL };
	struct dmafp_err err;

	if (dmafp_proc_run(argv, NULL, NULL, NULL, &err))
		return false;
	/* udev may take a moment */
	for (int tries = 100; !dmafp_file_exists(node) && tries; tries--)
		usleep(10 * 1000);
	return true;
}

static void unload_softdog(struct dmafp_watchdog *watchdog)
{
	/* not by modprobe, which would not be run to its end after a signal */
	if (watchdog->softdog)
		syscall(SYS_delete_module, "softdog", O_NONBLOCK);
	watchdog->softdog = false;
}

static long read_attribute(const char *path)
{
	char line[32];

	return dmafp_file_read_line(path, line, sizeof(line)) ? 0 : strtol(line, NULL, 10);
}

/*
 * One that cannot be stopped would go on where a campaign pauses or is over, and reset the
 * machine again and again.
 */
static const char *unstoppable(void)
{
	return read_attribute(SYSFS "nowayout")
		       ? "the watchdog cannot be stopped once it runs (nowayout), so it is left "
			 "alone: what hangs stays so"
		       : NULL;
}

const char *dmafp_watchdog_outlook(const char *node, int seconds)
{
	long max = read_attribute(SYSFS "max_timeout");

	if (!dmafp_file_exists(node))
		return "there is no hardware watchdog here: the kernel's softdog sees less, and "
		       "no kernel that hangs at boot";
	if (unstoppable())
		return unstoppable();
	if (max && max < seconds)
		return "the watchdog cannot wait that long: it guards what measures, but no "
		       "reboot (--boot-limit)";
	return NULL;
}

/* As long as asked for, or as the driver can. */
static int set_timeout(int fd, int seconds)
{
	for (; seconds > 1; seconds /= 2) {
		int got = seconds;

		if (!ioctl(fd, WDIOC_SETTIMEOUT, &got))
			return got;
	}
	return ioctl(fd, WDIOC_GETTIMEOUT, &seconds) ? 0 : seconds;
}

static void ping(int fd)
{
	ioctl(fd, WDIOC_KEEPALIVE, 0);
}

static void __attribute__((noreturn))
keep_quiet(const struct dmafp_watchdog *watchdog, int deadline, pid_t parent)
{
	struct timespec wait = { watchdog->seconds / PINGS,
				 watchdog->seconds % PINGS * (1000000000 / PINGS) };
	double started = dmafp_clock_now();

	signal(SIGINT, SIG_IGN); /* the program's own matter, which may take a while */
	signal(SIGHUP, SIG_IGN);
	signal(SIGTERM, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent && dmafp_clock_now() - started < deadline) {
		ping(watchdog->fd);
		nanosleep(&wait, NULL);
	}
	_exit(0);
}

const char *dmafp_watchdog_start(struct dmafp_watchdog *watchdog, const char *node,
				 int seconds, int deadline)
{
	pid_t parent = getpid();

	*watchdog = (struct dmafp_watchdog) { .fd = -1, .asked = seconds };
	if (!seconds)
		return NULL;
	if (!dmafp_file_exists(node))
		watchdog->softdog = load_softdog(node);
	if (unstoppable())
		return unstoppable();
	watchdog->fd = open(node, O_WRONLY | O_CLOEXEC);
	if (watchdog->fd < 0)
		return errno == EBUSY
			       ? "somebody else has the watchdog open (systemd's "
				 "RuntimeWatchdogSec=?): what hangs is for them to see"
			       : "there is no watchdog: what hangs stays so";
	watchdog->seconds = set_timeout(watchdog->fd, seconds);
	if (!watchdog->seconds) {
		dmafp_watchdog_stop(watchdog);
		return "the watchdog does not say when it fires: it is left alone";
	}
	watchdog->pinger = fork();
	if (!watchdog->pinger)
		keep_quiet(watchdog, deadline, parent);
	if (watchdog->pinger > 0)
		return NULL;
	dmafp_watchdog_stop(watchdog);
	return "no process to ping the watchdog: it is left alone";
}

static void end_pinger(struct dmafp_watchdog *watchdog)
{
	if (watchdog->pinger > 0) {
		kill(watchdog->pinger, SIGKILL);
		waitpid(watchdog->pinger, NULL, 0);
	}
	watchdog->pinger = 0;
}

void dmafp_watchdog_leave(struct dmafp_watchdog *watchdog)
{
	if (watchdog->fd < 0)
		return;
	if (watchdog->seconds < watchdog->asked) {
		dmafp_watchdog_stop(watchdog);
		return;
	}
	end_pinger(watchdog);
	ping(watchdog->fd);
	close(watchdog->fd);
	watchdog->fd = -1;
	watchdog->softdog = false;
}

void dmafp_watchdog_stop(struct dmafp_watchdog *watchdog)
{
	if (watchdog->fd >= 0) {
		end_pinger(watchdog);
		/* the character that tells a close() on purpose from a death */
		(void)!write(watchdog->fd, "V", 1);
		close(watchdog->fd);
		watchdog->fd = -1;
	}
	unload_softdog(watchdog);
}

bool dmafp_watchdog_fired(const struct dmafp_watchdog *watchdog)
{
	int status = 0;

	return watchdog->fd >= 0 && !ioctl(watchdog->fd, WDIOC_GETBOOTSTATUS, &status) &&
	       status > 0 && (status & WDIOF_CARDRESET);
}
