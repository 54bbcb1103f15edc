/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One step after the other, from a function's entry to its return. */
#ifndef DMAFP_PATH_TREAD_H
#define DMAFP_PATH_TREAD_H

#include "analysis/path/insn.h"
#include "analysis/path/path.h"

/**
 * dmafp_path_tread() - walk
 * @walk: gets its path, its instructions, its counts and remarks, and whether it
 *	is complete
 */
void dmafp_path_tread(struct dmafp_decoder *decoder, const struct dmafp_image_symbol *symbol,
		      const struct dmafp_path_options *options, struct dmafp_walk *walk);

#endif /* DMAFP_PATH_TREAD_H */
