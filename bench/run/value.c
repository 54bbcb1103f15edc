// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "run/value.h"

int dmafp_value_number(const char *text, uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	*value = strtoull(text, &end, 10);
	return *end || errno ? -EINVAL : 0;
}

int dmafp_value_size(const char *text, uint64_t *value)
{
	static const char units[] = "KMG";
	unsigned int shift = 0;
	const char *unit;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	*value = strtoull(text, &end, 10);
	if (errno)
		return -EINVAL;
	if (*end) {
		unit = strchr(units, toupper((unsigned char)*end));
		if (!unit || end[1])
			return -EINVAL;
		shift = 10 * (unit - units + 1);
	}
	if (*value > UINT64_MAX >> shift)
		return -EINVAL;
	*value <<= shift;
	return 0;
}

int dmafp_value_percent(const char *text, uint64_t *ppm)
{
	unsigned int digits = 0;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	*ppm = strtoull(text, &end, 10);
	if (errno || *ppm > 100)
		return -EINVAL;
	if (*end == '.')
		for (end++; digits < 4 && isdigit((unsigned char)*end); end++, digits++)
			*ppm = *ppm * 10 + (unsigned int)(*end - '0');
	if (strcmp(end, "%") || end[-1] == '.')
		return -EINVAL;
	for (; digits < 4; digits++)
		*ppm *= 10;
	return *ppm > 1000000 ? -EINVAL : 0;
}

int dmafp_value_bool(const char *text, bool *value)
{
	static const char *const words[] = { "no",  "yes", "false", "true",
					     "off", "on",  "0",	    "1" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(text, words[i])) {
			*value = i % 2;
			return 0;
		}
	}
	return -EINVAL;
}

int dmafp_value_index(const char *text, int *value)
{
	uint64_t number;

	*value = -1;
	if (!strcmp(text, "-1"))
		return 0;
	if (dmafp_value_number(text, &number) || number > INT_MAX)
		return -EINVAL;
	*value = (int)number;
	return 0;
}

static bool is_word(const char *text, const char *more)
{
	const char *c;

	for (c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr(more, *c))
			return false;
	return c != text;
}

static int add_word(const char *word, const char *more, void *list)
{
	if (!is_word(word, more) || dmafp_names_has(list, word))
		return -EINVAL;
	dmafp_names_add(list, word);
	return 0;
}

static int add_name(const char *word, uint64_t max, void *list)
{
	(void)max;
	return add_word(word, "_-.", list);
}

static int add_event(const char *word, uint64_t max, void *list)
{
	(void)max;
	return add_word(word, "_-:", list);
}

static int add_file(const char *word, uint64_t max, void *list)
{
	(void)max;
	if (!*word || dmafp_names_has(list, word))
		return -EINVAL;
	dmafp_names_add(list, word);
	return 0;
}

static int add_number(struct dmafp_numbers *numbers, uint64_t value)
{
	size_t i;

	for (i = 0; i < numbers->nr; i++)
		if (numbers->items[i] == value)
			return -EINVAL;
	numbers->items = dmafp_alloc_grow(numbers->items, numbers->nr, sizeof(value));
	numbers->items[numbers->nr++] = value;
	return 0;
}

static int add_size(const char *word, uint64_t max, void *list)
{
	uint64_t size;

	(void)max;
	return dmafp_value_size(word, &size) ? -EINVAL : add_number(list, size);
}

static int add_plain(const char *word, uint64_t max, void *list)
{
	uint64_t number;

	(void)max;
	return dmafp_value_number(word, &number) ? -EINVAL : add_number(list, number);
}

static int add_range(const char *word, uint64_t max, struct dmafp_numbers *list)
{
	uint64_t first, last;
	char copy[48], *dash;
	int ret = 0;

	if (snprintf(copy, sizeof(copy), "%s", word) >= (int)sizeof(copy))
		return -EINVAL;
	dash = strchr(copy, '-');
	if (dash)
		*dash++ = '\0';
	if (dmafp_value_number(copy, &first) ||
	    dmafp_value_number(dash ? dash : copy, &last) || first > last || last > max)
		return -EINVAL;
	for (; !ret && first <= last; first++)
		ret = add_number(list, first);
	return ret;
}

static int add_cpus(const char *word, uint64_t max, void *list)
{
	struct dmafp_cpus *cpus = list;
	uint64_t node;

	if (!strcmp(word, "all")) {
		if (cpus->all)
			return -EINVAL;
		cpus->all = true;
		return 0;
	}
	if (strncmp(word, "node:", 5))
		return add_range(word, max, &cpus->numbers);
	if (dmafp_value_number(word + 5, &node) || node > max)
		return -EINVAL;
	return add_number(&cpus->nodes, node);
}

static int add_threads(const char *word, uint64_t max, void *list)
{
	struct dmafp_threads *threads = list;
	bool *flag = !strcmp(word, "all")	? &threads->all :
		     !strcmp(word, "doubling") ? &threads->doubling :
		     !strcmp(word, "each")	? &threads->each :
						  NULL;
	uint64_t number;

	if (flag) {
		if (*flag)
			return -EINVAL;
		*flag = true;
		return 0;
	}
	if (dmafp_value_number(word, &number) || !number || number > max)
		return -EINVAL;
	return add_number(&threads->numbers, number);
}

/* Call @add for each of the words, blanks around them removed. */
static int each_word(const char *text, uint64_t max, void *list,
		     int (*add)(const char *word, uint64_t max, void *list))
{
	char *copy = dmafp_alloc_string(text), *rest = copy, *word;
	int ret = 0;

	while (!ret && (word = strsep(&rest, ","))) {
		size_t len;

		word += strspn(word, " \t");
		len = strlen(word);
		while (len && isspace((unsigned char)word[len - 1]))
			word[--len] = '\0';
		ret = add(word, max, list);
	}
	free(copy);
	return ret;
}

int dmafp_value_names(const char *text, struct dmafp_names *names)
{
	return each_word(text, 0, names, add_name);
}

int dmafp_value_sizes(const char *text, struct dmafp_numbers *sizes)
{
	return each_word(text, 0, sizes, add_size);
}

int dmafp_value_numbers(const char *text, struct dmafp_numbers *numbers)
{
	return each_word(text, 0, numbers, add_plain);
}

int dmafp_value_cpus(const char *text, uint64_t max, struct dmafp_cpus *cpus)
{
	return each_word(text, max, cpus, add_cpus);
}

int dmafp_value_threads(const char *text, uint64_t max, struct dmafp_threads *threads)
{
	return each_word(text, max, threads, add_threads);
}

int dmafp_value_events(const char *text, struct dmafp_names *events)
{
	return each_word(text, 0, events, add_event);
}

int dmafp_value_files(const char *text, struct dmafp_names *files)
{
	return each_word(text, 0, files, add_file);
}

bool dmafp_names_has(const struct dmafp_names *names, const char *name)
{
	size_t i;

	for (i = 0; i < names->nr; i++)
		if (!strcmp(names->items[i], name))
			return true;
	return false;
}

void dmafp_names_add(struct dmafp_names *names, const char *name)
{
	names->items = dmafp_alloc_grow(names->items, names->nr, sizeof(*names->items));
	names->items[names->nr++] = dmafp_alloc_string(name);
}

void dmafp_names_free(struct dmafp_names *names)
{
	while (names->nr)
		free(names->items[--names->nr]);
	free(names->items);
	names->items = NULL;
}

void dmafp_numbers_free(struct dmafp_numbers *numbers)
{
	free(numbers->items);
	*numbers = (struct dmafp_numbers) { 0 };
}

void dmafp_cpus_free(struct dmafp_cpus *cpus)
{
	dmafp_numbers_free(&cpus->numbers);
	dmafp_numbers_free(&cpus->nodes);
	cpus->all = false;
}

void dmafp_threads_free(struct dmafp_threads *threads)
{
	dmafp_numbers_free(&threads->numbers);
	*threads = (struct dmafp_threads) { 0 };
}
