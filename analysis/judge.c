// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#include "analysis/control.h"
#include "analysis/judge.h"
#include "analysis/match.h"

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

static int64_t least(const struct dmafp_delta *d)
{
	int64_t low = d->min < d->p50 ? d->min : d->p50;

	return low < d->p99 ? low : d->p99;
}

static int64_t greatest(const struct dmafp_delta *d)
{
	int64_t high = d->min > d->p50 ? d->min : d->p50;

	return high > d->p99 ? high : d->p99;
}

/* The one number: what the patch does where the path ran */
static void find_range(struct dmafp_judgement *j, const struct dmafp_comparison *c)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		const struct dmafp_delta *d = &c->rows[i].sides[DMAFP_ARM_PATCHED].delta;

		if (!j->rows[i].reached || !j->rows[i].decisive)
			continue;
		if (!j->nr_reached || least(d) < j->low)
			j->low = least(d);
		if (!j->nr_reached || greatest(d) > j->high) {
			j->high = greatest(d);
			j->worst = i;
		}
		j->nr_reached++;
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

static size_t count_decisive(const struct dmafp_judgement *j)
{
	size_t i, nr = 0;

	for (i = 0; i < j->nr_rows; i++)
		nr += j->rows[i].decisive;
	return nr;
}

static bool any_timed(const struct dmafp_judgement *j)
{
	size_t i;

	for (i = 0; i < j->nr_rows; i++)
		if (j->rows[i].timed)
			return true;
	return false;
}

/* Notes on the whole */

static void note_first(const struct dmafp_section *section, enum dmafp_arm_id arm,
		       const char *where, struct dmafp_lines *notes)
{
	const struct dmafp_first_result *first = section->firsts[arm].first;

	if (!first)
		return;
	if (first->deferred_after)
		dmafp_lines_add(notes,
				"%s, %s: the device is still deferred after its first "
				"map, so that the rows show the attach and not the path after "
				"it.",
				where, dmafp_arm_name(arm));
	if (first->counted && first->overlaps)
		dmafp_lines_add(notes,
				"%s, %s: %" PRIu64 " attaches began while another one was "
				"under way.",
				where, dmafp_arm_name(arm), first->overlaps);
	if (first->counted && first->counted_deferred_before && first->attaches != 1)
		dmafp_lines_add(notes,
				"%s, %s: the first map of a deferred device attached it "
				"%" PRIu64 " times, once was expected.",
				where, dmafp_arm_name(arm), first->attaches);
}

static void note_section(const struct dmafp_comparison *c,
			 const struct dmafp_section *section, struct dmafp_lines *notes)
{
	char *where = dmafp_group_title(section->group);
	bool has_null = false;
	unsigned int arm;
	size_t i;

	if (!strcmp(section->group->mode, "kdump") &&
	    !dmafp_control_deferred(section->group))
		dmafp_lines_add(notes,
				"%s: the device was not deferred at its first map, so that "
				"this shows no more than keyed mode does.",
				where);
	for (i = 0; i < section->nr_rows; i++)
		has_null |= c->rows[section->first_row + i].is_null;
	if (!has_null)
		dmafp_lines_add(notes,
				"%s: the null op was not measured; the floor of the "
				"harness is not known.",
				where);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		note_first(section, arm, where, notes);
	free(where);
}

static void add_notes(struct dmafp_judgement *j, const struct dmafp_comparison *c)
{
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		note_section(c, &c->sections[i], &j->notes);
	for (i = 0; i < c->set->nr; i++)
		if (dmafp_arm_find(c->set->results[i]->arm) == DMAFP_NR_ARMS)
			dmafp_lines_add_new(&j->notes,
					    "Results of arm %s are left out: the arms are "
					    "base, patched, always-lock and placebo.",
					    c->set->results[i]->arm);
	if (any_timed(j))
		dmafp_lines_add(&j->notes,
				"Some rows are in the timed domain: their replicates "
				"are boots, and judging them is left to a later version of "
				"dmafp. They count as INCONCLUSIVE.");
}

/* The verdict */

static bool decide_invalid(struct dmafp_judgement *j, const struct dmafp_comparison *c)
{
	if (!c->nr_rows)
		dmafp_lines_add(&j->reasons,
				"There is nothing to compare: no cell in any result.");
	dmafp_control_arms(c, &j->reasons);
	dmafp_match_kernels(c, &j->reasons);
	dmafp_match_facts(c, &j->reasons);
	dmafp_control_instrument(c, j->rows, &j->reasons);
	dmafp_control_reached(c, j->rows, &j->reasons);
	if (!j->reasons.nr)
		return false;
	j->overall = DMAFP_INVALID;
	return true;
}

static bool decide_regressed(struct dmafp_judgement *j, const struct dmafp_comparison *c)
{
	size_t nr = count_rows(j, DMAFP_REGRESSED);
	size_t reached = count_reached(j, DMAFP_REGRESSED);

	(void)c;
	if (!nr)
		return false;
	j->overall = DMAFP_REGRESSED;
	dmafp_lines_add(&j->reasons,
			"%zu of %zu rows take more instructions in patched than "
			"in base, %zu of them where the path ran; the notes name each.",
			nr, count_decisive(j), reached);
	return true;
}

static bool decide_inconclusive(struct dmafp_judgement *j, const struct dmafp_comparison *c)
{
	size_t nr = count_rows(j, DMAFP_INCONCLUSIVE);

	(void)c;
	if (!nr)
		return false;
	j->overall = DMAFP_INCONCLUSIVE;
	dmafp_lines_add(&j->reasons,
			"%zu rows cannot be decided; the notes say why. Where boots "
			"differ, find out what disturbs them before measuring again.",
			nr);
	return true;
}

static bool decide_no_cost(struct dmafp_judgement *j, const struct dmafp_comparison *c)
{
	size_t fewer = count_reached(j, DMAFP_IMPROVED);
	size_t same = count_reached(j, DMAFP_EQUIVALENT);

	(void)c;
	j->overall = fewer ? DMAFP_IMPROVED : DMAFP_EQUIVALENT;
	if (same)
		dmafp_lines_add(&j->reasons,
				"%zu of %zu reached rows have identical histograms in "
				"base and patched.",
				same, same + fewer);
	if (fewer)
		dmafp_lines_add(&j->reasons,
				"%zu of %zu reached rows take fewer instructions in "
				"patched, none takes more.",
				fewer, same + fewer);
	dmafp_lines_add(&j->reasons,
			"The controls came out as they must: always-lock REGRESSED on "
			"all %zu reached rows, placebo EQUIVALENT on all %zu rows.",
			j->nr_reached, count_decisive(j));
	return true;
}

/* The first rule that applies decides */
static void decide(struct dmafp_judgement *j, const struct dmafp_comparison *c)
{
	static bool (*const rules[])(struct dmafp_judgement *,
				     const struct dmafp_comparison *) = {
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

struct dmafp_judgement *dmafp_judgement_new(const struct dmafp_comparison *c)
{
	struct dmafp_judgement *j = dmafp_alloc(1, sizeof(*j));
	size_t i;

	j->nr_rows = c->nr_rows;
	j->rows = dmafp_alloc(c->nr_rows, sizeof(*j->rows));
	for (i = 0; i < c->nr_rows; i++)
		dmafp_row_judge(&c->rows[i], &j->rows[i]);
	find_range(j, c);
	add_notes(j, c);
	decide(j, c);
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
	dmafp_lines_free(&j->reasons);
	dmafp_lines_free(&j->notes);
	free(j);
}
