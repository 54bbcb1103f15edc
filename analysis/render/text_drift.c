// SPDX-License-Identifier: GPL-2.0-or-later
/* What is beside the histograms: time series and PMU counters. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/place.h"
#include "analysis/render/text.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"
#include "base/file.h"

/* Time series: the first and the last tenth */

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The median of every worker's first or last tenth */
static uint64_t tenth(const struct dmafp_phase_result *phase, bool last)
{
	uint64_t *points = NULL, median;
	size_t nr = 0, i, k;

	for (i = 0; i < phase->nr_series; i++) {
		const struct dmafp_series *s = &phase->series[i];
		size_t part = (s->nr_points + 9) / 10;
		size_t from = last ? s->nr_points - part : 0;

		for (k = 0; k < part; k++) {
			points = dmafp_alloc_grow(points, nr, sizeof(*points));
			points[nr++] = s->points[from + k];
		}
	}
	if (!nr)
		return 0;
	qsort(points, nr, sizeof(*points), by_value);
	median = points[(nr - 1) / 2];
	free(points);
	return median;
}

static bool has_series(const struct dmafp_side *side)
{
	return side->phase && side->phase->nr_series && side->phase->series[0].nr_points;
}

static bool drifts(const struct dmafp_side *side)
{
	return has_series(side) && tenth(side->phase, false) != tenth(side->phase, true);
}

/* "base 727>731, patched 724>728" */
static char *drift_text(const struct dmafp_row *row)
{
	struct dmafp_lines arms = { 0 };
	unsigned int arm;
	char *text;

	for (arm = DMAFP_ARM_BASE; arm <= DMAFP_ARM_PATCHED; arm++)
		if (has_series(&row->sides[arm]))
			dmafp_lines_add(&arms, "%s %" PRIu64 ">%" PRIu64,
					dmafp_arm_name(arm),
					tenth(row->sides[arm].phase, false),
					tenth(row->sides[arm].phase, true));
	text = dmafp_lines_join(&arms, ", ");
	dmafp_lines_free(&arms);
	return text;
}

/* PMU counters: of both phases, so only in rows of the first */

static size_t nr_counters(const struct dmafp_side *side)
{
	return side->cell && side->cell->nr_runs ? side->cell->runs[0].nr_counters : 0;
}

/* The sum over the workers; false if one of them has no value */
static bool sum_counter(const struct dmafp_side *side, size_t event, double *sum)
{
	size_t i;

	*sum = 0;
	for (i = 0; i < side->cell->nr_runs; i++) {
		const struct dmafp_counter_result *c = &side->cell->runs[i].counters[event];

		if (!c->valid)
			return false;
		*sum += (double)c->value;
	}
	return true;
}

static const char *why_not(const struct dmafp_side *side, size_t event)
{
	size_t i;

	for (i = 0; i < side->cell->nr_runs; i++)
		switch (side->cell->runs[i].counters[event].state) {
		case DMAFP_COUNTER_IS_MULTIPLEXED:
			return "multiplexed, rejected";
		case DMAFP_COUNTER_IS_ABSENT:
			return "absent";
		case DMAFP_COUNTER_IS_VALID:
			break;
		}
	return "not known";
}

static void add_counter(struct dmafp_lines *words, const struct dmafp_side *side,
			size_t event)
{
	const char *name = side->cell->runs[0].counters[event].event;
	double sum;

	if (sum_counter(side, event, &sum))
		dmafp_lines_add(words, "%s %.2f", name,
				sum / dmafp_cell_ops(side->cell, side->phase->hist.count));
	else
		dmafp_lines_add(words, "%s %s", name, why_not(side, event));
}

/* "base: cycles 812.31, instructions 727.00; patched: ...", NULL if none */
static char *counter_text(const struct dmafp_row *row)
{
	struct dmafp_lines arms = { 0 };
	unsigned int arm;
	char *text = NULL;
	size_t i;

	for (arm = DMAFP_ARM_BASE; arm <= DMAFP_ARM_PATCHED; arm++) {
		const struct dmafp_side *side = &row->sides[arm];
		struct dmafp_lines words = { 0 };
		char *list;

		for (i = 0; i < nr_counters(side); i++)
			add_counter(&words, side, i);
		list = dmafp_lines_join(&words, ", ");
		if (words.nr)
			dmafp_lines_add(&arms, "%s: %s", dmafp_arm_name(arm), list);
		free(list);
		dmafp_lines_free(&words);
	}
	if (arms.nr)
		text = dmafp_lines_join(&arms, "; ");
	dmafp_lines_free(&arms);
	return text;
}

/* Printing: rows that say the same share a line */

static void print_texts(const struct dmafp_comparison *c, char **texts, FILE *out)
{
	bool *same = dmafp_alloc(c->nr_rows, sizeof(*same));
	size_t i, k;

	for (i = 0; i < c->nr_rows; i++) {
		char *text = texts[i], *where;

		if (!text)
			continue;
		for (k = 0; k < c->nr_rows; k++) {
			same[k] = texts[k] && !strcmp(texts[k], text);
			if (!same[k] || k == i)
				continue;
			free(texts[k]);
			texts[k] = NULL;
		}
		where = dmafp_place_rows(c, same);
		dmafp_wrap(out, "- ", "  ", "%s: %s", text, where);
		free(where);
		free(text);
		texts[i] = NULL;
	}
	free(same);
}

static void print_drift(const struct dmafp_comparison *c, FILE *out)
{
	char **texts = dmafp_alloc(c->nr_rows, sizeof(*texts));
	size_t i, nr = 0, drifting = 0;

	for (i = 0; i < c->nr_rows; i++) {
		const struct dmafp_side *sides = c->rows[i].sides;

		if (!has_series(&sides[DMAFP_ARM_BASE]) &&
		    !has_series(&sides[DMAFP_ARM_PATCHED]))
			continue;
		nr++;
		if (!drifts(&sides[DMAFP_ARM_BASE]) && !drifts(&sides[DMAFP_ARM_PATCHED]))
			continue;
		texts[i] = drift_text(&c->rows[i]);
		drifting++;
	}
	if (nr) {
		fprintf(out, "\n== Drift: medians of a series' first and last tenth\n");
		dmafp_wrap(out, "", "", "None on %zu of %zu rows of base and patched.",
			   nr - drifting, nr);
	}
	print_texts(c, texts, out);
	free(texts);
}

static void print_counters(const struct dmafp_comparison *c, FILE *out)
{
	char **texts = dmafp_alloc(c->nr_rows, sizeof(*texts));
	bool any = false;
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		if (c->rows[i].phase == DMAFP_ROW_MAP)
			texts[i] = counter_text(&c->rows[i]);
		any |= texts[i] != NULL;
	}
	if (any)
		fprintf(out, "\n== PMU counters per op: map and unmap, and the harness\n");
	print_texts(c, texts, out);
	free(texts);
}

void dmafp_text_drift(const struct dmafp_comparison *c, FILE *out)
{
	print_drift(c, out);
	print_counters(c, out);
}
