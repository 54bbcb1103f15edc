/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's console: read for what a kernel says when it is not well. */
#ifndef DMAFP_LAB_CONSOLE_H
#define DMAFP_LAB_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * dmafp_console_fault() - find the first line that tells of a kernel fault
 * @text: console output
 * @expect: name of a fault that is none here: "none", "sleeping-function" or
 *	"double-attach"
 * @line: out: that line without its time stamp, cut to @size
 * @size: size of @line
 *
 * Panic, oops, BUG, WARNING, lockup, stall.  The panic that sysrq-c was asked
 * for is none, nor is what that kernel prints on its way down.
 *
 * Return: true if there is one.
 */
bool dmafp_console_fault(const char *text, const char *expect, char *line, size_t size);

/**
 * dmafp_console_tail() - the last lines of a console, indented, for messages
 * @text: console output
 * @lines: how many
 *
 * Control characters other than the newline are left out.
 *
 * Return: a malloc()ed string.
 */
char *dmafp_console_tail(const char *text, unsigned int lines);

#endif /* DMAFP_LAB_CONSOLE_H */
