// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "analysis/calltree.h"
#include "analysis/render/escape.h"
#include "analysis/render/flame.h"

/* In pixels of the view box; a glyph is as wide as in a monospaced font of 12 */
#define MARGIN	   10
#define WIDTH	   1180
#define ROW	   18
#define HEAD	   30
#define FOOT	   26
#define GLYPH	   7
#define BASELINE   13
#define LEGEND_GAP 14

/* Which of the two arms' numbers are in a call tree */
enum { ARM, BASE };

/* The first row that fits a name says what kind of function it is. */
static const struct kind {
	const char *name, *color;
	const char *patterns[16];
} kinds[] = {
	{ "harness", "#d0d0d0", { "dmafp_*", "__SC?__dmafp_*" } },
	{ "DMA core", "#9ecae1", { "dma_*", "__dma_*", "debug_dma_*", "swiotlb_*" } },
	{ "IOVA", "#c7b9e2", { "*iova*" } },
	{ "IOMMU",
	  "#a1d99b",
	  { "*iommu*", "intel_*", "qi_*", "domain_*", "__domain_*", "dmar_*", "amd_*", "cache_tag_*",
	    "v1_*", "*_pte*", "pfn_to_*" } },
	{ "locks, memory",
	  "#fdd0a2",
	  { "*lock*", "*mutex*", "*alloc*", "*kmem*", "*page*", "mem*", "__mem*", "clear_*",
	    "kfree*", "*rcu*", "preempt_*", "xa*", "radix_*" } },
	{ "other", "#f2e394", { "*" } },
};

#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

#define TESTED	"#ef6548" /* the function under test */
#define MORE	"#f4a582"
#define LESS	"#92c5de"
#define AS_MUCH "#e8e8e8"

struct drawing {
	const struct dmafp_flame *flame;
	FILE *out;
	uint64_t whole;
	unsigned int rows;
};

static const struct kind *kind_of(const char *name)
{
	const struct kind *kind;
	size_t i;

	for (kind = kinds;; kind++)
		for (i = 0; i < sizeof(kind->patterns) / sizeof(kind->patterns[0]); i++)
			if (kind->patterns[i] && !fnmatch(kind->patterns[i], name, 0))
				return kind;
}

/* An inlined function has its name and "_[i]". */
static bool is_tested(const struct dmafp_flame *flame, const char *name)
{
	size_t len = flame->highlight ? strlen(flame->highlight) : 0;

	return len && !strncmp(name, flame->highlight, len) &&
	       (!name[len] || !strcmp(name + len, "_[i]"));
}

/* What a frame's width stands for: in a difference, that of the arm with more. */
static uint64_t weight(const struct drawing *d, const struct dmafp_call *call)
{
	const struct dmafp_call *sub;
	uint64_t sum;

	if (!d->flame->base)
		return call->total[ARM];
	sum = call->self[ARM] > call->self[BASE] ? call->self[ARM] : call->self[BASE];
	for (sub = call->calls; sub; sub = sub->next)
		sum += weight(d, sub);
	return sum;
}

static unsigned int depth_of(const struct dmafp_call *call)
{
	const struct dmafp_call *sub;
	unsigned int deepest = 0;

	for (sub = call->calls; sub; sub = sub->next) {
		unsigned int depth = depth_of(sub);

		deepest = depth > deepest ? depth : deepest;
	}
	return deepest + (call->name ? 1 : 0);
}

/* Hundredths of a pixel, in integers: the same on every machine. */
static void put_pixels(const char *attribute, uint64_t hundredths, FILE *out)
{
	fprintf(out, " %s=\"%" PRIu64 ".%02u\"", attribute, hundredths / 100,
		(unsigned int)(hundredths % 100));
}

static uint64_t pixels(const struct drawing *d, uint64_t instructions)
{
	return instructions * WIDTH * 100 / d->whole;
}

static void put_title(const struct drawing *d, const struct dmafp_call *call)
{
	uint64_t total = call->total[ARM], whole = d->flame->steps->instructions;

	fputs("<title>", d->out);
	dmafp_escape(d->out, call->name);
	if (d->flame->base)
		fprintf(d->out, ": %" PRIu64 " in %s, %" PRIu64 " in %s, %+" PRId64,
			call->total[BASE], d->flame->base->arm, total, d->flame->steps->arm,
			(int64_t)(total - call->total[BASE]));
	else
		fprintf(d->out,
			": %" PRIu64 " instructions, %" PRIu64 ".%" PRIu64 " %%, %" PRIu64
			" its own",
			total, total * 100 / whole, total * 1000 / whole % 10,
			call->self[ARM]);
	fputs("</title>", d->out);
}

static const char *color_of(const struct drawing *d, const struct dmafp_call *call)
{
	if (!d->flame->base)
		return is_tested(d->flame, call->name) ? TESTED : kind_of(call->name)->color;
	if (call->total[ARM] == call->total[BASE])
		return AS_MUCH;
	return call->total[ARM] > call->total[BASE] ? MORE : LESS;
}

/* As much of the name as there is room for, and its number where there is more */
static void put_label(const struct drawing *d, const struct dmafp_call *call, uint64_t left,
		      uint64_t width, unsigned int top)
{
	size_t room = width / 100 / GLYPH, len = strlen(call->name);
	char number[32];

	if (d->flame->base)
		snprintf(number, sizeof(number), " %+" PRId64,
			 (int64_t)(call->total[ARM] - call->total[BASE]));
	else
		snprintf(number, sizeof(number), " %" PRIu64, call->total[ARM]);
	if (room < 4)
		return;
	fputs("<text", d->out);
	put_pixels("x", left + 300, d->out);
	fprintf(d->out, " y=\"%u\">", top + BASELINE);
	dmafp_escapef(d->out, "%.*s%s", (int)(len < room ? len : room - 2), call->name,
		      len < room ? "" : "..");
	if (len + strlen(number) < room)
		fputs(number, d->out);
	fputs("</text>", d->out);
}

static void put_frame(const struct drawing *d, const struct dmafp_call *call, uint64_t begin,
		      uint64_t size, unsigned int row)
{
	uint64_t left = MARGIN * 100 + pixels(d, begin);
	uint64_t width = pixels(d, begin + size) - pixels(d, begin);
	unsigned int top = HEAD + (d->rows - 1 - row) * ROW;
	bool tested = is_tested(d->flame, call->name);

	fputs("<g>", d->out);
	put_title(d, call);
	fputs("<rect", d->out);
	put_pixels("x", left, d->out);
	fprintf(d->out, " y=\"%u\"", top);
	put_pixels("width", width, d->out);
	fprintf(d->out, " height=\"%d\" fill=\"%s\" stroke=\"%s\" stroke-width=\"%s\"/>", ROW - 1,
		color_of(d, call), tested ? "#7f0000" : "#ffffff", tested ? "1.5" : "0.5");
	put_label(d, call, left, width, top);
	fputs("</g>\n", d->out);
}

static void put_calls(const struct drawing *d, const struct dmafp_call *call, uint64_t begin,
		      unsigned int row)
{
	const struct dmafp_call *sub;

	for (sub = call->calls; sub; sub = sub->next) {
		uint64_t size = weight(d, sub);

		put_frame(d, sub, begin, size, row);
		put_calls(d, sub, begin, row + 1);
		begin += size;
	}
}

static unsigned int put_key(const struct drawing *d, unsigned int left, const char *color,
			    const char *name)
{
	unsigned int top = HEAD + d->rows * ROW + 8;

	fprintf(d->out,
		"<rect x=\"%u\" y=\"%u\" width=\"10\" height=\"10\" fill=\"%s\"/>"
		"<text x=\"%u\" y=\"%u\">",
		left, top, color, left + 14, top + 9);
	dmafp_escape(d->out, name);
	fputs("</text>\n", d->out);
	return left + 14 + (unsigned int)strlen(name) * GLYPH + LEGEND_GAP;
}

/* Instructions of the function under test, which may be too narrow for a label */
static uint64_t tested_in(const struct dmafp_flame *flame, const struct dmafp_call *call)
{
	uint64_t sum = 0;

	for (; call; call = call->next)
		sum += is_tested(flame, call->name) ? call->total[ARM] :
						      tested_in(flame, call->calls);
	return sum;
}

static void put_legend(const struct drawing *d, uint64_t tested)
{
	unsigned int left = MARGIN;
	char name[128];
	size_t i;

	if (d->flame->base) {
		left = put_key(d, left, LESS, "fewer instructions");
		left = put_key(d, left, MORE, "more");
		put_key(d, left, AS_MUCH, "as many");
		return;
	}
	if (d->flame->highlight && tested) {
		snprintf(name, sizeof(name), "%.80s %" PRIu64, d->flame->highlight, tested);
		left = put_key(d, left, TESTED, name);
	}
	for (i = 0; i < NR_KINDS; i++)
		left = put_key(d, left, kinds[i].color, kinds[i].name);
}

void dmafp_flame_svg(const struct dmafp_flame *flame, FILE *out)
{
	const struct dmafp_steps *arms[] = { [ARM] = flame->steps, [BASE] = flame->base };
	struct dmafp_call *root = dmafp_calltree_make(arms, flame->base ? 2 : 1);
	struct drawing d = { .flame = flame, .out = out };
	unsigned int height;

	d.whole = weight(&d, root);
	d.rows = depth_of(root);
	height = HEAD + d.rows * ROW + FOOT;
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %u\" width=\"100%%\" "
		"role=\"img\" font-family=\"monospace\" font-size=\"12\" fill=\"#000000\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n",
		WIDTH + 2 * MARGIN, height);
	fprintf(out, "<text x=\"%d\" y=\"19\" font-size=\"14\">", MARGIN);
	dmafp_escape(out, flame->title);
	fputs("</text>\n", out);
	if (d.whole)
		put_calls(&d, root, 0, 0);
	put_legend(&d, tested_in(flame, root->calls));
	fputs("</svg>\n", out);
	dmafp_calltree_free(root);
}
