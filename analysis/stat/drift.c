// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "analysis/stat/drift.h"
#include "base/alloc.h"

#define MIN_BOOTS 4 /* of an arm: with fewer, t is too far from rho's distribution */
#define MAX_RUN	  2 /* boots of one arm in a row, where arms are taken in turns */

static double *sorted(const double *values, size_t nr)
{
	double *copy = dmafp_alloc(nr, sizeof(*copy));

	if (nr)
		memcpy(copy, values, nr * sizeof(*copy));
	gsl_sort(copy, 1, nr);
	return copy;
}

static void less_median(const double *values, size_t nr, double *rest)
{
	double *copy = sorted(values, nr), median;
	size_t i;

	median = gsl_stats_median_from_sorted_data(copy, 1, nr);
	for (i = 0; i < nr; i++)
		rest[i] = values[i] - median;
	free(copy);
}

static bool is_constant(const double *values, size_t nr)
{
	size_t i;

	for (i = 1; i < nr; i++)
		if (values[i] != values[0])
			return false;
	return true;
}

static void correlate(const double *values, const double *times, size_t nr, double freedom,
		      struct dmafp_drift *drift)
{
	double *work = dmafp_alloc(2 * nr, sizeof(*work)), t;

	drift->known = true;
	drift->p = 1;
	if (!is_constant(values, nr) && !is_constant(times, nr)) {
		drift->rho = gsl_stats_spearman(values, 1, times, 1, nr, work);
		t = fabs(drift->rho) * sqrt(freedom / fmax(0, 1 - drift->rho * drift->rho));
		drift->p = isinf(t) ? 0 : 2 * gsl_cdf_tdist_Q(t, freedom);
	}
	free(work);
}

void dmafp_drift_of(const struct dmafp_replicates *arms, size_t nr, struct dmafp_drift *drift)
{
	size_t i, boots = 0, used = 0, few = 0;
	double *values, *times;

	*drift = (struct dmafp_drift) { 0 };
	for (i = 0; i < nr; i++) {
		boots += arms[i].nr;
		used += arms[i].nr != 0;
		few += arms[i].nr && arms[i].nr < MIN_BOOTS;
	}
	if (!used || few)
		return;
	values = dmafp_alloc(boots, sizeof(*values));
	times = dmafp_alloc(boots, sizeof(*times));
	for (i = boots = 0; i < nr; i++) {
		less_median(arms[i].values, arms[i].nr, values + boots);
		less_median(arms[i].times, arms[i].nr, times + boots);
		boots += arms[i].nr;
	}
	correlate(values, times, boots, (double)(boots - used - 1), drift);
	free(values);
	free(times);
}

bool dmafp_drift_interleaved(const struct dmafp_replicates *a, const struct dmafp_replicates *b)
{
	double *times[2] = { sorted(a->times, a->nr), sorted(b->times, b->nr) };
	size_t nr[2] = { a->nr, b->nr }, at[2] = { 0 }, run = 0, longest = 0;
	size_t more = a->nr > b->nr ? a->nr : b->nr, less = a->nr + b->nr - more;
	int last = 0, next;

	while (at[0] < nr[0] || at[1] < nr[1]) {
		next = !last;
		/* boots of one moment count as taken in turns */
		if (at[next] == nr[next] ||
		    (at[last] < nr[last] && times[last][at[last]] < times[next][at[next]]))
			next = last;
		run = next == last ? run + 1 : 1;
		longest = run > longest ? run : longest;
		last = next;
		at[next]++;
	}
	free(times[0]);
	free(times[1]);
	return !less || longest <= MAX_RUN * ((more + less - 1) / less);
}
