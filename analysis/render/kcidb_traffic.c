// SPDX-License-Identifier: GPL-2.0-or-later
/* Real traffic: a test per load, measure and kernel, behind those of the cells. */
#include <math.h>
#include <stdlib.h>

#include "analysis/render/kcidb.h"
#include "analysis/timed.h"
#include "base/file.h"

/* Nothing may be null: what is not known is left out */
static void set_known(json_t *object, const char *name, double value)
{
	if (isfinite(value))
		dmafp_kcidb_number(object, name, value);
}

static char *path_of(const struct dmafp_traffic_row *row)
{
	char *path = dmafp_path(DMAFP_KCIDB_ORIGIN), *title = dmafp_load_title(row->load);

	dmafp_kcidb_append(&path, row->group->mode);
	dmafp_kcidb_append(&path, dmafp_load_tool(row->load));
	dmafp_kcidb_append(&path, dmafp_measure_name(row->kind));
	dmafp_kcidb_append(&path, title);
	free(title);
	return path;
}

/* Where the arm is compared: what was found */
static void set_findings(json_t *misc, const struct dmafp_traffic_verdict *v,
			 enum dmafp_arm_id arm)
{
	const struct dmafp_effect *e = &v->effects[arm][v->statistic];

	set_known(misc, "minus_base", v->measured[arm]);
	set_known(misc, "predicted", v->predicted[arm]);
	set_known(misc, "unexplained", v->measured[arm] - v->predicted[arm]);
	dmafp_kcidb_text(misc, "verdict", dmafp_verdict_name(v->verdicts[arm]));
	if (!v->timed)
		set_known(misc, "floor", v->floor);
	if (!v->timed || !e->known)
		return;
	json_object_set_new(misc, "minus_base_95",
			    json_pack("[f, f]", e->difference_95.low, e->difference_95.high));
	dmafp_kcidb_number(misc, "margin", v->margin);
	dmafp_kcidb_number(misc, "p", v->p[arm]);
}

static json_t *misc_json(const struct dmafp_traffic_row *row,
			 const struct dmafp_traffic_verdict *v, enum dmafp_arm_id arm, bool forced)
{
	json_t *json = json_object();

	dmafp_kcidb_text(json, "arm", dmafp_arm_name(arm));
	dmafp_kcidb_text(json, "domain", v->timed ? "timed" : "exact");
	dmafp_kcidb_text(json, "statistic", dmafp_statistic_name(v->statistic));
	dmafp_kcidb_number(json, "boots", (double)row->sides[arm].nr_boots);
	json_object_set_new(json, "reached", json_boolean(v->reached));
	json_object_set_new(json, "hidden", json_boolean(v->hidden));
	if (v->checks >= 0)
		dmafp_kcidb_number(json, "calls_per_op", v->checks);
	if (arm != DMAFP_ARM_BASE)
		set_findings(json, v, arm);
	if (forced)
		json_object_set_new(json, "forced", json_true());
	return json;
}

static json_t *number_json(const struct dmafp_traffic_verdict *v, enum dmafp_arm_id arm)
{
	json_t *json = json_object();

	dmafp_kcidb_number(json, "value", v->arms[arm]);
	dmafp_kcidb_text(json, "unit", v->timed ? "ns/op" : "instructions/op");
	return json;
}

static json_t *test_json(const struct dmafp_traffic_row *row, const struct dmafp_traffic_verdict *v,
			 enum dmafp_arm_id arm, size_t place, bool forced)
{
	const struct dmafp_result *first = row->group->arms[arm].items[0];
	char *id = dmafp_kcidb_test(first, row->group, place);
	char *build = dmafp_kcidb_build(first), *path = path_of(row);
	char *title = dmafp_traffic_title(row);
	json_t *json = dmafp_kcidb_object(id);

	dmafp_kcidb_text(json, "build_id", build);
	dmafp_kcidb_text(json, "path", path);
	dmafp_kcidb_text(json, "status",
			 arm == DMAFP_ARM_BASE ? "DONE" : dmafp_kcidb_statuses[v->verdicts[arm]]);
	dmafp_kcidb_text(json, "comment",
			 forced ? "FORCED: results that cannot be compared" : title);
	json_object_set_new(json, "number", number_json(v, arm));
	dmafp_kcidb_text(json, "start_time", first->created);
	if (arm != DMAFP_ARM_BASE)
		dmafp_kcidb_lines(json, "log_excerpt", &v->notes);
	json_object_set_new(json, "environment", dmafp_kcidb_environment(row->group, first));
	json_object_set_new(json, "misc", misc_json(row, v, arm, forced));
	free(title);
	free(path);
	free(build);
	free(id);
	return json;
}

void dmafp_kcidb_traffic(json_t *tests, const struct dmafp_comparison *c,
			 const struct dmafp_judgement *j)
{
	bool forced = dmafp_judgement_forced(j);
	unsigned int arm;
	size_t i;

	for (i = 0; i < c->nr_traffic_rows && !dmafp_judgement_refused(j); i++)
		for (arm = DMAFP_ARM_BASE; arm <= DMAFP_ARM_PATCHED; arm++)
			if (c->traffic_rows[i].sides[arm].load)
				json_array_append_new(tests, test_json(&c->traffic_rows[i],
								       &j->traffic_rows[i], arm,
								       c->nr_rows + i, forced));
}
