/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The overall verdict and its reasons.  Nothing here prints. */
#ifndef DMAFP_ANALYSIS_JUDGE_H
#define DMAFP_ANALYSIS_JUDGE_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/compare.h"
#include "analysis/lines.h"
#include "analysis/stop.h"
#include "analysis/traffic_verdict.h"
#include "analysis/verdict.h"

/**
 * struct dmafp_range - an arm minus base, over the rows that speak about the arm
 * @nr: of placebo all rows that can be judged, of the others those of them on
 *	which the path ran
 * @nr_good: of @nr: the control came out as it must, patched as not worse
 * @low: least difference per op of min, p50 and p99, as far as they are exact
 * @high: greatest one
 * @worst: row of @high
 */
struct dmafp_range {
	size_t nr, nr_good;
	double low, high;
	size_t worst;
};

/**
 * struct dmafp_rules - what the user decides about judging
 * @margin_ppm: timed domain: margin in millionths of the op's cost, given now;
 *	0: the one that the profile stated
 * @margin_check: the same for `check`, in ticks
 * @force: judge also what cannot be compared, and mark every page
 */
struct dmafp_rules {
	uint32_t margin_ppm, margin_check;
	bool force;
};

/**
 * struct dmafp_judgement - what a comparison says
 * @overall: EQUIVALENT, IMPROVED, REGRESSED, INCONCLUSIVE or INVALID
 * @rules: by which it was judged
 * @stop: where the campaign stands that they are of, if it may stop early
 * @differences: why the arms cannot be compared, one sentence each; if there is
 *	one, the overall verdict is INVALID, unless @rules force another
 * @reasons: for the overall verdict, one sentence each, never empty
 * @notes: of the whole comparison; those of a row are with the row
 * @rows: one per row of the comparison
 * @nr_rows: the same
 * @ranges: by arm; that of base is empty
 * @traffic_rows: one per row of traffic of the comparison
 * @nr_traffic_rows: the same
 * @traffic_ranges: by arm, ns per op: of placebo all rows of traffic that can be judged,
 *	of the others those of them that see a lock
 */
struct dmafp_judgement {
	enum dmafp_verdict overall;
	struct dmafp_rules rules;
	struct dmafp_stop stop;
	struct dmafp_lines differences, reasons, notes;
	struct dmafp_row_verdict *rows;
	size_t nr_rows;
	struct dmafp_range ranges[DMAFP_NR_ARMS];
	struct dmafp_traffic_verdict *traffic_rows;
	size_t nr_traffic_rows;
	struct dmafp_range traffic_ranges[DMAFP_NR_ARMS];
};

/** dmafp_judgement_new() - judge all rows, then the whole */
struct dmafp_judgement *dmafp_judgement_new(const struct dmafp_comparison *comparison,
					    const struct dmafp_rules *rules);

/** dmafp_judgement_free() - NULL is fine */
void dmafp_judgement_free(struct dmafp_judgement *judgement);

/**
 * dmafp_judgement_refused() - cannot the arms be compared?
 *
 * Then nothing was judged: a report holds the verdict, which is INVALID, the
 * differences, and how to force another, and nothing else.
 */
bool dmafp_judgement_refused(const struct dmafp_judgement *judgement);

/**
 * dmafp_judgement_forced() - was it judged although the arms cannot be compared?
 *
 * Then every page of a report says so.
 */
bool dmafp_judgement_forced(const struct dmafp_judgement *judgement);

/**
 * dmafp_judgement_outside() - what is slower in the timed domain and not judged
 *
 * Return: a sentence to free(), NULL: nothing is.
 */
char *dmafp_judgement_outside(const struct dmafp_judgement *judgement);

/** dmafp_judgement_exit() - exit code of the overall verdict */
enum dmafp_exit dmafp_judgement_exit(const struct dmafp_judgement *judgement);

#endif /* DMAFP_ANALYSIS_JUDGE_H */
