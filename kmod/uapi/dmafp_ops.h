/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The ops, for whoever wants to know them without the module: one row each.
 *
 *	DMAFP_OPS(ROW) becomes ROW(name, reaches, flags) for every op
 *
 * @name is an identifier, @reaches a string, @flags DMAFP_OP_* of dmafp.h but
 * DMAFP_OP_UNAVAILABLE, which only the loaded module knows.  The place of a row
 * is the op's index in this version of the module and is no ABI: ask the module
 * by DMAFP_IOC_OP and go by name.
 *
 * A new op is a row here and a kmod/op_NAME.c, see kmod/op.h.
 */
#ifndef _UAPI_DMAFP_OPS_H
#define _UAPI_DMAFP_OPS_H

#include "dmafp.h"

#define DMAFP_OPS(ROW)							\
	ROW(null, "nothing", DMAFP_OP_TIMES_UNMAP)			\
	ROW(check, "iommu_deferred_attach", DMAFP_OP_DIRECT)		\
	ROW(map_page, "iommu_dma_map_page",				\
	    DMAFP_OP_TIMES_UNMAP | DMAFP_OP_USES_SIZE |			\
	    DMAFP_OP_USES_DIRECTION | DMAFP_OP_ON_PATH)

#endif /* _UAPI_DMAFP_OPS_H */
