/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of the timed domain: one number per boot, effects, verdicts. */
#ifndef DMAFP_ANALYSIS_TIMED_H
#define DMAFP_ANALYSIS_TIMED_H

#include "analysis/compare.h"
#include "analysis/verdict.h"

/* Where no profile stated a margin: 1 % of the op, one tick of `check` */
#define DMAFP_MARGIN_PPM   10000
#define DMAFP_MARGIN_CHECK 1

#define DMAFP_CHECK_OP "check" /* calls iommu_deferred_attach() itself */

/**
 * dmafp_timed_replicates() - a statistic of each boot that has the cell
 * @row: its side @arm
 * @statistic: minimum, or the median or p99 by dmafp_hist_point()
 *
 * In ticks per op, in the order of the boots.
 *
 * Return: to be released by dmafp_timed_release().
 */
struct dmafp_replicates dmafp_timed_replicates(const struct dmafp_row *row,
					       enum dmafp_arm_id arm,
					       enum dmafp_statistic statistic);

/** dmafp_timed_release() - free what dmafp_timed_replicates() gave */
void dmafp_timed_release(struct dmafp_replicates *replicates);

/** dmafp_timed_when() - seconds; of a time that cannot be read the place in the order of boots */
double dmafp_timed_when(const struct dmafp_result *result, size_t place);

/** dmafp_statistic_name() - "min", "p50", "p99" */
const char *dmafp_statistic_name(enum dmafp_statistic statistic);

/**
 * dmafp_timed_measure() - margin, effects and drift of one row
 * @row: of the timed domain
 * @margin_ppm, @margin_check: given after the run, 0: as the profile stated
 * @look: one of several looks at the boots; NULL: the only one
 * @verdict: its effects and facts are filled
 */
void dmafp_timed_measure(const struct dmafp_row *row, uint32_t margin_ppm,
			 uint32_t margin_check, const struct dmafp_sequential *look,
			 struct dmafp_row_verdict *verdict);

/** dmafp_timed_margin() - the first of three that is not 0, and whose it is */
uint32_t dmafp_timed_margin(uint32_t given, uint32_t stated, uint32_t fallback,
			    enum dmafp_margin_origin *origin);

/** dmafp_timed_claim() - two-sided p of a claim to be beyond the margin, not adjusted */
double dmafp_timed_claim(const struct dmafp_effect *effect);

/**
 * struct dmafp_claims - of rows that are judged elsewhere, in the same families
 * @patched, @placebo: dmafp_timed_claim() of @nr rows each; adjusted
 * @nr: how many
 * @nr_patched, @nr_placebo: filled: claims of the family
 */
struct dmafp_claims {
	double *patched, *placebo;
	size_t nr, nr_patched, nr_placebo;
};

/**
 * dmafp_timed_judge() - verdicts of all rows of the timed domain, as one family
 * @comparison: all rows
 * @rows: measured; verdicts, p values, boots and notes are filled
 * @others: claims that belong to the family
 */
void dmafp_timed_judge(const struct dmafp_comparison *comparison,
		       struct dmafp_row_verdict *rows, struct dmafp_claims *others);

/** dmafp_timed_obstacle() - why an arm cannot be judged by its boots; NULL: it can */
const char *dmafp_timed_obstacle(const struct dmafp_effect *effect, bool interleaved);

/**
 * dmafp_timed_note() - a note where an arm is beyond the margin by itself
 *
 * But not among so many rows of its @family, or from so few boots.
 */
void dmafp_timed_note(const struct dmafp_effect *effect, enum dmafp_arm_id arm,
		      enum dmafp_verdict verdict, size_t family, struct dmafp_lines *notes);

/**
 * dmafp_timed_verdict() - the rule for one row of patched or placebo
 * @effect: known, of p50
 * @p: of its claim, after Holm's adjustment
 *
 * REGRESSED or IMPROVED: the 95 % interval is beyond the margin and @p at most
 * 0.05.  EQUIVALENT: the 90 % interval is inside.  Else INCONCLUSIVE.
 */
enum dmafp_verdict dmafp_timed_verdict(const struct dmafp_effect *effect, double p);

/**
 * dmafp_timed_control() - the rule for one row of always-lock
 *
 * REGRESSED: one-sided, the 90 % interval is above the margin.  It must be so on
 * every row, so that no row can be the lucky one and nothing is adjusted.
 */
enum dmafp_verdict dmafp_timed_control(const struct dmafp_effect *effect);

/** dmafp_timed_null_differs() - does an arm's null op, after judging, differ from base's? */
bool dmafp_timed_null_differs(const struct dmafp_row_verdict *verdict);

/** dmafp_timed_stands() - did the row's own controls come out as they must? */
bool dmafp_timed_stands(const struct dmafp_row_verdict *verdict);

#endif /* DMAFP_ANALYSIS_TIMED_H */
