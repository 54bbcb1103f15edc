// SPDX-License-Identifier: GPL-2.0-or-later
/* The static proof: counts of the arms, and their paths side by side. */
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/agreement.h"
#include "analysis/path/moved.h"
#include "analysis/render/escape.h"
#include "analysis/render/html.h"

#define MAX_STEPS 2000 /* of a path that is lined up with another */

/* Counts */

static const struct {
	const char *name;
	size_t offset;
} counts[] = {
	{ "instructions", offsetof(struct dmafp_walk_counts, instructions) },
	{ "bytes", offsetof(struct dmafp_walk_counts, bytes) },
	{ "cache lines", offsetof(struct dmafp_walk_counts, lines) },
	{ "conditional branches", offsetof(struct dmafp_walk_counts, branches) },
	{ "branches and jumps taken", offsetof(struct dmafp_walk_counts, taken) },
	{ "loads", offsetof(struct dmafp_walk_counts, loads) },
	{ "stores", offsetof(struct dmafp_walk_counts, stores) },
	{ "stack operations", offsetof(struct dmafp_walk_counts, stack) },
	{ "calls", offsetof(struct dmafp_walk_counts, calls) },
	{ "locked instructions", offsetof(struct dmafp_walk_counts, locked) },
};

static uint64_t count_of(const struct dmafp_walk *walk, size_t i)
{
	return *(const uint64_t *)((const char *)&walk->counts + counts[i].offset);
}

static const char *walk_name(const struct dmafp_walk *walk)
{
	return walk->arm ? walk->arm : walk->image;
}

/* What the others are held against: base, or else the first one */
static const struct dmafp_walk *reference_of(const struct dmafp_walks *walks)
{
	const struct dmafp_walk *base = dmafp_walks_of(walks, dmafp_arm_name(DMAFP_ARM_BASE));

	return base ? base : &walks->items[0];
}

static void print_count(const struct dmafp_walks *walks, size_t i, FILE *out)
{
	const struct dmafp_walk *reference = reference_of(walks);
	size_t k;

	fputs("<tr>", out);
	dmafp_tag(out, "th", " scope=\"row\"", "%s", counts[i].name);
	for (k = 0; k < walks->nr; k++) {
		int64_t more = (int64_t)(count_of(&walks->items[k], i) - count_of(reference, i));

		fprintf(out, "<td>%" PRIu64, count_of(&walks->items[k], i));
		if (more)
			fprintf(out, " <span class=\"d\">(%+" PRId64 ")</span>", more);
		fputs("</td>", out);
	}
	fputs("</tr>\n", out);
}

static void print_estimates(const struct dmafp_walks *walks, FILE *out)
{
	const struct dmafp_walk *first = &walks->items[0];
	size_t i, k, n;

	for (i = 0; i < first->nr_estimates; i++) {
		fputs("<tr>", out);
		dmafp_tag(out, "th", " scope=\"row\"", "cycles, llvm-mca for %s",
			  first->estimates[i].cpu);
		for (k = 0; k < walks->nr; k++) {
			const struct dmafp_walk *w = &walks->items[k];

			for (n = 0; n < w->nr_estimates; n++)
				if (!strcmp(w->estimates[n].cpu, first->estimates[i].cpu))
					break;
			if (n < w->nr_estimates)
				fprintf(out, "<td>%" PRIu64 ".%02" PRIu64 "</td>",
					w->estimates[n].centicycles / 100,
					w->estimates[n].centicycles % 100);
			else
				fputs("<td>?</td>", out);
		}
		fputs("</tr>\n", out);
	}
}

static void print_counts(const struct dmafp_walks *walks, FILE *out)
{
	size_t i;

	fputs("<div class=\"scroll\" role=\"group\" aria-label=\"What the path is made of\" "
	      "tabindex=\"0\"><table>\n<caption>The not-deferred path through ",
	      out);
	dmafp_escapef(out, "%s (%s)", walks->items[0].symbol, walks->items[0].arch);
	fputs("</caption>\n<thead><tr><th scope=\"col\">on the path</th>", out);
	for (i = 0; i < walks->nr; i++)
		dmafp_tag(out, "th", " scope=\"col\"", "%s", walk_name(&walks->items[i]));
	fputs("</tr></thead>\n<tbody>\n", out);
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		print_count(walks, i, out);
	print_estimates(walks, out);
	fputs("</tbody></table></div>\n", out);
}

/* Two paths side by side */

static void print_step(const struct dmafp_walk *walk, const struct dmafp_walk_step *step, FILE *out)
{
	if (!step) {
		fputs("<td></td><td></td>", out);
		return;
	}
	if (strcmp(step->function, walk->symbol))
		dmafp_tag(out, "td", " class=\"o\"", "%s+%" PRIx64, step->function, step->offset);
	else
		dmafp_tag(out, "td", " class=\"o\"", "+%" PRIx64, step->offset);
	fputs("<td class=\"i\">", out);
	dmafp_tag(out, "code", "", "%s", step->text);
	if (step->taken)
		fputs(" <span class=\"why\">taken</span>", out);
	if (step->why)
		dmafp_tag(out, "span", " class=\"why\"", " %s", step->why);
	fputs("</td>", out);
}

/* A line is told by sign and word, not by its colour alone */
static const struct {
	const char *sign, *class, *meaning;
} moves[] = {
	[DMAFP_MOVED_SAME] = { "", "", "the same" },
	[DMAFP_MOVED_CHANGED] = { "~", "changed", "on other registers or members" },
	[DMAFP_MOVED_AWAY] = { "\xe2\x86\x93", "changed", "moved from here" },
	[DMAFP_MOVED_HERE] = { "\xe2\x86\x91", "changed", "moved to here" },
	[DMAFP_MOVED_OFF] = { "\xe2\x88\x92", "gone", "off the path" },
	[DMAFP_MOVED_GONE] = { "\xe2\x88\x92", "gone", "gone" },
	[DMAFP_MOVED_NEW] = { "+", "new", "new" },
};

static void print_pair(const struct dmafp_walk *a, const struct dmafp_walk *b,
		       const struct dmafp_moved_row *row, FILE *out)
{
	fprintf(out, "<tr class=\"%s\"><td>%s</td>", moves[row->kind].class,
		moves[row->kind].sign);
	print_step(a, row->left, out);
	print_step(b, row->right, out);
	fprintf(out, "<td class=\"why\">%s</td></tr>\n",
		row->kind == DMAFP_MOVED_SAME ? "" : moves[row->kind].meaning);
}

static void print_aligned(const struct dmafp_walk *a, const struct dmafp_walk *b, FILE *out)
{
	struct dmafp_moved moved;
	size_t i;

	dmafp_moved_new(&moved, a, b);
	for (i = 0; i < moved.nr; i++)
		print_pair(a, b, &moved.rows[i], out);
	dmafp_moved_free(&moved);
}

static void print_side_by_side(const struct dmafp_walk *a, const struct dmafp_walk *b, FILE *out)
{
	fputs("<details open=\"open\"><summary>", out);
	dmafp_escapef(out, "%s and %s, as they are executed", walk_name(a), walk_name(b));
	fputs("</summary>\n<div class=\"scroll\" role=\"group\" aria-label=\"Paths side by side\" "
	      "tabindex=\"0\"><table class=\"asm\">\n<thead><tr><th scope=\"col\"></th>"
	      "<th scope=\"colgroup\" colspan=\"2\">",
	      out);
	dmafp_escape(out, walk_name(a));
	fputs("</th><th scope=\"colgroup\" colspan=\"2\">", out);
	dmafp_escape(out, walk_name(b));
	fputs("</th><th scope=\"col\">change</th></tr></thead>\n<tbody>\n", out);
	print_aligned(a, b, out);
	fputs("</tbody></table></div></details>\n", out);
}

/* The whole function: what is off the path is dimmed */
static void print_function(const struct dmafp_walk *walk, FILE *out)
{
	size_t i;

	fputs("<details open=\"open\" class=\"half\"><summary>", out);
	dmafp_escapef(out, "%s in %s: all of it, off the path dimmed", walk->symbol,
		      walk_name(walk));
	fputs("</summary>\n<pre class=\"scroll\" tabindex=\"0\">", out);
	for (i = 0; i < walk->nr_insns; i++) {
		const struct dmafp_walk_insn *insn = &walk->insns[i];

		if (!insn->on_path)
			fputs("<span class=\"off\">", out);
		dmafp_escapef(out, "%c +%-5" PRIx64 "%s%s", insn->on_path ? '|' : ' ',
			      insn->offset, insn->text, insn->taken ? "  (taken)" : "");
		fputs(insn->on_path ? "\n" : "</span>\n", out);
	}
	fputs("</pre></details>\n", out);
}

/* Call sites and remarks */

static void print_sites(const struct dmafp_walk *walk, FILE *out)
{
	size_t i, guarded = 0;

	for (i = 0; i < walk->nr_sites; i++)
		guarded += walk->sites[i].guarded;
	dmafp_tag(out, "li", "", "%s: %zu of %zu call sites are behind a static branch",
		  walk_name(walk), guarded, walk->nr_sites);
	for (i = 0; i < walk->nr_sites; i++)
		if (!walk->sites[i].guarded)
			dmafp_tag(out, "li", "", "%s: the call in %s+0x%" PRIx64 " is not",
				  walk_name(walk), walk->sites[i].caller,
				  walk->sites[i].offset);
}

static void print_remarks(const struct dmafp_walks *walks, FILE *out)
{
	size_t i, k;

	fputs("<ul>", out);
	for (i = 0; i < walks->nr; i++) {
		const struct dmafp_walk *w = &walks->items[i];

		print_sites(w, out);
		if (!w->complete)
			dmafp_tag(out, "li", "", "%s: the walk is NOT complete", walk_name(w));
		for (k = 0; k < w->nr_remarks; k++)
			dmafp_tag(out, "li", "", "%s: %s", walk_name(w), w->remarks[k]);
	}
	fputs("</ul>\n", out);
}

/* Does what was measured of `check` move by as many instructions as the path? */

static void print_agreement(const struct dmafp_agreement *a, FILE *out)
{
	char measured[64] = "not measured";

	if (a->nr_rows && a->low == a->high)
		snprintf(measured, sizeof(measured), "measured %+" PRId64, a->low);
	else if (a->nr_rows)
		snprintf(measured, sizeof(measured), "measured %+" PRId64 " to %+" PRId64, a->low,
			 a->high);
	fputs("<li>", out);
	dmafp_escapef(out, "%s: ", walk_name(a->walk));
	if (a->is_known)
		fprintf(out, "%+" PRId64 " instructions in the image, ", a->by_image);
	dmafp_escapef(out, "%s on %zu rows of check: %s%s%s", measured, a->nr_rows,
		      dmafp_agreement_name(a->word), a->why ? "; " : "", a->why ? a->why : "");
	fputs("</li>\n", out);
}

static void print_proof(const struct dmafp_view *view, FILE *out)
{
	struct dmafp_proof proof;
	unsigned int arm;

	dmafp_proof_find(&proof, view->comparison);
	if (!proof.walks)
		return;
	fputs("<ul>\n", out);
	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
		if (proof.arms[arm].walk)
			print_agreement(&proof.arms[arm], out);
	fputs("</ul>\n", out);
	dmafp_proof_free(&proof);
}

static void print_walks(const struct dmafp_walks *walks, FILE *out)
{
	const struct dmafp_walk *reference = reference_of(walks);
	size_t i;

	print_counts(walks, out);
	for (i = 0; i < walks->nr; i++) {
		const struct dmafp_walk *own = &walks->items[i];

		if (own != reference && own->nr_path && own->nr_path <= MAX_STEPS &&
		    reference->nr_path <= MAX_STEPS)
			print_side_by_side(reference, own, out);
	}
	fputs("<div class=\"halves\">\n", out);
	for (i = 0; i < walks->nr; i++)
		print_function(&walks->items[i], out);
	fputs("</div>\n", out);
	print_remarks(walks, out);
}

void dmafp_html_walks(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_evidence *evidence = &view->comparison->set->evidence;
	size_t i;

	fputs("<p>Read out of the kernel images, without running them: the instructions from the "
	      "entry to the return of a device that is attached.</p>\n",
	      out);
	print_proof(view, out);
	for (i = 0; i < evidence->nr_walks; i++)
		if (evidence->walks[i].nr)
			print_walks(&evidence->walks[i], out);
}
