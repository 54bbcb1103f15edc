// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "rate.h"

/* Beyond what the method can do */
static bool is_limit(const struct cell *cell)
{
	return cell->noise->apart || cell->noise->spread > 2 ||
	       (cell->op->margin_check && cell->noise->step > 1);
}

bool rate_is_above(uint64_t count, uint64_t all, double bound)
{
	return bound > 0 && count && gsl_cdf_binomial_Q(count - 1, bound, all) < 1e-4;
}

bool rate_add(struct table *table, const struct cell *cell, uint64_t count, double bound)
{
	struct rate rate = rate_of(count, cell->campaigns);
	double far = fmax(rate.high - rate.rate, rate.rate - rate.low);
	bool above = rate_is_above(count, cell->campaigns, bound);

	table_cell(table, "%.2f (%.2f)%s", 100 * rate.rate, 100 * far, above ? "!" : "");
	return above && !is_limit(cell);
}
