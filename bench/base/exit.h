/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the exit codes mean, in words: for the manual page and docs/exit-codes.md. */
#ifndef DMAFP_BASE_EXIT_H
#define DMAFP_BASE_EXIT_H

#include "base/err.h"

/**
 * struct dmafp_exit_row - one exit code
 * @code: as returned
 * @name: of the enumerator, without DMAFP_EXIT_
 * @meaning: a phrase; what is typed stands in backquotes
 */
struct dmafp_exit_row {
	enum dmafp_exit code;
	const char *name;
	const char *meaning;
};

/** dmafp_exit_rows - all of enum dmafp_exit, by code; the last one's name is NULL */
extern const struct dmafp_exit_row dmafp_exit_rows[];

#endif /* DMAFP_BASE_EXIT_H */
