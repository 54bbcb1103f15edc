/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One key of a profile: how its value reads, and what it may be. */
#ifndef DMAFP_RUN_KEY_H
#define DMAFP_RUN_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a key's member in the struct is */
enum dmafp_key_type {
	DMAFP_KEY_STRING,  /* char *; any text, also none */
	DMAFP_KEY_NAME,	   /* char *; one word */
	DMAFP_KEY_NAMES,   /* struct dmafp_names */
	DMAFP_KEY_SIZE,	   /* uint64_t, bytes */
	DMAFP_KEY_SIZES,   /* struct dmafp_numbers, bytes */
	DMAFP_KEY_NUMBER,  /* uint64_t */
	DMAFP_KEY_PERCENT, /* uint64_t, millionths */
	DMAFP_KEY_NUMBERS, /* struct dmafp_numbers */
	DMAFP_KEY_INDEX,   /* int; -1: none */
	DMAFP_KEY_CPUS,	   /* struct dmafp_cpus */
	DMAFP_KEY_THREADS, /* struct dmafp_threads */
	DMAFP_KEY_EVENTS,  /* struct dmafp_names, each one for dmafp_event_parse() */
	DMAFP_KEY_FILES,   /* struct dmafp_names, each any text without a comma */
	DMAFP_KEY_BOOL,	   /* bool */
};

/**
 * struct dmafp_key - one row
 * @section: section it stands in
 * @name: as written
 * @type: what its value is
 * @offset: offsetof() of its member
 * @fallback: value where it is not given, as it would be written
 * @min: least value of numbers and sizes
 * @max: greatest
 * @choices: NULL-terminated words that a name may be, NULL: any
 * @none: the word "none" stands for an empty list, or for the number 0
 */
struct dmafp_key {
	const char *section;
	const char *name;
	enum dmafp_key_type type;
	size_t offset;
	const char *fallback;
	uint64_t min, max;
	const char *const *choices;
	bool none;
};

#define DMAFP_KEY_WHY 1024

/**
 * dmafp_key_put() - read a value into the member of @base
 * @why: out, on failure: which value is bad, and what the key takes
 *
 * Return: 0, or -EINVAL.
 */
int dmafp_key_put(const struct dmafp_key *key, void *base, const char *value,
		  char why[DMAFP_KEY_WHY]);

/** dmafp_key_free() - release what the member of @base owns */
void dmafp_key_free(const struct dmafp_key *key, void *base);

#endif /* DMAFP_RUN_KEY_H */
