/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many claims at once. */
#ifndef DMAFP_STAT_HOLM_H
#define DMAFP_STAT_HOLM_H

#include <stddef.h>

/**
 * dmafp_holm() - adjust p values for their number
 * @p: @nr of them, replaced by the adjusted ones, in the same order
 *
 * Holm, "A simple sequentially rejective multiple test procedure",
 * Scandinavian Journal of Statistics 6 (1979).
 */
void dmafp_holm(double *p, size_t nr);

#endif /* DMAFP_STAT_HOLM_H */
