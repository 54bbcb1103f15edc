/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking more than once: levels that keep the stated error rate over all looks.
 *
 * Pure statistics: numbers in, numbers out.  How it was shown to be right is in
 * docs/method.md.
 *
 * A campaign that is judged after every few boots and stops when it likes what it
 * sees has as many chances to be wrong as looks.  Group-sequential designs give each
 * look a level of its own, so that all of them together are wrong as often as stated:
 *
 * - Spending: of a total one-sided level alpha the looks up to information fraction t
 *   may use alpha t^3, which is close to the boundary of O'Brien and Fleming.  Lan and
 *   DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 70 (1983);
 *   this function: Kim and DeMets, "Design and analysis of group sequential tests based
 *   on the type I error spending rate function", ibid. 74 (1987).  The looks need not be
 *   planned, only the greatest number of boots.
 * - Information: U is a multiple of the mean of all pairwise comparisons, a U statistic.
 *   If it is known which boots there are by a later look, but not in which order they
 *   were made, then the mean of an earlier look is expected to be the later one's.  So
 *   its covariance with the later one is the later one's variance, (2n + 1) / (12 n^2)
 *   for n boots of each arm: exactly the structure of a Brownian motion that is looked
 *   at when its time is n^2 / (2n + 1).  Jennison and Turnbull, "Group Sequential Methods with
 *   Applications to Clinical Trials" (2000), 11.
 * - Levels: the chance to cross first at a look, by integration over where it was at
 *   the look before: Armitage, McPherson and Rowe, "Repeated significance tests on
 *   accumulating data", Journal of the Royal Statistical Society A 132 (1969).  What
 *   comes out is used as the level of the exact test of that look, not as a normal
 *   quantile, so that only the dependence between looks is taken from a normal
 *   distribution.
 * - Repeated p values and intervals, valid at any look whatever made one stop:
 *   Jennison and Turnbull, ibid., 9.
 * - Many rows: Holm's method on repeated p values.  Maurer and Bretz, "Multiple testing
 *   in group sequential trials using graphical approaches", Statistics in
 *   Biopharmaceutical Research 5 (2013).
 */
#ifndef DMAFP_STAT_SEQUENTIAL_H
#define DMAFP_STAT_SEQUENTIAL_H

#include <stddef.h>

#define DMAFP_SEQUENTIAL_MAX_BOOTS 50 /* of each arm, that can be planned */
#define DMAFP_SEQUENTIAL_NODES	   33

/**
 * struct dmafp_sequential - the levels of one look
 * @nr: nodes; 0: there is one look only, and levels are what they are
 * @total: logarithm of one-sided levels over all looks, rising
 * @nominal: of the level of this look that belongs to each
 */
struct dmafp_sequential {
	size_t nr;
	double total[DMAFP_SEQUENTIAL_NODES], nominal[DMAFP_SEQUENTIAL_NODES];
};

/**
 * dmafp_sequential_plan() - levels of the last of some looks
 * @sequential: filled
 * @looks: boots of each arm at each look, rising, from 1; the last one is this look
 * @nr: looks, at least one
 * @boots_max: boots of each arm after which there is no other look, at least the last
 *	look's and at most DMAFP_SEQUENTIAL_MAX_BOOTS
 *
 * Where there are several, they use 97 % of each level.  A look that has too few orders
 * of boots for a claim of one row, even at the greatest level that is asked for, is none:
 * nothing was spent on it.
 */
void dmafp_sequential_plan(struct dmafp_sequential *sequential, const unsigned int *looks,
			   size_t nr, unsigned int boots_max);

/**
 * dmafp_sequential_level() - the level of a test at this look
 * @sequential: NULL: there is one look only
 * @alpha: one-sided level over all looks, at most 0.05
 */
double dmafp_sequential_level(const struct dmafp_sequential *sequential, double alpha);

/**
 * dmafp_sequential_p() - the p value over all looks
 * @sequential: NULL: there is one look only
 * @p: one-sided, of this look's test
 *
 * The least level over all looks at which this look would claim it; above 0.05 it is
 * rough, and 1 where no level would.
 */
double dmafp_sequential_p(const struct dmafp_sequential *sequential, double p);

#endif /* DMAFP_STAT_SEQUENTIAL_H */
