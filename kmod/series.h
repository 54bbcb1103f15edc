/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the samples of a worker's phase went on in time: medians of blocks, in
 * bounded memory.  When it is full, every second point goes and the stride
 * doubles, so that a point always costs the less the longer a run is.
 */
#ifndef DMAFP_SERIES_H
#define DMAFP_SERIES_H

#include <linux/types.h>

/**
 * struct dmafp_series - a time series
 * @room: points there is room for, even
 * @nr: points there are
 * @stride: samples that a point stands for
 * @seen: samples so far
 * @points: medians
 * @sorted: room to sort a block in
 *
 * Written by one worker and read after it has stopped: no lock.
 */
struct dmafp_series {
	u32 room;
	u32 nr;
	u32 stride;
	u64 seen;
	u64 *points;
	u64 *sorted;
};

/**
 * dmafp_series_init() - make an empty series
 * @series: out; zeroed before
 * @room: points there is to be room for, even; 0: none
 * @block: most samples of a block, and the first stride
 * @node: NUMA node of its memory
 *
 * Return: 0, or -ENOMEM, and then dmafp_series_free() it all the same.
 */
int dmafp_series_init(struct dmafp_series *series, u32 room, u32 block,
		      int node);

/**
 * dmafp_series_free() - free what it holds
 * @series: initialized or zeroed
 */
void dmafp_series_free(struct dmafp_series *series);

/**
 * dmafp_series_add() - record a block
 * @series: where to
 * @ticks: the samples
 * @nr: how many
 *
 * Sorts only what becomes a point: the first block that begins @stride samples
 * or more after the one of the point before.
 */
void dmafp_series_add(struct dmafp_series *series, const u64 *ticks, u32 nr);

#endif /* DMAFP_SERIES_H */
