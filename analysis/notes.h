/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notes on the whole comparison: they change no verdict. */
#ifndef DMAFP_ANALYSIS_NOTES_H
#define DMAFP_ANALYSIS_NOTES_H

#include "analysis/compare.h"
#include "analysis/judge.h"
#include "analysis/lines.h"
#include "analysis/verdict.h"

/**
 * dmafp_notes_add() - what a reader must know and the rows do not say
 * @comparison: all sections
 * @rows: what each row says
 * @rules: what was asked for
 * @notes: one sentence per finding, however many places it is about
 */
void dmafp_notes_add(const struct dmafp_comparison *comparison,
		     const struct dmafp_row_verdict *rows, const struct dmafp_rules *rules,
		     struct dmafp_lines *notes);

#endif /* DMAFP_ANALYSIS_NOTES_H */
