// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/lines.h"
#include "analysis/path/moved.h"
#include "analysis/render/walks.h"
#include "analysis/render/wrap.h"
#include "base/file.h"

#define LABEL  14
#define COLUMN 14
#define SIDE   34 /* of a pair */
#define FEW    4  /* columns of a table */
#define FEW_SITES 12

/* The arm; of an image whose arm is not known, its number on the command line */
static void name_of(const struct dmafp_walks *walks, size_t i, char *text, size_t size)
{
	if (walks->items[i].arm)
		snprintf(text, size, "%s", walks->items[i].arm);
	else
		snprintf(text, size, "image %zu", i + 1);
}

static const struct row {
	const char *label;
	size_t offset;
} rows[] = {
#define ROW(_label, _member) { _label, offsetof(struct dmafp_walk_counts, _member) }
	ROW("instructions", instructions),
	ROW("bytes", bytes),
	ROW("cache lines", lines),
	ROW("branches", branches),
	ROW("taken", taken),
	ROW("loads", loads),
	ROW("stores", stores),
	ROW("stack", stack),
	ROW("calls", calls),
	ROW("locked", locked),
};

static uint64_t count_of(const struct dmafp_walk *walk, const struct row *row)
{
	return *(const uint64_t *)((const char *)&walk->counts + row->offset);
}

static void cell(const char *text, bool last, FILE *out)
{
	fprintf(out, "%*s%s", COLUMN, text, last ? "\n" : "");
}

static void count_row(const struct dmafp_walks *walks, const struct row *row, size_t from,
		      size_t to, FILE *out)
{
	size_t i;

	fprintf(out, "%-*s", LABEL, row->label);
	for (i = from; i < to; i++) {
		uint64_t mine = count_of(&walks->items[i], row);
		uint64_t first = count_of(&walks->items[0], row);
		char text[64];

		if (i)
			snprintf(text, sizeof(text), "%" PRIu64 " (%+" PRId64 ")", mine,
				 (int64_t)(mine - first));
		else
			snprintf(text, sizeof(text), "%" PRIu64, mine);
		cell(text, i + 1 == to, out);
	}
}

static const struct dmafp_walk_estimate *estimate_for(const struct dmafp_walk *walk,
						      const char *cpu)
{
	size_t i;

	for (i = 0; i < walk->nr_estimates; i++)
		if (!strcmp(walk->estimates[i].cpu, cpu))
			return &walk->estimates[i];
	return NULL;
}

static void estimate_row(const struct dmafp_walks *walks, const char *cpu, size_t from, size_t to,
			 FILE *out)
{
	size_t i;

	fprintf(out, "%-*.*s", LABEL, LABEL, cpu);
	for (i = from; i < to; i++) {
		const struct dmafp_walk_estimate *estimate =
			estimate_for(&walks->items[i], cpu);
		char text[32] = ".";

		if (estimate)
			snprintf(text, sizeof(text), "%" PRIu64 ".%02" PRIu64,
				 estimate->centicycles / 100, estimate->centicycles % 100);
		cell(text, i + 1 == to, out);
	}
}

static void counts_table(const struct dmafp_walks *walks, size_t from, size_t to, FILE *out)
{
	char name[64];
	size_t i;

	fprintf(out, "%-*s", LABEL, "");
	for (i = from; i < to; i++) {
		name_of(walks, i, name, sizeof(name));
		cell(name, i + 1 == to, out);
	}
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		count_row(walks, &rows[i], from, to, out);
	for (i = 0; i < walks->items[0].nr_estimates; i++)
		estimate_row(walks, walks->items[0].estimates[i].cpu, from, to, out);
}

void dmafp_render_walks_counts(const struct dmafp_walks *walks, FILE *out)
{
	size_t from;

	for (from = 0; from < walks->nr; from += FEW)
		counts_table(walks, from, from + FEW < walks->nr ? from + FEW : walks->nr, out);
}

static char *site_text(const struct dmafp_walk *walk)
{
	struct dmafp_lines names = { 0 };
	size_t i, guarded = 0;
	char *list, *text;

	for (i = 0; i < walk->nr_sites; i++) {
		const struct dmafp_walk_site *site = &walk->sites[i];

		guarded += site->guarded;
		if (names.nr < FEW_SITES)
			dmafp_lines_add_new(&names, "%s (%s)", site->caller,
					    !site->guarded ? "always" :
					    site->key	   ? site->key :
							     "a static branch");
		else if (names.nr == FEW_SITES)
			dmafp_lines_add(&names, "and more");
	}
	list = dmafp_lines_join(&names, ", ");
	if (!walk->nr_sites)
		text = dmafp_path("no direct call of it");
	else
		text = dmafp_path("%zu of %zu behind a static branch: %s", guarded, walk->nr_sites,
				  list);
	free(list);
	dmafp_lines_free(&names);
	return text;
}

void dmafp_render_walks_sites(const struct dmafp_walks *walks, FILE *out)
{
	char *first = site_text(&walks->items[0]), name[64];
	bool same = true;
	size_t i;

	for (i = 1; i < walks->nr; i++) {
		char *text = site_text(&walks->items[i]);

		same &= !strcmp(text, first);
		free(text);
	}
	if (same)
		dmafp_wrap(out, "", "  ", "Call sites%s: %s.",
			   walks->nr > 1 ? ", the same in all" : "", first);
	for (i = 0; !same && i < walks->nr; i++) {
		char *text = site_text(&walks->items[i]);

		name_of(walks, i, name, sizeof(name));
		dmafp_wrap(out, "", "  ", "Call sites in %s: %s.", name, text);
		free(text);
	}
	free(first);
}

static const char *mark(enum dmafp_moved_kind kind)
{
	switch (kind) {
	case DMAFP_MOVED_SAME:
		return " ";
	case DMAFP_MOVED_CHANGED:
		return "~";
	case DMAFP_MOVED_AWAY:
		return "v";
	case DMAFP_MOVED_HERE:
		return "^";
	case DMAFP_MOVED_OFF:
		return "/";
	case DMAFP_MOVED_GONE:
		return "<";
	case DMAFP_MOVED_NEW:
		return ">";
	}
	return "?";
}

/* What is called on the path is indented under the call. */
static void side_text(const struct dmafp_walk *walk, const struct dmafp_walk_step *step,
		      char text[SIDE + 1])
{
	if (step)
		snprintf(text, SIDE + 1, "%s%s%s", strcmp(step->function, walk->symbol) ? "  " : "",
			 step->text, step->taken ? " *" : "");
	else
		*text = '\0';
}

static void print_pair_row(const struct dmafp_walk *left, const struct dmafp_walk *right,
			   const struct dmafp_moved_row *row, FILE *out)
{
	char l[SIDE + 1], r[SIDE + 1];

	side_text(left, row->left, l);
	side_text(right, row->right, r);
	if (*r)
		fprintf(out, "%-*s %s %s\n", SIDE, l, mark(row->kind), r);
	else
		fprintf(out, "%-*s %s\n", SIDE, l, mark(row->kind));
}

void dmafp_render_walks_pair(const struct dmafp_walk *left, const struct dmafp_walk *right,
			     FILE *out)
{
	struct dmafp_moved moved;
	size_t i;

	dmafp_moved_new(&moved, left, right);
	for (i = 0; i < moved.nr; i++)
		print_pair_row(left, right, &moved.rows[i], out);
	dmafp_moved_free(&moved);
}

static void print_path(const struct dmafp_walk *walk, FILE *out)
{
	size_t i;

	for (i = 0; i < walk->nr_path; i++) {
		const struct dmafp_walk_step *step = &walk->path[i];
		bool called = strcmp(step->function, walk->symbol);

		fprintf(out, "%s+0x%-4" PRIx64 " %s%s\n", called ? "  " : "", step->offset,
			step->text, step->taken ? " *" : "");
	}
}

static void print_branches(const struct dmafp_walk *walk, const char *name, FILE *out)
{
	size_t i;

	for (i = 0; i < walk->nr_path; i++) {
		const struct dmafp_walk_step *step = &walk->path[i];

		if (step->why)
			dmafp_wrap(out, "- ", "  ", "%s: %s+0x%" PRIx64 ", %s: %s: %s.", name,
				   step->function, step->offset, step->text,
				   step->taken ? "taken" : "not taken", step->why);
	}
}

static void print_remarks(const struct dmafp_walk *walk, const char *name, FILE *out)
{
	size_t i;

	if (!walk->complete)
		dmafp_wrap(out, "- ", "  ", "%s: NOT COMPLETE: what the path takes is not known.",
			   name);
	for (i = 0; i < walk->nr_remarks; i++)
		dmafp_wrap(out, "- ", "  ", "%s: %s.", name, walk->remarks[i]);
}

static void print_beside_first(const struct dmafp_walks *walks, size_t i, FILE *out)
{
	const struct dmafp_walk *first = &walks->items[0], *walk = &walks->items[i];
	struct dmafp_moved moved;
	char left[64], right[64];
	bool same;

	name_of(walks, 0, left, sizeof(left));
	name_of(walks, i, right, sizeof(right));
	dmafp_moved_new(&moved, first, walk);
	same = dmafp_moved_is_same(&moved);
	dmafp_moved_free(&moved);
	if (same) {
		fprintf(out, "\n%s: the same instructions as %s\n", right, left);
		return;
	}
	fprintf(out, "\n%-*s | %s\n", SIDE, left, right);
	dmafp_render_walks_pair(first, walk, out);
}

static void print_images(const struct dmafp_walks *walks, FILE *out)
{
	char name[64];
	size_t i;

	for (i = 0; i < walks->nr; i++) {
		const struct dmafp_walk *walk = &walks->items[i];

		name_of(walks, i, name, sizeof(name));
		fprintf(out, "%-*s build id %.12s\n", LABEL - 1, name,
			walk->build_id ? walk->build_id : "not known");
	}
}

void dmafp_render_walks(const struct dmafp_walks *walks, FILE *out)
{
	char name[64];
	size_t i;

	if (!walks->nr)
		return;
	fprintf(out, "Static path through %s, %s, as it lies in the image\n",
		walks->items[0].symbol, walks->items[0].arch);
	print_images(walks, out);
	fprintf(out, "\n");
	dmafp_render_walks_counts(walks, out);
	if (!walks->items[0].nr_estimates)
		fprintf(out, "No estimate of cycles: llvm-mca gave none.\n");
	else
		dmafp_wrap(out, "", "", "Behind a CPU's name: cycles by llvm-mca, repeated without a pause, all in cache.");
	if (walks->nr == 1) {
		fprintf(out, "\n");
		print_path(&walks->items[0], out);
	}
	for (i = 1; i < walks->nr; i++)
		print_beside_first(walks, i, out);
	fprintf(out, "\n");
	dmafp_wrap(out, "", "", "Marks: * taken; %sindented: in a function that is called.",
		   walks->nr == 1 ? "" : "~ other operands; v, ^ moved down, up; / now off the "
					 "path; <, > only here; ");
	fprintf(out, "\n");
	dmafp_render_walks_sites(walks, out);
	fprintf(out, "\nBranches and remarks:\n");
	for (i = 0; i < walks->nr; i++) {
		name_of(walks, i, name, sizeof(name));
		print_branches(&walks->items[i], name, out);
		print_remarks(&walks->items[i], name, out);
	}
}
