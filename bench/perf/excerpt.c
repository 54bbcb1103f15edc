// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/function.h"
#include "base/alloc.h"
#include "perf/excerpt.h"

#define MAX_PATH   40 /* functions of the map path */
#define MAX_OTHERS 8  /* functions of whatever else */

#define EVENT	   "# Event"

/* Lines that are kept */
struct excerpt {
	FILE *out;
	char *text;
	size_t len, nr; /* without the heading */
};

static void begin(struct excerpt *excerpt)
{
	*excerpt = (struct excerpt) { 0 };
	excerpt->out = open_memstream(&excerpt->text, &excerpt->len);
	if (!excerpt->out)
		abort();
}

static char *end(struct excerpt *excerpt)
{
	fclose(excerpt->out);
	if (excerpt->nr)
		return excerpt->text;
	free(excerpt->text);
	return NULL;
}

static char *trim_end(char *line)
{
	size_t len = strlen(line);

	while (len && isspace((unsigned char)line[len - 1]))
		line[--len] = '\0';
	return line;
}

/* "     0.10%     +0.32%  [k] intel_iommu_map_pages"; an address is no function */
static const char *function_of(const char *line)
{
	const char *name = strstr(line, "[k] ");

	if (!name || !strchr(line, '%') || !strncmp(name + 4, "0x", 2))
		return NULL;
	return name + 4;
}

char *dmafp_excerpt_diff(const char *text)
{
	char *copy = dmafp_alloc_string(text), *rest = copy, *line;
	size_t path = 0, others = 0, events = 0;
	struct excerpt excerpt;

	begin(&excerpt);
	while ((line = strsep(&rest, "\n")) && events < 2) {
		const char *name = function_of(trim_end(line));
		bool is_path =
			name && dmafp_function_kind(name, NULL) == DMAFP_FUNCTION_PATH;

		events += !strncmp(line, EVENT, strlen(EVENT));
		if (*line == '#' && line[1] && events == 1)
			fprintf(excerpt.out, "%s\n", line);
		if (!name || (is_path ? path++ >= MAX_PATH : others++ >= MAX_OTHERS))
			continue;
		fprintf(excerpt.out, "%s\n", line);
		excerpt.nr++;
	}
	free(copy);
	return end(&excerpt);
}

/* One instruction, and the samples of all events in it */
struct instruction {
	unsigned long long samples, address;
	const char *text;
};

struct instructions {
	struct instruction *items;
	size_t nr;
};

/* "      33 :   ffffffff812bb1b1:       mov    %rsi,%rbp" */
static bool parse_instruction(char *line, struct instruction *insn)
{
	char *c = line;

	insn->samples = strtoull(c, &c, 10);
	c += strspn(c, " ");
	if (!isdigit((unsigned char)line[strspn(line, " ")]) || *c++ != ':')
		return false;
	c += strspn(c, " ");
	if (!isxdigit((unsigned char)*c))
		return false;
	insn->address = strtoull(c, &c, 16);
	if (*c++ != ':')
		return false;
	insn->text = c + strspn(c, " \t");
	return *insn->text;
}

static void add_instruction(struct instructions *all, const struct instruction *insn)
{
	size_t i;

	for (i = 0; i < all->nr; i++) {
		if (all->items[i].address != insn->address)
			continue;
		all->items[i].samples += insn->samples;
		return;
	}
	all->items = dmafp_alloc_grow(all->items, all->nr, sizeof(*all->items));
	all->items[all->nr++] = *insn;
}

static void print_instructions(const struct instructions *all, struct excerpt *excerpt)
{
	unsigned long long sum = 0;
	size_t i;

	for (i = 0; i < all->nr; i++)
		sum += all->items[i].samples;
	fprintf(excerpt->out, "# %llu sample%s\n", sum, sum == 1 ? "" : "s");
	for (i = 0; i < all->nr; i++)
		fprintf(excerpt->out, "%6llu  +%#-5llx %s\n", all->items[i].samples,
			all->items[i].address - all->items[0].address, all->items[i].text);
	excerpt->nr = all->nr;
}

char *dmafp_excerpt_annotate(const char *text)
{
	char *copy = dmafp_alloc_string(text), *rest = copy, *line;
	struct instructions all = { 0 };
	struct instruction insn;
	struct excerpt excerpt;

	begin(&excerpt);
	while ((line = strsep(&rest, "\n")))
		if (parse_instruction(trim_end(line), &insn))
			add_instruction(&all, &insn);
	print_instructions(&all, &excerpt);
	free(all.items);
	free(copy);
	return end(&excerpt);
}
