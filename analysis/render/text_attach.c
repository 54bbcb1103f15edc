// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/place.h"
#include "analysis/render/table.h"
#include "analysis/render/text.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"
#include "base/file.h"

#define MAX_TRACE 14 /* lines of an excerpt */

/* One row: what the boots of one arm did in first maps of one kind */
struct sum {
	uint64_t rounds, attaches, overlaps, held, failed, wrong, attach_ticks;
	bool counted, log_known, clean;
};

/* A kind of first map, as rows compare it */
struct kind {
	bool ordinary; /* the first map itself, probed */
	enum dmafp_round_kind kind;
	uint32_t threads, hold_us;
};

static bool same_kind(const struct kind *kind, const struct dmafp_round *round)
{
	return !kind->ordinary && kind->kind == round->kind &&
	       kind->threads == round->threads && kind->hold_us == round->hold_us;
}

static void add_round(struct sum *sum, const struct dmafp_round *round)
{
	sum->rounds++;
	sum->counted |= round->counted;
	sum->attaches += round->attaches;
	sum->overlaps += round->overlaps;
	sum->held += round->held;
	sum->failed += round->failed;
	sum->wrong += round->wrong;
	sum->attach_ticks += round->attach_ticks;
	sum->log_known &= round->log != NULL;
	sum->clean &= round->log && !*round->log;
}

static void add_ordinary(struct sum *sum, const struct dmafp_first_result *first)
{
	if (!first->present || !first->counted || !first->has_held ||
	    !first->counted_deferred_before)
		return;
	sum->rounds++;
	sum->counted = true;
	sum->attaches += first->attaches;
	sum->overlaps += first->overlaps;
	sum->held += first->held;
	sum->attach_ticks += first->attach_ticks;
	sum->log_known = false;
}

static struct sum sum_up(const struct dmafp_boots *boots, const struct kind *kind)
{
	struct sum sum = { .log_known = true, .clean = true };
	size_t i, j;

	for (i = 0; i < boots->nr; i++) {
		const struct dmafp_result *result = boots->items[i];

		if (kind->ordinary)
			add_ordinary(&sum, &result->first_map);
		for (j = 0; j < result->attach.nr_rounds; j++)
			if (same_kind(kind, &result->attach.rounds[j]))
				add_round(&sum, &result->attach.rounds[j]);
	}
	return sum;
}

/* Kinds, in the order they were made */

struct kinds {
	struct kind *items;
	size_t nr;
};

static void add_kind(struct kinds *kinds, const struct dmafp_round *round)
{
	size_t i;

	for (i = 0; i < kinds->nr; i++)
		if (same_kind(&kinds->items[i], round))
			return;
	kinds->items = dmafp_alloc_grow(kinds->items, kinds->nr, sizeof(*kinds->items));
	kinds->items[kinds->nr++] = (struct kind) { .kind = round->kind,
						    .threads = round->threads,
						    .hold_us = round->hold_us };
}

static struct kinds find_kinds(const struct dmafp_group *group)
{
	struct kinds kinds = { .items = dmafp_alloc(1, sizeof(struct kind)), .nr = 1 };
	unsigned int arm;
	size_t i, j;

	kinds.items[0].ordinary = true;
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		for (i = 0; i < group->arms[arm].nr; i++)
			for (j = 0; j < group->arms[arm].items[i]->attach.nr_rounds; j++)
				add_kind(&kinds,
					 &group->arms[arm].items[i]->attach.rounds[j]);
	return kinds;
}

static char *kind_text(const struct kind *kind)
{
	if (kind->ordinary)
		return dmafp_alloc_string("first map");
	if (kind->kind == DMAFP_ROUND_ATOMIC)
		return dmafp_alloc_string("atomic");
	if (!kind->hold_us)
		return dmafp_path("race x%" PRIu32, kind->threads);
	return dmafp_path("race x%" PRIu32 " +%" PRIu32 "us", kind->threads,
			  kind->hold_us);
}

/* The table */

static void add_counts(struct dmafp_table *t, const struct sum *sum)
{
	unsigned int i;

	if (!sum->counted) {
		for (i = 0; i < 4; i++)
			dmafp_table_add(t, "-");
		return;
	}
	dmafp_table_add_number(t, sum->attaches);
	dmafp_table_add_number(t, sum->overlaps);
	dmafp_table_add_number(t, sum->held);
	if (sum->attaches)
		dmafp_table_add_number(t, sum->attach_ticks / sum->attaches);
	else
		dmafp_table_add(t, "-");
}

static void add_row(struct dmafp_table *t, const struct kind *kind, const char *text,
		    enum dmafp_arm_id arm, const struct sum *sum)
{
	dmafp_table_add(t, "%s", text);
	dmafp_table_add(t, "%s", dmafp_arm_name(arm));
	dmafp_table_add_number(t, sum->rounds);
	add_counts(t, sum);
	if (kind->ordinary) {
		dmafp_table_add(t, "-");
		dmafp_table_add(t, "-");
		return;
	}
	dmafp_table_add_number(t, sum->failed + sum->wrong);
	dmafp_table_add(t, "%s", !sum->log_known ? "?" : sum->clean ? "clean" : "FAULT");
}

static bool add_group(struct dmafp_table *t, const struct dmafp_comparison *c,
		      const struct dmafp_group *group)
{
	struct kinds kinds = find_kinds(group);
	char *where = dmafp_place_device(c, group);
	bool any = false;
	unsigned int arm;
	size_t i;

	for (i = 0; i < kinds.nr; i++) {
		char *text = kind_text(&kinds.items[i]);

		for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
			struct sum sum = sum_up(&group->arms[arm], &kinds.items[i]);

			if (!sum.rounds)
				continue;
			if (!any)
				dmafp_table_add_line(t, "%s on %s:", group->mode, where);
			any = true;
			add_row(t, &kinds.items[i], text, arm, &sum);
		}
		free(text);
	}
	free(where);
	free(kinds.items);
	return any;
}

static bool fill_table(struct dmafp_table *t, const struct dmafp_comparison *c)
{
	bool any = false;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		any |= add_group(t, c, c->sections[i].group);
	return any;
}

/* Below it: what the kernel said, and one trace per arm */

typedef void (*round_visitor)(const struct dmafp_comparison *c,
			      const struct dmafp_group *group, enum dmafp_arm_id arm,
			      const struct dmafp_round *round, struct dmafp_lines *lines);

static void visit_rounds(const struct dmafp_comparison *c, round_visitor visit,
			 struct dmafp_lines *lines)
{
	unsigned int arm;
	size_t i, j, k;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		for (i = 0; i < c->nr_sections; i++) {
			const struct dmafp_group *group = c->sections[i].group;
			const struct dmafp_boots *boots = &group->arms[arm];

			for (j = 0; j < boots->nr; j++)
				for (k = 0; k < boots->items[j]->attach.nr_rounds; k++)
					visit(c, group, arm,
					      &boots->items[j]->attach.rounds[k], lines);
		}
}

static void visit_sleeping(const struct dmafp_comparison *c, const struct dmafp_group *group,
			   enum dmafp_arm_id arm, const struct dmafp_round *round,
			   struct dmafp_lines *lines)
{
	char *where;

	if (round->kind != DMAFP_ROUND_ATOMIC)
		return;
	where = dmafp_place_device(c, group);
	if (round->sleeps)
		dmafp_lines_add_new(lines, "atomic, %s on %s: the kernel names %s%s%s",
				    dmafp_arm_name(arm), where, round->place,
				    round->stack ? ", called by " : "",
				    round->stack ? round->stack : "");
	else
		dmafp_lines_add_new(lines, "atomic, %s on %s: the kernel names no call%s",
				    dmafp_arm_name(arm), where,
				    round->log ? "" : " (its log is not known)");
	free(where);
}

static void visit_fault(const struct dmafp_comparison *c, const struct dmafp_group *group,
			enum dmafp_arm_id arm, const struct dmafp_round *round,
			struct dmafp_lines *lines)
{
	char *where;

	if (round->kind == DMAFP_ROUND_ATOMIC || !round->log || !*round->log)
		return;
	where = dmafp_place_device(c, group);
	dmafp_lines_add_new(lines, "race, %s on %s: the kernel says: %.*s",
			    dmafp_arm_name(arm), where, (int)strcspn(round->log, "\n"),
			    round->log);
	free(where);
}

static void print_said(const struct dmafp_comparison *c, round_visitor visit, FILE *out)
{
	struct dmafp_lines lines = { 0 };
	size_t i;

	visit_rounds(c, visit, &lines);
	for (i = 0; i < lines.nr; i++)
		dmafp_wrap(out, "- ", "  ", "%s.", lines.items[i]);
	dmafp_lines_free(&lines);
}

static void print_trace(const struct dmafp_result *result, enum dmafp_arm_id arm, FILE *out)
{
	const struct dmafp_attach_result *attach = &result->attach;
	size_t i, nr = attach->trace.nr < MAX_TRACE ? attach->trace.nr : MAX_TRACE;

	fprintf(out, "trace of %s on %s, round %d:\n", dmafp_arm_name(arm),
		result->device.label, attach->traced + 1);
	for (i = 0; i < nr; i++) {
		const struct dmafp_trace_record *r = &attach->trace.records[i];

		fprintf(out, "  %10" PRIu64 " cpu %" PRIu32 " thread %-6" PRIu32 " %s%s%s\n",
			r->ticks, r->cpu, r->pid, dmafp_trace_word(r->what),
			r->held ? ", mutex held" : "", r->overlap ? ", OVERLAP" : "");
	}
	if (nr < attach->trace.nr)
		fprintf(out, "  ... %zu more in the result\n", attach->trace.nr - nr);
}

/* Of the first result of an arm that has one */
static void print_traces(const struct dmafp_comparison *c, FILE *out)
{
	unsigned int arm;
	size_t i, j;

	for (arm = 0; arm <= DMAFP_ARM_PATCHED; arm++) {
		bool printed = false;

		for (i = 0; i < c->nr_sections; i++) {
			const struct dmafp_boots *boots = &c->sections[i].group->arms[arm];

			for (j = 0; j < boots->nr && !printed; j++) {
				printed = boots->items[j]->attach.present &&
					  boots->items[j]->attach.traced >= 0;
				if (printed)
					print_trace(boots->items[j], arm, out);
			}
		}
	}
}

void dmafp_text_attach(const struct dmafp_comparison *c, FILE *out)
{
	static const struct dmafp_column columns[] = {
		{ { "", "first maps" }, true }, { { "", "arm" }, true },
		{ { "", "made" }, false },	{ { "atta-", "ches" }, false },
		{ { "over-", "laps" }, false }, { { "mutex", "held" }, false },
		{ { "ticks", "each" }, false }, { { "bad", "maps" }, false },
		{ { "kernel", "log" }, true },
	};
	struct dmafp_table table = { .columns = columns, .nr_columns = 9 };

	if (!fill_table(&table, c))
		return;
	fprintf(out, "\n== Attach: first maps with probes, reported, not judged\n");
	dmafp_table_print(&table, out);
	dmafp_wrap(out, "", "",
		   "overlaps: attaches begun while another was under way. mutex held: "
		   "attaches whose thread held the IOMMU group's. bad maps: failed, or not "
		   "leading to the buffer. race xN: N threads at one moment; +us: every "
		   "attach held up so long, to widen the window.");
	print_said(c, visit_sleeping, out);
	print_said(c, visit_fault, out);
	print_traces(c, out);
}
