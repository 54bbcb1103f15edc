/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What real traffic adds to the overall verdict, and why. */
#ifndef DMAFP_ANALYSIS_TRAFFIC_REASONS_H
#define DMAFP_ANALYSIS_TRAFFIC_REASONS_H

#include <stdbool.h>

#include "analysis/compare.h"
#include "analysis/judge.h"
#include "analysis/lines.h"

/**
 * dmafp_traffic_control() - what makes a comparison INVALID
 *
 * An arm lacks loads that others have; placebo moves in the timed domain, in the exact
 * one it is part of the floor.
 */
void dmafp_traffic_control(const struct dmafp_comparison *comparison,
			   const struct dmafp_traffic_verdict *rows, struct dmafp_lines *reasons);

/** dmafp_traffic_ranges() - each arm minus base: placebo over all, others over visible rows */
void dmafp_traffic_ranges(const struct dmafp_comparison *comparison,
			  struct dmafp_judgement *judgement);

/** dmafp_traffic_regressed() - is a row REGRESSED, and not in doubt? Then a reason is added */
bool dmafp_traffic_regressed(struct dmafp_judgement *judgement);

/** dmafp_traffic_unsettled() - reasons why rows of the timed domain leave it INCONCLUSIVE */
void dmafp_traffic_unsettled(struct dmafp_judgement *judgement);

/** dmafp_traffic_improved() - is a row that sees a lock IMPROVED? */
bool dmafp_traffic_improved(const struct dmafp_judgement *judgement);

/** dmafp_traffic_no_cost() - what the rows say where the verdict is "no cost" */
void dmafp_traffic_no_cost(struct dmafp_judgement *judgement);

#endif /* DMAFP_ANALYSIS_TRAFFIC_REASONS_H */
