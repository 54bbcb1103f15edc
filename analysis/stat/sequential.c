// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>
#undef sign /* Rmath renames what others call so */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>

#include "analysis/stat/sequential.h"
#include "base/alloc.h"

#define GREATEST    0.05   /* level that is asked for */
#define FIRST_TOTAL 1e-7   /* levels of the nodes */
#define LAST_TOTAL  0.5
#define LOWEST	   -7.0	   /* standard deviations; a path below it never comes back */
#define POINTS	    160	   /* of the integration; a kernel's width is 0.1 and more */
#define HALVINGS    60

/*
 * Of the level, what several looks may use.  Ranks at several looks are not quite jointly
 * normal: over random orders of 20 to 50 boots they cross up to 1.5 % more often.
 */
#define SHARE 0.97

/* The share of the level that looks up to @fraction of the information may use */
static double spent(double alpha, double fraction)
{
	return alpha * fraction * fraction * fraction;
}

static double information(double boots)
{
	return boots * boots / (2 * boots + 1);
}

/*
 * Paths of standardised statistics that crossed no boundary yet: @nr points @z with the
 * chance @weight to be there; at the first look @nr is 0, and all are at time 0.
 */
struct paths {
	size_t nr;
	double time, z[POINTS], weight[POINTS];
};

/* Where a path at @z is at @time, standardised: mean, and deviation */
static double mean_at(const struct paths *p, double z, double time)
{
	return z * sqrt(p->time / time);
}

static double deviation_at(const struct paths *p, double time)
{
	return sqrt((time - p->time) / time);
}

static double crossing(const struct paths *p, double time, double bound)
{
	double deviation = deviation_at(p, time), sum = 0;
	size_t i;

	if (!p->nr)
		return gsl_cdf_ugaussian_Q(bound);
	for (i = 0; i < p->nr; i++)
		sum += p->weight[i] *
		       gsl_cdf_gaussian_Q(bound - mean_at(p, p->z[i], time), deviation);
	return sum;
}

/* The boundary that is crossed with the chance @chance; above it with less */
static double find_bound(const struct paths *p, double time, double chance)
{
	double low = LOWEST, high = -LOWEST + 1, middle;
	int i;

	for (i = 0; i < HALVINGS; i++) {
		middle = (low + high) / 2;
		if (crossing(p, time, middle) > chance)
			low = middle;
		else
			high = middle;
	}
	return high;
}

static double density(const struct paths *p, double time, double z)
{
	double deviation = deviation_at(p, time), sum = 0;
	size_t i;

	if (!p->nr)
		return gsl_ran_ugaussian_pdf(z);
	for (i = 0; i < p->nr; i++)
		sum += p->weight[i] *
		       gsl_ran_gaussian_pdf(z - mean_at(p, p->z[i], time), deviation);
	return sum;
}

/* On to @time, without those that cross @bound there */
static void advance(struct paths *p, double time, double bound,
		    const gsl_integration_glfixed_table *rule)
{
	struct paths next = { .nr = POINTS, .time = time };
	double width;
	size_t i;

	for (i = 0; i < POINTS; i++) {
		gsl_integration_glfixed_point(LOWEST, bound, i, &next.z[i], &width, rule);
		next.weight[i] = width * density(p, time, next.z[i]);
	}
	*p = next;
}

/* One-sided: of @nr looks at @times, the level of the last one */
static double level_of(const double *times, size_t nr, double alpha,
		       const gsl_integration_glfixed_table *rule)
{
	struct paths paths = { 0 };
	double bound, before = 0;
	size_t i;

	for (i = 0;; i++) {
		bound = find_bound(&paths, times[i], spent(alpha, times[i]) - before);
		if (i == nr - 1)
			return gsl_cdf_ugaussian_Q(bound);
		before = spent(alpha, times[i]);
		advance(&paths, times[i], bound, rule);
	}
}

/* Those of the looks that can claim anything, and the last; as information fractions */
static size_t find_times(const unsigned int *looks, size_t nr, unsigned int boots_max,
			 double *times, const gsl_integration_glfixed_table *rule)
{
	size_t i, nr_times = 0;

	for (i = 0; i < nr; i++) {
		double orders = choose(2.0 * looks[i], looks[i]);

		times[nr_times++] = information(looks[i]) / information(boots_max);
		if (i < nr - 1 && 1 / orders > level_of(times, nr_times, GREATEST * SHARE, rule))
			nr_times--;
	}
	return nr_times;
}

/* Nodes are evenly spaced in logarithms, in which levels are nearly straight */
static double node(size_t i)
{
	double part = (double)i / (DMAFP_SEQUENTIAL_NODES - 1);

	return log(FIRST_TOTAL) + part * (log(LAST_TOTAL) - log(FIRST_TOTAL));
}

void dmafp_sequential_plan(struct dmafp_sequential *s, const unsigned int *looks, size_t nr,
			   unsigned int boots_max)
{
	gsl_integration_glfixed_table *rule = gsl_integration_glfixed_table_alloc(POINTS);
	double *times = dmafp_alloc(nr, sizeof(*times)), share;
	size_t i;

	nr = find_times(looks, nr, boots_max, times, rule);
	share = nr == 1 && times[0] >= 1 ? 1 : SHARE;
	s->nr = DMAFP_SEQUENTIAL_NODES;
	for (i = 0; i < s->nr; i++) {
		s->total[i] = node(i);
		s->nominal[i] = log(level_of(times, nr, share * exp(s->total[i]), rule));
	}
	free(times);
	gsl_integration_glfixed_table_free(rule);
}

/* @y at @at, where @x and @y rise; beyond the ends along the last pieces */
static double interpolate(const double *x, const double *y, size_t nr, double at)
{
	size_t i = 1;

	while (i < nr - 1 && x[i] < at)
		i++;
	return y[i] + (y[i] - y[i - 1]) / (x[i] - x[i - 1]) * (at - x[i]);
}

double dmafp_sequential_level(const struct dmafp_sequential *s, double alpha)
{
	if (!s || !s->nr)
		return alpha;
	return exp(interpolate(s->total, s->nominal, s->nr, log(alpha)));
}

double dmafp_sequential_p(const struct dmafp_sequential *s, double p)
{
	if (!s || !s->nr)
		return p;
	return fmin(1, exp(interpolate(s->nominal, s->total, s->nr, log(p))));
}
