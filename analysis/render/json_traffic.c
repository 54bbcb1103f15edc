// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>

#include "analysis/json_text.h"
#include "analysis/render/json_part.h"
#include "analysis/render/traffic_part.h"
#include "analysis/timed.h"

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

/* What is not known is null */
static json_t *real(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static void set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

/* One arm */

static json_t *values_json(const struct dmafp_traffic_side *side, enum dmafp_statistic statistic)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < side->nr_boots; i++)
		if (side->boots[i].load)
			json_array_append_new(array,
					      real(dmafp_traffic_of(&side->boots[i], statistic)));
	return array;
}

static json_t *per_boot_json(const struct dmafp_traffic_side *side)
{
	json_t *json = json_object();
	unsigned int s;

	for (s = 0; s < DMAFP_NR_STATISTICS; s++)
		set(json, dmafp_statistic_name(s), values_json(side, s));
	return json;
}

/* Of base the effects are every second boot against the others */
static json_t *timed_json(const struct dmafp_traffic_verdict *v, enum dmafp_arm_id arm)
{
	json_t *json = json_object(), *effects = json_object();
	unsigned int s;

	for (s = 0; s < DMAFP_NR_STATISTICS; s++)
		set(effects, dmafp_statistic_name(s), dmafp_json_effect(&v->effects[arm][s]));
	set(json, arm == DMAFP_ARM_BASE ? "floor" : "effects", effects);
	if (arm == DMAFP_ARM_BASE)
		return json;
	set(json, "p_adjusted", dmafp_traffic_decisive(v) ? json_real(v->p[arm]) : json_null());
	set(json, "barred", json_boolean(v->barred[arm]));
	set(json, "boots_needed", v->boots[arm] ? number(v->boots[arm]) : json_null());
	return json;
}

/* What both domains have of a difference, and what only the exact one predicts */
static void set_difference(json_t *json, const struct dmafp_traffic_verdict *v,
			   enum dmafp_arm_id arm)
{
	bool known = isfinite(v->predicted[arm]) && isfinite(v->measured[arm]);

	set(json, "minus_base", real(v->measured[arm]));
	set(json, "predicted", real(v->predicted[arm]));
	set(json, "unexplained", real(v->measured[arm] - v->predicted[arm]));
	set(json, "agrees", known ? json_boolean(v->agrees[arm]) : json_null());
	set(json, "verdict", dmafp_json_string(dmafp_verdict_name(v->verdicts[arm])));
}

static json_t *side_json(const struct dmafp_traffic_row *row,
			 const struct dmafp_traffic_verdict *v, enum dmafp_arm_id arm)
{
	const struct dmafp_traffic_side *side = &row->sides[arm];
	json_t *json;

	if (!side->load)
		return json_null();
	json = json_object();
	set(json, "boots", number(side->nr_boots));
	set(json, "per_boot", per_boot_json(side));
	set(json, "value", real(v->arms[arm]));
	set(json, "boots_differ_by", v->timed ? json_null() : real(v->own[arm]));
	set(json, "per_second", real(dmafp_traffic_rate(row, arm)));
	set(json, "cpu_ns", real(dmafp_traffic_cpu(row, arm)));
	set(json, "cycles", real(dmafp_traffic_cycles(row, arm)));
	set(json, "timed", v->timed ? timed_json(v, arm) : json_null());
	if (arm != DMAFP_ARM_BASE)
		set_difference(json, v, arm);
	return json;
}

/* One row */

static json_t *calls_json(const struct dmafp_load *load)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; load->counted_ops && i < load->nr_calls; i++) {
		json_t *json = json_object();

		set(json, "name", dmafp_json_string(load->calls[i].name));
		set(json, "kind", dmafp_json_string(dmafp_api_kind_name(load->calls[i].kind)));
		set(json, "per_op",
		    json_real((double)load->calls[i].calls / (double)load->counted_ops));
		json_array_append_new(array, json);
	}
	return array;
}

static void set_parameters(json_t *json, const struct dmafp_load *load)
{
	json_t *cpus = json_array();
	size_t i;

	for (i = 0; i < load->nr_cpus; i++)
		json_array_append_new(cpus, number(load->cpus[i]));
	set(json, "tool", dmafp_json_string(dmafp_load_tool(load)));
	set(json, "op", dmafp_json_string(load->op));
	set(json, "engine", dmafp_json_string(load->engine));
	set(json, "bytes", number(load->bytes));
	set(json, "fragments", number(load->fragments));
	set(json, "depth", number(load->depth));
	set(json, "cpus", cpus);
	set(json, "pace_ns", number(load->pace_ns));
}

static json_t *margin_json(const struct dmafp_traffic_verdict *v)
{
	static const char *const origins[] = { [DMAFP_MARGIN_STATED] = "profile",
					       [DMAFP_MARGIN_DEFAULT] = "default",
					       [DMAFP_MARGIN_GIVEN] = "after the run" };
	json_t *json = json_object();

	set(json, "ns", real(v->margin));
	set(json, "ppm", number(v->margin_ppm));
	set(json, "from", dmafp_json_string(origins[v->margin_origin]));
	return json;
}

static void set_facts(json_t *json, const struct dmafp_traffic_row *row,
		      const struct dmafp_traffic_verdict *v)
{
	const struct dmafp_load *base = row->sides[DMAFP_ARM_BASE].load;

	set(json, "checks", v->checks < 0 ? json_null() : json_real(v->checks));
	set(json, "least_checks", v->checks < 0 ? json_null() : json_real(v->least_checks));
	set(json, "most_checks", v->checks < 0 ? json_null() : json_real(v->most_checks));
	set(json, "maps", v->maps < 0 ? json_null() : json_real(v->maps));
	set(json, "calls", calls_json(base ? base : row->load));
	set(json, "judged", json_boolean(v->judged));
	set(json, "reached", json_boolean(v->reached));
	set(json, "hidden", json_boolean(v->hidden));
	set(json, "timed", json_boolean(v->timed));
	set(json, "statistic", dmafp_json_string(dmafp_statistic_name(v->statistic)));
	set(json, "floor", v->timed ? json_null() : real(v->floor));
	set(json, "margin", v->timed ? margin_json(v) : json_null());
}

static json_t *row_json(const struct dmafp_traffic_row *row,
			const struct dmafp_traffic_verdict *v)
{
	json_t *json = json_object(), *arms = json_object(), *notes = json_array();
	unsigned int arm;
	size_t i;

	set_parameters(json, row->load);
	set(json, "measure", dmafp_json_string(dmafp_measure_name(row->kind)));
	set(json, "verdict", dmafp_json_string(dmafp_verdict_name(v->verdicts[DMAFP_ARM_PATCHED])));
	set_facts(json, row, v);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		set(arms, dmafp_arm_name(arm), side_json(row, v, arm));
	set(json, "arms", arms);
	for (i = 0; i < v->notes.nr; i++)
		json_array_append_new(notes, dmafp_json_string(v->notes.items[i]));
	set(json, "notes", notes);
	return json;
}

json_t *dmafp_json_traffic(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
			   const struct dmafp_section *section)
{
	json_t *array = json_array();
	size_t i;

	for (i = section->first_traffic; i < section->first_traffic + section->nr_traffic; i++)
		json_array_append_new(array, row_json(&c->traffic_rows[i], &j->traffic_rows[i]));
	return array;
}

json_t *dmafp_json_traffic_sum(const struct dmafp_judgement *j)
{
	const struct dmafp_range *patched = &j->traffic_ranges[DMAFP_ARM_PATCHED];
	json_t *json = json_object();
	size_t i, hidden = 0;

	for (i = 0; i < j->nr_traffic_rows; i++)
		hidden += dmafp_traffic_decisive(&j->traffic_rows[i]) && j->traffic_rows[i].hidden;
	set(json, "rows_that_see_a_lock", number(patched->nr));
	set(json, "hidden_rows", number(hidden));
	set(json, "least_difference", patched->nr ? real(patched->low) : json_null());
	set(json, "greatest_difference", patched->nr ? real(patched->high) : json_null());
	return json;
}
