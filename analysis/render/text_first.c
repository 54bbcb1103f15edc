// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/place.h"
#include "analysis/render/table.h"
#include "analysis/render/text.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"
#include "base/file.h"

static bool has_first(const struct dmafp_section *section)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (section->firsts[arm].first)
			return true;
	return false;
}

static bool is_kdump(const struct dmafp_section *section)
{
	return !strcmp(section->group->mode, "kdump");
}

/* What happened, apart from the cost */
static char *facts_text(const struct dmafp_first_result *f)
{
	if (!f)
		return dmafp_alloc_string("not measured");
	if (!f->counted)
		return dmafp_path("%s>%s, attaches not counted",
				  f->deferred_before ? "yes" : "no",
				  f->deferred_after ? "yes" : "no");
	return dmafp_path("%s>%s, %" PRIu64 " attaches, %" PRIu64 " overlaps",
			  f->deferred_before ? "yes" : "no",
			  f->deferred_after ? "yes" : "no", f->attaches, f->overlaps);
}

/* Did the same happen in all arms? */
static bool is_uniform(const struct dmafp_section *section)
{
	char *base = facts_text(section->firsts[DMAFP_ARM_BASE].first);
	bool same = true;
	unsigned int arm;

	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++) {
		char *own = facts_text(section->firsts[arm].first);

		same &= !strcmp(base, own);
		free(own);
	}
	free(base);
	return same;
}

/* Nothing that a table would show better than a sentence */
static bool is_quiet(const struct dmafp_section *section)
{
	unsigned int arm;

	if (is_kdump(section) || !section->firsts[DMAFP_ARM_BASE].first)
		return false;
	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
		if (section->firsts[arm].delta)
			return false;
	return is_uniform(section);
}

/* The table: a row per section, those of a mode that are the same on one */

static void add_delta(struct dmafp_table *t, const struct dmafp_section *section,
		      enum dmafp_arm_id arm)
{
	if (section->firsts[DMAFP_ARM_BASE].first && section->firsts[arm].first)
		dmafp_table_add_delta(t, section->firsts[arm].delta);
	else
		dmafp_table_add(t, "?");
}

static void add_ticks(struct dmafp_table *t, const struct dmafp_section *section,
		      enum dmafp_arm_id arm)
{
	if (section->firsts[arm].first)
		dmafp_table_add_number(t, section->firsts[arm].first->map_ticks);
	else
		dmafp_table_add(t, "?");
}

/* Those of base, a star where not all arms have them */
static void add_facts(struct dmafp_table *t, const struct dmafp_section *section)
{
	const struct dmafp_first_result *f = section->firsts[DMAFP_ARM_BASE].first;
	unsigned int i;

	if (!f || !is_uniform(section)) {
		for (i = 0; i < 3; i++)
			dmafp_table_add(t, "*");
		return;
	}
	dmafp_table_add(t, "%s>%s", f->deferred_before ? "yes" : "no",
			f->deferred_after ? "yes" : "no");
	if (f->counted) {
		dmafp_table_add_number(t, f->attaches);
		dmafp_table_add_number(t, f->overlaps);
	} else {
		dmafp_table_add(t, "?");
		dmafp_table_add(t, "?");
	}
}

static bool same_firsts(const struct dmafp_section *a, const struct dmafp_section *b)
{
	unsigned int arm;
	bool same = true;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		const struct dmafp_first_result *x = a->firsts[arm].first;
		const struct dmafp_first_result *y = b->firsts[arm].first;
		char *facts = facts_text(x), *others = facts_text(y);

		same &= !strcmp(facts, others) && (!x || x->map_ticks == y->map_ticks);
		free(facts);
		free(others);
	}
	return same && !strcmp(a->group->mode, b->group->mode);
}

/* The sections that share the row of the one at @first; false: shown before */
static bool find_same(const struct dmafp_comparison *c, size_t first, bool *same)
{
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		same[i] = same_firsts(&c->sections[first], &c->sections[i]);
		if (same[i] && i < first)
			return false;
	}
	return true;
}

static void add_section(struct dmafp_table *t, const struct dmafp_comparison *c, size_t i)
{
	bool *same = dmafp_alloc(c->nr_sections, sizeof(*same));
	const struct dmafp_section *section = &c->sections[i];
	unsigned int arm;
	char *where;

	if (find_same(c, i, same)) {
		where = dmafp_place_sections(c, same);
		dmafp_table_add(t, "%s", where);
		add_ticks(t, section, DMAFP_ARM_BASE);
		add_ticks(t, section, DMAFP_ARM_PATCHED);
		for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
			add_delta(t, section, arm);
		add_facts(t, section);
		free(where);
	}
	free(same);
}

static void print_table(const struct dmafp_comparison *c, FILE *out)
{
	static const struct dmafp_column columns[] = {
		{ { "", "map" }, true },	{ { "", "base" }, false },
		{ { "", "patch" }, false },	{ { "d-", "patch" }, false },
		{ { "d-", "lock" }, false },	{ { "d-", "plac" }, false },
		{ { "", "deferred" }, true },	{ { "atta-", "ches" }, false },
		{ { "over-", "laps" }, false },
	};
	struct dmafp_table table = { .columns = columns, .nr_columns = 9 };
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		if (has_first(&c->sections[i]) && !is_quiet(&c->sections[i]))
			add_section(&table, c, i);
	if (table.nr_cells)
		dmafp_table_print(&table, out);
}

/* Below the table */

static char *quiet_text(const struct dmafp_section *section)
{
	const struct dmafp_first_result *f = section->firsts[DMAFP_ARM_BASE].first;
	char *facts, *text;

	if (!is_quiet(section))
		return NULL;
	facts = facts_text(f);
	text = dmafp_path("%" PRIu64 " in all arms (%s)", f->map_ticks, facts);
	free(facts);
	return text;
}

/* "base: yes>no, 1 attaches, 0 overlaps; patched: ..." */
static char *starred_text(const struct dmafp_section *section)
{
	struct dmafp_lines arms = { 0 };
	char *list, *text;
	unsigned int arm;

	if (!has_first(section) || is_uniform(section))
		return NULL;
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		char *facts = facts_text(section->firsts[arm].first);

		dmafp_lines_add(&arms, "%s: %s", dmafp_arm_name(arm), facts);
		free(facts);
	}
	list = dmafp_lines_join(&arms, "; ");
	text = dmafp_path("%s;", list);
	free(list);
	dmafp_lines_free(&arms);
	return text;
}

static void print_texts(const struct dmafp_comparison *c,
			char *(*get)(const struct dmafp_section *section),
			const char *prefix, FILE *out)
{
	char **texts = dmafp_alloc(c->nr_sections, sizeof(*texts)), *list;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		texts[i] = get(&c->sections[i]);
	list = dmafp_place_texts(c, texts);
	if (*list)
		dmafp_wrap(out, prefix, "  ", "%s.", list);
	free(list);
	free(texts);
}

/* What a patch that locks the attach pays there, NULL if nothing */
static char *attach_text(const struct dmafp_comparison *c)
{
	int64_t low = 0, high = 0;
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_first_side *patched =
			&c->sections[i].firsts[DMAFP_ARM_PATCHED];

		if (!is_kdump(&c->sections[i]) || !patched->first ||
		    !patched->first->deferred_before || patched->delta <= 0)
			continue;
		if (!high || patched->delta < low)
			low = patched->delta;
		if (patched->delta > high)
			high = patched->delta;
	}
	if (!high)
		return NULL;
	if (low == high)
		return dmafp_path("%+" PRId64, high);
	return dmafp_path("%+" PRId64 " to %+" PRId64, low, high);
}

static bool any_uncounted(const struct dmafp_comparison *c)
{
	const struct dmafp_first_result *f;
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		f = c->sections[i].firsts[DMAFP_ARM_BASE].first;
		if (f && !f->counted)
			return true;
	}
	return false;
}

static void print_meaning(const struct dmafp_comparison *c, FILE *out)
{
	char *cost = attach_text(c);

	dmafp_wrap(out, "", "", "deferred: attach_deferred before>after.%s%s%s%s",
		   any_uncounted(c) ? " ?: attaches could not be counted." : "",
		   cost ? " In kdump this call is the attach itself: a patch that "
			  "locks the attach pays for it here, by "
			: "",
		   cost ? cost : "", cost ? "." : "");
	free(cost);
}

void dmafp_text_first_maps(const struct dmafp_comparison *c, FILE *out)
{
	bool any = false;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		any |= has_first(&c->sections[i]);
	if (!any)
		return;
	fprintf(out,
		"\n== First map: one call per device and boot, reported, not judged\n");
	print_table(c, out);
	print_texts(c, starred_text, "* ", out);
	print_texts(c, quiet_text, "", out);
	print_meaning(c, out);
}
