// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/render/text_calls.h"
#include "analysis/render/text_legend.h"
#include "analysis/render/text.h"
#include "analysis/render/wrap.h"

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

static bool has_verdict(const struct dmafp_judgement *j, enum dmafp_verdict verdict, bool timed)
{
	unsigned int arm;
	size_t i;

	for (i = 0; i < j->nr_rows; i++)
		for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
			if (j->rows[i].timed == timed && j->rows[i].verdicts[arm] == verdict)
				return true;
	return false;
}

const char *dmafp_text_mark(const struct dmafp_row_verdict *v)
{
	return v->outside[DMAFP_STATISTIC_MIN] || v->outside[DMAFP_STATISTIC_P99] ? "!" : "";
}

static bool any_marked(const struct dmafp_judgement *j)
{
	size_t i;

	for (i = 0; i < j->nr_rows; i++)
		if (*dmafp_text_mark(&j->rows[i]))
			return true;
	return false;
}

char *dmafp_text_words(const struct dmafp_judgement *j, bool timed)
{
	static const char *const exact_meanings[DMAFP_NR_VERDICTS] = {
		[DMAFP_EQUIVALENT] = "identical",
		[DMAFP_IMPROVED] = "fewer",
		[DMAFP_REGRESSED] = "more",
		[DMAFP_INCONCLUSIVE] = "cannot be decided",
		[DMAFP_INVALID] = "a side is missing",
		[DMAFP_NOT_REACHED] = "equal, not reached (no proof)",
	};
	static const char *const timed_meanings[DMAFP_NR_VERDICTS] = {
		[DMAFP_EQUIVALENT] = "within the margin",
		[DMAFP_IMPROVED] = "faster by more than the margin",
		[DMAFP_REGRESSED] = "slower by more than the margin",
		[DMAFP_INCONCLUSIVE] = "not settled",
		[DMAFP_INVALID] = "a side is missing",
		[DMAFP_NOT_REACHED] = "no difference claimed, not reached (no proof)",
	};
	const char *const *meanings = timed ? timed_meanings : exact_meanings;
	struct dmafp_lines words = { 0 };
	unsigned int i;
	char *text;

	for (i = 0; i < DMAFP_NR_VERDICTS; i++)
		if (meanings[i] && has_verdict(j, i, timed))
			dmafp_lines_add(&words, "%s %s", dmafp_verdict_short(i), meanings[i]);
	if (timed && any_marked(j))
		dmafp_lines_add(&words, "! min or p99 outside the margin, see the notes");
	text = dmafp_lines_join(&words, ", ");
	dmafp_lines_free(&words);
	return text;
}

typedef bool (*row_test)(const struct dmafp_row *row);

static bool is_inexact(const struct dmafp_row *row)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (row->sides[arm].phase && (!row->sides[arm].stats.p50_exact ||
					      !row->sides[arm].stats.p99_exact))
			return true;
	return false;
}

static bool has_entries(const struct dmafp_row *row)
{
	return row->cell->entries;
}

static bool is_uneven(const struct dmafp_row *row)
{
	unsigned int arm;

	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
		if (row->sides[arm].phase && row->sides[DMAFP_ARM_BASE].phase &&
		    row->sides[arm].stats.count != row->sides[DMAFP_ARM_BASE].stats.count)
			return true;
	return false;
}

static bool has_row(const struct dmafp_comparison *c, row_test test)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (test(&c->rows[i]))
			return true;
	return false;
}

/* The first cell of a method, NULL if there is none */
static const struct dmafp_cell_result *find_method(const struct dmafp_comparison *c,
						   enum dmafp_cell_method method)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (c->rows[i].cell->method == method)
			return c->rows[i].cell;
	return NULL;
}

/* Marks of rows and numbers that occur, a sentence each */
static void print_marks(const struct dmafp_comparison *c, FILE *out)
{
	const struct dmafp_cell_result *block = find_method(c, DMAFP_BY_BLOCK);
	const struct dmafp_cell_result *ring = find_method(c, DMAFP_BY_SUSTAINED);
	struct dmafp_lines marks = { 0 };
	char *text;

	if (block)
		dmafp_lines_add(&marks,
				"blk: a sample is %" PRIu64 " ops, stamps cancelled",
				block->ops_per_sample);
	if (ring)
		dmafp_lines_add(&marks, "sus: with a ring of %" PRIu32 " live mappings",
				ring->live);
	if (has_row(c, has_entries))
		dmafp_lines_add(&marks, "64K/16s: in 16 entries, s scattered");
	if (has_row(c, is_inexact))
		dmafp_lines_add(&marks, "~ from buckets of several ticks");
	if (has_row(c, dmafp_row_has_queue))
		dmafp_lines_add(&marks, ". not judged, a timer empties the flush queue of "
					"DMA-FQ and a few samples depend on when");
	if (has_row(c, is_uneven))
		dmafp_lines_add(&marks, ". not comparable, time was the bound and the "
					"numbers of samples differ");
	text = dmafp_lines_join(&marks, "; ");
	if (marks.nr)
		dmafp_wrap(out, "", "", "Marks: %s.", text);
	free(text);
	dmafp_lines_free(&marks);
}

void dmafp_text_legend(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		       FILE *out)
{
	char *words = dmafp_text_words(j, false);

	fputc('\n', out);
	dmafp_wrap(out, "", "",
		   "Unit: %s per op%s, lower is better; d-: arm minus base (d-total: all "
		   "ops); calls/op: of iommu_deferred_attach(), counted untimed%s.%s%s%s%s",
		   dmafp_text_tick(c),
		   find_method(c, DMAFP_BY_BLOCK) ? " (blk: per sample)" : "",
		   has_star(c, j) ? "; * should be once per op and is not" : "",
		   *words ? " " : "", words, *words ? "." : "",
		   has_check(c) ? " check calls it directly: its own cost, also "
				  "in plain, where no map does."
				: "");
	free(words);
	print_marks(c, out);
}
