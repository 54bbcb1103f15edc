/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's watchdog: what hangs is reset, into the kernel that it boots by itself.
 *
 * Documentation/watchdog/watchdog-api.rst
 */
#ifndef DMAFP_CAMPAIGN_WATCHDOG_H
#define DMAFP_CAMPAIGN_WATCHDOG_H

#include <stdbool.h>
#include <sys/types.h>

#define DMAFP_WATCHDOG "/dev/watchdog"

/**
 * struct dmafp_watchdog - one that is open
 * @fd: -1: there is none
 * @pinger: process that pings it
 * @seconds: after which it fires, as the driver took it
 * @asked: after which it was to fire
 * @softdog: it is the kernel's, which was loaded for it, and is unloaded when it stops
 */
struct dmafp_watchdog {
	int fd;
	pid_t pinger;
	int seconds, asked;
	bool softdog;
};

/**
 * dmafp_watchdog_start() - open it and keep it quiet
 * @watchdog: filled; end with one of the next two
 * @node: "/dev/watchdog"; where it is missing the kernel's softdog is loaded
 * @seconds: without a ping, after which it is to fire; less where it cannot wait so long.
 *	0: leave it alone
 * @deadline: seconds after which nobody pings any more, whatever happens: the program
 *	itself may hang
 *
 * Where this program dies, nobody pings.
 *
 * Return: NULL, or why there is none, to be told.
 */
const char *dmafp_watchdog_start(struct dmafp_watchdog *watchdog, const char *node,
				 int seconds, int deadline);

/**
 * dmafp_watchdog_outlook() - what it will do for a campaign, without touching it
 * @node: "/dev/watchdog"
 * @seconds: after which it is to fire
 *
 * Return: why there is none, or less of it, to be told; NULL: all is well as far as sysfs
 * knows (CONFIG_WATCHDOG_SYSFS).
 */
const char *dmafp_watchdog_outlook(const char *node, int seconds);

/**
 * dmafp_watchdog_leave() - ping once more and leave it running: over a reboot
 *
 * One that fires before a boot that is well is over is stopped instead.
 */
void dmafp_watchdog_leave(struct dmafp_watchdog *watchdog);

/** dmafp_watchdog_stop() - disarm it */
void dmafp_watchdog_stop(struct dmafp_watchdog *watchdog);

/** dmafp_watchdog_fired() - was the last boot ended by it? As far as the driver knows */
bool dmafp_watchdog_fired(const struct dmafp_watchdog *watchdog);

#endif /* DMAFP_CAMPAIGN_WATCHDOG_H */
