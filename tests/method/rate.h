/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rate in a table. */
#ifndef DMAFP_METHOD_RATE_H
#define DMAFP_METHOD_RATE_H

#include <stdbool.h>

#include "study.h"
#include "table.h"

/**
 * rate_is_above() - has a count the rate @bound no more?
 *
 * A method at the bound counts so many once in 10000 studies: there are some 500 rates.
 */
bool rate_is_above(uint64_t count, uint64_t all, double bound);

/**
 * rate_add() - the next cell of the last row
 * @count: of the cell's campaigns
 * @bound: 0: none
 *
 * In percent, and in brackets how far the farther end of its interval is.
 *
 * Return: is it above its bound, where the method can keep it?  docs/method.md says
 * where it cannot, and why.
 */
bool rate_add(struct table *table, const struct cell *cell, uint64_t count, double bound);

#endif /* DMAFP_METHOD_RATE_H */
