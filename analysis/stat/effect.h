/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an arm costs against base in the timed domain, from one number per boot.
 *
 * Pure statistics: numbers in, numbers out.  The method and how it was shown to
 * be right are in docs/method.md.
 */
#ifndef DMAFP_STAT_EFFECT_H
#define DMAFP_STAT_EFFECT_H

#include <stdbool.h>
#include <stddef.h>

#define DMAFP_EFFECT_MIN_BOOTS 3 /* of each arm; fewer give no interval */

/**
 * struct dmafp_replicates - one statistic of one arm, one value per boot
 * @values: ticks, such as the boot's median
 * @times: when the boot was, in seconds from any origin: for drift and order
 * @nr: boots
 */
struct dmafp_replicates {
	const double *values, *times;
	size_t nr;
};

/** struct dmafp_interval - of a confidence interval; @low <= @high */
struct dmafp_interval {
	double low, high;
};

/**
 * struct dmafp_effect - arm against base
 * @known: there are enough boots of both, else nothing below means anything
 * @difference: ticks; above 0 the arm costs more
 * @ratio: arm / base
 * @difference_95, @difference_90: two-sided confidence intervals
 * @ratio_95, @ratio_90: the same
 * @margin: ticks; what counts as no difference
 * @p_equivalent: the greater p of the two one-sided tests against -@margin and +@margin
 * @p_more: one-sided, that the difference is not beyond +@margin
 * @p_less: one-sided, that it is not below -@margin
 */
struct dmafp_effect {
	bool known;
	double difference, ratio;
	struct dmafp_interval difference_95, difference_90, ratio_95, ratio_90;
	double margin;
	double p_equivalent, p_more, p_less;
};

/**
 * dmafp_effect_of() - estimate and test one arm against base
 * @base, @arm: boots of each
 * @margin: ticks, greater than 0
 * @effect: filled
 */
void dmafp_effect_of(const struct dmafp_replicates *base, const struct dmafp_replicates *arm,
		     double margin, struct dmafp_effect *effect);

/**
 * dmafp_effect_boots() - how many boots of each arm would settle it
 *
 * The least number at which the intervals, as wide as the spread seen leads to
 * expect, would lie on one side of a margin if the difference is what it seems.
 *
 * Return: boots of each arm, 0: more than 1000.
 */
size_t dmafp_effect_boots(const struct dmafp_replicates *base,
			  const struct dmafp_replicates *arm, double margin);

/**
 * dmafp_holm() - adjust p values for their number
 * @p: @nr of them, replaced by the adjusted ones, in the same order
 *
 * Holm, "A simple sequentially rejective multiple test procedure",
 * Scandinavian Journal of Statistics 6 (1979).
 */
void dmafp_holm(double *p, size_t nr);

#endif /* DMAFP_STAT_EFFECT_H */
