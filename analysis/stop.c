// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "analysis/judge.h"
#include "analysis/stop.h"

static bool same_machine(const struct dmafp_group *a, const struct dmafp_group *b)
{
	return !strcmp(a->mode, b->mode) && !strcmp(a->iommu, b->iommu);
}

static void count_boots(struct dmafp_stop *stop, const struct dmafp_comparison *c)
{
	bool first = true;
	unsigned int arm;
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_group *group = c->sections[i].group;

		stop->timed |= dmafp_group_is_timed(group);
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
			unsigned int nr = (unsigned int)group->arms[arm].nr;

			if (first || nr < stop->boots_done)
				stop->boots_done = nr;
			first = false;
			/* devices are measured in the same boot; groups are sorted by mode */
			if (!i || !same_machine(group, c->sections[i - 1].group))
				stop->runs += nr > 0;
		}
	}
}

/* Whoever judges looks: the boots that are there are a look, too */
static void plan_levels(struct dmafp_stop *stop, struct dmafp_looks looks)
{
	unsigned int here = stop->boots_done;
	struct dmafp_err err;

	if (here && here <= looks.boots_max)
		dmafp_looks_add(&looks, here, looks.boots_max, &err);
	stop->nr_looks = looks.nr;
	if (stop->timed && looks.nr)
		dmafp_sequential_plan(&stop->levels, looks.at, looks.nr, looks.boots_max);
}

void dmafp_stop_find(struct dmafp_stop *stop, const struct dmafp_comparison *c)
{
	const struct dmafp_looks *looks = &c->set->evidence.looks;

	*stop = (struct dmafp_stop) { .boots_max = looks->boots_max };
	if (!stop->boots_max)
		return;
	count_boots(stop, c);
	plan_levels(stop, *looks);
}

const struct dmafp_sequential *dmafp_stop_levels(const struct dmafp_stop *stop)
{
	return stop->levels.nr ? &stop->levels : NULL;
}

void dmafp_stop_check(const struct dmafp_stop *stop, struct dmafp_lines *reasons)
{
	if (stop->boots_max && stop->timed && stop->boots_done > stop->boots_max)
		dmafp_lines_add(reasons,
				"There are %u boots of each arm, and %u were planned: boots that "
				"are added after a look at the last one keep no error rate. Leave "
				"them out, or make another campaign.",
				stop->boots_done, stop->boots_max);
}

static bool has_verdict(const struct dmafp_judgement *j)
{
	return j->overall == DMAFP_EQUIVALENT || j->overall == DMAFP_IMPROVED ||
	       j->overall == DMAFP_REGRESSED;
}

/* In the exact domain: do boots show that they repeat themselves? */
static bool traffic_repeats(const struct dmafp_judgement *j)
{
	size_t i;

	for (i = 0; i < j->nr_traffic_rows; i++)
		if (!j->traffic_rows[i].timed && dmafp_traffic_decisive(&j->traffic_rows[i]) &&
		    !(j->traffic_rows[i].floor <= 0))
			return false;
	return true;
}

static bool exact_settled(const struct dmafp_comparison *c, const struct dmafp_judgement *j)
{
	unsigned int arm;
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_group *group = c->sections[i].group;

		for (arm = 0; arm < DMAFP_NR_ARMS && !dmafp_group_is_timed(group); arm++)
			if (group->arms[arm].nr < DMAFP_STOP_EXACT_BOOTS)
				return false;
	}
	return traffic_repeats(j);
}

bool dmafp_stop_settled(const struct dmafp_comparison *c, const struct dmafp_judgement *j)
{
	const struct dmafp_stop *stop = &j->stop;

	if (!stop->boots_max || !has_verdict(j))
		return false;
	return stop->boots_done >= stop->boots_max || exact_settled(c, j);
}

size_t dmafp_stop_saved(const struct dmafp_comparison *c, const struct dmafp_judgement *j)
{
	const struct dmafp_stop *stop = &j->stop;

	if (!dmafp_stop_settled(c, j) || stop->boots_done >= stop->boots_max)
		return 0;
	return (stop->boots_max - stop->boots_done) * stop->runs;
}

void dmafp_stop_say(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		    struct dmafp_lines *lines)
{
	const struct dmafp_stop *stop = &j->stop;
	size_t saved = dmafp_stop_saved(c, j);

	if (!stop->boots_max)
		return;
	if (saved)
		dmafp_lines_add(lines,
				"Stopped after %u of %u boots of each arm and mode, saved %zu boots.",
				stop->boots_done, stop->boots_max, saved);
	else
		dmafp_lines_add(lines, "%u of %u boots of each arm and mode%s.", stop->boots_done,
				stop->boots_max,
				stop->boots_done < stop->boots_max ? "; not settled yet" : "");
	if (stop->timed)
		dmafp_lines_add(lines,
				"Widened for %zu look%s: intervals and p values hold over all.",
				stop->nr_looks, stop->nr_looks == 1 ? "" : "s");
	else if (saved)
		dmafp_lines_add(lines,
				"A count is no estimate: boots that repeat themselves settle it.");
}
