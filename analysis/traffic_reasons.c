// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include "analysis/traffic_reasons.h"
#include "base/alloc.h"
#include "base/file.h"

/* Rows that are asked, and those of them of which something is true */
typedef bool (*row_test)(const struct dmafp_traffic_verdict *v);

static size_t count(const struct dmafp_judgement *j, row_test test)
{
	size_t i, nr = 0;

	for (i = 0; i < j->nr_traffic_rows; i++)
		nr += test(&j->traffic_rows[i]);
	return nr;
}

static bool is_timed(const struct dmafp_traffic_verdict *v)
{
	return v->timed;
}

static bool patched_is(const struct dmafp_traffic_verdict *v, enum dmafp_verdict verdict)
{
	return v->verdicts[DMAFP_ARM_PATCHED] == verdict;
}

/* In time a claim needs a placebo that does not move; in the exact domain the floor has it */
static bool is_doubtful(const struct dmafp_traffic_verdict *v)
{
	return patched_is(v, DMAFP_REGRESSED) && v->timed &&
	       v->verdicts[DMAFP_ARM_PLACEBO] != DMAFP_EQUIVALENT;
}

static bool is_regressed(const struct dmafp_traffic_verdict *v)
{
	return patched_is(v, DMAFP_REGRESSED) && !is_doubtful(v);
}

static bool is_regressed_reached(const struct dmafp_traffic_verdict *v)
{
	return is_regressed(v) && v->reached;
}

static bool is_same(const struct dmafp_traffic_verdict *v)
{
	return dmafp_traffic_visible(v) && patched_is(v, DMAFP_EQUIVALENT);
}

static bool is_less(const struct dmafp_traffic_verdict *v)
{
	return dmafp_traffic_visible(v) && patched_is(v, DMAFP_IMPROVED);
}

static bool is_hidden(const struct dmafp_traffic_verdict *v)
{
	return dmafp_traffic_decisive(v) && v->hidden;
}

/* always-lock or placebo have not spoken yet, or patched is about the margin */
static bool is_unsettled(const struct dmafp_traffic_verdict *v)
{
	return dmafp_traffic_visible(v) && (patched_is(v, DMAFP_INCONCLUSIVE) ||
					    v->verdicts[DMAFP_ARM_PLACEBO] == DMAFP_INCONCLUSIVE);
}

static bool is_open(const struct dmafp_traffic_verdict *v)
{
	return is_hidden(v) && v->verdicts[DMAFP_ARM_ALWAYS_LOCK] == DMAFP_INCONCLUSIVE;
}

static bool placebo_moves(const struct dmafp_traffic_verdict *v)
{
	return dmafp_traffic_decisive(v) && v->timed &&
	       v->verdicts[DMAFP_ARM_PLACEBO] != DMAFP_EQUIVALENT &&
	       v->verdicts[DMAFP_ARM_PLACEBO] != DMAFP_INCONCLUSIVE;
}

/* Controls */

static bool lacks_measure(const struct dmafp_traffic_side *side)
{
	return side->nr_boots && !dmafp_traffic_complete(side);
}

static void check_arm(const struct dmafp_comparison *c, enum dmafp_arm_id arm,
		      struct dmafp_lines *reasons)
{
	bool *missing = dmafp_alloc(c->nr_traffic_rows, sizeof(*missing)), any = false;
	char *where;
	size_t i;

	for (i = 0; i < c->nr_traffic_rows; i++)
		any |= missing[i] = lacks_measure(&c->traffic_rows[i].sides[arm]);
	where = dmafp_traffic_place(c, missing);
	if (any)
		dmafp_lines_add(reasons,
				"%s lacks loads that other arms have, or has them on other CPUs "
				"or at another pace (%s): measure all arms with one profile.",
				dmafp_arm_name(arm), where);
	free(where);
	free(missing);
}

static void check_placebo(const struct dmafp_comparison *c,
			  const struct dmafp_traffic_verdict *rows, struct dmafp_lines *reasons)
{
	bool *found = dmafp_alloc(c->nr_traffic_rows, sizeof(*found));
	size_t i, nr = 0;
	char *where;

	for (i = 0; i < c->nr_traffic_rows; i++)
		nr += found[i] = placebo_moves(&rows[i]);
	where = dmafp_traffic_place(c, found);
	if (nr)
		dmafp_lines_add(reasons,
				"placebo is not EQUIVALENT on %zu rows of real traffic (%s): the "
				"instrument sees a difference where only the layout of the code "
				"differs; check that the arms are what they are called.",
				nr, where);
	free(where);
	free(found);
}

void dmafp_traffic_control(const struct dmafp_comparison *c,
			   const struct dmafp_traffic_verdict *rows, struct dmafp_lines *reasons)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		check_arm(c, arm, reasons);
	check_placebo(c, rows, reasons);
}

/* Ranges */

static void widen(struct dmafp_range *range, double difference, size_t row)
{
	if (!range->nr || difference < range->low)
		range->low = difference;
	if (!range->nr || difference > range->high) {
		range->high = difference;
		range->worst = row;
	}
	range->nr++;
}

void dmafp_traffic_ranges(const struct dmafp_comparison *c, struct dmafp_judgement *j)
{
	unsigned int arm;
	size_t i;

	for (i = 0; i < c->nr_traffic_rows; i++)
		for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++) {
			const struct dmafp_traffic_verdict *v = &j->traffic_rows[i];
			struct dmafp_range *range = &j->traffic_ranges[arm];

			if (arm == DMAFP_ARM_PLACEBO ? !dmafp_traffic_decisive(v) :
						       !dmafp_traffic_visible(v))
				continue;
			widen(range, v->measured[arm], i);
			range->nr_good += dmafp_verdict_is_good(arm, v->verdicts[arm]);
		}
}

/* Reasons */

bool dmafp_traffic_regressed(struct dmafp_judgement *j)
{
	size_t nr = count(j, is_regressed);

	if (!nr)
		return false;
	dmafp_lines_add(&j->reasons,
			"%zu of %zu rows of real traffic take %s in patched than in base, by "
			"more than the %s, %zu of them where the path ran.",
			nr, count(j, dmafp_traffic_decisive),
			count(j, is_timed) ? "longer" : "more instructions",
			count(j, is_timed) ? "margin" : "floor", count(j, is_regressed_reached));
	return true;
}

/* Has a row of the cells, or one of traffic that sees a lock, run the path? */
static bool has_evidence(const struct dmafp_judgement *j)
{
	return j->ranges[DMAFP_ARM_PATCHED].nr || count(j, dmafp_traffic_visible);
}

void dmafp_traffic_unsettled(struct dmafp_judgement *j)
{
	size_t unsettled = count(j, is_unsettled), doubtful = count(j, is_doubtful);
	size_t open = count(j, is_open);

	if (unsettled)
		dmafp_lines_add(&j->reasons,
				"Rows of real traffic on which patched or placebo is "
				"INCONCLUSIVE: %zu; their table says how many boots would settle "
				"them.",
				unsettled);
	if (doubtful)
		dmafp_lines_add(&j->reasons,
				"Rows of real traffic REGRESSED in patched: %zu, where placebo "
				"is not EQUIVALENT, so that this cannot be told from an error of "
				"the instrument.",
				doubtful);
	if (open && !has_evidence(j))
		dmafp_lines_add(&j->reasons,
				"No row sees a lock yet: on %zu rows of real traffic always-lock "
				"is INCONCLUSIVE, which more boots may settle.",
				open);
}

bool dmafp_traffic_improved(const struct dmafp_judgement *j)
{
	return count(j, is_less);
}

/* "the floor of 0", "of 0 to 20": of the rows that see a lock */
static char *floors_of(const struct dmafp_judgement *j)
{
	char low_text[DMAFP_TRAFFIC_NUMBER], high_text[DMAFP_TRAFFIC_NUMBER];
	double low = INFINITY, high = 0;
	size_t i;

	if (count(j, is_timed))
		return dmafp_alloc_string("the margin");

	for (i = 0; i < j->nr_traffic_rows; i++) {
		const struct dmafp_traffic_verdict *v = &j->traffic_rows[i];

		if (!dmafp_traffic_visible(v))
			continue;
		low = fmin(low, v->floor);
		high = fmax(high, v->floor);
	}
	dmafp_traffic_number(low, false, low_text);
	dmafp_traffic_number(high, false, high_text);
	return dmafp_path("the floor of %s%s%s", low_text,
			  dmafp_traffic_more(high, low) ? " to " : "",
			  dmafp_traffic_more(high, low) ? high_text : "");
}

void dmafp_traffic_no_cost(struct dmafp_judgement *j)
{
	size_t visible = count(j, dmafp_traffic_visible), less = count(j, is_less);
	size_t hidden = count(j, is_hidden);
	struct dmafp_lines parts = { 0 };
	char *floors, *list;

	if (count(j, is_same)) {
		floors = floors_of(j);
		dmafp_lines_add(&parts, "the same in patched, within %s: %zu", floors,
				count(j, is_same));
		free(floors);
	}
	if (less)
		dmafp_lines_add(&parts, "%s: %zu, none more",
				count(j, is_timed) ? "less time" : "fewer instructions", less);
	if (hidden)
		dmafp_lines_add(&parts, "rows that cannot see one, and clear nothing: %zu", hidden);
	list = dmafp_lines_join(&parts, "; ");
	if (parts.nr)
		dmafp_lines_add(&j->reasons, "Rows of real traffic that see a lock (always-lock "
					     "REGRESSED): %zu; %s.",
				visible, list);
	free(list);
	dmafp_lines_free(&parts);
}
