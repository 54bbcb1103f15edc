// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/bucket_list.h"
#include "base/alloc.h"

static const char member[] = "\"buckets\"";

/* What is still to be read; characters beyond the end read as 0 */
struct scan {
	const char *at, *end;
};

static char peek(const struct scan *s)
{
	return s->at < s->end ? *s->at : '\0';
}

static void skip_blanks(struct scan *s)
{
	while (peek(s) == ' ' || peek(s) == '\n' || peek(s) == '\t' || peek(s) == '\r')
		s->at++;
}

/* The character, with blanks on both sides */
static bool accept(struct scan *s, char c)
{
	skip_blanks(s);
	if (peek(s) != c)
		return false;
	s->at++;
	skip_blanks(s);
	return true;
}

/* A whole number of 0..2^63-1, as JSON writes it */
static bool scan_number(struct scan *s, uint64_t *value)
{
	const char *first = s->at;

	*value = 0;
	while (peek(s) >= '0' && peek(s) <= '9') {
		uint64_t digit = (uint64_t)(*s->at++ - '0');

		if (*value > ((uint64_t)INT64_MAX - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	return s->at > first && (*first != '0' || s->at == first + 1);
}

static bool scan_triple(struct scan *s, struct dmafp_triple *triple)
{
	uint64_t *v = triple->values;

	return accept(s, '[') && scan_number(s, &v[0]) && accept(s, ',') &&
	       scan_number(s, &v[1]) && v[1] && accept(s, ',') && scan_number(s, &v[2]) &&
	       v[2] && accept(s, ']');
}

static bool scan_triples(struct scan *s, struct dmafp_bucket_list *list)
{
	do {
		list->items = dmafp_alloc_grow(list->items, list->nr, sizeof(*list->items));
		if (!scan_triple(s, &list->items[list->nr++]))
			return false;
	} while (accept(s, ','));
	return true;
}

/* Room that grew in doubles, without what is not used */
static void fit(struct dmafp_bucket_list *list)
{
	struct dmafp_triple *items =
		list->nr ? reallocarray(list->items, list->nr, sizeof(*items)) : NULL;

	if (items)
		list->items = items;
}

/* An array; the blanks behind it belong to it */
static bool scan_list(struct scan *s, struct dmafp_bucket_list *list)
{
	if (!accept(s, '['))
		return false;
	if (peek(s) != ']' && !scan_triples(s, list))
		return false;
	if (!accept(s, ']'))
		return false;
	fit(list);
	return true;
}

/* To the end of the string that begins here, or of the text */
static void skip_string(struct scan *s)
{
	for (s->at++; s->at < s->end && *s->at != '"'; s->at++)
		if (*s->at == '\\')
			s->at++;
	s->at = s->at < s->end ? s->at + 1 : s->end;
}

static bool is_member(const char *string, struct scan *s)
{
	struct scan after = *s;

	if ((size_t)(s->at - string) != strlen(member) ||
	    memcmp(string, member, strlen(member)) || !accept(&after, ':'))
		return false;
	*s = after;
	return true;
}

/* One text becoming the other */
struct taking {
	struct scan scan;
	struct dmafp_bucket_lists *lists;
	char *left, *to;
};

static void keep(struct taking *t, const char *from)
{
	size_t len = (size_t)(t->scan.at - from);

	memcpy(t->to, from, len);
	t->to += len;
}

/* The string is kept, and what follows it if it is the member */
static bool take_string(struct taking *t)
{
	const char *string = t->scan.at;
	struct dmafp_bucket_lists *lists = t->lists;
	bool found;

	skip_string(&t->scan);
	found = is_member(string, &t->scan);
	keep(t, string);
	if (!found)
		return true;
	lists->items = dmafp_alloc_grow(lists->items, lists->nr, sizeof(*lists->items));
	if (!scan_list(&t->scan, &lists->items[lists->nr++]))
		return false;
	t->to += sprintf(t->to, "%zu", lists->nr - 1);
	return true;
}

static void skip_to_string(struct taking *t)
{
	const char *from = t->scan.at;
	const char *quote = memchr(from, '"', (size_t)(t->scan.end - from));

	t->scan.at = quote ? quote : t->scan.end;
	keep(t, from);
}

char *dmafp_bucket_lists_take(struct dmafp_bucket_lists *lists, const char *text, size_t *len)
{
	struct taking t = { .scan = { text, text + *len }, .lists = lists };

	/* "[]" may become a number of several digits */
	t.left = t.to = dmafp_alloc(2 * *len + 32, 1);
	for (skip_to_string(&t); t.scan.at < t.scan.end; skip_to_string(&t)) {
		if (take_string(&t))
			continue;
		dmafp_bucket_lists_free(lists);
		free(t.left);
		return NULL;
	}
	*len = (size_t)(t.to - t.left);
	return t.left;
}

void dmafp_bucket_lists_free(struct dmafp_bucket_lists *lists)
{
	size_t i;

	for (i = 0; i < lists->nr; i++)
		free(lists->items[i].items);
	free(lists->items);
	*lists = (struct dmafp_bucket_lists) { 0 };
}
