/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One statistic of one arm in one row, per op, in either domain. */
#ifndef DMAFP_ANALYSIS_READING_H
#define DMAFP_ANALYSIS_READING_H

#include <stdbool.h>

#include "analysis/compare.h"
#include "analysis/verdict.h"

/**
 * struct dmafp_reading - ticks per op
 * @value: exact: of the first boot; timed: the median of the boots
 * @exact: not only the low end of a bucket of several ticks
 * @compared: base is there, and the arm is another one
 * @base: what @value is there
 * @difference: above 0 the arm costs more
 * @effect: timed, with boots enough for intervals; else NULL
 */
struct dmafp_reading {
	double value;
	bool exact, compared;
	double base, difference;
	const struct dmafp_effect *effect;
};

/**
 * dmafp_reading_of() - read it
 *
 * Return: false where the arm lacks the row; @reading is zeroed then.
 */
bool dmafp_reading_of(const struct dmafp_row *row, const struct dmafp_row_verdict *verdict,
		      enum dmafp_arm_id arm, enum dmafp_statistic statistic,
		      struct dmafp_reading *reading);

/** dmafp_reading_unit() - "instructions", or "ticks" where a tick is time */
const char *dmafp_reading_unit(const struct dmafp_row_verdict *verdict);

/** dmafp_reading_calls() - calls of iommu_deferred_attach() per op; below 0: not counted */
double dmafp_reading_calls(const struct dmafp_row *row, enum dmafp_arm_id arm);

#endif /* DMAFP_ANALYSIS_READING_H */
