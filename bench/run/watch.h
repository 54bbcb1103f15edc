/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Watching how real drivers enter a deferred attach: what the module saw, and
 * what it means.
 */
#ifndef DMAFP_RUN_WATCH_H
#define DMAFP_RUN_WATCH_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "base/err.h"
#include "base/symbols.h"
#include "run/transport.h"

/**
 * struct dmafp_watched - what a watch has seen
 * @devices: whose deferred attach was entered
 * @nr: how many
 * @missed: entries that were not seen, or for which there was no room
 * @on: it is watching still
 * @sees_preempt: disabled preemption would be seen
 * @mode: how the kernel was booted: "plain", "keyed" or "kdump"
 */
struct dmafp_watched {
	struct dmafp_watch_device devices[DMAFP_WATCH_MAX_DEVICES];
	size_t nr;
	unsigned int missed;
	bool on, sees_preempt;
	const char *mode;
};

/**
 * dmafp_watch_call() - switch the watch, and look
 * @transport: open
 * @flags: DMAFP_WATCH_ON, _OFF, or 0 to look only
 * @watched: out, but for @mode, which is the caller's
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_watch_call(struct dmafp_transport *transport, unsigned int flags,
		     struct dmafp_watched *watched, struct dmafp_err *err);

/** dmafp_watch_is_breach() - was one of its entries concurrent or atomic? */
bool dmafp_watch_is_breach(const struct dmafp_watch_device *device);

/**
 * dmafp_watch_exit() - the exit code that says what was seen
 *
 * DMAFP_EXIT_BREACH if a driver broke the expectation; else INCONCLUSIVE if
 * nothing could be seen, or not all of it was; else 0.
 */
enum dmafp_exit dmafp_watch_exit(const struct dmafp_watched *watched);

/** dmafp_watch_print() - the report, plain ASCII of at most 72 columns */
void dmafp_watch_print(const struct dmafp_watched *watched,
		       const struct dmafp_symbols *symbols, FILE *out);

/** dmafp_watch_json() - the same for programs; a new reference */
json_t *dmafp_watch_json(const struct dmafp_watched *watched,
			 const struct dmafp_symbols *symbols);

#endif /* DMAFP_RUN_WATCH_H */
