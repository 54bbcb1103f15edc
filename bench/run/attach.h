/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Evidence about the deferred attach: first maps made again and again on a device
 * that is removed and found again, by several threads at one moment, and by one
 * in atomic context.
 */
#ifndef DMAFP_RUN_ATTACH_H
#define DMAFP_RUN_ATTACH_H

#include "analysis/attach.h"
#include "base/err.h"
#include "kmod/uapi/dmafp.h"
#include "run/plan.h"
#include "run/profile.h"
#include "run/transport.h"

/**
 * struct dmafp_attach - what the rounds are made with
 * @transport: open
 * @profile: its section [attach] says which rounds
 * @cell: the mapping call
 * @renew: remove the device, find it again, bind and select it; @round of them
 *	are done, for progress
 * @note: something the user should know that is no failure
 * @ctx: handed to both
 */
struct dmafp_attach {
	struct dmafp_transport *transport;
	const struct dmafp_profile *profile;
	const struct dmafp_plan_cell *cell;
	int (*renew)(void *ctx, unsigned int round);
	void (*note)(void *ctx, const char *text);
	void *ctx;
};

/** dmafp_attach_rounds() - how many rounds the profile wants */
unsigned int dmafp_attach_rounds(const struct dmafp_profile *profile);

/**
 * dmafp_attach_collect() - make the rounds
 * @attach: see above
 * @result: out; belongs to the result also after a failure
 * @err: filled on failure
 *
 * Where the attach is not deferred again (AMD-Vi defers it once per boot) or
 * nothing can be probed, the rounds end with a note.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_attach_collect(const struct dmafp_attach *attach,
			 struct dmafp_attach_result *result, struct dmafp_err *err);

#define DMAFP_ATTACH_RECORDS 64 /* room for those of one first map */

/** dmafp_attach_keep_trace() - the records of a first map as a result keeps them */
void dmafp_attach_keep_trace(struct dmafp_trace *trace, const struct dmafp_record *records,
			     const struct dmafp_first_map *arg);

#endif /* DMAFP_RUN_ATTACH_H */
