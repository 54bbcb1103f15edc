// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of the timed domain: intervals, the floor beside them, verdicts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/place.h"
#include "analysis/render/table.h"
#include "analysis/render/text.h"
#include "analysis/render/text_calls.h"
#include "analysis/render/text_legend.h"
#include "analysis/render/wrap.h"
#include "analysis/timed.h"
#include "base/alloc.h"

#define NUMBER 16

bool dmafp_text_is_timed(const struct dmafp_judgement *j, const struct dmafp_section *section)
{
	return section->nr_rows && j->rows[section->first_row].timed;
}

/* At most 8 characters of any tick there is */
static const char *number(double value, bool sign, char text[NUMBER])
{
	double size = fabs(value);
	int digits = size < 9999.5 ? 1 : 0;

	if (size < 9999999)
		snprintf(text, NUMBER, sign ? "%+.*f" : "%.*f", digits, value);
	else
		snprintf(text, NUMBER, sign ? "%+.1e" : "%.1e", value);
	return text;
}

static void add_number(struct dmafp_table *t, double value, bool sign)
{
	char text[NUMBER];

	dmafp_table_add(t, "%s", number(value, sign, text));
}

static void add_p(struct dmafp_table *t, double p)
{
	if (p < 0.001)
		dmafp_table_add(t, "<.001");
	else
		dmafp_table_add(t, "%.3f", p);
}

static void add_interval(struct dmafp_table *t, const struct dmafp_effect *e)
{
	if (!e->nr_base || !e->nr_arm)
		dmafp_table_add(t, "?");
	else
		add_number(t, e->difference, true);
	if (!e->known) {
		dmafp_table_add(t, "?");
		dmafp_table_add(t, "?");
		return;
	}
	add_number(t, e->difference_95.low, true);
	add_number(t, e->difference_95.high, true);
}

/* The p of what the verdict claims */
static double p_of(const struct dmafp_row_verdict *v, enum dmafp_arm_id arm)
{
	switch (v->verdicts[arm]) {
	case DMAFP_REGRESSED:
	case DMAFP_IMPROVED:
		return v->p[arm];
	default:
		return v->effects[arm][DMAFP_STATISTIC_P50].p_equivalent;
	}
}

void dmafp_text_add_boots(struct dmafp_table *t, enum dmafp_verdict verdict, size_t boots,
			  bool barred)
{
	if (verdict != DMAFP_INCONCLUSIVE)
		dmafp_table_add(t, "%s", "");
	else if (boots)
		dmafp_table_add(t, "%zu", boots);
	else
		dmafp_table_add(t, "%s", barred ? "note" : "?");
}

static void add_tests(struct dmafp_table *t, const struct dmafp_row_verdict *v,
		      enum dmafp_arm_id arm)
{
	const struct dmafp_effect *e = &v->effects[arm][DMAFP_STATISTIC_P50];

	if (e->has_ratio)
		dmafp_table_add(t, "%+.2f", (e->ratio - 1) * 100);
	else
		dmafp_table_add(t, "?");
	if (e->known && v->decisive && !v->barred[arm])
		add_p(t, p_of(v, arm));
	else
		dmafp_table_add(t, "%s", e->known ? "" : "?");
	dmafp_text_add_boots(t, v->verdicts[arm], v->boots[arm], v->barred[arm]);
	dmafp_table_add(t, "%s%s", dmafp_verdict_short(v->verdicts[arm]),
			arm == DMAFP_ARM_PATCHED ? dmafp_text_mark(v) : "");
}

static void add_arm(struct dmafp_table *t, const struct dmafp_row_verdict *v,
		    enum dmafp_arm_id arm)
{
	const struct dmafp_effect *e = &v->effects[arm][DMAFP_STATISTIC_P50];

	dmafp_table_add(t, "  %s", dmafp_arm_name(arm));
	if (e->nr_arm)
		add_number(t, e->arm, false);
	else
		dmafp_table_add(t, "?");
	add_interval(t, e);
	add_tests(t, v, arm);
}

static void add_floor(struct dmafp_table *t, const struct dmafp_row_verdict *v)
{
	const struct dmafp_effect *e = &v->effects[DMAFP_ARM_BASE][DMAFP_STATISTIC_P50];
	unsigned int i;

	dmafp_table_add(t, "  base A/A");
	if (e->nr_arm)
		add_number(t, e->arm, false);
	else
		dmafp_table_add(t, "?");
	add_interval(t, e);
	if (e->has_ratio)
		dmafp_table_add(t, "%+.2f", (e->ratio - 1) * 100);
	else
		dmafp_table_add(t, "?");
	for (i = 0; i < 3; i++)
		dmafp_table_add(t, "%s", "");
}

static void add_title(struct dmafp_table *t, const struct dmafp_row *row,
		      const struct dmafp_row_verdict *v)
{
	const struct dmafp_effect *e = &v->effects[DMAFP_ARM_PATCHED][DMAFP_STATISTIC_P50];
	char *title = dmafp_cell_title(row->cell), calls[DMAFP_TEXT_CALLS], base[NUMBER],
	     margin[NUMBER];

	dmafp_text_calls(row, v, DMAFP_ARM_PATCHED, calls);
	dmafp_table_add_line(t, "%s %s: base %s of %zu boots, margin %s, calls/op %s", title,
			     dmafp_row_phase_name(row->phase), number(e->base, false, base),
			     e->nr_base, number(v->margin, false, margin), calls);
	free(title);
}

static void add_row(struct dmafp_table *t, const struct dmafp_row *row,
		    const struct dmafp_row_verdict *v)
{
	unsigned int arm;

	add_title(t, row, v);
	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
		if (row->group->arms[arm].nr)
			add_arm(t, v, arm);
	add_floor(t, v);
}

static void print_p50(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		      const struct dmafp_section *s, FILE *out)
{
	static const struct dmafp_column columns[] = {
		{ { "", "row, arm" }, true }, { { "arm", "p50" }, false },
		{ { "minus", "base" }, false }, { { "95 %", "from" }, false },
		{ { "", "to" }, false }, { { "", "%" }, false },
		{ { "", "p" }, false }, { { "boots", "need" }, false },
		{ { "", "says" }, true },
	};
	struct dmafp_table table = { .columns = columns, .nr_columns = 9 };
	size_t i;

	for (i = s->first_row; i < s->first_row + s->nr_rows; i++)
		add_row(&table, &c->rows[i], &j->rows[i]);
	dmafp_table_print(&table, out);
}

/* Shown, not judged: what is beside the median */
static void print_others(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			 const struct dmafp_section *s, FILE *out)
{
	static const struct dmafp_column columns[] = {
		{ { "patched minus base,", "not judged" }, true },
		{ { "", "min" }, false }, { { "95 %", "from" }, false }, { { "", "to" }, false },
		{ { "", "p99" }, false }, { { "95 %", "from" }, false }, { { "", "to" }, false },
	};
	struct dmafp_table table = { .columns = columns, .nr_columns = 7 };
	size_t i;

	for (i = s->first_row; i < s->first_row + s->nr_rows; i++) {
		const struct dmafp_effect *e = j->rows[i].effects[DMAFP_ARM_PATCHED];
		char *title = dmafp_cell_title(c->rows[i].cell);

		dmafp_table_add(&table, "%s %s", title, dmafp_row_phase_name(c->rows[i].phase));
		add_interval(&table, &e[DMAFP_STATISTIC_MIN]);
		add_interval(&table, &e[DMAFP_STATISTIC_P99]);
		free(title);
	}
	fputc('\n', out);
	dmafp_table_print(&table, out);
}

static void print_legend(FILE *out)
{
	fputc('\n', out);
	dmafp_wrap(out, "", "",
		   "Timed domain: ticks of the clock per op, lower is better; minus base: "
		   "above 0 the arm is slower. p50 is the median of the boots' medians; the "
		   "difference and its 95 %% interval come from the ranks of the boots, which "
		   "are the replicates.");
	dmafp_wrap(out, "", "",
		   "REGR and IMPR: the interval is above, below the margin, p two-sided after "
		   "Holm over all rows of the arm (always-lock: the 90 %% interval, p one-sided, "
		   "not adjusted). Else p is of the two one-sided tests: EQUIV, the 90 %% interval "
		   "is inside the margin; INCON, neither, and so many boots of each arm would "
		   "settle it, if difference and spread are what they seem (?: no number would; "
		   "note: it cannot be judged as measured, the notes say why). -: patched is "
		   "neither REGR nor IMPR where the path did not run, which proves nothing. !: "
		   "min or p99 is outside the margin.");
	dmafp_wrap(out, "", "",
		   "A/A: every second boot of base against the others, the floor of the "
		   "instrument; placebo is another.");
}

void dmafp_text_timed(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		      FILE *out)
{
	bool *one = dmafp_alloc(c->nr_sections, sizeof(*one)), any = false;
	size_t i;
	char *where;

	for (i = 0; i < c->nr_sections; i++) {
		if (!dmafp_text_is_timed(j, &c->sections[i]))
			continue;
		if (!any)
			print_legend(out);
		any = one[i] = true;
		where = dmafp_place_sections(c, one);
		fputc('\n', out);
		dmafp_wrap(out, "== ", "   ", "%s", where);
		print_p50(c, j, &c->sections[i], out);
		print_others(c, j, &c->sections[i], out);
		free(where);
		one[i] = false;
	}
	free(one);
}
