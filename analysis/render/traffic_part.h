/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What renderers of real traffic share. */
#ifndef DMAFP_ANALYSIS_TRAFFIC_PART_H
#define DMAFP_ANALYSIS_TRAFFIC_PART_H

#include <stdbool.h>

#include "analysis/compare.h"
#include "analysis/judge.h"

/**
 * dmafp_traffic_places() - the sections whose traffic reads the same as that of @section
 * @nr: how many
 *
 * In the timed domain that is @section alone.
 *
 * Return: where they are, to free(); NULL if @section has no traffic, or an earlier one
 * reads the same.
 */
char *dmafp_traffic_places(const struct dmafp_comparison *comparison,
			   const struct dmafp_judgement *judgement,
			   const struct dmafp_section *section, size_t *nr);

/**
 * dmafp_traffic_calls() - "per IO: 1 check, 1 dma_map_page_attrs, 1 dma_unmap_page_attrs"
 * @row: of the load; that of base is told, and whether all boots and arms agree with it
 *
 * Return: text to free().
 */
char *dmafp_traffic_calls(const struct dmafp_traffic_row *row);

/** dmafp_traffic_says() - the verdict in five letters at most; "hid" of a row that hides */
const char *dmafp_traffic_says(const struct dmafp_traffic_verdict *verdict,
			       enum dmafp_arm_id arm);

/** dmafp_traffic_starts() - is the row the first one of its load in the section? */
bool dmafp_traffic_starts(const struct dmafp_comparison *comparison,
			  const struct dmafp_section *section, size_t row);

/** dmafp_traffic_tool() - "fio", "pktgen": who makes the loads of the section */
const char *dmafp_traffic_tool(const struct dmafp_comparison *comparison,
			       const struct dmafp_section *section);

/** dmafp_traffic_any() - is there a section with traffic in that domain? */
bool dmafp_traffic_any(const struct dmafp_judgement *judgement, bool timed);

/** dmafp_traffic_is_timed() - is the traffic of the section, which has some, timed? */
bool dmafp_traffic_is_timed(const struct dmafp_judgement *judgement,
			    const struct dmafp_section *section);

/** dmafp_traffic_rate() - ops per second of an arm, the median of its boots; NAN: unknown */
double dmafp_traffic_rate(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm);

/** dmafp_traffic_cpu() - the same of ns of CPU time per op that the tool's own processes took */
double dmafp_traffic_cpu(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm);

/** dmafp_traffic_cycles() - the same of cycles per op on the CPUs of the load */
double dmafp_traffic_cycles(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm);

#endif /* DMAFP_ANALYSIS_TRAFFIC_PART_H */
