/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine that a campaign runs on, as its steps see it. There is one real one,
 * campaign/real.h; tests have another, that they can cut the power of.
 */
#ifndef DMAFP_CAMPAIGN_MACHINE_H
#define DMAFP_CAMPAIGN_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "campaign/plan.h"

/**
 * struct dmafp_here - what this boot is for, as its kernel's command line says
 * @id: of a campaign, "" for an ordinary boot
 * @turn: name of the turn
 * @attempt: at it
 */
struct dmafp_here {
	char id[16];
	char turn[128];
	uint32_t attempt;
};

/**
 * struct dmafp_machine - what its steps ask of it
 * @here: what this boot is for
 * @go: reboot into the turn's arm; 0 once that is under way
 * @measure: in this boot, in that mode, into that folder, which is there
 * @crash: crash into the capture kernel, which measures and brings this attempt to its
 *	end; returns only if that failed
 * @last_words: why the boot before this one ended, if the machine knows; may return NULL
 * @settled: is the verdict settled after @boots of each arm? Then @why says how
 * @report: write the verdict of what there is
 * @restore: take back whatever was changed on it, also if that was done before
 * @home: reboot into the kernel that it boots by itself
 * @say: for whoever watches
 * @ctx: handed to all of them
 *
 * But for @here, @last_words and @say they return 0 or a negative errno with the error
 * filled.
 */
struct dmafp_machine {
	void (*here)(void *ctx, struct dmafp_here *here);
	int (*go)(void *ctx, const struct dmafp_campaign_turn *turn, uint32_t attempt,
		  struct dmafp_err *err);
	int (*measure)(void *ctx, const struct dmafp_campaign_turn *turn,
		       const char *mode, const char *work, struct dmafp_err *err);
	int (*crash)(void *ctx, const struct dmafp_campaign_turn *turn, uint32_t attempt,
		     struct dmafp_err *err);
	const char *(*last_words)(void *ctx);
	int (*settled)(void *ctx, uint32_t boots, bool *settled, char *why, size_t size,
		       struct dmafp_err *err);
	int (*report)(void *ctx, struct dmafp_err *err);
	int (*restore)(void *ctx, struct dmafp_err *err);
	int (*home)(void *ctx, struct dmafp_err *err);
	void (*say)(void *ctx, const char *text);
	void *ctx;
};

#endif /* DMAFP_CAMPAIGN_MACHINE_H */
