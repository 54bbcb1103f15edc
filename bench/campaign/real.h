/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine that this program runs on, for a campaign's steps. */
#ifndef DMAFP_CAMPAIGN_REAL_H
#define DMAFP_CAMPAIGN_REAL_H

#include "campaign/machine.h"
#include "campaign/plan.h"
#include "campaign/reboot.h"
#include "campaign/watchdog.h"

#define DMAFP_CAMPAIGN_UNIT "dmafp-campaign.service"

/**
 * struct dmafp_real - the machine, in one boot
 * @campaign: what it runs
 * @reboot: how
 * @watchdog: while there is something to watch
 */
struct dmafp_real {
	const struct dmafp_campaign *campaign;
	const struct dmafp_reboot *reboot;
	struct dmafp_watchdog watchdog;
};

/**
 * dmafp_real_start() - the machine of this campaign
 * @real: filled; end with dmafp_real_end()
 * @campaign: must outlive it
 * @machine: filled, on @real
 */
void dmafp_real_start(struct dmafp_real *real, const struct dmafp_campaign *campaign,
		      struct dmafp_machine *machine);

/** dmafp_real_end() - nobody hangs any more; not after a reboot is under way */
void dmafp_real_end(struct dmafp_real *real);

/**
 * dmafp_real_report() - report.txt and report.html in the campaign's folder, from its
 *	results
 *
 * Return: 0, or a negative errno.
 */
int dmafp_real_report(const struct dmafp_campaign *campaign, struct dmafp_err *err);

/** dmafp_real_restore() - take back whatever a campaign changes on its machine */
int dmafp_real_restore(const struct dmafp_campaign *campaign, struct dmafp_err *err);

/** dmafp_real_unit() - "enable", "disable", "start" ... the unit; where systemd runs */
int dmafp_real_unit(const char *verb, struct dmafp_err *err);

#endif /* DMAFP_CAMPAIGN_REAL_H */
