/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values as people write them: 64K, 0,2-3, yes. */
#ifndef DMAFP_RUN_VALUE_H
#define DMAFP_RUN_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** struct dmafp_names - a list of words */
struct dmafp_names {
	char **items;
	size_t nr;
};

/** struct dmafp_numbers - a list of sizes in bytes, or of CPUs */
struct dmafp_numbers {
	uint64_t *items;
	size_t nr;
};

/**
 * struct dmafp_cpus - CPUs as a profile names them, to be found on the machine
 * @numbers: by number
 * @nodes: all CPUs of these NUMA nodes
 * @all: all CPUs there are
 */
struct dmafp_cpus {
	struct dmafp_numbers numbers, nodes;
	bool all;
};

/**
 * struct dmafp_threads - how many workers, for several runs
 * @numbers: so many
 * @all: as many as there are CPUs
 * @doubling: 1, 2, 4 and so on, up to all
 * @each: 1, 2, 3 and so on, up to all
 */
struct dmafp_threads {
	struct dmafp_numbers numbers;
	bool all, doubling, each;
};

/*
 * The parsers return 0, or -EINVAL for what is not such a value.  A list has
 * at least one element and none of them twice; release it also after a
 * failure.
 */

/** dmafp_value_number() - a decimal number */
int dmafp_value_number(const char *text, uint64_t *value);

/** dmafp_value_size() - bytes, or with K, M or G behind them */
int dmafp_value_size(const char *text, uint64_t *value);

/**
 * dmafp_value_percent() - "0.25%" as 2500 millionths, up to 100%
 *
 * At most four digits behind the point, so that nothing is rounded.
 */
int dmafp_value_percent(const char *text, uint64_t *ppm);

/** dmafp_value_bool() - yes or no, true or false, on or off, 1 or 0 */
int dmafp_value_bool(const char *text, bool *value);

/** dmafp_value_names() - words with commas between them */
int dmafp_value_names(const char *text, struct dmafp_names *names);

/** dmafp_value_sizes() - sizes with commas between them */
int dmafp_value_sizes(const char *text, struct dmafp_numbers *sizes);

/** dmafp_value_numbers() - decimal numbers with commas between them */
int dmafp_value_numbers(const char *text, struct dmafp_numbers *numbers);

/** dmafp_value_index() - -1 for none, or a number from 0 */
int dmafp_value_index(const char *text, int *value);

/**
 * dmafp_value_cpus() - CPU numbers and ranges, "node:N" and "all", as "0,2-3"
 * @max: greatest CPU number, and one less than the most CPUs in the list
 */
int dmafp_value_cpus(const char *text, uint64_t max, struct dmafp_cpus *cpus);

/**
 * dmafp_value_threads() - numbers, "all", "doubling" and "each", as "1, 2, all"
 * @max: greatest number; the least is 1
 */
int dmafp_value_threads(const char *text, uint64_t max, struct dmafp_threads *threads);

/** dmafp_value_events() - words that may hold a colon, with commas between them */
int dmafp_value_events(const char *text, struct dmafp_names *events);

/** dmafp_value_files() - names or paths with commas between them */
int dmafp_value_files(const char *text, struct dmafp_names *files);

/** dmafp_names_has() - is @name in the list? */
bool dmafp_names_has(const struct dmafp_names *names, const char *name);

/** dmafp_names_add() - append a copy of @name */
void dmafp_names_add(struct dmafp_names *names, const char *name);

/** dmafp_names_free() - release a list of words and empty it */
void dmafp_names_free(struct dmafp_names *names);

/** dmafp_numbers_free() - release a list of numbers and empty it */
void dmafp_numbers_free(struct dmafp_numbers *numbers);

/** dmafp_cpus_free() - release a list of CPUs and empty it */
void dmafp_cpus_free(struct dmafp_cpus *cpus);

/** dmafp_threads_free() - release a list of numbers of workers and empty it */
void dmafp_threads_free(struct dmafp_threads *threads);

#endif /* DMAFP_RUN_VALUE_H */
