// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/minmax.h>
#include <linux/vmalloc.h>
#include "histogram.h"

/* Userspace indexes the buckets by the geometry of the header. */
static_assert(DMAFP_HIST_SUB_SHIFT <= DMAFP_HIST_UNIT_SHIFT);
static_assert(DMAFP_HIST_UNIT_SHIFT < DMAFP_HIST_MAX_SHIFT);

struct dmafp_histogram *dmafp_histogram_create(int node)
{
	return vzalloc_node(sizeof(struct dmafp_histogram), node);
}

void dmafp_histogram_destroy(struct dmafp_histogram *histogram)
{
	vfree(histogram);
}

/* @ticks must be below 2^DMAFP_HIST_MAX_SHIFT. */
static u32 dmafp_histogram_index(u64 ticks)
{
	u32 shift, sub;

	if (ticks < DMAFP_HIST_UNIT)
		return ticks;

	shift = fls64(ticks) - 1;
	sub = (ticks >> (shift - DMAFP_HIST_SUB_SHIFT)) & (DMAFP_HIST_SUB - 1);
	return DMAFP_HIST_UNIT +
	       (shift - DMAFP_HIST_UNIT_SHIFT) * DMAFP_HIST_SUB + sub;
}

static void dmafp_histogram_add_one(struct dmafp_histogram *histogram,
				    u64 ticks)
{
	struct dmafp_summary *summary = &histogram->summary;

	summary->min = summary->count ? min(summary->min, ticks) : ticks;
	summary->max = max(summary->max, ticks);
	summary->sum += ticks;
	summary->count++;

	if (ticks >> DMAFP_HIST_MAX_SHIFT)
		summary->overflow++;
	else
		histogram->buckets[dmafp_histogram_index(ticks)]++;
}

void dmafp_histogram_add(struct dmafp_histogram *histogram, const u64 *ticks,
			 u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		dmafp_histogram_add_one(histogram, ticks[i]);
}
