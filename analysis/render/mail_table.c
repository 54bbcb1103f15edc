// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/render/mail.h"
#include "analysis/render/table.h"
#include "analysis/render/text.h"
#include "analysis/render/text_legend.h"
#include "analysis/render/text_same.h"
#include "analysis/render/wrap.h"

#define MANY 16 /* rows of a section, above which those without news are counted only */

static bool is_shown(const struct dmafp_row *row)
{
	return !row->is_null && !row->cell->sleeps;
}

/* Nothing ran the path, and nothing moved */
static bool is_quiet(const struct dmafp_row_verdict *v)
{
	return v->verdicts[DMAFP_ARM_PATCHED] == DMAFP_NOT_REACHED;
}

static size_t count_rows(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			 const struct dmafp_section *section, bool quiet)
{
	size_t i, nr = 0;

	for (i = section->first_row; i < section->first_row + section->nr_rows; i++)
		nr += is_shown(&c->rows[i]) && (!quiet || is_quiet(&j->rows[i]));
	return nr;
}

/* Per op: a sample of method block is several */

static void add_value(struct dmafp_table *t, const struct dmafp_row *row,
		      const struct dmafp_side *side)
{
	if (!side->phase)
		dmafp_table_add(t, "?");
	else if (side->stats.p50 % row->cell->ops_per_sample)
		dmafp_table_add(t, "%.1f",
				(double)side->stats.p50 / (double)row->cell->ops_per_sample);
	else
		dmafp_table_add_number(t, side->stats.p50 / row->cell->ops_per_sample);
}

static void add_delta(struct dmafp_table *t, const struct dmafp_row *row, int64_t delta,
		      bool exact)
{
	int64_t ops = (int64_t)row->cell->ops_per_sample;

	if (!exact)
		dmafp_table_add(t, "~%+.4g", (double)delta / (double)ops);
	else if (delta % ops)
		dmafp_table_add(t, "%+.2f", (double)delta / (double)ops);
	else
		dmafp_table_add_delta(t, delta / ops);
}

void dmafp_mail_row(struct dmafp_table *t, const struct dmafp_row *row)
{
	const struct dmafp_side *base = &row->sides[DMAFP_ARM_BASE];
	const struct dmafp_side *side = &row->sides[DMAFP_ARM_PATCHED];
	char *title = dmafp_cell_title(row->cell);

	dmafp_table_add(t, "%s", title);
	dmafp_table_add(t, "%s", dmafp_row_phase_name(row->phase));
	add_value(t, row, base);
	add_value(t, row, side);
	if (base->phase && side->phase)
		add_delta(t, row, side->delta.p50, base->stats.p50_exact && side->stats.p50_exact);
	else
		dmafp_table_add(t, "?");
	if (base->phase && side->phase && base->stats.p50)
		dmafp_table_add(t, "%+.1f",
				100 * (double)side->delta.p50 / (double)base->stats.p50);
	else
		dmafp_table_add(t, "?");
	free(title);
}

static void add_row(struct dmafp_table *t, const struct dmafp_row *row,
		    const struct dmafp_row_verdict *v)
{
	const struct dmafp_side *base = &row->sides[DMAFP_ARM_BASE];
	const struct dmafp_side *side = &row->sides[DMAFP_ARM_PATCHED];

	dmafp_mail_row(t, row);
	if (base->phase && side->phase) {
		add_delta(t, row, side->delta.min, true);
		add_delta(t, row, side->delta.p99, base->stats.p99_exact && side->stats.p99_exact);
	} else {
		dmafp_table_add(t, "?");
		dmafp_table_add(t, "?");
	}
	dmafp_table_add(t, "%s", dmafp_verdict_short(v->verdicts[DMAFP_ARM_PATCHED]));
}

static void print_table(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			const struct dmafp_section *section, FILE *out)
{
	static const struct dmafp_column columns[] = {
		{ { "", "" }, true },	       { { "", "" }, true },
		{ { "base", "p50" }, false },  { { "patched", "p50" }, false },
		{ { "d-", "p50" }, false },    { { "d-p50", "%" }, false },
		{ { "d-", "min" }, false },    { { "d-", "p99" }, false },
		{ { "", "says" }, true },
	};
	bool many = count_rows(c, j, section, false) > MANY;
	size_t i, quiet = many ? count_rows(c, j, section, true) : 0;
	struct dmafp_table table = { .columns = columns, .nr_columns = 9 };

	for (i = section->first_row; i < section->first_row + section->nr_rows; i++)
		if (is_shown(&c->rows[i]) && !(many && is_quiet(&j->rows[i])))
			add_row(&table, &c->rows[i], &j->rows[i]);
	if (quiet)
		dmafp_table_add_line(&table,
				     "and %zu rows that the path does not reach, equal in "
				     "min, p50 and p99",
				     quiet);
	dmafp_table_print(&table, out);
}

static bool has_mode(const struct dmafp_comparison *c, const char *mode)
{
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		if (!strcmp(c->sections[i].group->mode, mode))
			return true;
	return false;
}

/* Modes as the tables name them, those that occur */
static char *mode_words(const struct dmafp_comparison *c)
{
	static const char *const meanings[][2] = {
		{ "plain", "plain: no map calls iommu_deferred_attach()" },
		{ "keyed", "keyed: its static key is on, as in a capture kernel" },
		{ "kdump", "kdump: a capture kernel" },
	};
	struct dmafp_lines words = { 0 };
	char *text;
	size_t i;

	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (has_mode(c, meanings[i][0]))
			dmafp_lines_add(&words, "%s", meanings[i][1]);
	text = dmafp_lines_join(&words, "; ");
	dmafp_lines_free(&words);
	return text;
}

static void print_legend(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			 FILE *out)
{
	char *words = dmafp_text_words(j), *modes = mode_words(c);

	fputc('\n', out);
	dmafp_wrap(out, "", "",
		   "Unit: %s per op, lower is better; d-: patched minus base. %s%s",
		   dmafp_text_tick(c), words, *words ? "." : "");
	if (*modes)
		dmafp_wrap(out, "", "", "%s. check is the function itself.", modes);
	dmafp_text_floor(c, out);
	free(modes);
	free(words);
}

void dmafp_mail_tables(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		       FILE *out)
{
	const struct dmafp_section *section = c->sections;
	size_t nr;
	char *where;

	print_legend(c, j, out);
	for (; section < c->sections + c->nr_sections; section++) {
		if (dmafp_text_shown(c, j, section) || !count_rows(c, j, section, false))
			continue;
		where = dmafp_text_places(c, j, section, &nr);
		fputc('\n', out);
		dmafp_wrap(out, "== ", "   ", "%s", where);
		print_table(c, j, section, out);
		free(where);
	}
}
