// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "analysis/place.h"
#include "analysis/render/text.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"

/* A note, and all rows it is about */
static void print_note(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		       const char *note, FILE *out)
{
	bool *rows = dmafp_alloc(c->nr_rows, sizeof(*rows));
	char *where;
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		rows[i] = dmafp_lines_has(&j->rows[i].notes, note);
	where = dmafp_place_rows(c, rows);
	dmafp_wrap(out, "- ", "  ", "%s: %s.", note, where);
	free(where);
	free(rows);
}

void dmafp_text_notes(const struct dmafp_comparison *c, const struct dmafp_judgement *j,
		      FILE *out)
{
	struct dmafp_lines notes = { 0 };
	size_t i, k;

	for (i = 0; i < j->nr_rows; i++)
		for (k = 0; k < j->rows[i].notes.nr; k++)
			dmafp_lines_add_new(&notes, "%s", j->rows[i].notes.items[k]);
	fprintf(out, "\n== Negative or surprising rows explained\n");
	if (!notes.nr && !j->notes.nr && !dmafp_text_traffic_notes(c, j, NULL))
		fprintf(out, "None.\n");
	for (i = 0; i < j->notes.nr; i++)
		dmafp_wrap(out, "- ", "  ", "%s", j->notes.items[i]);
	for (i = 0; i < notes.nr; i++)
		print_note(c, j, notes.items[i], out);
	dmafp_text_traffic_notes(c, j, out);
	dmafp_lines_free(&notes);
}
