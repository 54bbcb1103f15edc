/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the static proof agree with the measurement?  What an arm's path through
 * iommu_deferred_attach() has more than base's must be what `check`, which is
 * that call and nothing else, measures more in the exact domain.
 */
#ifndef DMAFP_ANALYSIS_AGREEMENT_H
#define DMAFP_ANALYSIS_AGREEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/compare.h"

enum dmafp_agreement_word {
	DMAFP_AGREES,
	DMAFP_DISAGREES,
	DMAFP_NOT_COMPARABLE,
};

/**
 * struct dmafp_agreement - of one arm against base
 * @word: what came of it
 * @walk: the arm's walk, NULL if there is none
 * @is_known: @by_image is known: both paths are complete
 * @by_image: instructions of the arm's path minus base's
 * @nr_rows: rows of check that it is held against
 * @low: least difference of their p50, per op
 * @high: greatest one
 * @why: it cannot be compared, or which row disagrees; a sentence without its
 *	full stop; NULL if it agrees
 */
struct dmafp_agreement {
	enum dmafp_agreement_word word;
	const struct dmafp_walk *walk;
	bool is_known;
	int64_t by_image;
	size_t nr_rows;
	int64_t low, high;
	char *why;
};

/**
 * struct dmafp_proof - of all arms
 * @walks: that the arms are taken from; NULL: there are none beside the results
 * @arms: that of base has its walk only
 */
struct dmafp_proof {
	const struct dmafp_walks *walks;
	struct dmafp_agreement arms[DMAFP_NR_ARMS];
};

/** dmafp_proof_find() - hold the walks beside the results against the results */
void dmafp_proof_find(struct dmafp_proof *proof, const struct dmafp_comparison *comparison);

/** dmafp_proof_free() - release all; walks and comparison are the caller's */
void dmafp_proof_free(struct dmafp_proof *proof);

/** dmafp_agreement_name() - "agrees", "DOES NOT AGREE", "not comparable" */
const char *dmafp_agreement_name(enum dmafp_agreement_word word);

#endif /* DMAFP_ANALYSIS_AGREEMENT_H */
