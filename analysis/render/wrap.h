/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prose for mail: plain ASCII, at most DMAFP_WRAP_COLUMNS wide. */
#ifndef DMAFP_ANALYSIS_WRAP_H
#define DMAFP_ANALYSIS_WRAP_H

#include <stdio.h>

#define DMAFP_WRAP_COLUMNS 72

/**
 * dmafp_wrap() - print a paragraph
 * @out: where to
 * @first: in front of the first line
 * @rest: in front of the others
 * @fmt: printf-like; a word too long for a line is cut, and what is not
 *	printable ASCII becomes '?'
 */
void dmafp_wrap(FILE *out, const char *first, const char *rest, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** dmafp_wrap_ascii() - a copy of @text in printable ASCII; free() it */
char *dmafp_wrap_ascii(const char *text);

#endif /* DMAFP_ANALYSIS_WRAP_H */
