/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that an exact profile is kept in. */
#ifndef DMAFP_TRACE_FILES_H
#define DMAFP_TRACE_FILES_H

#include "analysis/steps.h"
#include "base/err.h"

/**
 * dmafp_trace_files_write() - trace.json, and per arm its folded stacks and pictures
 * @steps: the profile
 * @dir: existing folder
 * @highlight: name of the function under test, NULL: none
 * @err: filled on failure
 *
 * trace-ARM.folded, trace-ARM.svg, and trace-ARM-diff.svg against the first arm;
 * those of the unmap phase are trace-ARM-unmap.folded and so on.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_trace_files_write(const struct dmafp_profile_steps *steps, const char *dir,
			    const char *highlight, struct dmafp_err *err);

#endif /* DMAFP_TRACE_FILES_H */
