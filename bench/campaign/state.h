/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What has been done of a campaign: its journal, and the folders of its results.
 *
 * A turn is done when its folder is in results/: that is one rename(), so there is no
 * moment at which a turn is half done, or done twice. The journal holds what was tried
 * and why it failed.
 */
#ifndef DMAFP_CAMPAIGN_STATE_H
#define DMAFP_CAMPAIGN_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/journal.h"
#include "campaign/plan.h"

/** enum dmafp_campaign_end - how it ended */
enum dmafp_campaign_end {
	DMAFP_CAMPAIGN_GOES_ON,
	DMAFP_CAMPAIGN_DONE,
	DMAFP_CAMPAIGN_ABORTED,
	DMAFP_CAMPAIGN_GAVE_UP,
};

/**
 * struct dmafp_campaign_state - where it is
 * @done: turns that are done
 * @next: the first one that is not, nr_turns if there is none
 * @attempt: last one at that turn, from 1; 0: none yet
 * @begun: that attempt has neither failed nor been finished
 * @failures: attempts at that turn that failed
 * @step: what the last attempt was doing, "" if nothing
 * @why: of the last failure, of any turn; "" if there was none
 * @paused: somebody asked for a pause
 * @settled: no more boots are needed
 * @end: see there
 * @reason: of the end, or of its being settled; "" if there is none
 */
struct dmafp_campaign_state {
	size_t done, next;
	uint32_t attempt;
	bool begun;
	uint32_t failures;
	char step[32];
	char why[512];
	bool paused, settled;
	enum dmafp_campaign_end end;
	char reason[512];
};

/** dmafp_campaign_end_name() - "running", "done", "aborted" or "gave up" */
const char *dmafp_campaign_end_name(enum dmafp_campaign_end end);

/**
 * dmafp_campaign_look() - find out where it is
 *
 * Return: 0, or a negative errno.
 */
int dmafp_campaign_look(const struct dmafp_campaign *campaign,
			struct dmafp_campaign_state *state, struct dmafp_err *err);

/** dmafp_campaign_journal() - path of its journal; free() it */
char *dmafp_campaign_journal(const struct dmafp_campaign *campaign);

/*
 * Records. Each is on the disk when the call returns 0, and each returns 0 or a negative
 * errno.
 */

/** dmafp_record_begin() - an attempt at a turn begins */
int dmafp_record_begin(struct dmafp_journal *journal, const char *turn, uint32_t attempt,
		       struct dmafp_err *err);

/** dmafp_record_step() - what it does next: "reboot", "measure", "crash", "capture" */
int dmafp_record_step(struct dmafp_journal *journal, const char *turn, uint32_t attempt,
		      const char *step, struct dmafp_err *err);

/** dmafp_record_failed() - it failed */
int dmafp_record_failed(struct dmafp_journal *journal, const char *turn, uint32_t attempt,
			const char *why, struct dmafp_err *err);

/** dmafp_record_done() - it is done; for people, the folder says it already */
int dmafp_record_done(struct dmafp_journal *journal, const char *turn, uint32_t attempt,
		      struct dmafp_err *err);

/** dmafp_record_settled() - the verdict is settled */
int dmafp_record_settled(struct dmafp_journal *journal, const char *why,
			 struct dmafp_err *err);

/** dmafp_record_end() - the campaign ends */
int dmafp_record_end(struct dmafp_journal *journal, enum dmafp_campaign_end end,
		     const char *why, struct dmafp_err *err);

/** dmafp_record_resumed() - it goes on, also where it gave up: failures count anew */
int dmafp_record_resumed(struct dmafp_journal *journal, struct dmafp_err *err);

/**
 * dmafp_campaign_commit() - what was measured of a turn becomes its results
 * @campaign: the campaign
 * @turn: which one
 * @work: its folder of result files; gone afterwards
 * @err: filled on failure
 *
 * The files are on the disk before the folder has its name there.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_campaign_commit(const struct dmafp_campaign *campaign,
			  const struct dmafp_campaign_turn *turn, const char *work,
			  struct dmafp_err *err);

#endif /* DMAFP_CAMPAIGN_STATE_H */
