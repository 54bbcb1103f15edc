// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/place.h"
#include "analysis/render/text.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"
#include "base/file.h"

#define INDENT "               " /* as wide as the names of the arms */

static bool all_exact(const struct dmafp_comparison *c)
{
	size_t i;

	for (i = 0; i < c->set->nr; i++)
		if (c->set->results[i]->domain != DMAFP_DOMAIN_EXACT)
			return false;
	return true;
}

const char *dmafp_text_tick(const struct dmafp_comparison *c)
{
	return all_exact(c) ? "instructions" : "ticks (timed domain)";
}

const char *dmafp_text_known(const char *text)
{
	return text ? text : "not known";
}

/* Arms */

static bool measured(const struct dmafp_comparison *c, enum dmafp_arm_id arm)
{
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		if (c->sections[i].group->arms[arm].nr)
			return true;
	return false;
}

/* Whole instructions but where a block's are shared out among its ops */
static void print_delta(double delta, char *text, size_t size)
{
	snprintf(text, size, delta == (double)(int64_t)delta ? "%+.0f" : "%+.2f", delta);
}

/* "-3", or "-3 to +1", most on check map in keyed on nvme" */
static char *range_text(const struct dmafp_comparison *c, const struct dmafp_range *range)
{
	char *where, *text, low[32], high[32];
	bool *worst;

	print_delta(range->low, low, sizeof(low));
	print_delta(range->high, high, sizeof(high));
	if (!strcmp(low, high))
		return dmafp_alloc_string(high);
	worst = dmafp_alloc(c->nr_rows, sizeof(*worst));
	worst[range->worst] = true;
	where = dmafp_place_rows(c, worst);
	text = dmafp_path("%s to %s (most: %s)", low, high, where);
	free(where);
	free(worst);
	return text;
}

/* Did the control do what it is there for? */
static char *role_text(const struct dmafp_range *range, const char *must)
{
	if (range->nr_good == range->nr)
		return dmafp_path(": %s, as it must be", must);
	return dmafp_path(": %s on %zu only, must be on all", must, range->nr_good);
}

char *dmafp_text_arm(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		     enum dmafp_arm_id arm)
{
	static const char *const musts[DMAFP_NR_ARMS] = {
		[DMAFP_ARM_ALWAYS_LOCK] = "REGRESSED",
		[DMAFP_ARM_PLACEBO] = "EQUIVALENT",
	};
	const struct dmafp_range *range = &j->ranges[arm];
	bool everywhere = arm == DMAFP_ARM_PLACEBO;
	char *numbers, *role, *text;

	if (!measured(c, arm))
		return dmafp_alloc_string("not measured");
	if (!range->nr)
		return dmafp_path("no row%s can be judged",
				  everywhere ? "" : " that ran the path");
	numbers = range_text(c, range);
	role = musts[arm] ? role_text(range, musts[arm]) : dmafp_alloc_string("");
	text = dmafp_path("%s on %s %zu rows%s%s", numbers,
			  musts[arm] && !everywhere ? "these" : "all", range->nr,
			  everywhere   ? ""
			  : musts[arm] ? ""
				       : " that ran the path",
			  role);
	free(role);
	free(numbers);
	return text;
}

static void print_arm(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		      enum dmafp_arm_id arm, FILE *out)
{
	char prefix[32], *text = dmafp_text_arm(c, j, arm);

	snprintf(prefix, sizeof(prefix), "  %-12s ", dmafp_arm_name(arm));
	dmafp_wrap(out, prefix, INDENT, "%s", text);
	free(text);
}

static void print_arms(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		       FILE *out)
{
	unsigned int arm;

	dmafp_wrap(out, "", "", "Arm minus base, %s per op, %s:", dmafp_text_tick(c),
		   all_exact(c) ? "over min, p50 and p99" : "p50");
	for (arm = DMAFP_ARM_PATCHED; arm < DMAFP_NR_ARMS; arm++)
		print_arm(c, j, arm, out);
}

/* Boots */

struct boots {
	size_t least, most;
};

static struct boots count_boots(const struct dmafp_comparison *c)
{
	struct boots b = { 0 };
	unsigned int arm;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
			size_t nr = c->sections[i].group->arms[arm].nr;

			if (nr && (!b.least || nr < b.least))
				b.least = nr;
			if (nr > b.most)
				b.most = nr;
		}
	return b;
}

/* Rows of ops that may sleep, or all others */
static bool rows_repeat(const struct dmafp_comparison *c,
			const struct dmafp_section *section, enum dmafp_arm_id arm,
			bool sleeping)
{
	size_t i;

	for (i = 0; i < section->nr_rows; i++) {
		const struct dmafp_row *row = &c->rows[section->first_row + i];

		if (row->cell->sleeps == sleeping && !row->sides[arm].same_boots)
			return false;
	}
	return true;
}

static bool sleeping_repeat(const struct dmafp_comparison *c)
{
	unsigned int arm;
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			if (!rows_repeat(c, &c->sections[i], arm, true))
				return false;
	return true;
}

/* Where boots of @arm differ, in their rows or in their first map */
static void find_differing(const struct dmafp_comparison *c, enum dmafp_arm_id arm,
			   bool first, struct dmafp_lines *found)
{
	bool *differ = dmafp_alloc(c->nr_sections, sizeof(*differ)), any = false;
	char *where;
	size_t i;

	for (i = 0; i < c->nr_sections; i++) {
		const struct dmafp_section *s = &c->sections[i];

		differ[i] = first ? !s->firsts[arm].same_boots : !rows_repeat(c, s, arm, false);
		any |= differ[i];
	}
	where = dmafp_place_sections(c, differ);
	if (any)
		dmafp_lines_add(found, "%s%s in %s", dmafp_arm_name(arm),
				first ? "'s first map" : "", where);
	free(where);
	free(differ);
}

static char *boots_differ(const struct dmafp_comparison *c)
{
	struct dmafp_lines found = { 0 };
	char *text = NULL;
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++) {
		find_differing(c, arm, false, &found);
		find_differing(c, arm, true, &found);
	}
	if (found.nr)
		text = dmafp_lines_join(&found, "; ");
	dmafp_lines_free(&found);
	return text;
}

/* Measures that are of CPU time: in the exact domain they can repeat themselves */
static bool is_repeated(const struct dmafp_traffic_row *row, enum dmafp_arm_id arm)
{
	const struct dmafp_traffic_side *side = &row->sides[arm];
	size_t i;

	for (i = 1; i < side->nr_boots; i++)
		if (side->boots[i].min != side->boots[0].min ||
		    side->boots[i].p50 != side->boots[0].p50)
			return false;
	return true;
}

static bool traffic_repeats(const struct dmafp_comparison *c)
{
	unsigned int arm;
	size_t i;

	for (i = 0; i < c->nr_traffic_rows; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			if (c->traffic_rows[i].kind != DMAFP_MEASURE_COMPLETE &&
			    c->traffic_rows[i].kind != DMAFP_MEASURE_TIME &&
			    !is_repeated(&c->traffic_rows[i], arm))
				return false;
	return true;
}

char *dmafp_text_boots(const struct dmafp_comparison *c)
{
	struct boots b = count_boots(c);
	char *number = b.least == b.most ? dmafp_path("%zu", b.most)
					 : dmafp_path("%zu to %zu", b.least, b.most);
	char *differ = boots_differ(c), *text;

	if (!b.most)
		text = dmafp_alloc_string("");
	else if (b.most == 1)
		text = dmafp_path("1 boot of each arm, mode and device that was measured.");
	else if (!all_exact(c))
		text = dmafp_path("%s boots each, which are the replicates.", number);
	else if (!differ)
		text = dmafp_path("%s boots each, identical to the last count%s%s.", number,
				  sleeping_repeat(c) ? "" : ", but for ops that may sleep",
				  traffic_repeats(c) ? "" : ", but for real traffic");
	else
		text = dmafp_path("%s boots each, NOT identical: %s. Numbers are of the first "
				  "boot; nothing is averaged.",
				  number, differ);
	free(differ);
	free(number);
	return text;
}

static void print_boots(const struct dmafp_comparison *c, FILE *out)
{
	char *text = dmafp_text_boots(c);

	if (*text)
		dmafp_wrap(out, "", "", "%s", text);
	free(text);
}

static void print_stop(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		       FILE *out)
{
	struct dmafp_lines lines = { 0 };
	size_t i;

	dmafp_stop_say(c, j, &lines);
	for (i = 0; i < lines.nr; i++)
		dmafp_wrap(out, "", "", "%s", lines.items[i]);
	dmafp_lines_free(&lines);
}

void dmafp_text_head(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		     FILE *out)
{
	char *outside = dmafp_judgement_outside(j), *traffic = dmafp_text_traffic_head(j);

	dmafp_wrap(out, "", "", "dmafp: %s", dmafp_verdict_name(j->overall));
	if (c->nr_rows || !traffic)
		print_arms(c, j, out);
	if (traffic)
		dmafp_wrap(out, "", "", "%s", traffic);
	free(traffic);
	print_boots(c, out);
	print_stop(c, j, out);
	if (outside)
		dmafp_wrap(out, "", "", "%s", outside);
	free(outside);
	if (j->overall == DMAFP_INVALID)
		dmafp_wrap(out, "", "",
			   "The results cannot support a verdict; the reasons are at "
			   "the end.");
}
