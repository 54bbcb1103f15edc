/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What prepare and release print. */
#ifndef DMAFP_CMD_TAKEN_H
#define DMAFP_CMD_TAKEN_H

#include <jansson.h>

#include "take/take.h"

/**
 * struct dmafp_taken - where it goes
 * @json: an array that is printed at the end; NULL: lines, at once
 */
struct dmafp_taken {
	json_t *json;
};

/** dmafp_taken_note() - a note on stderr; for struct dmafp_take_options */
void dmafp_taken_note(void *taken, const char *text);

/** dmafp_taken_done() - a device; for struct dmafp_take_options */
void dmafp_taken_done(void *taken, const struct dmafp_take_outcome *outcome);

/** dmafp_taken_print() - the JSON, if there is one, which is freed */
void dmafp_taken_print(struct dmafp_taken *taken);

#endif /* DMAFP_CMD_TAKEN_H */
