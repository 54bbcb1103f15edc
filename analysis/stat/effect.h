/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an arm costs against base in the timed domain, from one number per boot.
 *
 * Pure statistics: numbers in, numbers out.  The method and how it was shown to
 * be right are in docs/method.md.
 *
 * The model: the boots of an arm are distributed like those of base, whatever
 * that distribution is, but shifted by the effect.  Then the ranks of all boots
 * are in random order once the shift is taken out, and intervals and p values
 * follow from counting orders: exact for any number of boots, for skewed and for
 * bimodal boots, and a wild boot counts as one boot.
 *
 * - Estimate: the median of all pairwise differences arm - base.  Hodges and
 *   Lehmann, "Estimates of location based on rank tests", Annals of Mathematical
 *   Statistics 34 (1963).
 * - Test: Mann and Whitney's U, the number of those differences beyond the value
 *   tested, with its exact distribution; ties count against the claim.  Mann and
 *   Whitney, "On a test of whether one of two random variables is stochastically
 *   larger than the other", ibid. 18 (1947).
 * - Interval: the values that the test does not reject, which are order statistics
 *   of the differences.  Hollander, Wolfe and Chicken, "Nonparametric Statistical
 *   Methods" (2014), 4.3.
 * - Ratio: the same with logarithms.
 * - Equivalence: two one-sided tests.  Schuirmann, "A comparison of the two
 *   one-sided tests procedure and the power approach", Journal of
 *   Pharmacokinetics and Biopharmaceutics 15 (1987).
 * - 3 boots of one arm and 3 or 4 of the other have too few orders for a 95 %
 *   interval.  There it is the least that holds all pairwise differences and
 *   Welch's interval: "The generalization of 'Student's' problem when several
 *   different population variances are involved", Biometrika 34 (1947).
 */
#ifndef DMAFP_STAT_EFFECT_H
#define DMAFP_STAT_EFFECT_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/stat/sequential.h"

#define DMAFP_EFFECT_MIN_BOOTS 3 /* of each arm; fewer give no interval */
#define DMAFP_EFFECT_MAX_BOOTS 1000 /* what dmafp_effect_boots() looks up to */

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
 * @nr_base, @nr_arm: boots
 * @base, @arm: the median of each one's boots, ticks; with a boot of each
 * @difference: ticks; above 0 the arm costs more; with a boot of each
 * @known: there are enough boots of both, else nothing below means anything
 * @early: the level of this look is less than all of the boots' orders can prove: no
 *	control is shown, no difference claimed, and none denied
 * @level: one-sided, of each of the two tests for equivalence; 0.05, but of a look less
 * @difference_95, @difference_90: two-sided confidence intervals; of a look they hold the
 *	difference at all looks together, with that confidence
 * @has_ratio: no value is 0; else nothing of the ratio means anything
 * @ratio: arm / base
 * @ratio_95, @ratio_90: the same
 * @margin: ticks; what counts as no difference
 * @p_equivalent: the greater p of the two one-sided tests against -@margin and +@margin
 * @p_more: one-sided, that the difference is not beyond +@margin
 * @p_less: one-sided, that it is not below -@margin
 *
 * Of a look p values are over all looks.
 */
struct dmafp_effect {
	size_t nr_base, nr_arm;
	double base, arm, difference;
	bool known, has_ratio, early;
	double level;
	struct dmafp_interval difference_95, difference_90;
	double ratio;
	struct dmafp_interval ratio_95, ratio_90;
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
 * dmafp_effect_at() - the same at one of several looks at the boots
 * @look: its levels, NULL: there is one look only
 */
void dmafp_effect_at(const struct dmafp_sequential *look, const struct dmafp_replicates *base,
		     const struct dmafp_replicates *arm, double margin,
		     struct dmafp_effect *effect);

/**
 * dmafp_effect_boots() - how many boots of each arm would settle it
 * @effect: known, and not settled
 * @family: claims among which a directional one must hold, by Holm's method
 *
 * The least number at which the intervals, as wide as the spread seen leads to
 * expect of normal boots, would lie on one side of a margin if the difference is
 * what it seems, and at which ranks have enough orders for @family claims.  Looks
 * are not counted with: it is the number that one look would need.
 *
 * Return: boots of each arm, 0: more than DMAFP_EFFECT_MAX_BOOTS.
 */
size_t dmafp_effect_boots(const struct dmafp_effect *effect, size_t family);

#endif /* DMAFP_STAT_EFFECT_H */
