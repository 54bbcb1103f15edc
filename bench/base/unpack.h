/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that may be compressed, as modules are on many distributions (.ko.xz, .ko.zst,
 * .ko.gz).  What a file is, its first bytes say.
 *
 * A kernel unpacks modules itself only with CONFIG_MODULE_DECOMPRESS, from 5.17, and only
 * of the kind that it was configured for; so they are unpacked before they get there.
 */
#ifndef DMAFP_BASE_UNPACK_H
#define DMAFP_BASE_UNPACK_H

#include "base/err.h"

/**
 * dmafp_unpack_open() - open a file for reading what is in it, unpacked
 * @path: the file, compressed or not
 * @err: filled on failure: DMAFP_EXIT_MISSING where the program that unpacks it is not
 *	installed, DMAFP_EXIT_DATA where it is damaged
 *
 * Of a file that is not compressed it is the file itself, else one in memory.  Nobody has
 * it open for writing, so a kernel takes it for a module.
 *
 * Return: a descriptor, or a negative errno.
 */
int dmafp_unpack_open(const char *path, struct dmafp_err *err);

/**
 * dmafp_unpack_copy() - the same into a file
 *
 * Return: 0, or a negative errno.
 */
int dmafp_unpack_copy(const char *from, const char *to, struct dmafp_err *err);

#endif /* DMAFP_BASE_UNPACK_H */
