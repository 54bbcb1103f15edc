/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks as text of 72 columns: `dmafp path`, and parts of it in reports. */
#ifndef DMAFP_ANALYSIS_WALKS_H
#define DMAFP_ANALYSIS_WALKS_H

#include <stdio.h>

#include "analysis/walk.h"

/** dmafp_render_walks() - all of it: counts, branches, call sites, side by side */
void dmafp_render_walks(const struct dmafp_walks *walks, FILE *out);

/** dmafp_render_walks_counts() - the table: what each path is made of, less the first */
void dmafp_render_walks_counts(const struct dmafp_walks *walks, FILE *out);

/** dmafp_render_walks_sites() - the call sites, a sentence per image, or one for all */
void dmafp_render_walks_sites(const struct dmafp_walks *walks, FILE *out);

/** dmafp_render_walks_pair() - two paths side by side, and what moved */
void dmafp_render_walks_pair(const struct dmafp_walk *left, const struct dmafp_walk *right,
			     FILE *out);

#endif /* DMAFP_ANALYSIS_WALKS_H */
