// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "analysis/render/text.h"
#include "analysis/render/wrap.h"

static void print_differences(const struct dmafp_judgement *j, FILE *out)
{
	size_t i;

	for (i = 0; i < j->differences.nr; i++)
		dmafp_wrap(out, "- ", "  ", "%s", j->differences.items[i]);
}

/* Nothing but why, and what can be done about it */
static void print_refused(const struct dmafp_judgement *j, FILE *out)
{
	fprintf(out, "dmafp: %s\n", dmafp_verdict_name(j->overall));
	dmafp_wrap(out, "", "", "These results cannot be compared; nothing was judged:");
	print_differences(j, out);
	dmafp_wrap(out, "", "",
		   "To judge them all the same: dmafp diff --force. The report then says on "
		   "every page that it was forced.");
}

static void print_forced(const struct dmafp_judgement *j, FILE *out)
{
	dmafp_wrap(out, "", "",
		   "FORCED: these results cannot be compared, and were judged all the same:");
	print_differences(j, out);
	fputc('\n', out);
}

/* Sections are written by many hands: the mark is put before each of their headings */
static void mark_sections(char *text, FILE *out)
{
	char *line;

	while ((line = strsep(&text, "\n")) && text) {
		if (!strncmp(line, "== ", 3))
			fprintf(out, "== FORCED: results that cannot be compared\n");
		fprintf(out, "%s\n", line);
	}
}

void dmafp_text_pages(const struct dmafp_view *view,
		      void (*body)(const struct dmafp_view *view, FILE *out), FILE *out)
{
	const struct dmafp_judgement *j = view->judgement;
	char *text = NULL;
	size_t len;
	FILE *pages;

	if (dmafp_judgement_refused(j)) {
		print_refused(j, out);
		return;
	}
	if (!dmafp_judgement_forced(j)) {
		body(view, out);
		return;
	}
	pages = open_memstream(&text, &len);
	if (!pages)
		abort();
	body(view, pages);
	fclose(pages);
	print_forced(j, out);
	mark_sections(text, out);
	free(text);
}

void dmafp_text_verdict(const struct dmafp_judgement *j, FILE *out)
{
	size_t i;

	fprintf(out, "\n== Overall verdict: %s\n", dmafp_verdict_name(j->overall));
	for (i = 0; i < j->reasons.nr; i++)
		dmafp_wrap(out, "- ", "  ", "%s", j->reasons.items[i]);
}
