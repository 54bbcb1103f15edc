/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sequential.json, beside the results of a campaign that may stop early: how many boots
 * there can be, and after how many of them somebody looked.  Levels depend on both.
 *
 *	{ "dmafp_sequential": 1, "boots_max": 12, "looks": [3, 4, 5, 6] }
 */
#ifndef DMAFP_ANALYSIS_LOOKS_H
#define DMAFP_ANALYSIS_LOOKS_H

#include <stddef.h>

#include <jansson.h>

#include "base/err.h"

/* The member that marks such a file, and holds its version */
#define DMAFP_LOOKS_MEMBER  "dmafp_sequential"
#define DMAFP_LOOKS_VERSION 1

#define DMAFP_LOOKS_FILE "sequential.json"
#define DMAFP_LOOKS_MAX	 50 /* boots of each arm that can be planned */

/**
 * struct dmafp_looks - of one campaign
 * @boots_max: boots of each arm and mode that were planned; 0: there is no such plan
 * @at: boots of each arm and mode at each look, rising, at most @boots_max
 * @nr: looks so far
 */
struct dmafp_looks {
	unsigned int boots_max, at[DMAFP_LOOKS_MAX];
	size_t nr;
};

/**
 * dmafp_looks_from_json() - read the file
 * @looks: filled
 * @root: has DMAFP_LOOKS_MEMBER
 *
 * Return: 0, or -EINVAL (DMAFP_EXIT_DATA).
 */
int dmafp_looks_from_json(struct dmafp_looks *looks, const json_t *root, struct dmafp_err *err);

/**
 * dmafp_looks_add() - one more look
 * @looks: zeroed, or of the same plan
 * @boots: of each arm and mode; a look that was made already is not counted twice
 * @boots_max: the plan
 *
 * Return: 0, or -EINVAL: another plan (DMAFP_EXIT_DATA), or not 1 <= @boots <= @boots_max
 * <= DMAFP_LOOKS_MAX (DMAFP_EXIT_USAGE).
 */
int dmafp_looks_add(struct dmafp_looks *looks, unsigned int boots, unsigned int boots_max,
		    struct dmafp_err *err);

/**
 * dmafp_looks_write() - the file, in @dir, atomically
 *
 * Return: 0, or a negative errno.
 */
int dmafp_looks_write(const struct dmafp_looks *looks, const char *dir, struct dmafp_err *err);

#endif /* DMAFP_ANALYSIS_LOOKS_H */
