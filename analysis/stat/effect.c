// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>
#undef sign /* Rmath renames what others call so */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "analysis/stat/effect.h"
#include "base/alloc.h"

#define MANY_BOOTS 50	/* from here on U is as good as normal, as in R's wilcox.test */
#define ROUNDING 1e-9 /* relative, of probabilities that are ratios of whole numbers */

/* Two samples and their pairwise differences, in rising order */
struct pairs {
	const double *x, *y;
	size_t nr_x, nr_y, nr;
	double *diff;
};

static void pair(struct pairs *p, const double *x, size_t nr_x, const double *y, size_t nr_y)
{
	size_t i, k;

	*p = (struct pairs) { .x = x, .y = y, .nr_x = nr_x, .nr_y = nr_y, .nr = nr_x * nr_y };
	p->diff = dmafp_alloc(p->nr, sizeof(*p->diff));
	for (i = 0; i < nr_x; i++)
		for (k = 0; k < nr_y; k++)
			p->diff[i * nr_y + k] = y[k] - x[i];
	gsl_sort(p->diff, 1, p->nr);
}

/* The distribution of U where both samples have one distribution */

static bool is_many(const struct pairs *p)
{
	return p->nr_x >= MANY_BOOTS || p->nr_y >= MANY_BOOTS;
}

static double u_mean(const struct pairs *p)
{
	return (double)p->nr / 2;
}

static double u_deviation(const struct pairs *p)
{
	return sqrt((double)p->nr * (double)(p->nr_x + p->nr_y + 1) / 12);
}

/* P(U <= @u) */
static double u_cdf(const struct pairs *p, double u)
{
	if (is_many(p))
		return gsl_cdf_ugaussian_P((u + 0.5 - u_mean(p)) / u_deviation(p));
	return pwilcox(u, (double)p->nr_x, (double)p->nr_y, 1, 0);
}

/* The greatest u of P(U <= u) <= @alpha; below 0: there is none */
static double u_quantile(const struct pairs *p, double alpha)
{
	double u;

	if (is_many(p))
		return floor(u_mean(p) - 0.5 + u_deviation(p) * gsl_cdf_ugaussian_Pinv(alpha));
	u = qwilcox(alpha, (double)p->nr_x, (double)p->nr_y, 1, 0);
	return u_cdf(p, u) <= alpha * (1 + ROUNDING) ? u : u - 1;
}

/* One-sided p values: differences at the bound count against the claim */

static double p_above(const struct pairs *p, double bound)
{
	size_t against = 0;

	while (against < p->nr && p->diff[against] <= bound)
		against++;
	return u_cdf(p, (double)against);
}

static double p_below(const struct pairs *p, double bound)
{
	size_t against = 0;

	while (against < p->nr && p->diff[p->nr - 1 - against] >= bound)
		against++;
	return u_cdf(p, (double)against);
}

/* Intervals */

static struct dmafp_interval welch(const struct pairs *p, double alpha)
{
	double a = gsl_stats_variance(p->x, 1, p->nr_x) / (double)p->nr_x;
	double b = gsl_stats_variance(p->y, 1, p->nr_y) / (double)p->nr_y;
	double d = gsl_stats_mean(p->y, 1, p->nr_y) - gsl_stats_mean(p->x, 1, p->nr_x);
	double half = 0, df;

	if (a + b > 0) {
		df = (a + b) * (a + b) /
		     (a * a / (double)(p->nr_x - 1) + b * b / (double)(p->nr_y - 1));
		half = gsl_cdf_tdist_Qinv(alpha / 2, df) * sqrt(a + b);
	}
	return (struct dmafp_interval) { d - half, d + half };
}

static struct dmafp_interval interval(const struct pairs *p, double alpha)
{
	double u = u_quantile(p, alpha / 2);
	struct dmafp_interval i;
	size_t cut;

	if (u >= 0) {
		cut = (size_t)u;
		return (struct dmafp_interval) { p->diff[cut], p->diff[p->nr - 1 - cut] };
	}
	i = welch(p, alpha);
	i.low = fmin(i.low, p->diff[0]);
	i.high = fmax(i.high, p->diff[p->nr - 1]);
	return i;
}

static struct dmafp_interval exp_of(struct dmafp_interval i)
{
	return (struct dmafp_interval) { exp(i.low), exp(i.high) };
}

/* Estimates */

static double median_of(const double *values, size_t nr)
{
	double *copy = dmafp_alloc(nr, sizeof(*copy)), median;
	size_t i;

	for (i = 0; i < nr; i++)
		copy[i] = values[i];
	median = gsl_stats_median(copy, 1, nr);
	free(copy);
	return median;
}

static double *logs_of(const struct dmafp_replicates *r)
{
	double *logs = dmafp_alloc(r->nr, sizeof(*logs));
	size_t i;

	for (i = 0; i < r->nr; i++) {
		if (!(r->values[i] > 0)) {
			free(logs);
			return NULL;
		}
		logs[i] = log(r->values[i]);
	}
	return logs;
}

static struct dmafp_interval interval_at(const struct dmafp_sequential *look,
					 const struct pairs *p, double alpha)
{
	return interval(p, 2 * dmafp_sequential_level(look, alpha / 2));
}

static void fill_ratio(const struct dmafp_sequential *look, const struct dmafp_replicates *base,
		       const struct dmafp_replicates *arm, struct dmafp_effect *e)
{
	double *x = logs_of(base), *y = logs_of(arm);
	struct pairs p;

	e->has_ratio = x && y;
	if (e->has_ratio) {
		pair(&p, x, base->nr, y, arm->nr);
		e->ratio = exp(gsl_stats_median_from_sorted_data(p.diff, 1, p.nr));
		e->ratio_95 = exp_of(interval_at(look, &p, 0.05));
		e->ratio_90 = exp_of(interval_at(look, &p, 0.10));
		free(p.diff);
	}
	free(x);
	free(y);
}

static void fill_tests(const struct dmafp_sequential *look, const struct pairs *p,
		       struct dmafp_effect *e)
{
	double same = fmax(p_above(p, -e->margin), p_below(p, e->margin));

	e->level = dmafp_sequential_level(look, 0.05);
	e->early = look && u_quantile(p, e->level) < 0;
	e->difference_95 = interval_at(look, p, 0.05);
	e->difference_90 = interval_at(look, p, 0.10);
	e->p_more = dmafp_sequential_p(look, p_above(p, e->margin));
	e->p_less = dmafp_sequential_p(look, p_below(p, -e->margin));
	e->p_equivalent = dmafp_sequential_p(look, same);
}

void dmafp_effect_of(const struct dmafp_replicates *base, const struct dmafp_replicates *arm,
		     double margin, struct dmafp_effect *e)
{
	dmafp_effect_at(NULL, base, arm, margin, e);
}

void dmafp_effect_at(const struct dmafp_sequential *look, const struct dmafp_replicates *base,
		     const struct dmafp_replicates *arm, double margin, struct dmafp_effect *e)
{
	struct pairs p;

	*e = (struct dmafp_effect) { .nr_base = base->nr, .nr_arm = arm->nr, .margin = margin };
	if (!base->nr || !arm->nr)
		return;
	e->base = median_of(base->values, base->nr);
	e->arm = median_of(arm->values, arm->nr);
	pair(&p, base->values, base->nr, arm->values, arm->nr);
	e->difference = gsl_stats_median_from_sorted_data(p.diff, 1, p.nr);
	e->known = base->nr >= DMAFP_EFFECT_MIN_BOOTS && arm->nr >= DMAFP_EFFECT_MIN_BOOTS;
	if (e->known) {
		fill_tests(look, &p, e);
		fill_ratio(look, base, arm, e);
	}
	free(p.diff);
}

/* How many boots */

/* Of a two-sided t interval between two arms of @boots each, whose boots deviate by 1 */
static double half_width(double nr_x, double nr_y, double alpha)
{
	return gsl_cdf_tdist_Qinv(alpha / 2, nr_x + nr_y - 2) * sqrt(1 / nr_x + 1 / nr_y);
}

/* Would @n boots of each, deviating by @spread, settle it? */
static bool settles(const struct dmafp_effect *e, double spread, size_t n, size_t family)
{
	double distance = fabs(e->difference), alpha = 0.05 / (double)family;
	double orders = choose(2 * (double)n, (double)n);

	if (distance + spread * half_width((double)n, (double)n, 0.10) < e->margin)
		return true;
	return 2 / orders <= alpha &&
	       distance - spread * half_width((double)n, (double)n, alpha) > e->margin;
}

size_t dmafp_effect_boots(const struct dmafp_effect *e, size_t family)
{
	double half = (e->difference_90.high - e->difference_90.low) / 2;
	double spread = half / half_width((double)e->nr_base, (double)e->nr_arm, 2 * e->level);
	size_t low = e->nr_base < e->nr_arm ? e->nr_base : e->nr_arm;
	size_t high = DMAFP_EFFECT_MAX_BOOTS;

	if (low >= high || !settles(e, spread, high, family))
		return 0;
	/* more boots never settle less: as many as there are do not, @high do */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (settles(e, spread, middle, family))
			high = middle;
		else
			low = middle;
	}
	return high;
}
