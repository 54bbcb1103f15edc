// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include <jansson.h>

#include "analysis/cell.h"
#include "analysis/json_text.h"
#include "analysis/render/json_functions.h"
#include "analysis/render/json_part.h"
#include "analysis/render/json_proof.h"
#include "analysis/render/json_scaling.h"
#include "analysis/render/render.h"
#include "analysis/timed.h"

#define COMPARISON_VERSION 1
#define LINE_DEPTH	   5 /* one arm of a row is a line */

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static void set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

static json_t *lines_json(const struct dmafp_lines *lines)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < lines->nr; i++)
		json_array_append_new(array, dmafp_json_string(lines->items[i]));
	return array;
}

/* Per op: a whole number but where a block's ticks are shared out */
static json_t *delta_number(double delta)
{
	if (delta == (double)(json_int_t)delta)
		return json_integer((json_int_t)delta);
	return json_real(delta);
}

/* Rows */

static json_t *stats_json(const struct dmafp_side *side)
{
	const struct dmafp_hist *hist = &side->phase->hist;
	json_t *stats = json_object();

	set(stats, "count", number(side->stats.count));
	set(stats, "min", number(side->stats.min));
	set(stats, "p50", number(side->stats.p50));
	set(stats, "p99", number(side->stats.p99));
	set(stats, "max", number(hist->max));
	set(stats, "sum", number(side->stats.sum));
	set(stats, "mean", json_real(side->stats.mean));
	return stats;
}

static json_t *delta_json(const struct dmafp_side *side)
{
	json_t *delta = json_object();

	set(delta, "min", json_integer(side->delta.min));
	set(delta, "p50", json_integer(side->delta.p50));
	set(delta, "p99", json_integer(side->delta.p99));
	set(delta, "sum", json_integer(side->delta.sum));
	return delta;
}

static json_t *counted_json(const struct dmafp_phase_result *phase)
{
	json_t *counted;

	if (!phase->counted_ops)
		return json_null();
	counted = json_object();
	set(counted, "ops", number(phase->counted_ops));
	set(counted, "calls", number(phase->calls));
	set(counted, "attaches", number(phase->attaches));
	set(counted, "reached", phase->has_reached ? number(phase->reached) : json_null());
	set(counted, "calls_per_op",
	    json_real((double)phase->calls / (double)phase->counted_ops));
	return counted;
}

static json_t *series_json(const struct dmafp_series *series)
{
	json_t *json = json_object(), *points = json_array();
	size_t i;

	for (i = 0; i < series->nr_points; i++)
		json_array_append_new(points, number(series->points[i]));
	set(json, "stride", number(series->stride));
	set(json, "points", points);
	return json;
}

static json_t *all_series_json(const struct dmafp_phase_result *phase)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < phase->nr_series; i++)
		json_array_append_new(array, series_json(&phase->series[i]));
	return array;
}

static json_t *counter_json(const struct dmafp_counter_result *counter)
{
	static const char *const states[] = { [DMAFP_COUNTER_IS_ABSENT] = "absent",
					      [DMAFP_COUNTER_IS_VALID] = "valid",
					      [DMAFP_COUNTER_IS_MULTIPLEXED] = "multiplexed" };
	json_t *json = json_object();

	set(json, "event", dmafp_json_string(counter->event));
	set(json, "state", dmafp_json_string(states[counter->state]));
	set(json, "reason", dmafp_json_string(counter->reason));
	set(json, "value", counter->valid ? number(counter->value) : json_null());
	return json;
}

/* What each worker did over both phases */
static json_t *runs_json(const struct dmafp_cell_result *cell)
{
	json_t *array = json_array();
	size_t i, k;

	for (i = 0; i < cell->nr_runs; i++) {
		json_t *run = json_object(), *counters = json_array();

		for (k = 0; k < cell->runs[i].nr_counters; k++)
			json_array_append_new(counters,
					      counter_json(&cell->runs[i].counters[k]));
		set(run, "elapsed", number(cell->runs[i].elapsed));
		set(run, "counters", counters);
		json_array_append_new(array, run);
	}
	return array;
}

/* Timed domain */

static json_t *effects_json(const struct dmafp_row_verdict *v, enum dmafp_arm_id arm)
{
	json_t *json = json_object();
	unsigned int s;

	for (s = 0; s < DMAFP_NR_STATISTICS; s++)
		set(json, dmafp_statistic_name(s), dmafp_json_effect(&v->effects[arm][s]));
	return json;
}

static json_t *values_json(const struct dmafp_row *row, enum dmafp_arm_id arm)
{
	json_t *json = json_object();
	unsigned int s;
	size_t i;

	for (s = 0; s < DMAFP_NR_STATISTICS; s++) {
		struct dmafp_replicates r = dmafp_timed_replicates(row, arm, s);
		json_t *values = json_array();

		for (i = 0; i < r.nr; i++)
			json_array_append_new(values, json_real(r.values[i]));
		set(json, dmafp_statistic_name(s), values);
		dmafp_timed_release(&r);
	}
	return json;
}

/* One arm: of base the effect is every second boot against the others */
static json_t *timed_json(const struct dmafp_row *row, const struct dmafp_row_verdict *v,
			  enum dmafp_arm_id arm)
{
	json_t *json = json_object();

	set(json, "per_boot", values_json(row, arm));
	set(json, arm == DMAFP_ARM_BASE ? "floor" : "effects", effects_json(v, arm));
	if (arm == DMAFP_ARM_BASE)
		return json;
	set(json, "p_adjusted", v->decisive ? json_real(v->p[arm]) : json_null());
	set(json, "barred", json_boolean(v->barred[arm]));
	set(json, "boots_needed", v->boots[arm] ? number(v->boots[arm]) : json_null());
	set(json, "interleaved_with_base", json_boolean(v->interleaved[arm]));
	return json;
}

static json_t *margin_json(const struct dmafp_row_verdict *v)
{
	static const char *const origins[] = { [DMAFP_MARGIN_STATED] = "profile",
					       [DMAFP_MARGIN_DEFAULT] = "default",
					       [DMAFP_MARGIN_GIVEN] = "after the run" };
	json_t *json = json_object();

	set(json, "ticks", json_real(v->margin));
	set(json, "ppm", v->margin_ppm ? number(v->margin_ppm) : json_null());
	set(json, "from", dmafp_json_string(origins[v->margin_origin]));
	return json;
}

static json_t *drift_json(const struct dmafp_row_verdict *v)
{
	json_t *json = json_object();

	set(json, "rho", v->drift.known ? json_real(v->drift.rho) : json_null());
	set(json, "p", v->drift.known ? json_real(v->drift.p) : json_null());
	set(json, "series", number(v->nr_series));
	set(json, "drifting_series", number(v->drifting_series));
	return json;
}

static json_t *basis_json(const struct dmafp_row *row, const struct dmafp_row_verdict *v,
			  enum dmafp_arm_id arm)
{
	struct dmafp_basis basis = dmafp_row_basis(row, arm);
	json_t *array;

	if (row->is_null || row->cell->sleeps)
		return json_array();
	if (v->timed)
		return json_pack("[s]", "p50");
	array = json_pack("[s, s, s]", "min", "p50", "p99");
	if (basis.total)
		json_array_append_new(array, dmafp_json_string("total"));
	if (basis.shape)
		json_array_append_new(array, dmafp_json_string("histogram"));
	return array;
}

static json_t *side_json(const struct dmafp_row *row, enum dmafp_arm_id arm,
			 const struct dmafp_row_verdict *v)
{
	const struct dmafp_side *side = &row->sides[arm];
	json_t *json;

	if (!side->phase)
		return json_null();
	json = json_object();
	set(json, "boots", number(side->nr_phases));
	set(json, "boots_agree", json_boolean(side->boots_agree));
	set(json, "boots_identical", json_boolean(side->same_boots));
	set(json, "statistics", stats_json(side));
	set(json, "counted", counted_json(side->phase));
	set(json, "series", all_series_json(side->phase));
	set(json, "runs", runs_json(side->cell));
	set(json, "timed", v->timed ? timed_json(row, v, arm) : json_null());
	if (arm == DMAFP_ARM_BASE || !row->sides[DMAFP_ARM_BASE].phase)
		return json;
	set(json, "judged_by", basis_json(row, v, arm));
	set(json, "minus_base", delta_json(side));
	set(json, "same_histogram_as_base", json_boolean(side->same_hist));
	set(json, "verdict", dmafp_json_string(dmafp_verdict_name(v->verdicts[arm])));
	return json;
}

static void set_parameters(json_t *json, const struct dmafp_cell_result *cell)
{
	json_t *attrs = json_array();
	size_t i;

	for (i = 0; i < cell->nr_attrs; i++)
		json_array_append_new(attrs, dmafp_json_string(cell->attrs[i]));
	set(json, "sleeps", json_boolean(cell->sleeps));
	set(json, "method", dmafp_json_string(dmafp_cell_method(cell)));
	set(json, "ops_per_sample", number(cell->ops_per_sample));
	set(json, "bytes", number(cell->bytes));
	set(json, "entries", number(cell->entries));
	set(json, "layout", dmafp_json_string(cell->layout));
	set(json, "direction", dmafp_json_string(cell->direction));
	set(json, "attrs", attrs);
	set(json, "mask_bits", cell->mask_bits ? number(cell->mask_bits) : json_null());
	set(json, "node", cell->node < 0 ? json_null() : json_integer(cell->node));
	set(json, "touch", json_boolean(cell->touch));
	set(json, "workers", number(cell->nr_cpus));
	set(json, "live", number(cell->live));
	set(json, "delay_ns", number(cell->delay_ns));
	set(json, "iterations", number(cell->iterations));
	set(json, "duration_ns", number(cell->duration_ns));
}

static json_t *row_json(const struct dmafp_row *row, const struct dmafp_row_verdict *v)
{
	json_t *json = json_object(), *arms = json_object();
	unsigned int arm;

	set(json, "op", dmafp_json_string(row->cell->op));
	set(json, "reaches", dmafp_json_string(row->cell->reaches));
	set(json, "on_path", json_boolean(row->cell->on_path));
	set_parameters(json, row->cell);
	set(json, "phase", dmafp_json_string(dmafp_row_phase_name(row->phase)));
	set(json, "verdict", dmafp_json_string(dmafp_verdict_name(v->verdicts[DMAFP_ARM_PATCHED])));
	set(json, "reached", json_boolean(v->reached));
	set(json, "called_once_per_op", json_boolean(v->once));
	set(json, "timed", json_boolean(v->timed));
	set(json, "margin", v->timed ? margin_json(v) : json_null());
	set(json, "drift", v->timed ? drift_json(v) : json_null());
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		set(arms, dmafp_arm_name(arm), side_json(row, arm, v));
	set(json, "arms", arms);
	set(json, "notes", lines_json(&v->notes));
	return json;
}

/* Sections */

static json_t *first_json(const struct dmafp_section *section, enum dmafp_arm_id arm)
{
	const struct dmafp_first_result *f = section->firsts[arm].first;
	json_t *json;

	if (!f)
		return json_null();
	json = json_object();
	set(json, "boots_identical", json_boolean(section->firsts[arm].same_boots));
	set(json, "op", dmafp_json_string(f->op));
	set(json, "bytes", number(f->bytes));
	set(json, "direction", dmafp_json_string(f->direction));
	set(json, "map_ticks", number(f->map_ticks));
	set(json, "unmap_ticks", number(f->unmap_ticks));
	set(json, "map_minus_base",
	    section->firsts[DMAFP_ARM_BASE].first ? json_integer(section->firsts[arm].delta)
						  : json_null());
	set(json, "deferred_before", json_boolean(f->deferred_before));
	set(json, "deferred_after", json_boolean(f->deferred_after));
	set(json, "calls", f->counted ? number(f->calls) : json_null());
	set(json, "attaches", f->counted ? number(f->attaches) : json_null());
	set(json, "overlaps", f->counted ? number(f->overlaps) : json_null());
	set(json, "attach_ticks", f->counted ? number(f->attach_ticks) : json_null());
	set(json, "held", f->has_held ? number(f->held) : json_null());
	return json;
}

/* A result file without its cells and loads, which are nearly all of it */
static json_t *outline_json(const struct dmafp_result *result)
{
	struct dmafp_result outline = *result;

	outline.cells = NULL;
	outline.nr_cells = 0;
	outline.traffic.loads = NULL;
	outline.traffic.nr_loads = 0;
	return dmafp_result_to_json(&outline);
}

/* By arm, one per boot: as in the result files */
static json_t *attaches_json(const struct dmafp_group *group)
{
	json_t *arms = json_object(), *boots;
	unsigned int arm;
	size_t i;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		boots = json_array();
		for (i = 0; i < group->arms[arm].nr; i++) {
			json_t *result = outline_json(group->arms[arm].items[i]);

			json_array_append(boots, json_object_get(result, "attach"));
			json_decref(result);
		}
		set(arms, dmafp_arm_name(arm), boots);
	}
	return arms;
}

/* Where the numbers come from: the result file without cells and loads */
static json_t *source_json(const struct dmafp_result *result)
{
	json_t *json = outline_json(result);

	json_object_del(json, "cells");
	json_object_del(json, "first_map");
	json_object_del(json, "attach");
	json_object_del(json_object_get(json, "traffic"), "loads");
	set(json, "path", dmafp_json_string(result->path));
	return json;
}

static json_t *sources_json(const struct dmafp_group *group)
{
	json_t *array = json_array();
	unsigned int arm;
	size_t i;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		for (i = 0; i < group->arms[arm].nr; i++)
			json_array_append_new(array,
					      source_json(group->arms[arm].items[i]));
	return array;
}

static json_t *section_json(const struct dmafp_comparison *c,
			    const struct dmafp_judgement *j,
			    const struct dmafp_section *section)
{
	json_t *json = json_object(), *rows = json_array(), *firsts = json_object();
	unsigned int arm;
	size_t i;

	dmafp_json_place(json, section->group);
	for (i = section->first_row; i < section->first_row + section->nr_rows; i++)
		json_array_append_new(rows, row_json(&c->rows[i], &j->rows[i]));
	set(json, "rows", rows);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		set(firsts, dmafp_arm_name(arm), first_json(section, arm));
	set(json, "first_map", firsts);
	set(json, "attach", attaches_json(section->group));
	set(json, "results", sources_json(section->group));
	if (section->nr_traffic)
		set(json, "traffic", dmafp_json_traffic(c, j, section));
	return json;
}

static void render(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	const struct dmafp_judgement *j = view->judgement;
	const struct dmafp_range *patched = &j->ranges[DMAFP_ARM_PATCHED];
	json_t *root = json_object(), *sections = json_array();
	size_t i;

	set(root, "dmafp_comparison", json_integer(COMPARISON_VERSION));
	set(root, "tool_version", dmafp_json_string(DMAFP_VERSION));
	set(root, "verdict", dmafp_json_string(dmafp_verdict_name(j->overall)));
	set(root, "exit_code", json_integer(dmafp_judgement_exit(j)));
	set(root, "forced", json_boolean(dmafp_judgement_forced(j)));
	set(root, "differences", lines_json(&j->differences));
	set(root, "reasons", lines_json(&j->reasons));
	set(root, "notes", lines_json(&j->notes));
	if (j->stop.boots_max)
		set(root, "sequential", dmafp_json_stop(c, j));
	set(root, "reached_rows", number(patched->nr));
	set(root, "least_difference",
	    patched->nr ? delta_number(patched->low) : json_null());
	set(root, "greatest_difference",
	    patched->nr ? delta_number(patched->high) : json_null());
	set(root, "static_proof", dmafp_json_proof(c));
	set(root, "functions",
	    dmafp_judgement_refused(j) ? json_array() : dmafp_json_functions(c));
	for (i = 0; !dmafp_judgement_refused(j) && i < c->nr_sections; i++)
		json_array_append_new(sections, section_json(c, j, &c->sections[i]));
	set(root, "sections", sections);
	if (j->nr_traffic_rows)
		set(root, "traffic", dmafp_json_traffic_sum(j));
	if (!dmafp_judgement_refused(j) && c->scaling.nr)
		set(root, "scaling", dmafp_json_scaling(c));
	dmafp_json_print(root, LINE_DEPTH, out);
}

const struct dmafp_renderer dmafp_render_json = {
	.name = "json",
	.summary = "everything, for programs",
	.render = render,
};
