/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel's log says of something that went wrong. */
#ifndef DMAFP_RUN_FAULT_H
#define DMAFP_RUN_FAULT_H

#include <stdbool.h>

/**
 * dmafp_fault_lines() - the lines that tell of a fault
 * @log: as of dmafp_klog_take(); NULL: not known
 *
 * Errors and worse by their level, and all that the kernel calls a bug or a
 * warning, whatever the level.
 *
 * Return: the lines without their levels, "" if there is none, NULL if @log is;
 * free() it.
 */
char *dmafp_fault_lines(const char *log);

/**
 * dmafp_fault_sleeping() - which call must not sleep, says the kernel?
 * @log: as of dmafp_klog_take(); NULL: not known
 * @place: out: "kernel/locking/mutex.c:587", to free()
 * @stack: out: who made it, innermost first, "a+0x1/0x2 < b+0x3/0x4", to free();
 *	NULL if the kernel showed no stack
 *
 * Of the first "BUG: sleeping function called from invalid context" in the log.
 *
 * Return: true if there is one.
 */
bool dmafp_fault_sleeping(const char *log, char **place, char **stack);

#endif /* DMAFP_RUN_FAULT_H */
