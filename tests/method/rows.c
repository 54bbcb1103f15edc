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
	return effect_regressed(effect, claim) || effect_improved(effect, claim);
}

/* rows with a verdict, after Holm's adjustment; @first: whether the first one has */
static size_t claimed(const struct rows *rows, bool *first)
{
	double claims[METHOD_MAX_ROWS];
	size_t nr = 0;

	for (size_t i = 0; i < rows->nr; i++)
		claims[i] = effect_claim(&rows->effects[i]);
	dmafp_holm(claims, rows->nr);
	for (size_t i = 0; i < rows->nr; i++)
		nr += is_claimed(&rows->effects[i], claims[i]);
	*first = is_claimed(&rows->effects[0], claims[0]);
	return nr;
}

static bool any_unadjusted(const struct rows *rows)
{
	for (size_t i = 0; i < rows->nr; i++)
		if (is_claimed(&rows->effects[i], effect_claim(&rows->effects[i])))
			return true;
	return false;
}

static bool all_equivalent(const struct rows *rows)
{
	for (size_t i = 0; i < rows->nr; i++)
		if (!effect_equivalent(&rows->effects[i]))
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
	counts[ROWS_VERDICT] += claimed(&rows, &first) > 0;
	counts[ROWS_EQUIVALENT] += all_equivalent(&rows);
	counts[ROWS_MANN_WHITNEY] += any_mann_whitney(&rows);
	read_effect(method, &rows, 0, 1);
	counts[ROWS_ONE_EQUIVALENT] += all_equivalent(&rows);
	read_effect(method, &rows, 0, 2);
	claimed(&rows, &first);
	counts[ROWS_ONE_REGRESSED] += first;
	read_effects(method, &rows, 1);
	counts[ROWS_EDGE_VERDICT] += claimed(&rows, &first) > 0;
	counts[ROWS_EDGE_UNADJUSTED] += any_unadjusted(&rows);
}
