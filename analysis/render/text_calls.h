/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls per op, as a cell of a table. */
#ifndef DMAFP_ANALYSIS_TEXT_CALLS_H
#define DMAFP_ANALYSIS_TEXT_CALLS_H

#include "analysis/compare.h"
#include "analysis/verdict.h"

#define DMAFP_TEXT_CALLS 8 /* at most 5 characters and a star, and the NUL */

/**
 * dmafp_text_calls() - "1", "0.50", or "1>0" where base and the arm differ
 * @row: the row
 * @verdict: what it says
 * @arm: against base
 * @text: filled; it ends with a star if it is not once per op where it must be
 */
void dmafp_text_calls(const struct dmafp_row *row, const struct dmafp_row_verdict *verdict,
		      enum dmafp_arm_id arm, char text[DMAFP_TEXT_CALLS]);

#endif /* DMAFP_ANALYSIS_TEXT_CALLS_H */
