/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The ops, for whoever wants to know them without the module: one row each.
 *
 *	DMAFP_OPS(ROW) becomes ROW(name, reaches, flags, attrs) for every op
 *
 * @name is an identifier, @reaches the function of drivers/iommu/dma-iommu.c
 * that its map ends up in, @flags DMAFP_OP_* of dmafp.h but
 * DMAFP_OP_UNAVAILABLE, which only the loaded module knows, and @attrs the
 * DMAFP_ATTR_* it takes.  The place of a row is the op's index in this version
 * of the module and is no ABI: ask the module by DMAFP_IOC_OP and go by name.
 *
 * What the phases of each op are:
 *
 *	op			map			unmap
 *	null			nothing			nothing
 *	check			iommu_deferred_attach()	-
 *	map_page		dma_map_page()		dma_unmap_page()
 *	map_single		dma_map_single()	dma_unmap_single()
 *	map_sg			dma_map_sg()		dma_unmap_sg()
 *	map_resource		dma_map_resource()	dma_unmap_resource()
 *	alloc_coherent		dma_alloc_attrs()	dma_free_attrs()
 *	alloc_noncontiguous	dma_alloc_noncontiguous()
 *							dma_free_noncontiguous()
 *	sync_single		dma_sync_single_for_device()
 *							dma_sync_single_for_cpu()
 *
 * map_resource maps the device's first memory BAR that is large enough; but
 * towards the device each mapping that is live has a part of its own.
 * sync_single is a control, the deferred check is not on its way: its buffer is
 * mapped beforehand.  Since 6.10 the kernel skips the syncs of a device with
 * coherent caches unless DMA_API_DEBUG is on, so @reaches is not reached there.
 *
 * A new op is a row here and a kmod/op_NAME.c, see kmod/op.h.
 */
#ifndef _UAPI_DMAFP_OPS_H
#define _UAPI_DMAFP_OPS_H

#include "dmafp.h"

/* Of streaming mappings; the others are about allocation. */
#define DMAFP_ATTRS_STREAMING						\
	(DMAFP_ATTR_WEAK_ORDERING | DMAFP_ATTR_SKIP_CPU_SYNC |		\
	 DMAFP_ATTR_NO_WARN | DMAFP_ATTR_PRIVILEGED)

#define DMAFP_OPS_STREAMING						\
	(DMAFP_OP_TIMES_UNMAP | DMAFP_OP_USES_SIZE |			\
	 DMAFP_OP_USES_DIRECTION | DMAFP_OP_USES_BUFFER)

#define DMAFP_OPS(ROW)							\
	ROW(null, "nothing", DMAFP_OP_TIMES_UNMAP, 0)			\
	ROW(check, "iommu_deferred_attach", DMAFP_OP_DIRECT, 0)		\
	ROW(map_page, "iommu_dma_map_page",				\
	    DMAFP_OPS_STREAMING | DMAFP_OP_ON_PATH,			\
	    DMAFP_ATTRS_STREAMING)					\
	ROW(map_single, "iommu_dma_map_page",				\
	    DMAFP_OPS_STREAMING | DMAFP_OP_ON_PATH,			\
	    DMAFP_ATTRS_STREAMING)					\
	ROW(map_sg, "iommu_dma_map_sg",					\
	    DMAFP_OPS_STREAMING | DMAFP_OP_ON_PATH |			\
	    DMAFP_OP_USES_ENTRIES, DMAFP_ATTRS_STREAMING)		\
	ROW(map_resource, "iommu_dma_map_resource",			\
	    DMAFP_OP_TIMES_UNMAP | DMAFP_OP_USES_SIZE |			\
	    DMAFP_OP_USES_DIRECTION | DMAFP_OP_ON_PATH,			\
	    DMAFP_ATTR_WEAK_ORDERING | DMAFP_ATTR_PRIVILEGED)		\
	ROW(alloc_coherent, "iommu_dma_alloc",				\
	    DMAFP_OP_TIMES_UNMAP | DMAFP_OP_USES_SIZE |			\
	    DMAFP_OP_ON_PATH | DMAFP_OP_SLEEPS,				\
	    DMAFP_ATTR_WEAK_ORDERING | DMAFP_ATTR_WRITE_COMBINE |	\
	    DMAFP_ATTR_NO_KERNEL_MAPPING | DMAFP_ATTR_FORCE_CONTIGUOUS | \
	    DMAFP_ATTR_ALLOC_SINGLE_PAGES | DMAFP_ATTR_NO_WARN |	\
	    DMAFP_ATTR_PRIVILEGED)					\
	ROW(alloc_noncontiguous, "iommu_dma_alloc_noncontiguous",	\
	    DMAFP_OP_TIMES_UNMAP | DMAFP_OP_USES_SIZE |			\
	    DMAFP_OP_USES_DIRECTION | DMAFP_OP_ON_PATH |		\
	    DMAFP_OP_SLEEPS, DMAFP_ATTR_ALLOC_SINGLE_PAGES)		\
	ROW(sync_single, "iommu_dma_sync_single_for_device",		\
	    DMAFP_OPS_STREAMING, 0)

#endif /* _UAPI_DMAFP_OPS_H */
