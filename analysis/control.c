// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/control.h"
#include "analysis/place.h"
#include "analysis/timed.h"
#include "base/alloc.h"

static const char *const roles[DMAFP_NR_ARMS] = {
	[DMAFP_ARM_BASE] = "the kernel without the patch",
	[DMAFP_ARM_PATCHED] = "the kernel with the patch",
	[DMAFP_ARM_ALWAYS_LOCK] = "the positive control",
	[DMAFP_ARM_PLACEBO] = "the negative control",
};

static void add_row_title(struct dmafp_lines *lines, const struct dmafp_row *row)
{
	char *title = dmafp_cell_title(row->cell);

	dmafp_lines_add(lines, "%s %s", title, dmafp_row_phase_name(row->phase));
	free(title);
}

static void add_group_title(struct dmafp_lines *lines, const struct dmafp_group *group)
{
	char *title = dmafp_group_title(group);

	dmafp_lines_add_new(lines, "%s", title);
	free(title);
}

/* Arms and cells */

static void check_arm(const struct dmafp_comparison *c, enum dmafp_arm_id arm,
		      struct dmafp_lines *reasons)
{
	struct dmafp_lines missing = { 0 };
	char *where;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		if (!c->sections[i].group->arms[arm].nr)
			add_group_title(&missing, c->sections[i].group);
	where = dmafp_lines_join(&missing, "; ");
	if (missing.nr == c->nr_sections)
		dmafp_lines_add(reasons,
				"There is no result of %s, %s: measure it, there is "
				"no verdict without it.",
				dmafp_arm_name(arm), roles[arm]);
	else if (missing.nr)
		dmafp_lines_add(reasons,
				"There is no result of %s, %s, for: %s; measure it "
				"there too, or leave the others of these out.",
				dmafp_arm_name(arm), roles[arm], where);
	free(where);
	dmafp_lines_free(&missing);
}

static bool lacks_cell(const struct dmafp_side *side)
{
	size_t i;

	for (i = 0; i < side->nr_phases; i++)
		if (!side->phases[i])
			return true;
	return false;
}

static void check_cells(const struct dmafp_comparison *c,
			const struct dmafp_section *section, enum dmafp_arm_id arm,
			struct dmafp_lines *reasons)
{
	char *title = dmafp_group_title(section->group), *rows;
	struct dmafp_lines missing = { 0 };
	size_t i;

	for (i = 0; i < section->nr_rows; i++) {
		const struct dmafp_row *row = &c->rows[section->first_row + i];

		if (lacks_cell(&row->sides[arm]))
			add_row_title(&missing, row);
	}
	rows = dmafp_lines_join(&missing, ", ");
	if (missing.nr)
		dmafp_lines_add(reasons,
				"%s lacks cells that other arms have, or has them "
				"with other CPUs, block, warm-up or iterations (%s: %s): "
				"measure all arms with one profile.",
				dmafp_arm_name(arm), title, rows);
	free(rows);
	free(title);
	dmafp_lines_free(&missing);
}

void dmafp_control_arms(const struct dmafp_comparison *c, struct dmafp_lines *reasons)
{
	unsigned int arm;
	size_t i;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		check_arm(c, arm, reasons);
	for (i = 0; i < c->nr_sections; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			check_cells(c, &c->sections[i], arm, reasons);
}

/* The instrument */

/* Is the row one that speaks about @arm, and does it say what it must not? */
typedef bool (*row_test)(const struct dmafp_row *row, const struct dmafp_row_verdict *v,
			 bool *asked);

/* In the timed domain boots that settle nothing are no failure of the instrument */
static bool fails(const struct dmafp_row_verdict *v, enum dmafp_arm_id arm,
		  enum dmafp_verdict must)
{
	return v->verdicts[arm] != must &&
	       !(v->timed && v->verdicts[arm] == DMAFP_INCONCLUSIVE);
}

static bool lock_unseen(const struct dmafp_row *row, const struct dmafp_row_verdict *v,
			bool *asked)
{
	(void)row;
	*asked = v->decisive && v->reached;
	return *asked && fails(v, DMAFP_ARM_ALWAYS_LOCK, DMAFP_REGRESSED);
}

static bool placebo_seen(const struct dmafp_row *row, const struct dmafp_row_verdict *v,
			 bool *asked)
{
	(void)row;
	*asked = v->decisive;
	return *asked && fails(v, DMAFP_ARM_PLACEBO, DMAFP_EQUIVALENT);
}

static bool null_differs(const struct dmafp_row *row, const struct dmafp_row_verdict *v,
			 bool *asked)
{
	bool same = v->boots_agree;
	unsigned int arm;

	*asked = row->is_null && v->complete;
	if (v->timed)
		return *asked && dmafp_timed_null_differs(v);
	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
		same &= row->sides[arm].same_hist;
	return *asked && !same;
}

static void check_rows(const struct dmafp_comparison *c,
		       const struct dmafp_row_verdict *rows, row_test test,
		       const char *what, const char *todo, struct dmafp_lines *reasons)
{
	bool *found = dmafp_alloc(c->nr_rows, sizeof(*found));
	size_t i, nr_found = 0, nr = 0;
	char *where;

	for (i = 0; i < c->nr_rows; i++) {
		bool asked;

		found[i] = test(&c->rows[i], &rows[i], &asked);
		nr_found += found[i];
		nr += asked;
	}
	where = dmafp_place_rows(c, found);
	if (nr_found)
		dmafp_lines_add(reasons, "%s on %zu of %zu rows (%s): %s.", what,
				nr_found, nr, where, todo);
	free(where);
	free(found);
}

void dmafp_control_instrument(const struct dmafp_comparison *c,
			      const struct dmafp_row_verdict *rows,
			      struct dmafp_lines *reasons)
{
	static const struct {
		row_test test;
		const char *what, *todo;
	} checks[] = {
		{ null_differs,
		  "The null op, which is the harness alone, is not the same in "
		  "all arms and boots",
		  "build one module source for all arms, and look for "
		  "what disturbs the machine" },
		{ lock_unseen, "always-lock is not REGRESSED",
		  "an instrument that does not see "
		  "a mutex taken on every call cannot clear a patch; check that the arms "
		  "are what they are called" },
		{ placebo_seen, "placebo is not EQUIVALENT",
		  "the instrument sees a difference "
		  "where only the layout of the code differs; check that the arms are what "
		  "they are called" },
	};
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		check_rows(c, rows, checks[i].test, checks[i].what, checks[i].todo,
			   reasons);
}

/* Did the path run? */

bool dmafp_control_deferred(const struct dmafp_group *group)
{
	unsigned int arm;
	size_t i;

	for (arm = DMAFP_ARM_BASE; arm <= DMAFP_ARM_PATCHED; arm++)
		for (i = 0; i < group->arms[arm].nr; i++) {
			const struct dmafp_result *r = group->arms[arm].items[i];

			if (!(r->first_map.present ? r->first_map.deferred_before
						   : r->device.attach_deferred) &&
			    !r->traffic.attach.seen)
				return false;
		}
	return true;
}

/* Rows that ran the path, and those of them in kdump mode without a deferred device */
struct reached {
	size_t nr, doubtful, hidden;
};

static void add_reached(struct reached *r, const struct dmafp_group *group)
{
	r->nr++;
	r->doubtful += !strcmp(group->mode, "kdump") && !dmafp_control_deferred(group);
}

static void add_traffic(struct reached *r, const struct dmafp_comparison *c,
			const struct dmafp_traffic_verdict *traffic)
{
	size_t i;

	for (i = 0; i < c->nr_traffic_rows; i++) {
		if (!traffic[i].judged || !traffic[i].reached)
			continue;
		if (traffic[i].hidden &&
		    traffic[i].verdicts[DMAFP_ARM_ALWAYS_LOCK] != DMAFP_INCONCLUSIVE)
			r->hidden++;
		else
			add_reached(r, c->traffic_rows[i].group);
	}
}

void dmafp_control_reached(const struct dmafp_comparison *c,
			   const struct dmafp_row_verdict *rows,
			   const struct dmafp_traffic_verdict *traffic,
			   struct dmafp_lines *reasons)
{
	struct reached r = { 0 };
	size_t i;

	/* `check` calls the function itself: no proof that the API does */
	for (i = 0; i < c->nr_rows; i++)
		if (rows[i].reached && c->rows[i].cell->on_path && !c->rows[i].cell->sleeps)
			add_reached(&r, c->rows[i].group);
	add_traffic(&r, c, traffic);
	if (!r.nr && r.hidden)
		dmafp_lines_add(reasons,
				"No row sees a lock: the path ran on %zu rows of real traffic, "
				"and always-lock is REGRESSED on none of them; an instrument "
				"that does not see a mutex taken on every map cannot clear a "
				"patch. Measure map_page beside it, or a load that repeats "
				"itself better.",
				r.hidden);
	else if (!r.nr)
		dmafp_lines_add(reasons,
				"No row ran the path: no DMA API call of base and "
				"patched called iommu_deferred_attach() at least once per op. "
				"Measure in keyed or kdump mode; in plain mode the call is "
				"switched off.");
	else if (r.nr == r.doubtful)
		dmafp_lines_add(reasons,
				"The path ran in kdump mode only, and there the device "
				"was not deferred at its first map: boot with the IOMMU left "
				"translating by the crashed kernel, or measure in keyed mode "
				"too.");
}
