/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules for one row of real traffic, as in docs/verdicts.md.  Nothing here prints. */
#ifndef DMAFP_ANALYSIS_TRAFFIC_VERDICT_H
#define DMAFP_ANALYSIS_TRAFFIC_VERDICT_H

#include <stdbool.h>

#include "analysis/compare.h"
#include "analysis/lines.h"
#include "analysis/stat/effect.h"
#include "analysis/verdict.h"

/**
 * struct dmafp_traffic_verdict - what one row says; ns per op, which are instructions
 *	in the exact domain
 * @verdicts: by arm, against base; that of base is DMAFP_NOT_JUDGED
 * @judged: the domain judges measures of this kind
 * @timed: a side is in the timed domain
 * @complete: every arm has the measure, in every boot
 * @checks: calls of iommu_deferred_attach() per op, the median of all boots; below 0:
 *	not counted
 * @least_checks, @most_checks: over all boots in which they were counted
 * @maps: calls that map or allocate per op, of base; below 0: not counted
 * @reached: it was called in every boot of base and of patched
 * @hidden: reached, but always-lock does not show: the row cannot see a lock
 * @statistic: that is judged, min or p50
 * @arms: by arm, the median of its boots; NAN: there is none
 * @measured: by arm, minus base; NAN: one of the two is not there
 * @predicted: by arm, @checks times what the `check` cell of the same group takes more
 *	than in base; NAN: not known, or the row is not judged
 * @agrees: by arm, @measured is @predicted within the floor; false where one of the two
 *	is not known, and in the timed domain
 * @notes: what is negative or surprising about the row
 *
 * Only of the exact domain:
 * @floor: the greatest difference between two boots that should not differ; NAN: there
 *	are no two, or the row is not judged
 * @own: by arm, such a difference among its own boots
 *
 * Only of the timed domain, as in struct dmafp_row_verdict:
 * @margin, @margin_ppm, @margin_origin, @effects, @p, @barred, @boots
 */
struct dmafp_traffic_verdict {
	enum dmafp_verdict verdicts[DMAFP_NR_ARMS];
	bool judged, timed, complete;
	double checks, least_checks, most_checks, maps;
	bool reached, hidden;
	enum dmafp_statistic statistic;
	double arms[DMAFP_NR_ARMS], measured[DMAFP_NR_ARMS], predicted[DMAFP_NR_ARMS];
	bool agrees[DMAFP_NR_ARMS];
	struct dmafp_lines notes;
	double floor, own[DMAFP_NR_ARMS];
	double margin;
	uint32_t margin_ppm;
	enum dmafp_margin_origin margin_origin;
	struct dmafp_effect effects[DMAFP_NR_ARMS][DMAFP_NR_STATISTICS];
	double p[DMAFP_NR_ARMS];
	bool barred[DMAFP_NR_ARMS];
	size_t boots[DMAFP_NR_ARMS];
};

/** dmafp_traffic_of() - a statistic of a boot that has the measure */
double dmafp_traffic_of(const struct dmafp_traffic_boot *boot, enum dmafp_statistic statistic);

/** dmafp_traffic_median() - of the boots of a side; NAN: it has none */
double dmafp_traffic_median(const struct dmafp_traffic_side *side,
			    enum dmafp_statistic statistic);

/**
 * dmafp_traffic_exact() - one arm against base in the exact domain
 * @measured: known
 * @floor: known
 *
 * REGRESSED, IMPROVED: above, below base by more than the floor.  Else EQUIVALENT.
 */
enum dmafp_verdict dmafp_traffic_exact(double measured, double floor);

/** dmafp_traffic_more() - is @a greater than @b by more than rounding? */
bool dmafp_traffic_more(double a, double b);

/** dmafp_traffic_decisive() - judged, and complete: it can speak for or against an arm */
bool dmafp_traffic_decisive(const struct dmafp_traffic_verdict *verdict);

/** dmafp_traffic_visible() - decisive, the path ran, and a lock shows */
bool dmafp_traffic_visible(const struct dmafp_traffic_verdict *verdict);

/**
 * dmafp_traffic_judge() - fill @verdict, which is zeroed, for @row
 * @comparison: all rows, for the prediction
 *
 * In the timed domain rows are judged together, by dmafp_traffic_time(): until
 * then one that can be is INCONCLUSIVE.
 */
void dmafp_traffic_judge(const struct dmafp_comparison *comparison,
			 const struct dmafp_traffic_row *row,
			 struct dmafp_traffic_verdict *verdict);

#endif /* DMAFP_ANALYSIS_TRAFFIC_VERDICT_H */
