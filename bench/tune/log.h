/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal of a tuned machine.  The first record says of which boot it is, each
 * further one how the files of a knob were, and the last one that all are back.
 */
#ifndef DMAFP_TUNE_LOG_H
#define DMAFP_TUNE_LOG_H

#include <stdbool.h>

#include "tune/knob.h"
#include "tune/tune.h"

/**
 * struct dmafp_tune_log - what it says
 * @records: all of them; NULL: it is closed, or there is none
 * @same_boot: of this boot
 * @lasting: see struct dmafp_tune_options
 */
struct dmafp_tune_log {
	json_t *records;
	bool same_boot, lasting;
};

/** dmafp_tune_log_path() - where it is; free() it */
char *dmafp_tune_log_path(const struct dmafp_tune_options *options);

/**
 * dmafp_tune_log_read() - read it; release with dmafp_tune_log_free()
 *
 * Return: 0, or a negative errno: it is damaged, of a future version, or this boot
 * cannot be told from another.
 */
int dmafp_tune_log_read(const struct dmafp_tune_options *options,
			struct dmafp_tune_log *log, struct dmafp_err *err);

/** dmafp_tune_log_free() - release what it holds and empty it */
void dmafp_tune_log_free(struct dmafp_tune_log *log);

/** dmafp_tune_log_begin() - empty a closed one and write the first record */
int dmafp_tune_log_begin(const struct dmafp_tune_options *options,
			 struct dmafp_journal *journal, struct dmafp_err *err);

/** dmafp_tune_log_add() - how the files of a knob are before it is turned */
int dmafp_tune_log_add(struct dmafp_journal *journal, const struct dmafp_knob *knob,
		       const struct dmafp_knob_files *files, struct dmafp_err *err);

/** dmafp_tune_log_close() - all is back, for the reason @why */
int dmafp_tune_log_close(struct dmafp_journal *journal, const char *why,
			 struct dmafp_err *err);

#endif /* DMAFP_TUNE_LOG_H */
