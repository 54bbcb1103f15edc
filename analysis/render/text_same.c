// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "analysis/place.h"
#include "analysis/render/text_calls.h"
#include "analysis/render/text_same.h"
#include "base/alloc.h"

static bool same_side(const struct dmafp_side *a, const struct dmafp_side *b)
{
	if (!a->phase || !b->phase)
		return a->phase == b->phase;
	return dmafp_stats_equal(&a->stats, &b->stats) &&
	       a->phase->counted_ops == b->phase->counted_ops &&
	       a->phase->calls == b->phase->calls &&
	       a->phase->hist.max == b->phase->hist.max && a->same_hist == b->same_hist;
}

/* A star depends on the mode, not on the numbers alone */
static bool same_words(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		       size_t a, size_t b)
{
	const struct dmafp_row_verdict *x = &j->rows[a], *y = &j->rows[b];
	char text[DMAFP_TEXT_CALLS], other[DMAFP_TEXT_CALLS];
	unsigned int arm;

	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++) {
		dmafp_text_calls(&c->rows[a], x, arm, text);
		dmafp_text_calls(&c->rows[b], y, arm, other);
		if (x->verdicts[arm] != y->verdicts[arm] || strcmp(text, other))
			return false;
	}
	return x->reached == y->reached;
}

bool dmafp_text_same(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		     const struct dmafp_section *a, const struct dmafp_section *b)
{
	size_t i;

	if (a->nr_rows != b->nr_rows)
		return false;
	for (i = 0; i < a->nr_rows; i++) {
		size_t x = a->first_row + i, y = b->first_row + i;

		/* ops that may sleep have a table of their own */
		if (c->rows[x].cell->sleeps && c->rows[y].cell->sleeps)
			continue;
		if (!dmafp_row_same(&c->rows[x], &c->rows[y], same_side) ||
		    !same_words(c, j, x, y))
			return false;
	}
	return true;
}

bool dmafp_text_shown(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		      const struct dmafp_section *section)
{
	const struct dmafp_section *s;

	for (s = c->sections; s < section; s++)
		if (dmafp_text_same(c, j, s, section))
			return true;
	return false;
}

char *dmafp_text_places(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			const struct dmafp_section *section, size_t *nr)
{
	bool *same = dmafp_alloc(c->nr_sections, sizeof(*same));
	char *where;
	size_t i;

	*nr = 0;
	for (i = 0; i < c->nr_sections; i++)
		*nr += same[i] = dmafp_text_same(c, j, section, &c->sections[i]);
	where = dmafp_place_sections(c, same);
	free(same);
	return where;
}
