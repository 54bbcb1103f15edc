/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of unknown origin in HTML and SVG: it reads back as text, whatever it is. */
#ifndef DMAFP_ANALYSIS_ESCAPE_H
#define DMAFP_ANALYSIS_ESCAPE_H

#include <stdio.h>

/**
 * dmafp_escape() - write @text so that it can stand in an element or an attribute
 *
 * What XML does not allow at all, such as control characters or bytes that are
 * no UTF-8, becomes U+FFFD.
 */
void dmafp_escape(FILE *out, const char *text);

/** dmafp_escapef() - the same, printf-like: all of it is escaped */
void dmafp_escapef(FILE *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * dmafp_tag() - an element that holds only text
 * @tag: its name
 * @attributes: written as they are, with a blank before each; "" for none
 * @fmt: printf-like; all of it is escaped
 */
void dmafp_tag(FILE *out, const char *tag, const char *attributes, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif /* DMAFP_ANALYSIS_ESCAPE_H */
