// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "analysis/cell.h"
#include "analysis/json_text.h"
#include "analysis/render/json_part.h"
#include "analysis/render/json_scaling.h"

static void set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

static json_t *node_json(int node)
{
	return node < 0 ? json_null() : json_integer(node);
}

static json_t *values_json(const double *values, size_t nr)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < nr; i++)
		json_array_append_new(array, json_real(values[i]));
	return array;
}

static json_t *ratio_json(const struct dmafp_effect *e)
{
	json_t *json;

	if (!e->known || !e->has_ratio)
		return json_null();
	json = json_object();
	set(json, "ratio", json_real(e->ratio));
	set(json, "ratio_95", json_pack("[f, f]", e->ratio_95.low, e->ratio_95.high));
	return json;
}

static json_t *side_json(const struct dmafp_scaling_side *side, bool compared)
{
	json_t *json;

	if (!side->nr)
		return json_null();
	json = json_object();
	set(json, "throughput", json_real(side->throughput));
	set(json, "efficiency",
	    side->nr_efficiencies ? json_real(side->efficiency) : json_null());
	set(json, "throughputs", values_json(side->throughputs, side->nr));
	set(json, "efficiencies", values_json(side->efficiencies, side->nr_efficiencies));
	if (compared)
		set(json, "of_base", ratio_json(&side->effect));
	return json;
}

static json_t *point_json(const struct dmafp_scaling_point *point)
{
	json_t *json = json_object(), *arms = json_object();
	unsigned int arm;

	set(json, "threads", json_integer((json_int_t)point->threads));
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		set(arms, dmafp_arm_name(arm),
		    side_json(&point->sides[arm], arm != DMAFP_ARM_BASE));
	set(json, "arms", arms);
	return json;
}

static json_t *curve_json(const struct dmafp_scaling_curve *curve)
{
	const struct dmafp_group *group = curve->group;
	json_t *json = json_object(), *points = json_array();
	char *title = dmafp_cell_title_of_curve(curve->cell);
	size_t i;

	dmafp_json_place(json, group);
	set(json, "cell", dmafp_json_string(title));
	set(json, "op", dmafp_json_string(curve->cell->op));
	set(json, "place", dmafp_json_string(curve->cell->place));
	set(json, "worker_node", node_json(curve->cell->worker_node));
	set(json, "buffer_node", node_json(curve->cell->node));
	for (i = 0; i < curve->nr_points; i++)
		json_array_append_new(points, point_json(&curve->points[i]));
	set(json, "points", points);
	free(title);
	return json;
}

json_t *dmafp_json_scaling(const struct dmafp_comparison *c)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < c->scaling.nr; i++)
		json_array_append_new(array, curve_json(&c->scaling.curves[i]));
	return array;
}
