// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "peers.h"

#define EXACT 10
#define ALL (2 * METHOD_MAX_BOOTS)

bool peer_printed(const struct moments *base, const struct moments *arm)
{
	/* map_benchmark keeps integer averages of its units */
	return floor(base->mean) != floor(arm->mean);
}

bool peer_iterations(const struct moments *base, const struct moments *arm, size_t nr)
{
	double difference = 0, variance = 0;

	for (size_t i = 0; i < nr; i++) {
		difference += (arm[i].mean - base[i].mean) / nr;
		variance += (arm[i].variance + base[i].variance) / METHOD_SAMPLES / nr / nr;
	}
	return fabs(difference) > gsl_cdf_ugaussian_Pinv(0.975) * sqrt(variance);
}

/*
 * Twice the mean rank of each of the @nr values of base and arm, base first: whole
 * numbers also where values tie.  @ties: sum of t^3 - t over runs of t equal ones.
 */
static void double_ranks(const double *base, const double *arm, size_t nr, unsigned int *ranks,
			 double *ties)
{
	double all[ALL];
	size_t order[ALL];

	memcpy(all, base, nr * sizeof(*all));
	memcpy(all + nr, arm, nr * sizeof(*all));
	gsl_sort_index(order, all, 1, 2 * nr);
	*ties = 0;
	for (size_t first = 0, next; first < 2 * nr; first = next) {
		for (next = first; next < 2 * nr && all[order[next]] == all[order[first]];)
			next++;
		for (size_t i = first; i < next; i++)
			ranks[order[i]] = first + 1 + next;
		*ties += pow(next - first, 3) - (next - first);
	}
}

/* share of all ways to choose @nr of the ranks whose sum is as far from the mean as @sum */
static double exact_p(const unsigned int *ranks, size_t nr, unsigned int sum)
{
	enum { SUMS = 2 * EXACT * (2 * EXACT + 1) + 1 };
	static double ways[EXACT + 1][SUMS];
	unsigned int mean = nr * (2 * nr + 1);
	unsigned int far = sum > mean ? sum - mean : mean - sum;
	double all = 0, as_far = 0;

	memset(ways, 0, sizeof(ways));
	ways[0][0] = 1;
	for (size_t i = 0; i < 2 * nr; i++)
		for (size_t chosen = nr; chosen > 0; chosen--)
			for (unsigned int s = 2 * mean; s >= ranks[i]; s--)
				ways[chosen][s] += ways[chosen - 1][s - ranks[i]];
	for (unsigned int s = 0; s <= 2 * mean; s++) {
		all += ways[nr][s];
		if ((s > mean ? s - mean : mean - s) >= far)
			as_far += ways[nr][s];
	}
	return as_far / all;
}

static double normal_p(size_t nr, unsigned int sum, double ties)
{
	double n = 2 * nr, far = fabs(sum / 2.0 - nr * (n + 1) / 2) - 0.5;
	double variance = nr * nr / 12.0 * (n + 1 - ties / (n * (n - 1)));

	if (far <= 0 || variance <= 0)
		return 1;
	return 2 * gsl_cdf_ugaussian_Q(far / sqrt(variance));
}

double peer_mann_whitney(const double *base, const double *arm, size_t nr)
{
	unsigned int ranks[ALL], sum = 0;
	double ties;

	double_ranks(base, arm, nr, ranks, &ties);
	for (size_t i = 0; i < nr; i++)
		sum += ranks[i];
	return nr <= EXACT ? exact_p(ranks, nr, sum) : normal_p(nr, sum, ties);
}

double peer_welch(const double *base, const double *arm, size_t nr)
{
	double a = gsl_stats_variance(base, 1, nr) / nr;
	double b = gsl_stats_variance(arm, 1, nr) / nr;
	double difference = gsl_stats_mean(arm, 1, nr) - gsl_stats_mean(base, 1, nr);

	if (a + b <= 0)
		return difference == 0;
	return 2 * gsl_cdf_tdist_Q(fabs(difference) / sqrt(a + b),
				   (a + b) * (a + b) * (nr - 1) / (a * a + b * b));
}

void peer_welch_effect(const struct dmafp_replicates *base, const struct dmafp_replicates *arm,
		       double margin, struct dmafp_effect *effect)
{
	double a = gsl_stats_variance(base->values, 1, base->nr) / base->nr;
	double b = gsl_stats_variance(arm->values, 1, arm->nr) / arm->nr;
	double error = sqrt(a + b), freedom = 1, half_95, half_90;

	if (error > 0)
		freedom = (a + b) * (a + b) / (a * a / (base->nr - 1) + b * b / (arm->nr - 1));
	else
		error = 1e-9;
	half_95 = error * gsl_cdf_tdist_Pinv(0.975, freedom);
	half_90 = error * gsl_cdf_tdist_Pinv(0.95, freedom);
	*effect = (struct dmafp_effect){ .known = true, .margin = margin };
	effect->difference = gsl_stats_mean(arm->values, 1, arm->nr) -
			     gsl_stats_mean(base->values, 1, base->nr);
	effect->difference_95.low = effect->difference - half_95;
	effect->difference_95.high = effect->difference + half_95;
	effect->difference_90.low = effect->difference - half_90;
	effect->difference_90.high = effect->difference + half_90;
	effect->p_more = gsl_cdf_tdist_Q((effect->difference - margin) / error, freedom);
	effect->p_less = gsl_cdf_tdist_P((effect->difference + margin) / error, freedom);
	effect->p_equivalent = fmax(1 - effect->p_more, 1 - effect->p_less);
}
