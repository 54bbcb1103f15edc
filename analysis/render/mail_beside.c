// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/place.h"
#include "analysis/render/mail.h"
#include "analysis/render/text.h"
#include "base/alloc.h"
#include "base/file.h"

#define CHECK_OP "check" /* the function that the path is walked through */

/* First maps */

char *dmafp_mail_firsts(const struct dmafp_comparison *c)
{
	char **texts = dmafp_alloc(c->nr_sections, sizeof(*texts)), *list;
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_first_side *base = &c->sections[i].firsts[DMAFP_ARM_BASE];
		const struct dmafp_first_side *patched =
			&c->sections[i].firsts[DMAFP_ARM_PATCHED];

		if (base->first && patched->first && patched->delta)
			texts[i] = dmafp_path("%+" PRId64, patched->delta);
	}
	list = dmafp_place_texts(c, texts);
	free(texts);
	return list;
}

/* Commands */

const struct dmafp_result *dmafp_mail_result(const struct dmafp_comparison *c)
{
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		if (c->sections[i].group->arms[DMAFP_ARM_PATCHED].nr)
			return c->sections[i].group->arms[DMAFP_ARM_PATCHED].items[0];
	return c->set->nr ? c->set->results[0] : NULL;
}

static void add_modes(const struct dmafp_comparison *c, struct dmafp_lines *words)
{
	struct dmafp_lines modes = { 0 };
	char *list;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		dmafp_lines_add_new(&modes, "%s", c->sections[i].group->mode);
	list = dmafp_lines_join(&modes, ",");
	if (modes.nr < 3)
		dmafp_lines_add(words, "--mode %s", list);
	free(list);
	dmafp_lines_free(&modes);
}

static void add_profile(const struct dmafp_result *r, struct dmafp_lines *words)
{
	if (r->profile.name && strcmp(r->profile.name, "default"))
		dmafp_lines_add(words, "--profile %s", r->profile.name);
}

static void add_lab(const struct dmafp_comparison *c, const struct dmafp_result *r,
		    struct dmafp_lines *words)
{
	size_t i;

	for (i = 0; i < r->nr_patches; i++)
		dmafp_lines_add(words, "--patch %s", dmafp_text_known(r->patches[i].file));
	if (r->iommu.driver && !strncmp(r->iommu.driver, "amd", 3))
		dmafp_lines_add(words, "--iommu amd");
	if (r->lab.accel && strcmp(r->lab.accel, "icount"))
		dmafp_lines_add(words, "--accel %s", r->lab.accel);
	if (r->iommu.group_type && !strcmp(r->iommu.group_type, "DMA-FQ"))
		dmafp_lines_add(words, "--invalidation lazy");
	add_modes(c, words);
}

void dmafp_mail_commands(const struct dmafp_comparison *c, struct dmafp_lines *lines)
{
	const struct dmafp_result *r = dmafp_mail_result(c);
	struct dmafp_lines words = { 0 };
	char *options;

	if (!r)
		return;
	if (r->lab.present)
		add_lab(c, r, &words);
	add_profile(r, &words);
	options = dmafp_lines_join(&words, " ");
	if (r->lab.present)
		dmafp_lines_add(lines, "dmafp lab --output DIR %s", options);
	else
		dmafp_lines_add(lines, "dmafp run --output DIR --arm ARM --mode MODE %s", options);
	dmafp_lines_add(lines, "dmafp diff --format mail DIR");
	free(options);
	dmafp_lines_free(&words);
}

/* Evidence */

/* What `check` measured of @arm against base where it is exact; false: it did not */
static bool measured_delta(const struct dmafp_comparison *c, enum dmafp_arm_id arm,
			   int64_t *delta)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		const struct dmafp_row *row = &c->rows[i];

		if (strcmp(row->cell->op, CHECK_OP) || row->cell->ops_per_sample != 1 ||
		    !row->sides[DMAFP_ARM_BASE].phase || !row->sides[arm].phase ||
		    dmafp_group_any(row->group)->domain != DMAFP_DOMAIN_EXACT)
			continue;
		*delta = row->sides[arm].delta.min;
		return true;
	}
	return false;
}

static bool is_of(const struct dmafp_comparison *c, enum dmafp_arm_id arm, const char *build_id)
{
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_boots *boots = &c->sections[i].group->arms[arm];

		if (boots->nr && build_id && boots->items[0]->kernel.build_id)
			return !strcmp(boots->items[0]->kernel.build_id, build_id);
	}
	return false;
}

static void add_walks(const struct dmafp_comparison *c, const struct dmafp_walks *walks,
		      struct dmafp_lines *lines)
{
	const struct dmafp_walk *base = dmafp_walks_of(walks, "base");
	const struct dmafp_walk *patched = dmafp_walks_of(walks, "patched");
	int64_t is, measured;

	if (!base || !patched)
		return;
	is = (int64_t)patched->counts.instructions - (int64_t)base->counts.instructions;
	if (!base->complete || !patched->complete)
		dmafp_lines_add(lines, "Static proof: the path through %s could not be walked to "
				       "its return in both kernels.", base->symbol);
	else if (!is_of(c, DMAFP_ARM_BASE, base->build_id) ||
		 !is_of(c, DMAFP_ARM_PATCHED, patched->build_id))
		dmafp_lines_add(lines, "Static proof: it is of other kernels than these, and "
				       "says nothing here.");
	else if (!measured_delta(c, DMAFP_ARM_PATCHED, &measured))
		dmafp_lines_add(lines, "Static proof: %" PRIu64 " instructions on the path through "
				       "%s in base, %" PRIu64 " in patched (%+" PRId64 ").",
				base->counts.instructions, base->symbol,
				patched->counts.instructions, is);
	else
		dmafp_lines_add(lines, "Static proof: %" PRIu64 " instructions on the path through "
				       "%s in base, %" PRIu64 " in patched: %+" PRId64 ". `check` "
				       "measured %+" PRId64 ": they %s.",
				base->counts.instructions, base->symbol,
				patched->counts.instructions, is, measured,
				is == measured ? "agree" : "do NOT agree");
}

static void add_steps(const struct dmafp_profile_steps *steps, struct dmafp_lines *lines)
{
	const struct dmafp_steps *base = dmafp_steps_of(steps, "base", "map");
	const struct dmafp_steps *patched = dmafp_steps_of(steps, "patched", "map");
	bool agree;

	if (!base || !patched)
		return;
	agree = base->instructions == base->measured &&
		patched->instructions == patched->measured;
	dmafp_lines_add(lines, "Single-stepped, %s map in %s on %s runs %" PRIu64 " instructions "
			       "in base, %" PRIu64 " in patched: %s.",
			steps->op, dmafp_text_known(steps->mode), dmafp_text_known(steps->device),
			base->instructions, patched->instructions,
			agree ? "as measured" : "NOT what was measured");
}

void dmafp_mail_proof(const struct dmafp_comparison *c, struct dmafp_lines *lines)
{
	const struct dmafp_evidence *evidence = &c->set->evidence;
	size_t i;

	for (i = 0; i < evidence->nr_walks; i++)
		add_walks(c, &evidence->walks[i], lines);
	for (i = 0; i < evidence->nr_steps; i++)
		add_steps(&evidence->steps[i], lines);
}
