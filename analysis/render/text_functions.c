// SPDX-License-Identifier: GPL-2.0-or-later
/* Where an op's time goes by what perf sampled, and what perf says of it. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/place.h"
#include "analysis/render/perf_print.h"
#include "analysis/render/table.h"
#include "analysis/render/text.h"
#include "analysis/render/wrap.h"

#define NORMAL_95 1.96	/* standard deviations on either side */
#define LEAST	  0.003 /* a function of less has no row of its own */
#define MAX_DIFF  10	/* lines of perf diff, its heading included */
#define NAMED	  "iommu_deferred_attach"

/* The arm that is shown beside base: what is judged, or else the control */
static enum dmafp_arm_id other_arm(const struct dmafp_functions *f)
{
	return f->arms[DMAFP_ARM_PATCHED].boots ? DMAFP_ARM_PATCHED : DMAFP_ARM_ALWAYS_LOCK;
}

/* What is to be seen, however little it is: the check, and the lock that it may take */
static bool is_named(const struct dmafp_functions_row *row)
{
	return !strcmp(row->name, NAMED) || strstr(row->name, "mutex_");
}

static bool is_small(const struct dmafp_functions *f,
		     const struct dmafp_functions_row *row, enum dmafp_arm_id arm)
{
	const struct dmafp_functions_side *base = &row->sides[DMAFP_ARM_BASE];
	const struct dmafp_functions_side *other = &row->sides[arm];

	if (!base->samples && !other->samples)
		return true;
	return !is_named(row) && base->share < LEAST && other->share < LEAST &&
	       !dmafp_functions_differ(f, row, arm);
}

static void add_difference(struct dmafp_table *t, const struct dmafp_functions *f,
			   const struct dmafp_functions_row *row, enum dmafp_arm_id arm)
{
	if (!dmafp_functions_both(f, arm)) {
		dmafp_table_add(t, "?");
		dmafp_table_add(t, "?");
		return;
	}
	dmafp_table_add(t, "%s%+.1f", dmafp_functions_differ(f, row, arm) ? "*" : "",
			dmafp_functions_difference(row, arm));
	dmafp_table_add(t, "%.1f", NORMAL_95 * dmafp_functions_error(row, arm));
}

static void add_side(struct dmafp_table *t, const struct dmafp_functions *f,
		     const struct dmafp_functions_row *row, enum dmafp_arm_id arm,
		     bool share)
{
	const struct dmafp_functions_side *side = &row->sides[arm];

	if (share ? !f->arms[arm].busy : !f->arms[arm].has_cost)
		dmafp_table_add(t, "?");
	else
		dmafp_table_add(t, share ? "%.2f" : "%.1f",
				share ? 100 * side->share : side->cost);
}

static void add_row(struct dmafp_table *t, const struct dmafp_functions *f,
		    const struct dmafp_functions_row *row, enum dmafp_arm_id arm)
{
	dmafp_table_add(t, "%s%s", row->name, row->shared ? " (+)" : "");
	add_side(t, f, row, DMAFP_ARM_BASE, true);
	add_side(t, f, row, arm, true);
	add_side(t, f, row, DMAFP_ARM_BASE, false);
	add_side(t, f, row, arm, false);
	add_difference(t, f, row, arm);
}

static void add_small(struct dmafp_functions_row *sum, const struct dmafp_functions_row *row)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		struct dmafp_functions_side *to = &sum->sides[arm];

		to->share += row->sides[arm].share;
		to->cost += row->sides[arm].cost;
		to->error = hypot(to->error, row->sides[arm].error);
	}
}

static void print_table(const struct dmafp_functions *f, enum dmafp_arm_id arm, FILE *out)
{
	const struct dmafp_column columns[] = {
		{ { "", "function" }, true },
		{ { "base", "%" }, false },
		{ { dmafp_arm_name(arm), "%" }, false },
		{ { "base", "per op" }, false },
		{ { dmafp_arm_name(arm), "per op" }, false },
		{ { "", "diff" }, false },
		{ { "", "+-" }, false },
	};
	struct dmafp_table table = { .columns = columns,
				     .nr_columns = sizeof(columns) / sizeof(columns[0]) };
	struct dmafp_functions_row small = { .name = (char *)"smaller ones" };
	size_t i, nr = 0;

	for (i = 0; i < f->nr_rows; i++) {
		if (!is_small(f, &f->rows[i], arm)) {
			add_row(&table, f, &f->rows[i], arm);
			continue;
		}
		add_small(&small, &f->rows[i]);
		nr++;
	}
	if (nr)
		add_row(&table, f, &small, arm);
	add_row(&table, f, &f->path, arm);
	add_row(&table, f, &f->others, arm);
	dmafp_table_print(&table, out);
}

/* What costs are of */
static const char *span_of(const struct dmafp_functions *f)
{
	if (!f->load)
		return "which is map and unmap less the null op";
	if (f->load->tool == DMAFP_LOAD_FIO)
		return "which is what all CPUs are busy with, the start and the end of fio's "
		       "threads included";
	return "which is what all CPUs are busy with";
}

static void print_base_of_shares(const struct dmafp_functions *f, enum dmafp_arm_id arm,
				 FILE *out)
{
	const struct dmafp_functions_arm *base = &f->arms[DMAFP_ARM_BASE],
					 *other = &f->arms[arm];

	dmafp_wrap(out, "", "",
		   "Shares are of the %ssamples that were neither idle nor of perf itself%s: "
		   "%" PRIu64 " of %" PRIu64 " in base, %" PRIu64 " of %" PRIu64 " in %s.",
		   f->by_period ? "periods of the " : "",
		   f->cell ? ", of the kernel outside of dmafp" : "", base->busy,
		   base->samples, other->busy, other->samples, dmafp_arm_name(arm));
	if (!dmafp_functions_both(f, arm))
		return;
	dmafp_wrap(out, "", "",
		   "Per op: the share times %.1f %s per %s in base, %.1f in %s, %s. "
		   "+-: 95 %% of the sampling error of diff. *: more than four standard errors, "
		   "and more than placebo differs from base%s.",
		   base->cost, f->unit, dmafp_functions_unit(f), other->cost,
		   dmafp_arm_name(arm),
		   span_of(f),
		   dmafp_functions_both(f, DMAFP_ARM_PLACEBO) ? "" : " (not sampled)");
}

static void print_unlike(const struct dmafp_functions *f, FILE *out)
{
	char *how = dmafp_functions_unlike(f);

	if (how)
		dmafp_wrap(out, "", "",
			   "Sampled with %s: shares are of that load, and say nothing of what "
			   "this one takes per %s.",
			   how, dmafp_functions_unit(f));
	free(how);
}

static void print_event(const struct dmafp_functions *f, enum dmafp_arm_id arm, FILE *out)
{
	const struct dmafp_sampling *how = f->how;
	bool shared = false;
	size_t i;

	dmafp_wrap(out, "", "", "Sampled by %s, %" PRIu64 " times a second%s%s.",
		   how->event, how->frequency, how->fallback ? ": " : "",
		   how->fallback ? how->fallback : "");
	if (!strncmp(how->event, "cpu-clock", 9))
		dmafp_wrap(out, "", "",
			   "It samples by an interrupt: what runs with interrupts off is "
			   "counted at the place where they are on again.");
	for (i = 0; i < f->nr_rows; i++)
		shared |= f->rows[i].shared;
	if (shared)
		dmafp_wrap(out, "", "", "(+): others call it as well.");
	if (f->arms[DMAFP_ARM_BASE].lost || f->arms[arm].lost)
		dmafp_wrap(out, "", "",
			   "Lost samples: %" PRIu64 " in base, %" PRIu64 " in %s.",
			   f->arms[DMAFP_ARM_BASE].lost, f->arms[arm].lost,
			   dmafp_arm_name(arm));
}

/* Does the instrument see a lock that is there? */
static void print_control(const struct dmafp_functions *f, FILE *out)
{
	const enum dmafp_arm_id lock = DMAFP_ARM_ALWAYS_LOCK;
	double difference = 0, error = 0;
	size_t i;

	if (!dmafp_functions_both(f, lock))
		return;
	for (i = 0; i < f->nr_rows; i++) {
		const struct dmafp_functions_row *row = &f->rows[i];

		if (!is_named(row))
			continue;
		difference += dmafp_functions_difference(row, lock);
		error = hypot(error, dmafp_functions_error(row, lock));
	}
	dmafp_wrap(out, "", "",
		   "Control: " NAMED " and the mutex take %+.1f %s per %s in always-lock "
		   "(+- %.1f).",
		   difference, f->unit, dmafp_functions_unit(f), NORMAL_95 * error);
}

static void print_diff(const struct dmafp_perf_item *item, enum dmafp_arm_id arm, FILE *out)
{
	const char *text = dmafp_perf_item_diff(item, dmafp_arm_name(arm));

	if (!text)
		return;
	fprintf(out, "\nperf diff, base against %s, of all samples, idle ones included:\n",
		dmafp_arm_name(arm));
	dmafp_perf_print_lines(text, MAX_DIFF, out);
}

static void print_annotations(const struct dmafp_perf_item *item, const char *symbol,
			      enum dmafp_arm_id arm, FILE *out)
{
	const enum dmafp_arm_id arms[] = { DMAFP_ARM_BASE, arm };
	size_t i;

	for (i = 0; i < 2; i++) {
		const struct dmafp_perf_annotation *a =
			dmafp_perf_item_annotation(item, dmafp_arm_name(arms[i]));

		if (a)
			dmafp_perf_print_annotation(a, symbol, out);
	}
}

static void print_heading(const struct dmafp_comparison *c,
			  const struct dmafp_functions *f, FILE *out)
{
	char *device = dmafp_place_device(c, f->group);

	fprintf(out, "\n");
	dmafp_wrap(out, "== ", "   ", "perf: %s in %s on %s", f->title, f->group->mode,
		   device);
	free(device);
}

/* Return: it had annotations to print */
static bool print_functions(const struct dmafp_comparison *c,
			    const struct dmafp_functions *f, bool annotate, FILE *out)
{
	enum dmafp_arm_id arm = other_arm(f);
	const struct dmafp_perf_texts *texts = NULL;
	const struct dmafp_perf_item *item = dmafp_perf_find(&c->set->evidence, f, &texts);

	print_heading(c, f, out);
	print_table(f, arm, out);
	print_base_of_shares(f, arm, out);
	print_unlike(f, out);
	print_event(f, arm, out);
	if (arm != DMAFP_ARM_ALWAYS_LOCK)
		print_control(f, out);
	if (!item)
		return false;
	print_diff(item, arm, out);
	if (annotate)
		print_annotations(item, texts->symbol, arm, out);
	return item->nr_annotations;
}

void dmafp_text_functions(const struct dmafp_comparison *c, FILE *out)
{
	struct dmafp_functions_list list;
	bool annotate = true;
	size_t i;

	dmafp_functions_collect(c->set, &list);
	for (i = 0; i < list.nr; i++)
		if (print_functions(c, &list.items[i], annotate, out) && annotate)
			annotate = false; /* of the others the page has it */
	dmafp_functions_list_free(&list);
}
