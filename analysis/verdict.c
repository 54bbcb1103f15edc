// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/hist.h"
#include "analysis/verdict.h"
#include "base/alloc.h"
#include "base/file.h"

static const struct {
	const char *name, *brief;
} words[DMAFP_NR_VERDICTS] = {
	[DMAFP_EQUIVALENT] = { "EQUIVALENT", "EQUIV" },
	[DMAFP_IMPROVED] = { "IMPROVED", "IMPR" },
	[DMAFP_REGRESSED] = { "REGRESSED", "REGR" },
	[DMAFP_INCONCLUSIVE] = { "INCONCLUSIVE", "INCON" },
	[DMAFP_INVALID] = { "INVALID", "INVAL" },
	[DMAFP_NOT_REACHED] = { "NOT REACHED", "-" },
	[DMAFP_NOT_JUDGED] = { "NOT JUDGED", "" },
};

const char *dmafp_verdict_name(enum dmafp_verdict verdict)
{
	return words[verdict].name;
}

const char *dmafp_verdict_short(enum dmafp_verdict verdict)
{
	return words[verdict].brief;
}

bool dmafp_verdict_is_good(enum dmafp_arm_id arm, enum dmafp_verdict verdict)
{
	switch (arm) {
	case DMAFP_ARM_ALWAYS_LOCK:
		return verdict == DMAFP_REGRESSED;
	case DMAFP_ARM_PLACEBO:
		return verdict == DMAFP_EQUIVALENT;
	default:
		return verdict == DMAFP_EQUIVALENT || verdict == DMAFP_IMPROVED;
	}
}

struct dmafp_basis dmafp_row_basis(const struct dmafp_row *row, enum dmafp_arm_id arm)
{
	const struct dmafp_side *base = &row->sides[DMAFP_ARM_BASE];
	bool as_many = base->stats.count == row->sides[arm].stats.count;
	bool all = as_many && !dmafp_row_has_queue(row);

	return (struct dmafp_basis) { all, all };
}

static bool any_above(const struct dmafp_delta *d, const struct dmafp_basis *b)
{
	return d->min > 0 || d->p50 > 0 || d->p99 > 0 || (b->total && d->sum > 0);
}

static bool any_below(const struct dmafp_delta *d, const struct dmafp_basis *b)
{
	return d->min < 0 || d->p50 < 0 || d->p99 < 0 || (b->total && d->sum < 0);
}

enum dmafp_verdict dmafp_verdict_exact(const struct dmafp_side *side,
				       const struct dmafp_basis *basis)
{
	if (any_above(&side->delta, basis))
		return DMAFP_REGRESSED;
	if (any_below(&side->delta, basis))
		return DMAFP_IMPROVED;
	return side->same_hist || !basis->shape ? DMAFP_EQUIVALENT : DMAFP_INCONCLUSIVE;
}

/* Facts about the row that the rules ask for */

static bool side_complete(const struct dmafp_side *side)
{
	size_t i;

	for (i = 0; i < side->nr_phases; i++)
		if (!side->phases[i])
			return false;
	return side->nr_phases;
}

static bool side_calls(const struct dmafp_side *side, bool exactly)
{
	size_t i;

	for (i = 0; i < side->nr_phases; i++) {
		const struct dmafp_phase_result *p = side->phases[i];

		if (!p || !p->counted_ops || p->calls < p->counted_ops ||
		    (exactly && p->calls != p->counted_ops))
			return false;
	}
	return side->nr_phases;
}

static void find_facts(const struct dmafp_row *row, struct dmafp_row_verdict *v)
{
	const struct dmafp_side *base = &row->sides[DMAFP_ARM_BASE];
	const struct dmafp_side *patched = &row->sides[DMAFP_ARM_PATCHED];
	unsigned int arm;

	v->complete = v->boots_agree = true;
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		v->complete &= side_complete(&row->sides[arm]);
		v->boots_agree &= row->sides[arm].boots_agree;
	}
	v->timed = dmafp_group_is_timed(row->group);
	v->reached = side_calls(base, false) && side_calls(patched, false);
	v->once = side_calls(base, true) && side_calls(patched, true);
	v->decisive = v->complete && (v->boots_agree || v->timed) && !row->is_null &&
		      !row->cell->sleeps;
}

static enum dmafp_verdict judge_side(const struct dmafp_row *row,
				     const struct dmafp_row_verdict *v,
				     enum dmafp_arm_id arm)
{
	struct dmafp_basis basis = dmafp_row_basis(row, arm);

	if (row->is_null || arm == DMAFP_ARM_BASE)
		return DMAFP_NOT_JUDGED;
	if (!row->sides[arm].phase || !row->sides[DMAFP_ARM_BASE].phase)
		return DMAFP_INVALID;
	if (row->cell->sleeps)
		return DMAFP_NOT_JUDGED;
	if (v->timed || !v->boots_agree)
		return DMAFP_INCONCLUSIVE;
	return dmafp_verdict_exact(&row->sides[arm], &basis);
}

/* Notes */

/*
 * A boot by what tells it from @other: the first part of its path that differs,
 * "boot2" of "out/boot2/base.json", so that all files of a boot are called the
 * same; or else its time.
 */
static char *boot_name(const struct dmafp_result *boot, const struct dmafp_result *other)
{
	const char *path = boot->path;
	size_t same = 0, start;

	if (!path || !other->path)
		return dmafp_alloc_string(boot->created);
	while (path[same] && path[same] == other->path[same])
		same++;
	for (start = same; start && path[start - 1] != '/'; start--)
		;
	return dmafp_path("%.*s", (int)strcspn(path + start, "/"), path + start);
}

static void note_boot(enum dmafp_arm_id arm, const struct dmafp_result *a,
		      const struct dmafp_result *b, struct dmafp_lines *notes)
{
	char *first = boot_name(a, b), *second = boot_name(b, a);

	dmafp_lines_add(notes,
			"%s: the boots %s and %s have different histograms; "
			"boots of one kernel must be identical here",
			dmafp_arm_name(arm), first, second);
	free(first);
	free(second);
}

static void note_boots(const struct dmafp_row *row, enum dmafp_arm_id arm,
		       struct dmafp_lines *notes)
{
	const struct dmafp_side *side = &row->sides[arm];
	const struct dmafp_boots *boots = &row->group->arms[arm];
	const struct dmafp_result *first = NULL;
	size_t i;

	for (i = 0; i < side->nr_phases; i++) {
		if (!side->phases[i])
			continue;
		if (!first)
			first = boots->items[i];
		else if (!dmafp_row_agrees(row, &side->phase->hist, &side->phases[i]->hist))
			note_boot(arm, first, boots->items[i], notes);
	}
}

/* Is every sample moved by as much, as far as what is judged tells? */
static bool is_shift(const struct dmafp_row *row, const struct dmafp_basis *b)
{
	const struct dmafp_side *side = &row->sides[DMAFP_ARM_PATCHED];
	const struct dmafp_stats *base = &row->sides[DMAFP_ARM_BASE].stats;
	const struct dmafp_stats *stats = &side->stats;
	const struct dmafp_delta *d = &side->delta;

	if (base->p50_exact && stats->p50_exact && d->p50 != d->min)
		return false;
	if (base->p99_exact && stats->p99_exact && d->p99 != d->min)
		return false;
	if (b->total && d->sum != d->min * (int64_t)stats->count)
		return false;
	return !(d->min % (int64_t)row->cell->ops_per_sample);
}

/* What patched does, the same words wherever it does the same */
static char *delta_text(const struct dmafp_row *row, bool more)
{
	const struct dmafp_delta *d = &row->sides[DMAFP_ARM_PATCHED].delta;
	struct dmafp_basis b = dmafp_row_basis(row, DMAFP_ARM_PATCHED);
	const char *word = more ? "more" : "fewer", *mixed = "";
	int64_t per_op = d->min / (int64_t)row->cell->ops_per_sample;

	if (is_shift(row, &b))
		return dmafp_path("%" PRIu64 " %s instruction%s per op",
				  (uint64_t)llabs(per_op), word,
				  llabs(per_op) == 1 ? "" : "s");
	if (any_above(d, &b) && any_below(d, &b))
		mixed = "; mixed: more in one statistic, fewer in another";
	return dmafp_path("%s instructions: min %+" PRId64 ", p50 %+" PRId64
			  ", p99 %+" PRId64 ", total %+" PRId64 "%s%s",
			  word, d->min, d->p50, d->p99, d->sum,
			  b.total ? "" : " (not judged)", mixed);
}

static void note_delta(const struct dmafp_row *row, const struct dmafp_row_verdict *v,
		       struct dmafp_lines *notes)
{
	enum dmafp_verdict verdict = v->verdicts[DMAFP_ARM_PATCHED];
	char *text = delta_text(row, verdict == DMAFP_REGRESSED);

	if (verdict == DMAFP_REGRESSED || verdict == DMAFP_IMPROVED)
		dmafp_lines_add(notes, "patched takes %s%s", text,
				v->reached ? ""
					   : "; the path was not reached here, so that "
					     "another part of the patch does this");
	free(text);
	if (v->decisive && verdict == DMAFP_INCONCLUSIVE)
		dmafp_lines_add(notes,
				"min, p50, p99 and total are equal, but the "
				"histograms are not: look at both in the result files");
}

/* One boot's counting pass; boots that counted the same share a note */
static void note_counts(const struct dmafp_row *row, enum dmafp_arm_id arm,
			const struct dmafp_phase_result *p, struct dmafp_lines *notes)
{
	bool called =
		row->cell->on_path && row->phase == DMAFP_ROW_MAP &&
		(!strcmp(row->group->mode, "keyed") || !strcmp(row->group->mode, "kdump"));

	if (p->attaches)
		dmafp_lines_add_new(notes,
				    "%s: attach_dev() ran %" PRIu64 " times in the "
				    "counting pass; the device was not attached yet",
				    dmafp_arm_name(arm), p->attaches);
	if (called && (!p->counted_ops || p->calls != p->counted_ops))
		dmafp_lines_add_new(notes,
				    "%s: iommu_deferred_attach() was called %" PRIu64
				    " times in %" PRIu64 " ops, once per op was expected",
				    dmafp_arm_name(arm), p->calls, p->counted_ops);
}

static void note_calls(const struct dmafp_row *row, struct dmafp_lines *notes)
{
	unsigned int arm;
	size_t i;

	for (arm = DMAFP_ARM_BASE; arm <= DMAFP_ARM_PATCHED; arm++)
		for (i = 0; i < row->sides[arm].nr_phases; i++)
			if (row->sides[arm].phases[i])
				note_counts(row, arm, row->sides[arm].phases[i], notes);
}

static void add_notes(const struct dmafp_row *row, struct dmafp_row_verdict *v)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS && !row->cell->sleeps && !v->timed; arm++)
		note_boots(row, arm, &v->notes);
	if (!v->timed)
		note_delta(row, v, &v->notes);
	note_calls(row, &v->notes);
}

void dmafp_row_judge(const struct dmafp_row *row, struct dmafp_row_verdict *v)
{
	enum dmafp_verdict *patched = &v->verdicts[DMAFP_ARM_PATCHED];
	unsigned int arm;

	find_facts(row, v);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		v->verdicts[arm] = judge_side(row, v, arm);
	add_notes(row, v);
	if (v->decisive && !v->timed && !v->reached &&
	    (*patched == DMAFP_EQUIVALENT || *patched == DMAFP_INCONCLUSIVE))
		*patched = DMAFP_NOT_REACHED;
}
