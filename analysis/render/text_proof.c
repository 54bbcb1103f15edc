// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "analysis/agreement.h"
#include "analysis/render/text.h"
#include "analysis/render/walks.h"
#include "analysis/render/wrap.h"

static void print_measured(const struct dmafp_agreement *a, FILE *out)
{
	char text[64] = ".";

	if (a->nr_rows && a->low == a->high)
		snprintf(text, sizeof(text), "%+" PRId64, a->low);
	else if (a->nr_rows)
		snprintf(text, sizeof(text), "%+" PRId64 "..%+" PRId64, a->low, a->high);
	fprintf(out, "%12s  %s\n", text, dmafp_agreement_name(a->word));
}

static void print_arm(const struct dmafp_agreement *a, enum dmafp_arm_id arm, FILE *out)
{
	fprintf(out, "%-12s%14" PRIu64, dmafp_arm_name(arm), a->walk->counts.instructions);
	if (arm == DMAFP_ARM_BASE) {
		fprintf(out, "\n");
		return;
	}
	if (a->is_known)
		fprintf(out, "%+12" PRId64, a->by_image);
	else
		fprintf(out, "%12s", ".");
	print_measured(a, out);
}

void dmafp_text_proof(const struct dmafp_comparison *c, FILE *out)
{
	struct dmafp_proof proof;
	unsigned int arm;

	dmafp_proof_find(&proof, c);
	if (!proof.walks)
		return;
	fprintf(out, "\n== Static proof: the not-deferred path in the images, and check\n");
	fprintf(out, "%-12s%14s%12s%12s\n", "", "instructions", "minus base", "measured");
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (proof.arms[arm].walk)
			print_arm(&proof.arms[arm], arm, out);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (proof.arms[arm].walk && proof.arms[arm].why)
			dmafp_wrap(out, "- ", "  ", "%s %s: %s.", dmafp_arm_name(arm),
				   dmafp_agreement_name(proof.arms[arm].word),
				   proof.arms[arm].why);
	dmafp_render_walks_sites(proof.walks, out);
	dmafp_proof_free(&proof);
}
