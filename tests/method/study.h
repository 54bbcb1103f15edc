/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many simulated campaigns, and how often each method was wrong. */
#ifndef DMAFP_METHOD_STUDY_H
#define DMAFP_METHOD_STUDY_H

#include <stddef.h>
#include <stdint.h>

#include "judge.h"

/* what is counted of a cell, in campaigns */
enum count {
	/* identical arms */
	SAME_VERDICT, /* REGRESSED or IMPROVED */
	SAME_EQUIVALENT,
	DRIFT_FOUND,
	/* the true difference is the margin */
	EDGE_EQUIVALENT,
	EDGE_VERDICT,
	/* the 95 % interval does not hold the true difference */
	MISS,
	MISS_MIN,
	MISS_P99,
	MISS_RATIO,
	/* power */
	TWICE_REGRESSED,
	HALF_REGRESSED, /* twice half the margin */
	PERCENT_SEEN, /* 0 is outside of the 95 % interval */
	CYCLE_SEEN,
	/* peers, identical arms: a difference is claimed */
	SAME_PRINTED,
	SAME_ITERATIONS,
	SAME_MANN_WHITNEY,
	SAME_WELCH,
	/* peers, true difference twice the margin: none is claimed */
	TWICE_PRINTED,
	TWICE_ITERATIONS,
	TWICE_MANN_WHITNEY,
	TWICE_WELCH,
	/* the same two verdicts with Welch's interval */
	WELCH_EQUIVALENT,
	WELCH_REGRESSED,
	/* campaigns of many rows, identical arms */
	ROWS_VERDICT, /* any */
	ROWS_MANN_WHITNEY, /* any p of at most 5 % */
	ROWS_EQUIVALENT, /* all */
	/* the true difference of all rows is the margin */
	ROWS_EDGE_VERDICT, /* any */
	ROWS_EDGE_UNADJUSTED, /* any, without Holm's adjustment */
	/* of one row it is the margin, or twice the margin; of the others 0 */
	ROWS_ONE_EQUIVALENT, /* all rows are said to be */
	ROWS_ONE_REGRESSED, /* that row is */
	/*
	 * looked at after each boot of both arms, up to the first verdict; with many rows
	 * the verdict of all, EDGE_EQUIVALENT where one row's difference is the margin
	 */
	LOOKS_SAME_VERDICT,
	LOOKS_SAME_EQUIVALENT,
	LOOKS_SAME_BOOTS, /* the sum of boots per arm */
	LOOKS_EDGE_EQUIVALENT,
	LOOKS_EDGE_VERDICT,
	LOOKS_MISS, /* of any look */
	LOOKS_TWICE_REGRESSED,
	LOOKS_TWICE_BOOTS,
	/* the same as if each look were the only one */
	NAIVE_EDGE_EQUIVALENT,
	NAIVE_EDGE_VERDICT,
	NAIVE_MISS,
	/* all boots and one look */
	FIXED_SAME_EQUIVALENT,
	FIXED_TWICE_REGRESSED,
	NR_COUNTS,
};

/**
 * struct cell - @nr boots per arm of one op under one noise, and what came out
 * @rows: 1, or many rows, judged together
 * @share: boots' offsets are the same for all rows
 * @looks: it is looked at after each boot of both arms
 */
struct cell {
	const struct op *op;
	const struct noise *noise;
	size_t nr, rows;
	bool share, looks;
	uint64_t campaigns, counts[NR_COUNTS];
};

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
