// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommu_deferred_attach() itself, on a device that is attached: the early
 * return that the static key hides from ordinary boots.
 */
#include <linux/errno.h>
#include "device.h"
#include "loop.h"
#include "symbol.h"

static int dmafp_check_prepare(struct dmafp_call *call)
{
	/* Deferred means that the call would attach, and sleep. */
	if (!call->dev->iommu || dmafp_device_deferred(call->dev))
		return -EOPNOTSUPP;
	return 0;
}

static __always_inline void dmafp_check_map(const struct dmafp_call *call,
					    struct dmafp_mapping *m)
{
	m->error = static_call(dmafp_deferred_attach)(call->dev, call->domain);
}

static __always_inline bool dmafp_check_failed(const struct dmafp_call *call,
					       const struct dmafp_mapping *m)
{
	return m->error;
}

DMAFP_LOOP_OP(check, dmafp_check_map, dmafp_check_failed, NULL,
	      .available = dmafp_symbol_has_deferred_attach,
	      .prepare = dmafp_check_prepare);
