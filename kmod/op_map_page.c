// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma_map_page() and dma_unmap_page() of a physically contiguous buffer.
 */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include "loop.h"

/*
 * The buffer starts a 2 MiB block where one can be had.  What iommu_map() does
 * depends on the low bits of the physical address: iommu_pgsize() looks for the
 * next larger page that both addresses are offset in alike, so that a buffer
 * anywhere would make boots of one kernel differ by a few instructions.
 */
static int dmafp_map_page_prepare(struct dmafp_call *call)
{
	gfp_t gfp = GFP_KERNEL | __GFP_ZERO | __GFP_COMP | __GFP_NOWARN |
		    __GFP_THISNODE;
	unsigned int order = get_order(call->bytes);

	call->page = alloc_pages_node(call->node, gfp | __GFP_NORETRY,
				      max(order, get_order(SZ_2M)));
	if (!call->page)
		call->page = alloc_pages_node(call->node, gfp, order);
	if (!call->page)
		return -ENOMEM;
	call->phys = page_to_phys(call->page);
	return 0;
}

static void dmafp_map_page_unprepare(struct dmafp_call *call)
{
	__free_pages(call->page, compound_order(call->page));
}

static __always_inline void dmafp_map_page_map(const struct dmafp_call *call,
					       struct dmafp_mapping *m)
{
	m->dma = dma_map_page(call->dev, call->page, 0, call->bytes,
			      call->direction);
}

static __always_inline bool dmafp_map_page_failed(const struct dmafp_call *call,
						  const struct dmafp_mapping *m)
{
	return dma_mapping_error(call->dev, m->dma);
}

static __always_inline void dmafp_map_page_unmap(const struct dmafp_call *call,
						 const struct dmafp_mapping *m)
{
	dma_unmap_page(call->dev, m->dma, call->bytes, call->direction);
}

static u32 dmafp_map_page_run_block(const struct dmafp_call *call,
				    const struct dmafp_ticks *ticks, u32 nr)
{
	return dmafp_loop_block(call, ticks, nr, dmafp_map_page_map,
				dmafp_map_page_failed, dmafp_map_page_unmap);
}

const struct dmafp_op_vtable dmafp_op_map_page = {
	.prepare	= dmafp_map_page_prepare,
	.unprepare	= dmafp_map_page_unprepare,
	.map		= dmafp_map_page_map,
	.failed		= dmafp_map_page_failed,
	.unmap		= dmafp_map_page_unmap,
	.run_block	= dmafp_map_page_run_block,
};
