// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "analysis/judge.h"
#include "analysis/settled.h"
#include "base/file.h"

static bool arms_settled(const enum dmafp_verdict *verdicts, bool asks_lock)
{
	return verdicts[DMAFP_ARM_PATCHED] != DMAFP_INCONCLUSIVE &&
	       verdicts[DMAFP_ARM_PLACEBO] != DMAFP_INCONCLUSIVE &&
	       (!asks_lock || verdicts[DMAFP_ARM_ALWAYS_LOCK] != DMAFP_INCONCLUSIVE);
}

static void count_rows(const struct dmafp_judgement *j, struct dmafp_settled *s)
{
	size_t i;

	for (i = 0; i < j->nr_rows; i++) {
		if (!j->rows[i].decisive)
			continue;
		s->nr_rows++;
		s->nr_settled += arms_settled(j->rows[i].verdicts, j->rows[i].reached);
	}
	for (i = 0; i < j->nr_traffic_rows; i++) {
		if (!dmafp_traffic_decisive(&j->traffic_rows[i]))
			continue;
		s->nr_rows++;
		s->nr_settled += arms_settled(j->traffic_rows[i].verdicts,
					      j->traffic_rows[i].reached);
	}
}

static char *reason_of(const struct dmafp_judgement *j, const struct dmafp_settled *s)
{
	const char *name = dmafp_verdict_name(s->verdict);

	if (s->settled && s->nr_settled == s->nr_rows)
		return dmafp_path("all %zu rows settled at %u of %u boots of each arm: %s",
				  s->nr_rows, s->boots_done, s->boots_max, name);
	if (s->settled)
		return dmafp_path("%zu of %zu rows settled at %u of %u boots of each arm, and the "
				  "others cannot change it: %s",
				  s->nr_settled, s->nr_rows, s->boots_done, s->boots_max, name);
	return dmafp_path("%zu of %zu rows settled at %u of %u boots of each arm: %s; %s",
			  s->nr_settled, s->nr_rows, s->boots_done, s->boots_max, name,
			  j->reasons.items[0]);
}

static void judge(const struct dmafp_comparison *c, struct dmafp_settled *s)
{
	static const struct dmafp_rules rules;
	struct dmafp_judgement *j = dmafp_judgement_new(c, &rules);

	s->verdict = j->overall;
	s->settled = dmafp_stop_settled(c, j);
	s->boots_saved = dmafp_stop_saved(c, j);
	count_rows(j, s);
	s->reason = reason_of(j, s);
	dmafp_judgement_free(j);
}

/* The first arm without all its boots */
static char *find_missing(const struct dmafp_set *set, unsigned int boots)
{
	unsigned int arm;
	size_t i;

	for (i = 0; i < set->nr_groups; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
			const struct dmafp_group *group = &set->groups[i];
			char *title, *text;

			if (group->arms[arm].nr >= boots)
				continue;
			title = dmafp_group_title(group);
			text = dmafp_path("no complete block: %s has %zu of %u boots in %s",
					  dmafp_arm_name(arm), group->arms[arm].nr, boots, title);
			free(title);
			return text;
		}
	return NULL;
}

static int look(struct dmafp_set *set, const char *dir, struct dmafp_settled *s,
		struct dmafp_err *err)
{
	struct dmafp_looks *looks = &set->evidence.looks;
	struct dmafp_comparison *comparison;
	int ret;

	dmafp_set_group(set);
	s->reason = find_missing(set, s->boots_done);
	if (s->reason)
		return 0;
	ret = dmafp_looks_add(looks, s->boots_done, s->boots_max, err) ?:
	      dmafp_looks_write(looks, dir, err);
	if (ret)
		return ret;
	comparison = dmafp_comparison_new(set);
	judge(comparison, s);
	dmafp_comparison_free(comparison);
	return 0;
}

int dmafp_settled(const char *dir, unsigned int boots_done, unsigned int boots_max,
		  struct dmafp_settled *s, struct dmafp_err *err)
{
	struct dmafp_set set = { 0 };
	int ret;

	*s = (struct dmafp_settled) { .verdict = DMAFP_INCONCLUSIVE,
				      .boots_done = boots_done,
				      .boots_max = boots_max };
	ret = dmafp_set_load(&set, dir, err) ?: look(&set, dir, s, err);
	dmafp_set_free(&set);
	return ret;
}

void dmafp_settled_free(struct dmafp_settled *s)
{
	free(s->reason);
	*s = (struct dmafp_settled) { 0 };
}
