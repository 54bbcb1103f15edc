/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in a folder. */
#ifndef DMAFP_BASE_DIR_H
#define DMAFP_BASE_DIR_H

#include <stddef.h>

/** struct dmafp_dir - names in a folder, nvme2n1 before nvme10n1 */
struct dmafp_dir {
	char **names;
	size_t nr;
};

/**
 * dmafp_dir_read() - read them, but those that begin with a dot
 * @path: of the folder; one that cannot be read is as an empty one
 *
 * Return: to be given to dmafp_dir_free().
 */
struct dmafp_dir dmafp_dir_read(const char *path);

/** dmafp_dir_free() - release the names */
void dmafp_dir_free(struct dmafp_dir *dir);

#endif /* DMAFP_BASE_DIR_H */
