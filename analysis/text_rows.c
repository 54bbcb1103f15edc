// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/table.h"
#include "analysis/text_rows.h"
#include "analysis/wrap.h"

#define CALLS_WIDTH 5

/* What the tables of one section are made from */
struct view {
	const struct dmafp_comparison *c;
	const struct dmafp_judgement *j;
	const struct dmafp_section *section;
	FILE *out;
};

static const struct dmafp_row *row_at(const struct view *v, size_t i)
{
	return &v->c->rows[v->section->first_row + i];
}

static const struct dmafp_row_verdict *verdict_at(const struct view *v, size_t i)
{
	return &v->j->rows[v->section->first_row + i];
}

/* Calls per op */

static void print_ratio(const struct dmafp_side *side, char *text, size_t size)
{
	const struct dmafp_phase_result *p = side->phase;

	if (!p || !p->counted_ops)
		snprintf(text, size, "?");
	else if (!(p->calls % p->counted_ops))
		snprintf(text, size, "%" PRIu64, p->calls / p->counted_ops);
	else
		snprintf(text, size, "%.2f", (double)p->calls / (double)p->counted_ops);
}

static bool must_be_called(const struct dmafp_row *row)
{
	return row->cell->on_path && row->phase == DMAFP_ROW_MAP &&
	       (!strcmp(row->group->mode, "keyed") || !strcmp(row->group->mode, "kdump"));
}

/* Of base and of the arm, "1>0" if they differ; a star: not once per op */
static void add_calls(struct dmafp_table *t, const struct dmafp_row *row,
		      const struct dmafp_row_verdict *verdict, enum dmafp_arm_id arm)
{
	char base[32], other[32];
	const char *star = must_be_called(row) && !verdict->once ? "*" : "";

	print_ratio(&row->sides[DMAFP_ARM_BASE], base, sizeof(base));
	print_ratio(&row->sides[arm], other, sizeof(other));
	if (strcmp(base, other) && strlen(base) + strlen(other) < CALLS_WIDTH - 1)
		dmafp_table_add(t, "%s>%s%s", base, other, star);
	else if (strcmp(base, other) || strlen(base) > CALLS_WIDTH - 1)
		dmafp_table_add(t, "many*");
	else
		dmafp_table_add(t, "%s%s", base, star);
}

/* Rows of one arm against base */

static void add_p50(struct dmafp_table *t, const struct dmafp_side *side)
{
	if (side->phase)
		dmafp_table_add_number(t, side->stats.p50);
	else
		dmafp_table_add(t, "?");
}

static void add_deltas(struct dmafp_table *t, const struct dmafp_row *row,
		       enum dmafp_arm_id arm)
{
	const struct dmafp_side *side = &row->sides[arm];
	const int64_t deltas[] = { side->delta.min, side->delta.p50, side->delta.p99,
				   side->delta.sum };
	size_t i;

	for (i = 0; i < 4; i++)
		if (side->phase && row->sides[DMAFP_ARM_BASE].phase)
			dmafp_table_add_delta(t, deltas[i]);
		else
			dmafp_table_add(t, "?");
}

static void add_row(struct dmafp_table *t, const struct dmafp_row *row,
		    const struct dmafp_row_verdict *verdict, enum dmafp_arm_id arm)
{
	char *title = dmafp_cell_title(row->cell);

	dmafp_table_add(t, "%s", title);
	dmafp_table_add(t, "%s", dmafp_row_phase_name(row->phase));
	add_calls(t, row, verdict, arm);
	add_p50(t, &row->sides[DMAFP_ARM_BASE]);
	add_p50(t, &row->sides[arm]);
	add_deltas(t, row, arm);
	dmafp_table_add(t, "%s", dmafp_verdict_short(verdict->verdicts[arm]));
	free(title);
}

static void print_arm(const struct view *v, enum dmafp_arm_id arm)
{
	static const char *const heads[DMAFP_NR_ARMS] = { "base", "patch", "lock", "plac" };
	const struct dmafp_column columns[] = {
		{ { "", "op" }, true },		  { { "", "phase" }, true },
		{ { "calls", "/op" }, false },	  { { "base", "p50" }, false },
		{ { heads[arm], "p50" }, false }, { { "d-", "min" }, false },
		{ { "d-", "p50" }, false },	  { { "d-", "p99" }, false },
		{ { "d-", "total" }, false },	  { { "", "says" }, true },
	};
	struct dmafp_table table = { .columns = columns, .nr_columns = 10 };
	size_t i;

	for (i = 0; i < v->section->nr_rows; i++)
		if (!row_at(v, i)->is_null)
			add_row(&table, row_at(v, i), verdict_at(v, i), arm);
	dmafp_table_print(&table, v->out);
}

/* Controls */

static bool all_equal(const struct view *v, enum dmafp_arm_id arm)
{
	size_t i;

	for (i = 0; i < v->section->nr_rows; i++)
		if (!row_at(v, i)->is_null &&
		    verdict_at(v, i)->verdicts[arm] != DMAFP_EQUIVALENT)
			return false;
	return true;
}

static void print_control(const struct view *v, enum dmafp_arm_id arm, const char *must)
{
	fprintf(v->out, "\nControl %s: must be %s\n", dmafp_arm_name(arm), must);
	if (all_equal(v, arm))
		fprintf(v->out, "All rows EQUIVALENT: every difference is +0.\n");
	else
		print_arm(v, arm);
}

static bool same_null(const struct dmafp_row *row)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (!row->sides[arm].phase || !row->sides[arm].same_hist ||
		    !row->sides[arm].boots_agree)
			return false;
	return true;
}

static void print_floor(const struct view *v)
{
	struct dmafp_lines readings = { 0 };
	bool same = true;
	char *list;
	size_t i;

	for (i = 0; i < v->section->nr_rows; i++) {
		const struct dmafp_row *row = row_at(v, i);
		const struct dmafp_side *side = &row->sides[DMAFP_ARM_BASE];

		if (!row->is_null || !side->phase)
			continue;
		dmafp_lines_add(&readings, "%s %" PRIu64 "..%" PRIu64,
				dmafp_row_phase_name(row->phase), side->phase->hist.min,
				side->phase->hist.max);
		same &= same_null(row);
	}
	list = dmafp_lines_join(&readings, ", ");
	if (readings.nr)
		dmafp_wrap(v->out, "\n", "",
			   "Floor: the null op reads %s, %s. It is in every number above, "
			   "and in no difference.",
			   list,
			   same ? "identical in all arms" : "NOT the same in all arms");
	free(list);
	dmafp_lines_free(&readings);
}

/* Devices that read the same are shown once */

static bool same_side(const struct dmafp_side *a, const struct dmafp_side *b)
{
	if (!a->phase || !b->phase)
		return a->phase == b->phase;
	return dmafp_stats_equal(&a->stats, &b->stats) &&
	       a->phase->counted_ops == b->phase->counted_ops &&
	       a->phase->calls == b->phase->calls &&
	       a->phase->hist.max == b->phase->hist.max && a->same_hist == b->same_hist;
}

static bool same_row(const struct dmafp_row *a, const struct dmafp_row *b)
{
	unsigned int arm;

	if (a->phase != b->phase || !dmafp_cell_same(a->cell, b->cell))
		return false;
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (!same_side(&a->sides[arm], &b->sides[arm]))
			return false;
	return true;
}

static bool same_section(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			 const struct dmafp_section *a, const struct dmafp_section *b)
{
	size_t i;

	if (strcmp(a->group->mode, b->group->mode) ||
	    strcmp(a->group->iommu, b->group->iommu) || a->nr_rows != b->nr_rows)
		return false;
	for (i = 0; i < a->nr_rows; i++)
		if (!same_row(&c->rows[a->first_row + i], &c->rows[b->first_row + i]) ||
		    memcmp(j->rows[a->first_row + i].verdicts,
			   j->rows[b->first_row + i].verdicts, sizeof(j->rows[0].verdicts)))
			return false;
	return true;
}

static bool shown_before(const struct view *v)
{
	const struct dmafp_section *s;

	for (s = v->c->sections; s < v->section; s++)
		if (same_section(v->c, v->j, s, v->section))
			return true;
	return false;
}

static void print_title(const struct view *v)
{
	const struct dmafp_section *s, *end = v->c->sections + v->c->nr_sections;
	char *title;

	for (s = v->section; s < end; s++) {
		if (!same_section(v->c, v->j, v->section, s))
			continue;
		title = dmafp_group_title(s->group);
		dmafp_wrap(v->out, s == v->section ? "\n== " : "== ", "   ", "%s%s",
			   title, s == v->section ? "" : ": the same in every number");
		free(title);
	}
}

void dmafp_text_sections(const struct dmafp_comparison *c,
			 const struct dmafp_judgement *j, FILE *out)
{
	struct view v = { .c = c, .j = j, .out = out };
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		v.section = &c->sections[i];
		if (shown_before(&v))
			continue;
		print_title(&v);
		fputc('\n', out);
		print_arm(&v, DMAFP_ARM_PATCHED);
		print_control(&v, DMAFP_ARM_ALWAYS_LOCK,
			      "REGR wherever the path is reached");
		print_control(&v, DMAFP_ARM_PLACEBO, "EQUIV everywhere");
		print_floor(&v);
	}
}

/* First maps */

static void add_first(struct dmafp_table *t, const struct dmafp_section *section,
		      enum dmafp_arm_id arm)
{
	const struct dmafp_first_side *side = &section->firsts[arm];
	const struct dmafp_first_result *f = side->first;

	dmafp_table_add(t, "%s %s %s", section->group->mode, section->group->label,
			section->group->pci);
	dmafp_table_add(t, "%s", dmafp_arm_name(arm));
	dmafp_table_add_number(t, f->map_ticks);
	if (section->firsts[DMAFP_ARM_BASE].first)
		dmafp_table_add_delta(t, side->delta);
	else
		dmafp_table_add(t, "?");
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

void dmafp_text_first_maps(const struct dmafp_comparison *c, FILE *out)
{
	static const struct dmafp_column columns[] = {
		{ { "", "mode and device" }, true },
		{ { "", "arm" }, true },
		{ { "", "map" }, false },
		{ { "minus", "base" }, false },
		{ { "", "deferred" }, true },
		{ { "atta-", "ches" }, false },
		{ { "over-", "laps" }, false },
	};
	struct dmafp_table table = { .columns = columns, .nr_columns = 7 };
	unsigned int arm;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			if (c->sections[i].firsts[arm].first)
				add_first(&table, &c->sections[i], arm);
	if (!table.nr_cells)
		return;
	fprintf(out, "\n== First map of the device, one per boot\n\n");
	dmafp_table_print(&table, out);
	dmafp_wrap(out, "", "",
		   "Ticks as above; deferred: attach_deferred before>after. "
		   "This is the attach itself. It is reported and not part of the verdict, "
		   "which is about the path after the attach.");
}
