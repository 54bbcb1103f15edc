// SPDX-License-Identifier: GPL-2.0-or-later
/* Real traffic in the exact domain: measured beside predicted, and the floor of both. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/render/table.h"
#include "analysis/render/text.h"
#include "analysis/render/traffic_part.h"
#include "analysis/render/wrap.h"
#include "analysis/timed.h"
#include "base/alloc.h"

#define NUMBER DMAFP_TRAFFIC_NUMBER

static void add_number(struct dmafp_table *t, double value, bool sign)
{
	char text[NUMBER];

	dmafp_table_add(t, "%s", dmafp_traffic_number(value, sign, text));
}

/* The table: a line per load, below it a row per judged measure and arm */

static void add_arm(struct dmafp_table *t, const struct dmafp_traffic_row *row,
		    const struct dmafp_traffic_verdict *v, enum dmafp_arm_id arm)
{
	dmafp_table_add(t, "  %s %s", dmafp_measure_name(row->kind), dmafp_arm_name(arm));
	dmafp_table_add(t, "%s", dmafp_statistic_name(v->statistic));
	add_number(t, v->arms[DMAFP_ARM_BASE], false);
	add_number(t, v->measured[arm], true);
	add_number(t, v->predicted[arm], true);
	add_number(t, v->measured[arm] - v->predicted[arm], true);
	add_number(t, v->floor, false);
	dmafp_table_add(t, "%s", dmafp_traffic_says(v, arm));
}

static void add_hidden(struct dmafp_table *t, const struct dmafp_traffic_row *row,
		       const struct dmafp_traffic_verdict *v)
{
	char floor[NUMBER], lock[NUMBER];

	if (dmafp_traffic_decisive(v) && v->hidden &&
	    v->verdicts[DMAFP_ARM_ALWAYS_LOCK] != DMAFP_INCONCLUSIVE)
		dmafp_table_add_line(t, "%s: the floor %s hides always-lock's %s",
				     dmafp_measure_name(row->kind),
				     dmafp_traffic_number(v->floor, false, floor),
				     dmafp_traffic_number(v->measured[DMAFP_ARM_ALWAYS_LOCK], true,
							  lock));
}

static void add_row(struct dmafp_table *t, const struct dmafp_traffic_row *row,
		    const struct dmafp_traffic_verdict *v)
{
	unsigned int arm;

	for (arm = DMAFP_ARM_PATCHED; arm <= DMAFP_ARM_ALWAYS_LOCK; arm++)
		if (row->group->arms[arm].nr)
			add_arm(t, row, v, arm);
	add_hidden(t, row, v);
}

static void add_load(struct dmafp_table *t, const struct dmafp_traffic_row *row)
{
	char *title = dmafp_load_title(row->load), *calls = dmafp_traffic_calls(row);

	dmafp_table_add_line(t, "%s, %s", title, calls);
	free(calls);
	free(title);
}

/* Placebo is part of the floor: how far it moves is all there is to say */
static void add_placebo(struct dmafp_table *t, const struct dmafp_judgement *j,
			const struct dmafp_section *s)
{
	char low_text[NUMBER], high_text[NUMBER];
	double low = INFINITY, high = -INFINITY;
	size_t i, nr = 0;

	for (i = s->first_traffic; i < s->first_traffic + s->nr_traffic; i++) {
		double measured = j->traffic_rows[i].measured[DMAFP_ARM_PLACEBO];

		if (!j->traffic_rows[i].judged || isnan(measured))
			continue;
		nr++;
		low = fmin(low, measured);
		high = fmax(high, measured);
	}
	if (!nr) {
		dmafp_table_add_line(t, "placebo was not measured.");
		return;
	}
	dmafp_traffic_number(low, true, low_text);
	dmafp_traffic_number(high, true, high_text);
	dmafp_table_add_line(t, "placebo, which is part of the floor: %s%s%s on %s%zu row%s.",
			     low_text,
			     strcmp(low_text, high_text) ? " to " : "",
			     strcmp(low_text, high_text) ? high_text : "", nr > 1 ? "all " : "", nr,
			     nr > 1 ? "s" : "");
}

static void print_table(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			const struct dmafp_section *s, FILE *out)
{
	static const struct dmafp_column columns[] = {
		{ { "load, what it calls;", "  measure, arm" }, true },
		{ { "", "by" }, true },
		{ { "", "base" }, false },
		{ { "mea-", "sured" }, false },
		{ { "pre-", "dicted" }, false },
		{ { "unex-", "plained" }, false },
		{ { "", "floor" }, false },
		{ { "", "says" }, true },
	};
	struct dmafp_table table = { .columns = columns, .nr_columns = 8 };
	size_t i, k, end = s->first_traffic + s->nr_traffic;

	for (i = s->first_traffic; i < end; i++) {
		if (!dmafp_traffic_starts(c, s, i))
			continue;
		add_load(&table, &c->traffic_rows[i]);
		for (k = i; k < end; k++)
			if (j->traffic_rows[k].judged &&
			    dmafp_load_same(c->traffic_rows[k].load, c->traffic_rows[i].load))
				add_row(&table, &c->traffic_rows[k], &j->traffic_rows[k]);
	}
	add_placebo(&table, j, s);
	dmafp_table_print(&table, out);
}

/* What the columns and words mean, as far as they occur */

static bool has_kind(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		     enum dmafp_measure_kind kind)
{
	size_t i;

	for (i = 0; i < c->nr_traffic_rows; i++)
		if (c->traffic_rows[i].kind == kind && !j->traffic_rows[i].timed)
			return true;
	return false;
}

static char *measure_words(const struct dmafp_comparison *c, const struct dmafp_judgement *j)
{
	static const struct {
		enum dmafp_measure_kind kind;
		const char *meaning;
	} words[] = {
		{ DMAFP_MEASURE_SUBMIT, "submit: fio hands the IO to the kernel, maps included "
					"(slat)" },
		{ DMAFP_MEASURE_SEND, "send: CPU time of pktgen's thread, without its pauses" },
		{ DMAFP_MEASURE_BUSY, "busy: all in which the CPU did not idle" },
	};
	struct dmafp_lines lines = { 0 };
	char *text;
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (has_kind(c, j, words[i].kind))
			dmafp_lines_add(&lines, "%s", words[i].meaning);
	text = dmafp_lines_join(&lines, "; ");
	dmafp_lines_free(&lines);
	return text;
}

static bool has_word(const struct dmafp_judgement *j, const char *word)
{
	unsigned int arm;
	size_t i;

	for (i = 0; i < j->nr_traffic_rows; i++)
		for (arm = DMAFP_ARM_PATCHED; arm <= DMAFP_ARM_ALWAYS_LOCK; arm++)
			if (j->traffic_rows[i].judged && !j->traffic_rows[i].timed &&
			    !strcmp(dmafp_traffic_says(&j->traffic_rows[i], arm), word))
				return true;
	return false;
}

static char *verdict_words(const struct dmafp_judgement *j)
{
	static const struct {
		const char *word, *meaning;
	} words[] = {
		{ "REGR", "more by more than the floor" },
		{ "IMPR", "fewer by more than the floor" },
		{ "EQUIV", "within the floor" },
		{ "INVAL", "a side is missing" },
		{ "INCON", "too few boots to take a floor from" },
		{ "hid", "a lock would not show, and patched is not judged" },
		{ "-", "within the floor, path not reached (no proof)" },
	};
	struct dmafp_lines lines = { 0 };
	char *text;
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (has_word(j, words[i].word))
			dmafp_lines_add(&lines, "%s %s", words[i].word, words[i].meaning);
	text = dmafp_lines_join(&lines, ", ");
	dmafp_lines_free(&lines);
	return text;
}

static void print_legend(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			 FILE *out)
{
	char *measures = measure_words(c, j), *verdicts = verdict_words(j);

	fputc('\n', out);
	dmafp_wrap(out, "", "",
		   "Real traffic: instructions per IO or packet, medians of the boots, lower is "
		   "better. %s. Predicted: checks per op, counted in a pass of its own, x what "
		   "the op `check` takes more than in base. Floor: the greatest difference of "
		   "boots that should not differ, base's and placebo's together, those of "
		   "another arm among themselves; of min and p50 the one with the lower floor is "
		   "judged. Completion latency, elapsed time and IOPS are left out: idle time is "
		   "skipped here, they mean nothing. %s.",
		   measures, verdicts);
	free(verdicts);
	free(measures);
}

void dmafp_text_traffic(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			FILE *out)
{
	const struct dmafp_section *s;
	size_t nr;
	char *where;

	if (dmafp_traffic_any(j, false))
		print_legend(c, j, out);
	for (s = c->sections; s < c->sections + c->nr_sections; s++) {
		where = dmafp_traffic_is_timed(j, s) ? NULL : dmafp_traffic_places(c, j, s, &nr);
		if (!where)
			continue;
		fputc('\n', out);
		dmafp_wrap(out, "== ", "   ", "Traffic: %s in %s%s", dmafp_traffic_tool(c, s),
			   where,
			   nr > 1 ? ": the same in every number" : "");
		print_table(c, j, s, out);
		free(where);
	}
	dmafp_text_traffic_timed(c, j, out);
	dmafp_text_driver_attach(c, out);
}
