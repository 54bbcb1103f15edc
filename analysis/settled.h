/* SPDX-License-Identifier: GPL-2.0-or-later */
/* May a campaign stop?  Asked after each complete block of boots.  Nothing here prints. */
#ifndef DMAFP_ANALYSIS_SETTLED_H
#define DMAFP_ANALYSIS_SETTLED_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/verdict.h"
#include "base/err.h"

/**
 * struct dmafp_settled - the answer
 * @settled: stop; more boots, up to the plan's, are not needed
 * @verdict: of what there is so far
 * @boots_done, @boots_max: of each arm and mode
 * @boots_saved: of all arms and modes that are not needed; 0 unless @settled
 * @nr_rows: rows that can be judged, of cells and of traffic
 * @nr_settled: of these, rows of which no arm is INCONCLUSIVE
 * @reason: "all 22 rows settled at 6 of 12 boots of each arm: EQUIVALENT", a line
 */
struct dmafp_settled {
	bool settled;
	enum dmafp_verdict verdict;
	unsigned int boots_done, boots_max;
	size_t boots_saved, nr_rows, nr_settled;
	char *reason;
};

/**
 * dmafp_settled() - look at the results so far
 * @dir: the campaign's results, in it and below, as `dmafp diff DIR` takes them
 * @boots_done: boots that each arm has in each mode by now
 * @boots_max: that it can have; the same at every look of a campaign
 * @settled: filled; release it with dmafp_settled_free()
 * @err: filled on failure
 *
 * The look is written to DMAFP_LOOKS_FILE in @dir before anything is judged, so that
 * every later judgement of these results, whoever makes it, has the levels of all looks
 * that were made.  To ask again after a power cut is the same look.
 *
 * While an arm lacks one of the @boots_done boots nothing is looked at, nothing is
 * written, and it is not settled.
 *
 * Return: 0, or a negative errno: a result cannot be read, the plan has changed, the
 * file cannot be written.
 */
int dmafp_settled(const char *dir, unsigned int boots_done, unsigned int boots_max,
		  struct dmafp_settled *settled, struct dmafp_err *err);

/** dmafp_settled_free() - release what it holds */
void dmafp_settled_free(struct dmafp_settled *settled);

#endif /* DMAFP_ANALYSIS_SETTLED_H */
