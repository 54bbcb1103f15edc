/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sections that share a table. */
#ifndef DMAFP_ANALYSIS_TEXT_SAME_H
#define DMAFP_ANALYSIS_TEXT_SAME_H

#include "analysis/compare.h"
#include "analysis/judge.h"

/**
 * dmafp_text_same() - do two sections read the same in every number and word?
 *
 * Also in those numbers that the table is made from and does not show, such as
 * the number of samples.
 */
bool dmafp_text_same(const struct dmafp_comparison *comparison,
		     const struct dmafp_judgement *judgement,
		     const struct dmafp_section *a, const struct dmafp_section *b);

/** dmafp_text_shown() - does an earlier section read the same as @section? */
bool dmafp_text_shown(const struct dmafp_comparison *comparison,
		      const struct dmafp_judgement *judgement,
		      const struct dmafp_section *section);

/**
 * dmafp_text_places() - all sections that read the same as @section, in words
 * @nr: how many
 *
 * Return: text to free().
 */
char *dmafp_text_places(const struct dmafp_comparison *comparison,
			const struct dmafp_judgement *judgement,
			const struct dmafp_section *section, size_t *nr);

#endif /* DMAFP_ANALYSIS_TEXT_SAME_H */
