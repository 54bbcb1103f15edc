// SPDX-License-Identifier: GPL-2.0-or-later
/* What reports say of real traffic outside of its tables. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/place.h"
#include "analysis/render/text.h"
#include "analysis/render/traffic_part.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"
#include "base/file.h"

#define NUMBER DMAFP_TRAFFIC_NUMBER

/* The head */

/* "patched -3", "always-lock +20 to +40" */
static void add_arm(struct dmafp_lines *parts, const struct dmafp_judgement *j,
		    enum dmafp_arm_id arm, const char *name)
{
	const struct dmafp_range *range = &j->traffic_ranges[arm];
	char low[NUMBER], high[NUMBER];

	dmafp_traffic_number(range->low, true, low);
	dmafp_traffic_number(range->high, true, high);
	if (range->nr)
		dmafp_lines_add(parts, "%s %s%s%s", name, low,
				strcmp(low, high) ? " to " : "", strcmp(low, high) ? high : "");
}

static size_t count_hidden(const struct dmafp_judgement *j)
{
	size_t i, nr = 0;

	for (i = 0; i < j->nr_traffic_rows; i++)
		nr += dmafp_traffic_decisive(&j->traffic_rows[i]) && j->traffic_rows[i].hidden;
	return nr;
}

static double greatest_floor(const struct dmafp_judgement *j)
{
	double floor = 0;
	size_t i;

	for (i = 0; i < j->nr_traffic_rows; i++)
		if (dmafp_traffic_visible(&j->traffic_rows[i]))
			floor = fmax(floor, j->traffic_rows[i].floor);
	return floor;
}

static void add_floor(struct dmafp_lines *parts, const struct dmafp_judgement *j)
{
	size_t nr = j->traffic_ranges[DMAFP_ARM_PATCHED].nr, hidden = count_hidden(j);
	char floor[NUMBER];

	if (nr && !dmafp_traffic_any(j, true))
		dmafp_lines_add(parts, "on %zu row%s that see%s a lock, floor %s", nr,
				nr > 1 ? "s" : "", nr > 1 ? "" : "s",
				dmafp_traffic_number(greatest_floor(j), false, floor));
	else if (nr)
		dmafp_lines_add(parts, "on %zu row%s that see%s a lock", nr, nr > 1 ? "s" : "",
				nr > 1 ? "" : "s");
	if (hidden)
		dmafp_lines_add(parts, "%zu row%s %s not see %s", hidden, hidden > 1 ? "s" : "",
				hidden > 1 ? "do" : "does", nr ? "one" : "a lock");
	if (!nr && !hidden)
		dmafp_lines_add(parts, "no row ran the path");
}

char *dmafp_text_traffic_head(const struct dmafp_judgement *j)
{
	struct dmafp_lines parts = { 0 };
	char *list, *text;

	if (!j->nr_traffic_rows)
		return NULL;
	add_arm(&parts, j, DMAFP_ARM_PATCHED, dmafp_arm_name(DMAFP_ARM_PATCHED));
	add_arm(&parts, j, DMAFP_ARM_ALWAYS_LOCK, dmafp_arm_name(DMAFP_ARM_ALWAYS_LOCK));
	add_floor(&parts, j);
	list = dmafp_lines_join(&parts, ", ");
	text = dmafp_path("Real traffic, %s per IO or packet: %s.",
			  dmafp_traffic_any(j, true) ? "ns" : "instructions", list);
	free(list);
	dmafp_lines_free(&parts);
	return text;
}

char *dmafp_text_traffic_line(const struct dmafp_judgement *j)
{
	size_t nr = j->traffic_ranges[DMAFP_ARM_PATCHED].nr, hidden = count_hidden(j);
	char floor[NUMBER], *list, *text, *hide;
	struct dmafp_lines parts = { 0 };

	if (!j->nr_traffic_rows)
		return NULL;
	add_arm(&parts, j, DMAFP_ARM_PATCHED, "patched");
	add_arm(&parts, j, DMAFP_ARM_ALWAYS_LOCK, "lock");
	dmafp_traffic_number(greatest_floor(j), false, floor);
	list = dmafp_lines_join(&parts, ", ");
	hide = hidden ? dmafp_path("%s%zu hide%s it", nr ? "; " : "", hidden,
				   hidden > 1 ? "" : "s") :
			dmafp_alloc_string(nr ? "" : "no row ran the path");
	if (nr && !dmafp_traffic_any(j, true))
		text = dmafp_path("%s on %zu rows, floor %s%s", list, nr, floor, hide);
	else
		text = nr ? dmafp_path("%s on %zu rows%s", list, nr, hide) :
			    dmafp_alloc_string(hide);
	free(hide);
	free(list);
	dmafp_lines_free(&parts);
	return text;
}

/* Notes */

/* A note, and all rows it is about */
static void print_note(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		       const char *note, FILE *out)
{
	bool *rows = dmafp_alloc(c->nr_traffic_rows, sizeof(*rows));
	char *where;
	size_t i;

	for (i = 0; i < c->nr_traffic_rows; i++)
		rows[i] = dmafp_lines_has(&j->traffic_rows[i].notes, note);
	where = dmafp_traffic_place(c, rows);
	dmafp_wrap(out, "- ", "  ", "%s: %s.", note, where);
	free(where);
	free(rows);
}

size_t dmafp_text_traffic_notes(const struct dmafp_comparison *c,
				const struct dmafp_judgement *j, FILE *out)
{
	struct dmafp_lines notes = { 0 };
	size_t i, k;

	for (i = 0; i < j->nr_traffic_rows; i++)
		for (k = 0; k < j->traffic_rows[i].notes.nr; k++)
			dmafp_lines_add_new(&notes, "%s", j->traffic_rows[i].notes.items[k]);
	for (i = 0; out && i < notes.nr; i++)
		print_note(c, j, notes.items[i], out);
	i = notes.nr;
	dmafp_lines_free(&notes);
	return i;
}

/* The driver's own deferred attach */

static char *attach_text(const struct dmafp_traffic_result *t)
{
	const struct dmafp_driver_attach *a = &t->attach;

	return dmafp_path("%s entered its deferred attach %" PRIu32 " time%s, %" PRIu32
			  " of them with another thread inside, %" PRIu32
			  " in atomic context, %" PRIu32 " failed; first in %s: %s",
			  t->driver, a->entries, a->entries == 1 ? "" : "s", a->overlaps, a->atomic,
			  a->failed, dmafp_text_known(a->thread), dmafp_text_known(a->stack));
}

/* Arms of the group whose boots say @text, "base, patched"; NULL: none */
static char *arms_of(const struct dmafp_group *group, const char *text)
{
	struct dmafp_lines arms = { 0 };
	char *list = NULL;
	unsigned int arm;
	size_t i;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		for (i = 0; i < group->arms[arm].nr; i++) {
			const struct dmafp_result *r = group->arms[arm].items[i];
			char *own = r->traffic.attach.seen ? attach_text(&r->traffic) : NULL;

			if (own && !strcmp(own, text))
				dmafp_lines_add_new(&arms, "%s", dmafp_arm_name(arm));
			free(own);
		}
	if (arms.nr)
		list = dmafp_lines_join(&arms, ", ");
	dmafp_lines_free(&arms);
	return list;
}

static void find_texts(const struct dmafp_group *group, struct dmafp_lines *texts)
{
	unsigned int arm;
	size_t i;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		for (i = 0; i < group->arms[arm].nr; i++) {
			const struct dmafp_traffic_result *t = &group->arms[arm].items[i]->traffic;
			char *text = t->attach.seen ? attach_text(t) : NULL;

			if (text)
				dmafp_lines_add_new(texts, "%s", text);
			free(text);
		}
}

static void add_group(const struct dmafp_comparison *c, const struct dmafp_group *group,
		      struct dmafp_lines *lines)
{
	char *device = dmafp_place_device(c, group);
	struct dmafp_lines texts = { 0 };
	size_t i;

	find_texts(group, &texts);
	for (i = 0; i < texts.nr; i++) {
		char *arms = arms_of(group, texts.items[i]);

		dmafp_lines_add(lines, "%s on %s, %s: %s", group->mode, device, arms,
				texts.items[i]);
		free(arms);
	}
	dmafp_lines_free(&texts);
	free(device);
}

void dmafp_text_driver_attach(const struct dmafp_comparison *c, FILE *out)
{
	struct dmafp_lines lines = { 0 };
	size_t i;

	for (i = 0; i < c->nr_sections; i++)
		add_group(c, c->sections[i].group, &lines);
	if (lines.nr)
		fputs("\n== Traffic: the drivers' own deferred attach, reported, not judged\n",
		      out);
	for (i = 0; i < lines.nr; i++)
		dmafp_wrap(out, "- ", "  ", "%s.", lines.items[i]);
	dmafp_lines_free(&lines);
}
