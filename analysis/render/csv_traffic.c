// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include "analysis/hist.h"
#include "analysis/render/csv_record.h"
#include "analysis/render/traffic_part.h"
#include "analysis/timed.h"
#include "base/file.h"

/* One record of real traffic */
struct place {
	const struct dmafp_traffic_row *row;
	const struct dmafp_traffic_verdict *v;
	enum dmafp_arm_id arm;
	bool forced;
};

static void put_empty(struct dmafp_csv *r, size_t nr)
{
	while (nr--)
		dmafp_csv_put(r, "");
}

/* The columns that cells have: a load has some of them */
static void put_load(struct dmafp_csv *r, const struct dmafp_traffic_row *row)
{
	const struct dmafp_load *load = row->load;
	char *method = dmafp_path("%s%s%s", dmafp_load_tool(load), load->engine ? " " : "",
				  load->engine ? load->engine : "");

	dmafp_csv_put(r, row->group->mode);
	dmafp_csv_put(r, row->group->iommu);
	dmafp_csv_put(r, row->group->pci);
	dmafp_csv_put(r, row->group->label);
	dmafp_csv_put(r, load->op);
	dmafp_csv_put(r, dmafp_measure_name(row->kind));
	dmafp_csv_put(r, method);
	dmafp_csv_count(r, load->bytes);
	dmafp_csv_count(r, load->fragments);
	put_empty(r, 6); /* layout, direction, attrs, mask_bits, node, touch */
	dmafp_csv_count(r, load->nr_cpus);
	dmafp_csv_count(r, load->depth);
	dmafp_csv_count(r, load->pace_ns);
	free(method);
}

static void put_arm(struct dmafp_csv *r, const struct place *p, const char *statistic)
{
	const struct dmafp_traffic_side *side = &p->row->sides[p->arm];
	uint64_t samples = 0;
	size_t i;

	for (i = 0; i < side->nr_boots && !samples; i++)
		if (side->boots[i].load)
			samples = side->boots[i].measure->hist.count;
	dmafp_csv_put(r, dmafp_arm_name(p->arm));
	dmafp_csv_put(r, statistic);
	dmafp_csv_put(r, p->v->timed ? "ns/op" : "instructions/op");
	dmafp_csv_put(r, p->v->timed ? "timed" : "exact");
	dmafp_csv_count(r, side->nr_boots);
	dmafp_csv_count(r, samples);
}

/* Not only the low end of a bucket of several ns */
static bool is_exact(const struct dmafp_traffic_side *side, enum dmafp_statistic statistic)
{
	unsigned int percent = statistic == DMAFP_STATISTIC_P50 ? 50 : 99;
	size_t i;

	for (i = 0; i < side->nr_boots && statistic != DMAFP_STATISTIC_MIN; i++)
		if (side->boots[i].load &&
		    dmafp_hist_width(&side->boots[i].measure->hist, percent, 100) != 1)
			return false;
	return true;
}

static void put_values(struct dmafp_csv *r, const struct place *p, enum dmafp_statistic s)
{
	const struct dmafp_traffic_side *side = &p->row->sides[p->arm];
	const struct dmafp_traffic_side *base_side = &p->row->sides[DMAFP_ARM_BASE];
	const struct dmafp_effect *e = &p->v->effects[p->arm][s];
	double value = dmafp_traffic_median(side, s), base = dmafp_traffic_median(base_side, s);
	bool compared = p->arm != DMAFP_ARM_BASE && !isnan(base);
	bool known = compared && p->v->timed && e->known;
	double difference = compared && p->v->timed ? e->difference : value - base;

	dmafp_csv_number(r, true, value);
	dmafp_csv_flag(r, is_exact(side, s) && is_exact(base_side, s));
	dmafp_csv_number(r, compared, base);
	dmafp_csv_number(r, compared, difference);
	dmafp_csv_number(r, compared && base > 0, 100 * difference / base);
	dmafp_csv_number(r, known, known ? e->difference_95.low : 0);
	dmafp_csv_number(r, known, known ? e->difference_95.high : 0);
}

static void put_verdict(struct dmafp_csv *r, const struct place *p, bool judged)
{
	const struct dmafp_traffic_verdict *v = p->v;

	judged = judged && dmafp_traffic_decisive(v) && p->arm != DMAFP_ARM_BASE;
	dmafp_csv_number(r, judged && isfinite(v->floor), v->timed ? v->margin : v->floor);
	dmafp_csv_number(r, judged && v->timed && v->effects[p->arm][v->statistic].known,
			 v->p[p->arm]);
	dmafp_csv_number(r, v->checks >= 0, v->checks);
	dmafp_csv_flag(r, v->reached);
	dmafp_csv_put(r, p->arm == DMAFP_ARM_BASE ? "" : dmafp_verdict_name(v->verdicts[p->arm]));
	dmafp_csv_flag(r, p->forced);
	dmafp_csv_end(r);
}

/* A record that is a difference and nothing else */
static void put_difference(struct dmafp_csv *r, const struct place *p, const char *name,
			   double difference)
{
	if (isnan(difference))
		return;
	put_load(r, p->row);
	put_arm(r, p, name);
	put_empty(r, 3);
	dmafp_csv_number(r, true, difference);
	put_empty(r, 3);
	put_verdict(r, p, false);
}

static void put_records(struct dmafp_csv *r, const struct place *p)
{
	double predicted = p->v->predicted[p->arm];
	unsigned int s;

	if (!p->row->sides[p->arm].load)
		return;
	for (s = 0; s < DMAFP_NR_STATISTICS; s++) {
		put_load(r, p->row);
		put_arm(r, p, dmafp_statistic_name(s));
		put_values(r, p, s);
		put_verdict(r, p, s == p->v->statistic);
	}
	if (p->arm == DMAFP_ARM_BASE || !p->v->judged)
		return;
	put_difference(r, p, "predicted", predicted);
	put_difference(r, p, "unexplained", p->v->measured[p->arm] - predicted);
}

void dmafp_csv_traffic(struct dmafp_csv *r, const struct dmafp_comparison *c,
		       const struct dmafp_judgement *j)
{
	struct place p = { .forced = dmafp_judgement_forced(j) };
	size_t i;

	for (i = 0; i < c->nr_traffic_rows && !dmafp_judgement_refused(j); i++)
		for (p.arm = 0; p.arm < DMAFP_NR_ARMS; p.arm++) {
			p.row = &c->traffic_rows[i];
			p.v = &j->traffic_rows[i];
			put_records(r, &p);
		}
}
