/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real traffic on one device: its own driver is bound to it, makes the loads of the
 * profile, and the device is left as it was found.
 *
 * A load is measured first, without any probe; then what it calls is counted by
 * the module's tally, and then, where the profile says so, it is sampled by perf.
 */
#ifndef DMAFP_TRAFFIC_TRAFFIC_H
#define DMAFP_TRAFFIC_TRAFFIC_H

#include <signal.h>
#include <stdbool.h>

#include "analysis/load.h"
#include "base/err.h"
#include "run/device.h"
#include "run/profile.h"
#include "run/transport.h"

/**
 * struct dmafp_traffic - what all loads of a run share
 * @transport: of the module: watch, tally and idle time
 * @profile: what is wanted
 * @sysfs: "/sys"; @procfs: "/proc"; tests have others
 * @jobs_dir: folder of fio's job files
 * @work: folder for what the tools write; made and removed by the caller
 * @modules: drivers to load, in any order, where the driver is not there;
 *	NULL: modprobe finds it
 * @nr_modules: how many
 * @lab: the devices are a lab's, nobody's: a disk need not be named
 * @exact: the domain: a nanosecond is an instruction, the CPU is one
 * @disk: block device that the user named, "/dev/nvme0n1"; NULL: none
 * @destroy: it may be written to
 * @use_anyway: a disk that is in use may be read, and one that holds something read
 *	and, with @destroy, written to
 * @peer: PCI address of the port that receives, NULL: the profile says that none does.
 *	It is looked at by dmafp_peer_find(), and left with the driver that it has
 * @keep: takes a file that is to be kept with the result, such as perf.data:
 *	@name is "ARM-MODE-....perf.data" without the arm and mode; NULL: nothing is kept
 * @note: something the user should know that is no failure; may be NULL
 * @progress: what comes next; may be NULL
 * @ctx: handed to the three
 * @stop: when it becomes a signal's number, the load is ended
 */
struct dmafp_traffic {
	struct dmafp_transport *transport;
	const struct dmafp_profile *profile;
	const char *sysfs, *procfs;
	const char *jobs_dir, *work;
	const char *const *modules;
	size_t nr_modules;
	bool lab;
	bool exact;
	const char *disk;
	bool destroy, use_anyway;
	const char *peer;
	int (*keep)(void *ctx, const char *name, const char *path, struct dmafp_err *err);
	void (*note)(void *ctx, const char *text);
	void (*progress)(void *ctx, const char *what);
	void *ctx;
	const volatile sig_atomic_t *stop;
};

/** dmafp_traffic_loads() - how many loads the profile has for a device of that label */
size_t dmafp_traffic_loads(const struct dmafp_profile *profile, const char *label);

/**
 * dmafp_traffic_check_loads() - what can be known of the loads before anything is measured
 * @traffic: its profile is looked at, and whether it may be written to; where there is
 *	a @jobs_dir, also the jobs in there; where there is @work, also the tools
 * @label: class of a device that there are loads for; NULL: of any
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_traffic_check_loads(const struct dmafp_traffic *traffic, const char *label,
			      struct dmafp_err *err);

/**
 * dmafp_traffic_check_destroy() - is it beyond doubt whose disk may be written to?
 * @profile: what is wanted
 * @chosen: devices of the run
 * @named: the user named them, and they were not merely found
 * @disk: that the user named for that
 * @err: filled on failure
 *
 * Disks are named by the kernel anew whenever a driver is bound: what one controller
 * had before the run, another may have in it, and the next one once more.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_traffic_check_destroy(const struct dmafp_profile *profile,
				const struct dmafp_device_list *chosen, bool named,
				const char *disk, struct dmafp_err *err);

/**
 * dmafp_traffic_make() - all loads of one device
 * @traffic: see above
 * @device: no driver is bound to it
 * @result: out
 * @made: out: that is all that was wanted; it may fail after that, where the device
 *	cannot be given back
 * @err: filled on failure; where somebody uses a disk of the device by the end, its
 *	driver stays
 *
 * Return: 0, or a negative errno.
 */
int dmafp_traffic_make(const struct dmafp_traffic *traffic, struct dmafp_pci_device *device,
		       struct dmafp_traffic_result *result, bool *made,
		       struct dmafp_err *err);

#endif /* DMAFP_TRAFFIC_TRAFFIC_H */
