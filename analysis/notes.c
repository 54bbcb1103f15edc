// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/agreement.h"
#include "analysis/control.h"
#include "analysis/environment.h"
#include "analysis/notes.h"
#include "analysis/place.h"
#include "base/alloc.h"

/* Sections */

typedef bool (*section_test)(const struct dmafp_comparison *c,
			     const struct dmafp_section *section);

static bool not_deferred(const struct dmafp_comparison *c,
			 const struct dmafp_section *section)
{
	(void)c;
	return !strcmp(section->group->mode, "kdump") &&
	       !dmafp_control_deferred(section->group);
}

static bool no_floor(const struct dmafp_comparison *c, const struct dmafp_section *section)
{
	size_t i;

	for (i = 0; i < section->nr_rows; i++)
		if (c->rows[section->first_row + i].is_null)
			return false;
	/* loads do not run in the harness */
	return section->nr_rows || !section->nr_traffic;
}

static void note_sections(const struct dmafp_comparison *c, section_test test,
			  const char *what, struct dmafp_lines *notes)
{
	bool *found = dmafp_alloc(c->nr_sections, sizeof(*found)), any = false;
	char *where;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		any |= found[i] = test(c, &c->sections[i]);
	where = dmafp_place_sections(c, found);
	if (any)
		dmafp_lines_add(notes, "%s: %s", where, what);
	free(where);
	free(found);
}

/* First maps */

typedef bool (*first_test)(const struct dmafp_first_result *first);

static bool still_deferred(const struct dmafp_first_result *first)
{
	return first->deferred_after;
}

static bool overlapped(const struct dmafp_first_result *first)
{
	return first->counted && first->overlaps;
}

static bool not_attached_once(const struct dmafp_first_result *first)
{
	return first->counted && first->counted_deferred_before && first->attaches != 1;
}

/* Where the first map of @arm passes the test; NULL: nowhere */
static char *first_places(const struct dmafp_comparison *c, enum dmafp_arm_id arm,
			  first_test test)
{
	bool *found = dmafp_alloc(c->nr_sections, sizeof(*found)), any = false;
	char *where = NULL;
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_first_result *first = c->sections[i].firsts[arm].first;

		any |= found[i] = first && test(first);
	}
	if (any)
		where = dmafp_place_sections(c, found);
	free(found);
	return where;
}

/* Arms that have it in the same places share one sentence */
static void note_firsts(const struct dmafp_comparison *c, first_test test,
			const char *what, struct dmafp_lines *notes)
{
	char *where[DMAFP_NR_ARMS], *list;
	unsigned int arm, other;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		where[arm] = first_places(c, arm, test);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		struct dmafp_lines arms = { 0 };

		for (other = arm; where[arm] && other < DMAFP_NR_ARMS; other++) {
			if (!where[other] || strcmp(where[other], where[arm]))
				continue;
			dmafp_lines_add(&arms, "%s", dmafp_arm_name(other));
			if (other > arm) {
				free(where[other]);
				where[other] = NULL;
			}
		}
		list = dmafp_lines_join(&arms, ", ");
		if (where[arm])
			dmafp_lines_add(notes, "%s in %s: %s", list, where[arm], what);
		free(list);
		dmafp_lines_free(&arms);
		free(where[arm]);
	}
}

/* Results */

static void note_arms(const struct dmafp_comparison *c, struct dmafp_lines *notes)
{
	size_t i;

	for (i = 0; i < c->set->nr; i++)
		if (dmafp_arm_find(c->set->results[i]->arm) == DMAFP_NR_ARMS)
			dmafp_lines_add_new(notes,
					    "Results of arm %s are left out: the arms are "
					    "base, patched, always-lock and placebo.",
					    c->set->results[i]->arm);
}

/* Timed domain: the margins, and who stated them */
static void note_margins(const struct dmafp_comparison *c,
			 const struct dmafp_row_verdict *rows, struct dmafp_lines *notes)
{
	static const char *const origins[] = {
		[DMAFP_MARGIN_STATED] = "stated in the profile before the run",
		[DMAFP_MARGIN_DEFAULT] = "the default: no profile stated one",
		[DMAFP_MARGIN_GIVEN] = "given AFTER the run",
	};
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		const struct dmafp_row_verdict *v = &rows[i];

		if (v->timed && v->decisive && v->margin_ppm)
			dmafp_lines_add_new(notes, "Margin of an op: %g %% of base's p50, %s.",
					    v->margin_ppm / 1e4, origins[v->margin_origin]);
		else if (v->timed && v->decisive)
			dmafp_lines_add_new(notes, "Margin of check: %g tick%s, %s.", v->margin,
					    v->margin == 1 ? "" : "s", origins[v->margin_origin]);
	}
}

/* Margins that were asked for, and nothing that they could be held against */
static void note_unused(const struct dmafp_comparison *c, const struct dmafp_row_verdict *rows,
			const struct dmafp_rules *rules, struct dmafp_lines *notes)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (rows[i].timed)
			return;
	for (i = 0; i < c->nr_traffic_rows; i++)
		if (dmafp_group_any(c->traffic_rows[i].group)->domain == DMAFP_DOMAIN_TIMED)
			return;
	if (rules->margin_ppm || rules->margin_check)
		dmafp_lines_add(notes,
				"A margin was given, and no row is of the timed domain: it "
				"changes nothing, one instruction is a difference.");
}

/* Timed domain: rows whose boots change with time */
static void note_drift(const struct dmafp_comparison *c,
		       const struct dmafp_row_verdict *rows, struct dmafp_lines *notes)
{
	size_t i, nr = 0, drifting = 0, series = 0, drifting_series = 0;
	double least = 1;

	for (i = 0; i < c->nr_rows; i++) {
		series += rows[i].nr_series;
		drifting_series += rows[i].drifting_series;
		if (!rows[i].drift.known)
			continue;
		nr++;
		drifting += rows[i].drift.p < 0.05;
		least = rows[i].drift.p < least ? rows[i].drift.p : least;
	}
	if (nr)
		dmafp_lines_add(notes,
				"Drift over the boots: on %zu of %zu timed rows (Spearman, "
				"p < 0.05, least %.2g), where one in 20 is chance.",
				drifting, nr, least);
	if (nr && series)
		dmafp_lines_add(notes,
				"Drift inside a boot: in %zu of %zu series (Spearman, "
				"p < 0.01).",
				drifting_series, series);
}

/* Ops that may sleep: why they are not judged, and by how much placebo moves them */
static void note_sleeping(const struct dmafp_comparison *c, struct dmafp_lines *notes)
{
	struct dmafp_lines ops = { 0 };
	int64_t low = 0, high = 0;
	char *list;
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		const struct dmafp_delta *d = &c->rows[i].sides[DMAFP_ARM_PLACEBO].delta;

		if (!c->rows[i].cell->sleeps)
			continue;
		dmafp_lines_add_new(&ops, "%s", c->rows[i].cell->op);
		low = d->min < low ? d->min : low;
		high = d->min > high ? d->min : high;
	}
	list = dmafp_lines_join(&ops, ", ");
	if (ops.nr)
		dmafp_lines_add(notes,
				"%s may sleep and are shown, not judged: they run with "
				"interrupts on, and what they do depends on the pages they "
				"are given. Their floor: min of placebo, which should not "
				"differ, is %+" PRId64 " to %+" PRId64 " from base's.",
				list, low, high);
	free(list);
	dmafp_lines_free(&ops);
}

/* The images say another thing than the measurement: one of the two is wrong */
static void note_proof(const struct dmafp_comparison *c, struct dmafp_lines *notes)
{
	struct dmafp_proof proof;
	unsigned int arm;

	dmafp_proof_find(&proof, c);
	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (proof.arms[arm].word == DMAFP_DISAGREES)
			dmafp_lines_add(notes,
					"STATIC PROOF DOES NOT AGREE in %s: %s. Either the path that "
					"ran is not the one that was walked, or the measurement is "
					"wrong: believe neither before it is known which.",
					dmafp_arm_name(arm), proof.arms[arm].why);
	dmafp_proof_free(&proof);
}

void dmafp_notes_add(const struct dmafp_comparison *c,
		     const struct dmafp_row_verdict *rows, const struct dmafp_rules *rules,
		     struct dmafp_lines *notes)
{
	note_sections(c, not_deferred,
		      "the device was not deferred at its first map, so that this shows no "
		      "more than keyed mode does.",
		      notes);
	note_sections(c, no_floor,
		      "the null op was not measured; the floor of the harness is not known.",
		      notes);
	note_firsts(c, still_deferred,
		    "the device is still deferred after its first map, so that the rows "
		    "show the attach and not the path after it.",
		    notes);
	note_firsts(c, overlapped,
		    "attaches began while another one was under way; the table of first "
		    "maps counts them.",
		    notes);
	note_firsts(c, not_attached_once,
		    "the first map of a deferred device did not attach it exactly once; "
		    "the table of first maps counts the attaches.",
		    notes);
	note_sleeping(c, notes);
	note_arms(c, notes);
	note_margins(c, rows, notes);
	note_unused(c, rows, rules, notes);
	note_drift(c, rows, notes);
	dmafp_environment_note(c, notes);
	note_proof(c, notes);
}
