// SPDX-License-Identifier: GPL-2.0-or-later
/* Throughput over the number of workers, where there are such cells. */
#include <stdlib.h>

#include "analysis/cell.h"
#include "analysis/place.h"
#include "analysis/render/rate.h"
#include "analysis/render/table.h"
#include "analysis/render/text.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"

#define MAX_LINES 24 /* of a curve; of more points some are shown */

/* Is point @i one of at most MAX_LINES, evenly spread, the first and the last among them? */
static bool is_shown(size_t i, size_t nr)
{
	size_t last = MAX_LINES - 1;

	return nr <= MAX_LINES || !i || i * last / (nr - 1) != (i - 1) * last / (nr - 1);
}

static void add_throughput(struct dmafp_table *t, const struct dmafp_scaling_side *side)
{
	char rate[DMAFP_RATE_TEXT];

	dmafp_table_add(t, "%s", side->nr ? dmafp_rate_text(side->throughput, rate) : "?");
	if (side->nr_efficiencies)
		dmafp_table_add(t, "%.1f", 100 * side->efficiency);
	else
		dmafp_table_add(t, "?");
}

static void print_throughputs(const struct dmafp_scaling_curve *curve, FILE *out)
{
	static const struct dmafp_column columns[] = {
		{ { "", "threads" }, false },
		{ { "base", "ops/s" }, false },	       { { "", "eff %" }, false },
		{ { "patched", "ops/s" }, false },     { { "", "eff %" }, false },
		{ { "always-lock", "ops/s" }, false }, { { "", "eff %" }, false },
		{ { "placebo", "ops/s" }, false },     { { "", "eff %" }, false },
	};
	struct dmafp_table table = { .columns = columns, .nr_columns = 9 };
	unsigned int arm;
	size_t i;

	for (i = 0; i < curve->nr_points; i++) {
		const struct dmafp_scaling_point *point = &curve->points[i];

		if (!is_shown(i, curve->nr_points))
			continue;
		dmafp_table_add(&table, "%zu", point->threads);
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			add_throughput(&table, &point->sides[arm]);
	}
	dmafp_table_print(&table, out);
}

/* 6 characters at most */
static void add_percent(struct dmafp_table *t, double ratio)
{
	double percent = 100 * (ratio - 1);

	if (percent < 999.95)
		dmafp_table_add(t, "%+.1f", percent);
	else
		dmafp_table_add(t, percent < 99999.5 ? "%+.0f" : "%+.0e", percent);
}

static void add_ratio(struct dmafp_table *t, const struct dmafp_effect *e)
{
	if (e->known && e->has_ratio) {
		add_percent(t, e->ratio);
		add_percent(t, e->ratio_95.low);
		add_percent(t, e->ratio_95.high);
		return;
	}
	if (e->nr_base && e->nr_arm && e->base > 0)
		add_percent(t, e->arm / e->base);
	else
		dmafp_table_add(t, "?");
	dmafp_table_add(t, "?");
	dmafp_table_add(t, "?");
}

static void print_ratios(const struct dmafp_scaling_curve *curve, FILE *out)
{
	static const struct dmafp_column columns[] = {
		{ { "", "threads" }, false },
		{ { "", "patched" }, false },	 { { "95 %", "from" }, false },
		{ { "", "to" }, false },	 { { "always", "-lock" }, false },
		{ { "95 %", "from" }, false },	 { { "", "to" }, false },
		{ { "", "placebo" }, false },	 { { "95 %", "from" }, false },
		{ { "", "to" }, false },
	};
	struct dmafp_table table = { .columns = columns, .nr_columns = 10 };
	unsigned int arm;
	size_t i;

	for (i = 0; i < curve->nr_points; i++) {
		const struct dmafp_scaling_point *point = &curve->points[i];

		if (!is_shown(i, curve->nr_points))
			continue;
		dmafp_table_add(&table, "%zu", point->threads);
		for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
			add_ratio(&table, &point->sides[arm].effect);
	}
	dmafp_table_print(&table, out);
}

static void print_curve(const struct dmafp_scaling_curve *curve, FILE *out)
{
	char *where = dmafp_scaling_where(curve);
	char *title = dmafp_cell_title_of_curve(curve->cell);

	fputc('\n', out);
	dmafp_wrap(out, "", "  ", "%s, %s", title, where);
	print_throughputs(curve, out);
	dmafp_wrap(out, "", "", "%% above base, ops/s:");
	print_ratios(curve, out);
	if (curve->nr_points > MAX_LINES)
		dmafp_wrap(out, "", "", "%d of %zu points; the JSON has all.", MAX_LINES,
			   curve->nr_points);
	free(title);
	free(where);
}

static void print_legend(FILE *out)
{
	fputc('\n', out);
	dmafp_wrap(out, "", "",
		   "Scaling, shown and not judged: the same cells are rows above. ops/s: of all "
		   "workers together, an op being a map and its unmap, with what the harness does "
		   "in between; higher is better. eff: of so many times what one worker does in "
		   "the same boot. Both are medians of the boots. Below, %% above base "
		   "with its 95 %% interval by the ranks of the boots. A lock that all CPUs share "
		   "shows as an efficiency that falls.");
}

/* Curves come group by group */
static void print_heading(const struct dmafp_comparison *c, const struct dmafp_group *group,
			  FILE *out)
{
	bool *chosen = dmafp_alloc(c->nr_sections, sizeof(*chosen));
	char *where;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		chosen[i] = c->sections[i].group == group;
	where = dmafp_place_sections(c, chosen);
	fputc('\n', out);
	dmafp_wrap(out, "== ", "   ", "Scaling: %s", where);
	free(where);
	free(chosen);
}

void dmafp_text_scaling(const struct dmafp_comparison *c, FILE *out)
{
	const struct dmafp_group *last = NULL;
	size_t i;

	for (i = 0; i < c->scaling.nr; i++) {
		const struct dmafp_scaling_curve *curve = &c->scaling.curves[i];

		if (!last)
			print_legend(out);
		if (curve->group != last)
			print_heading(c, curve->group, out);
		last = curve->group;
		print_curve(curve, out);
	}
}
