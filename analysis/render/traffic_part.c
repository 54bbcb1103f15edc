// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics.h>

#include "analysis/place.h"
#include "analysis/render/traffic_part.h"
#include "base/alloc.h"
#include "base/file.h"

bool dmafp_traffic_any(const struct dmafp_judgement *j, bool timed)
{
	size_t i;

	for (i = 0; i < j->nr_traffic_rows; i++)
		if (j->traffic_rows[i].timed == timed)
			return true;
	return false;
}

bool dmafp_traffic_is_timed(const struct dmafp_judgement *j, const struct dmafp_section *section)
{
	return section->nr_traffic && j->traffic_rows[section->first_traffic].timed;
}

const char *dmafp_traffic_tool(const struct dmafp_comparison *c,
			       const struct dmafp_section *section)
{
	return dmafp_load_tool(c->traffic_rows[section->first_traffic].load);
}

bool dmafp_traffic_starts(const struct dmafp_comparison *c, const struct dmafp_section *section,
			  size_t row)
{
	size_t i;

	for (i = section->first_traffic; i < row; i++)
		if (dmafp_load_same(c->traffic_rows[i].load, c->traffic_rows[row].load))
			return false;
	return true;
}

/* Sections that read the same */

static bool same_number(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static bool same_verdict(const struct dmafp_traffic_verdict *a,
			 const struct dmafp_traffic_verdict *b)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (a->verdicts[arm] != b->verdicts[arm] ||
		    !same_number(a->arms[arm], b->arms[arm]) ||
		    !same_number(a->predicted[arm], b->predicted[arm]))
			return false;
	return a->statistic == b->statistic && same_number(a->floor, b->floor) &&
	       a->reached == b->reached && a->hidden == b->hidden &&
	       same_number(a->checks, b->checks);
}

static bool same_row(const struct dmafp_comparison *c, const struct dmafp_judgement *j, size_t a,
		     size_t b)
{
	const struct dmafp_traffic_row *x = &c->traffic_rows[a], *y = &c->traffic_rows[b];
	char *calls, *others;
	bool same;

	if (x->kind != y->kind || !dmafp_load_same(x->load, y->load) ||
	    !same_verdict(&j->traffic_rows[a], &j->traffic_rows[b]))
		return false;
	calls = dmafp_traffic_calls(x);
	others = dmafp_traffic_calls(y);
	same = !strcmp(calls, others);
	free(calls);
	free(others);
	return same;
}

static bool same_section(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			 const struct dmafp_section *a, const struct dmafp_section *b)
{
	size_t i;

	if (a == b)
		return true;
	if (a->nr_traffic != b->nr_traffic || dmafp_traffic_is_timed(j, a))
		return false;
	for (i = 0; i < a->nr_traffic; i++)
		if (!same_row(c, j, a->first_traffic + i, b->first_traffic + i))
			return false;
	return true;
}

char *dmafp_traffic_places(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			   const struct dmafp_section *section, size_t *nr)
{
	bool *same = dmafp_alloc(c->nr_sections, sizeof(*same)), first = section->nr_traffic;
	char *where = NULL;
	size_t i;

	*nr = 0;
	for (i = 0; first && i < c->nr_sections; i++) {
		same[i] = same_section(c, j, section, &c->sections[i]);
		*nr += same[i];
		first = !same[i] || &c->sections[i] >= section;
	}
	if (first)
		where = dmafp_place_sections(c, same);
	free(same);
	return where;
}

/* Calls */

static char *calls_of(const struct dmafp_load *load)
{
	struct dmafp_lines parts = { 0 };
	char *list;
	size_t i;

	for (i = 0; load->counted_ops && i < load->nr_calls; i++) {
		const struct dmafp_api_call *call = &load->calls[i];

		if (call->calls)
			dmafp_lines_add(&parts, "%.4g %s",
					(double)call->calls / (double)load->counted_ops,
					call->kind == DMAFP_API_CHECK ? "check" : call->name);
	}
	list = dmafp_lines_join(&parts, ", ");
	if (!load->counted_ops || !parts.nr) {
		free(list);
		list = dmafp_alloc_string(load->counted_ops ? "no call of the DMA API" :
							      "calls not counted");
	}
	dmafp_lines_free(&parts);
	return list;
}

static bool all_call(const struct dmafp_traffic_row *row, const char *calls)
{
	bool same = true;
	unsigned int arm;
	size_t i;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		for (i = 0; i < row->sides[arm].nr_boots; i++) {
			const struct dmafp_load *load = row->sides[arm].boots[i].load;
			char *own = load ? calls_of(load) : NULL;

			same &= !own || !strcmp(own, calls);
			free(own);
		}
	return same;
}

char *dmafp_traffic_calls(const struct dmafp_traffic_row *row)
{
	const struct dmafp_load *base = row->sides[DMAFP_ARM_BASE].load;
	char *calls = calls_of(base ? base : row->load), *text;

	text = dmafp_path("per %s: %s%s", dmafp_load_unit(row->load), calls,
			  all_call(row, calls) ? "" : ", not the same in all boots and arms");
	free(calls);
	return text;
}

/* Words and numbers */

const char *dmafp_traffic_says(const struct dmafp_traffic_verdict *v, enum dmafp_arm_id arm)
{
	if (arm == DMAFP_ARM_PATCHED && v->hidden && v->verdicts[arm] == DMAFP_NOT_JUDGED)
		return "hid";
	return dmafp_verdict_short(v->verdicts[arm]);
}

static double rate_of(const struct dmafp_load *load)
{
	return load->elapsed_ns ? 1e9 * (double)load->ops / (double)load->elapsed_ns : NAN;
}

static double cpu_of(const struct dmafp_load *load)
{
	return load->has_cpu ? (double)(load->user_ns + load->system_ns) / (double)load->ops : NAN;
}

static double cycles_of(const struct dmafp_load *load)
{
	size_t i;

	for (i = 0; i < load->nr_counters; i++)
		if (!strcmp(load->counters[i].event, "cycles") && load->counters[i].valid)
			return (double)load->counters[i].value / (double)load->ops;
	return NAN;
}

static double median_of(const struct dmafp_traffic_side *side,
			double (*get)(const struct dmafp_load *load))
{
	double *values = dmafp_alloc(side->nr_boots + 1, sizeof(*values)), median = 0;
	size_t i;

	for (i = 0; i < side->nr_boots; i++) {
		values[i] = side->boots[i].load ? get(side->boots[i].load) : NAN;
		median = isnan(values[i]) ? NAN : median;
	}
	if (side->nr_boots && !isnan(median))
		median = gsl_stats_median(values, 1, side->nr_boots);
	free(values);
	return side->nr_boots ? median : NAN;
}

double dmafp_traffic_rate(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm)
{
	return median_of(&row->sides[arm], rate_of);
}

double dmafp_traffic_cpu(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm)
{
	return median_of(&row->sides[arm], cpu_of);
}

double dmafp_traffic_cycles(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm)
{
	return median_of(&row->sides[arm], cycles_of);
}
