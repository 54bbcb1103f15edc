/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Real traffic in the timed domain: effects and verdicts, as for the other rows. */
#ifndef DMAFP_ANALYSIS_TRAFFIC_TIMED_H
#define DMAFP_ANALYSIS_TRAFFIC_TIMED_H

#include "analysis/compare.h"
#include "analysis/traffic_verdict.h"
#include "analysis/verdict.h"

/**
 * dmafp_traffic_measure() - margin and effects of one row
 * @row: of the timed domain
 * @margin_ppm: given after the run, 0: as the profile stated
 * @look: one of several looks at the boots; NULL: the only one
 * @verdict: judged by dmafp_traffic_judge() so far
 */
void dmafp_traffic_measure(const struct dmafp_traffic_row *row, uint32_t margin_ppm,
			   const struct dmafp_sequential *look,
			   struct dmafp_traffic_verdict *verdict);

/**
 * dmafp_traffic_time() - verdicts of all rows of the timed domain, as one family
 * @comparison: all rows
 * @rows: of the cells, measured; see dmafp_timed_judge()
 * @traffic: of the loads, measured
 */
void dmafp_traffic_time(const struct dmafp_comparison *comparison,
			struct dmafp_row_verdict *rows, struct dmafp_traffic_verdict *traffic);

#endif /* DMAFP_ANALYSIS_TRAFFIC_TIMED_H */
