/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often looks at ranks alone are wrong.
 *
 * Where two arms are one kernel, but for a shift that is the value tested, every order
 * of all boots is as likely as any other, whatever a boot's distribution is.  So what
 * is counted over random orders is true of every noise without ties; ties count
 * against every claim.
 */
#ifndef DMAFP_METHOD_ORDERS_H
#define DMAFP_METHOD_ORDERS_H

#include <stddef.h>
#include <stdint.h>

#define ORDERS_LEVELS 4

/** orders_levels - one-sided: EQUIVALENT, REGRESSED of one row, of the first of 5 and of 22 */
extern const double orders_levels[ORDERS_LEVELS];

/** struct orders - of campaigns of two arms, how many claimed at any look what is not so */
struct orders {
	size_t boots_max;
	uint64_t all, looks[ORDERS_LEVELS], naive[ORDERS_LEVELS];
};

/** orders_count() - fill @orders for @orders->boots_max and @orders->all campaigns */
void orders_count(struct orders *orders, unsigned long seed);

#endif /* DMAFP_METHOD_ORDERS_H */
