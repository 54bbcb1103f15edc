// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis/hist.h"
#include "analysis/stat/holm.h"
#include "analysis/timed.h"
#include "base/alloc.h"
#include "base/file.h"

#define ALPHA	     0.05 /* of a claim, after Holm's adjustment */
#define ALPHA_SERIES 0.01 /* of drift inside a boot: there are many series */

static const char *const statistic_names[DMAFP_NR_STATISTICS] = {
	[DMAFP_STATISTIC_MIN] = "min",
	[DMAFP_STATISTIC_P50] = "p50",
	[DMAFP_STATISTIC_P99] = "p99",
};

const char *dmafp_statistic_name(enum dmafp_statistic statistic)
{
	return statistic_names[statistic];
}

/* One number per boot */

static double statistic_of(const struct dmafp_hist *h, enum dmafp_statistic statistic)
{
	switch (statistic) {
	case DMAFP_STATISTIC_P50:
		return dmafp_hist_point(h, 50, 100);
	case DMAFP_STATISTIC_P99:
		return dmafp_hist_point(h, 99, 100);
	default:
		return (double)h->min;
	}
}

double dmafp_timed_when(const struct dmafp_result *result, size_t place)
{
	struct tm tm = { 0 };

	if (!strptime(result->created, "%Y-%m-%dT%H:%M:%SZ", &tm))
		return (double)place;
	return (double)timegm(&tm);
}

struct dmafp_replicates dmafp_timed_replicates(const struct dmafp_row *row,
					       enum dmafp_arm_id arm,
					       enum dmafp_statistic statistic)
{
	const struct dmafp_side *side = &row->sides[arm];
	double *values = dmafp_alloc(side->nr_phases, sizeof(*values));
	double *times = dmafp_alloc(side->nr_phases, sizeof(*times));
	size_t i, nr = 0;

	for (i = 0; i < side->nr_phases; i++) {
		if (!side->phases[i])
			continue;
		values[nr] = statistic_of(&side->phases[i]->hist, statistic) /
			     (double)row->cell->ops_per_sample;
		times[nr++] = dmafp_timed_when(row->group->arms[arm].items[i], i);
	}
	return (struct dmafp_replicates) { values, times, nr };
}

void dmafp_timed_release(struct dmafp_replicates *replicates)
{
	free((double *)replicates->values);
	free((double *)replicates->times);
	*replicates = (struct dmafp_replicates) { 0 };
}

/* The margin */

static bool is_check(const struct dmafp_row *row)
{
	return row->is_null || !strcmp(row->cell->op, DMAFP_CHECK_OP);
}

uint32_t dmafp_timed_margin(uint32_t given, uint32_t stated, uint32_t fallback,
			    enum dmafp_margin_origin *origin)
{
	*origin = given	 ? DMAFP_MARGIN_GIVEN :
		  stated ? DMAFP_MARGIN_STATED :
			   DMAFP_MARGIN_DEFAULT;
	return given ? given : stated ? stated : fallback;
}

static void find_margin(const struct dmafp_row *row, uint32_t ppm, uint32_t check, double base,
			struct dmafp_row_verdict *v)
{
	const struct dmafp_result *any = dmafp_group_any(row->group);

	if (is_check(row)) {
		v->margin = dmafp_timed_margin(check, any->profile.margin_check,
					       DMAFP_MARGIN_CHECK, &v->margin_origin);
		return;
	}
	v->margin_ppm = dmafp_timed_margin(ppm, any->profile.margin_ppm, DMAFP_MARGIN_PPM,
					   &v->margin_origin);
	v->margin = base * v->margin_ppm / 1e6;
}

/* Effects */

/* Base against base: every second boot against the others */
static void measure_floor(const struct dmafp_replicates *base, double margin,
			  struct dmafp_effect *effect)
{
	size_t half = (base->nr + 1) / 2, i;
	double *values[2] = { dmafp_alloc(half, sizeof(double)),
			      dmafp_alloc(half, sizeof(double)) };
	struct dmafp_replicates even = { values[0], NULL, half };
	struct dmafp_replicates odd = { values[1], NULL, base->nr / 2 };

	for (i = 0; i < base->nr; i++)
		values[i % 2][i / 2] = base->values[i];
	dmafp_effect_of(&even, &odd, margin, effect);
	free(values[0]);
	free(values[1]);
}

/* A minimum is a whole tick, and may be half a tick off */
static void blur(struct dmafp_effect *e, double by)
{
	e->difference_95.low -= by;
	e->difference_95.high += by;
	e->difference_90.low -= by;
	e->difference_90.high += by;
}

static void measure_statistic(const struct dmafp_row *row, enum dmafp_statistic s,
			      const struct dmafp_sequential *look, struct dmafp_row_verdict *v)
{
	struct dmafp_replicates base = dmafp_timed_replicates(row, DMAFP_ARM_BASE, s), arm;
	unsigned int i;

	measure_floor(&base, v->margin, &v->effects[DMAFP_ARM_BASE][s]);
	for (i = DMAFP_ARM_PATCHED; i < DMAFP_NR_ARMS; i++) {
		arm = dmafp_timed_replicates(row, i, s);
		dmafp_effect_at(look, &base, &arm, v->margin, &v->effects[i][s]);
		dmafp_timed_release(&arm);
	}
	for (i = 0; i < DMAFP_NR_ARMS && s == DMAFP_STATISTIC_MIN; i++)
		blur(&v->effects[i][s], 0.5 / (double)row->cell->ops_per_sample);
	dmafp_timed_release(&base);
}

/* Drift */

static void measure_drift(const struct dmafp_row *row, struct dmafp_row_verdict *v)
{
	struct dmafp_replicates arms[DMAFP_NR_ARMS];
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		arms[arm] = dmafp_timed_replicates(row, arm, DMAFP_STATISTIC_P50);
	dmafp_drift_of(arms, DMAFP_NR_ARMS, &v->drift);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		v->interleaved[arm] = arm == DMAFP_ARM_BASE ||
				      dmafp_drift_interleaved(&arms[DMAFP_ARM_BASE], &arms[arm]);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		dmafp_timed_release(&arms[arm]);
}

static bool series_drifts(const struct dmafp_series *s)
{
	double *points = dmafp_alloc(s->nr_points, sizeof(*points));
	double *places = dmafp_alloc(s->nr_points, sizeof(*places));
	struct dmafp_replicates one = { points, places, s->nr_points };
	struct dmafp_drift drift;
	size_t i;

	for (i = 0; i < s->nr_points; i++) {
		points[i] = (double)s->points[i];
		places[i] = (double)i;
	}
	dmafp_drift_of(&one, 1, &drift);
	free(points);
	free(places);
	return drift.known && drift.p < ALPHA_SERIES;
}

static void measure_series(const struct dmafp_row *row, struct dmafp_row_verdict *v)
{
	unsigned int arm;
	size_t i, k;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		for (i = 0; i < row->sides[arm].nr_phases; i++) {
			const struct dmafp_phase_result *p = row->sides[arm].phases[i];

			for (k = 0; p && k < p->nr_series; k++) {
				v->nr_series++;
				v->drifting_series += series_drifts(&p->series[k]);
			}
		}
}

void dmafp_timed_measure(const struct dmafp_row *row, uint32_t margin_ppm,
			 uint32_t margin_check, const struct dmafp_sequential *look,
			 struct dmafp_row_verdict *v)
{
	struct dmafp_replicates base =
		dmafp_timed_replicates(row, DMAFP_ARM_BASE, DMAFP_STATISTIC_P50);
	struct dmafp_effect alone;
	unsigned int s;

	dmafp_effect_of(&base, &base, 1, &alone);
	dmafp_timed_release(&base);
	find_margin(row, margin_ppm, margin_check, alone.base, v);
	for (s = 0; s < DMAFP_NR_STATISTICS; s++)
		measure_statistic(row, s, look, v);
	measure_drift(row, v);
	measure_series(row, v);
}

/* Verdicts */

static const struct dmafp_effect *judged(const struct dmafp_row_verdict *v,
					 enum dmafp_arm_id arm)
{
	return &v->effects[arm][DMAFP_STATISTIC_P50];
}

double dmafp_timed_claim(const struct dmafp_effect *e)
{
	return e->known ? fmin(1, 2 * fmin(e->p_more, e->p_less)) : 1;
}

/* A claim of one of these rows would stand for the arm: they are one family */
static bool in_family(const struct dmafp_row *row, const struct dmafp_row_verdict *v, bool null)
{
	return v->timed && v->complete && !row->cell->sleeps && row->is_null == null;
}

/*
 * Adjust the claims of arms @first to @last on the null op, or on all other rows, and
 * with them @others
 */
static size_t adjust(const struct dmafp_comparison *c, struct dmafp_row_verdict *rows,
		     bool null, unsigned int first, unsigned int last,
		     double *others, size_t nr_others)
{
	double *p = dmafp_alloc(c->nr_rows * DMAFP_NR_ARMS + nr_others, sizeof(*p));
	size_t i, k, nr = 0;
	unsigned int arm;

	for (i = 0; i < c->nr_rows; i++)
		for (arm = first; arm <= last && in_family(&c->rows[i], &rows[i], null); arm++)
			p[nr++] = dmafp_timed_claim(judged(&rows[i], arm));
	for (k = 0; k < nr_others; k++)
		p[nr++] = others[k];
	dmafp_holm(p, nr);
	for (i = nr = 0; i < c->nr_rows; i++)
		for (arm = first; arm <= last && in_family(&c->rows[i], &rows[i], null); arm++)
			rows[i].p[arm] = p[nr++];
	for (k = 0; k < nr_others; k++)
		others[k] = p[nr++];
	free(p);
	return nr;
}

/* The greatest common divisor, 0 if both are 0 */
static uint64_t divisor(uint64_t a, uint64_t b)
{
	uint64_t rest;

	while (b) {
		rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

/*
 * What all differences between an arm's samples are multiples of, as far as
 * buckets tell.  Those to another arm's are not asked: they are what is measured.
 */
static uint64_t find_step(const struct dmafp_side *side, uint64_t step)
{
	const struct dmafp_bucket *b, *first = NULL;
	size_t i, k;

	for (i = 0; i < side->nr_phases; i++)
		for (k = 0; side->phases[i] && k < side->phases[i]->hist.nr_buckets; k++) {
			b = &side->phases[i]->hist.buckets[k];
			if (b->width > 1)
				break;
			first = first ? first : b;
			step = divisor(b->low > first->low ? b->low - first->low :
							     first->low - b->low, step);
		}
	return step;
}

static uint64_t widest(const struct dmafp_side *side)
{
	uint64_t widest = 1, width;
	size_t i;

	for (i = 0; i < side->nr_phases; i++) {
		width = side->phases[i] ? dmafp_hist_width(&side->phases[i]->hist, 50, 100) : 1;
		if (!width)
			return UINT64_MAX;
		widest = width > widest ? width : widest;
	}
	return widest;
}

/* Is the margin less than the steps in which the clock advances? */
static bool is_stepped(const struct dmafp_row *row, const struct dmafp_row_verdict *v,
		       enum dmafp_arm_id arm)
{
	uint64_t step = find_step(&row->sides[DMAFP_ARM_BASE], 0);

	step = find_step(&row->sides[arm], step);
	return (double)step > v->margin * (double)row->cell->ops_per_sample;
}

/*
 * Is it less than the buckets that its medians fell into?  Not where the difference is
 * beyond it by more than these can be wrong, as of a lock that all CPUs wait for.
 */
static bool is_coarse(const struct dmafp_row *row, const struct dmafp_row_verdict *v,
		      enum dmafp_arm_id arm)
{
	double ops = (double)row->cell->ops_per_sample;
	double base = (double)widest(&row->sides[DMAFP_ARM_BASE]) / ops;
	double own = (double)widest(&row->sides[arm]) / ops;
	const struct dmafp_effect *e = judged(v, arm);

	if (base <= v->margin && own <= v->margin)
		return false;
	return e->difference_90.low - base - own <= v->margin &&
	       e->difference_90.high + base + own >= -v->margin;
}

const char *dmafp_timed_obstacle(const struct dmafp_effect *e, bool interleaved)
{
	if (!e->known)
		return "there are fewer than 3 boots of it or of base, and no interval";
	/* whether or not drift is found: a test that finds none does not show that there is none */
	if (!interleaved)
		return "its boots and base's were not taken in turns, so that a change of the "
		       "machine with time would look like one of the kernel: boot the arms in "
		       "rounds, each arm once in a round";
	return NULL;
}

/* Why the row of that arm is not judged whatever its numbers say; NULL: it is */
static const char *obstacle(const struct dmafp_row *row, const struct dmafp_row_verdict *v,
			    enum dmafp_arm_id arm)
{
	const char *why = dmafp_timed_obstacle(judged(v, arm), v->interleaved[arm]);

	if (why)
		return why;
	if (is_stepped(row, v, arm))
		return "the margin is finer than the clock's steps: measure with method block";
	if (is_coarse(row, v, arm))
		return "the margin is finer than the histogram's buckets at so many ticks: "
		       "state a wider one";
	return NULL;
}

enum dmafp_verdict dmafp_timed_verdict(const struct dmafp_effect *e, double p)
{
	if (e->early)
		return DMAFP_INCONCLUSIVE;
	if (e->difference_95.low > e->margin && p <= ALPHA)
		return DMAFP_REGRESSED;
	if (e->difference_95.high < -e->margin && p <= ALPHA)
		return DMAFP_IMPROVED;
	if (e->difference_90.low > -e->margin && e->difference_90.high < e->margin)
		return DMAFP_EQUIVALENT;
	return DMAFP_INCONCLUSIVE;
}

enum dmafp_verdict dmafp_timed_control(const struct dmafp_effect *e)
{
	if (!e->early && e->difference_90.low > e->margin)
		return DMAFP_REGRESSED;
	return dmafp_timed_verdict(e, 0);
}

void dmafp_timed_note(const struct dmafp_effect *e, enum dmafp_arm_id arm,
		      enum dmafp_verdict verdict, size_t family, struct dmafp_lines *notes)
{
	bool beyond = e->difference_95.low > e->margin || e->difference_95.high < -e->margin;
	char *why;

	if (!beyond || verdict != DMAFP_INCONCLUSIVE)
		return;
	if (e->early)
		why = dmafp_alloc_string("this look is too early to claim a difference");
	else if (e->nr_base + e->nr_arm < 8)
		why = dmafp_alloc_string("3 boots are too few to claim a difference: 4 of each at "
					 "least");
	else
		why = dmafp_path("as one of %zu rows that is no proof yet", family);
	dmafp_lines_add(notes, "the 95 %% interval of %s is beyond the margin, but %s",
			dmafp_arm_name(arm), why);
	free(why);
}

static void judge_arm(const struct dmafp_row *row, enum dmafp_arm_id arm, size_t family,
		      struct dmafp_row_verdict *v)
{
	const char *why = obstacle(row, v, arm);

	if (why)
		dmafp_lines_add(&v->notes, "%s is not judged: %s", dmafp_arm_name(arm), why);
	v->barred[arm] = why;
	if (why)
		v->verdicts[arm] = DMAFP_INCONCLUSIVE;
	else if (arm == DMAFP_ARM_ALWAYS_LOCK)
		v->verdicts[arm] = dmafp_timed_control(judged(v, arm));
	else
		v->verdicts[arm] = dmafp_timed_verdict(judged(v, arm), v->p[arm]);
	if (why)
		return;
	dmafp_timed_note(judged(v, arm), arm, v->verdicts[arm], family, &v->notes);
	if (v->verdicts[arm] == DMAFP_INCONCLUSIVE)
		v->boots[arm] = dmafp_effect_boots(judged(v, arm), family);
}

/* What is shown and not judged, where it goes another way than what is */
static void note_statistic(struct dmafp_row_verdict *v, enum dmafp_statistic s)
{
	const struct dmafp_effect *e = &v->effects[DMAFP_ARM_PATCHED][s];
	enum dmafp_verdict verdict = v->verdicts[DMAFP_ARM_PATCHED];

	/* else it may be drift */
	if (!e->known || !v->interleaved[DMAFP_ARM_PATCHED])
		return;
	if (e->difference_95.low > e->margin && verdict != DMAFP_REGRESSED)
		v->outside[s] = 1;
	if (e->difference_95.high < -e->margin && verdict != DMAFP_IMPROVED)
		v->outside[s] = -1;
	if (v->outside[s])
		dmafp_lines_add(&v->notes,
				"%s of patched, which is shown and not judged, is %s "
				"base's by more than the margin (95 %% interval)",
				dmafp_statistic_name(s), v->outside[s] > 0 ? "above" : "below");
}

static void judge_row(const struct dmafp_row *row, size_t family, size_t placebos,
		      struct dmafp_row_verdict *v)
{
	enum dmafp_verdict *patched = &v->verdicts[DMAFP_ARM_PATCHED];

	judge_arm(row, DMAFP_ARM_PATCHED, family, v);
	judge_arm(row, DMAFP_ARM_ALWAYS_LOCK, 1, v);
	judge_arm(row, DMAFP_ARM_PLACEBO, placebos, v);
	note_statistic(v, DMAFP_STATISTIC_MIN);
	note_statistic(v, DMAFP_STATISTIC_P99);
	if (!v->reached && (*patched == DMAFP_EQUIVALENT || *patched == DMAFP_INCONCLUSIVE)) {
		*patched = DMAFP_NOT_REACHED;
		v->boots[DMAFP_ARM_PATCHED] = 0;
	}
}

void dmafp_timed_judge(const struct dmafp_comparison *c, struct dmafp_row_verdict *rows,
		       struct dmafp_claims *others)
{
	size_t patched, placebo, i;

	patched = adjust(c, rows, false, DMAFP_ARM_PATCHED, DMAFP_ARM_PATCHED,
			 others->patched, others->nr);
	placebo = adjust(c, rows, false, DMAFP_ARM_PLACEBO, DMAFP_ARM_PLACEBO,
			 others->placebo, others->nr);
	adjust(c, rows, true, DMAFP_ARM_PATCHED, DMAFP_ARM_PLACEBO, NULL, 0);
	others->nr_patched = patched;
	others->nr_placebo = placebo;
	for (i = 0; i < c->nr_rows; i++) {
		if (!in_family(&c->rows[i], &rows[i], false))
			continue;
		rows[i].p[DMAFP_ARM_ALWAYS_LOCK] =
			judged(&rows[i], DMAFP_ARM_ALWAYS_LOCK)->p_more;
		judge_row(&c->rows[i], patched, placebo, &rows[i]);
	}
}

bool dmafp_timed_null_differs(const struct dmafp_row_verdict *v)
{
	enum dmafp_verdict verdict;
	unsigned int arm;

	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++) {
		verdict = judged(v, arm)->known ? dmafp_timed_verdict(judged(v, arm), v->p[arm]) :
						  DMAFP_INCONCLUSIVE;
		if (verdict == DMAFP_REGRESSED || verdict == DMAFP_IMPROVED)
			return true;
	}
	return false;
}

bool dmafp_timed_stands(const struct dmafp_row_verdict *v)
{
	return v->verdicts[DMAFP_ARM_PLACEBO] == DMAFP_EQUIVALENT &&
	       (!v->reached || v->verdicts[DMAFP_ARM_ALWAYS_LOCK] == DMAFP_REGRESSED);
}
