/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does a number change with time, and were the arms taken in turns? */
#ifndef DMAFP_STAT_DRIFT_H
#define DMAFP_STAT_DRIFT_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/stat/effect.h"

/**
 * struct dmafp_drift - of a value over time
 * @known: there are enough values, else nothing below means anything
 * @rho: Spearman's rank correlation of value and time, both less their arm's median
 * @p: two-sided, that there is none, by Student's t
 */
struct dmafp_drift {
	bool known;
	double rho, p;
};

/**
 * dmafp_drift_of() - do boots change with time, whatever their arm?
 * @arms: all boots; an arm may have none
 * @nr: arms
 * @drift: filled; known from 4 boots of each arm that has any
 *
 * Zar, "Significance testing of the Spearman rank correlation coefficient",
 * Journal of the American Statistical Association 67 (1972), with a degree of
 * freedom less for each arm's median beyond the first.
 */
void dmafp_drift_of(const struct dmafp_replicates *arms, size_t nr, struct dmafp_drift *drift);

/**
 * dmafp_drift_interleaved() - were the boots of two arms taken in turns?
 *
 * No three boots of one of them follow each other: true of rounds in which each
 * arm is booted once, in whatever order.  An arm with k times as many boots as the
 * other may have k times as many in a row.
 */
bool dmafp_drift_interleaved(const struct dmafp_replicates *a, const struct dmafp_replicates *b);

#endif /* DMAFP_STAT_DRIFT_H */
