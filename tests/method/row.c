// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers.h"
#include "row.h"

static double true_margin(const struct op *op)
{
	return op->margin_check ? 1 : op->ticks / 100;
}

static void count_same(effect_fn *method, const struct campaign *campaign, uint64_t *counts)
{
	struct dmafp_effect effect;
	struct dmafp_drift drift;
	struct values values;
	bool fit;

	values_read(&values, campaign, P50, 0);
	drift = values_drift(&values);
	fit = !values_unfit(&values);
	effect = values_effect(method, &values, values_margin(&values, campaign->op));
	counts[SAME_VERDICT] += fit && (effect_regressed(&effect, effect_claim(&effect)) ||
					effect_improved(&effect, effect_claim(&effect)));
	counts[SAME_EQUIVALENT] += fit && effect_equivalent(&effect);
	counts[MISS_RATIO] += interval_misses(effect.ratio_95, 1);
	counts[DRIFT_FOUND] += drift.known && drift.p < ALPHA;
	effect = values_effect(peer_welch_effect, &values, true_margin(campaign->op));
	counts[WELCH_EQUIVALENT] += effect_equivalent(&effect);
}

static void count_edge(effect_fn *method, const struct campaign *campaign, double sign,
		       uint64_t *counts)
{
	struct dmafp_effect effect;
	struct values values;
	double margin;
	bool fit;

	values_read(&values, campaign, P50, 0);
	margin = values_margin(&values, campaign->op);
	values_read(&values, campaign, P50, sign * margin);
	fit = !values_unfit(&values);
	effect = values_effect(method, &values, margin);
	counts[EDGE_EQUIVALENT] += fit && effect_equivalent(&effect);
	counts[EDGE_VERDICT] += fit && (effect_regressed(&effect, effect_claim(&effect)) ||
					effect_improved(&effect, effect_claim(&effect)));
	counts[MISS] += interval_misses(effect.difference_95, sign * margin);
}

static bool misses(effect_fn *method, const struct campaign *campaign, enum statistic statistic,
		   double shift, double truth)
{
	struct dmafp_effect effect;
	struct values values;

	values_read(&values, campaign, statistic, shift);
	effect = values_effect(method, &values, true_margin(campaign->op));
	return interval_misses(effect.difference_95, truth);
}

static bool regresses(effect_fn *method, const struct campaign *campaign, double shift,
		      double margin)
{
	struct dmafp_effect effect;
	struct values values;

	values_read(&values, campaign, P50, shift);
	effect = values_effect(method, &values, margin);
	return !values_unfit(&values) && effect_regressed(&effect, effect_claim(&effect));
}

static void count_power(effect_fn *method, const struct campaign *campaign, uint64_t *counts)
{
	double margin = true_margin(campaign->op), percent = campaign->op->ticks / 100;

	counts[TWICE_REGRESSED] += regresses(method, campaign, 2 * margin, margin);
	counts[WELCH_REGRESSED] += regresses(peer_welch_effect, campaign, 2 * margin, margin);
	counts[HALF_REGRESSED] += regresses(method, campaign, margin, margin / 2);
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

static void count_peers(const struct campaign *campaign, uint64_t *counts, gsl_rng *rng)
{
	struct moments base[METHOD_MAX_BOOTS], arm[METHOD_MAX_BOOTS];
	double twice = 2 * true_margin(campaign->op);
	struct values values;
	size_t nr = campaign->nr;

	values_read(&values, campaign, P50, 0);
	counts[SAME_MANN_WHITNEY] += peer_mann_whitney(values.base, values.arm, nr) <= ALPHA;
	counts[SAME_WELCH] += peer_welch(values.base, values.arm, nr) <= ALPHA;
	read_moments(campaign, 0, base, arm, rng);
	counts[SAME_PRINTED] += peer_printed(base, arm);
	counts[SAME_ITERATIONS] += peer_iterations(base, arm, nr);

	values_read(&values, campaign, P50, twice);
	counts[TWICE_MANN_WHITNEY] += peer_mann_whitney(values.base, values.arm, nr) > ALPHA;
	counts[TWICE_WELCH] += peer_welch(values.base, values.arm, nr) > ALPHA;
	read_moments(campaign, twice, base, arm, rng);
	counts[TWICE_PRINTED] += !peer_printed(base, arm);
	counts[TWICE_ITERATIONS] += !peer_iterations(base, arm, nr);
}

void row_count(effect_fn *method, const struct cell *cell, double sign, uint64_t *counts,
	       gsl_rng *rng)
{
	double shift = sign * true_margin(cell->op);
	struct campaign campaign;

	campaign_draw(&campaign, cell->op, cell->noise, cell->nr, rng);
	count_same(method, &campaign, counts);
	count_edge(method, &campaign, sign, counts);
	counts[MISS_MIN] += misses(method, &campaign, MIN, shift, shift);
	counts[MISS_P99] += misses(method, &campaign, P99, shift, shift);
	count_power(method, &campaign, counts);
	count_peers(&campaign, counts, rng);
}
