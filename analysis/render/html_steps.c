// SPDX-License-Identifier: GPL-2.0-or-later
/* The exact profile: instructions per function, and flame graphs. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/render/escape.h"
#include "analysis/render/flame.h"
#include "analysis/render/html.h"
#include "base/alloc.h"
#include "base/file.h"

#define INLINED	    "_[i]" /* behind the name of a frame that was inlined */
#define HIGHLIGHTED "iommu_deferred_attach"

/* struct function - instructions of its own, inlined or not, per arm */
struct function {
	char *name;
	uint64_t instructions[DMAFP_NR_ARMS];
};

struct functions {
	struct function *items;
	size_t nr;
};

static struct function *find(struct functions *f, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < f->nr; i++)
		if (strlen(f->items[i].name) == len && !strncmp(f->items[i].name, name, len))
			return &f->items[i];
	f->items = dmafp_alloc_grow(f->items, f->nr, sizeof(*f->items));
	f->items[f->nr] = (struct function) { .name = dmafp_path("%.*s", (int)len, name) };
	return &f->items[f->nr++];
}

static void add_steps(struct functions *f, const struct dmafp_steps *steps, unsigned int arm)
{
	size_t i, len;

	for (i = 0; i < steps->nr_stacks; i++) {
		const char *stack = steps->stacks[i].stack, *leaf = strrchr(stack, ';');

		leaf = leaf ? leaf + 1 : stack;
		len = strlen(leaf);
		if (len > strlen(INLINED) && !strcmp(leaf + len - strlen(INLINED), INLINED))
			len -= strlen(INLINED);
		find(f, leaf, len)->instructions[arm] += steps->stacks[i].instructions;
	}
}

static int64_t patched_more(const struct function *f)
{
	return (int64_t)(f->instructions[DMAFP_ARM_PATCHED] - f->instructions[DMAFP_ARM_BASE]);
}

/* What moved first, then what takes most */
static int by_change(const void *a, const void *b)
{
	const struct function *x = a, *y = b;
	int64_t move_x = llabs(patched_more(x)), move_y = llabs(patched_more(y));

	if (move_x != move_y)
		return move_x < move_y ? 1 : -1;
	if (x->instructions[DMAFP_ARM_BASE] != y->instructions[DMAFP_ARM_BASE])
		return x->instructions[DMAFP_ARM_BASE] < y->instructions[DMAFP_ARM_BASE] ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* One phase on all arms that were stepped */
struct phase {
	const char *name;
	const struct dmafp_steps *arms[DMAFP_NR_ARMS];
};

static void print_function(const struct phase *p, const struct function *f, FILE *out)
{
	unsigned int arm;

	fputs("<tr>", out);
	dmafp_tag(out, "th", " scope=\"row\"", "%s", f->name);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (p->arms[arm])
			fprintf(out, "<td>%" PRIu64 "</td>", f->instructions[arm]);
	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++) {
		int64_t more =
			(int64_t)(f->instructions[arm] - f->instructions[DMAFP_ARM_BASE]);

		if (p->arms[arm] && p->arms[DMAFP_ARM_BASE])
			fprintf(out, "<td%s>%+" PRId64 "</td>", more ? " class=\"d\"" : "", more);
	}
	fputs("</tr>\n", out);
}

static void print_heads(const struct phase *p, FILE *out)
{
	unsigned int arm;

	fputs("<thead><tr><th scope=\"col\">function</th>", out);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (p->arms[arm])
			dmafp_tag(out, "th", " scope=\"col\"", "%s", dmafp_arm_name(arm));
	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
		if (p->arms[arm] && p->arms[DMAFP_ARM_BASE])
			dmafp_tag(out, "th", " scope=\"col\"", "\xce\x94 %s",
				  dmafp_arm_name(arm));
	fputs("</tr></thead>\n", out);
}

static void print_table(const struct phase *p, FILE *out)
{
	struct function whole = { .name = "all" };
	struct functions f = { 0 };
	unsigned int arm;
	size_t i;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (p->arms[arm]) {
			add_steps(&f, p->arms[arm], arm);
			whole.instructions[arm] = p->arms[arm]->instructions;
		}
	if (f.nr)
		qsort(f.items, f.nr, sizeof(*f.items), by_change);
	fprintf(out,
		"<div class=\"scroll\" role=\"group\" aria-label=\"Functions\" tabindex=\"0\">"
		"<table>\n<caption>%s: instructions by function, its own ones</caption>\n",
		p->name);
	print_heads(p, out);
	fputs("<tbody>\n", out);
	print_function(p, &whole, out);
	for (i = 0; i < f.nr; i++) {
		print_function(p, &f.items[i], out);
		free(f.items[i].name);
	}
	fputs("</tbody></table></div>\n", out);
	free(f.items);
}

/* Is the whole what the op is measured to take? */
static void print_measured(const struct phase *p, FILE *out)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		const struct dmafp_steps *s = p->arms[arm];

		if (!s)
			continue;
		if (!s->measured)
			dmafp_tag(out, "li", "", "%s, %s: %" PRIu64
				  " instructions stepped; not measured in the same guest",
				  s->arm, p->name, s->instructions);
		else
			dmafp_tag(out, "li", "",
				  "%s, %s: %" PRIu64 " instructions stepped, %" PRIu64
				  " measured: %s",
				  s->arm, p->name, s->instructions, s->measured,
				  s->instructions == s->measured ? "the same" : "NOT the same");
	}
}

static void print_flame(const struct phase *p, unsigned int arm, bool difference, FILE *out)
{
	char *title = difference ? dmafp_path("%s: %s against base", p->name, dmafp_arm_name(arm))
				 : dmafp_path("%s: %s, %" PRIu64 " instructions", p->name,
					      dmafp_arm_name(arm), p->arms[arm]->instructions);
	struct dmafp_flame flame = { .title = title,
				     .steps = p->arms[arm],
				     .base = difference ? p->arms[DMAFP_ARM_BASE] : NULL,
				     .highlight = difference ? NULL : HIGHLIGHTED };

	fputs("<figure class=\"flame\" aria-label=\"", out);
	dmafp_escape(out, title);
	fputs("\"><div class=\"scroll\" role=\"group\" aria-label=\"Flame graph\" tabindex=\"0\">\n",
	      out);
	dmafp_flame_svg(&flame, out);
	fputs("</div></figure>\n", out);
	free(title);
}

static bool moves(const struct dmafp_steps *a, const struct dmafp_steps *b)
{
	size_t i;

	if (a->nr_stacks != b->nr_stacks || a->instructions != b->instructions)
		return true;
	for (i = 0; i < a->nr_stacks; i++)
		if (a->stacks[i].instructions != b->stacks[i].instructions ||
		    strcmp(a->stacks[i].stack, b->stacks[i].stack))
			return true;
	return false;
}

/* Base, and every arm that is not the same: as it is, and its difference */
static void print_phase(const struct phase *p, FILE *out)
{
	const struct dmafp_steps *base = p->arms[DMAFP_ARM_BASE];
	unsigned int arm;

	fputs("<ul>", out);
	print_measured(p, out);
	fputs("</ul>\n", out);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		if (!p->arms[arm])
			continue;
		if (base && arm != DMAFP_ARM_BASE && !moves(base, p->arms[arm])) {
			dmafp_tag(out, "p", "", "%s, %s: the same stacks as base.",
				  dmafp_arm_name(arm), p->name);
			continue;
		}
		print_flame(p, arm, false, out);
		if (base && arm != DMAFP_ARM_BASE)
			print_flame(p, arm, true, out);
	}
	print_table(p, out);
}

static void print_steps(const struct dmafp_profile_steps *steps, FILE *out)
{
	static const char *const names[] = { "map", "unmap" };
	struct phase p;
	unsigned int arm;
	bool any;
	size_t i;

	dmafp_tag(out, "h3", "", "%s, %" PRIu64 " bytes%s%s, %s on %s", steps->op, steps->bytes,
		  steps->direction ? ", " : "", steps->direction ? steps->direction : "",
		  steps->mode ? steps->mode : "?", steps->device ? steps->device : "?");
	fputc('\n', out);
	for (i = 0; i < 2; i++) {
		p = (struct phase) { .name = names[i] };
		any = false;
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
			p.arms[arm] = dmafp_steps_of(steps, dmafp_arm_name(arm), names[i]);
			any |= p.arms[arm] != NULL;
		}
		if (any)
			print_phase(&p, out);
	}
}

void dmafp_html_steps(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_evidence *evidence = &view->comparison->set->evidence;
	size_t i;

	fputs("<p>One op, stepped instruction by instruction. A frame of a flame graph is as wide "
	      "as what it and its callees take; hover over one for its numbers.</p>\n",
	      out);
	for (i = 0; i < evidence->nr_steps; i++)
		print_steps(&evidence->steps[i], out);
}
