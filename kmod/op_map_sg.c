// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma_map_sg() and dma_unmap_sg() of a list whose entries are equally long.
 */
#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include "loop.h"

static void dmafp_map_sg_unprepare(struct dmafp_call *call)
{
	u32 i;

	for (i = 0; i < call->nr && call->mappings[i].sgt; i++) {
		sg_free_table(call->mappings[i].sgt);
		kfree(call->mappings[i].sgt);
	}
}

/* Scattered is last page first: no entry begins where the one before it ends. */
static int dmafp_map_sg_fill(const struct dmafp_call *call,
			     struct dmafp_mapping *m)
{
	unsigned int length = call->bytes / call->entries;
	struct scatterlist *sg;
	struct sg_table *sgt;
	u32 i, at;
	int err;

	sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);
	if (!sgt)
		return -ENOMEM;
	err = sg_alloc_table(sgt, call->entries, GFP_KERNEL);
	if (err) {
		kfree(sgt);
		return err;
	}

	for_each_sgtable_sg(sgt, sg, i) {
		at = call->flags & DMAFP_CELL_SCATTERED ?
		     call->entries - 1 - i : i;
		sg_set_buf(sg, m->cpu + (size_t)at * length, length);
	}
	m->phys = sg_phys(sgt->sgl);
	m->sgt = sgt;
	return 0;
}

static int dmafp_map_sg_prepare(struct dmafp_call *call)
{
	int err = 0;
	u32 i;

	if (!dmafp_buffer_affordable(call->entries * sizeof(struct scatterlist),
				     call->nr))
		return -ENOMEM;
	for (i = 0; i < call->nr && !err; i++)
		err = dmafp_map_sg_fill(call, &call->mappings[i]);
	if (err)
		dmafp_map_sg_unprepare(call);
	return err;
}

static __always_inline void dmafp_map_sg_map(const struct dmafp_call *call,
					     struct dmafp_mapping *m)
{
	m->error = dma_map_sg_attrs(call->dev, m->sgt->sgl, call->entries,
				    call->direction, call->attrs);
}

static __always_inline bool dmafp_map_sg_failed(const struct dmafp_call *call,
						const struct dmafp_mapping *m)
{
	return m->error == 0;
}

static __always_inline void dmafp_map_sg_unmap(const struct dmafp_call *call,
					       const struct dmafp_mapping *m)
{
	dma_unmap_sg_attrs(call->dev, m->sgt->sgl, call->entries,
			   call->direction, call->attrs);
}

DMAFP_LOOP_OP(map_sg, dmafp_map_sg_map, dmafp_map_sg_failed, dmafp_map_sg_unmap,
	      .prepare = dmafp_map_sg_prepare,
	      .unprepare = dmafp_map_sg_unprepare);
