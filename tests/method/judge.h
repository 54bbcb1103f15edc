/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One row of a simulated campaign, judged as analysis/timed.c judges a real one. */
#ifndef DMAFP_METHOD_JUDGE_H
#define DMAFP_METHOD_JUDGE_H

#include <stdbool.h>

#include "analysis/stat/drift.h"
#include "analysis/stat/effect.h"
#include "analysis/timed.h"
#include "noise.h"

#define ALPHA 0.05 /* of every claim */

typedef void effect_fn(const struct dmafp_replicates *base, const struct dmafp_replicates *arm,
		       double margin, struct dmafp_effect *effect);

/** struct values - one statistic of each boot */
struct values {
	double base[METHOD_MAX_BOOTS], arm[METHOD_MAX_BOOTS];
	double base_times[METHOD_MAX_BOOTS], arm_times[METHOD_MAX_BOOTS];
	size_t nr;
};

/** values_read() - as a result file would give them; the arm costs @shift ticks more */
void values_read(struct values *values, const struct campaign *campaign,
		 enum statistic statistic, double shift);

/** values_effect() - of the arm against base */
struct dmafp_effect values_effect(effect_fn *method, const struct values *values, double margin);

/** values_drift() - of both arms together */
struct dmafp_drift values_drift(const struct values *values);

/**
 * values_unfit() - are there reasons not to judge?
 *
 * Arms that were not taken in turns, or a clock whose steps are coarser than @margin.
 */
bool values_unfit(const struct values *values, const struct noise *noise, double margin);

/** values_margin() - of the op, stated as a part of what base costs, or in ticks */
double values_margin(const struct values *values, const struct op *op);

/** effect_claim() - p of a difference beyond the margin, whichever way */
double effect_claim(const struct dmafp_effect *effect);

/** interval_misses() - is the truth outside? */
bool interval_misses(struct dmafp_interval interval, double truth);

#endif /* DMAFP_METHOD_JUDGE_H */
