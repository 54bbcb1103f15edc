// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "analysis/kernel_option.h"
#include "analysis/match.h"

/* Calls @visit for every boot of every arm, with the first boot of base, which may be NULL */
typedef void (*visitor)(const struct dmafp_result *base, const struct dmafp_result *boot,
			enum dmafp_arm_id arm, void *data);

static void visit_boots(const struct dmafp_comparison *c, visitor visit, void *data)
{
	unsigned int arm;
	size_t i, boot;

	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_group *group = c->sections[i].group;
		const struct dmafp_boots *base = &group->arms[DMAFP_ARM_BASE];

		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			for (boot = 0; boot < group->arms[arm].nr; boot++)
				visit(base->nr ? base->items[0] : NULL,
				      group->arms[arm].items[boot], arm, data);
	}
}

bool dmafp_match_knows_options(const struct dmafp_result *a, const struct dmafp_result *b)
{
	return a->kernel.nr_options && b->kernel.nr_options;
}

/* One option: the arms in which it invalidates, and those that have another value */
struct search {
	const struct dmafp_option_rule *rule;
	struct dmafp_lines invalid, other;
};

static const char *value_of(const struct dmafp_result *result, const char *name)
{
	const char *value = dmafp_kernel_option(result, name);

	return value ? value : "not known";
}

static void look(const struct dmafp_result *base, const struct dmafp_result *boot,
		 enum dmafp_arm_id arm, void *data)
{
	struct search *s = data;
	const char *name = s->rule->name, *expected, *value;

	if (dmafp_kernel_option_invalidates(s->rule, boot))
		dmafp_lines_add_new(&s->invalid, "%s", dmafp_arm_name(arm));
	if (!base || !dmafp_match_knows_options(base, boot))
		return;
	expected = value_of(base, name);
	value = value_of(boot, name);
	if (strcmp(expected, value))
		dmafp_lines_add_new(&s->other,
				    "%s: CONFIG_%s is %s, in the first boot of base it is %s "
				    "(%s): build all arms with the same.",
				    dmafp_arm_name(arm), name, value, expected, s->rule->why);
}

static void report(const struct search *s, struct dmafp_lines *differences)
{
	char *arms;
	size_t i;

	if (s->invalid.nr) {
		arms = dmafp_lines_join(&s->invalid, ", ");
		dmafp_lines_add(differences,
				"CONFIG_%s is on in %s (%s): nothing measured there is the "
				"kernel's own cost; build the kernels without it.",
				s->rule->name, arms, s->rule->why);
		free(arms);
		return;
	}
	for (i = 0; i < s->other.nr; i++)
		dmafp_lines_add(differences, "%s", s->other.items[i]);
}

static void note_hash(const struct dmafp_result *base, const struct dmafp_result *boot,
		      enum dmafp_arm_id arm, void *notes)
{
	const char *a = base ? base->kernel.config_sha256 : NULL, *b = boot->kernel.config_sha256;

	if (a && b && strcmp(a, b) && dmafp_match_knows_options(base, boot))
		dmafp_lines_add_new(notes,
				    "%s: the kernel's configuration is not that of base (hash "
				    "%.12s, %.12s), as with a patch that adds an option; the "
				    "%zu options that must match were compared one by one.",
				    dmafp_arm_name(arm), b, a, boot->kernel.nr_options);
}

void dmafp_match_options(const struct dmafp_comparison *c, struct dmafp_lines *differences,
			 struct dmafp_lines *notes)
{
	const struct dmafp_option_rule *rule;

	for (rule = dmafp_option_rules; rule->name; rule++) {
		struct search search = { .rule = rule };

		visit_boots(c, look, &search);
		report(&search, differences);
		dmafp_lines_free(&search.invalid);
		dmafp_lines_free(&search.other);
	}
	visit_boots(c, note_hash, notes);
}
