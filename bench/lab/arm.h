/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The arms: one row each, with the patch that makes it from the base. */
#ifndef DMAFP_LAB_ARM_H
#define DMAFP_LAB_ARM_H

#include "lab/kernel.h"

/** struct dmafp_arm - one row; the table ends with name NULL */
struct dmafp_arm {
	const char *name;
	const char *patch;	/* in configs/patches/, NULL: none */
	bool replaceable;	/* --patch takes the place of @patch */
};

/** All arms, in the order in which they are built and shown */
extern const struct dmafp_arm dmafp_arms[];

/** Names of all arms, NULL-terminated, for option tables */
extern const char *const dmafp_arm_names[];

/**
 * dmafp_arm_load_patches() - the patches of one arm
 * @arm: the arm
 * @dir: folder of the bundled patches: DIR/VERSION/PATCH before DIR/PATCH
 * @version: of the kernel, such as "6.1"
 * @user: paths given by the user
 * @nr_user: how many, 0: the bundled one
 * @patches: out: malloc()ed; end each with dmafp_patch_end()
 * @nr: out: how many
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_arm_load_patches(const struct dmafp_arm *arm, const char *dir, const char *version,
			   const char *const *user, size_t nr_user,
			   struct dmafp_patch **patches, size_t *nr,
			   struct dmafp_err *err);

/**
 * dmafp_arm_is_bundled() - does the arm take a patch of the suite's?
 * @arm: the arm
 * @nr_user: patches given by the user
 */
bool dmafp_arm_is_bundled(const struct dmafp_arm *arm, size_t nr_user);

#endif /* DMAFP_LAB_ARM_H */
