/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What makes a comparison INVALID, whatever patched says. */
#ifndef DMAFP_ANALYSIS_CONTROL_H
#define DMAFP_ANALYSIS_CONTROL_H

#include "analysis/compare.h"
#include "analysis/lines.h"
#include "analysis/traffic_verdict.h"
#include "analysis/verdict.h"

/** dmafp_control_arms() - is every arm there, with every cell, in every section? */
void dmafp_control_arms(const struct dmafp_comparison *comparison,
			struct dmafp_lines *reasons);

/**
 * dmafp_control_instrument() - did the instrument see what it must see?
 *
 * The null op reads the same in all arms, always-lock is REGRESSED on every
 * reached row and placebo EQUIVALENT on every row.  In the timed domain the null
 * op differs by no more than the margin, as far as boots can tell, and a control
 * may also be INCONCLUSIVE: then the comparison cannot be more than that.
 */
void dmafp_control_instrument(const struct dmafp_comparison *comparison,
			      const struct dmafp_row_verdict *rows,
			      struct dmafp_lines *reasons);

/**
 * dmafp_control_reached() - did any DMA API call run the path?
 *
 * Of real traffic only rows count that see a lock, or may with more boots.
 */
void dmafp_control_reached(const struct dmafp_comparison *comparison,
			   const struct dmafp_row_verdict *rows,
			   const struct dmafp_traffic_verdict *traffic,
			   struct dmafp_lines *reasons);

/**
 * dmafp_control_deferred() - was the device deferred at its first map?
 *
 * In kdump mode it should be, in every boot of base and patched; where it was
 * not, the mode shows no more than keyed does.
 */
bool dmafp_control_deferred(const struct dmafp_group *group);

#endif /* DMAFP_ANALYSIS_CONTROL_H */
