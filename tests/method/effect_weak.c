// SPDX-License-Identifier: GPL-2.0-or-later
/* Welch's t, until analysis/stat has its method. */
#include "peers.h"

void __attribute__((weak)) dmafp_effect_of(const struct dmafp_replicates *base,
					   const struct dmafp_replicates *arm, double margin,
					   struct dmafp_effect *effect)
{
	peer_welch_effect(base, arm, margin, effect);
}
