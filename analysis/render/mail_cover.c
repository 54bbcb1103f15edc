// SPDX-License-Identifier: GPL-2.0-or-later
/* For a cover letter: one line of each, cut where it is too long. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/place.h"
#include "analysis/render/mail.h"
#include "analysis/render/text.h"
#include "analysis/render/text_legend.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"
#include "base/file.h"

#define HEAD 2 /* lines above the rows of a table */

static void print_cut(const char *line, FILE *out)
{
	char *ascii = dmafp_wrap_ascii(line);

	if (strlen(ascii) > DMAFP_WRAP_COLUMNS)
		fprintf(out, "%.*s...\n", DMAFP_WRAP_COLUMNS - 3, ascii);
	else
		fprintf(out, "%s\n", ascii);
	free(ascii);
}

static void print_lines(struct dmafp_lines *lines, FILE *out)
{
	size_t i;

	for (i = 0; i < lines->nr; i++)
		print_cut(lines->items[i], out);
	dmafp_lines_free(lines);
}

/* Above the table */

static void add_setup(const struct dmafp_comparison *c, struct dmafp_lines *lines)
{
	const struct dmafp_result *r = dmafp_mail_result(c);
	struct dmafp_lines devices = { 0 };
	char *list;
	size_t i;

	if (!r)
		return;
	for (i = 0; i < c->nr_sections; i++)
		dmafp_lines_add_new(&devices, "%s", c->sections[i].group->label);
	list = dmafp_lines_join(&devices, ", ");
	if (r->nr_patches)
		dmafp_lines_add(lines, "Patch: %s", dmafp_text_known(r->patches[0].name));
	dmafp_lines_add(lines, "On %s, %s, %s%s%s; %s", dmafp_text_known(r->kernel.release),
			dmafp_text_known(r->iommu.driver), r->lab.present ? "QEMU " : "",
			r->lab.present ? dmafp_text_known(r->lab.accel) : "",
			r->lab.present ? "" : dmafp_text_known(r->machine.cpu), list);
	free(list);
	dmafp_lines_free(&devices);
}

static void add_top(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		    struct dmafp_lines *lines)
{
	char *outside = dmafp_judgement_outside(j), *traffic = dmafp_text_traffic_line(j);
	unsigned int arm;

	dmafp_lines_add(lines, "dmafp: %s%s", dmafp_verdict_name(j->overall),
			dmafp_judgement_forced(j) ? ", FORCED: these results cannot be compared" :
						    "");
	add_setup(c, lines);
	if (j->overall == DMAFP_INVALID || j->overall == DMAFP_INCONCLUSIVE)
		dmafp_lines_add(lines, "- %s", j->reasons.items[0]);
	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS && (c->nr_rows || !traffic); arm++) {
		char *text = dmafp_text_arm(c, j, arm);

		dmafp_lines_add(lines, "  %-12s %s", dmafp_arm_name(arm), text);
		free(text);
	}
	if (traffic)
		dmafp_lines_add(lines, "  %-12s %s", "traffic", traffic);
	if (outside)
		dmafp_lines_add(lines, "%s", outside);
	free(traffic);
	free(outside);
}

/* Below it */

static void add_bottom(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		       struct dmafp_lines *lines)
{
	char *boots = dmafp_text_boots(c), *floor = dmafp_mail_floor(c, j);
	char *firsts = dmafp_mail_firsts(c);
	struct dmafp_lines proof = { 0 }, commands = { 0 };

	dmafp_mail_proof(c, &proof);
	dmafp_mail_commands(c, &commands);
	if (*floor)
		dmafp_lines_add(lines, "Floor: the null op takes %s", floor);
	if (*boots)
		dmafp_lines_add(lines, "%s", boots);
	dmafp_stop_say(c, j, lines);
	if (proof.nr)
		dmafp_lines_add(lines, "%s", proof.items[0]);
	if (*firsts)
		dmafp_lines_add(lines, "First map: %s", firsts);
	if (commands.nr)
		dmafp_lines_add(lines, "%s", commands.items[0]);
	dmafp_lines_free(&commands);
	dmafp_lines_free(&proof);
	free(firsts);
	free(floor);
	free(boots);
}

/* The rows that say most: the worst verdict first, then the greatest difference */

int dmafp_mail_rank(enum dmafp_verdict verdict)
{
	switch (verdict) {
	case DMAFP_REGRESSED:
		return 4;
	case DMAFP_INVALID:
		return 3;
	case DMAFP_INCONCLUSIVE:
		return 2;
	case DMAFP_IMPROVED:
	case DMAFP_EQUIVALENT:
		return 1;
	default:
		return 0;
	}
}

static double weight_of(const struct dmafp_row *row)
{
	const struct dmafp_side *side = &row->sides[DMAFP_ARM_PATCHED];
	uint64_t base = row->sides[DMAFP_ARM_BASE].stats.p50;

	return side->phase && base ? fabs((double)side->delta.p50) / (double)base : 0;
}

/* The same cell in another mode or device */
static bool is_again(const struct dmafp_row *a, const struct dmafp_row *b)
{
	return a->phase == b->phase && dmafp_cell_same(a->cell, b->cell);
}

/* The next row after those @taken, NULL if there is none */
static const struct dmafp_row *next_row(const struct dmafp_comparison *c,
					const struct dmafp_judgement *j, bool *taken)
{
	const struct dmafp_row *best = NULL;
	int best_rank = 0;
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		int rank = dmafp_mail_rank(j->rows[i].verdicts[DMAFP_ARM_PATCHED]);

		if (taken[i] || !rank || rank < best_rank ||
		    (rank == best_rank && weight_of(&c->rows[i]) <= weight_of(best)))
			continue;
		best = &c->rows[i];
		best_rank = rank;
	}
	for (i = 0; best && i < c->nr_rows; i++)
		taken[i] |= is_again(&c->rows[i], best);
	return best;
}

static void print_rows(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		       size_t nr, FILE *out)
{
	struct dmafp_column columns[] = {
		{ { dmafp_text_tick(c), "per op, lower is better" }, true },
		{ { "", "" }, true },
		{ { "base", "p50" }, false },
		{ { "patched", "p50" }, false },
		{ { "d-", "p50" }, false },
		{ { "d-p50", "%" }, false },
		{ { "", "says" }, true },
	};
	struct dmafp_table table = { .columns = columns, .nr_columns = 7 };
	bool *taken = dmafp_alloc(c->nr_rows, sizeof(*taken));
	const struct dmafp_row *row;

	while (nr-- && (row = next_row(c, j, taken))) {
		const struct dmafp_row_verdict *v = &j->rows[row - c->rows];

		dmafp_mail_row(&table, row, v);
		dmafp_table_add(&table, "%s%s",
				dmafp_verdict_short(v->verdicts[DMAFP_ARM_PATCHED]),
				dmafp_text_mark(v));
	}
	if (table.nr_cells)
		dmafp_table_print(&table, out);
	free(taken);
}

/* Refused: the reasons, as many as there is room for */
static void print_refused(const struct dmafp_judgement *j, FILE *out)
{
	const size_t room = DMAFP_MAIL_COVER - 3;
	struct dmafp_lines lines = { 0 };
	size_t i;

	dmafp_lines_add(&lines, "dmafp: %s", dmafp_verdict_name(j->overall));
	dmafp_lines_add(&lines, "These results cannot be compared; nothing was judged:");
	for (i = 0; i < j->differences.nr && i < room; i++)
		dmafp_lines_add(&lines, "- %s", j->differences.items[i]);
	if (j->differences.nr > room)
		dmafp_lines_add(&lines, "- and %zu more", j->differences.nr - room);
	print_lines(&lines, out);
}

void dmafp_mail_cover(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	const struct dmafp_judgement *j = view->judgement;
	struct dmafp_lines top = { 0 }, bottom = { 0 };
	size_t room;

	if (dmafp_judgement_refused(j)) {
		print_refused(j, out);
		return;
	}
	add_top(c, j, &top);
	add_bottom(c, j, &bottom);
	room = HEAD + top.nr + bottom.nr;
	room = room < DMAFP_MAIL_COVER ? DMAFP_MAIL_COVER - room : 0;
	print_lines(&top, out);
	if (c->nr_rows)
		print_rows(c, j, room, out);
	else
		dmafp_mail_loads(c, j, room, out);
	print_lines(&bottom, out);
}
