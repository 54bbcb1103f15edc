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
 * @done: steps done so far, for progress
 * @total: steps of all devices
 */
struct dmafp_session {
	struct dmafp_transport *transport;
	struct dmafp_info info;
	const struct dmafp_profile *profile;
	const struct dmafp_plan *plan;
	const struct dmafp_run_options *options;
	unsigned int done, total;
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

#endif /* DMAFP_RUN_SESSION_H */
