// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/json_text.h"
#include "analysis/render/json_part.h"

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static void set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

void dmafp_json_place(json_t *object, const struct dmafp_group *group)
{
	set(object, "mode", dmafp_json_string(group->mode));
	set(object, "iommu", dmafp_json_string(group->iommu));
	set(object, "pci", dmafp_json_string(group->pci));
	set(object, "label", dmafp_json_string(group->label));
}

static json_t *interval_json(const struct dmafp_interval *interval)
{
	return json_pack("[f, f]", interval->low, interval->high);
}

json_t *dmafp_json_effect(const struct dmafp_effect *e)
{
	bool known = e->known, ratio = e->known && e->has_ratio, any = e->nr_base && e->nr_arm;
	json_t *json = json_object();

	set(json, "base_boots", number(e->nr_base));
	set(json, "arm_boots", number(e->nr_arm));
	set(json, "base", any ? json_real(e->base) : json_null());
	set(json, "arm", any ? json_real(e->arm) : json_null());
	set(json, "difference", any ? json_real(e->difference) : json_null());
	set(json, "difference_95", known ? interval_json(&e->difference_95) : json_null());
	set(json, "difference_90", known ? interval_json(&e->difference_90) : json_null());
	set(json, "ratio", ratio ? json_real(e->ratio) : json_null());
	set(json, "ratio_95", ratio ? interval_json(&e->ratio_95) : json_null());
	set(json, "ratio_90", ratio ? interval_json(&e->ratio_90) : json_null());
	set(json, "p_equivalent", known ? json_real(e->p_equivalent) : json_null());
	set(json, "p_more", known ? json_real(e->p_more) : json_null());
	set(json, "p_less", known ? json_real(e->p_less) : json_null());
	return json;
}

json_t *dmafp_json_stop(const struct dmafp_comparison *c, const struct dmafp_judgement *j)
{
	const struct dmafp_stop *stop = &j->stop;
	const struct dmafp_sequential *levels = dmafp_stop_levels(stop);
	json_t *json = json_object();

	set(json, "boots_done", number(stop->boots_done));
	set(json, "boots_max", number(stop->boots_max));
	set(json, "looks", number(stop->nr_looks));
	set(json, "settled", json_boolean(dmafp_stop_settled(c, j)));
	set(json, "boots_saved", number(dmafp_stop_saved(c, j)));
	set(json, "level_of_difference",
	    levels ? json_real(2 * dmafp_sequential_level(levels, 0.025)) : json_null());
	set(json, "level_of_equivalence",
	    levels ? json_real(dmafp_sequential_level(levels, 0.05)) : json_null());
	return json;
}
