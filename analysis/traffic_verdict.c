// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics.h>

#include "analysis/timed.h"
#include "analysis/traffic_verdict.h"
#include "base/alloc.h"

#define ROUNDING 1e-6 /* ns: quotients and medians of whole numbers are no nearer */

bool dmafp_traffic_more(double a, double b)
{
	return a - b > ROUNDING;
}

enum dmafp_verdict dmafp_traffic_exact(double measured, double floor)
{
	if (dmafp_traffic_more(measured, floor))
		return DMAFP_REGRESSED;
	if (dmafp_traffic_more(-measured, floor))
		return DMAFP_IMPROVED;
	return DMAFP_EQUIVALENT;
}

bool dmafp_traffic_decisive(const struct dmafp_traffic_verdict *v)
{
	return v->judged && v->complete;
}

bool dmafp_traffic_visible(const struct dmafp_traffic_verdict *v)
{
	return dmafp_traffic_decisive(v) && v->reached && !v->hidden;
}

/* Numbers */

double dmafp_traffic_of(const struct dmafp_traffic_boot *boot, enum dmafp_statistic statistic)
{
	switch (statistic) {
	case DMAFP_STATISTIC_P50:
		return boot->p50;
	case DMAFP_STATISTIC_P99:
		return boot->p99;
	default:
		return boot->min;
	}
}

double dmafp_traffic_median(const struct dmafp_traffic_side *side, enum dmafp_statistic statistic)
{
	double *values = dmafp_alloc(side->nr_boots + 1, sizeof(*values)), median;
	size_t i, nr = 0;

	for (i = 0; i < side->nr_boots; i++)
		if (side->boots[i].load)
			values[nr++] = dmafp_traffic_of(&side->boots[i], statistic);
	median = nr ? gsl_stats_median(values, 1, nr) : NAN;
	free(values);
	return median;
}

/* The least and the greatest of some boots */
struct span {
	size_t nr;
	double low, high;
};

static void widen(struct span *span, double value)
{
	if (!span->nr || value < span->low)
		span->low = value;
	if (!span->nr || value > span->high)
		span->high = value;
	span->nr++;
}

static void widen_by(struct span *span, const struct dmafp_traffic_side *side,
		     enum dmafp_statistic statistic)
{
	size_t i;

	for (i = 0; i < side->nr_boots; i++)
		if (side->boots[i].load)
			widen(span, dmafp_traffic_of(&side->boots[i], statistic));
}

/* Of boots that should not differ, which may do so by more than can be read of them */
static double width_of(const struct span *span, double blur)
{
	return span->nr ? fmax(span->high - span->low, blur) : 0;
}

/* Of min what it was measured to; of p50 also how its samples are spread and kept */
static double blur_of(const struct dmafp_traffic_side *side, enum dmafp_statistic statistic)
{
	double blur = 0;
	size_t i;

	for (i = 0; i < side->nr_boots; i++) {
		const struct dmafp_traffic_boot *boot = &side->boots[i];

		if (!boot->load)
			continue;
		blur = fmax(blur, boot->grain);
		if (statistic == DMAFP_STATISTIC_P50)
			blur = fmax(blur, fmax(boot->blur, boot->wobble));
	}
	return blur;
}

/*
 * The floor: boots of base and of placebo, which runs the same instructions, should
 * agree, and so should those of each other arm among themselves.
 */
static double find_floor(const struct dmafp_traffic_row *row, enum dmafp_statistic statistic,
			 double own[DMAFP_NR_ARMS])
{
	struct span same = { 0 };
	double floor = 0;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		struct span alone = { 0 };

		widen_by(&alone, &row->sides[arm], statistic);
		own[arm] = width_of(&alone, blur_of(&row->sides[arm], statistic));
		floor = fmax(floor, own[arm]);
		if (arm == DMAFP_ARM_BASE || arm == DMAFP_ARM_PLACEBO)
			widen_by(&same, &row->sides[arm], statistic);
	}
	return same.nr > 1 ? fmax(floor, width_of(&same, 0)) : NAN;
}

static bool is_other_akin(const struct dmafp_traffic_row *a, const struct dmafp_traffic_row *b)
{
	return a != b && a->kind == DMAFP_MEASURE_SUBMIT && b->kind == a->kind &&
	       !strcmp(a->group->pci, b->group->pci) && !strcmp(a->group->iommu, b->group->iommu);
}

/*
 * Which tag and which page an IO gets is settled anew in each boot, and moves all of a
 * load's submissions.  Two boots of each arm may be alike in that by chance, not so
 * those of all loads: what one of them shows, the others have as well.
 */
static double widest_floor(const struct dmafp_comparison *c, const struct dmafp_traffic_row *row)
{
	double own[DMAFP_NR_ARMS], floor = 0;
	size_t i;

	for (i = 0; i < c->nr_traffic_rows; i++)
		if (is_other_akin(row, &c->traffic_rows[i]))
			floor = fmax(floor, find_floor(&c->traffic_rows[i],
						       DMAFP_STATISTIC_MIN, own));
	return floor;
}

static void choose_statistic(const struct dmafp_comparison *c, const struct dmafp_traffic_row *row,
			     struct dmafp_traffic_verdict *v)
{
	double own[DMAFP_NR_ARMS];
	double min = find_floor(row, DMAFP_STATISTIC_MIN, own);
	double p50 = find_floor(row, DMAFP_STATISTIC_P50, own);

	/* the least of a few rounds is the one that fewest timers fell into, by chance */
	v->statistic = DMAFP_STATISTIC_P50;
	if (!v->timed && row->kind != DMAFP_MEASURE_BUSY && min < p50)
		v->statistic = DMAFP_STATISTIC_MIN;
	v->floor = find_floor(row, v->statistic, v->own);
	if (!isnan(v->floor))
		v->floor = fmax(v->floor, widest_floor(c, row));
	if (!v->judged)
		v->floor = NAN;
}

static void fill_numbers(const struct dmafp_comparison *c, const struct dmafp_traffic_row *row,
			 struct dmafp_traffic_verdict *v)
{
	unsigned int arm;

	choose_statistic(c, row, v);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		v->arms[arm] = dmafp_traffic_median(&row->sides[arm], v->statistic);
		v->measured[arm] = v->arms[arm] - v->arms[DMAFP_ARM_BASE];
	}
}

/* Facts about the row that the rules ask for */

/*
 * Under icount idle time is skipped, and what happens in it has no duration; and a
 * load that keeps a pace takes as long as that says.
 */
static bool is_judged(const struct dmafp_traffic_row *row, bool timed)
{
	switch (row->kind) {
	case DMAFP_MEASURE_BUSY:
		return true;
	case DMAFP_MEASURE_TIME:
		return timed && !row->load->pace_ns;
	case DMAFP_MEASURE_SUBMIT:
	case DMAFP_MEASURE_SEND:
		return !timed;
	default:
		return false;
	}
}

/* Did every boot call it, as far as was counted? */
static bool side_calls(const struct dmafp_traffic_side *side)
{
	size_t i;

	for (i = 0; i < side->nr_boots; i++)
		if (!side->boots[i].load ||
		    dmafp_load_calls(side->boots[i].load, DMAFP_API_CHECK) <= 0)
			return false;
	return side->nr_boots;
}

static double maps_of(const struct dmafp_load *load)
{
	if (!load || !load->counted_ops)
		return -1;
	return dmafp_load_calls(load, DMAFP_API_MAP) + dmafp_load_calls(load, DMAFP_API_ALLOC);
}

static size_t count_boots(const struct dmafp_traffic_row *row)
{
	size_t nr = 0;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		nr += row->sides[arm].nr_boots;
	return nr;
}

static void find_checks(const struct dmafp_traffic_row *row, struct dmafp_traffic_verdict *v)
{
	double *checks = dmafp_alloc(count_boots(row) + 1, sizeof(*checks)), calls;
	struct span span = { 0 };
	unsigned int arm;
	size_t i;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		for (i = 0; i < row->sides[arm].nr_boots; i++) {
			const struct dmafp_load *load = row->sides[arm].boots[i].load;

			calls = load ? dmafp_load_calls(load, DMAFP_API_CHECK) : -1;
			if (calls < 0)
				continue;
			checks[span.nr] = calls;
			widen(&span, calls);
		}
	v->checks = span.nr ? gsl_stats_median(checks, 1, span.nr) : -1;
	v->least_checks = span.nr ? span.low : -1;
	v->most_checks = span.nr ? span.high : -1;
	free(checks);
}

static void find_facts(const struct dmafp_traffic_row *row, struct dmafp_traffic_verdict *v)
{
	unsigned int arm;

	v->timed = dmafp_group_is_timed(row->group);
	v->judged = is_judged(row, v->timed);
	v->complete = true;
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		v->complete &= dmafp_traffic_complete(&row->sides[arm]);
	v->reached = side_calls(&row->sides[DMAFP_ARM_BASE]) &&
		     side_calls(&row->sides[DMAFP_ARM_PATCHED]);
	v->maps = maps_of(row->sides[DMAFP_ARM_BASE].load);
	find_checks(row, v);
}

/* The prediction */

static bool is_check(const struct dmafp_row *row)
{
	return !strcmp(row->cell->op, DMAFP_CHECK_OP) && row->phase == DMAFP_ROW_MAP;
}

/* What `check` of the group takes more in that arm than in base; NAN: not known */
static double check_difference(const struct dmafp_comparison *c, const struct dmafp_group *group,
			       enum dmafp_arm_id arm)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		const struct dmafp_side *base = &c->rows[i].sides[DMAFP_ARM_BASE];
		const struct dmafp_side *side = &c->rows[i].sides[arm];

		if (c->rows[i].group == group && is_check(&c->rows[i]) && base->phase &&
		    side->phase && base->boots_agree && side->boots_agree &&
		    base->stats.p50_exact && side->stats.p50_exact)
			return (double)side->delta.p50 / (double)c->rows[i].cell->ops_per_sample;
	}
	return NAN;
}

static void predict(const struct dmafp_comparison *c, const struct dmafp_traffic_row *row,
		    struct dmafp_traffic_verdict *v)
{
	unsigned int arm;
	double unexplained;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		v->predicted[arm] = v->timed || !v->judged || v->checks < 0 ?
					    NAN :
					    v->checks * check_difference(c, row->group, arm) + 0.0;
		unexplained = fabs(v->measured[arm] - v->predicted[arm]);
		/* false also where one of them is no number */
		v->agrees[arm] = unexplained <= v->floor + ROUNDING;
	}
}

/* Verdicts */

/* One boot is as likely beyond two others as not: single ones are a floor only if they agree */
static bool is_single(const struct dmafp_traffic_row *row, const struct dmafp_traffic_verdict *v,
		      enum dmafp_arm_id arm)
{
	bool single = row->sides[DMAFP_ARM_BASE].nr_boots < 2 || row->sides[arm].nr_boots < 2;

	return single && dmafp_traffic_more(v->floor, 0);
}

static enum dmafp_verdict judge_side(const struct dmafp_traffic_row *row,
				     const struct dmafp_traffic_verdict *v, enum dmafp_arm_id arm)
{
	if (arm == DMAFP_ARM_BASE)
		return DMAFP_NOT_JUDGED;
	if (!row->sides[arm].load || !row->sides[DMAFP_ARM_BASE].load)
		return DMAFP_INVALID;
	if (!v->judged)
		return DMAFP_NOT_JUDGED;
	if (v->timed || isnan(v->floor) || is_single(row, v, arm))
		return DMAFP_INCONCLUSIVE;
	return dmafp_traffic_exact(v->measured[arm], v->floor);
}

static void judge_patched(struct dmafp_traffic_verdict *v)
{
	enum dmafp_verdict *patched = &v->verdicts[DMAFP_ARM_PATCHED];

	if (!dmafp_traffic_decisive(v) || v->timed)
		return;
	v->hidden = v->reached && v->verdicts[DMAFP_ARM_ALWAYS_LOCK] != DMAFP_REGRESSED;
	if (v->hidden)
		*patched = DMAFP_NOT_JUDGED;
	else if (!v->reached && *patched == DMAFP_EQUIVALENT)
		*patched = DMAFP_NOT_REACHED;
}

void dmafp_traffic_judge(const struct dmafp_comparison *c, const struct dmafp_traffic_row *row,
			 struct dmafp_traffic_verdict *v)
{
	unsigned int arm;

	find_facts(row, v);
	fill_numbers(c, row, v);
	predict(c, row, v);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		v->verdicts[arm] = judge_side(row, v, arm);
	judge_patched(v);
}
