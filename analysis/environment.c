// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "analysis/environment.h"

/**
 * struct seen - the checks that warned or blocked in an arm
 * @checks: their names
 * @words: the same with the reading of the first boot that had it
 * @known: a boot of the arm was looked at
 */
struct seen {
	struct dmafp_lines checks, words;
	bool known;
};

/* It comes and goes by itself, and no instruction is counted because of it. */
static bool is_passing(const struct dmafp_result *boot,
		       const struct dmafp_finding_result *finding)
{
	return boot->domain == DMAFP_DOMAIN_EXACT && !strcmp(finding->check, "load");
}

static void look(const struct dmafp_result *boot, struct seen *seen)
{
	size_t i;

	seen->known |= boot->machine.nr_findings;
	for (i = 0; i < boot->machine.nr_findings; i++) {
		const struct dmafp_finding_result *finding = &boot->machine.findings[i];

		if (finding->class == DMAFP_FINDING_RECORDS || is_passing(boot, finding) ||
		    dmafp_lines_has(&seen->checks, finding->check))
			continue;
		dmafp_lines_add(&seen->checks, "%s", finding->check);
		dmafp_lines_add(&seen->words, "%s (%s)", finding->check, finding->reading);
	}
}

static void look_at_arm(const struct dmafp_comparison *c, unsigned int arm,
			struct seen *seen)
{
	size_t i, boot;

	*seen = (struct seen) { 0 };
	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_boots *boots = &c->sections[i].group->arms[arm];

		for (boot = 0; boot < boots->nr; boot++)
			look(boots->items[boot], seen);
	}
}

/* What @a has and @b does not, with its readings; "" for nothing */
static char *only_in(const struct seen *a, const struct seen *b)
{
	struct dmafp_lines only = { 0 };
	char *list;
	size_t i;

	for (i = 0; i < a->checks.nr; i++)
		if (!dmafp_lines_has(&b->checks, a->checks.items[i]))
			dmafp_lines_add(&only, "%s", a->words.items[i]);
	list = dmafp_lines_join(&only, ", ");
	dmafp_lines_free(&only);
	return list;
}

static void note_difference(const char *arm, const struct seen *base,
			    const struct seen *other, struct dmafp_lines *notes)
{
	char *more = only_in(other, base), *less = only_in(base, other);

	if (*more)
		dmafp_lines_add(notes,
				"%s was measured on another state of the machine than base: %s. "
				"'dmafp doctor' says what to do.",
				arm, more);
	if (*less)
		dmafp_lines_add(notes,
				"base was measured on another state of the machine than %s: %s. "
				"'dmafp doctor' says what to do.",
				arm, less);
	free(more);
	free(less);
}

/* What base has, and every other arm that is known */
static void note_common(const struct seen arms[DMAFP_NR_ARMS], struct dmafp_lines *notes)
{
	const struct seen *base = &arms[DMAFP_ARM_BASE];
	struct dmafp_lines common = { 0 };
	unsigned int arm;
	char *list;
	size_t i;

	for (i = 0; i < base->checks.nr; i++) {
		bool all = true;

		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			all &= !arms[arm].known ||
			       dmafp_lines_has(&arms[arm].checks, base->checks.items[i]);
		if (all)
			dmafp_lines_add(&common, "%s", base->words.items[i]);
	}
	list = dmafp_lines_join(&common, ", ");
	if (common.nr)
		dmafp_lines_add(notes,
				"The machine spoils figures, in all arms alike: %s. 'dmafp doctor' "
				"says what to do.",
				list);
	free(list);
	dmafp_lines_free(&common);
}

static bool is_timed(const struct dmafp_comparison *c)
{
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		if (dmafp_group_any(c->sections[i].group)->domain == DMAFP_DOMAIN_TIMED)
			return true;
	return false;
}

void dmafp_environment_note(const struct dmafp_comparison *c, struct dmafp_lines *notes)
{
	struct seen arms[DMAFP_NR_ARMS];
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		look_at_arm(c, arm, &arms[arm]);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (arm != DMAFP_ARM_BASE && arms[arm].known && arms[DMAFP_ARM_BASE].known)
			note_difference(dmafp_arm_name(arm), &arms[DMAFP_ARM_BASE],
					&arms[arm], notes);
	if (is_timed(c))
		note_common(arms, notes);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		dmafp_lines_free(&arms[arm].checks);
		dmafp_lines_free(&arms[arm].words);
	}
}
