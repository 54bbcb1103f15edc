// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "analysis/cell.h"
#include "analysis/compare.h"
#include "analysis/hist.h"
#include "base/file.h"

static const struct dmafp_phase_result *phase_of(const struct dmafp_cell_result *cell,
						 enum dmafp_row_phase phase)
{
	if (phase == DMAFP_ROW_MAP)
		return &cell->map;
	return cell->has_unmap ? &cell->unmap : NULL;
}

static const struct dmafp_cell_result *find_cell(const struct dmafp_result *result,
						 const struct dmafp_cell_result *like)
{
	size_t i;

	for (i = 0; i < result->nr_cells; i++)
		if (dmafp_cell_same(&result->cells[i], like))
			return &result->cells[i];
	return NULL;
}

static struct dmafp_stats stats_of(const struct dmafp_hist *h)
{
	return (struct dmafp_stats) {
		.count = h->count,
		.min = h->min,
		.p50 = dmafp_hist_quantile(h, 50, 100),
		.p99 = dmafp_hist_quantile(h, 99, 100),
		.sum = h->sum,
		.p50_exact = dmafp_hist_width(h, 50, 100) == 1,
		.p99_exact = dmafp_hist_width(h, 99, 100) == 1,
		.mean = dmafp_hist_mean(h),
	};
}

static bool same_counts(const struct dmafp_phase_result *a,
			const struct dmafp_phase_result *b)
{
	return a->counted_ops == b->counted_ops && a->calls == b->calls &&
	       a->attaches == b->attaches;
}

bool dmafp_row_has_queue(const struct dmafp_row *row)
{
	const struct dmafp_result *any = dmafp_group_any(row->group);

	/* an op without a buffer takes no IOVA */
	return row->cell->bytes && any && any->iommu.group_type &&
	       !strcmp(any->iommu.group_type, "DMA-FQ");
}

bool dmafp_row_agrees(const struct dmafp_row *row, const struct dmafp_hist *a,
		      const struct dmafp_hist *b)
{
	if (!dmafp_row_has_queue(row))
		return dmafp_hist_equal(a, b);
	return a->min == b->min &&
	       dmafp_hist_quantile(a, 50, 100) == dmafp_hist_quantile(b, 50, 100) &&
	       dmafp_hist_quantile(a, 99, 100) == dmafp_hist_quantile(b, 99, 100);
}

static void fill_side(struct dmafp_side *side, const struct dmafp_row *row,
		      const struct dmafp_boots *boots)
{
	size_t i;

	side->phases = dmafp_alloc(boots->nr, sizeof(*side->phases));
	side->nr_phases = boots->nr;
	side->boots_agree = side->same_boots = true;
	for (i = 0; i < boots->nr; i++) {
		const struct dmafp_cell_result *cell =
			find_cell(boots->items[i], row->cell);
		const struct dmafp_phase_result *phase =
			cell ? phase_of(cell, row->phase) : NULL;

		side->phases[i] = phase;
		side->same_boots &= !phase == !side->phases[0];
		if (!phase)
			continue;
		if (!side->phase) {
			side->cell = cell;
			side->phase = phase;
		}
		side->boots_agree &= dmafp_row_agrees(row, &side->phase->hist, &phase->hist);
		side->same_boots &= same_counts(side->phase, phase) &&
				    dmafp_hist_equal(&side->phase->hist, &phase->hist);
	}
	if (side->phase)
		side->stats = stats_of(&side->phase->hist);
}

static int64_t minus(uint64_t a, uint64_t b)
{
	return (int64_t)(a - b);
}

static void fill_delta(struct dmafp_side *side, const struct dmafp_side *base)
{
	if (!side->phase || !base->phase)
		return;
	side->delta = (struct dmafp_delta) {
		.min = minus(side->stats.min, base->stats.min),
		.p50 = minus(side->stats.p50, base->stats.p50),
		.p99 = minus(side->stats.p99, base->stats.p99),
		.sum = minus(side->stats.sum, base->stats.sum),
	};
	side->same_hist = dmafp_hist_equal(&side->phase->hist, &base->phase->hist);
}

static void add_row(struct dmafp_comparison *c, const struct dmafp_group *group,
		    const struct dmafp_cell_result *cell, enum dmafp_row_phase phase)
{
	struct dmafp_row *row;
	unsigned int arm;

	c->rows = dmafp_alloc_grow(c->rows, c->nr_rows, sizeof(*c->rows));
	row = &c->rows[c->nr_rows++];
	row->group = group;
	row->cell = cell;
	row->phase = phase;
	row->is_null = !strcmp(cell->op, DMAFP_NULL_OP);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		fill_side(&row->sides[arm], row, &group->arms[arm]);
		fill_delta(&row->sides[arm], &row->sides[DMAFP_ARM_BASE]);
	}
}

static bool has_row(const struct dmafp_comparison *c, size_t first,
		    const struct dmafp_cell_result *cell, enum dmafp_row_phase phase)
{
	size_t i;

	for (i = first; i < c->nr_rows; i++)
		if (c->rows[i].phase == phase && dmafp_cell_same(c->rows[i].cell, cell))
			return true;
	return false;
}

/* The union of all arms' cells: one that base lacks is a row, too */
static void add_rows(struct dmafp_comparison *c, struct dmafp_section *section,
		     const struct dmafp_result *result)
{
	enum dmafp_row_phase phase;
	size_t i;

	for (i = 0; i < result->nr_cells; i++) {
		const struct dmafp_cell_result *cell = &result->cells[i];

		for (phase = 0; phase < DMAFP_NR_ROW_PHASES; phase++)
			if (phase_of(cell, phase) &&
			    !has_row(c, section->first_row, cell, phase))
				add_row(c, section->group, cell, phase);
	}
}

static bool same_first(const struct dmafp_first_result *a,
		       const struct dmafp_first_result *b)
{
	if (!a->present || !b->present)
		return a->present == b->present;
	return a->deferred_before == b->deferred_before &&
	       a->deferred_after == b->deferred_after && a->map_ticks == b->map_ticks &&
	       a->unmap_ticks == b->unmap_ticks && a->counted == b->counted &&
	       a->counted_deferred_before == b->counted_deferred_before &&
	       a->calls == b->calls && a->attaches == b->attaches &&
	       a->overlaps == b->overlaps && a->attach_ticks == b->attach_ticks;
}

static bool same_firsts(const struct dmafp_boots *boots)
{
	size_t i;

	for (i = 1; i < boots->nr; i++)
		if (!same_first(&boots->items[0]->first_map, &boots->items[i]->first_map))
			return false;
	return true;
}

static void fill_firsts(struct dmafp_section *section)
{
	const struct dmafp_first_result *base = NULL;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		const struct dmafp_boots *boots = &section->group->arms[arm];
		struct dmafp_first_side *side = &section->firsts[arm];

		side->same_boots = same_firsts(boots);
		if (!boots->nr || !boots->items[0]->first_map.present)
			continue;
		side->first = &boots->items[0]->first_map;
		if (arm == DMAFP_ARM_BASE)
			base = side->first;
		if (base)
			side->delta = minus(side->first->map_ticks, base->map_ticks);
	}
}

static void fill_section(struct dmafp_comparison *c, struct dmafp_section *section,
			 const struct dmafp_group *group)
{
	unsigned int arm;
	size_t boot;

	section->group = group;
	section->first_row = c->nr_rows;
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		for (boot = 0; boot < group->arms[arm].nr; boot++)
			add_rows(c, section, group->arms[arm].items[boot]);
	section->nr_rows = c->nr_rows - section->first_row;
	section->first_traffic = c->nr_traffic_rows;
	dmafp_traffic_add(&c->traffic_rows, &c->nr_traffic_rows, group);
	section->nr_traffic = c->nr_traffic_rows - section->first_traffic;
	fill_firsts(section);
}

struct dmafp_comparison *dmafp_comparison_new(const struct dmafp_set *set)
{
	struct dmafp_comparison *c = dmafp_alloc(1, sizeof(*c));
	size_t i;

	c->set = set;
	c->nr_sections = set->nr_groups;
	c->sections = dmafp_alloc(set->nr_groups, sizeof(*c->sections));
	for (i = 0; i < set->nr_groups; i++)
		fill_section(c, &c->sections[i], &set->groups[i]);
	dmafp_scaling_of(set, &c->scaling);
	return c;
}

void dmafp_comparison_free(struct dmafp_comparison *c)
{
	unsigned int arm;
	size_t i;

	if (!c)
		return;
	for (i = 0; i < c->nr_rows; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			free(c->rows[i].sides[arm].phases);
	for (i = 0; i < c->nr_traffic_rows; i++)
		dmafp_traffic_release(&c->traffic_rows[i]);
	free(c->traffic_rows);
	dmafp_scaling_free(&c->scaling);
	free(c->rows);
	free(c->sections);
	free(c);
}

bool dmafp_row_same(const struct dmafp_row *a, const struct dmafp_row *b,
		    bool (*same_side)(const struct dmafp_side *a, const struct dmafp_side *b))
{
	unsigned int arm;

	if (a->phase != b->phase || !dmafp_cell_same(a->cell, b->cell))
		return false;
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (!same_side(&a->sides[arm], &b->sides[arm]))
			return false;
	return true;
}

bool dmafp_stats_equal(const struct dmafp_stats *a, const struct dmafp_stats *b)
{
	return a->count == b->count && a->min == b->min && a->p50 == b->p50 &&
	       a->p99 == b->p99 && a->sum == b->sum;
}

const char *dmafp_row_phase_name(enum dmafp_row_phase phase)
{
	return phase == DMAFP_ROW_MAP ? "map" : "unmap";
}

char *dmafp_group_title(const struct dmafp_group *group)
{
	return dmafp_path("%s, %s, %s %s", group->mode, group->iommu, group->label,
			  group->pci);
}

const struct dmafp_result *dmafp_group_any(const struct dmafp_group *group)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (group->arms[arm].nr)
			return group->arms[arm].items[0];
	return NULL;
}

bool dmafp_group_is_timed(const struct dmafp_group *group)
{
	size_t arm, i;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		for (i = 0; i < group->arms[arm].nr; i++)
			if (group->arms[arm].items[i]->domain != DMAFP_DOMAIN_EXACT)
				return true;
	return false;
}
