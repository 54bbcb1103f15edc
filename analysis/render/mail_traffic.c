// SPDX-License-Identifier: GPL-2.0-or-later
/* Real traffic in a patch's thread: before and after, predicted, and the floor. */
#include <math.h>
#include <stdlib.h>

#include "analysis/render/mail.h"
#include "analysis/render/traffic_part.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"
#include "base/file.h"

#define NUMBER DMAFP_TRAFFIC_NUMBER

static void add_number(struct dmafp_table *t, double value, bool sign)
{
	char text[NUMBER];

	dmafp_table_add(t, "%s", dmafp_traffic_number(value, sign, text));
}

static void add_percent(struct dmafp_table *t, double value, double base, bool sign)
{
	if (isnan(value) || !(base > 0))
		dmafp_table_add(t, "?");
	else
		dmafp_table_add(t, sign ? "%+.2f" : "%.2f", 100 * value / base);
}

/* Rows: of patched, where the measure is judged */

static void add_names(struct dmafp_table *t, const struct dmafp_traffic_row *row,
		      const struct dmafp_traffic_verdict *v)
{
	char *title = dmafp_traffic_title(row);

	dmafp_table_add(t, "%s", title);
	add_number(t, v->arms[DMAFP_ARM_BASE], false);
	add_number(t, v->arms[DMAFP_ARM_PATCHED], false);
	free(title);
}

static void add_exact(struct dmafp_table *t, const struct dmafp_traffic_row *row,
		      const struct dmafp_traffic_verdict *v)
{
	add_names(t, row, v);
	add_number(t, v->measured[DMAFP_ARM_PATCHED], true);
	add_number(t, v->predicted[DMAFP_ARM_PATCHED], true);
	add_number(t, v->measured[DMAFP_ARM_ALWAYS_LOCK], true);
	add_number(t, v->floor, false);
	dmafp_table_add(t, "%s", dmafp_traffic_says(v, DMAFP_ARM_PATCHED));
}

static void add_timed(struct dmafp_table *t, const struct dmafp_traffic_row *row,
		      const struct dmafp_traffic_verdict *v)
{
	const struct dmafp_effect *e = &v->effects[DMAFP_ARM_PATCHED][DMAFP_STATISTIC_P50];
	double base = v->arms[DMAFP_ARM_BASE];

	add_names(t, row, v);
	add_percent(t, v->measured[DMAFP_ARM_PATCHED], base, true);
	add_percent(t, e->known ? e->difference_95.low : NAN, base, true);
	add_percent(t, e->known ? e->difference_95.high : NAN, base, true);
	add_percent(t, v->margin, base, false);
	dmafp_table_add(t, "%s%s", dmafp_verdict_short(v->verdicts[DMAFP_ARM_PATCHED]),
			v->hidden ? "~" : "");
}

static const struct dmafp_column exact_columns[] = {
	{ { "instructions per IO", "or packet" }, true },
	{ { "", "base" }, false },
	{ { "", "patched" }, false },
	{ { "", "d-" }, false },
	{ { "pre-", "dicted" }, false },
	{ { "lock", "d-" }, false },
	{ { "", "floor" }, false },
	{ { "", "says" }, true },
};

static const struct dmafp_column timed_columns[] = {
	{ { "ns per IO", "or packet" }, true },
	{ { "", "base" }, false },
	{ { "", "patched" }, false },
	{ { "d-", "%" }, false },
	{ { "from", "%" }, false },
	{ { "to", "%" }, false },
	{ { "margin", "%" }, false },
	{ { "", "says" }, true },
};

static struct dmafp_table new_table(bool timed)
{
	return (struct dmafp_table) {
		.columns = timed ? timed_columns : exact_columns,
		.nr_columns = 8,
	};
}

static void add_row(struct dmafp_table *t, const struct dmafp_comparison *c,
		    const struct dmafp_judgement *j, size_t i)
{
	if (j->traffic_rows[i].timed)
		add_timed(t, &c->traffic_rows[i], &j->traffic_rows[i]);
	else
		add_exact(t, &c->traffic_rows[i], &j->traffic_rows[i]);
}

/* "randread 4K libaio qd1, per IO: 1 check, ...": once per load */
static void add_calls(struct dmafp_lines *lines, const struct dmafp_traffic_row *row)
{
	char *title = dmafp_load_title(row->load), *calls = dmafp_traffic_calls(row);

	dmafp_lines_add(lines, "%s, %s", title, calls);
	free(calls);
	free(title);
}

static void print_section(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			  const struct dmafp_section *s, FILE *out)
{
	struct dmafp_table table = new_table(dmafp_traffic_is_timed(j, s));
	struct dmafp_lines calls = { 0 };
	size_t i;

	for (i = s->first_traffic; i < s->first_traffic + s->nr_traffic; i++) {
		if (j->traffic_rows[i].judged)
			add_row(&table, c, j, i);
		if (dmafp_traffic_starts(c, s, i))
			add_calls(&calls, &c->traffic_rows[i]);
	}
	if (table.nr_cells)
		dmafp_table_print(&table, out);
	for (i = 0; i < calls.nr; i++)
		dmafp_wrap(out, "", "  ", "%s", calls.items[i]);
	dmafp_lines_free(&calls);
}

static void print_legend(const struct dmafp_judgement *j, FILE *out)
{
	fputc('\n', out);
	if (dmafp_traffic_any(j, false))
		dmafp_wrap(out, "", "",
			   "Real traffic: medians of the boots, d-: patched minus base; "
			   "predicted: checks per op x the difference of check; lock d-: "
			   "always-lock, which must be above the floor, the difference of boots "
			   "that should not differ, or the row is hid: not judged.");
	else
		dmafp_wrap(out, "", "",
			   "Real traffic: medians of the boots, d-: patched minus base with its "
			   "95 %% interval. ~: always-lock is not REGR there, so that the row "
			   "clears no patch.");
}

void dmafp_mail_traffic(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			FILE *out)
{
	const struct dmafp_section *s;
	size_t nr;
	char *where;

	if (c->nr_traffic_rows)
		print_legend(j, out);
	for (s = c->sections; s < c->sections + c->nr_sections; s++) {
		where = dmafp_traffic_places(c, j, s, &nr);
		if (!where)
			continue;
		fputc('\n', out);
		dmafp_wrap(out, "== ", "   ", "Traffic: %s in %s", dmafp_traffic_tool(c, s), where);
		print_section(c, j, s, out);
		free(where);
	}
}

/* The cover: rows that ran the path, the worst verdict first */

static int rank_of(const struct dmafp_traffic_verdict *v)
{
	int rank = dmafp_mail_rank(v->verdicts[DMAFP_ARM_PATCHED]);

	if (!v->judged)
		return 0;
	return rank > 1 ? rank : v->reached;
}

/* The same measure of the same load in another mode or on another device */
static bool is_again(const struct dmafp_traffic_row *a, const struct dmafp_traffic_row *b)
{
	return a->kind == b->kind && dmafp_load_same(a->load, b->load);
}

/* The next row after those @taken, nr_traffic_rows if there is none */
static size_t next_row(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		       bool *taken)
{
	size_t i, best = c->nr_traffic_rows;

	for (i = 0; i < c->nr_traffic_rows; i++)
		if (!taken[i] && rank_of(&j->traffic_rows[i]) &&
		    (best == c->nr_traffic_rows ||
		     rank_of(&j->traffic_rows[i]) > rank_of(&j->traffic_rows[best])))
			best = i;
	for (i = 0; best < c->nr_traffic_rows && i < c->nr_traffic_rows; i++)
		taken[i] |= is_again(&c->traffic_rows[i], &c->traffic_rows[best]);
	return best;
}

void dmafp_mail_loads(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		      size_t nr, FILE *out)
{
	struct dmafp_table table = new_table(dmafp_traffic_any(j, true));
	bool *taken = dmafp_alloc(c->nr_traffic_rows, sizeof(*taken));
	size_t row;

	while (nr-- && (row = next_row(c, j, taken)) < c->nr_traffic_rows)
		add_row(&table, c, j, row);
	if (table.nr_cells)
		dmafp_table_print(&table, out);
	free(taken);
}
