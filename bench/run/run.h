/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One measuring run: a profile, on every chosen device of this machine, in
 * the mode it was booted in.  `dmafp run` and the lab's guest both call this.
 */
#ifndef DMAFP_RUN_RUN_H
#define DMAFP_RUN_RUN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "analysis/result.h"
#include "base/err.h"
#include "run/profile.h"

/**
 * struct dmafp_run_options - what to run, and where the results go
 * @profile: name of a profile, or path of one (it holds a '/' or ends in
 *	".ini"); NULL: "default"
 * @sets: over the profile
 * @devices: PCI addresses ("0000:00:04.0", "00:04.0"); none: all usable
 *	devices of the profile's classes
 * @nr_devices: how many
 * @all_devices: a device of the profile's classes that cannot be used is a
 *	failure: in the lab it would be missing in all arms alike
 * @arm: name of the arm; NULL: the context's, or else "base"
 * @mode: "plain", "kdump" or "keyed"; NULL: as detected
 * @context: path of a JSON object that the lab knows and the machine does not:
 *	created, arm, patches, lab; NULL: none
 * @module: dmafp.ko to load if /dev/dmafp is absent, unloaded at the end;
 *	NULL: it must be loaded already
 * @transport: "ioctl", or "loopback" (a fake, for tests); NULL: "ioctl"
 * @drivers: modules of drivers that traffic may need, loaded where they are and unloaded
 *	at the end; none: modprobe finds them
 * @nr_drivers: how many
 * @jobs_dir: folder of fio's job files; NULL: configs/fio
 * @enter: called once, before fio or perf is first needed: makes them reachable; may be
 *	NULL
 * @lab: a lab's guest: its disks are nobody's, and are taken without being named; the
 *	margin may be the one that [lab] of the profile states
 * @disk: block device that fio may use, "/dev/nvme0n1"; NULL: none was named
 * @destroy: it may be written to
 * @use_anyway: see struct dmafp_traffic
 * @peer: PCI address of the port that receives; NULL: in a lab the next NIC
 * @tune: make the machine quiet for the run, and put everything back at its end
 * @tune_state: folder of the journal of that; NULL: DMAFP_TUNE_STATE
 * @emit: takes one result; @name is a file name, "ARM-MODE-LABEL-PCI.json" with
 *	dots for the colons of the address.
 *	A failure ends the run.
 * @work: folder for what fio and perf write; the caller makes and removes it; NULL:
 *	nothing is sampled, and a profile with traffic fails
 * @keep: takes a file that is to be beside the result; @name is its name there, and
 *	@path where it is now.  NULL: nothing is kept.  A failure ends the run.
 * @progress: may be NULL; @done of @total steps are done, @what comes next
 * @note: may be NULL; something the user should know that is no failure
 * @ctx: handed to the callbacks
 * @stop: may be NULL; when it becomes a signal's number the run ends as soon
 *	as it can, with the devices given back, and DMAFP_EXIT_SIGINT or
 *	_SIGTERM.  Its handler must be set without SA_RESTART.
 */
struct dmafp_run_options {
	const char *profile;
	struct dmafp_sets sets;
	const char *const *devices;
	size_t nr_devices;
	bool all_devices;
	const char *arm;
	const char *mode;
	const char *context;
	const char *module;
	const char *transport;
	const char *const *drivers;
	size_t nr_drivers;
	const char *jobs_dir;
	bool lab;
	const char *disk;
	bool destroy, use_anyway;
	const char *peer;
	bool tune;
	const char *tune_state;
	int (*emit)(void *ctx, const char *name, const struct dmafp_result *result,
		    struct dmafp_err *err);
	const char *work;
	int (*enter)(void *ctx, struct dmafp_err *err);
	int (*keep)(void *ctx, const char *name, const char *path, struct dmafp_err *err);
	void (*progress)(void *ctx, const char *what, unsigned int done,
			 unsigned int total);
	void (*note)(void *ctx, const char *text);
	void *ctx;
	const volatile sig_atomic_t *stop;
};

/**
 * dmafp_run_execute() - measure on every chosen device
 * @options: see above; only @emit is required
 * @err: filled on failure
 *
 * Each result is emitted as soon as its device is done.  A device that fails
 * does not keep the next one from being measured; the first failure is what is
 * returned.  Devices are left as they were found, and so is a machine that was tuned,
 * by this run or by one that was killed.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_run_execute(const struct dmafp_run_options *options, struct dmafp_err *err);

#endif /* DMAFP_RUN_RUN_H */
