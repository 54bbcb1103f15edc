/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Remarks of a walk, each a sentence without its full stop. */
#ifndef DMAFP_PATH_REMARK_H
#define DMAFP_PATH_REMARK_H

#include "analysis/walk.h"

/** dmafp_path_remark() - append one, printf-like */
void dmafp_path_remark(struct dmafp_walk *walk, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** dmafp_path_remark_once() - the same, unless the walk has it already */
void dmafp_path_remark_once(struct dmafp_walk *walk, const char *text);

#endif /* DMAFP_PATH_REMARK_H */
