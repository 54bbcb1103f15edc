// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma_alloc_attrs() and dma_free_attrs(), without attributes known as
 * dma_alloc_coherent() and dma_free_coherent().
 */
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include "loop.h"

/* Not at any price: nobody shall be killed for it. */
#define DMAFP_ALLOC_COHERENT_GFP \
	(GFP_KERNEL | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

static int dmafp_alloc_coherent_prepare(struct dmafp_call *call)
{
	return dmafp_buffer_affordable(call->bytes, call->nr) ? 0 : -ENOMEM;
}

static __always_inline void
dmafp_alloc_coherent_map(const struct dmafp_call *call, struct dmafp_mapping *m)
{
	m->cpu = dma_alloc_attrs(call->dev, call->bytes, &m->dma,
				 DMAFP_ALLOC_COHERENT_GFP, call->attrs);
}

static __always_inline bool
dmafp_alloc_coherent_failed(const struct dmafp_call *call,
			    const struct dmafp_mapping *m)
{
	return !m->cpu;
}

static __always_inline void
dmafp_alloc_coherent_unmap(const struct dmafp_call *call,
			   const struct dmafp_mapping *m)
{
	dma_free_attrs(call->dev, call->bytes, m->cpu, m->dma, call->attrs);
}

DMAFP_LOOP_OP(alloc_coherent, dmafp_alloc_coherent_map,
	      dmafp_alloc_coherent_failed, dmafp_alloc_coherent_unmap,
	      .prepare = dmafp_alloc_coherent_prepare);
