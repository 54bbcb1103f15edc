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
 * dmafp_match_kernels() - is every arm one kernel, and another one than the rest?
 */
void dmafp_match_kernels(const struct dmafp_comparison *comparison,
			 struct dmafp_lines *reasons);

#endif /* DMAFP_ANALYSIS_MATCH_H */
