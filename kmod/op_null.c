// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nothing: the harness's own share of a window.
 */
#include "loop.h"

static __always_inline void dmafp_null_map(const struct dmafp_call *call,
					   struct dmafp_mapping *m)
{
}

static __always_inline bool dmafp_null_failed(const struct dmafp_call *call,
					      const struct dmafp_mapping *m)
{
	return false;
}

static __always_inline void dmafp_null_unmap(const struct dmafp_call *call,
					     const struct dmafp_mapping *m)
{
}

DMAFP_LOOP_OP(null, dmafp_null_map, dmafp_null_failed, dmafp_null_unmap);
