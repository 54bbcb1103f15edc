// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma_map_resource() and dma_unmap_resource() of the device's own memory.
 * Nobody ever accesses it through the mapping.
 */
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/pci.h>
#include "compat.h"
#include "device.h"
#include "loop.h"

/* What others leave of the first BAR where that is enough, 0 if none is */
static phys_addr_t dmafp_map_resource_find(struct pci_dev *pdev, u64 used,
					   u64 bytes)
{
	int bar;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		if ((pci_resource_flags(pdev, bar) & IORESOURCE_MEM) &&
		    !(pci_resource_flags(pdev, bar) & IORESOURCE_UNSET) &&
		    pci_resource_start(pdev, bar) &&
		    pci_resource_len(pdev, bar) >= used + bytes)
			return pci_resource_start(pdev, bar) + used;
	}
	return 0;
}

/* Only towards the device may mappings overlap, says the API's own checker. */
static u64 dmafp_map_resource_bytes(const struct dmafp_call *call)
{
	u32 parts = call->direction == DMA_TO_DEVICE ? 1 : call->nr;

	return (u64)call->bytes * parts;
}

static u64 *dmafp_map_resource_used(const struct dmafp_call *call)
{
	struct dmafp_bound_device *bound = dev_get_drvdata(call->dev);

	return &bound->resource_used;
}

static int dmafp_map_resource_prepare(struct dmafp_call *call)
{
	bool shared = call->direction == DMA_TO_DEVICE;
	u64 bytes = dmafp_map_resource_bytes(call);
	u64 *used = dmafp_map_resource_used(call);
	phys_addr_t phys;
	u32 i;

	phys = dmafp_map_resource_find(to_pci_dev(call->dev),
				       shared ? 0 : *used, bytes);
	if (!phys)
		return -EOPNOTSUPP;
	/* Without translation the kernel would warn. */
	if (!dmafp_compat_uses_dma_iommu(call->dev) &&
	    phys + bytes - 1 > dma_get_mask(call->dev))
		return -EOPNOTSUPP;
	/* There is nothing to sync; without it DMA_API_DEBUG minds overlaps. */
	call->attrs |= DMA_ATTR_SKIP_CPU_SYNC;
	for (i = 0; i < call->nr; i++)
		call->mappings[i].phys =
			phys + (shared ? 0 : (u64)i * call->bytes);
	if (!shared)
		*used += bytes;
	return 0;
}

/* All who use the device at the same time end before the next one begins. */
static void dmafp_map_resource_unprepare(struct dmafp_call *call)
{
	if (call->direction != DMA_TO_DEVICE)
		*dmafp_map_resource_used(call) -= dmafp_map_resource_bytes(call);
}

static __always_inline void
dmafp_map_resource_map(const struct dmafp_call *call, struct dmafp_mapping *m)
{
	m->dma = dma_map_resource(call->dev, m->phys, call->bytes,
				  call->direction, call->attrs);
}

static __always_inline bool
dmafp_map_resource_failed(const struct dmafp_call *call,
			  const struct dmafp_mapping *m)
{
	return dma_mapping_error(call->dev, m->dma);
}

static __always_inline void
dmafp_map_resource_unmap(const struct dmafp_call *call,
			 const struct dmafp_mapping *m)
{
	dma_unmap_resource(call->dev, m->dma, call->bytes, call->direction,
			   call->attrs);
}

DMAFP_LOOP_OP(map_resource, dmafp_map_resource_map, dmafp_map_resource_failed,
	      dmafp_map_resource_unmap,
	      .prepare = dmafp_map_resource_prepare,
	      .unprepare = dmafp_map_resource_unprepare);
