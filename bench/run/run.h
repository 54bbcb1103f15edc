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

/**
 * struct dmafp_run_options - what to run, and where the results go
 * @profile: name of a profile, or path of one (it holds a '/' or ends in
 *	".ini"); NULL: "default"
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
 * @emit: takes one result; @name is a file name, "ARM-MODE-LABEL-PCI.json" with
 *	dots for the colons of the address.
 *	A failure ends the run.
 * @progress: may be NULL; @done of @total steps are done, @what comes next
 * @note: may be NULL; something the user should know that is no failure
 * @ctx: handed to the callbacks
 * @stop: may be NULL; when it becomes a signal's number the run ends as soon
 *	as it can, with the devices given back, and DMAFP_EXIT_SIGINT or
 *	_SIGTERM.  Its handler must be set without SA_RESTART.
 */
struct dmafp_run_options {
	const char *profile;
	const char *const *devices;
	size_t nr_devices;
	bool all_devices;
	const char *arm;
	const char *mode;
	const char *context;
	const char *module;
	const char *transport;
	int (*emit)(void *ctx, const char *name, const struct dmafp_result *result,
		    struct dmafp_err *err);
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
 * returned.  Devices are left as they were found.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_run_execute(const struct dmafp_run_options *options, struct dmafp_err *err);

#endif /* DMAFP_RUN_RUN_H */
