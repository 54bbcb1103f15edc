// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include "series.h"

int dmafp_series_init(struct dmafp_series *series, u32 room, u32 block,
		      int node)
{
	if (!room)
		return 0;

	series->points = kvzalloc_node(array_size(room, sizeof(u64)),
				       GFP_KERNEL, node);
	series->sorted = kvzalloc_node(array_size(block, sizeof(u64)),
				       GFP_KERNEL, node);
	if (!series->points || !series->sorted)
		return -ENOMEM;
	series->room = room;
	series->stride = block;
	return 0;
}

void dmafp_series_free(struct dmafp_series *series)
{
	kvfree(series->points);
	kvfree(series->sorted);
}

static int dmafp_series_compare(const void *left, const void *right)
{
	u64 a = *(const u64 *)left, b = *(const u64 *)right;

	return a < b ? -1 : a > b;
}

/* Of an even number, the lower one of the middle. */
static u64 dmafp_series_median(struct dmafp_series *series, const u64 *ticks,
			       u32 nr)
{
	memcpy(series->sorted, ticks, nr * sizeof(*ticks));
	sort(series->sorted, nr, sizeof(*ticks), dmafp_series_compare, NULL);
	return series->sorted[(nr - 1) / 2];
}

static void dmafp_series_thin(struct dmafp_series *series)
{
	u32 i;

	series->nr /= 2;
	for (i = 0; i < series->nr; i++)
		series->points[i] = series->points[2 * i];
	series->stride *= 2;
}

/* Point i is of the first block at or after sample i * stride. */
void dmafp_series_add(struct dmafp_series *series, const u64 *ticks, u32 nr)
{
	u64 at = series->seen;

	if (!series->room || !nr)
		return;

	series->seen += nr;
	if (at < (u64)series->nr * series->stride)
		return;
	if (series->nr == series->room) {
		if (series->stride > U32_MAX / 2)
			return;
		dmafp_series_thin(series);
	}
	series->points[series->nr++] = dmafp_series_median(series, ticks, nr);
}
