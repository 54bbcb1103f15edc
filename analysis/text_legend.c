// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "analysis/text_calls.h"
#include "analysis/text_legend.h"
#include "analysis/text.h"
#include "analysis/wrap.h"

#define CHECK_OP "check" /* calls iommu_deferred_attach() itself */

static bool has_check(const struct dmafp_comparison *c)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (!strcmp(c->rows[i].cell->op, CHECK_OP))
			return true;
	return false;
}

static bool has_star(const struct dmafp_comparison *c, const struct dmafp_judgement *j)
{
	char text[DMAFP_TEXT_CALLS];
	unsigned int arm;
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++) {
			dmafp_text_calls(&c->rows[i], &j->rows[i], arm, text);
			if (strchr(text, '*'))
				return true;
		}
	return false;
}

static bool has_verdict(const struct dmafp_judgement *j, enum dmafp_verdict verdict)
{
	unsigned int arm;
	size_t i;

	for (i = 0; i < j->nr_rows; i++)
		for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
			if (j->rows[i].verdicts[arm] == verdict)
				return true;
	return false;
}

/* The words that occur */
static char *verdict_words(const struct dmafp_judgement *j)
{
	static const char *const meanings[DMAFP_NR_VERDICTS] = {
		[DMAFP_EQUIVALENT] = "identical",
		[DMAFP_IMPROVED] = "fewer",
		[DMAFP_REGRESSED] = "more",
		[DMAFP_INCONCLUSIVE] = "cannot be decided",
		[DMAFP_INVALID] = "a side is missing",
		[DMAFP_NOT_REACHED] = "equal, not reached (no proof)",
	};
	struct dmafp_lines words = { 0 };
	unsigned int i;
	char *text;

	for (i = 0; i < DMAFP_NR_VERDICTS; i++)
		if (meanings[i] && has_verdict(j, i))
			dmafp_lines_add(&words, "%s %s", dmafp_verdict_short(i),
					meanings[i]);
	text = dmafp_lines_join(&words, ", ");
	dmafp_lines_free(&words);
	return text;
}

void dmafp_text_legend(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		       FILE *out)
{
	char *words = verdict_words(j);

	fputc('\n', out);
	dmafp_wrap(out, "", "",
		   "Unit: %s per op, lower is better; d-: arm minus base (d-total: all "
		   "ops); calls/op: of iommu_deferred_attach(), counted untimed%s.%s%s%s%s",
		   dmafp_text_tick(c),
		   has_star(c, j) ? "; * should be once per op and is not" : "",
		   *words ? " " : "", words, *words ? "." : "",
		   has_check(c) ? " check calls it directly: its own cost, also "
				  "in plain, where no map does."
				: "");
	free(words);
}
