/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The notes of the text report: each one once, with the rows it is about. */
#ifndef DMAFP_ANALYSIS_TEXT_NOTES_H
#define DMAFP_ANALYSIS_TEXT_NOTES_H

#include <stdio.h>

#include "analysis/compare.h"
#include "analysis/judge.h"

/** dmafp_text_notes() - print the notes of the whole and of the rows */
void dmafp_text_notes(const struct dmafp_comparison *comparison,
		      const struct dmafp_judgement *judgement, FILE *out);

#endif /* DMAFP_ANALYSIS_TEXT_NOTES_H */
