// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include "analysis/functions.h"
#include "analysis/json_text.h"
#include "analysis/render/json_functions.h"
#include "analysis/render/json_part.h"
#include "analysis/render/perf_print.h"

static void set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

static json_t *count(uint64_t value)
{
	return json_integer((json_int_t)value);
}

/* JSON has no infinity; only a file that was tampered with gives one */
static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *side_json(const struct dmafp_functions *f,
			 const struct dmafp_functions_row *row, enum dmafp_arm_id arm)
{
	const struct dmafp_functions_side *side = &row->sides[arm];
	bool both = arm != DMAFP_ARM_BASE && dmafp_functions_both(f, arm);
	json_t *json = json_object();

	set(json, "samples", count(side->samples));
	set(json, "period", f->by_period ? number(side->weight) : json_null());
	set(json, "share", f->arms[arm].busy ? number(side->share) : json_null());
	set(json, "cost", f->arms[arm].has_cost ? number(side->cost) : json_null());
	set(json, "error", f->arms[arm].has_cost ? number(side->error) : json_null());
	set(json, "difference",
	    both ? number(dmafp_functions_difference(row, arm)) : json_null());
	set(json, "difference_error",
	    both ? number(dmafp_functions_error(row, arm)) : json_null());
	set(json, "differs",
	    both ? json_boolean(dmafp_functions_differ(f, row, arm)) : json_null());
	return json;
}

static json_t *row_json(const struct dmafp_functions *f,
			const struct dmafp_functions_row *row)
{
	json_t *json = json_object(), *arms = json_object();
	unsigned int arm;

	set(json, "function", dmafp_json_string(row->name));
	set(json, "shared", json_boolean(row->shared));
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		set(arms, dmafp_arm_name(arm),
		    f->arms[arm].boots ? side_json(f, row, arm) : json_null());
	set(json, "arms", arms);
	return json;
}

static json_t *arm_json(const struct dmafp_functions_arm *arm)
{
	json_t *json = json_object();

	if (!arm->boots) {
		json_decref(json);
		return json_null();
	}
	set(json, "boots", count(arm->boots));
	set(json, "samples", count(arm->samples));
	set(json, "lost", count(arm->lost));
	set(json, "idle", count(arm->idle));
	set(json, "recorder", count(arm->recorder));
	set(json, "harness", count(arm->harness));
	set(json, "user", count(arm->user));
	set(json, "busy", count(arm->busy));
	set(json, "cost", arm->has_cost ? number(arm->cost) : json_null());
	return json;
}

static json_t *texts_json(const struct dmafp_comparison *c, const struct dmafp_functions *f)
{
	const struct dmafp_perf_item *item = dmafp_perf_find(&c->set->evidence, f, NULL);
	json_t *json = json_object(), *diffs = json_object(), *annotations = json_object();
	size_t i;

	for (i = 0; item && i < item->nr_diffs; i++)
		set(diffs, item->diffs[i].arm,
		    dmafp_json_string(item->diffs[i].text));
	for (i = 0; item && i < item->nr_annotations; i++)
		set(annotations, item->annotations[i].arm,
		    dmafp_json_string(item->annotations[i].text));
	set(json, "diff", diffs);
	set(json, "annotate", annotations);
	if (!item) {
		json_decref(json);
		return json_null();
	}
	return json;
}

static json_t *functions_json(const struct dmafp_comparison *c,
			      const struct dmafp_functions *f)
{
	json_t *json = json_object(), *arms = json_object(), *rows = json_array();
	char *unlike = dmafp_functions_unlike(f);
	unsigned int arm;
	size_t i;

	dmafp_json_place(json, f->group);
	set(json, "title", dmafp_json_string(f->title));
	set(json, "op", dmafp_json_string(dmafp_functions_unit(f)));
	set(json, "unit", dmafp_json_string(f->unit));
	set(json, "event", dmafp_json_string(f->how->event));
	set(json, "fallback",
	    dmafp_json_string(f->how->fallback));
	set(json, "frequency", count(f->how->frequency));
	set(json, "by_period", json_boolean(f->by_period));
	set(json, "unlike", dmafp_json_string(unlike));
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		set(arms, dmafp_arm_name(arm), arm_json(&f->arms[arm]));
	set(json, "arms", arms);
	for (i = 0; i < f->nr_rows; i++)
		json_array_append_new(rows, row_json(f, &f->rows[i]));
	set(json, "functions", rows);
	set(json, "path", row_json(f, &f->path));
	set(json, "others", row_json(f, &f->others));
	set(json, "perf", texts_json(c, f));
	free(unlike);
	return json;
}

json_t *dmafp_json_functions(const struct dmafp_comparison *comparison)
{
	struct dmafp_functions_list list;
	json_t *array = json_array();
	size_t i;

	dmafp_functions_collect(comparison->set, &list);
	for (i = 0; i < list.nr; i++)
		json_array_append_new(array, functions_json(comparison, &list.items[i]));
	dmafp_functions_list_free(&list);
	return array;
}
