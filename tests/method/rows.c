// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/stat/holm.h"
#include "peers.h"
#include "rows.h"

/* Rows of one campaign: their effects, if the arm costs so many margins more */
struct rows {
	struct campaign campaigns[METHOD_MAX_ROWS];
	struct dmafp_effect effects[METHOD_MAX_ROWS];
	size_t nr;
};

static void read_effect(effect_fn *method, struct rows *rows, size_t row, double margins)
{
	const struct campaign *campaign = &rows->campaigns[row];
	struct values values;
	double margin;

	values_read(&values, campaign, P50, 0);
	margin = values_margin(&values, campaign->op);
	if (margins > 0)
		values_read(&values, campaign, P50, margins * margin);
	rows->effects[row] = values_effect(method, &values, margin);
}

static void read_effects(effect_fn *method, struct rows *rows, double margins)
{
	for (size_t i = 0; i < rows->nr; i++)
		read_effect(method, rows, i, margins);
}

static bool is_claimed(const struct dmafp_effect *effect, double claim)
{
	enum dmafp_verdict verdict = dmafp_timed_verdict(effect, claim);

	return verdict == DMAFP_REGRESSED || verdict == DMAFP_IMPROVED;
}

/* has any row a verdict, after Holm's adjustment? */
static bool any_claimed(const struct rows *rows, bool *first)
{
	double claims[METHOD_MAX_ROWS];
	bool any = false;

	for (size_t i = 0; i < rows->nr; i++)
		claims[i] = effect_claim(&rows->effects[i]);
	dmafp_holm(claims, rows->nr);
	for (size_t i = 0; i < rows->nr; i++)
		any |= is_claimed(&rows->effects[i], claims[i]);
	*first = is_claimed(&rows->effects[0], claims[0]);
	return any;
}

static bool any_unadjusted(const struct rows *rows)
{
	for (size_t i = 0; i < rows->nr; i++)
		if (is_claimed(&rows->effects[i], effect_claim(&rows->effects[i])))
			return true;
	return false;
}

/* Holm's adjustment is of claims, which this is not */
static bool all_equivalent(const struct rows *rows)
{
	for (size_t i = 0; i < rows->nr; i++)
		if (dmafp_timed_verdict(&rows->effects[i], 1) != DMAFP_EQUIVALENT)
			return false;
	return true;
}

static bool any_mann_whitney(const struct rows *rows)
{
	struct values values;

	for (size_t i = 0; i < rows->nr; i++) {
		values_read(&values, &rows->campaigns[i], P50, 0);
		if (peer_mann_whitney(values.base, values.arm, values.nr) <= ALPHA)
			return true;
	}
	return false;
}

void rows_count(effect_fn *method, const struct cell *cell, uint64_t *counts, gsl_rng *rng)
{
	struct rows rows = { .nr = cell->rows };
	bool first;

	for (size_t i = 0; i < rows.nr; i++) {
		rows.campaigns[i] = rows.campaigns[0];
		if (i && cell->share)
			campaign_redraw(&rows.campaigns[i], rng);
		else
			campaign_draw(&rows.campaigns[i], cell->op, cell->noise, cell->nr, rng);
	}
	read_effects(method, &rows, 0);
	counts[ROWS_VERDICT] += any_claimed(&rows, &first);
	counts[ROWS_EQUIVALENT] += all_equivalent(&rows);
	counts[ROWS_MANN_WHITNEY] += any_mann_whitney(&rows);
	read_effect(method, &rows, 0, 1);
	counts[ROWS_ONE_EQUIVALENT] += all_equivalent(&rows);
	read_effect(method, &rows, 0, 2);
	any_claimed(&rows, &first);
	counts[ROWS_ONE_REGRESSED] += first;
	read_effects(method, &rows, 1);
	counts[ROWS_EDGE_VERDICT] += any_claimed(&rows, &first);
	counts[ROWS_EDGE_UNADJUSTED] += any_unadjusted(&rows);
}
