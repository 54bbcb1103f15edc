// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/json_text.h"
#include "analysis/render/perf_print.h"
#include "analysis/render/wrap.h"
#include "base/alloc.h"

#define LINE_DEPTH 3 /* an item's members each on a line */

static void print_line(const char *line, FILE *out)
{
	char *ascii = dmafp_wrap_ascii(line);

	fprintf(out, "%.*s\n", DMAFP_WRAP_COLUMNS, ascii);
	free(ascii);
}

void dmafp_perf_print_lines(const char *text, size_t max, FILE *out)
{
	char *copy = dmafp_alloc_string(text), *rest = copy, *line;
	size_t nr = 0;

	while ((line = strsep(&rest, "\n")) && (*line || rest))
		if (nr++ < max)
			print_line(line, out);
	if (nr > max)
		fprintf(out, "(%zu more line%s)\n", nr - max, nr - max == 1 ? "" : "s");
	free(copy);
}

/* Lines up to the last with a sample: what follows is out of the way. */
static size_t nr_sampled(const char *text)
{
	char *copy = dmafp_alloc_string(text), *rest = copy, *line;
	size_t nr = 0, last = 0;

	while ((line = strsep(&rest, "\n"))) {
		nr++;
		if (strtoull(line, NULL, 10))
			last = nr;
	}
	free(copy);
	return last;
}

void dmafp_perf_print_annotation(const struct dmafp_perf_annotation *annotation,
				 const char *symbol, FILE *out)
{
	fprintf(out, "\n");
	dmafp_wrap(out, "", "", "perf annotate of %s, %s%s", symbol, annotation->arm,
		   annotation->text ? ":" : ": no sample fell into it.");
	if (annotation->text)
		dmafp_perf_print_lines(annotation->text, nr_sampled(annotation->text) + 1,
				       out);
}

static void print_item(const struct dmafp_perf_item *item, const char *symbol, FILE *out)
{
	size_t i;

	fprintf(out, "\n");
	dmafp_wrap(out, "== ", "   ", "%s in %s on %s %s, by %s", item->title, item->mode,
		   item->label, item->pci, item->event);
	for (i = 0; i < item->nr_diffs; i++) {
		fprintf(out, "\n");
		dmafp_wrap(out, "", "", "perf diff, base against %s:", item->diffs[i].arm);
		if (item->diffs[i].text)
			dmafp_perf_print_lines(item->diffs[i].text, SIZE_MAX, out);
	}
	for (i = 0; i < item->nr_annotations; i++)
		dmafp_perf_print_annotation(&item->annotations[i], symbol, out);
}

void dmafp_perf_print(const struct dmafp_perf_texts *texts, FILE *out)
{
	size_t i;

	dmafp_wrap(out, "", "", "%s", texts->tool_version);
	for (i = 0; i < texts->nr; i++)
		print_item(&texts->items[i], texts->symbol, out);
}

void dmafp_perf_print_json(const struct dmafp_perf_texts *texts, FILE *out)
{
	dmafp_json_print(dmafp_perf_texts_to_json(texts), LINE_DEPTH, out);
}

static bool is_of(const struct dmafp_perf_item *item, const struct dmafp_functions *f)
{
	return !strcmp(item->mode, f->group->mode) &&
	       !strcmp(item->iommu, f->group->iommu) &&
	       !strcmp(item->pci, f->group->pci) && !strcmp(item->title, f->title);
}

const struct dmafp_perf_item *dmafp_perf_find(const struct dmafp_evidence *evidence,
					      const struct dmafp_functions *functions,
					      const struct dmafp_perf_texts **texts)
{
	size_t i, j;

	for (i = 0; i < evidence->nr_perfs; i++)
		for (j = 0; j < evidence->perfs[i].nr; j++) {
			if (!is_of(&evidence->perfs[i].items[j], functions))
				continue;
			if (texts)
				*texts = &evidence->perfs[i];
			return &evidence->perfs[i].items[j];
		}
	return NULL;
}
