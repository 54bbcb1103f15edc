/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads of all arms side by side, per op: numbers, no verdicts. */
#ifndef DMAFP_ANALYSIS_TRAFFIC_H
#define DMAFP_ANALYSIS_TRAFFIC_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/load.h"
#include "analysis/set.h"

/**
 * struct dmafp_traffic_boot - one measure of one load in one boot, ns per op
 * @load: NULL: the boot has no such measure, and nothing below means anything
 * @measure: of @load
 * @min: least sample
 * @p50: exact domain: nearest rank; timed: by dmafp_hist_point()
 * @p99: the same
 * @grain: what any sample is measured to, where that is more than 1 ns: pktgen's
 *	microseconds, fio's milliseconds of @measure's whole sample; else 0
 * @blur: width of the bucket of @p50, where that holds several ns; else 0
 * @wobble: width of the 95 % interval of @p50 by ranks, over the boot's own samples:
 *	samples begin at other moments of the kernel's timers, as those of another arm do
 */
struct dmafp_traffic_boot {
	const struct dmafp_load *load;
	const struct dmafp_measure *measure;
	double min, p50, p99, grain, blur, wobble;
};

/**
 * struct dmafp_traffic_side - one arm in one row
 * @boots: one per boot of the group's arm
 * @nr_boots: how many
 * @load: of the first boot that has it, NULL: the arm has no such measure
 */
struct dmafp_traffic_side {
	struct dmafp_traffic_boot *boots;
	size_t nr_boots;
	const struct dmafp_load *load;
};

/**
 * struct dmafp_traffic_row - one measure of one load, in all arms
 * @group: where it belongs
 * @load: its parameters
 * @kind: the measure
 * @sides: by arm
 */
struct dmafp_traffic_row {
	const struct dmafp_group *group;
	const struct dmafp_load *load;
	enum dmafp_measure_kind kind;
	struct dmafp_traffic_side sides[DMAFP_NR_ARMS];
};

/**
 * dmafp_traffic_add() - the rows of one group, behind those that are there
 * @rows: grown; each is released by dmafp_traffic_release()
 * @nr: how many
 * @group: the union of its arms' loads
 */
void dmafp_traffic_add(struct dmafp_traffic_row **rows, size_t *nr,
		       const struct dmafp_group *group);

/** dmafp_traffic_release() - release what a row holds */
void dmafp_traffic_release(struct dmafp_traffic_row *row);

/** dmafp_traffic_complete() - has every boot of that side the measure, and is there one? */
bool dmafp_traffic_complete(const struct dmafp_traffic_side *side);

/** dmafp_traffic_title() - "randread 4K libaio qd1 submit"; free() it */
char *dmafp_traffic_title(const struct dmafp_traffic_row *row);

#define DMAFP_TRAFFIC_NUMBER 16 /* at most 8 characters of any ns per op there is, and the NUL */

/**
 * dmafp_traffic_number() - "4437", "-4.50", "+0.002"; "?" of what is no number
 * @sign: also where it is above 0
 *
 * Return: @text, filled.
 */
const char *dmafp_traffic_number(double value, bool sign, char text[DMAFP_TRAFFIC_NUMBER]);

struct dmafp_comparison;

/**
 * dmafp_traffic_place() - "randread 4K libaio qd1 submit, busy in keyed on nvme"
 * @comparison: all rows
 * @chosen: one flag per row of traffic
 *
 * Return: text to free().
 */
char *dmafp_traffic_place(const struct dmafp_comparison *comparison, const bool *chosen);

#endif /* DMAFP_ANALYSIS_TRAFFIC_H */
