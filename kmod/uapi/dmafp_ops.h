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
 * A new op is a row here and a kmod/op_NAME.c, see kmod/op.h.
 */
#ifndef _UAPI_DMAFP_OPS_H
#define _UAPI_DMAFP_OPS_H

#include "dmafp.h"

#define DMAFP_OPS(ROW)							\
	ROW(null, "nothing", DMAFP_OP_TIMES_UNMAP, 0)			\
	ROW(check, "iommu_deferred_attach", DMAFP_OP_DIRECT, 0)		\
	ROW(map_page, "iommu_dma_map_page",				\
	    DMAFP_OP_TIMES_UNMAP | DMAFP_OP_USES_SIZE |			\
	    DMAFP_OP_USES_DIRECTION | DMAFP_OP_ON_PATH, 0)

#endif /* _UAPI_DMAFP_OPS_H */
