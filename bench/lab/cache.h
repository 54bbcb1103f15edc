/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cache that every clone shares: ${XDG_CACHE_HOME:-~/.cache}/dmafp.
 *
 * Everything in it is named by the hash of what it was made from, appears by
 * rename() once it is whole, and may be deleted at any time.
 */
#ifndef DMAFP_LAB_CACHE_H
#define DMAFP_LAB_CACHE_H

#include "base/file.h"
#include "base/proc.h"

/** struct dmafp_cache - an opened, locked cache */
struct dmafp_cache {
	char *root;
	int lock;
};

/**
 * dmafp_cache_open() - create the cache's folder where it is missing, lock it
 * @cache: filled; end with dmafp_cache_close()
 * @lock: for writing; without it the cache may only be looked at
 * @wait: called with a line of text if another lab holds the lock; may be NULL
 * @err: filled on failure
 *
 * One lab builds at a time; another one waits here.  The lock goes with the
 * process.  What a killed lab left half made is removed.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_cache_open(struct dmafp_cache *cache, bool lock, void (*wait)(const char *text),
		     struct dmafp_err *err);

/** dmafp_cache_close() - unlock and free */
void dmafp_cache_close(struct dmafp_cache *cache);

#endif /* DMAFP_LAB_CACHE_H */
