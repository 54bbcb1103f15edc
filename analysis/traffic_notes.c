// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/timed.h"
#include "analysis/place.h"
#include "analysis/traffic_notes.h"
#include "base/alloc.h"
#include "base/file.h"

#define NUMBER DMAFP_TRAFFIC_NUMBER

/* Rows of the exact domain */

static void note_difference(const struct dmafp_traffic_row *row, struct dmafp_traffic_verdict *v)
{
	enum dmafp_verdict verdict = v->verdicts[DMAFP_ARM_PATCHED];
	double measured = v->measured[DMAFP_ARM_PATCHED];
	char number[NUMBER];

	if (verdict != DMAFP_REGRESSED && verdict != DMAFP_IMPROVED)
		return;
	dmafp_lines_add(&v->notes, "patched takes %s %s instructions per %s%s",
			dmafp_traffic_number(fabs(measured), false, number),
			measured > 0 ? "more" : "fewer", dmafp_load_unit(row->load),
			v->reached ? "" : "; the path was not reached here, so that another part "
					  "of the patch does this");
}

static void note_hidden(struct dmafp_traffic_verdict *v)
{
	double measured = v->measured[DMAFP_ARM_PATCHED];
	char floor[NUMBER], lock[NUMBER], patched[NUMBER];

	if (!v->hidden)
		return;
	dmafp_traffic_number(v->floor, false, floor);
	if (v->verdicts[DMAFP_ARM_ALWAYS_LOCK] == DMAFP_INCONCLUSIVE) {
		dmafp_lines_add(&v->notes,
				"single boots of arms that should not differ do so by %s, which "
				"is no floor to judge patched by: boot each arm twice at least",
				floor);
		return;
	}
	dmafp_traffic_number(v->measured[DMAFP_ARM_ALWAYS_LOCK], true, lock);
	dmafp_traffic_number(measured, true, patched);
	if (dmafp_traffic_more(fabs(measured), v->floor))
		dmafp_lines_add(&v->notes,
				"the floor %s hides always-lock's %s: this row cannot see a "
				"lock, and patched is not judged on it, although its %s is "
				"beyond the floor",
				floor, lock, patched);
	else
		dmafp_lines_add(&v->notes,
				"the floor %s hides always-lock's %s: this row cannot see a "
				"lock, and patched is not judged on it",
				floor, lock);
}

/* Where the floor is that of an arm which alone does not repeat itself */
static void note_boots(struct dmafp_traffic_verdict *v)
{
	double same = fmax(v->own[DMAFP_ARM_BASE], v->own[DMAFP_ARM_PLACEBO]);
	char own[NUMBER], others[NUMBER];
	unsigned int arm;

	for (arm = DMAFP_ARM_PATCHED; arm <= DMAFP_ARM_ALWAYS_LOCK; arm++)
		if (v->own[arm] >= v->floor && dmafp_traffic_more(v->own[arm], same))
			dmafp_lines_add(&v->notes,
					"the floor is that of %s, whose boots differ by %s; "
					"those of base and placebo by %s",
					dmafp_arm_name(arm),
					dmafp_traffic_number(v->own[arm], false, own),
					dmafp_traffic_number(same, false, others));
}

/* Rows of the timed domain */

static void note_unseen(struct dmafp_traffic_verdict *v)
{
	enum dmafp_verdict lock = v->verdicts[DMAFP_ARM_ALWAYS_LOCK];

	if (v->hidden && lock != DMAFP_INCONCLUSIVE)
		dmafp_lines_add(&v->notes,
				"always-lock is %s: a lock on every map does not show on this row, "
				"which therefore clears no patch",
				dmafp_verdict_name(lock));
}

/* Either */

/* Some boots' calls, while others' are known */
static void note_uncounted(const struct dmafp_traffic_row *row,
			   struct dmafp_traffic_verdict *v)
{
	size_t nr = 0, uncounted = 0, i;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		for (i = 0; i < row->sides[arm].nr_boots; i++) {
			const struct dmafp_load *load = row->sides[arm].boots[i].load;

			nr += load != NULL;
			uncounted += load && !load->counted_ops;
		}
	if (uncounted && uncounted < nr)
		dmafp_lines_add(&v->notes,
				"calls were not counted in %zu of %zu boots: nothing shows that the "
				"path ran in them",
				uncounted, nr);
}

static void note_checks(const struct dmafp_traffic_row *row, struct dmafp_traffic_verdict *v)
{
	const char *unit = dmafp_load_unit(row->load);
	bool key = !strcmp(row->group->mode, "keyed") || !strcmp(row->group->mode, "kdump");

	note_uncounted(row, v);
	if (v->checks < 0)
		dmafp_lines_add(&v->notes, "calls were not counted: nothing shows that the path "
					   "ran, and nothing is predicted");
	else if (dmafp_traffic_more(v->most_checks, v->least_checks))
		dmafp_lines_add(&v->notes,
				"boots counted %.4g to %.4g calls of iommu_deferred_attach() per "
				"%s; the prediction is from the median",
				v->least_checks, v->most_checks, unit);
	else if (key && !v->most_checks)
		dmafp_lines_add(&v->notes,
				"no %s called iommu_deferred_attach(), although its static key "
				"is on: the driver maps nothing for it, or the counting missed "
				"it",
				unit);
}

static void note_prediction(struct dmafp_traffic_verdict *v)
{
	if (v->checks > 0 && isnan(v->predicted[DMAFP_ARM_PATCHED]))
		dmafp_lines_add(&v->notes,
				"nothing is predicted: there is no `check` of base and patched, "
				"repeated exactly, in the same mode and on the same device");
}

void dmafp_traffic_note(const struct dmafp_traffic_row *row, struct dmafp_traffic_verdict *v)
{
	if (!dmafp_traffic_decisive(v))
		return;
	if (v->timed) {
		note_unseen(v);
	} else {
		note_difference(row, v);
		note_hidden(v);
		note_boots(v);
		note_prediction(v);
	}
	note_checks(row, v);
}

/* The whole */

/* "measured +5, predicted -3 (1 check per IO), unexplained +8, floor 0"; NULL: it agrees */
static char *disagreement(const struct dmafp_traffic_row *row,
			  const struct dmafp_traffic_verdict *v, enum dmafp_arm_id arm)
{
	char measured[NUMBER], predicted[NUMBER], unexplained[NUMBER], floor[NUMBER];

	if (!dmafp_traffic_decisive(v) || v->agrees[arm] || isnan(v->predicted[arm]) ||
	    isnan(v->floor))
		return NULL;
	dmafp_traffic_number(v->measured[arm], true, measured);
	dmafp_traffic_number(v->predicted[arm], true, predicted);
	dmafp_traffic_number(v->measured[arm] - v->predicted[arm], true, unexplained);
	dmafp_traffic_number(v->floor, false, floor);
	return dmafp_path("measured %s, predicted %s (%.4g check%s per %s), unexplained %s, "
			  "floor %s",
			  measured, predicted, v->checks, v->checks == 1 ? "" : "s",
			  dmafp_load_unit(row->load), unexplained, floor);
}

static void add_place(const struct dmafp_comparison *c, char **texts, size_t first,
		      struct dmafp_lines *parts)
{
	bool *same = dmafp_alloc(c->nr_traffic_rows, sizeof(*same));
	char *text = dmafp_place_take(texts, c->nr_traffic_rows, first, same), *where;

	where = dmafp_traffic_place(c, same);
	dmafp_lines_add(parts, "%s: %s", where, text);
	free(where);
	free(text);
	free(same);
}

/* What is measured is not what the calls and `check` say: loudly, with every row */
static void note_disagreements(const struct dmafp_comparison *c,
			       const struct dmafp_traffic_verdict *rows, enum dmafp_arm_id arm,
			       struct dmafp_lines *notes)
{
	char **texts = dmafp_alloc(c->nr_traffic_rows, sizeof(*texts)), *list;
	struct dmafp_lines parts = { 0 };
	size_t i;

	for (i = 0; i < c->nr_traffic_rows; i++)
		texts[i] = disagreement(&c->traffic_rows[i], &rows[i], arm);
	for (i = 0; i < c->nr_traffic_rows; i++)
		if (texts[i])
			add_place(c, texts, i, &parts);
	list = dmafp_lines_join(&parts, "; ");
	if (parts.nr)
		dmafp_lines_add(notes,
				"REAL TRAFFIC DOES NOT AGREE WITH check in %s: %s. Either code "
				"beside the check differs, or not all checks are made within the "
				"measure, or one of the two is measured wrongly. The verdict is "
				"that of what was measured.",
				dmafp_arm_name(arm), list);
	free(list);
	dmafp_lines_free(&parts);
	free(texts);
}

static void note_load(const struct dmafp_result *result, const struct dmafp_load *load,
		      struct dmafp_lines *notes)
{
	char *title;

	if (!load->errors)
		return;
	title = dmafp_load_title(load);
	dmafp_lines_add_new(notes,
			    "%s: %" PRIu64 " of %" PRIu64 " %ss of %s failed in %s on %s: what is "
			    "measured is in part the failing.",
			    result->arm, load->errors, load->ops, dmafp_load_unit(load), title,
			    result->mode, result->device.label);
	free(title);
}

static void note_errors(const struct dmafp_comparison *c, struct dmafp_lines *notes)
{
	unsigned int arm;
	size_t i, boot, k;

	for (i = 0; i < c->nr_sections; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
			const struct dmafp_boots *boots = &c->sections[i].group->arms[arm];

			for (boot = 0; boot < boots->nr; boot++)
				for (k = 0; k < boots->items[boot]->traffic.nr_loads; k++)
					note_load(boots->items[boot],
						  &boots->items[boot]->traffic.loads[k], notes);
		}
}

/* Timed domain: the margin, and who stated it; the rows of cells say the same in other words */
static void note_margins(const struct dmafp_comparison *c,
			 const struct dmafp_traffic_verdict *rows, struct dmafp_lines *notes)
{
	static const char *const origins[] = {
		[DMAFP_MARGIN_STATED] = "stated in the profile before the run",
		[DMAFP_MARGIN_DEFAULT] = "the default: no profile stated one",
		[DMAFP_MARGIN_GIVEN] = "given AFTER the run",
	};
	size_t i;

	for (i = 0; i < c->nr_traffic_rows; i++)
		if (rows[i].timed && dmafp_traffic_decisive(&rows[i]))
			dmafp_lines_add_new(notes,
					    "Margin of real traffic: %g %% of base's p50, %s.",
					    rows[i].margin_ppm / 1e4,
					    origins[rows[i].margin_origin]);
}

void dmafp_traffic_notes_add(const struct dmafp_comparison *c,
			     const struct dmafp_traffic_verdict *rows, struct dmafp_lines *notes)
{
	unsigned int arm;

	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
		note_disagreements(c, rows, arm, notes);
	note_errors(c, notes);
	note_margins(c, rows, notes);
}
