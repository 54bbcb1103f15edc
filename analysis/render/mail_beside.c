// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/agreement.h"
#include "analysis/place.h"
#include "analysis/render/mail.h"
#include "analysis/render/reading.h"
#include "analysis/render/text.h"
#include "base/alloc.h"
#include "base/file.h"

/* First maps */

/* One call in time is chance */
static bool is_exact(const struct dmafp_group *group)
{
	unsigned int arm;
	size_t i;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		for (i = 0; i < group->arms[arm].nr; i++)
			if (group->arms[arm].items[i]->domain != DMAFP_DOMAIN_EXACT)
				return false;
	return true;
}

char *dmafp_mail_firsts(const struct dmafp_comparison *c)
{
	char **texts = dmafp_alloc(c->nr_sections, sizeof(*texts)), *list;
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_first_side *base =
			&c->sections[i].firsts[DMAFP_ARM_BASE];
		const struct dmafp_first_side *patched =
			&c->sections[i].firsts[DMAFP_ARM_PATCHED];

		if (is_exact(c->sections[i].group) && base->first && patched->first &&
		    patched->delta)
			texts[i] = dmafp_path("%+" PRId64, patched->delta);
	}
	list = dmafp_place_texts(c, texts);
	free(texts);
	return list;
}

/* The floor */

/* "map 55.0, unmap 55.0": base's p50 where the clock makes each sample another */
static char *timed_floor(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			 const struct dmafp_section *section)
{
	struct dmafp_lines readings = { 0 };
	struct dmafp_reading r;
	char *text = NULL;
	size_t i;

	for (i = section->first_row; i < section->first_row + section->nr_rows; i++)
		if (c->rows[i].is_null &&
		    dmafp_reading_of(&c->rows[i], &j->rows[i], DMAFP_ARM_BASE,
				     DMAFP_STATISTIC_P50, &r))
			dmafp_lines_add(&readings, "%s %.1f",
					dmafp_row_phase_name(c->rows[i].phase), r.value);
	if (readings.nr)
		text = dmafp_lines_join(&readings, ", ");
	dmafp_lines_free(&readings);
	return text;
}

char *dmafp_mail_floor(const struct dmafp_comparison *c, const struct dmafp_judgement *j)
{
	char **texts, *list;
	size_t i;

	if (!dmafp_mail_timed(j))
		return dmafp_text_floor_of(c);
	texts = dmafp_alloc(c->nr_sections, sizeof(*texts));
	for (i = 0; i < c->nr_sections; i++)
		texts[i] = timed_floor(c, j, &c->sections[i]);
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
	if (r->campaign)
		dmafp_lines_add(lines, "dmafp campaign start %s", r->campaign);
	else if (r->lab.present)
		dmafp_lines_add(lines, "dmafp lab --output DIR%s%s", *options ? " " : "",
				options);
	else
		dmafp_lines_add(lines, "dmafp run --output DIR --arm ARM --mode MODE%s%s",
				*options ? " " : "", options);
	dmafp_lines_add(lines, "dmafp diff --format mail DIR");
	free(options);
	dmafp_lines_free(&words);
}

/* Evidence */

static void add_proof(const struct dmafp_comparison *c, struct dmafp_lines *lines)
{
	const struct dmafp_agreement *a;
	struct dmafp_proof proof;

	dmafp_proof_find(&proof, c);
	a = &proof.arms[DMAFP_ARM_PATCHED];
	if (proof.walks && a->is_known)
		dmafp_lines_add(lines,
				"Static proof: %+" PRId64
				" instructions on the path (now %" PRIu64
				"); check %s%s%s.",
				a->by_image, a->walk->counts.instructions,
				dmafp_agreement_name(a->word), a->why ? ": " : "",
				a->why ? a->why : "");
	else if (proof.walks)
		dmafp_lines_add(lines, "Static proof: %s: %s.",
				dmafp_agreement_name(a->word),
				a->why ? a->why : "patched was not walked");
	dmafp_proof_free(&proof);
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
	dmafp_lines_add(lines,
			"Single-stepped, %s of %" PRIu64
			" bytes, map in %s on %s, runs %" PRIu64
			" instructions in base, %" PRIu64 " in patched: %s.",
			steps->op, steps->bytes, dmafp_text_known(steps->mode),
			dmafp_text_known(steps->device), base->instructions,
			patched->instructions,
			agree ? "as measured" : "NOT what was measured");
}

void dmafp_mail_proof(const struct dmafp_comparison *c, struct dmafp_lines *lines)
{
	const struct dmafp_evidence *evidence = &c->set->evidence;
	size_t i;

	add_proof(c, lines);
	for (i = 0; i < evidence->nr_steps; i++)
		add_steps(&evidence->steps[i], lines);
}
