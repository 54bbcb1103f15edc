/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An exact profile as text: functions and call tree, the arms side by side. */
#ifndef DMAFP_ANALYSIS_STEPS_TEXT_H
#define DMAFP_ANALYSIS_STEPS_TEXT_H

#include <stdio.h>

#include "analysis/steps.h"

/** dmafp_steps_print() - all phases, at most 72 columns */
void dmafp_steps_print(const struct dmafp_profile_steps *steps, FILE *out);

/**
 * dmafp_steps_print_short() - a section of a report: what differs, and the totals
 */
void dmafp_steps_print_short(const struct dmafp_profile_steps *steps, FILE *out);

/** dmafp_steps_print_folded() - one arm's stacks, as tools for flame graphs read them */
void dmafp_steps_print_folded(const struct dmafp_steps *steps, FILE *out);

#endif /* DMAFP_ANALYSIS_STEPS_TEXT_H */
