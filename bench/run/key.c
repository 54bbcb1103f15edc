// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/alloc.h"
#include "base/size.h"
#include "run/event.h"
#include "run/key.h"
#include "run/value.h"

static void *member(const struct dmafp_key *key, void *base)
{
	return (char *)base + key->offset;
}

static int put_string(char **to, const char *value)
{
	free(*to);
	*to = dmafp_alloc_string(value);
	return 0;
}

static int put_name(char **to, const char *value)
{
	struct dmafp_names names = { 0 };
	int ret = dmafp_value_names(value, &names);

	if (!ret && names.nr == 1)
		put_string(to, names.items[0]);
	else
		ret = -EINVAL;
	dmafp_names_free(&names);
	return ret;
}

static int check_range(const struct dmafp_key *key, const uint64_t *values, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (values[i] < key->min || values[i] > key->max)
			return -EINVAL;
	return 0;
}

static int put_list(struct dmafp_numbers *to, const struct dmafp_key *key, const char *value)
{
	int ret;

	dmafp_numbers_free(to);
	ret = key->type == DMAFP_KEY_NUMBERS ? dmafp_value_numbers(value, to)
					     : dmafp_value_sizes(value, to);
	return ret ? ret : check_range(key, to->items, to->nr);
}

static int put_cpus(struct dmafp_cpus *to, const struct dmafp_key *key, const char *value)
{
	dmafp_cpus_free(to);
	return dmafp_value_cpus(value, key->max, to);
}

static int put_threads(struct dmafp_threads *to, const struct dmafp_key *key,
		       const char *value)
{
	dmafp_threads_free(to);
	return dmafp_value_threads(value, key->max, to);
}

static int put_events(struct dmafp_names *to, const struct dmafp_key *key, const char *value)
{
	struct dmafp_event event;
	size_t i;
	int ret;

	dmafp_names_free(to);
	ret = dmafp_value_events(value, to);
	for (i = 0; !ret && i < to->nr; i++)
		ret = dmafp_event_parse(to->items[i], &event);
	return ret || to->nr > key->max ? -EINVAL : 0;
}

static int put_index(int *to, const struct dmafp_key *key, const char *value)
{
	int ret = dmafp_value_index(value, to);

	return ret || (*to >= 0 && (uint64_t)*to > key->max) ? -EINVAL : 0;
}

static int put_number(uint64_t *to, const struct dmafp_key *key, const char *value)
{
	int ret = key->type == DMAFP_KEY_SIZE	 ? dmafp_value_size(value, to)
		  : key->type == DMAFP_KEY_PERCENT ? dmafp_value_percent(value, to)
						   : dmafp_value_number(value, to);

	return ret ? ret : check_range(key, to, 1);
}

/* "none": an empty list, or a number that is 0 */
static int put_none(const struct dmafp_key *key, void *base)
{
	dmafp_key_free(key, base);
	if (key->type == DMAFP_KEY_SIZE || key->type == DMAFP_KEY_NUMBER ||
	    key->type == DMAFP_KEY_PERCENT)
		*(uint64_t *)member(key, base) = 0;
	return 0;
}

static int put(const struct dmafp_key *key, void *base, const char *value)
{
	void *to = member(key, base);

	if (key->none && !strcmp(value, "none"))
		return put_none(key, base);
	switch (key->type) {
	case DMAFP_KEY_STRING:
		return put_string(to, value);
	case DMAFP_KEY_NAME:
		return put_name(to, value);
	case DMAFP_KEY_NAMES:
		dmafp_names_free(to);
		return dmafp_value_names(value, to);
	case DMAFP_KEY_SIZES:
	case DMAFP_KEY_NUMBERS:
		return put_list(to, key, value);
	case DMAFP_KEY_INDEX:
		return put_index(to, key, value);
	case DMAFP_KEY_CPUS:
		return put_cpus(to, key, value);
	case DMAFP_KEY_THREADS:
		return put_threads(to, key, value);
	case DMAFP_KEY_EVENTS:
		return put_events(to, key, value);
	case DMAFP_KEY_FILES:
		dmafp_names_free(to);
		return dmafp_value_files(value, to);
	case DMAFP_KEY_SIZE:
	case DMAFP_KEY_NUMBER:
	case DMAFP_KEY_PERCENT:
		return put_number(to, key, value);
	case DMAFP_KEY_BOOL:
		return dmafp_value_bool(value, to);
	}
	return -EINVAL;
}

static void describe_choices(const struct dmafp_key *key, char *text, size_t size)
{
	size_t i, len;

	snprintf(text, size, "%s%s", key->none ? "none, or " : "",
		 key->type == DMAFP_KEY_NAMES ? "some of " : "one of ");
	for (i = 0; key->choices[i]; i++) {
		len = strlen(text);
		snprintf(text + len, size - len, "%s%s", i ? ", " : "", key->choices[i]);
	}
	len = strlen(text);
	snprintf(text + len, size - len, key->type == DMAFP_KEY_NAMES ? ", each once" : "");
}

/* What the key takes, to follow "it takes ". */
static void describe(const struct dmafp_key *key, char *text, size_t size)
{
	char min[DMAFP_SIZE_TEXT], max[DMAFP_SIZE_TEXT];

	dmafp_size_text(key->min, min);
	dmafp_size_text(key->max, max);
	if (key->choices)
		describe_choices(key, text, size);
	else if (key->type == DMAFP_KEY_NAME)
		snprintf(text, size, "one name");
	else if (key->type == DMAFP_KEY_NAMES)
		snprintf(text, size, "names with commas between them, each once");
	else if (key->type == DMAFP_KEY_SIZE)
		snprintf(text, size, "a size from %s to %s", min, max);
	else if (key->type == DMAFP_KEY_SIZES)
		snprintf(text, size, "sizes from %s to %s, each once", min, max);
	else if (key->type == DMAFP_KEY_NUMBER)
		snprintf(text, size, "a number from %" PRIu64 " to %" PRIu64, key->min,
			 key->max);
	else if (key->type == DMAFP_KEY_PERCENT)
		snprintf(text, size, "%sa percentage from %g%% to %g%%",
			 key->none ? "none, or " : "", (double)key->min / 1e4,
			 (double)key->max / 1e4);
	else if (key->type == DMAFP_KEY_NUMBERS)
		snprintf(text, size, "%snumbers from %" PRIu64 " to %" PRIu64 ", each once",
			 key->none ? "none, or " : "", key->min, key->max);
	else if (key->type == DMAFP_KEY_INDEX)
		snprintf(text, size, "-1 for none, or a number up to %" PRIu64, key->max);
	else if (key->type == DMAFP_KEY_CPUS)
		snprintf(text, size,
			 "CPUs from %" PRIu64 " to %" PRIu64
			 " as in 0,2-3, each once, node:N, or all",
			 key->min, key->max);
	else if (key->type == DMAFP_KEY_THREADS)
		snprintf(text, size,
			 "none, or numbers from 1 to %" PRIu64
			 ", all, doubling and each, each once",
			 key->max);
	else if (key->type == DMAFP_KEY_EVENTS)
		snprintf(text, size,
			 "none, or up to %" PRIu64
			 " of %s, rHEX and TYPE:CONFIG, each once",
			 key->max, dmafp_event_words());
	else if (key->type == DMAFP_KEY_FILES)
		snprintf(text, size, "none, or names and paths with commas between them, "
				     "each once");
	else
		snprintf(text, size, "yes or no");
}

/* The first word of the value that is no choice, NULL if all are. */
static const char *odd_word(const struct dmafp_key *key, void *base)
{
	const struct dmafp_names *list = member(key, base);
	struct dmafp_names one = { member(key, base), 1 };
	size_t i, j;

	if (!key->choices)
		return NULL;
	if (key->type == DMAFP_KEY_NAME)
		list = &one;
	for (i = 0; i < list->nr; i++) {
		for (j = 0; key->choices[j]; j++)
			if (!strcmp(list->items[i], key->choices[j]))
				break;
		if (!key->choices[j])
			return list->items[i];
	}
	return NULL;
}

int dmafp_key_put(const struct dmafp_key *key, void *base, const char *value,
		  char why[DMAFP_KEY_WHY])
{
	char takes[256], hint[DMAFP_HINT_LEN] = "";
	const char *odd = NULL;
	size_t nr = 0;

	if (!put(key, base, value)) {
		odd = odd_word(key, base);
		if (!odd)
			return 0;
		while (key->choices[nr])
			nr++;
		dmafp_nearest_hint(odd, key->choices, nr, hint);
	}
	describe(key, takes, sizeof(takes));
	snprintf(why, DMAFP_KEY_WHY, "bad value '%s' for '%s' in [%s]: it takes %s%s",
		 odd ? odd : value, key->name, key->section, takes, hint);
	return -EINVAL;
}

void dmafp_key_free(const struct dmafp_key *key, void *base)
{
	switch (key->type) {
	case DMAFP_KEY_STRING:
	case DMAFP_KEY_NAME:
		free(*(char **)member(key, base));
		return;
	case DMAFP_KEY_NAMES:
	case DMAFP_KEY_EVENTS:
	case DMAFP_KEY_FILES:
		dmafp_names_free(member(key, base));
		return;
	case DMAFP_KEY_SIZES:
	case DMAFP_KEY_NUMBERS:
		dmafp_numbers_free(member(key, base));
		return;
	case DMAFP_KEY_CPUS:
		dmafp_cpus_free(member(key, base));
		return;
	case DMAFP_KEY_THREADS:
		dmafp_threads_free(member(key, base));
		return;
	case DMAFP_KEY_SIZE:
	case DMAFP_KEY_NUMBER:
	case DMAFP_KEY_PERCENT:
	case DMAFP_KEY_INDEX:
	case DMAFP_KEY_BOOL:
		return;
	}
}
