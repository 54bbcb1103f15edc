// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/agreement.h"
#include "base/file.h"

#define SYMBOL "iommu_deferred_attach"
#define CHECK  "check"

const char *dmafp_agreement_name(enum dmafp_agreement_word word)
{
	static const char *const names[] = {
		[DMAFP_AGREES] = "agrees",
		[DMAFP_DISAGREES] = "DOES NOT AGREE",
		[DMAFP_NOT_COMPARABLE] = "not comparable",
	};

	return names[word];
}

/* The first file that has base: one of another symbol says nothing about check. */
static const struct dmafp_walks *find_walks(const struct dmafp_evidence *evidence)
{
	size_t i;

	for (i = 0; i < evidence->nr_walks; i++) {
		const struct dmafp_walk *base =
			dmafp_walks_of(&evidence->walks[i], dmafp_arm_name(DMAFP_ARM_BASE));

		if (base && !strcmp(base->symbol, SYMBOL))
			return &evidence->walks[i];
	}
	return NULL;
}

/* The walk must be of the kernel that was measured, in every boot. */
static char *other_kernel(const struct dmafp_set *set, enum dmafp_arm_id arm,
			  const struct dmafp_walk *walk)
{
	const char *name = dmafp_arm_name(arm);
	size_t i;

	for (i = 0; i < set->nr; i++) {
		const struct dmafp_result *result = set->results[i];

		if (!result->arm || strcmp(result->arm, name))
			continue;
		if (!result->kernel.build_id || !walk->build_id)
			return dmafp_path("a build id of %s is not known", name);
		if (strcmp(result->kernel.build_id, walk->build_id))
			return dmafp_path("the image of %s is not the kernel that was measured: build id %.12s, measured %.12s",
					  name, walk->build_id, result->kernel.build_id);
	}
	return NULL;
}

static char *not_walked(const struct dmafp_walk *walk, enum dmafp_arm_id arm)
{
	if (!walk)
		return dmafp_path("there is no walk of %s", dmafp_arm_name(arm));
	if (strcmp(walk->symbol, SYMBOL))
		return dmafp_path("the walk of %s is through %s", walk->arm, walk->symbol);
	if (!walk->complete)
		return dmafp_path("the walk of %s is not complete: %s", walk->arm,
				  walk->nr_remarks ? walk->remarks[walk->nr_remarks - 1] :
						     "dmafp path says why");
	return NULL;
}

static bool is_exact(const struct dmafp_row *row, enum dmafp_arm_id arm)
{
	const struct dmafp_boots *boots = &row->group->arms[arm];
	size_t i;

	for (i = 0; i < boots->nr; i++)
		if (boots->items[i]->domain != DMAFP_DOMAIN_EXACT)
			return false;
	return boots->nr;
}

static bool is_check(const struct dmafp_row *row, enum dmafp_arm_id arm)
{
	const struct dmafp_side *side = &row->sides[arm], *base = &row->sides[DMAFP_ARM_BASE];

	return !strcmp(row->cell->op, CHECK) && row->phase == DMAFP_ROW_MAP && side->phase &&
	       base->phase && side->stats.p50_exact && base->stats.p50_exact &&
	       is_exact(row, arm) && is_exact(row, DMAFP_ARM_BASE);
}

/* Per op: a sample of method block is several. */
static bool hold(struct dmafp_agreement *a, const struct dmafp_row *row, enum dmafp_arm_id arm)
{
	int64_t per_sample = (int64_t)row->cell->ops_per_sample;
	int64_t delta = row->sides[arm].delta.p50;

	if (!a->nr_rows || delta / per_sample < a->low)
		a->low = delta / per_sample;
	if (!a->nr_rows || delta / per_sample > a->high)
		a->high = delta / per_sample;
	a->nr_rows++;
	return delta == a->by_image * per_sample;
}

static void hold_all(struct dmafp_agreement *a, const struct dmafp_comparison *c,
		     enum dmafp_arm_id arm)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		char *where;

		if (!is_check(&c->rows[i], arm) || hold(a, &c->rows[i], arm) || a->why)
			continue;
		where = dmafp_group_title(c->rows[i].group);
		a->why = dmafp_path("the image says %+" PRId64 ", check in %s %+" PRId64,
				    a->by_image, where, c->rows[i].sides[arm].delta.p50);
		free(where);
	}
	a->word = a->why ? DMAFP_DISAGREES : DMAFP_AGREES;
	if (a->nr_rows)
		return;
	a->word = DMAFP_NOT_COMPARABLE;
	a->why = dmafp_path("check was not measured in instructions in base and %s",
			    dmafp_arm_name(arm));
}

static void judge(struct dmafp_proof *proof, const struct dmafp_comparison *c,
		  enum dmafp_arm_id arm)
{
	const struct dmafp_walk *base = proof->arms[DMAFP_ARM_BASE].walk;
	struct dmafp_agreement *a = &proof->arms[arm];

	a->word = DMAFP_NOT_COMPARABLE;
	a->why = not_walked(base, DMAFP_ARM_BASE);
	a->why = a->why ? a->why : not_walked(a->walk, arm);
	if (a->why)
		return;
	a->is_known = true;
	a->by_image = (int64_t)(a->walk->counts.instructions - base->counts.instructions);
	a->why = other_kernel(c->set, DMAFP_ARM_BASE, base);
	a->why = a->why ? a->why : other_kernel(c->set, arm, a->walk);
	if (!a->why)
		hold_all(a, c, arm);
}

void dmafp_proof_find(struct dmafp_proof *proof, const struct dmafp_comparison *c)
{
	unsigned int arm;

	*proof = (struct dmafp_proof){ .walks = find_walks(&c->set->evidence) };
	if (!proof->walks)
		return;
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		proof->arms[arm].walk = dmafp_walks_of(proof->walks, dmafp_arm_name(arm));
	for (arm = DMAFP_ARM_BASE + 1; arm < DMAFP_NR_ARMS; arm++)
		judge(proof, c, arm);
}

void dmafp_proof_free(struct dmafp_proof *proof)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		free(proof->arms[arm].why);
	*proof = (struct dmafp_proof){ 0 };
}
