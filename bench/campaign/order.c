// SPDX-License-Identifier: GPL-2.0-or-later
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "base/alloc.h"
#include "campaign/order.h"

void dmafp_order_make(size_t *order, size_t nr, unsigned int boots, unsigned long seed)
{
	gsl_rng *random =
		gsl_rng_alloc(gsl_rng_mt19937); /* without memory it ends the program */

	gsl_rng_set(random, seed);
	for (unsigned int round = 0; round < boots; round++, order += nr) {
		for (size_t i = 0; i < nr; i++)
			order[i] = round % 2 ? order[-1 - (ptrdiff_t)i] : i;
		if (round % 2 == 0)
			gsl_ran_shuffle(random, order, nr, sizeof(*order));
	}
	gsl_rng_free(random);
}
