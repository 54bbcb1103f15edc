/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run on one device. */
#ifndef DMAFP_RUN_SESSION_H
#define DMAFP_RUN_SESSION_H

#include "analysis/result.h"
#include "base/err.h"
#include "run/device.h"
#include "run/plan.h"
#include "run/run.h"
#include "run/transport.h"

/**
 * struct dmafp_session - what all devices of a run share
 * @transport: open
 * @info: of the module
 * @profile: what is wanted
 * @plan: the same, spelt out
 * @options: for its callbacks and @stop
 * @peer: PCI address of the port that receives, NULL: none does
 * @done: steps done so far, for progress
 * @total: steps of all devices
 * @entered: dmafp_session_enter() was called
 */
struct dmafp_session {
	struct dmafp_transport *transport;
	struct dmafp_info info;
	const struct dmafp_profile *profile;
	const struct dmafp_plan *plan;
	const struct dmafp_run_options *options;
	const char *peer;
	unsigned int done, total;
	bool entered;
};

/** dmafp_session_steps() - steps that one device takes, for @total */
unsigned int dmafp_session_steps(const struct dmafp_plan *plan);

/**
 * dmafp_session_measure() - measure one device by the plan
 * @session: see above
 * @device: usable; bound here, and given back whatever happens
 * @result: out: device, domain, calibration, first map and cells are filled;
 *	the rest is the caller's
 * @err: filled on failure
 *
 * The first map comes before any other.  Calls are counted after measuring,
 * because the probes that count them are not free.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_session_measure(struct dmafp_session *session, struct dmafp_pci_device *device,
			  struct dmafp_result *result, struct dmafp_err *err);

/**
 * dmafp_session_check_traffic() - what can be known of the loads before anything is
 *	measured
 * @session: as before
 * @label: class of devices that there are loads for
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_session_check_traffic(const struct dmafp_session *session, const char *label,
				struct dmafp_err *err);

/**
 * dmafp_session_traffic() - and then the loads of the profile, by the device's driver;
 *	there are some
 * @session: as before
 * @device: given back by dmafp_session_measure(); no driver is bound to it, also afterwards
 * @result: what was measured so far; its traffic is filled
 * @made: out: all loads were made, also where it failed to give the device back then
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_session_traffic(struct dmafp_session *session, struct dmafp_pci_device *device,
			  struct dmafp_result *result, bool *made, struct dmafp_err *err);

/**
 * dmafp_session_keep() - a file that is to be beside the result, as "ARM-MODE-NAME"
 *
 * Return: 0, or a negative errno.
 */
int dmafp_session_keep(const struct dmafp_session *session, const struct dmafp_result *result,
		       const char *name, const char *path, struct dmafp_err *err);

/** dmafp_session_enter() - before fio or perf: see struct dmafp_run_options, @enter */
int dmafp_session_enter(struct dmafp_session *session, struct dmafp_err *err);

/**
 * dmafp_session_name() - "ARM-MODE-LABEL-PCI", what its files begin with; free() it
 *
 * No colons: a file name goes where a PCI address cannot.
 */
char *dmafp_session_name(const struct dmafp_result *result);

#endif /* DMAFP_RUN_SESSION_H */
