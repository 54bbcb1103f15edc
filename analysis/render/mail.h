/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of the mail report that the text report does not have. */
#ifndef DMAFP_ANALYSIS_MAIL_H
#define DMAFP_ANALYSIS_MAIL_H

#include <stdio.h>

#include "analysis/compare.h"
#include "analysis/judge.h"
#include "analysis/lines.h"
#include "analysis/render/render.h"
#include "analysis/render/table.h"

#define DMAFP_MAIL_COVER 15 /* lines of the cover variant, at most */

/** dmafp_mail_tables() - what columns mean, and before and after, row by row */
void dmafp_mail_tables(const struct dmafp_comparison *comparison,
		       const struct dmafp_judgement *judgement, FILE *out);

/** dmafp_mail_traffic() - the same of real traffic, where there is some */
void dmafp_mail_traffic(const struct dmafp_comparison *comparison,
			const struct dmafp_judgement *judgement, FILE *out);

/** dmafp_mail_loads() - @nr rows of real traffic at most, those that say most, for the cover */
void dmafp_mail_loads(const struct dmafp_comparison *comparison,
		      const struct dmafp_judgement *judgement, size_t nr, FILE *out);

/** dmafp_mail_rank() - the higher, the sooner a row of that verdict gets onto the cover */
int dmafp_mail_rank(enum dmafp_verdict verdict);

/** dmafp_mail_timed() - is a row of the timed domain? */
bool dmafp_mail_timed(const struct dmafp_judgement *judgement);

/** dmafp_mail_floor() - what the null op takes, and where; free() it, empty: not measured */
char *dmafp_mail_floor(const struct dmafp_comparison *comparison,
		       const struct dmafp_judgement *judgement);

/**
 * dmafp_mail_firsts() - patched minus base in first maps, where exact
 *
 * Return: text to free(), empty: the same.
 */
char *dmafp_mail_firsts(const struct dmafp_comparison *comparison);

/** dmafp_mail_proof() - does the evidence beside the results say the same? A sentence each */
void dmafp_mail_proof(const struct dmafp_comparison *comparison, struct dmafp_lines *lines);

/** dmafp_mail_commands() - what measures this again, and judges it */
void dmafp_mail_commands(const struct dmafp_comparison *comparison,
			 struct dmafp_lines *lines);

/** dmafp_mail_result() - one of patched, or else any; NULL: there is none */
const struct dmafp_result *dmafp_mail_result(const struct dmafp_comparison *comparison);

/** dmafp_mail_row() - cells of a row: names, base, patched, difference and percent of p50 */
void dmafp_mail_row(struct dmafp_table *table, const struct dmafp_row *row,
		    const struct dmafp_row_verdict *verdict);

/** dmafp_mail_cover() - the whole of it in DMAFP_MAIL_COVER lines */
void dmafp_mail_cover(const struct dmafp_view *view, FILE *out);

#endif /* DMAFP_ANALYSIS_MAIL_H */
