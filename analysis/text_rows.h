/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of the text report. */
#ifndef DMAFP_ANALYSIS_TEXT_ROWS_H
#define DMAFP_ANALYSIS_TEXT_ROWS_H

#include <stdio.h>

#include "analysis/compare.h"
#include "analysis/judge.h"

/** dmafp_text_sections() - per mode and device: patched, controls, floor */
void dmafp_text_sections(const struct dmafp_comparison *comparison,
			 const struct dmafp_judgement *judgement, FILE *out);

/** dmafp_text_first_maps() - the first map of every section and arm */
void dmafp_text_first_maps(const struct dmafp_comparison *comparison, FILE *out);

#endif /* DMAFP_ANALYSIS_TEXT_ROWS_H */
