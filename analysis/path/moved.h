/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two paths side by side: what is the same, what changed, what moved. */
#ifndef DMAFP_PATH_MOVED_H
#define DMAFP_PATH_MOVED_H

#include "analysis/walk.h"

enum dmafp_moved_kind {
	DMAFP_MOVED_SAME,    /* the same text on both sides */
	DMAFP_MOVED_CHANGED, /* the same operation, on other registers or members */
	DMAFP_MOVED_AWAY,    /* on the left, and on the right at another place */
	DMAFP_MOVED_HERE,    /* the same on the right */
	DMAFP_MOVED_OFF,     /* on the left; on the right off the path */
	DMAFP_MOVED_GONE,    /* on the left only */
	DMAFP_MOVED_NEW,     /* on the right only */
};

/**
 * struct dmafp_moved_row - one line of the two
 * @left: NULL: nothing is there
 * @right: the same
 */
struct dmafp_moved_row {
	enum dmafp_moved_kind kind;
	const struct dmafp_walk_step *left, *right;
};

/** struct dmafp_moved - all lines, in the order of execution on both sides */
struct dmafp_moved {
	struct dmafp_moved_row *rows;
	size_t nr;
};

/**
 * dmafp_moved_new() - align two paths
 *
 * The alignment keeps as many instructions of the same text beside each other as
 * it can, then as many of the same operation; targets do not count.
 */
void dmafp_moved_new(struct dmafp_moved *moved, const struct dmafp_walk *left,
		     const struct dmafp_walk *right);

/** dmafp_moved_is_same() - not one instruction is another */
bool dmafp_moved_is_same(const struct dmafp_moved *moved);

/** dmafp_moved_free() - release the rows; the walks are the caller's */
void dmafp_moved_free(struct dmafp_moved *moved);

#endif /* DMAFP_PATH_MOVED_H */
