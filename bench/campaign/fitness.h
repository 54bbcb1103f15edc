/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What dmafp doctor has to say before a campaign begins. */
#ifndef DMAFP_CAMPAIGN_FITNESS_H
#define DMAFP_CAMPAIGN_FITNESS_H

#include <stdio.h>

#include "campaign/plan.h"

/**
 * dmafp_campaign_fitness_print() - what blocks on this machine, and how much warns
 * @campaign: whose devices are looked at
 * @out: to print to
 *
 * Nothing of it refuses a campaign: it is of the kernel that runs now, and the arms' may
 * well do.
 */
void dmafp_campaign_fitness_print(const struct dmafp_campaign *campaign, FILE *out);

#endif /* DMAFP_CAMPAIGN_FITNESS_H */
