/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notes on real traffic: they change no verdict. */
#ifndef DMAFP_ANALYSIS_TRAFFIC_NOTES_H
#define DMAFP_ANALYSIS_TRAFFIC_NOTES_H

#include "analysis/compare.h"
#include "analysis/lines.h"
#include "analysis/traffic_verdict.h"

/** dmafp_traffic_note() - what is negative or surprising about a row, to its notes */
void dmafp_traffic_note(const struct dmafp_traffic_row *row,
			struct dmafp_traffic_verdict *verdict);

/**
 * dmafp_traffic_notes_add() - what a reader must know and the rows do not say
 * @comparison: all rows
 * @rows: what each row of traffic says
 * @notes: one sentence per finding
 */
void dmafp_traffic_notes_add(const struct dmafp_comparison *comparison,
			     const struct dmafp_traffic_verdict *rows,
			     struct dmafp_lines *notes);

#endif /* DMAFP_ANALYSIS_TRAFFIC_NOTES_H */
