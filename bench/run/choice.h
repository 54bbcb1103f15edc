/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices that a run measures, and the port that receives. */
#ifndef DMAFP_RUN_CHOICE_H
#define DMAFP_RUN_CHOICE_H

#include "base/err.h"
#include "run/device.h"
#include "run/profile.h"
#include "run/run.h"
#include "run/transport.h"

/**
 * struct dmafp_choice - what was chosen, and from what
 * @options: of the run
 * @profile: of the run
 * @transport: open: it lists the devices
 * @found: those of the machine
 * @chosen: those that are measured, none twice; at least one
 * @peer: address of the port that receives, which is not among them; NULL: none
 */
struct dmafp_choice {
	const struct dmafp_run_options *options;
	const struct dmafp_profile *profile;
	struct dmafp_transport *transport;
	struct dmafp_device_list found, chosen;
	char *peer;
};

/**
 * dmafp_choice_make() - choose them
 * @choice: @options, @profile and @transport are given, the rest is filled; end with
 *	dmafp_choice_release(), also after a failure
 * @err: filled on failure: a device that cannot be used or does not exist; or none that
 *	is left, or that receives; or it is in doubt which disk may be written to
 *
 * Return: 0, or a negative errno.
 */
int dmafp_choice_make(struct dmafp_choice *choice, struct dmafp_err *err);

/** dmafp_choice_release() - free what the choice holds */
void dmafp_choice_release(struct dmafp_choice *choice);

#endif /* DMAFP_RUN_CHOICE_H */
