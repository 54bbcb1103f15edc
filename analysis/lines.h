/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list of sentences: reasons and notes. */
#ifndef DMAFP_ANALYSIS_LINES_H
#define DMAFP_ANALYSIS_LINES_H

#include <stdbool.h>
#include <stddef.h>

/** struct dmafp_lines - sentences in the order they were found */
struct dmafp_lines {
	char **items;
	size_t nr;
};

/** dmafp_lines_add() - append one, printf-like */
void dmafp_lines_add(struct dmafp_lines *lines, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** dmafp_lines_has() - is that line in the list? */
bool dmafp_lines_has(const struct dmafp_lines *lines, const char *text);

/** dmafp_lines_add_new() - the same, unless the list has that sentence already */
void dmafp_lines_add_new(struct dmafp_lines *lines, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** dmafp_lines_join() - all of them with @between; release it with free() */
char *dmafp_lines_join(const struct dmafp_lines *lines, const char *between);

/** dmafp_lines_free() - empty the list */
void dmafp_lines_free(struct dmafp_lines *lines);

#endif /* DMAFP_ANALYSIS_LINES_H */
