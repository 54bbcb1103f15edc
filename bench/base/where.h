/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the suite's own files are: module sources, configurations, patches. */
#ifndef DMAFP_BASE_WHERE_H
#define DMAFP_BASE_WHERE_H

/**
 * dmafp_where_source() - root of the checkout the program was built from
 *
 * $DMAFP_SOURCE_DIR, where a checkout was moved after the build.
 */
const char *dmafp_where_source(void);

#endif /* DMAFP_BASE_WHERE_H */
