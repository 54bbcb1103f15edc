/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a campaign that may stop early stands: its looks, and whether it is settled. */
#ifndef DMAFP_ANALYSIS_STOP_H
#define DMAFP_ANALYSIS_STOP_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/compare.h"
#include "analysis/lines.h"
#include "analysis/stat/sequential.h"

#define DMAFP_STOP_EXACT_BOOTS 2 /* of each arm, to see that boots repeat themselves */

struct dmafp_judgement;

/**
 * struct dmafp_stop - one look at a campaign
 * @boots_max: boots of each arm and mode that were planned; 0: it is no such campaign,
 *	and nothing below means anything
 * @boots_done: the least number of boots that an arm has, in any mode and on any device
 * @nr_looks: looks so far, with this one
 * @runs: arms times modes times machines: what one boot of each takes
 * @timed: rows are of the timed domain, where looks cost something
 * @levels: of this look
 */
struct dmafp_stop {
	unsigned int boots_max, boots_done;
	size_t nr_looks, runs;
	bool timed;
	struct dmafp_sequential levels;
};

/** dmafp_stop_find() - by the looks that are beside the results */
void dmafp_stop_find(struct dmafp_stop *stop, const struct dmafp_comparison *comparison);

/** dmafp_stop_levels() - for what is judged by it; NULL: there is one look only */
const struct dmafp_sequential *dmafp_stop_levels(const struct dmafp_stop *stop);

/** dmafp_stop_check() - a reason where there are more boots than were planned */
void dmafp_stop_check(const struct dmafp_stop *stop, struct dmafp_lines *reasons);

/**
 * dmafp_stop_settled() - would more boots, up to the plan's, be for nothing?
 *
 * A verdict that is INVALID or INCONCLUSIVE is not settled.  In the timed domain any
 * other is, since its levels are of all looks.  In the exact domain it takes
 * DMAFP_STOP_EXACT_BOOTS of each arm that are identical: a count is no estimate, and
 * more boots of a deterministic machine say what these did.  Real traffic that does
 * not repeat itself there has a floor that more boots may raise: it is not settled
 * before the last boot.
 */
bool dmafp_stop_settled(const struct dmafp_comparison *comparison,
			const struct dmafp_judgement *judgement);

/** dmafp_stop_saved() - boots that were not needed, of all arms and modes; 0 if not settled */
size_t dmafp_stop_saved(const struct dmafp_comparison *comparison,
			const struct dmafp_judgement *judgement);

/** dmafp_stop_say() - for the head of a report, lines of at most 72 characters, or none */
void dmafp_stop_say(const struct dmafp_comparison *comparison,
		    const struct dmafp_judgement *judgement, struct dmafp_lines *lines);

#endif /* DMAFP_ANALYSIS_STOP_H */
