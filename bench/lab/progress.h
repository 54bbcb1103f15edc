/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the lab does now, on stderr: one line that is rewritten on a terminal,
 * a line per step elsewhere.
 */
#ifndef DMAFP_LAB_PROGRESS_H
#define DMAFP_LAB_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/**
 * struct dmafp_progress - the state of the display
 * @terminal: stderr is one
 * @started: when the lab began
 * @log: log of the compilation under way, "" for none
 * @log_seen: bytes of it that were counted
 * @objects: compiler calls seen in it
 * @phase: what the builder does
 * @last: when the line was last rewritten
 */
struct dmafp_progress {
	bool terminal;
	struct timespec started;
	char log[512];
	size_t log_seen;
	unsigned int objects;
	char phase[128];
	struct timespec last;
};

/** dmafp_progress_start() - begin: the clock runs from here */
void dmafp_progress_start(struct dmafp_progress *progress);

/** dmafp_progress_seconds() - wall time since the start */
double dmafp_progress_seconds(const struct dmafp_progress *progress);

/** dmafp_progress_phase() - the builder begins something; @log may be NULL */
void dmafp_progress_phase(struct dmafp_progress *progress, const char *text,
			  const char *log);

/** dmafp_progress_line() - a line that stays, also on a terminal */
void dmafp_progress_line(struct dmafp_progress *progress, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** dmafp_progress_update() - rewrite the terminal's line; @boots may be "" */
void dmafp_progress_update(struct dmafp_progress *progress, const char *boots);

/** dmafp_progress_clear() - leave the terminal's line empty */
void dmafp_progress_clear(struct dmafp_progress *progress);

#endif /* DMAFP_LAB_PROGRESS_H */
