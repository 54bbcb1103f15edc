// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cpulist.h"

#define WORDS (DMAFP_CPULIST_MAX / 32)

/* A number that a digit begins; moves on behind it */
static bool read_number(const char **text, int base, unsigned long *value)
{
	char *end;

	if (!isxdigit((unsigned char)**text))
		return false;
	errno = 0;
	*value = strtoul(*text, &end, base);
	if (end == *text || errno)
		return false;
	*text = end;
	return true;
}

static bool read_range(const char **text, struct dmafp_cpulist *list)
{
	unsigned long first, last;

	if (!read_number(text, 10, &first))
		return false;
	last = first;
	if (**text == '-') {
		++*text;
		if (!read_number(text, 10, &last))
			return false;
	}
	if (first > last || last >= DMAFP_CPULIST_MAX)
		return false;
	for (; first <= last; first++)
		dmafp_cpulist_add(list, (uint32_t)first);
	return true;
}

int dmafp_cpulist_parse(const char *text, struct dmafp_cpulist *list)
{
	*list = (struct dmafp_cpulist) { 0 };
	text += strspn(text, " \t\n");
	if (!*text || !strncmp(text, "(null)", 6))
		return 0;
	while (read_range(&text, list)) {
		if (!*text || *text == '\n')
			return 0;
		if (*text++ != ',')
			break;
	}
	return -EINVAL;
}

int dmafp_cpulist_parse_mask(const char *text, struct dmafp_cpulist *list)
{
	unsigned long word;

	*list = (struct dmafp_cpulist) { 0 };
	while (read_number(&text, 16, &word) && word <= UINT32_MAX &&
	       !list->words[WORDS - 1]) {
		memmove(list->words + 1, list->words, (WORDS - 1) * sizeof(list->words[0]));
		list->words[0] = (uint32_t)word;
		if (!*text || *text == '\n')
			return 0;
		if (*text++ != ',')
			break;
	}
	return -EINVAL;
}

char *dmafp_cpulist_text(const struct dmafp_cpulist *list)
{
	uint32_t first = dmafp_cpulist_next(list, 0), last;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	for (; first < DMAFP_CPULIST_MAX; first = dmafp_cpulist_next(list, last + 1)) {
		for (last = first; dmafp_cpulist_has(list, last + 1); last++)
			;
		fprintf(out, "%s%u", ftell(out) ? "," : "", first);
		if (last > first)
			fprintf(out, "-%u", last);
	}
	fclose(out);
	return text;
}

char *dmafp_cpulist_mask(const struct dmafp_cpulist *list)
{
	size_t i = WORDS - 1, len;
	char *text = NULL;
	FILE *out = open_memstream(&text, &len);

	while (i && !list->words[i])
		i--;
	fprintf(out, "%x", list->words[i]);
	while (i--)
		fprintf(out, ",%08x", list->words[i]);
	fclose(out);
	return text;
}

void dmafp_cpulist_add(struct dmafp_cpulist *list, uint32_t cpu)
{
	if (cpu < DMAFP_CPULIST_MAX)
		list->words[cpu / 32] |= 1u << cpu % 32;
}

bool dmafp_cpulist_has(const struct dmafp_cpulist *list, uint32_t cpu)
{
	return cpu < DMAFP_CPULIST_MAX && list->words[cpu / 32] & 1u << cpu % 32;
}

size_t dmafp_cpulist_count(const struct dmafp_cpulist *list)
{
	size_t i, nr = 0;

	for (i = 0; i < WORDS; i++)
		nr += (size_t)__builtin_popcount(list->words[i]);
	return nr;
}

bool dmafp_cpulist_meet(const struct dmafp_cpulist *a, const struct dmafp_cpulist *b)
{
	size_t i;

	for (i = 0; i < WORDS; i++)
		if (a->words[i] & b->words[i])
			return true;
	return false;
}

void dmafp_cpulist_remove(struct dmafp_cpulist *list, const struct dmafp_cpulist *other)
{
	size_t i;

	for (i = 0; i < WORDS; i++)
		list->words[i] &= ~other->words[i];
}

uint32_t dmafp_cpulist_next(const struct dmafp_cpulist *list, uint32_t from)
{
	while (from < DMAFP_CPULIST_MAX && !dmafp_cpulist_has(list, from))
		from++;
	return from;
}

uint32_t *dmafp_cpulist_numbers(const struct dmafp_cpulist *list, size_t *nr)
{
	uint32_t *numbers = NULL, cpu = dmafp_cpulist_next(list, 0);

	for (*nr = 0; cpu < DMAFP_CPULIST_MAX; cpu = dmafp_cpulist_next(list, cpu + 1)) {
		numbers = dmafp_alloc_grow(numbers, *nr, sizeof(*numbers));
		numbers[(*nr)++] = cpu;
	}
	return numbers;
}
