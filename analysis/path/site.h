/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls of a function, and whether each is behind a static branch. */
#ifndef DMAFP_PATH_SITE_H
#define DMAFP_PATH_SITE_H

#include "analysis/path/insn.h"
#include "analysis/walk.h"

/**
 * dmafp_path_sites() - find all direct calls of and jumps to @symbol
 * @walk: gets its sites
 *
 * A site is guarded if it cannot be reached from its function's entry while
 * every static branch of one key goes as it does in the image.
 */
void dmafp_path_sites(struct dmafp_decoder *decoder, const struct dmafp_image_symbol *symbol,
		      struct dmafp_walk *walk);

#endif /* DMAFP_PATH_SITE_H */
