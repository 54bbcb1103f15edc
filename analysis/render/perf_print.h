/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What perf says, as it says it, at most 72 columns wide. */
#ifndef DMAFP_ANALYSIS_PERF_PRINT_H
#define DMAFP_ANALYSIS_PERF_PRINT_H

#include <stddef.h>
#include <stdio.h>

#include "analysis/functions.h"
#include "analysis/perf_text.h"

/** dmafp_perf_print() - all of a file, with headings */
void dmafp_perf_print(const struct dmafp_perf_texts *texts, FILE *out);

/** dmafp_perf_print_json() - the same as the file has it */
void dmafp_perf_print_json(const struct dmafp_perf_texts *texts, FILE *out);

/** dmafp_perf_print_lines() - the first @max lines of a text, and that there are more */
void dmafp_perf_print_lines(const char *text, size_t max, FILE *out);

/** dmafp_perf_print_annotation() - one arm's, with its heading */
void dmafp_perf_print_annotation(const struct dmafp_perf_annotation *annotation,
				 const char *symbol, FILE *out);

/**
 * dmafp_perf_find() - what perf says of the same load or cell
 * @texts: out, may be NULL: the file that it is in
 *
 * Return: NULL: there is nothing beside the results.
 */
const struct dmafp_perf_item *dmafp_perf_find(const struct dmafp_evidence *evidence,
					      const struct dmafp_functions *functions,
					      const struct dmafp_perf_texts **texts);

#endif /* DMAFP_ANALYSIS_PERF_PRINT_H */
