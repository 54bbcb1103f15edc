// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "analysis/cell.h"
#include "analysis/text_notes.h"
#include "analysis/wrap.h"

static bool has_note(const struct dmafp_row_verdict *v, const char *note)
{
	size_t i;

	for (i = 0; i < v->notes.nr; i++)
		if (!strcmp(v->notes.items[i], note))
			return true;
	return false;
}

/* The rows of one section that have the note, on as few lines as they need */
static void print_rows(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		       const struct dmafp_section *section, const char *note, FILE *out)
{
	char *group = dmafp_group_title(section->group), *list;
	struct dmafp_lines titles = { 0 };
	size_t i;

	for (i = section->first_row; i < section->first_row + section->nr_rows; i++) {
		char *title = dmafp_cell_title(c->rows[i].cell);

		if (has_note(&j->rows[i], note))
			dmafp_lines_add(&titles, "%s %s", title,
					dmafp_row_phase_name(c->rows[i].phase));
		free(title);
	}
	list = dmafp_lines_join(&titles, ", ");
	if (titles.nr)
		dmafp_wrap(out, "  ", "    ", "%s: %s", group, list);
	free(list);
	free(group);
	dmafp_lines_free(&titles);
}

void dmafp_text_notes(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		      FILE *out)
{
	struct dmafp_lines notes = { 0 };
	size_t i, k;

	for (i = 0; i < j->nr_rows; i++)
		for (k = 0; k < j->rows[i].notes.nr; k++)
			dmafp_lines_add_new(&notes, "%s", j->rows[i].notes.items[k]);
	fprintf(out, "\n== Negative or surprising rows explained\n\n");
	if (!notes.nr && !j->notes.nr)
		fprintf(out, "None.\n");
	for (i = 0; i < j->notes.nr; i++)
		dmafp_wrap(out, "- ", "  ", "%s", j->notes.items[i]);
	for (i = 0; i < notes.nr; i++) {
		dmafp_wrap(out, "- ", "  ", "%s:", notes.items[i]);
		for (k = 0; k < c->nr_sections; k++)
			print_rows(c, j, &c->sections[k], notes.items[i], out);
	}
	dmafp_lines_free(&notes);
}
