/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From one boot of a campaign to the next. */
#ifndef DMAFP_CAMPAIGN_STEP_H
#define DMAFP_CAMPAIGN_STEP_H

#include "campaign/machine.h"
#include "campaign/plan.h"

/**
 * dmafp_campaign_step() - do what is to be done in this boot, and reboot
 * @campaign: the campaign
 * @machine: what it runs on
 * @err: filled on failure
 *
 * Called after every boot, whatever ended the one before. It finds out by itself whether
 * this boot was made for the turn that is due, measures it then, and otherwise reboots
 * into the turn's arm; at the end it writes the report and puts the machine back.
 * Only one process at a time does this: a second one waits.
 *
 * Return: 0 if a reboot is under way, if the campaign is paused, or has ended; a
 * negative errno if nothing could be written down, or on a signal.
 */
int dmafp_campaign_step(const struct dmafp_campaign *campaign,
			const struct dmafp_machine *machine, struct dmafp_err *err);

/**
 * dmafp_campaign_captured() - the capture kernel's part of a turn: what it measured
 * @campaign: the campaign
 * @here: the turn and attempt that it was loaded for
 * @results: folder of what it measured, on whatever filesystem
 * @err: filled on failure: also where that attempt is not the one that is due
 *
 * Return: 0, or a negative errno.
 */
int dmafp_campaign_captured(const struct dmafp_campaign *campaign,
			    const struct dmafp_here *here, const char *results,
			    struct dmafp_err *err);

/** dmafp_campaign_work() - folder for what is being measured of a turn; free() it */
char *dmafp_campaign_work(const struct dmafp_campaign *campaign,
			  const struct dmafp_campaign_turn *turn);

#endif /* DMAFP_CAMPAIGN_STEP_H */
