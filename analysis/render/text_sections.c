// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/place.h"
#include "analysis/render/table.h"
#include "analysis/render/text.h"
#include "analysis/render/text_calls.h"
#include "analysis/render/text_legend.h"
#include "analysis/render/text_same.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"

/* What the table of one section is made from */
struct view {
	const struct dmafp_comparison *c;
	const struct dmafp_judgement *j;
	const struct dmafp_section *section;
	struct dmafp_table *table;
};

static const struct dmafp_row *row_at(const struct view *v, size_t i)
{
	return &v->c->rows[v->section->first_row + i];
}

static const struct dmafp_row_verdict *verdict_at(const struct view *v, size_t i)
{
	return &v->j->rows[v->section->first_row + i];
}

/* Rows of one arm against base */

static void add_p50(struct dmafp_table *t, const struct dmafp_side *side)
{
	if (side->phase)
		dmafp_table_add_number(t, side->stats.p50);
	else
		dmafp_table_add(t, "?");
}

/* "~": a quantile is only the low end of a bucket; ".": it is not judged */
static void add_delta(struct dmafp_table *t, int64_t delta, bool judged, bool exact)
{
	if (!judged)
		dmafp_table_add(t, ".");
	else if (!exact)
		dmafp_table_add(t, "~%+" PRId64, delta);
	else
		dmafp_table_add_delta(t, delta);
}

static void add_deltas(struct dmafp_table *t, const struct dmafp_row *row,
		       enum dmafp_arm_id arm)
{
	const struct dmafp_side *side = &row->sides[arm], *base = &row->sides[DMAFP_ARM_BASE];
	struct dmafp_basis basis = dmafp_row_basis(row, arm);
	size_t i;

	if (!side->phase || !base->phase) {
		for (i = 0; i < 4; i++)
			dmafp_table_add(t, "?");
		return;
	}
	add_delta(t, side->delta.min, true, true);
	add_delta(t, side->delta.p50, true, side->stats.p50_exact && base->stats.p50_exact);
	add_delta(t, side->delta.p99, true,
		  side->stats.p99_exact && base->stats.p99_exact);
	add_delta(t, side->delta.sum, basis.total, true);
}

static void add_numbers(const struct view *v, size_t i, enum dmafp_arm_id arm)
{
	const struct dmafp_row *row = row_at(v, i);
	char *title = dmafp_cell_title(row->cell), calls[DMAFP_TEXT_CALLS];

	dmafp_text_calls(row, verdict_at(v, i), arm, calls);
	dmafp_table_add(v->table, "%s", title);
	dmafp_table_add(v->table, "%s", dmafp_row_phase_name(row->phase));
	dmafp_table_add(v->table, "%s", calls);
	add_p50(v->table, &row->sides[DMAFP_ARM_BASE]);
	add_p50(v->table, &row->sides[arm]);
	add_deltas(v->table, row, arm);
	free(title);
}

static void add_row(const struct view *v, size_t i, enum dmafp_arm_id arm)
{
	add_numbers(v, i, arm);
	dmafp_table_add(v->table, "%s",
			dmafp_verdict_short(verdict_at(v, i)->verdicts[arm]));
}

/* Controls: rows that the path does not reach and that are equal are counted only */

static bool is_judged(const struct view *v, size_t i)
{
	return !row_at(v, i)->is_null && !row_at(v, i)->cell->sleeps;
}

static bool is_quiet(const struct view *v, size_t i, enum dmafp_arm_id arm)
{
	return is_judged(v, i) && !verdict_at(v, i)->reached &&
	       verdict_at(v, i)->verdicts[arm] == DMAFP_EQUIVALENT;
}

static bool measured(const struct view *v, enum dmafp_arm_id arm)
{
	return v->section->group->arms[arm].nr;
}

static void add_lock(const struct view *v)
{
	size_t i, quiet = 0;

	if (!measured(v, DMAFP_ARM_ALWAYS_LOCK)) {
		dmafp_table_add_line(v->table, "always-lock was not measured.");
		return;
	}
	for (i = 0; i < v->section->nr_rows; i++)
		quiet += is_quiet(v, i, DMAFP_ARM_ALWAYS_LOCK);
	if (quiet)
		dmafp_table_add_line(v->table,
				     "always-lock, must be REGR where reached; %zu row%s "
				     "not reached, all +0:",
				     quiet, quiet == 1 ? "" : "s");
	else
		dmafp_table_add_line(v->table, "always-lock, must be REGR where reached:");
	for (i = 0; i < v->section->nr_rows; i++)
		if (is_judged(v, i) && !is_quiet(v, i, DMAFP_ARM_ALWAYS_LOCK))
			add_row(v, i, DMAFP_ARM_ALWAYS_LOCK);
}

static void add_placebo(const struct view *v)
{
	size_t i, nr = 0, equal = 0;

	for (i = 0; i < v->section->nr_rows; i++) {
		nr += is_judged(v, i);
		equal += verdict_at(v, i)->verdicts[DMAFP_ARM_PLACEBO] == DMAFP_EQUIVALENT;
	}
	if (!measured(v, DMAFP_ARM_PLACEBO)) {
		dmafp_table_add_line(v->table, "placebo was not measured.");
		return;
	}
	if (equal == nr) {
		dmafp_table_add_line(v->table,
				     "placebo, must be EQUIV: every difference is +0, on "
				     "all %zu rows.",
				     nr);
		return;
	}
	dmafp_table_add_line(v->table, "placebo, must be EQUIV on every row:");
	for (i = 0; i < v->section->nr_rows; i++)
		if (is_judged(v, i))
			add_row(v, i, DMAFP_ARM_PLACEBO);
}

static const struct dmafp_column columns[] = {
	{ { "", "patched" }, true },   { { "", "phase" }, true },
	{ { "calls", "/op" }, false }, { { "base", "p50" }, false },
	{ { "arm", "p50" }, false },   { { "d-", "min" }, false },
	{ { "d-", "p50" }, false },    { { "d-", "p99" }, false },
	{ { "d-", "total" }, false },  { { "", "says" }, true },
};

static void print_section(struct view *v, FILE *out)
{
	struct dmafp_table table = { .columns = columns, .nr_columns = 10 };
	size_t i;

	v->table = &table;
	for (i = 0; i < v->section->nr_rows; i++)
		if (is_judged(v, i))
			add_row(v, i, DMAFP_ARM_PATCHED);
	add_lock(v);
	add_placebo(v);
	dmafp_table_print(&table, out);
}

/* Ops that may sleep: in a table of their own, where their large numbers fit */

static void print_sleeping(const struct view *view, FILE *out)
{
	struct dmafp_table table = { .columns = columns, .nr_columns = 9 };
	const struct view own = { view->c, view->j, view->section, &table }, *v = &own;
	bool *chosen;
	char *where;
	size_t i;

	for (i = 0; i < v->section->nr_rows; i++)
		if (row_at(v, i)->cell->sleeps)
			add_numbers(v, i, DMAFP_ARM_PATCHED);
	if (!table.nr_cells)
		return;
	chosen = dmafp_alloc(v->c->nr_sections, sizeof(*chosen));
	chosen[v->section - v->c->sections] = true;
	where = dmafp_place_sections(v->c, chosen);
	fputc('\n', out);
	dmafp_wrap(out, "== ", "   ", "%s: ops that may sleep, shown and not judged", where);
	dmafp_table_print(&table, out);
	free(where);
	free(chosen);
}

/* Sections that read the same are shown once */

static void print_title(const struct view *v, FILE *out)
{
	size_t nr;
	char *where = dmafp_text_places(v->c, v->j, v->section, &nr);

	fputc('\n', out);
	dmafp_wrap(out, "== ", "   ", "%s%s", where,
		   nr > 1 ? ": the same in every number" : "");
	free(where);
}

/* Nothing but real traffic, which has tables of its own */
static bool is_traffic(const struct dmafp_section *section)
{
	return section->nr_traffic && !section->nr_rows;
}

static bool any_exact(const struct dmafp_comparison *c, const struct dmafp_judgement *j)
{
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		if (!dmafp_text_is_timed(j, &c->sections[i]) && !is_traffic(&c->sections[i]))
			return true;
	return !c->nr_sections;
}

void dmafp_text_sections(const struct dmafp_comparison *c,
			 const struct dmafp_judgement *j, FILE *out)
{
	struct view v = { .c = c, .j = j };
	size_t i;

	if (any_exact(c, j)) {
		dmafp_text_legend(c, j, out);
		dmafp_text_floor(c, out);
	}
	for (i = 0; i < c->nr_sections; i++) {
		v.section = &c->sections[i];
		if (dmafp_text_is_timed(j, v.section) || is_traffic(v.section) ||
		    dmafp_text_shown(c, j, v.section))
			continue;
		print_title(&v, out);
		print_section(&v, out);
	}
	for (i = 0; i < c->nr_sections; i++) {
		v.section = &c->sections[i];
		if (!dmafp_text_is_timed(j, v.section))
			print_sleeping(&v, out);
	}
	dmafp_text_timed(c, j, out);
}
