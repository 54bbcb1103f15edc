/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the suite's own files are: module sources, configurations, patches. */
#ifndef DMAFP_BASE_WHERE_H
#define DMAFP_BASE_WHERE_H

#include <limits.h>

/**
 * dmafp_where_data() - the data folder, with configs/ and kmod/ in it
 *
 * $DMAFP_DATA, or what lies beside the program: see dmafp_where_beside().
 *
 * Return: a path that stays, whether it is there or not.
 */
const char *dmafp_where_data(void);

/**
 * dmafp_where_profiles() - where profiles are looked up by name
 *
 * $DMAFP_CONFIG_DIR, or configs/profiles of the data folder.
 *
 * Return: a path that stays until the next call.
 */
const char *dmafp_where_profiles(void);

/**
 * dmafp_where_beside() - the data folder that belongs to a program
 * @program: its path, may be a link
 * @data: out; where there is none, or /proc is not mounted: where packages put it
 *
 * From the program's folder: dmafp-data, a link that a build folder has to its
 * source tree, or else ../share/dmafp, as `cmake --install` lays them out under
 * any prefix.
 */
void dmafp_where_beside(const char *program, char data[PATH_MAX]);

#endif /* DMAFP_BASE_WHERE_H */
