// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "base/file.h"

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

bool dmafp_cell_same(const struct dmafp_cell_result *a, const struct dmafp_cell_result *b)
{
	return !strcmp(a->op, b->op) && a->bytes == b->bytes &&
	       same_text(a->direction, b->direction) && a->block == b->block &&
	       a->warmup == b->warmup && a->iterations == b->iterations &&
	       a->nr_cpus == b->nr_cpus &&
	       (!a->nr_cpus || !memcmp(a->cpus, b->cpus, a->nr_cpus * sizeof(*a->cpus)));
}

/* 4096 -> "4K": whole units only, so that no size is rounded */
static char *size_text(uint64_t bytes)
{
	static const char units[] = " KMGT";
	size_t unit = 0;

	while (!(bytes % 1024) && units[unit + 1]) {
		bytes /= 1024;
		unit++;
	}
	return dmafp_path("%" PRIu64 "%.*s", bytes, unit ? 1 : 0, &units[unit]);
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

char *dmafp_call_title(const char *op, uint64_t bytes, const char *direction)
{
	char *size = bytes ? size_text(bytes) : NULL, *text;

	text = dmafp_path("%s%s%s%s%s", op, size ? " " : "", size ? size : "",
			  direction ? " " : "",
			  direction ? short_direction(direction) : "");
	free(size);
	return text;
}

char *dmafp_cell_title(const struct dmafp_cell_result *cell)
{
	char *call = dmafp_call_title(cell->op, cell->bytes, cell->direction), *text;

	if (cell->nr_cpus < 2)
		return call;
	text = dmafp_path("%s x%zu", call, cell->nr_cpus);
	free(call);
	return text;
}
