/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the columns and words of the tables mean. */
#ifndef DMAFP_ANALYSIS_TEXT_LEGEND_H
#define DMAFP_ANALYSIS_TEXT_LEGEND_H

#include <stdio.h>

#include "analysis/compare.h"
#include "analysis/judge.h"

/** dmafp_text_legend() - a paragraph; of the words only those that occur */
void dmafp_text_legend(const struct dmafp_comparison *comparison,
		       const struct dmafp_judgement *judgement, FILE *out);

/**
 * dmafp_text_words() - the verdicts that occur, and what they mean
 * @judgement: of these rows
 * @timed: those of the timed domain, else of the exact one
 *
 * Return: free() it.
 */
char *dmafp_text_words(const struct dmafp_judgement *judgement, bool timed);

/** dmafp_text_mark() - "!" behind a verdict that min or p99 does not go with, else "" */
const char *dmafp_text_mark(const struct dmafp_row_verdict *verdict);

#endif /* DMAFP_ANALYSIS_TEXT_LEGEND_H */
