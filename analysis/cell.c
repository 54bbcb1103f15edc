// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "base/size.h"

/* Method block makes N ops and then 2N of them for a sample about N */
#define OPS_OF_A_BLOCK 3

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_attrs(const struct dmafp_cell_result *a, const struct dmafp_cell_result *b)
{
	size_t i;

	if (a->nr_attrs != b->nr_attrs)
		return false;
	for (i = 0; i < a->nr_attrs; i++)
		if (strcmp(a->attrs[i], b->attrs[i]))
			return false;
	return true;
}

/* On whichever node */
static bool same_call(const struct dmafp_cell_result *a, const struct dmafp_cell_result *b)
{
	return !strcmp(a->op, b->op) && a->bytes == b->bytes &&
	       a->entries == b->entries && same_text(a->layout, b->layout) &&
	       same_text(a->direction, b->direction) && a->mask_bits == b->mask_bits &&
	       a->touch == b->touch && same_attrs(a, b);
}

static bool same_way(const struct dmafp_cell_result *a, const struct dmafp_cell_result *b)
{
	return a->method == b->method && a->ops_per_sample == b->ops_per_sample &&
	       a->block == b->block && a->live == b->live && a->delay_ns == b->delay_ns &&
	       a->warmup == b->warmup && a->iterations == b->iterations &&
	       a->duration_ns == b->duration_ns;
}

static bool same_place(const struct dmafp_cell_result *a, const struct dmafp_cell_result *b)
{
	return a->node == b->node && same_text(a->place, b->place) &&
	       a->scales == b->scales && a->worker_node == b->worker_node &&
	       a->preemptible == b->preemptible;
}

bool dmafp_cell_same_op(const struct dmafp_cell_result *a, const struct dmafp_cell_result *b)
{
	return same_call(a, b) && same_way(a, b);
}

bool dmafp_cell_same_curve(const struct dmafp_cell_result *a,
			   const struct dmafp_cell_result *b)
{
	return dmafp_cell_same_op(a, b) && same_place(a, b);
}

bool dmafp_cell_same(const struct dmafp_cell_result *a, const struct dmafp_cell_result *b)
{
	return dmafp_cell_same_curve(a, b) && a->nr_cpus == b->nr_cpus &&
	       (!a->nr_cpus || !memcmp(a->cpus, b->cpus, a->nr_cpus * sizeof(*a->cpus)));
}

static const char *short_direction(const char *direction)
{
	if (!strcmp(direction, "to_device"))
		return "to";
	if (!strcmp(direction, "from_device"))
		return "from";
	if (!strcmp(direction, "bidirectional"))
		return "both";
	return direction;
}

double dmafp_cell_ops(const struct dmafp_cell_result *cell, uint64_t samples)
{
	double ops = (double)samples * (double)cell->ops_per_sample;

	return cell->method == DMAFP_BY_BLOCK ? OPS_OF_A_BLOCK * ops : ops;
}

const char *dmafp_cell_method(const struct dmafp_cell_result *cell)
{
	static const char *const names[] = {
		[DMAFP_BY_LATENCY] = "latency", [DMAFP_BY_BLOCK] = "block", [DMAFP_BY_SUSTAINED] = "sustained"
	};

	return names[cell->method];
}

static void print_op(const struct dmafp_cell_result *cell, FILE *out)
{
	static const char *const methods[] = {
		[DMAFP_BY_LATENCY] = "", [DMAFP_BY_BLOCK] = " blk", [DMAFP_BY_SUSTAINED] = " sus"
	};
	char size[DMAFP_SIZE_TEXT];

	fputs(cell->op, out);
	if (cell->bytes)
		fprintf(out, " %s", dmafp_size_text(cell->bytes, size));
	if (cell->entries)
		fprintf(out, "/%" PRIu32 "%s", cell->entries,
			!strcmp(cell->layout, "scattered") ? "s" : "");
	if (cell->direction)
		fprintf(out, " %s", short_direction(cell->direction));
	fprintf(out, "%s%s", cell->touch ? " touched" : "", methods[cell->method]);
}

static void print_title(const struct dmafp_cell_result *cell, FILE *out)
{
	print_op(cell, out);
	if (cell->nr_cpus > 1)
		fprintf(out, " x%zu", cell->nr_cpus);
	if (cell->scales && strcmp(cell->place, "own"))
		fprintf(out, " %s", cell->place);
}

static char *text_of(const struct dmafp_cell_result *cell,
		     void (*print)(const struct dmafp_cell_result *cell, FILE *out))
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	print(cell, out);
	fclose(out);
	return text;
}

char *dmafp_cell_title(const struct dmafp_cell_result *cell)
{
	return text_of(cell, print_title);
}

char *dmafp_cell_title_of_curve(const struct dmafp_cell_result *cell)
{
	return text_of(cell, print_op);
}
