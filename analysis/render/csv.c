// SPDX-License-Identifier: GPL-2.0-or-later
/* A record per row, arm and statistic; quoted as in RFC 4180, lines end in LF. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/lines.h"
#include "analysis/render/csv_record.h"
#include "analysis/render/reading.h"
#include "analysis/render/render.h"
#include "analysis/timed.h"

static void put_header(struct dmafp_csv *r)
{
	static const char *const names[] = {
		"mode", "iommu", "pci", "device", "op", "phase", "method", "bytes", "entries",
		"layout", "direction", "attrs", "mask_bits", "node", "touch", "workers", "live",
		"delay_ns", "arm", "statistic", "unit", "domain", "boots", "samples", "value",
		"exact", "base", "difference", "percent", "low_95", "high_95", "margin", "p",
		"calls_per_op", "reached", "verdict", "forced",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		dmafp_csv_put(r, names[i]);
	dmafp_csv_end(r);
}

static void put_cell(struct dmafp_csv *r, const struct dmafp_group *group,
		     const struct dmafp_cell_result *cell, const char *phase, size_t workers)
{
	struct dmafp_lines attrs = { cell->attrs, cell->nr_attrs };
	char *list = dmafp_lines_join(&attrs, " ");

	dmafp_csv_put(r, group->mode);
	dmafp_csv_put(r, group->iommu);
	dmafp_csv_put(r, group->pci);
	dmafp_csv_put(r, group->label);
	dmafp_csv_put(r, cell->op);
	dmafp_csv_put(r, phase);
	dmafp_csv_put(r, dmafp_cell_method(cell));
	dmafp_csv_count(r, cell->bytes);
	dmafp_csv_count(r, cell->entries);
	dmafp_csv_put(r, cell->layout ? cell->layout : "");
	dmafp_csv_put(r, cell->direction ? cell->direction : "");
	dmafp_csv_put(r, list);
	dmafp_csv_number(r, cell->mask_bits, cell->mask_bits);
	dmafp_csv_number(r, cell->node >= 0, cell->node);
	dmafp_csv_flag(r, cell->touch);
	dmafp_csv_count(r, workers);
	dmafp_csv_count(r, cell->live);
	dmafp_csv_count(r, cell->delay_ns);
	free(list);
}

static void put_row(struct dmafp_csv *r, const struct dmafp_row *row)
{
	put_cell(r, row->group, row->cell, dmafp_row_phase_name(row->phase),
		 row->cell->nr_cpus);
}

static void put_arm(struct dmafp_csv *r, const struct dmafp_row *row,
		    const struct dmafp_row_verdict *v, enum dmafp_arm_id arm,
		    const char *statistic, const char *per)
{
	char unit[32];

	snprintf(unit, sizeof(unit), "%s%s", dmafp_reading_unit(v), per);
	dmafp_csv_put(r, dmafp_arm_name(arm));
	dmafp_csv_put(r, statistic);
	dmafp_csv_put(r, unit);
	dmafp_csv_put(r, v->timed ? "timed" : "exact");
	dmafp_csv_count(r, row->sides[arm].nr_phases);
	dmafp_csv_count(r, row->sides[arm].stats.count);
}

static void put_reading(struct dmafp_csv *r, const struct dmafp_reading *reading)
{
	const struct dmafp_effect *effect = reading->effect;
	bool compared = reading->compared;

	dmafp_csv_number(r, true, reading->value);
	dmafp_csv_flag(r, reading->exact);
	dmafp_csv_number(r, compared, reading->base);
	dmafp_csv_number(r, compared, reading->difference);
	dmafp_csv_number(r, compared && reading->base > 0,
			 100 * reading->difference / reading->base);
	dmafp_csv_number(r, effect, effect ? effect->difference_95.low : 0);
	dmafp_csv_number(r, effect, effect ? effect->difference_95.high : 0);
}

static void put_verdict(struct dmafp_csv *r, const struct dmafp_row *row,
			const struct dmafp_row_verdict *v, enum dmafp_arm_id arm, bool judged,
			bool forced)
{
	double calls = dmafp_reading_calls(row, arm);

	dmafp_csv_number(r, v->timed && judged, v->margin);
	dmafp_csv_number(r, v->timed && judged, v->p[arm]);
	dmafp_csv_number(r, calls >= 0, calls);
	dmafp_csv_flag(r, v->reached);
	dmafp_csv_put(r, arm == DMAFP_ARM_BASE ? "" : dmafp_verdict_name(v->verdicts[arm]));
	dmafp_csv_flag(r, forced);
	dmafp_csv_end(r);
}

/* The total of all samples: only where a tick is always the same */
static bool read_total(const struct dmafp_row *row, const struct dmafp_row_verdict *v,
		       enum dmafp_arm_id arm, struct dmafp_reading *reading)
{
	const struct dmafp_side *base = &row->sides[DMAFP_ARM_BASE], *side = &row->sides[arm];

	*reading = (struct dmafp_reading) {
		.value = (double)side->stats.sum,
		.exact = true,
		.compared = arm != DMAFP_ARM_BASE && base->phase,
		.base = (double)base->stats.sum,
		.difference = (double)side->delta.sum,
	};
	return side->phase && !v->timed;
}

static void put_records(struct dmafp_csv *r, const struct dmafp_row *row,
			const struct dmafp_row_verdict *v, enum dmafp_arm_id arm, bool forced)
{
	struct dmafp_reading reading;
	unsigned int s;

	for (s = 0; s < DMAFP_NR_STATISTICS; s++) {
		if (!dmafp_reading_of(row, v, arm, s, &reading))
			continue;
		put_row(r, row);
		put_arm(r, row, v, arm, dmafp_statistic_name(s), "/op");
		put_reading(r, &reading);
		put_verdict(r, row, v, arm, s == DMAFP_STATISTIC_P50 && reading.effect, forced);
	}
	if (!read_total(row, v, arm, &reading))
		return;
	put_row(r, row);
	put_arm(r, row, v, arm, "total", "");
	put_reading(r, &reading);
	put_verdict(r, row, v, arm, false, forced);
}

/* Throughput over the number of workers: of both phases, and nothing is judged */

/* What is the same in both records of a point and an arm */
struct pace {
	const struct dmafp_scaling_curve *curve;
	size_t threads;
	enum dmafp_arm_id arm;
	bool forced;
};

static void put_pace(struct dmafp_csv *r, const struct pace *pace, const char *statistic,
		     const char *unit, size_t boots, const struct dmafp_reading *reading)
{
	put_cell(r, pace->curve->group, pace->curve->cell, "both", pace->threads);
	dmafp_csv_put(r, dmafp_arm_name(pace->arm));
	dmafp_csv_put(r, statistic);
	dmafp_csv_put(r, unit);
	dmafp_csv_put(r, "timed");
	dmafp_csv_count(r, boots);
	dmafp_csv_put(r, "");
	put_reading(r, reading);
	dmafp_csv_put(r, "");
	dmafp_csv_put(r, "");
	dmafp_csv_put(r, "");
	dmafp_csv_put(r, "");
	dmafp_csv_put(r, "");
	dmafp_csv_flag(r, pace->forced);
	dmafp_csv_end(r);
}

static void put_point(struct dmafp_csv *r, const struct dmafp_scaling_curve *curve, size_t index,
		      enum dmafp_arm_id arm, bool forced)
{
	const struct dmafp_scaling_point *point = &curve->points[index];
	const struct pace of = { curve, point->threads, arm, forced }, *pace = &of;
	const struct dmafp_scaling_side *side = &point->sides[pace->arm];
	const struct dmafp_scaling_side *base = &point->sides[DMAFP_ARM_BASE];
	bool compared = pace->arm != DMAFP_ARM_BASE && base->nr;
	struct dmafp_reading throughput = {
		.value = side->throughput,
		.exact = true,
		.compared = compared,
		.base = base->throughput,
		.difference = side->effect.difference,
		.effect = side->effect.known ? &side->effect : NULL,
	};
	struct dmafp_reading efficiency = {
		.value = side->efficiency,
		.exact = true,
		.compared = compared && base->nr_efficiencies,
		.base = base->efficiency,
		.difference = side->efficiency - base->efficiency,
	};

	if (side->nr)
		put_pace(r, pace, "throughput", "ops/s", side->nr, &throughput);
	if (side->nr_efficiencies)
		put_pace(r, pace, "efficiency", "ratio", side->nr_efficiencies, &efficiency);
}

static void put_scaling(struct dmafp_csv *r, const struct dmafp_scaling *scaling, bool forced)
{
	unsigned int arm;
	size_t i, k;

	for (i = 0; i < scaling->nr; i++) {
		const struct dmafp_scaling_curve *curve = &scaling->curves[i];

		for (k = 0; k < curve->nr_points; k++)
			for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
				put_point(r, curve, k, arm, forced);
	}
}

static void render(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	const struct dmafp_judgement *j = view->judgement;
	struct dmafp_csv record = { .out = out };
	unsigned int arm;
	size_t i;

	put_header(&record);
	for (i = 0; i < c->nr_rows && !dmafp_judgement_refused(j); i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			put_records(&record, &c->rows[i], &j->rows[i], arm,
				    dmafp_judgement_forced(j));
	dmafp_csv_traffic(&record, c, j);
	if (!dmafp_judgement_refused(j))
		put_scaling(&record, &c->scaling, dmafp_judgement_forced(j));
}

const struct dmafp_renderer dmafp_render_csv = {
	.name = "csv",
	.summary = "a record per row, arm and statistic",
	.render = render,
};
