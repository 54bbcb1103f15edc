// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma_map_page() and dma_unmap_page() of a physically contiguous buffer.
 */
#include <linux/dma-mapping.h>
#include "loop.h"

static __always_inline void dmafp_map_page_map(const struct dmafp_call *call,
					       struct dmafp_mapping *m)
{
	m->dma = dma_map_page_attrs(call->dev, m->page, 0, call->bytes,
				    call->direction, call->attrs);
}

static __always_inline bool dmafp_map_page_failed(const struct dmafp_call *call,
						  const struct dmafp_mapping *m)
{
	return dma_mapping_error(call->dev, m->dma);
}

static __always_inline void dmafp_map_page_unmap(const struct dmafp_call *call,
						 const struct dmafp_mapping *m)
{
	dma_unmap_page_attrs(call->dev, m->dma, call->bytes, call->direction,
			     call->attrs);
}

DMAFP_LOOP_OP(map_page, dmafp_map_page_map, dmafp_map_page_failed,
	      dmafp_map_page_unmap);
