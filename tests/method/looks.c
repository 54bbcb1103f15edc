// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/stat/holm.h"
#include "looks.h"
#include "rows.h"

const struct dmafp_sequential *looks_plan(size_t boots_max)
{
	static struct dmafp_sequential plan[METHOD_MAX_BOOTS + 1];
	unsigned int looks[METHOD_MAX_BOOTS], boots;
	static size_t of;

	for (boots = LOOKS_FIRST; of != boots_max && boots <= boots_max; boots++) {
		looks[boots - LOOKS_FIRST] = boots;
		dmafp_sequential_plan(&plan[boots], looks, boots - LOOKS_FIRST + 1,
				      (unsigned int)boots_max);
	}
	of = boots_max;
	return plan;
}

/* The first boots of a campaign; @plan: NULL: as if there were no other look */
static struct dmafp_effect effect_at(const struct dmafp_sequential *plan,
				     const struct values *values, size_t boots, double margin)
{
	const struct dmafp_replicates base = { values->base, values->base_times, boots };
	const struct dmafp_replicates arm = { values->arm, values->arm_times, boots };
	struct dmafp_effect effect;

	dmafp_effect_at(plan ? &plan[boots] : NULL, &base, &arm, margin, &effect);
	return effect;
}

static enum dmafp_verdict verdict_at(const struct dmafp_effect *effect,
				     const struct values *values, size_t boots,
				     const struct noise *noise)
{
	struct values first = *values;

	first.nr = boots;
	if (values_unfit(&first, noise, effect->margin))
		return DMAFP_INCONCLUSIVE;
	return dmafp_timed_verdict(effect, effect_claim(effect));
}

/* What a campaign came to, and after how many boots */
struct outcome {
	enum dmafp_verdict verdict;
	size_t boots;
	bool missed; /* the 95 % interval of any look did not hold the true difference */
};

/* Look after every boot; the first verdict is the campaign's, all intervals are looked at */
static struct outcome look_all(const struct dmafp_sequential *plan, const struct values *values,
			       const struct noise *noise, double shift, double margin)
{
	struct outcome o = { .verdict = DMAFP_INCONCLUSIVE, .boots = values->nr };
	struct dmafp_effect effect;
	size_t boots;

	for (boots = LOOKS_FIRST; boots <= values->nr; boots++) {
		effect = effect_at(plan, values, boots, margin);
		/* with too few orders it is no interval of ranks, and claims nothing */
		o.missed |= !effect.early && interval_misses(effect.difference_95, shift);
		if (o.verdict != DMAFP_INCONCLUSIVE)
			continue;
		o.verdict = verdict_at(&effect, values, boots, noise);
		if (o.verdict != DMAFP_INCONCLUSIVE)
			o.boots = boots;
	}
	return o;
}

/* The same with all boots and one look */
static enum dmafp_verdict fixed(const struct values *values, const struct noise *noise,
				double margin)
{
	struct dmafp_effect effect = effect_at(NULL, values, values->nr, margin);

	return verdict_at(&effect, values, values->nr, noise);
}

static bool is_claim(enum dmafp_verdict verdict)
{
	return verdict == DMAFP_REGRESSED || verdict == DMAFP_IMPROVED;
}

static void count_edge(const struct campaign *campaign, double shift, double margin,
		       uint64_t *counts)
{
	const struct dmafp_sequential *plan = looks_plan(campaign->nr);
	const struct noise *noise = campaign->noise;
	struct values values;
	struct outcome o;

	values_read(&values, campaign, P50, shift);
	o = look_all(plan, &values, noise, shift, margin);
	counts[LOOKS_EDGE_EQUIVALENT] += o.verdict == DMAFP_EQUIVALENT;
	counts[LOOKS_EDGE_VERDICT] += is_claim(o.verdict);
	counts[LOOKS_MISS] += o.missed;
	o = look_all(NULL, &values, noise, shift, margin);
	counts[NAIVE_EDGE_EQUIVALENT] += o.verdict == DMAFP_EQUIVALENT;
	counts[NAIVE_EDGE_VERDICT] += is_claim(o.verdict);
	counts[NAIVE_MISS] += o.missed;
}

void looks_count(const struct cell *cell, double sign, uint64_t *counts, gsl_rng *rng)
{
	const struct dmafp_sequential *plan = looks_plan(cell->nr);
	struct campaign campaign;
	struct values values;
	struct outcome o;
	double margin;

	campaign_draw(&campaign, cell->op, cell->noise, cell->nr, rng);
	values_read(&values, &campaign, P50, 0);
	margin = values_margin(&values, cell->op);
	o = look_all(plan, &values, cell->noise, 0, margin);
	counts[LOOKS_SAME_VERDICT] += is_claim(o.verdict);
	counts[LOOKS_SAME_EQUIVALENT] += o.verdict == DMAFP_EQUIVALENT;
	counts[LOOKS_SAME_BOOTS] += o.boots;
	counts[FIXED_SAME_EQUIVALENT] += fixed(&values, cell->noise, margin) == DMAFP_EQUIVALENT;
	count_edge(&campaign, sign * margin, margin, counts);
	values_read(&values, &campaign, P50, 2 * margin);
	o = look_all(plan, &values, cell->noise, 2 * margin, margin);
	counts[LOOKS_TWICE_REGRESSED] += o.verdict == DMAFP_REGRESSED;
	counts[LOOKS_TWICE_BOOTS] += o.boots;
	counts[FIXED_TWICE_REGRESSED] += fixed(&values, cell->noise, margin) == DMAFP_REGRESSED;
}

/* Many rows */

struct family {
	const struct cell *cell;
	struct campaign campaigns[METHOD_MAX_ROWS];
	struct values values[METHOD_MAX_ROWS];
	double margins[METHOD_MAX_ROWS];
};

static void draw_family(struct family *f, gsl_rng *rng)
{
	const struct cell *cell = f->cell;
	size_t i;

	for (i = 0; i < cell->rows; i++) {
		f->campaigns[i] = f->campaigns[0];
		if (i && cell->share)
			campaign_redraw(&f->campaigns[i], rng);
		else
			campaign_draw(&f->campaigns[i], cell->op, cell->noise, cell->nr, rng);
		values_read(&f->values[i], &f->campaigns[i], P50, 0);
		f->margins[i] = values_margin(&f->values[i], cell->op);
	}
}

/* The first @rows rows cost @margins margins more, the others nothing */
static void shift_family(struct family *f, size_t rows, double margins)
{
	size_t i;

	for (i = 0; i < f->cell->rows; i++)
		values_read(&f->values[i], &f->campaigns[i], P50,
			    i < rows ? margins * f->margins[i] : 0);
}

/* As analysis/judge.c does: a row that is claimed decides, else all must be equivalent */
static enum dmafp_verdict judge_family(const struct family *f,
				       const struct dmafp_sequential *plan, size_t boots)
{
	struct dmafp_effect effects[METHOD_MAX_ROWS];
	double claims[METHOD_MAX_ROWS];
	size_t i, same = 0;

	for (i = 0; i < f->cell->rows; i++) {
		effects[i] = effect_at(plan, &f->values[i], boots, f->margins[i]);
		claims[i] = effect_claim(&effects[i]);
	}
	dmafp_holm(claims, f->cell->rows);
	for (i = 0; i < f->cell->rows; i++) {
		enum dmafp_verdict verdict = dmafp_timed_verdict(&effects[i], claims[i]);

		if (is_claim(verdict))
			return verdict;
		same += verdict == DMAFP_EQUIVALENT;
	}
	return same == f->cell->rows ? DMAFP_EQUIVALENT : DMAFP_INCONCLUSIVE;
}

static struct outcome look_family(const struct family *f, const struct dmafp_sequential *plan)
{
	struct outcome o = { .boots = f->cell->nr };
	size_t boots;

	for (boots = LOOKS_FIRST; boots <= f->cell->nr; boots++) {
		o.verdict = judge_family(f, plan, boots);
		if (o.verdict == DMAFP_INCONCLUSIVE)
			continue;
		o.boots = boots;
		break;
	}
	return o;
}

void looks_rows_count(const struct cell *cell, uint64_t *counts, gsl_rng *rng)
{
	const struct dmafp_sequential *plan = looks_plan(cell->nr);
	static struct family f;
	struct outcome o;

	f.cell = cell;
	draw_family(&f, rng);
	o = look_family(&f, plan);
	counts[LOOKS_SAME_VERDICT] += is_claim(o.verdict);
	counts[LOOKS_SAME_EQUIVALENT] += o.verdict == DMAFP_EQUIVALENT;
	counts[LOOKS_SAME_BOOTS] += o.boots;
	counts[FIXED_SAME_EQUIVALENT] += judge_family(&f, NULL, cell->nr) == DMAFP_EQUIVALENT;
	shift_family(&f, 1, 1);
	counts[LOOKS_EDGE_EQUIVALENT] += look_family(&f, plan).verdict == DMAFP_EQUIVALENT;
	counts[NAIVE_EDGE_EQUIVALENT] += look_family(&f, NULL).verdict == DMAFP_EQUIVALENT;
	shift_family(&f, 1, 2);
	o = look_family(&f, plan);
	counts[LOOKS_TWICE_REGRESSED] += o.verdict == DMAFP_REGRESSED;
	counts[LOOKS_TWICE_BOOTS] += o.boots;
	counts[FIXED_TWICE_REGRESSED] += judge_family(&f, NULL, cell->nr) == DMAFP_REGRESSED;
	shift_family(&f, cell->rows, 1);
	counts[LOOKS_EDGE_VERDICT] += is_claim(look_family(&f, plan).verdict);
	counts[NAIVE_EDGE_VERDICT] += is_claim(look_family(&f, NULL).verdict);
}
