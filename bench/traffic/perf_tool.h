/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The perf tool, kept to one folder: its configuration, caches and temporary files
 * are there and nowhere else, and it asks nobody for symbols.
 */
#ifndef DMAFP_TRAFFIC_PERF_TOOL_H
#define DMAFP_TRAFFIC_PERF_TOOL_H

#include <stddef.h>

#include "base/err.h"

/**
 * dmafp_perf_tool_argv() - a command line that starts perf
 * @work: folder that it is kept to
 * @args: what comes behind "perf", NULL-terminated; stay the caller's
 *
 * Return: release it with dmafp_perf_tool_argv_free().
 */
const char **dmafp_perf_tool_argv(const char *work, const char *const *args);

/** dmafp_perf_tool_argv_free() - NULL is fine */
void dmafp_perf_tool_argv_free(const char **argv);

/**
 * dmafp_perf_tool_version() - "perf version 6.1.192"
 *
 * Return: text to free(), or NULL (DMAFP_EXIT_MISSING: it is not installed, or older
 * than what it is needed for).
 */
char *dmafp_perf_tool_version(const char *work, struct dmafp_err *err);

/**
 * dmafp_perf_tool_output() - run perf and return what it prints
 * @work: folder that it is kept to
 * @args: what comes behind "perf", NULL-terminated; @args[0] is its subcommand
 *
 * Return: text to free(), or NULL; the message has perf's own words then.
 */
char *dmafp_perf_tool_output(const char *work, const char *const *args,
			     struct dmafp_err *err);

/**
 * dmafp_perf_tool_words() - what it wrote to a log, as part of a message
 * @log: file
 *
 * Return: the last lines that say something, "; " between them, to free().
 */
char *dmafp_perf_tool_words(const char *log);

#endif /* DMAFP_TRAFFIC_PERF_TOOL_H */
