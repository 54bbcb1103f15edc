/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets of CPUs, in the two forms that the kernel writes them: "0-3,8", and "0000010f". */
#ifndef DMAFP_BASE_CPULIST_H
#define DMAFP_BASE_CPULIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DMAFP_CPULIST_MAX 8192 /* the greatest NR_CPUS of x86 and arm64 */

/** struct dmafp_cpulist - a set of CPUs; all zero is the empty one */
struct dmafp_cpulist {
	uint32_t words[DMAFP_CPULIST_MAX / 32];
};

/**
 * dmafp_cpulist_parse() - read a list, such as /sys/devices/system/cpu/online
 * @text: numbers and ranges; "", blanks and "(null)" are the empty set; a newline ends it
 * @list: out, also where -EINVAL is returned
 *
 * Return: 0, or -EINVAL.
 */
int dmafp_cpulist_parse(const char *text, struct dmafp_cpulist *list);

/** dmafp_cpulist_parse_mask() - the same for a mask, 32 bits a word: "00000001,0000000f" */
int dmafp_cpulist_parse_mask(const char *text, struct dmafp_cpulist *list);

/** dmafp_cpulist_text() - as a list, "" if empty; free() it */
char *dmafp_cpulist_text(const struct dmafp_cpulist *list);

/** dmafp_cpulist_mask() - as a mask, "0" if empty; free() it */
char *dmafp_cpulist_mask(const struct dmafp_cpulist *list);

/** dmafp_cpulist_add() - put a CPU into it; beyond DMAFP_CPULIST_MAX nothing happens */
void dmafp_cpulist_add(struct dmafp_cpulist *list, uint32_t cpu);

/** dmafp_cpulist_has() - is it in? */
bool dmafp_cpulist_has(const struct dmafp_cpulist *list, uint32_t cpu);

/** dmafp_cpulist_count() - how many are in */
size_t dmafp_cpulist_count(const struct dmafp_cpulist *list);

/** dmafp_cpulist_meet() - is one in both? */
bool dmafp_cpulist_meet(const struct dmafp_cpulist *a, const struct dmafp_cpulist *b);

/** dmafp_cpulist_remove() - take those of @other out of @list */
void dmafp_cpulist_remove(struct dmafp_cpulist *list, const struct dmafp_cpulist *other);

/**
 * dmafp_cpulist_next() - for a loop over all that are in
 * @from: the first one to look at
 *
 * Return: the CPU, DMAFP_CPULIST_MAX where there is none any more.
 */
uint32_t dmafp_cpulist_next(const struct dmafp_cpulist *list, uint32_t from);

/** dmafp_cpulist_numbers() - as an array of @nr, NULL if empty; free() it */
uint32_t *dmafp_cpulist_numbers(const struct dmafp_cpulist *list, size_t *nr);

#endif /* DMAFP_BASE_CPULIST_H */
