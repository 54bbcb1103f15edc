// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma_map_resource() and dma_unmap_resource() of the device's own memory.
 * Nobody ever accesses it through the mapping.
 */
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/pci.h>
#include "compat.h"
#include "loop.h"

static phys_addr_t dmafp_map_resource_find(struct pci_dev *pdev, size_t bytes)
{
	int bar;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		if ((pci_resource_flags(pdev, bar) & IORESOURCE_MEM) &&
		    !(pci_resource_flags(pdev, bar) & IORESOURCE_UNSET) &&
		    pci_resource_start(pdev, bar) &&
		    pci_resource_len(pdev, bar) >= bytes)
			return pci_resource_start(pdev, bar);
	}
	return 0;
}

static int dmafp_map_resource_prepare(struct dmafp_call *call)
{
	phys_addr_t phys = dmafp_map_resource_find(to_pci_dev(call->dev),
						   call->bytes);
	u32 i;

	if (!phys)
		return -EOPNOTSUPP;
	/* Without translation the kernel would warn. */
	if (!dmafp_compat_uses_dma_iommu(call->dev) &&
	    phys + call->bytes - 1 > dma_get_mask(call->dev))
		return -EOPNOTSUPP;
	/* There is nothing to sync; without it DMA_API_DEBUG minds overlaps. */
	call->attrs |= DMA_ATTR_SKIP_CPU_SYNC;
	for (i = 0; i < call->nr; i++)
		call->mappings[i].phys = phys;
	return 0;
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
	      .prepare = dmafp_map_resource_prepare);
