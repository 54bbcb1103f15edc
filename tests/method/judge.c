// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "judge.h"

void values_read(struct values *values, const struct campaign *campaign,
		 enum statistic statistic, double shift)
{
	values->nr = campaign->nr;
	for (size_t i = 0; i < campaign->nr; i++) {
		const struct boot *base = &campaign->base[i], *arm = &campaign->arm[i];

		values->base[i] = campaign_read(campaign, base, statistic, 0);
		values->arm[i] = campaign_read(campaign, arm, statistic, shift);
		values->base_times[i] = base->time;
		values->arm_times[i] = arm->time;
	}
}

static struct dmafp_replicates replicates_base(const struct values *values)
{
	return (struct dmafp_replicates){ values->base, values->base_times, values->nr };
}

static struct dmafp_replicates replicates_arm(const struct values *values)
{
	return (struct dmafp_replicates){ values->arm, values->arm_times, values->nr };
}

struct dmafp_effect values_effect(effect_fn *method, const struct values *values, double margin)
{
	const struct dmafp_replicates base = replicates_base(values);
	const struct dmafp_replicates arm = replicates_arm(values);
	struct dmafp_effect effect;

	method(&base, &arm, margin, &effect);
	return effect;
}

struct dmafp_drift values_drift(const struct values *values)
{
	const struct dmafp_replicates arms[] = { replicates_base(values), replicates_arm(values) };
	struct dmafp_drift drift;

	dmafp_drift_of(arms, 2, &drift);
	return drift;
}

bool values_unfit(const struct values *values, const struct noise *noise, double margin)
{
	const struct dmafp_replicates base = replicates_base(values);
	const struct dmafp_replicates arm = replicates_arm(values);

	return noise->step > margin || !dmafp_drift_interleaved(&base, &arm);
}

double values_margin(const struct values *values, const struct op *op)
{
	double sorted[METHOD_MAX_BOOTS];

	if (op->margin_check)
		return 1;
	memcpy(sorted, values->base, values->nr * sizeof(*sorted));
	gsl_sort(sorted, 1, values->nr);
	return gsl_stats_median_from_sorted_data(sorted, 1, values->nr) / 100;
}

double effect_claim(const struct dmafp_effect *effect)
{
	return fmin(1, 2 * fmin(effect->p_more, effect->p_less));
}

bool interval_misses(struct dmafp_interval interval, double truth)
{
	return truth < interval.low || truth > interval.high;
}
