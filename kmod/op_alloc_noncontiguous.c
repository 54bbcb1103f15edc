// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma_alloc_noncontiguous() and dma_free_noncontiguous().
 */
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include "loop.h"

/* Not at any price: nobody shall be killed for it. */
#define DMAFP_ALLOC_NONCONTIGUOUS_GFP \
	(GFP_KERNEL | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

static int dmafp_alloc_noncontiguous_prepare(struct dmafp_call *call)
{
	return dmafp_buffer_affordable(call->bytes, call->nr) ? 0 : -ENOMEM;
}

static __always_inline void
dmafp_alloc_noncontiguous_map(const struct dmafp_call *call,
			      struct dmafp_mapping *m)
{
	m->sgt = dma_alloc_noncontiguous(call->dev, call->bytes,
					 call->direction,
					 DMAFP_ALLOC_NONCONTIGUOUS_GFP,
					 call->attrs);
}

static __always_inline bool
dmafp_alloc_noncontiguous_failed(const struct dmafp_call *call,
				 const struct dmafp_mapping *m)
{
	return !m->sgt;
}

static __always_inline void
dmafp_alloc_noncontiguous_unmap(const struct dmafp_call *call,
				const struct dmafp_mapping *m)
{
	dma_free_noncontiguous(call->dev, call->bytes, m->sgt,
			       call->direction);
}

DMAFP_LOOP_OP(alloc_noncontiguous, dmafp_alloc_noncontiguous_map,
	      dmafp_alloc_noncontiguous_failed, dmafp_alloc_noncontiguous_unmap,
	      .prepare = dmafp_alloc_noncontiguous_prepare);
