/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What llvm-mca says a path takes, where it is installed. */
#ifndef DMAFP_PATH_ESTIMATE_H
#define DMAFP_PATH_ESTIMATE_H

#include "analysis/walk.h"
#include "base/err.h"

/**
 * dmafp_path_estimate() - ask llvm-mca
 * @walk: of a path that was walked; gets its estimates, or a remark where a CPU
 *	or an instruction is not known to llvm-mca
 * @cpus: names that llvm-mca knows, NULL-terminated; NULL: skylake and znver3,
 *	or neoverse-n1
 *
 * Return: 0, also where it is not installed; a negative errno if the path cannot
 * be handed to it.
 */
int dmafp_path_estimate(struct dmafp_walk *walk, const char *const *cpus,
			struct dmafp_err *err);

/** dmafp_path_estimator() - the program's path, malloc()ed; NULL: not installed */
char *dmafp_path_estimator(void);

#endif /* DMAFP_PATH_ESTIMATE_H */
