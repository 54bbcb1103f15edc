/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules for one row, as in docs/verdicts.md.  Nothing here prints. */
#ifndef DMAFP_ANALYSIS_VERDICT_H
#define DMAFP_ANALYSIS_VERDICT_H

#include <stdbool.h>

#include "analysis/compare.h"
#include "analysis/lines.h"
#include "analysis/stat/drift.h"
#include "analysis/stat/effect.h"

enum dmafp_verdict {
	DMAFP_EQUIVALENT,
	DMAFP_IMPROVED,
	DMAFP_REGRESSED,
	DMAFP_INCONCLUSIVE,
	DMAFP_INVALID,
	DMAFP_NOT_REACHED, /* no difference is claimed, but the path was not run */
	DMAFP_NOT_JUDGED,  /* the null op, the floor of the harness; ops that may sleep */
	DMAFP_NR_VERDICTS
};

/* What a boot is summed up by in the timed domain */
enum dmafp_statistic {
	DMAFP_STATISTIC_MIN,
	DMAFP_STATISTIC_P50, /* the one that is judged */
	DMAFP_STATISTIC_P99,
	DMAFP_NR_STATISTICS
};

/* Who said what counts as no difference */
enum dmafp_margin_origin {
	DMAFP_MARGIN_STATED,  /* the profile, before the run */
	DMAFP_MARGIN_DEFAULT, /* nobody */
	DMAFP_MARGIN_GIVEN,   /* the user, after the run */
};

/**
 * struct dmafp_row_verdict - what one row says
 * @verdicts: by arm, against base; that of base is DMAFP_NOT_JUDGED
 * @complete: every arm has the cell, in every boot
 * @timed: a side is in the timed domain
 * @boots_agree: in every arm
 * @reached: iommu_deferred_attach() was called at least once per op in every
 *	boot of base and of patched
 * @once: it was called exactly once per op there
 * @decisive: can speak for or against the controls: complete, not null, of an op
 *	that does not sleep, and in the exact domain the boots agree
 * @notes: what is negative or surprising about the row
 *
 * Only where @timed, in ticks per op:
 * @margin: what counts as no difference
 * @margin_ppm: it is so many millionths of base's p50; 0: it is in ticks
 * @margin_origin: who said so
 * @effects: by arm and statistic, against base; of base the A/A floor, every
 *	second of its boots against the others
 * @p: by arm, of its claim to be above or below base by more than the margin,
 *	two-sided; of patched and placebo adjusted over all rows by Holm's method;
 *	of always-lock to be above it, one-sided
 * @barred: by arm, it is not judged whatever its numbers say; a note says why
 * @boots: by arm, of each arm would settle the row; 0: it is settled or barred, or
 *	more than DMAFP_EFFECT_MAX_BOOTS would not
 * @outside: by statistic that is not judged, the 95 % interval of patched is above
 *	(1) or below (-1) the margin, and the verdict does not say so; else 0
 * @drift: over the boots of all arms
 * @interleaved: by arm, its boots and base's were taken in turns
 * @nr_series: time series of all boots, and @drifting_series of them that drift
 */
struct dmafp_row_verdict {
	enum dmafp_verdict verdicts[DMAFP_NR_ARMS];
	bool complete, timed, boots_agree, reached, once, decisive;
	struct dmafp_lines notes;
	double margin;
	uint32_t margin_ppm;
	enum dmafp_margin_origin margin_origin;
	struct dmafp_effect effects[DMAFP_NR_ARMS][DMAFP_NR_STATISTICS];
	double p[DMAFP_NR_ARMS];
	bool barred[DMAFP_NR_ARMS];
	size_t boots[DMAFP_NR_ARMS];
	int outside[DMAFP_NR_STATISTICS];
	struct dmafp_drift drift;
	bool interleaved[DMAFP_NR_ARMS];
	size_t nr_series, drifting_series;
};

/** dmafp_verdict_name() - in full words */
const char *dmafp_verdict_name(enum dmafp_verdict verdict);

/** dmafp_verdict_is_good() - does it speak for the arm: as a control must come out, or no cost? */
bool dmafp_verdict_is_good(enum dmafp_arm_id arm, enum dmafp_verdict verdict);

/** dmafp_verdict_short() - five letters at most */
const char *dmafp_verdict_short(enum dmafp_verdict verdict);

/**
 * struct dmafp_basis - what a row is judged by, besides minimum, median and p99
 * @total: by the total
 * @shape: by the whole histogram
 *
 * Where time was the bound, base and the arm may have made other numbers of
 * samples, of which these two cannot be compared; with a flush queue, in which
 * samples a timer shows is chance, see dmafp_row_has_queue().
 */
struct dmafp_basis {
	bool total, shape;
};

/** dmafp_row_basis() - what the row of that arm is judged by */
struct dmafp_basis dmafp_row_basis(const struct dmafp_row *row, enum dmafp_arm_id arm);

/**
 * dmafp_verdict_exact() - one arm against base in the exact domain
 * @side: the arm; base is there
 * @basis: what counts
 *
 * One instruction more in any of minimum, median, p99 and total, as far as they
 * count: REGRESSED, whatever the others say.  Otherwise less in any: IMPROVED.
 * Otherwise EQUIVALENT if the histograms are identical or do not count,
 * INCONCLUSIVE if not.
 */
enum dmafp_verdict dmafp_verdict_exact(const struct dmafp_side *side,
				       const struct dmafp_basis *basis);

/**
 * dmafp_row_judge() - fill @verdict, which is zeroed, for @row
 *
 * In the timed domain rows are judged together, by dmafp_timed_judge(): until
 * then one that can be is INCONCLUSIVE.
 */
void dmafp_row_judge(const struct dmafp_row *row, struct dmafp_row_verdict *verdict);

#endif /* DMAFP_ANALYSIS_VERDICT_H */
