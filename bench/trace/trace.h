/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exact profile of one op: boots the arms, steps the op in each, writes it down. */
#ifndef DMAFP_TRACE_TRACE_H
#define DMAFP_TRACE_TRACE_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/steps.h"
#include "lab/lab.h"

/**
 * struct dmafp_trace_options - what is stepped, and where
 * @op: as in `dmafp list ops`
 * @size: as in a profile
 * @direction: as in a profile
 * @device: "nvme" or "nic"
 * @map: step the map
 * @unmap: step the unmap
 * @highlight: name of the function under test, for the pictures
 * @lab: what is built and booted; its profile, its watch and NULL @lab.modes are set
 *	here, one mode and one boot of each arm
 */
struct dmafp_trace_options {
	const char *op, *size, *direction, *device;
	bool map, unmap;
	const char *highlight;
	struct dmafp_lab_options lab;
};

/**
 * struct dmafp_trace_outcome - what came of it
 * @steps: release them with dmafp_steps_free()
 * @dir: absolute folder of the files, malloc()ed
 * @equal: every total is the measured count
 * @stepped: steps made
 * @seconds: that stepping took
 * @total_s: wall seconds of all
 */
struct dmafp_trace_outcome {
	struct dmafp_profile_steps steps;
	char *dir;
	bool equal;
	uint64_t stepped;
	double seconds, total_s;
};

/** dmafp_trace_op_names - ops that there are, NULL-terminated, for option tables */
extern const char *const dmafp_trace_op_names[];

/**
 * dmafp_trace_execute() - do it
 * @options: see above
 * @outcome: filled on success
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_trace_execute(const struct dmafp_trace_options *options,
			struct dmafp_trace_outcome *outcome, struct dmafp_err *err);

#endif /* DMAFP_TRACE_TRACE_H */
