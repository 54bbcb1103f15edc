// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/render/reading.h"

static double value_of(const struct dmafp_stats *stats, enum dmafp_statistic statistic,
		       bool *exact)
{
	*exact = true;
	switch (statistic) {
	case DMAFP_STATISTIC_P50:
		*exact = stats->p50_exact;
		return (double)stats->p50;
	case DMAFP_STATISTIC_P99:
		*exact = stats->p99_exact;
		return (double)stats->p99;
	default:
		return (double)stats->min;
	}
}

static void read_exact(const struct dmafp_row *row, enum dmafp_arm_id arm,
		       enum dmafp_statistic statistic, struct dmafp_reading *r)
{
	double ops = (double)row->cell->ops_per_sample;
	bool exact;

	r->value = value_of(&row->sides[arm].stats, statistic, &r->exact) / ops;
	if (!r->compared)
		return;
	r->base = value_of(&row->sides[DMAFP_ARM_BASE].stats, statistic, &exact) / ops;
	r->difference = r->value - r->base;
	r->exact &= exact;
}

static void read_timed(const struct dmafp_row_verdict *v, enum dmafp_arm_id arm,
		       enum dmafp_statistic statistic, struct dmafp_reading *r)
{
	const struct dmafp_effect *effect = &v->effects[arm][statistic];

	r->exact = true;
	if (arm == DMAFP_ARM_BASE) {
		r->value = v->effects[DMAFP_ARM_PATCHED][statistic].base;
		return;
	}
	r->value = effect->arm;
	r->base = effect->base;
	r->difference = effect->difference;
	r->effect = r->compared && effect->known ? effect : NULL;
}

bool dmafp_reading_of(const struct dmafp_row *row, const struct dmafp_row_verdict *v,
		      enum dmafp_arm_id arm, enum dmafp_statistic statistic,
		      struct dmafp_reading *r)
{
	*r = (struct dmafp_reading) { 0 };
	if (!row->sides[arm].phase)
		return false;
	r->compared = arm != DMAFP_ARM_BASE && row->sides[DMAFP_ARM_BASE].phase;
	if (v->timed)
		read_timed(v, arm, statistic, r);
	else
		read_exact(row, arm, statistic, r);
	return true;
}

const char *dmafp_reading_unit(const struct dmafp_row_verdict *v)
{
	return v->timed ? "ticks" : "instructions";
}

double dmafp_reading_calls(const struct dmafp_row *row, enum dmafp_arm_id arm)
{
	const struct dmafp_phase_result *p = row->sides[arm].phase;

	return p && p->counted_ops ? (double)p->calls / (double)p->counted_ops : -1;
}
