// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include <gsl/gsl_math.h>
#include <gsl/gsl_sort.h>

#include "analysis/stat/holm.h"
#include "base/alloc.h"

void dmafp_holm(double *p, size_t nr)
{
	size_t *order = dmafp_alloc(nr, sizeof(*order)), i;
	double least = 0;

	gsl_sort_index(order, p, 1, nr);
	for (i = 0; i < nr; i++) {
		double *at = &p[order[i]];

		/* never below what a smaller p was adjusted to */
		least = GSL_MAX_DBL(least, GSL_MIN_DBL(1, *at * (double)(nr - i)));
		*at = least;
	}
	free(order);
}
