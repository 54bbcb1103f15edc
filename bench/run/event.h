/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PMU events by name, and why they are not to be had. */
#ifndef DMAFP_RUN_EVENT_H
#define DMAFP_RUN_EVENT_H

#include "base/err.h"
#include "kmod/uapi/dmafp.h"

/** dmafp_event_words() - the names there are, with commas between them */
const char *dmafp_event_words(void);

/**
 * dmafp_event_parse() - a name, or an event of the machine's own
 * @text: a name; "r01c2", the raw event 0x01c2; or "4:0x1c2", type and config
 *	of perf_event_open(2), decimal or hex
 * @event: out
 *
 * Return: 0, or -EINVAL.
 */
int dmafp_event_parse(const char *text, struct dmafp_event *event);

/**
 * dmafp_event_absent() - why the machine does not count an event
 * @error: errno of perf_event_open(2), or of the module's own; 0: not known
 *
 * Return: text to free().
 */
char *dmafp_event_absent(int error);

/**
 * dmafp_event_forbidden() - what the user can do where the kernel does not allow it
 * @procfs: "/proc"
 * @what: that is not allowed on whole CPUs: "count", "sample"
 * @paranoid: value of kernel.perf_event_paranoid, or less, with which it is
 * @code: errno
 * @err: filled, DMAFP_EXIT_PERMISSION
 *
 * Return: -@code.
 */
int dmafp_event_forbidden(const char *procfs, const char *what, int paranoid, int code,
			  struct dmafp_err *err);

#endif /* DMAFP_RUN_EVENT_H */
