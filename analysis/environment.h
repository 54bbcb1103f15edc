/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was found out about the machines that measured, as far as a reader must know. */
#ifndef DMAFP_ANALYSIS_ENVIRONMENT_H
#define DMAFP_ANALYSIS_ENVIRONMENT_H

#include "analysis/compare.h"
#include "analysis/lines.h"

/**
 * dmafp_environment_note() - findings that warn or block
 * @comparison: all sections
 * @notes: one sentence per arm that has findings which base does not have, or the other
 *	way round; in the timed domain one more for what all arms have
 *
 * What instructions are counted in is the same on a busy machine, so that in the exact
 * domain what all arms have says nothing.
 */
void dmafp_environment_note(const struct dmafp_comparison *comparison,
			    struct dmafp_lines *notes);

#endif /* DMAFP_ANALYSIS_ENVIRONMENT_H */
