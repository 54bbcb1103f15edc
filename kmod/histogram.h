/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMAFP_HISTOGRAM_H
#define DMAFP_HISTOGRAM_H

#include <linux/types.h>
#include "uapi/dmafp.h"

/**
 * struct dmafp_histogram - the ticks of one phase of one worker
 * @summary: exact count, min, max, sum and overflow
 * @buckets: geometry as in uapi/dmafp.h
 *
 * Written by one worker and read after it has stopped: no lock.
 */
struct dmafp_histogram {
	struct dmafp_summary summary;
	u64 buckets[DMAFP_HIST_BUCKETS];
};

/**
 * dmafp_histogram_create() - make an empty histogram
 * @node: NUMA node of its memory
 *
 * Return: the histogram, or NULL without memory.
 */
struct dmafp_histogram *dmafp_histogram_create(int node);

/**
 * dmafp_histogram_destroy() - free a histogram
 * @histogram: may be NULL
 */
void dmafp_histogram_destroy(struct dmafp_histogram *histogram);

/**
 * dmafp_histogram_add() - record samples
 * @histogram: where to
 * @ticks: the samples
 * @nr: how many
 */
void dmafp_histogram_add(struct dmafp_histogram *histogram, const u64 *ticks,
			 u32 nr);

#endif /* DMAFP_HISTOGRAM_H */
