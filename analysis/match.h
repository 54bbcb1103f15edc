/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Can the arms be compared: is the kernel, and nothing else, different? */
#ifndef DMAFP_ANALYSIS_MATCH_H
#define DMAFP_ANALYSIS_MATCH_H

#include "analysis/compare.h"
#include "analysis/lines.h"

/**
 * dmafp_match_facts() - find facts that differ between the arms of a section
 * @comparison: all sections
 * @differences: one sentence per fact and arm is added, none if all match
 *
 * Every boot is held against the first boot of base: kernel configuration,
 * command line and compiler, tool, profile, domain, IOMMU, device, CPU, memory
 * and emulator.
 */
void dmafp_match_facts(const struct dmafp_comparison *comparison,
		       struct dmafp_lines *differences);

/**
 * dmafp_match_options() - find kernel options that invalidate or must match
 * @comparison: all sections
 * @differences: one sentence per option that invalidates, and one per option and
 *	arm that does not match base
 * @notes: one sentence per arm whose configuration differs in other options
 *
 * Results without options in them are left to the hash of the configuration,
 * which dmafp_match_facts() compares.
 */
void dmafp_match_options(const struct dmafp_comparison *comparison,
			 struct dmafp_lines *differences, struct dmafp_lines *notes);

/** dmafp_match_knows_options() - do both say what their kernels' options are? */
bool dmafp_match_knows_options(const struct dmafp_result *a, const struct dmafp_result *b);

/**
 * dmafp_match_kernels() - is every arm one kernel, and another one than the rest?
 */
void dmafp_match_kernels(const struct dmafp_comparison *comparison,
			 struct dmafp_lines *reasons);

#endif /* DMAFP_ANALYSIS_MATCH_H */
