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

static bool lacks(const json_t *object, const char *name)
{
	return json_is_object(object) && !json_object_get(object, name);
}

/* The element at @i of a copied array, copied as well */
static json_t *own_element(json_t *array, size_t i)
{
	json_array_set_new(array, i, json_copy(json_array_get(array, i)));
	return json_array_get(array, i);
}

static void add_samples(json_t *cell)
{
	json_t *workers = json_copy(json_object_get(cell, "workers"));
	size_t i;

	json_object_set_new(cell, "workers", workers);
	for (i = 0; i < json_array_size(workers); i++)
		if (lacks(json_array_get(workers, i), "samples"))
			json_object_set_new(own_element(workers, i), "samples",
					    json_null());
}

/* A cell that has "scaling" has all that came with it */
static void add_scaling(json_t *cell)
{
	json_object_set_new(cell, "scaling", json_null());
	if (lacks(cell, "preemptible"))
		json_object_set_new(cell, "preemptible", json_false());
	if (json_is_array(json_object_get(cell, "workers")))
		add_samples(cell);
}

/* The member of a copied object, copied as well */
static json_t *own_member(json_t *object, const char *name)
{
	json_object_set_new(object, name, json_copy(json_object_get(object, name)));
	return json_object_get(object, name);
}

/* A sampling that has a period has all of them */
static void add_periods(json_t *sampling)
{
	json_t *functions = own_member(sampling, "functions");
	size_t i;

	json_object_set_new(sampling, "user_period", json_null());
	for (i = 0; i < json_array_size(functions); i++)
		if (lacks(json_array_get(functions, i), "period"))
			json_object_set_new(own_element(functions, i), "period", json_null());
}

/* @owner: its cell or load, copied */
static void add_to_sampling(json_t *owner)
{
	json_t *sampling = own_member(owner, "sampling");

	if (lacks(sampling, "user_period") &&
	    json_is_array(json_object_get(sampling, "functions")))
		add_periods(sampling);
	if (lacks(sampling, "load"))
		json_object_set_new(sampling, "load", json_null());
}

static bool has_sampling(const json_t *owner)
{
	return json_is_object(json_object_get(owner, "sampling"));
}

static void add_to_cell(json_t *cells, size_t i)
{
	bool scaling = lacks(json_array_get(cells, i), "scaling");
	bool sampling = lacks(json_array_get(cells, i), "sampling");
	bool sampled = has_sampling(json_array_get(cells, i));
	json_t *cell = scaling || sampling || sampled ? own_element(cells, i) : NULL;

	if (scaling)
		add_scaling(cell);
	if (sampling)
		json_object_set_new(cell, "sampling", json_null());
	if (sampled)
		add_to_sampling(cell);
}

static void add_to_load(json_t *loads, size_t i)
{
	if (has_sampling(json_array_get(loads, i)))
		add_to_sampling(own_element(loads, i));
}

/* In a copy of the array, which may be the caller's; so may not be @object itself */
static void add_to_each(json_t *object, const char *name, void (*add)(json_t *array, size_t i))
{
	json_t *array;
	size_t i;

	if (!json_is_array(json_object_get(object, name)))
		return;
	array = own_member(object, name);
	for (i = 0; i < json_array_size(array); i++)
		add(array, i);
}

static void add_to_traffic(json_t *root)
{
	if (json_is_object(json_object_get(root, "traffic")))
		add_to_each(own_member(root, "traffic"), "loads", add_to_load);
}

json_t *dmafp_upgrade(const json_t *root)
{
	bool first = json_integer_value(json_object_get(root, "dmafp_result")) == 1;
	json_t *copy = first ? json_deep_copy(root) : json_copy((json_t *)root);

	if (first)
		upgrade_from_1(copy);
	if (lacks(copy, "campaign"))
		json_object_set_new(copy, "campaign", json_null());
	add_missing(copy, "kernel", "options", json_array());
	add_missing(copy, "machine", "findings", json_array());
	add_missing(copy, "profile", "margin_ppm", json_null());
	add_missing(copy, "profile", "margin_check", json_null());
	add_to_each(copy, "cells", add_to_cell);
	add_to_traffic(copy);
	if (!json_object_get(copy, "traffic"))
		json_object_set_new(copy, "traffic", json_null());
	return copy;
}
