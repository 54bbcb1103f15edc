// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include "analysis/stat/drift.h"
#include "analysis/timed.h"
#include "analysis/traffic_timed.h"
#include "base/alloc.h"

static const struct dmafp_effect *judged(const struct dmafp_traffic_verdict *v,
					 enum dmafp_arm_id arm)
{
	return &v->effects[arm][DMAFP_STATISTIC_P50];
}

/* Effects */

/* Every @step th boot from @first on that has the measure */
static struct dmafp_replicates boots_of(const struct dmafp_traffic_row *row,
					enum dmafp_arm_id arm, enum dmafp_statistic statistic,
					size_t first, size_t step)
{
	const struct dmafp_traffic_side *side = &row->sides[arm];
	double *values = dmafp_alloc(side->nr_boots + 1, sizeof(*values));
	double *times = dmafp_alloc(side->nr_boots + 1, sizeof(*times));
	size_t i, nr = 0;

	for (i = first; i < side->nr_boots; i += step) {
		if (!side->boots[i].load)
			continue;
		values[nr] = dmafp_traffic_of(&side->boots[i], statistic);
		times[nr++] = dmafp_timed_when(row->group->arms[arm].items[i], i);
	}
	return (struct dmafp_replicates) { values, times, nr };
}

/* Of base itself: every second boot against the others */
static void measure_arm(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm,
			enum dmafp_statistic s, const struct dmafp_sequential *look,
			struct dmafp_traffic_verdict *v)
{
	bool floor = arm == DMAFP_ARM_BASE;
	struct dmafp_replicates base = boots_of(row, DMAFP_ARM_BASE, s, 0, floor ? 2 : 1);
	struct dmafp_replicates other = boots_of(row, arm, s, floor ? 1 : 0, floor ? 2 : 1);

	dmafp_effect_at(floor ? NULL : look, &base, &other, v->margin, &v->effects[arm][s]);
	v->barred[arm] = !floor && dmafp_timed_obstacle(&v->effects[arm][s],
							dmafp_drift_interleaved(&base, &other));
	dmafp_timed_release(&base);
	dmafp_timed_release(&other);
}

void dmafp_traffic_measure(const struct dmafp_traffic_row *row, uint32_t margin_ppm,
			   const struct dmafp_sequential *look, struct dmafp_traffic_verdict *v)
{
	const struct dmafp_result *any = dmafp_group_any(row->group);
	double base = v->arms[DMAFP_ARM_BASE];
	unsigned int arm, s;

	v->margin_ppm = dmafp_timed_margin(margin_ppm, any->profile.margin_ppm, DMAFP_MARGIN_PPM,
					   &v->margin_origin);
	v->margin = isnan(base) ? 0 : base * v->margin_ppm / 1e6;
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		for (s = 0; s < DMAFP_NR_STATISTICS; s++)
			measure_arm(row, arm, s, look, v);
	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
		if (!isnan(v->measured[arm]))
			v->measured[arm] = judged(v, arm)->difference;
}

/* Verdicts */

/* The widest bucket that a median of base or the arm fell into */
static double blur_of(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm)
{
	const enum dmafp_arm_id both[] = { DMAFP_ARM_BASE, arm };
	double blur = 0;
	size_t i, k;

	for (i = 0; i < 2; i++)
		for (k = 0; k < row->sides[both[i]].nr_boots; k++)
			if (row->sides[both[i]].boots[k].load)
				blur = fmax(blur, row->sides[both[i]].boots[k].blur);
	return blur;
}

/* TIME and BUSY, which is what is judged, are of a whole run: more ops, finer figures */
static const char *too_coarse(const struct dmafp_load *load)
{
	if (load->tool == DMAFP_LOAD_FIO)
		return "the margin is finer than the clock, whose millisecond is too much of so "
		       "short a run: give more [fio] ios, or a runtime, or state a wider margin";
	return "the margin is finer than the clock, whose microseconds are too much of so short a "
	       "round: give more [pktgen] packets, or state a wider margin";
}

/* Why the row of that arm is not judged whatever its numbers say; NULL: it is */
static const char *obstacle(const struct dmafp_traffic_row *row,
			    const struct dmafp_traffic_verdict *v, enum dmafp_arm_id arm)
{
	if (v->barred[arm])
		return dmafp_timed_obstacle(judged(v, arm), false);
	if (blur_of(row, arm) > v->margin)
		return too_coarse(row->load);
	return NULL;
}

static void judge_arm(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm, size_t family,
		      struct dmafp_traffic_verdict *v)
{
	const char *why = obstacle(row, v, arm);

	v->barred[arm] = why;
	if (why) {
		dmafp_lines_add(&v->notes, "%s is not judged: %s", dmafp_arm_name(arm), why);
		return;
	}
	if (arm == DMAFP_ARM_ALWAYS_LOCK)
		v->verdicts[arm] = dmafp_timed_control(judged(v, arm));
	else
		v->verdicts[arm] = dmafp_timed_verdict(judged(v, arm), v->p[arm]);
	dmafp_timed_note(judged(v, arm), arm, v->verdicts[arm], family, &v->notes);
	if (v->verdicts[arm] == DMAFP_INCONCLUSIVE)
		v->boots[arm] = dmafp_effect_boots(judged(v, arm), family);
}

static void judge_row(const struct dmafp_traffic_row *row, const struct dmafp_claims *claims,
		      struct dmafp_traffic_verdict *v)
{
	enum dmafp_verdict *patched = &v->verdicts[DMAFP_ARM_PATCHED];

	judge_arm(row, DMAFP_ARM_PATCHED, claims->nr_patched, v);
	judge_arm(row, DMAFP_ARM_ALWAYS_LOCK, 1, v);
	judge_arm(row, DMAFP_ARM_PLACEBO, claims->nr_placebo, v);
	v->hidden = v->reached && v->verdicts[DMAFP_ARM_ALWAYS_LOCK] != DMAFP_REGRESSED;
	if (!v->reached && (*patched == DMAFP_EQUIVALENT || *patched == DMAFP_INCONCLUSIVE)) {
		*patched = DMAFP_NOT_REACHED;
		v->boots[DMAFP_ARM_PATCHED] = 0;
	}
}

/* A claim of one of these rows would stand for the arm: they are one family */
static bool in_family(const struct dmafp_traffic_verdict *v)
{
	return v->timed && dmafp_traffic_decisive(v);
}

static void find_claims(const struct dmafp_comparison *c, const struct dmafp_traffic_verdict *rows,
			struct dmafp_claims *claims)
{
	size_t i;

	claims->patched = dmafp_alloc(c->nr_traffic_rows + 1, sizeof(double));
	claims->placebo = dmafp_alloc(c->nr_traffic_rows + 1, sizeof(double));
	for (i = 0; i < c->nr_traffic_rows; i++) {
		if (!in_family(&rows[i]))
			continue;
		claims->patched[claims->nr] =
			dmafp_timed_claim(judged(&rows[i], DMAFP_ARM_PATCHED));
		claims->placebo[claims->nr++] =
			dmafp_timed_claim(judged(&rows[i], DMAFP_ARM_PLACEBO));
	}
}

void dmafp_traffic_time(const struct dmafp_comparison *c, struct dmafp_row_verdict *rows,
			struct dmafp_traffic_verdict *traffic)
{
	struct dmafp_claims claims = { 0 };
	size_t i, nr = 0;

	find_claims(c, traffic, &claims);
	dmafp_timed_judge(c, rows, &claims);
	for (i = 0; i < c->nr_traffic_rows; i++) {
		if (!in_family(&traffic[i]))
			continue;
		traffic[i].p[DMAFP_ARM_PATCHED] = claims.patched[nr];
		traffic[i].p[DMAFP_ARM_PLACEBO] = claims.placebo[nr++];
		traffic[i].p[DMAFP_ARM_ALWAYS_LOCK] =
			judged(&traffic[i], DMAFP_ARM_ALWAYS_LOCK)->p_more;
		judge_row(&c->traffic_rows[i], &claims, &traffic[i]);
	}
	free(claims.patched);
	free(claims.placebo);
}
