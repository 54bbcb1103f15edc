/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plain text as the man(7) macros want it. */
#ifndef DMAFP_CLI_ROFF_H
#define DMAFP_CLI_ROFF_H

#include <stdio.h>

/**
 * dmafp_roff_text() - text to be filled, beginning on a line of its own
 * @text: what stands in backquotes becomes bold; line breaks are blanks
 * @len: how much of it
 *
 * Ends its last line.
 */
void dmafp_roff_text(const char *text, size_t len, FILE *out);

/** dmafp_roff_word() - in the middle of a line, as it is */
void dmafp_roff_word(const char *word, FILE *out);

/** dmafp_roff_usage() - in the middle of a line; names in capitals are italic */
void dmafp_roff_usage(const char *usage, FILE *out);

/** dmafp_roff_lines() - line for line, in a fixed width; a margin of two blanks goes */
void dmafp_roff_lines(const char *text, size_t len, FILE *out);

/**
 * dmafp_roff_paragraph() - lines up to a blank one
 *
 * Filled, but for the lines that begin with a blank: those stay as they are.
 */
void dmafp_roff_paragraph(const char *text, size_t len, FILE *out);

#endif /* DMAFP_CLI_ROFF_H */
