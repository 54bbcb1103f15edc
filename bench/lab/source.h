/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel source an arm is built from: never written to, copied first. */
#ifndef DMAFP_LAB_SOURCE_H
#define DMAFP_LAB_SOURCE_H

#include "base/file.h"
#include "base/proc.h"

/** The distribution's source package, the default of --kernel-src */
#define DMAFP_SOURCE_TARBALL	"/usr/src/linux-source-6.12.tar.xz"

/**
 * struct dmafp_source - a tarball or a tree
 * @path: where it is
 * @is_tree: a directory, not a tarball
 * @version: "6.12": what its Makefile says, without the sublevel
 * @id: hash of a tarball's bytes; of a tree, that of every file's name, size
 *	and modification time, which is what make goes by
 */
struct dmafp_source {
	char *path;
	bool is_tree;
	char version[16];
	char id[DMAFP_SHA256_HEX];
};

/**
 * dmafp_source_find() - look at a source and identify it
 * @source: filled; end with dmafp_source_end()
 * @path: tree or tarball, NULL for the distribution's
 * @err: filled on failure (DMAFP_EXIT_NO_INPUT: not a kernel tree)
 *
 * Return: 0, or a negative errno.
 */
int dmafp_source_find(struct dmafp_source *source, const char *path,
		      struct dmafp_err *err);

/**
 * dmafp_source_unpack() - make a clean copy of the source in an empty folder
 * @source: where from
 * @to: existing empty folder
 * @log: file for the output of the programs used
 * @tick: see dmafp_proc_run()
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_source_unpack(const struct dmafp_source *source, const char *to,
			const char *log, const struct dmafp_proc_tick *tick,
			struct dmafp_err *err);

/** dmafp_source_end() - free what dmafp_source_find() filled */
void dmafp_source_end(struct dmafp_source *source);

#endif /* DMAFP_LAB_SOURCE_H */
