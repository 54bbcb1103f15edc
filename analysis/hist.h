/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Histograms, and the statistics of one. */
#ifndef DMAFP_ANALYSIS_HIST_H
#define DMAFP_ANALYSIS_HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/member.h"
#include "base/err.h"

/**
 * struct dmafp_bucket - samples of @low <= ticks < @low + @width
 */
struct dmafp_bucket {
	uint64_t low;
	uint64_t width; /* 1: exact */
	uint64_t count;
};

/**
 * struct dmafp_hist - samples of one phase of a cell, or of one measure of a load
 * @count: samples
 * @min: least ticks
 * @max: most ticks
 * @sum: sum of all ticks
 * @overflow: samples beyond the last bucket
 * @buckets: non-empty buckets in rising order
 * @nr_buckets: how many
 */
struct dmafp_hist {
	uint64_t count, min, max, sum, overflow;
	struct dmafp_bucket *buckets;
	size_t nr_buckets;
};

/* The members of the structure, for the tables that it is in */
extern const struct dmafp_member dmafp_hist_members[];

/**
 * dmafp_hist_check() - can a histogram be what its samples gave?
 * @hist: as read
 * @err: says what does not fit
 *
 * Buckets rise and do not overlap; their counts and the overflow add up to the
 * count; the minimum is in the first bucket and the maximum in the last one,
 * or beyond it with overflow; the sum lies between the buckets' low and high
 * ends, which is one value where all buckets are exact.
 *
 * Return: 0, or -EINVAL.
 */
int dmafp_hist_check(const struct dmafp_hist *hist, struct dmafp_err *err);

/**
 * dmafp_hist_quantile() - nearest-rank quantile
 * @hist: at least one sample
 * @num: numerator, 1..@den
 * @den: denominator, at most 10000
 *
 * The sample of rank ceil(@num * count / @den) in rising order, ranks from 1:
 * always a value that was measured, never one between two of them.  In a bucket
 * wider than one tick it is the bucket's low end, or the minimum if that is
 * higher; among the overflow samples it is the maximum.
 */
uint64_t dmafp_hist_quantile(const struct dmafp_hist *hist, unsigned int num,
			     unsigned int den);

/**
 * dmafp_hist_width() - how wide the bucket of that quantile is
 *
 * 1: the quantile is exact.  0 among the overflow samples.
 */
uint64_t dmafp_hist_width(const struct dmafp_hist *hist, unsigned int num,
			  unsigned int den);

/**
 * dmafp_hist_point() - a quantile between ticks
 *
 * That of the mid-distribution: a tick's rank is the middle of the ranks of its
 * samples, and between ticks that have samples it is interpolated.  Ma, Genton and
 * Parzen, "Asymptotic properties of sample quantiles of discrete distributions",
 * Annals of the Institute of Statistical Mathematics 63 (2011).  A bucket wider
 * than one tick stands at its middle, the overflow samples at the maximum.
 */
double dmafp_hist_point(const struct dmafp_hist *hist, unsigned int num, unsigned int den);

/** dmafp_hist_mean() - sum / count; 0 without samples */
double dmafp_hist_mean(const struct dmafp_hist *hist);

/** dmafp_hist_equal() - the same in every number? */
bool dmafp_hist_equal(const struct dmafp_hist *a, const struct dmafp_hist *b);

#endif /* DMAFP_ANALYSIS_HIST_H */
