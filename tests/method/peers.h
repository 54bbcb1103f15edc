/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people use today, on the same simulated boots. */
#ifndef DMAFP_METHOD_PEERS_H
#define DMAFP_METHOD_PEERS_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/stat/effect.h"
#include "noise.h"

/**
 * peer_printed() - do two map_benchmark runs print different averages?
 * @base, @arm: of one boot each
 *
 * It prints tenths of a microsecond.
 */
bool peer_printed(const struct moments *base, const struct moments *arm);

/**
 * peer_iterations() - z-test at 5 %, all iterations taken for independent
 * @base, @arm: @nr boots of each
 */
bool peer_iterations(const struct moments *base, const struct moments *arm, size_t nr);

/**
 * peer_mann_whitney() - two-sided p of the U test, as benchstat uses it
 *
 * Exact up to 10 values of each, also with ties; above that the normal
 * approximation, corrected for ties and continuity.
 */
double peer_mann_whitney(const double *base, const double *arm, size_t nr);

/** peer_welch() - two-sided p of Welch's t-test; 1 where nothing varies and nothing differs */
double peer_welch(const double *base, const double *arm, size_t nr);

/** peer_welch_effect() - two one-sided tests and intervals with Welch's t */
void peer_welch_effect(const struct dmafp_replicates *base, const struct dmafp_replicates *arm,
		       double margin, struct dmafp_effect *effect);

#endif /* DMAFP_METHOD_PEERS_H */
