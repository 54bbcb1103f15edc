/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many simulated campaigns, and how often each method was right. */
#ifndef DMAFP_METHOD_STUDY_H
#define DMAFP_METHOD_STUDY_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/stat/effect.h"
#include "noise.h"

/* what is stated: rates must not be above these */
#define ALPHA_VERDICT 0.025 /* REGRESSED: one side of a 95 % interval */
#define ALPHA_EQUIVALENT 0.05
#define ALPHA_INTERVAL 0.05
#define ALPHA_DRIFT 0.05

/* what is counted of a cell, in campaigns */
enum count {
	/* identical arms */
	SAME_VERDICT, /* REGRESSED or IMPROVED; the next two the same of min and p99 */
	SAME_VERDICT_MIN,
	SAME_VERDICT_P99,
	SAME_EQUIVALENT,
	SAME_WELCH_EQUIVALENT,
	/* the true difference is the margin */
	EDGE_EQUIVALENT,
	EDGE_EQUIVALENT_MIN,
	EDGE_EQUIVALENT_P99,
	EDGE_VERDICT,
	/* the 95 % interval does not hold the true difference */
	MISS,
	MISS_MIN,
	MISS_P99,
	MISS_RATIO,
	MISS_WELCH,
	DRIFT_FOUND,	   /* p at most 5 % */
	NOT_IN_TURN,
	/* power */
	TWICE_REGRESSED,
	TWICE_WELCH_REGRESSED,
	HALF_REGRESSED, /* twice half the margin */
	PERCENT_SEEN,	/* 0 is outside of the 95 % interval */
	CYCLE_SEEN,
	/* peers, identical arms: a difference is claimed */
	SAME_PRINTED,
	SAME_ITERATIONS,
	SAME_MANN_WHITNEY,
	SAME_WELCH,
	/* peers, true difference twice the margin: none is */
	TWICE_PRINTED,
	TWICE_ITERATIONS,
	TWICE_MANN_WHITNEY,
	TWICE_WELCH,
	NR_COUNTS,
};

/** struct cell - @nr boots per arm of one op under one noise, and what came out */
struct cell {
	const struct op *op;
	const struct noise *noise;
	size_t nr;
	uint64_t campaigns, counts[NR_COUNTS];
};

typedef void effect_fn(const struct dmafp_replicates *base, const struct dmafp_replicates *arm,
		       double margin, struct dmafp_effect *effect);

/**
 * struct study - what is simulated
 * @effect: the method under test
 * @campaigns: of each cell
 * @seed: the same counts for the same seed, however many @jobs
 * @jobs: processes
 * @progress: show it on stderr
 */
struct study {
	effect_fn *effect;
	uint64_t campaigns;
	unsigned long seed;
	unsigned int jobs;
	bool progress;
};

/** study_run() - fill the counts of all cells; 0 or a negative errno */
int study_run(const struct study *study, struct cell *cells, size_t nr);

/** struct rate - a share of campaigns, with its 95 % interval after Clopper and Pearson */
struct rate {
	double rate, low, high;
};

/** rate_of() - @count of @all */
struct rate rate_of(uint64_t count, uint64_t all);

#endif /* DMAFP_METHOD_STUDY_H */
