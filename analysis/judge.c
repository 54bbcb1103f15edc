// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"

#include "analysis/control.h"
#include "analysis/judge.h"
#include "analysis/match.h"
#include "analysis/notes.h"
#include "analysis/timed.h"
#include "analysis/traffic_notes.h"
#include "analysis/traffic_reasons.h"
#include "analysis/traffic_timed.h"

static const enum dmafp_exit exits[DMAFP_NR_VERDICTS] = {
	[DMAFP_EQUIVALENT] = DMAFP_EXIT_NO_COST,
	[DMAFP_IMPROVED] = DMAFP_EXIT_NO_COST,
	[DMAFP_REGRESSED] = DMAFP_EXIT_REGRESSED,
	[DMAFP_INCONCLUSIVE] = DMAFP_EXIT_INCONCLUSIVE,
	[DMAFP_INVALID] = DMAFP_EXIT_INVALID,
	[DMAFP_NOT_REACHED] = DMAFP_EXIT_INVALID,
	[DMAFP_NOT_JUDGED] = DMAFP_EXIT_INVALID,
};

enum dmafp_exit dmafp_judgement_exit(const struct dmafp_judgement *judgement)
{
	return exits[judgement->overall];
}

bool dmafp_judgement_refused(const struct dmafp_judgement *judgement)
{
	return judgement->differences.nr && !judgement->rules.force;
}

bool dmafp_judgement_forced(const struct dmafp_judgement *judgement)
{
	return judgement->differences.nr && judgement->rules.force;
}

static void widen_by(struct dmafp_range *range, double delta, bool *first, size_t row)
{
	if (*first || delta < range->low)
		range->low = delta;
	if (*first || delta > range->high) {
		range->high = delta;
		range->worst = row;
	}
	*first = false;
}

static void widen(struct dmafp_range *range, const struct dmafp_row *row,
		  const struct dmafp_row_verdict *v,
		  enum dmafp_arm_id arm, size_t index)
{
	const struct dmafp_stats *base = &row->sides[DMAFP_ARM_BASE].stats;
	const struct dmafp_stats *stats = &row->sides[arm].stats;
	const struct dmafp_delta *d = &row->sides[arm].delta;
	double ops = (double)row->cell->ops_per_sample;
	bool first = !range->nr;

	range->nr++;
	if (v->timed) {
		widen_by(range, v->effects[arm][DMAFP_STATISTIC_P50].difference, &first, index);
		return;
	}
	widen_by(range, (double)d->min / ops, &first, index);
	if (base->p50_exact && stats->p50_exact)
		widen_by(range, (double)d->p50 / ops, &first, index);
	if (base->p99_exact && stats->p99_exact)
		widen_by(range, (double)d->p99 / ops, &first, index);
}

/* The one number: what an arm does where the path ran, placebo everywhere */
static void find_range(struct dmafp_judgement *j, const struct dmafp_comparison *c,
		       enum dmafp_arm_id arm)
{
	struct dmafp_range *range = &j->ranges[arm];
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		const struct dmafp_row_verdict *v = &j->rows[i];

		if (!v->decisive || (arm != DMAFP_ARM_PLACEBO && !v->reached))
			continue;
		widen(range, &c->rows[i], v, arm, i);
		range->nr_good += dmafp_verdict_is_good(arm, v->verdicts[arm]);
	}
}

static size_t count_rows(const struct dmafp_judgement *j, enum dmafp_verdict verdict)
{
	size_t i, nr = 0;

	for (i = 0; i < j->nr_rows; i++)
		nr += j->rows[i].verdicts[DMAFP_ARM_PATCHED] == verdict;
	return nr;
}

static size_t count_reached(const struct dmafp_judgement *j, enum dmafp_verdict verdict)
{
	size_t i, nr = 0;

	for (i = 0; i < j->nr_rows; i++)
		nr += j->rows[i].reached &&
		      j->rows[i].verdicts[DMAFP_ARM_PATCHED] == verdict;
	return nr;
}

/* The verdict */

static bool any_queue(const struct dmafp_comparison *c)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (dmafp_row_has_queue(&c->rows[i]))
			return true;
	return false;
}

static bool has_rows_to_judge(const struct dmafp_comparison *c)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (!c->rows[i].is_null)
			return true;
	return c->nr_traffic_rows;
}

/* Evidence about the attach alone says nothing of a cost, so it is no mistake either */
static bool decide_evidence(struct dmafp_judgement *j, const struct dmafp_comparison *c)
{
	bool any = false;
	size_t i;

	for (i = 0; i < c->set->nr; i++)
		any |= c->set->results[i]->attach.present;
	if (!any || has_rows_to_judge(c))
		return false;
	j->overall = DMAFP_INCONCLUSIVE;
	dmafp_lines_add(&j->reasons,
			"There is evidence about the attach, reported above, and no row "
			"that could be judged: this says nothing of a cost.");
	return true;
}

/* Numbers of arms that cannot be compared are not looked at, unless that is forced */
static bool decide_refused(struct dmafp_judgement *j, const struct dmafp_comparison *c)
{
	dmafp_match_facts(c, &j->differences);
	dmafp_match_options(c, &j->differences, &j->notes);
	if (!dmafp_judgement_refused(j))
		return false;
	j->overall = DMAFP_INVALID;
	dmafp_lines_add(&j->reasons,
			"The arms cannot be compared: they differ in more than the kernel "
			"under test, or a kernel is not one to measure.");
	return true;
}

static bool decide_invalid(struct dmafp_judgement *j, const struct dmafp_comparison *c)
{
	if (!c->nr_rows && !c->nr_traffic_rows)
		dmafp_lines_add(&j->reasons,
				"There is nothing to compare: no cell in any result.");
	dmafp_control_arms(c, &j->reasons);
	dmafp_stop_check(&j->stop, &j->reasons);
	dmafp_match_kernels(c, &j->reasons);
	dmafp_control_instrument(c, j->rows, &j->reasons);
	dmafp_traffic_control(c, j->traffic_rows, &j->reasons);
	dmafp_control_reached(c, j->rows, j->traffic_rows, &j->reasons);
	if (!j->reasons.nr)
		return false;
	j->overall = DMAFP_INVALID;
	return true;
}

static bool any_timed(const struct dmafp_judgement *j)
{
	size_t i;

	for (i = 0; i < j->nr_rows; i++)
		if (j->rows[i].timed)
			return true;
	return false;
}

/* REGRESSED rows of the timed domain of which the row's own controls say nothing yet */
static size_t count_doubtful(const struct dmafp_judgement *j)
{
	size_t i, nr = 0;

	for (i = 0; i < j->nr_rows; i++)
		nr += j->rows[i].verdicts[DMAFP_ARM_PATCHED] == DMAFP_REGRESSED &&
		      j->rows[i].timed && !dmafp_timed_stands(&j->rows[i]);
	return nr;
}

static bool rows_regressed(struct dmafp_judgement *j)
{
	size_t nr = count_rows(j, DMAFP_REGRESSED);
	size_t reached = count_reached(j, DMAFP_REGRESSED);

	if (nr == count_doubtful(j))
		return false;
	if (any_timed(j))
		dmafp_lines_add(&j->reasons,
				"%zu of %zu rows take longer in patched than in base, by "
				"more than the margin, %zu of them where the path ran.",
				nr, j->ranges[DMAFP_ARM_PLACEBO].nr, reached);
	else
		dmafp_lines_add(&j->reasons,
				"%zu of %zu rows take more instructions in patched than "
				"in base, %zu of them where the path ran; the notes name each.",
				nr, j->ranges[DMAFP_ARM_PLACEBO].nr, reached);
	return true;
}

static bool decide_regressed(struct dmafp_judgement *j, const struct dmafp_comparison *c)
{
	bool rows = rows_regressed(j), traffic = dmafp_traffic_regressed(j);

	(void)c;
	if (rows || traffic)
		j->overall = DMAFP_REGRESSED;
	return rows || traffic;
}

/* Rows of the exact domain, which more boots do not help */
static size_t count_undecided(const struct dmafp_judgement *j)
{
	size_t i, nr = 0;

	for (i = 0; i < j->nr_rows; i++)
		nr += !j->rows[i].timed &&
		      j->rows[i].verdicts[DMAFP_ARM_PATCHED] == DMAFP_INCONCLUSIVE;
	return nr;
}

/* Rows of the timed domain that boots do not settle yet */
struct unsettled {
	size_t nr;
	size_t few;	/* boots */
	size_t barred;	/* for another reason */
	size_t never;	/* whatever number of boots */
	size_t boots;	/* would settle all others */
};

static struct unsettled find_unsettled(const struct dmafp_judgement *j, enum dmafp_arm_id arm)
{
	struct unsettled u = { 0 };
	size_t i;

	for (i = 0; i < j->nr_rows; i++) {
		const struct dmafp_row_verdict *v = &j->rows[i];

		if (!v->timed || v->verdicts[arm] != DMAFP_INCONCLUSIVE || !v->decisive ||
		    (arm != DMAFP_ARM_PLACEBO && !v->reached))
			continue;
		u.nr++;
		if (!v->effects[arm][DMAFP_STATISTIC_P50].known)
			u.few++;
		else if (v->barred[arm])
			u.barred++;
		else
			u.never += !v->boots[arm];
		u.boots = v->boots[arm] > u.boots ? v->boots[arm] : u.boots;
	}
	return u;
}

/* "5 boots of each arm would settle 2 of them"; of all: "settle them" */
static void explain_boots(const struct unsettled *u, struct dmafp_lines *parts)
{
	size_t nr = u->nr - u->barred - u->never;
	char *which = nr == u->nr ? dmafp_alloc_string("them") : dmafp_path("%zu of them", nr);

	if (nr)
		dmafp_lines_add(parts,
				"%zu boots of each arm would settle %s, if differences and "
				"spread are what they seem",
				u->boots, which);
	if (u->never)
		dmafp_lines_add(parts,
				"no number of boots up to %d would settle %zu, where the "
				"difference is about the margin",
				DMAFP_EFFECT_MAX_BOOTS, u->never);
	if (u->barred)
		dmafp_lines_add(parts, "the notes say why %zu cannot be judged as measured",
				u->barred);
	free(which);
}

static void explain_unsettled(struct dmafp_judgement *j, enum dmafp_arm_id arm)
{
	struct unsettled u = find_unsettled(j, arm);
	struct dmafp_lines parts = { 0 };
	char *text;

	if (u.few) {
		dmafp_lines_add(&j->reasons,
				"Rows of %s with too few boots: %zu; %d boots of each arm are "
				"the least that can settle a row.",
				dmafp_arm_name(arm), u.few, DMAFP_EFFECT_MIN_BOOTS);
		return;
	}
	dmafp_lines_add(&parts, "INCONCLUSIVE rows of %s: %zu", dmafp_arm_name(arm), u.nr);
	explain_boots(&u, &parts);
	text = dmafp_lines_join(&parts, "; ");
	if (u.nr)
		dmafp_lines_add(&j->reasons, "%s.", text);
	free(text);
	dmafp_lines_free(&parts);
}

char *dmafp_judgement_outside(const struct dmafp_judgement *j)
{
	struct dmafp_lines parts = { 0 };
	char *list, *text = NULL;
	size_t i, nr;
	int s;

	for (s = DMAFP_NR_STATISTICS - 1; s >= 0; s--) {
		for (i = nr = 0; i < j->nr_rows; i++)
			nr += j->rows[i].outside[s] > 0;
		if (nr)
			dmafp_lines_add(&parts, "%s on %zu row%s", dmafp_statistic_name(s), nr,
					nr == 1 ? "" : "s");
	}
	list = dmafp_lines_join(&parts, ", ");
	if (parts.nr)
		text = dmafp_path("NOT JUDGED, but slower in patched by more than the margin: %s; "
				  "the notes name each.",
				  list);
	free(list);
	dmafp_lines_free(&parts);
	return text;
}

/* What no verdict looks at may still be what the reader is after */
static void warn_outside(struct dmafp_judgement *j)
{
	char *text = dmafp_judgement_outside(j);

	if (text && j->overall != DMAFP_INVALID)
		dmafp_lines_add(&j->reasons, "%s", text);
	free(text);
}

static bool decide_inconclusive(struct dmafp_judgement *j, const struct dmafp_comparison *c)
{
	size_t nr = count_undecided(j), doubtful = count_doubtful(j);
	unsigned int arm;

	(void)c;
	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
		explain_unsettled(j, arm);
	if (nr)
		dmafp_lines_add(&j->reasons,
				"%zu rows cannot be decided; the notes say why. Where boots "
				"differ, find out what disturbs them before measuring again.",
				nr);
	if (doubtful)
		dmafp_lines_add(&j->reasons,
				"Rows REGRESSED in patched: %zu, where the controls of the "
				"same row are INCONCLUSIVE, so that this cannot be told from "
				"an error of the instrument.",
				doubtful);
	dmafp_traffic_unsettled(j);
	if (!j->reasons.nr)
		return false;
	j->overall = DMAFP_INCONCLUSIVE;
	return true;
}

static void explain_rows(struct dmafp_judgement *j, const struct dmafp_comparison *c)
{
	size_t fewer = count_reached(j, DMAFP_IMPROVED);
	size_t same = count_reached(j, DMAFP_EQUIVALENT);
	bool timed = any_timed(j);

	if (same && timed)
		dmafp_lines_add(&j->reasons,
				"%zu of %zu reached rows are the same in patched, within the "
				"margin.",
				same, same + fewer);
	else if (same)
		dmafp_lines_add(&j->reasons,
				"%zu of %zu reached rows have identical histograms in "
				"base and patched%s.",
				same, same + fewer,
				any_queue(c) ? ", with a flush queue identical min, p50 and p99" :
					       "");
	if (fewer)
		dmafp_lines_add(&j->reasons,
				"%zu of %zu reached rows take %s in patched, none more.",
				fewer, same + fewer,
				timed ? "less time, by more than the margin," :
					"fewer instructions");
	dmafp_lines_add(&j->reasons,
			"The controls came out as they must: always-lock REGRESSED on "
			"all %zu reached rows, placebo EQUIVALENT on all %zu rows.",
			j->ranges[DMAFP_ARM_PATCHED].nr, j->ranges[DMAFP_ARM_PLACEBO].nr);
}

static bool decide_no_cost(struct dmafp_judgement *j, const struct dmafp_comparison *c)
{
	bool fewer = count_reached(j, DMAFP_IMPROVED) || dmafp_traffic_improved(j);

	j->overall = fewer ? DMAFP_IMPROVED : DMAFP_EQUIVALENT;
	if (j->ranges[DMAFP_ARM_PATCHED].nr)
		explain_rows(j, c);
	dmafp_traffic_no_cost(j);
	return true;
}

/* The first rule that applies decides */
static void decide(struct dmafp_judgement *j, const struct dmafp_comparison *c)
{
	static bool (*const rules[])(struct dmafp_judgement *,
				     const struct dmafp_comparison *) = {
		decide_evidence,
		decide_refused,
		decide_invalid,
		decide_regressed,
		decide_inconclusive,
		decide_no_cost,
	};
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i](j, c))
			return;
}

static void judge_row(const struct dmafp_row *row, const struct dmafp_judgement *j,
		      struct dmafp_row_verdict *v)
{
	dmafp_row_judge(row, v);
	if (v->timed)
		dmafp_timed_measure(row, j->rules.margin_ppm, j->rules.margin_check,
				    dmafp_stop_levels(&j->stop), v);
}

static void judge_traffic(const struct dmafp_comparison *c, struct dmafp_judgement *j)
{
	size_t i;

	j->nr_traffic_rows = c->nr_traffic_rows;
	j->traffic_rows = dmafp_alloc(c->nr_traffic_rows, sizeof(*j->traffic_rows));
	for (i = 0; i < c->nr_traffic_rows; i++) {
		dmafp_traffic_judge(c, &c->traffic_rows[i], &j->traffic_rows[i]);
		if (j->traffic_rows[i].timed)
			dmafp_traffic_measure(&c->traffic_rows[i], j->rules.margin_ppm,
					      dmafp_stop_levels(&j->stop), &j->traffic_rows[i]);
	}
	dmafp_traffic_time(c, j->rows, j->traffic_rows);
	for (i = 0; i < c->nr_traffic_rows; i++)
		dmafp_traffic_note(&c->traffic_rows[i], &j->traffic_rows[i]);
	dmafp_traffic_ranges(c, j);
}

struct dmafp_judgement *dmafp_judgement_new(const struct dmafp_comparison *c,
					    const struct dmafp_rules *rules)
{
	struct dmafp_judgement *j = dmafp_alloc(1, sizeof(*j));
	size_t i;

	j->rules = *rules;
	dmafp_stop_find(&j->stop, c);
	j->nr_rows = c->nr_rows;
	j->rows = dmafp_alloc(c->nr_rows, sizeof(*j->rows));
	for (i = 0; i < c->nr_rows; i++)
		judge_row(&c->rows[i], j, &j->rows[i]);
	judge_traffic(c, j);
	for (i = DMAFP_ARM_PATCHED; i < DMAFP_NR_ARMS; i++)
		find_range(j, c, i);
	dmafp_notes_add(c, j->rows, rules, &j->notes);
	dmafp_traffic_notes_add(c, j->traffic_rows, &j->notes);
	decide(j, c);
	warn_outside(j);
	return j;
}

void dmafp_judgement_free(struct dmafp_judgement *j)
{
	size_t i;

	if (!j)
		return;
	for (i = 0; i < j->nr_rows; i++)
		dmafp_lines_free(&j->rows[i].notes);
	free(j->rows);
	for (i = 0; i < j->nr_traffic_rows; i++)
		dmafp_lines_free(&j->traffic_rows[i].notes);
	free(j->traffic_rows);
	dmafp_lines_free(&j->differences);
	dmafp_lines_free(&j->reasons);
	dmafp_lines_free(&j->notes);
	free(j);
}
