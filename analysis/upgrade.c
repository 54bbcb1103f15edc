// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>

#include "analysis/upgrade.h"

static void upgrade_phase(json_t *phase)
{
	json_t *counted = json_object_get(phase, "counted");

	if (!json_is_object(phase))
		return;
	if (json_is_object(counted))
		json_object_set_new(counted, "reached", json_null());
	json_object_set_new(phase, "series", json_array());
}

/* docs: results/README.md, "Versions" */
static void upgrade_cell(json_t *cell)
{
	json_object_set_new(cell, "sleeps", json_false());
	json_object_set_new(cell, "method", json_string("latency"));
	json_object_set_new(cell, "ops_per_sample", json_integer(1));
	json_object_set_new(cell, "entries", json_integer(0));
	json_object_set_new(cell, "layout", json_null());
	json_object_set_new(cell, "attrs", json_array());
	json_object_set_new(cell, "mask_bits", json_null());
	json_object_set_new(cell, "node", json_null());
	json_object_set_new(cell, "touch", json_false());
	json_object_set_new(cell, "live", json_integer(0));
	json_object_set_new(cell, "delay_ns", json_integer(0));
	json_object_set_new(cell, "duration_ns", json_integer(0));
	json_object_set_new(cell, "workers", json_array());
	upgrade_phase(json_object_get(cell, "map"));
	upgrade_phase(json_object_get(cell, "unmap"));
}

static void upgrade_first_map(json_t *first)
{
	json_t *counted = json_object_get(first, "counted");

	if (!json_is_object(counted))
		return;
	json_object_set_new(counted, "held", json_null());
	json_object_set_new(counted, "trace",
			    json_pack("{s:[], s:i}", "records", "lost", 0));
}

static void upgrade_from_1(json_t *root)
{
	json_t *cell;
	size_t i;

	json_object_set_new(root, "attach", json_null());
	upgrade_first_map(json_object_get(root, "first_map"));
	json_array_foreach (json_object_get(root, "cells"), i, cell)
		if (json_is_object(cell))
			upgrade_cell(cell);
}

/* Add to an object of @root, which may be shared with the caller's, so to a copy */
static void add_missing(json_t *root, const char *object, const char *name, json_t *value)
{
	json_t *to = json_object_get(root, object);

	if (json_is_object(to) && !json_object_get(to, name)) {
		to = json_copy(to);
		json_object_set(to, name, value);
		json_object_set_new(root, object, to);
	}
	json_decref(value);
}

json_t *dmafp_upgrade(const json_t *root)
{
	bool first = json_integer_value(json_object_get(root, "dmafp_result")) == 1;
	json_t *copy = first ? json_deep_copy(root) : json_copy((json_t *)root);

	if (first)
		upgrade_from_1(copy);
	add_missing(copy, "kernel", "options", json_array());
	add_missing(copy, "profile", "margin_ppm", json_null());
	add_missing(copy, "profile", "margin_check", json_null());
	return copy;
}
