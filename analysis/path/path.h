/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The static proof: walks the not-deferred path through a function of a kernel
 * image.  By which rules is described in docs/path.md.
 */
#ifndef DMAFP_PATH_PATH_H
#define DMAFP_PATH_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/path/image.h"
#include "analysis/walk.h"
#include "base/err.h"

#define DMAFP_PATH_SYMBOL "iommu_deferred_attach"

/**
 * struct dmafp_path_branch - how a branch goes, in place of a rule
 * @function: that it is in, NULL: the symbol
 * @offset: from that function's symbol
 * @taken: where it goes
 */
struct dmafp_path_branch {
	char *function;
	uint64_t offset;
	bool taken;
};

/**
 * struct dmafp_path_options - what to walk
 * @symbol: the function
 * @branches: that the user decides
 * @cpus: for llvm-mca, NULL-terminated; NULL: see estimate.h
 */
struct dmafp_path_options {
	const char *symbol;
	const struct dmafp_path_branch *branches;
	size_t nr_branches;
	const char *const *cpus;
};

/**
 * dmafp_path_take() - all that is to be known of the symbol in one image
 * @file: vmlinux
 * @arm: name of the arm; NULL: not known
 * @walk: zeroed; filled; released with dmafp_walks_free(), also after a failure
 * @err: filled if the image cannot be read, or has no such function
 *
 * A walk that meets what it does not understand is no failure: it is not
 * complete, and its remarks say why.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_path_take(const char *file, const char *arm,
		    const struct dmafp_path_options *options, struct dmafp_walk *walk,
		    struct dmafp_err *err);

/**
 * dmafp_path_branch_parse() - read "[FUNCTION+]OFFSET=taken|not"
 * @branch: filled; its function is malloc()ed
 *
 * Return: 0, or -EINVAL (DMAFP_EXIT_USAGE).
 */
int dmafp_path_branch_parse(const char *text, struct dmafp_path_branch *branch,
			    struct dmafp_err *err);

#endif /* DMAFP_PATH_PATH_H */
