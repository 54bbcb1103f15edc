/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patches as `git format-patch` and b4 write them: one or more mails a file. */
#ifndef DMAFP_LAB_PATCH_H
#define DMAFP_LAB_PATCH_H

#include "base/file.h"
#include "base/proc.h"

/**
 * struct dmafp_patch - one patch file
 * @diff: its diffs, taken out of the mails when it was loaded: what is hashed is
 *	what is applied, whatever becomes of the file meanwhile
 * @file: base name
 * @name: subject of the first mail without its [PATCH] prefix, else the file name
 * @sha256: of the whole file
 */
struct dmafp_patch {
	char *diff;
	char *file;
	char *name;
	char sha256[DMAFP_SHA256_HEX];
};

/**
 * dmafp_patch_load() - look at a patch file
 * @patch: filled; end with dmafp_patch_end()
 * @path: the file
 * @err: filled on failure (DMAFP_EXIT_NO_INPUT: unreadable, or holds no diff)
 *
 * Return: 0, or a negative errno.
 */
int dmafp_patch_load(struct dmafp_patch *patch, const char *path,
		     struct dmafp_err *err);

/** enum dmafp_patch_action - what dmafp_patch_apply() does */
enum dmafp_patch_action {
	DMAFP_PATCH_CHECK,	/* says whether they would apply, changes nothing */
	DMAFP_PATCH_APPLY,
};

/**
 * dmafp_patch_apply() - apply a series to a tree, all of it or nothing
 * @patches: in the order of the series
 * @nr: how many, at least one
 * @tree: absolute root of the tree; files are replaced, never written in place, so that
 *	hard links to them keep the old content
 * @action: check or apply
 * @tick: see dmafp_proc_run()
 * @err: filled on failure (DMAFP_EXIT_PATCH, with git's own lines)
 *
 * Return: 0, or a negative errno.
 */
int dmafp_patch_apply(const struct dmafp_patch *patches, size_t nr, const char *tree,
		      enum dmafp_patch_action action, const struct dmafp_proc_tick *tick,
		      struct dmafp_err *err);

/** dmafp_patch_end() - free what dmafp_patch_load() filled */
void dmafp_patch_end(struct dmafp_patch *patch);

#endif /* DMAFP_LAB_PATCH_H */
