/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PMU events by name. */
#ifndef DMAFP_RUN_EVENT_H
#define DMAFP_RUN_EVENT_H

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

#endif /* DMAFP_RUN_EVENT_H */
