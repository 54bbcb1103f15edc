// SPDX-License-Identifier: GPL-2.0-or-later
/* Real traffic in the timed domain: throughput, latencies, intervals and verdicts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/place.h"
#include "analysis/render/table.h"
#include "analysis/render/text.h"
#include "analysis/render/traffic_part.h"
#include "analysis/render/wrap.h"
#include "analysis/timed.h"
#include "base/alloc.h"
#include "base/file.h"

#define NUMBER DMAFP_TRAFFIC_NUMBER

static void add_number(struct dmafp_table *t, double value, bool sign)
{
	char text[NUMBER];

	dmafp_table_add(t, "%s", dmafp_traffic_number(value, sign, text));
}

/* Judged measures: a row per arm, and base's own floor */

static void add_interval(struct dmafp_table *t, const struct dmafp_effect *e)
{
	bool any = e->nr_base && e->nr_arm;

	add_number(t, any ? e->difference : NAN, true);
	add_number(t, e->known ? e->difference_95.low : NAN, true);
	add_number(t, e->known ? e->difference_95.high : NAN, true);
	if (any && e->base > 0)
		dmafp_table_add(t, "%+.2f", 100 * e->difference / e->base);
	else
		dmafp_table_add(t, "?");
}

static void add_arm(struct dmafp_table *t, const struct dmafp_traffic_verdict *v,
		    enum dmafp_arm_id arm)
{
	const struct dmafp_effect *e = &v->effects[arm][DMAFP_STATISTIC_P50];
	bool floor = arm == DMAFP_ARM_BASE;

	dmafp_table_add(t, "    %s", floor ? "base A/A" : dmafp_arm_name(arm));
	add_number(t, e->nr_arm ? e->arm : NAN, false);
	add_interval(t, e);
	if (floor) {
		dmafp_table_add(t, "%s", "");
		dmafp_table_add(t, "%s", "");
		return;
	}
	dmafp_text_add_boots(t, v->verdicts[arm], v->boots[arm], v->barred[arm]);
	dmafp_table_add(t, "%s%s", dmafp_verdict_short(v->verdicts[arm]),
			arm == DMAFP_ARM_PATCHED && v->hidden ? "~" : "");
}

static void add_judged(struct dmafp_table *t, const struct dmafp_traffic_row *row,
		       const struct dmafp_traffic_verdict *v)
{
	char base[NUMBER], margin[NUMBER];
	unsigned int arm;

	dmafp_table_add_line(t, "  %s: base %s of %zu boots, margin %s",
			     dmafp_measure_name(row->kind),
			     dmafp_traffic_number(v->arms[DMAFP_ARM_BASE], false, base),
			     v->effects[DMAFP_ARM_PATCHED][DMAFP_STATISTIC_P50].nr_base,
			     dmafp_traffic_number(v->margin, false, margin));
	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
		if (row->group->arms[arm].nr)
			add_arm(t, v, arm);
	add_arm(t, v, DMAFP_ARM_BASE);
}

/* Measures that are shown: base, and each arm with its difference in percent */

static void add_value(struct dmafp_lines *parts, enum dmafp_arm_id arm, double value, double base)
{
	char text[NUMBER];

	if (isnan(value))
		return;
	dmafp_traffic_number(value, false, text);
	if (arm == DMAFP_ARM_BASE || !(base > 0))
		dmafp_lines_add(parts, "%s %s", dmafp_arm_name(arm), text);
	else
		dmafp_lines_add(parts, "%s %s (%+.2f %%)", dmafp_arm_name(arm), text,
				100 * (value - base) / base);
}

static void add_values(struct dmafp_table *t, const char *what,
		       const struct dmafp_traffic_row *row,
		       double (*get)(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm))
{
	double base = get(row, DMAFP_ARM_BASE);
	struct dmafp_lines parts = { 0 };
	unsigned int arm;
	char *list;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		add_value(&parts, arm, get(row, arm), base);
	list = dmafp_lines_join(&parts, ", ");
	if (parts.nr)
		dmafp_table_add_line(t, "  %s: %s", what, list);
	free(list);
	dmafp_lines_free(&parts);
}

static double p50_of(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm)
{
	return dmafp_traffic_median(&row->sides[arm], DMAFP_STATISTIC_P50);
}

static double p99_of(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm)
{
	return dmafp_traffic_median(&row->sides[arm], DMAFP_STATISTIC_P99);
}

static void add_shown(struct dmafp_table *t, const struct dmafp_traffic_row *row)
{
	char *p50 = dmafp_path("%s p50", dmafp_measure_name(row->kind));
	char *p99 = dmafp_path("%s p99", dmafp_measure_name(row->kind));

	add_values(t, p50, row, p50_of);
	add_values(t, p99, row, p99_of);
	free(p99);
	free(p50);
}

/* A load: what it calls, what is judged, and the rest */

static void add_load(struct dmafp_table *t, const struct dmafp_traffic_row *row)
{
	bool io = row->load->tool == DMAFP_LOAD_FIO;
	char *title = dmafp_load_title(row->load), *calls = dmafp_traffic_calls(row);

	dmafp_table_add_line(t, "%s, %s", title, calls);
	add_values(t, io ? "IOPS" : "packets/s", row, dmafp_traffic_rate);
	add_values(t, io ? "CPU ns per IO, fio alone" : "CPU ns per packet", row,
		   dmafp_traffic_cpu);
	add_values(t, io ? "cycles per IO" : "cycles per packet", row, dmafp_traffic_cycles);
	free(calls);
	free(title);
}

static void print_table(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			const struct dmafp_section *s, FILE *out)
{
	static const struct dmafp_column columns[] = {
		{ { "load,", "  measure, arm" }, true }, { { "arm", "p50" }, false },
		{ { "minus", "base" }, false },		 { { "95 %", "from" }, false },
		{ { "", "to" }, false },		 { { "", "%" }, false },
		{ { "boots", "need" }, false },		 { { "", "says" }, true },
	};
	struct dmafp_table table = { .columns = columns, .nr_columns = 8 };
	size_t i, k, end = s->first_traffic + s->nr_traffic;

	for (i = s->first_traffic; i < end; i++) {
		if (!dmafp_traffic_starts(c, s, i))
			continue;
		add_load(&table, &c->traffic_rows[i]);
		for (k = i; k < end; k++) {
			if (!dmafp_load_same(c->traffic_rows[k].load, c->traffic_rows[i].load))
				continue;
			if (j->traffic_rows[k].judged)
				add_judged(&table, &c->traffic_rows[k], &j->traffic_rows[k]);
			else
				add_shown(&table, &c->traffic_rows[k]);
		}
	}
	dmafp_table_print(&table, out);
}

/* Counters are on before fio's threads are there, and until they are gone */
static void print_span(const struct dmafp_comparison *c, const struct dmafp_section *s, FILE *out)
{
	size_t i;

	for (i = s->first_traffic; i < s->first_traffic + s->nr_traffic; i++) {
		const struct dmafp_traffic_row *row = &c->traffic_rows[i];

		if (row->load->tool != DMAFP_LOAD_FIO || !row->load->nr_counters)
			continue;
		dmafp_wrap(out, "", "",
			   "cycles per IO are all that the CPUs of the load took, the start and "
			   "the end of fio's threads included, and where there are no other CPUs "
			   "those of fio itself.");
		return;
	}
}

static void print_legend(FILE *out)
{
	fputc('\n', out);
	dmafp_wrap(out, "", "",
		   "Real traffic in time: ns per IO or packet, medians of the boots, lower is "
		   "better. time is the inverse of the throughput, busy the time in which CPUs "
		   "do not idle; they are judged as the other rows are, with Holm's method over "
		   "all of them, and the rest is shown. ~: always-lock is not REGR, so that a "
		   "lock does not show and the row clears no patch; -: the path did not run.");
}

void dmafp_text_traffic_timed(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			      FILE *out)
{
	const struct dmafp_section *s;
	size_t nr;
	char *where;

	if (dmafp_traffic_any(j, true))
		print_legend(out);
	for (s = c->sections; s < c->sections + c->nr_sections; s++) {
		if (!dmafp_traffic_is_timed(j, s))
			continue;
		where = dmafp_traffic_places(c, j, s, &nr);
		fputc('\n', out);
		dmafp_wrap(out, "== ", "   ", "Traffic: %s in %s", dmafp_traffic_tool(c, s), where);
		print_table(c, j, s, out);
		print_span(c, s, out);
		free(where);
	}
}
