// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers.h"
#include "row.h"

/* The verdict, and the effect that it is of */
static enum dmafp_verdict judge(effect_fn *method, const struct campaign *campaign, double shift,
				double margin, struct dmafp_effect *effect)
{
	struct values values;

	values_read(&values, campaign, P50, shift);
	*effect = values_effect(method, &values, margin);
	if (values_unfit(&values, campaign->noise, margin))
		return DMAFP_INCONCLUSIVE;
	return dmafp_timed_verdict(effect, effect_claim(effect));
}

static bool is_claim(enum dmafp_verdict verdict)
{
	return verdict == DMAFP_REGRESSED || verdict == DMAFP_IMPROVED;
}

static void count_same(effect_fn *method, const struct campaign *campaign, double margin,
		       uint64_t *counts)
{
	enum dmafp_verdict verdict;
	struct dmafp_effect effect;
	struct dmafp_drift drift;
	struct values values;

	verdict = judge(method, campaign, 0, margin, &effect);
	counts[SAME_VERDICT] += is_claim(verdict);
	counts[SAME_EQUIVALENT] += verdict == DMAFP_EQUIVALENT;
	counts[MISS_RATIO] += interval_misses(effect.ratio_95, 1);
	values_read(&values, campaign, P50, 0);
	drift = values_drift(&values);
	counts[DRIFT_FOUND] += drift.known && drift.p < ALPHA;
	verdict = judge(peer_welch_effect, campaign, 0, margin, &effect);
	counts[WELCH_EQUIVALENT] += verdict == DMAFP_EQUIVALENT;
}

static void count_edge(effect_fn *method, const struct campaign *campaign, double shift,
		       double margin, uint64_t *counts)
{
	enum dmafp_verdict verdict;
	struct dmafp_effect effect;

	verdict = judge(method, campaign, shift, margin, &effect);
	counts[EDGE_EQUIVALENT] += verdict == DMAFP_EQUIVALENT;
	counts[EDGE_VERDICT] += is_claim(verdict);
	counts[MISS] += interval_misses(effect.difference_95, shift);
}

/* does the 95 % interval, as shown, not hold @truth? */
static bool misses(effect_fn *method, const struct campaign *campaign, enum statistic statistic,
		   double shift, double truth)
{
	double blur = statistic == MIN ? 0.5 : 0; /* analysis/timed.c widens it by as much */
	struct dmafp_interval interval;
	struct values values;

	values_read(&values, campaign, statistic, shift);
	interval = values_effect(method, &values, 1).difference_95;
	interval.low -= blur;
	interval.high += blur;
	return interval_misses(interval, truth);
}

static void count_power(effect_fn *method, const struct campaign *campaign, double margin,
			uint64_t *counts)
{
	double percent = campaign->op->ticks / 100;
	struct dmafp_effect effect;

	counts[TWICE_REGRESSED] +=
		judge(method, campaign, 2 * margin, margin, &effect) == DMAFP_REGRESSED;
	counts[WELCH_REGRESSED] +=
		judge(peer_welch_effect, campaign, 2 * margin, margin, &effect) == DMAFP_REGRESSED;
	counts[HALF_REGRESSED] +=
		judge(method, campaign, margin, margin / 2, &effect) == DMAFP_REGRESSED;
	counts[PERCENT_SEEN] += misses(method, campaign, P50, percent, 0);
	counts[CYCLE_SEEN] += misses(method, campaign, P50, 1, 0);
}

static void read_moments(const struct campaign *campaign, double shift, struct moments *base,
			 struct moments *arm, gsl_rng *rng)
{
	for (size_t i = 0; i < campaign->nr; i++) {
		base[i] = boot_moments(campaign, &campaign->base[i], 0, rng);
		arm[i] = boot_moments(campaign, &campaign->arm[i], shift, rng);
	}
}

static void count_peers(const struct campaign *campaign, double shift, uint64_t *counts,
			gsl_rng *rng)
{
	struct moments base[METHOD_MAX_BOOTS], arm[METHOD_MAX_BOOTS];
	struct values values;
	size_t nr = campaign->nr;

	values_read(&values, campaign, P50, 0);
	counts[SAME_MANN_WHITNEY] += peer_mann_whitney(values.base, values.arm, nr) <= ALPHA;
	counts[SAME_WELCH] += peer_welch(values.base, values.arm, nr) <= ALPHA;
	read_moments(campaign, 0, base, arm, rng);
	counts[SAME_PRINTED] += peer_printed(base, arm);
	counts[SAME_ITERATIONS] += peer_iterations(base, arm, nr);

	values_read(&values, campaign, P50, shift);
	counts[TWICE_MANN_WHITNEY] += peer_mann_whitney(values.base, values.arm, nr) > ALPHA;
	counts[TWICE_WELCH] += peer_welch(values.base, values.arm, nr) > ALPHA;
	read_moments(campaign, shift, base, arm, rng);
	counts[TWICE_PRINTED] += !peer_printed(base, arm);
	counts[TWICE_ITERATIONS] += !peer_iterations(base, arm, nr);
}

void row_count(effect_fn *method, const struct cell *cell, double sign, uint64_t *counts,
	       gsl_rng *rng)
{
	struct campaign campaign;
	struct values values;
	double margin, shift;

	campaign_draw(&campaign, cell->op, cell->noise, cell->nr, rng);
	values_read(&values, &campaign, P50, 0);
	margin = values_margin(&values, cell->op);
	shift = sign * margin;
	count_same(method, &campaign, margin, counts);
	count_edge(method, &campaign, shift, margin, counts);
	counts[MISS_MIN] += misses(method, &campaign, MIN, shift, shift);
	counts[MISS_P99] += misses(method, &campaign, P99, shift, shift);
	count_power(method, &campaign, margin, counts);
	count_peers(&campaign, 2 * margin, counts, rng);
}
