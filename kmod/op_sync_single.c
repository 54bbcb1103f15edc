// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma_sync_single_for_device() and dma_sync_single_for_cpu() of a buffer that
 * is mapped all the time: a control, the deferred check is not on their way.
 */
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include "device.h"
#include "loop.h"

static void dmafp_sync_single_unmap_all(struct dmafp_call *call, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		dma_unmap_single(call->dev, call->mappings[i].dma, call->bytes,
				 call->direction);
}

static int dmafp_sync_single_prepare(struct dmafp_call *call)
{
	struct dmafp_mapping *m;
	u32 i;

	/* What attaches a device is the first map, and that is measured. */
	if (dmafp_device_deferred(call->dev))
		return -EOPNOTSUPP;

	for (i = 0; i < call->nr; i++) {
		m = &call->mappings[i];
		m->dma = dma_map_single(call->dev, m->cpu, call->bytes,
					call->direction);
		if (dma_mapping_error(call->dev, m->dma)) {
			dmafp_sync_single_unmap_all(call, i);
			return -EIO;
		}
		dma_sync_single_for_cpu(call->dev, m->dma, call->bytes,
					call->direction);
	}
	return 0;
}

static void dmafp_sync_single_unprepare(struct dmafp_call *call)
{
	dmafp_sync_single_unmap_all(call, call->nr);
}

static __always_inline void
dmafp_sync_single_for_device(const struct dmafp_call *call,
			     struct dmafp_mapping *m)
{
	dma_sync_single_for_device(call->dev, m->dma, call->bytes,
				   call->direction);
}

static __always_inline bool
dmafp_sync_single_failed(const struct dmafp_call *call,
			 const struct dmafp_mapping *m)
{
	return false;
}

static __always_inline void
dmafp_sync_single_for_cpu(const struct dmafp_call *call,
			  const struct dmafp_mapping *m)
{
	dma_sync_single_for_cpu(call->dev, m->dma, call->bytes,
				call->direction);
}

DMAFP_LOOP_OP(sync_single, dmafp_sync_single_for_device,
	      dmafp_sync_single_failed, dmafp_sync_single_for_cpu,
	      .prepare = dmafp_sync_single_prepare,
	      .unprepare = dmafp_sync_single_unprepare);
