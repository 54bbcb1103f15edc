// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/render/mail.h"
#include "analysis/render/reading.h"
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
	return v->verdicts[DMAFP_ARM_PATCHED] == DMAFP_NOT_REACHED && !*dmafp_text_mark(v);
}

static size_t count_rows(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			 const struct dmafp_section *section, bool quiet)
{
	size_t i, nr = 0;

	for (i = section->first_row; i < section->first_row + section->nr_rows; i++)
		nr += is_shown(&c->rows[i]) && (!quiet || is_quiet(&j->rows[i]));
	return nr;
}

static void add_number(struct dmafp_table *t, double value)
{
	if (value == (double)(uint64_t)value)
		dmafp_table_add_number(t, (uint64_t)value);
	else
		dmafp_table_add(t, "%.1f", value);
}

/* "~": a quantile is only the low end of a bucket */
static void add_difference(struct dmafp_table *t, const struct dmafp_reading *r)
{
	if (!r->compared)
		dmafp_table_add(t, "?");
	else if (!r->exact)
		dmafp_table_add(t, "~%+.4g", r->difference);
	else if (r->difference == (double)(int64_t)r->difference)
		dmafp_table_add_delta(t, (int64_t)r->difference);
	else
		dmafp_table_add(t, "%+.2f", r->difference);
}

static double percent(const struct dmafp_reading *r, double ticks)
{
	return 100 * ticks / r->base;
}

static void add_names(struct dmafp_table *t, const struct dmafp_row *row)
{
	char *title = dmafp_cell_title(row->cell);

	dmafp_table_add(t, "%s", title);
	dmafp_table_add(t, "%s", dmafp_row_phase_name(row->phase));
	free(title);
}

static void add_value(struct dmafp_table *t, const struct dmafp_row *row,
		      const struct dmafp_row_verdict *v, enum dmafp_arm_id arm)
{
	struct dmafp_reading r;

	if (dmafp_reading_of(row, v, arm, DMAFP_STATISTIC_P50, &r))
		add_number(t, r.value);
	else
		dmafp_table_add(t, "?");
}

static void add_percent(struct dmafp_table *t, const struct dmafp_reading *r)
{
	if (r->compared && r->base > 0)
		dmafp_table_add(t, "%+.1f", percent(r, r->difference));
	else
		dmafp_table_add(t, "?");
}

void dmafp_mail_row(struct dmafp_table *t, const struct dmafp_row *row,
		    const struct dmafp_row_verdict *v)
{
	struct dmafp_reading r;

	add_names(t, row);
	add_value(t, row, v, DMAFP_ARM_BASE);
	add_value(t, row, v, DMAFP_ARM_PATCHED);
	dmafp_reading_of(row, v, DMAFP_ARM_PATCHED, DMAFP_STATISTIC_P50, &r);
	add_difference(t, &r);
	add_percent(t, &r);
}

static void add_verdict(struct dmafp_table *t, const struct dmafp_row_verdict *v)
{
	dmafp_table_add(t, "%s%s", dmafp_verdict_short(v->verdicts[DMAFP_ARM_PATCHED]),
			dmafp_text_mark(v));
}

static void add_exact(struct dmafp_table *t, const struct dmafp_row *row,
		      const struct dmafp_row_verdict *v)
{
	struct dmafp_reading r;

	dmafp_mail_row(t, row, v);
	dmafp_reading_of(row, v, DMAFP_ARM_PATCHED, DMAFP_STATISTIC_MIN, &r);
	add_difference(t, &r);
	dmafp_reading_of(row, v, DMAFP_ARM_PATCHED, DMAFP_STATISTIC_P99, &r);
	add_difference(t, &r);
	add_verdict(t, v);
}

/* What two halves of base's boots differ by at most, in percent of base */
static void add_floor(struct dmafp_table *t, const struct dmafp_reading *r,
		      const struct dmafp_row_verdict *v)
{
	const struct dmafp_effect *e = &v->effects[DMAFP_ARM_BASE][DMAFP_STATISTIC_P50];

	if (e->known)
		dmafp_table_add(t, "%.1f", percent(r, fmax(fabs(e->difference_95.low),
							   fabs(e->difference_95.high))));
	else
		dmafp_table_add(t, "?");
}

static void add_timed(struct dmafp_table *t, const struct dmafp_row *row,
		      const struct dmafp_row_verdict *v)
{
	struct dmafp_reading r;

	add_names(t, row);
	add_value(t, row, v, DMAFP_ARM_BASE);
	add_value(t, row, v, DMAFP_ARM_PATCHED);
	dmafp_reading_of(row, v, DMAFP_ARM_PATCHED, DMAFP_STATISTIC_P50, &r);
	add_percent(t, &r);
	if (r.effect && r.base > 0) {
		dmafp_table_add(t, "%+.1f", percent(&r, r.effect->difference_95.low));
		dmafp_table_add(t, "%+.1f", percent(&r, r.effect->difference_95.high));
		dmafp_table_add(t, "%.1f", percent(&r, v->margin));
		add_floor(t, &r, v);
	} else {
		dmafp_table_add(t, "?");
		dmafp_table_add(t, "?");
		dmafp_table_add(t, "?");
		dmafp_table_add(t, "?");
	}
	add_verdict(t, v);
}

static bool is_timed(const struct dmafp_judgement *j, const struct dmafp_section *section)
{
	return section->nr_rows && j->rows[section->first_row].timed;
}

/* How many boots would settle what they do not */
static void add_boots(struct dmafp_table *t, const struct dmafp_judgement *j,
		      const struct dmafp_section *section)
{
	size_t i, most = 0, open = 0, hopeless = 0, barred = 0;

	for (i = section->first_row; i < section->first_row + section->nr_rows; i++) {
		const struct dmafp_row_verdict *v = &j->rows[i];

		if (!v->timed || v->verdicts[DMAFP_ARM_PATCHED] != DMAFP_INCONCLUSIVE)
			continue;
		open++;
		hopeless += !v->boots[DMAFP_ARM_PATCHED];
		barred += v->barred[DMAFP_ARM_PATCHED];
		if (v->boots[DMAFP_ARM_PATCHED] > most)
			most = v->boots[DMAFP_ARM_PATCHED];
	}
	if (most)
		dmafp_table_add_line(t, "%zu rows are not settled; about %zu boots of each arm "
					"would settle %zu of them.",
				     open, most, open - hopeless);
	else if (open)
		dmafp_table_add_line(t, "%zu rows are not settled, and %s.", open,
				     barred == open ? "the notes say what is missing" :
						      "no number of boots that can be made would do");
}

static const struct dmafp_column exact_columns[] = {
	{ { "", "" }, true },	       { { "", "" }, true },
	{ { "base", "p50" }, false },  { { "patched", "p50" }, false },
	{ { "d-", "p50" }, false },    { { "d-p50", "%" }, false },
	{ { "d-", "min" }, false },    { { "d-", "p99" }, false },
	{ { "", "says" }, true },
};

static const struct dmafp_column timed_columns[] = {
	{ { "", "" }, true },	       { { "", "" }, true },
	{ { "base", "p50" }, false },  { { "patched", "p50" }, false },
	{ { "d-p50", "%" }, false },   { { "from", "%" }, false },
	{ { "to", "%" }, false },      { { "margin", "%" }, false },
	{ { "A/A", "%" }, false },     { { "", "says" }, true },
};

static void print_table(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			const struct dmafp_section *section, FILE *out)
{
	bool timed = is_timed(j, section), many = count_rows(c, j, section, false) > MANY;
	size_t i, quiet = many ? count_rows(c, j, section, true) : 0;
	struct dmafp_table table = {
		.columns = timed ? timed_columns : exact_columns,
		.nr_columns = timed ? 10 : 9,
	};

	for (i = section->first_row; i < section->first_row + section->nr_rows; i++) {
		if (!is_shown(&c->rows[i]) || (many && is_quiet(&j->rows[i])))
			continue;
		if (timed)
			add_timed(&table, &c->rows[i], &j->rows[i]);
		else
			add_exact(&table, &c->rows[i], &j->rows[i]);
	}
	if (quiet)
		dmafp_table_add_line(&table,
				     timed ? "and %zu rows that the path does not reach, where "
					     "no difference is claimed" :
					     "and %zu rows that the path does not reach, where "
					     "nothing differs",
				     quiet);
	add_boots(&table, j, section);
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

bool dmafp_mail_timed(const struct dmafp_judgement *j)
{
	size_t i;

	for (i = 0; i < j->nr_rows; i++)
		if (j->rows[i].timed)
			return true;
	return false;
}

static void print_legend(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			 FILE *out)
{
	char *exact = dmafp_text_words(j, false), *timed = dmafp_text_words(j, true);
	char *modes = mode_words(c);
	char *floor = dmafp_mail_floor(c, j);

	fputc('\n', out);
	dmafp_wrap(out, "", "",
		   "Unit: %s per op, lower is better; d-: patched minus base. %s%s%s%s%s",
		   dmafp_text_tick(c), exact, *exact ? "." : "",
		   *exact && *timed ? " In time: " : "", timed, *timed ? "." : "");
	if (dmafp_mail_timed(j))
		dmafp_wrap(out, "", "",
			   "Each p50 is the median of the boots' medians; d-p50 is by the ranks of "
			   "the boots, from and to are its 95 %% interval, A/A is the greater end "
			   "of the same for two halves of base's boots.");
	if (*modes)
		dmafp_wrap(out, "", "", "%s. check is the function itself.", modes);
	if (*floor)
		dmafp_wrap(out, "", "", "Floor: the null op takes %s; it is in every p50.", floor);
	free(floor);
	free(modes);
	free(timed);
	free(exact);
}

void dmafp_mail_tables(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		       FILE *out)
{
	const struct dmafp_section *section = c->sections;
	size_t nr;
	char *where;

	if (c->nr_rows || !c->nr_traffic_rows)
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
