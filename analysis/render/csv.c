// SPDX-License-Identifier: GPL-2.0-or-later
/* A record per row, arm and statistic; quoted as in RFC 4180, lines end in LF. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/lines.h"
#include "analysis/render/reading.h"
#include "analysis/render/render.h"
#include "analysis/timed.h"

/* One record while it is written */
struct record {
	FILE *out;
	bool begun;
};

static void put(struct record *r, const char *text)
{
	if (r->begun)
		fputc(',', r->out);
	r->begun = true;
	if (!text[strcspn(text, ",\"\r\n")]) {
		fputs(text, r->out);
		return;
	}
	fputc('"', r->out);
	for (; *text; text++)
		fprintf(r->out, *text == '"' ? "\"\"" : "%c", *text);
	fputc('"', r->out);
}

static void put_flag(struct record *r, bool flag)
{
	put(r, flag ? "yes" : "no");
}

static void put_count(struct record *r, uint64_t count)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, count);
	put(r, text);
}

/* Nothing where nothing is known: no number stands for that */
static void put_number(struct record *r, bool known, double value)
{
	char text[32];

	snprintf(text, sizeof(text), "%.15g", value);
	put(r, known ? text : "");
}

static void end(struct record *r)
{
	fputc('\n', r->out);
	r->begun = false;
}

static void put_header(struct record *r)
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
		put(r, names[i]);
	end(r);
}

static void put_row(struct record *r, const struct dmafp_row *row)
{
	const struct dmafp_cell_result *cell = row->cell;
	struct dmafp_lines attrs = { cell->attrs, cell->nr_attrs };
	char *list = dmafp_lines_join(&attrs, " ");

	put(r, row->group->mode);
	put(r, row->group->iommu);
	put(r, row->group->pci);
	put(r, row->group->label);
	put(r, cell->op);
	put(r, dmafp_row_phase_name(row->phase));
	put(r, dmafp_cell_method(cell));
	put_count(r, cell->bytes);
	put_count(r, cell->entries);
	put(r, cell->layout ? cell->layout : "");
	put(r, cell->direction ? cell->direction : "");
	put(r, list);
	put_number(r, cell->mask_bits, cell->mask_bits);
	put_number(r, cell->node >= 0, cell->node);
	put_flag(r, cell->touch);
	put_count(r, cell->nr_cpus);
	put_count(r, cell->live);
	put_count(r, cell->delay_ns);
	free(list);
}

static void put_arm(struct record *r, const struct dmafp_row *row,
		    const struct dmafp_row_verdict *v, enum dmafp_arm_id arm,
		    const char *statistic, const char *per)
{
	char unit[32];

	snprintf(unit, sizeof(unit), "%s%s", dmafp_reading_unit(v), per);
	put(r, dmafp_arm_name(arm));
	put(r, statistic);
	put(r, unit);
	put(r, v->timed ? "timed" : "exact");
	put_count(r, row->sides[arm].nr_phases);
	put_count(r, row->sides[arm].stats.count);
}

static void put_reading(struct record *r, const struct dmafp_reading *reading)
{
	bool compared = reading->compared;

	put_number(r, true, reading->value);
	put_flag(r, reading->exact);
	put_number(r, compared, reading->base);
	put_number(r, compared, reading->difference);
	put_number(r, compared && reading->base > 0,
		   100 * reading->difference / reading->base);
	put_number(r, reading->effect, reading->effect ? reading->effect->difference_95.low : 0);
	put_number(r, reading->effect, reading->effect ? reading->effect->difference_95.high : 0);
}

static void put_verdict(struct record *r, const struct dmafp_row *row,
			const struct dmafp_row_verdict *v, enum dmafp_arm_id arm, bool judged,
			bool forced)
{
	double calls = dmafp_reading_calls(row, arm);

	put_number(r, v->timed && judged, v->margin);
	put_number(r, v->timed && judged, v->p[arm]);
	put_number(r, calls >= 0, calls);
	put_flag(r, v->reached);
	put(r, arm == DMAFP_ARM_BASE ? "" : dmafp_verdict_name(v->verdicts[arm]));
	put_flag(r, forced);
	end(r);
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

static void put_records(struct record *r, const struct dmafp_row *row,
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

static void render(const struct dmafp_view *view, FILE *out)
{
	const struct dmafp_comparison *c = view->comparison;
	const struct dmafp_judgement *j = view->judgement;
	struct record record = { .out = out };
	unsigned int arm;
	size_t i;

	put_header(&record);
	for (i = 0; i < c->nr_rows && !dmafp_judgement_refused(j); i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			put_records(&record, &c->rows[i], &j->rows[i], arm,
				    dmafp_judgement_forced(j));
}

const struct dmafp_renderer dmafp_render_csv = {
	.name = "csv",
	.summary = "a record per row, arm and statistic",
	.render = render,
};
