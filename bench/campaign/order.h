/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order in which a campaign boots its arms. */
#ifndef DMAFP_CAMPAIGN_ORDER_H
#define DMAFP_CAMPAIGN_ORDER_H

#include <stddef.h>

/**
 * dmafp_order_make() - randomised blocks, ABBA within each
 * @order: filled: which of the @nr kinds of boot is made when; room for @nr * @boots
 * @nr: kinds of boot: arms x boots that they need for their modes
 * @boots: how often each is made
 * @seed: the same seed gives the same order
 *
 * A block holds two boots of each kind: all once in an order drawn at random, then
 * all in the reverse of it, so that what changes steadily with time changes for all
 * alike, whoever comes first. With an odd number the last block is a half.
 */
void dmafp_order_make(size_t *order, size_t nr, unsigned int boots, unsigned long seed);

#endif /* DMAFP_CAMPAIGN_ORDER_H */
