// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/proc.h"
#include "campaign/state.h"
#include "campaign/step.h"

/* One call of dmafp_campaign_step() */
struct step {
	const struct dmafp_campaign *campaign;
	const struct dmafp_machine *machine;
	struct dmafp_journal journal;
	struct dmafp_here here;
	struct dmafp_campaign_state state; /* looked at anew before each decision */
	struct dmafp_err *err;
};

enum {
	AGAIN = 1
}; /* something was done and written down: decide anew */

char *dmafp_campaign_work(const struct dmafp_campaign *campaign,
			  const struct dmafp_campaign_turn *turn)
{
	return dmafp_campaign_path(campaign, "work/%s", turn->name);
}

static const struct dmafp_campaign_turn *due(const struct step *step)
{
	return &step->campaign->turns[step->state.next];
}

static void say(const struct step *step, const char *what)
{
	char *text = dmafp_path(
		"[%zu/%zu] %s%s%s", step->state.done, step->campaign->nr_turns,
		step->state.next < step->campaign->nr_turns ? due(step)->name : "",
		step->state.next < step->campaign->nr_turns ? ": " : "", what);

	step->machine->say(step->machine->ctx, text);
	free(text);
}

static bool is_home(const struct step *step)
{
	return strcmp(step->here.id, step->campaign->id) != 0;
}

/* Was this very boot made for the attempt that is due? */
static bool is_due_here(const struct step *step)
{
	return !is_home(step) && !strcmp(step->here.turn, due(step)->name) &&
	       step->here.attempt == step->state.attempt;
}

/* The attempt failed, which is written down; then it is decided anew. */
static int failed(struct step *step, const char *why)
{
	char *text = dmafp_path("failed: %s", why);
	int ret = dmafp_record_failed(&step->journal, due(step)->name,
				      step->state.attempt, why, step->err);

	say(step, text);
	free(text);
	return ret ?: AGAIN;
}

/* A boot whose attempt was cut short: only now is there somebody to write that down. */
static int died(struct step *step)
{
	const char *words = step->machine->last_words(step->machine->ctx);
	char *why = dmafp_path("the machine went down in step %s%s%s",
			       *step->state.step ? step->state.step : "begin",
			       words ? ": " : "", words ? words : "");
	int ret = failed(step, why);

	free(why);
	return ret;
}

/* --- measuring */

static int measure(struct step *step, const char *mode, const char *work)
{
	say(step, "measuring");
	return step->machine->measure(step->machine->ctx, due(step), mode, work, step->err);
}

static int crash(struct step *step)
{
	int ret = dmafp_record_step(&step->journal, due(step)->name, step->state.attempt,
				    "crash", step->err);

	if (ret)
		return ret;
	say(step, "crashing");
	return step->machine->crash(step->machine->ctx, due(step), step->state.attempt,
				    step->err);
}

/* Into a folder that is made anew: what an attempt before left is of no use. */
static int try_in(struct step *step, const char *work)
{
	const struct dmafp_campaign_turn *turn = due(step);
	int ret;

	dmafp_file_remove_tree(work);
	ret = dmafp_file_mkdirs(work, step->err);
	if (!ret && (turn->kind != DMAFP_BOOT_KDUMP || step->campaign->plain))
		ret = measure(step, turn->kind == DMAFP_BOOT_KEYED ? "keyed" : "plain",
			      work);
	if (!ret && turn->kind == DMAFP_BOOT_KDUMP)
		ret = crash(step);
	else if (!ret)
		ret = dmafp_campaign_commit(step->campaign, turn, work, step->err)
			      ?: dmafp_record_done(&step->journal, turn->name,
						   step->state.attempt, step->err);
	return ret;
}

static int try_turn(struct step *step)
{
	char *work = dmafp_campaign_work(step->campaign, due(step));
	int ret = dmafp_record_step(&step->journal, due(step)->name, step->state.attempt,
				    "measure", step->err);

	if (ret) {
		free(work);
		return ret;
	}
	ret = try_in(step, work);
	/* a signal is no failure of the attempt, but of whoever sent it: see died() */
	if (ret && !dmafp_proc_interrupted()) {
		dmafp_file_remove_tree(work); /* first: it may be why the disk is full */
		ret = failed(step, step->err->msg);
	}
	free(work);
	return ret ?: AGAIN;
}

/* --- going on */

static int begin(struct step *step)
{
	const struct dmafp_campaign_turn *turn = due(step);
	uint32_t attempt = ++step->state.attempt;
	int ret = dmafp_record_begin(&step->journal, turn->name, attempt, step->err)
			  ?: dmafp_record_step(&step->journal, turn->name, attempt,
					       "reboot", step->err);

	if (ret)
		return ret;
	say(step, "rebooting");
	ret = step->machine->go(step->machine->ctx, turn, attempt, step->err);
	/* a signal is no failure of the attempt, see try_turn() */
	return ret && !dmafp_proc_interrupted() ? failed(step, step->err->msg) : ret;
}

/* A report that cannot be written is no reason to go on: the results are there. */
static int end(struct step *step, enum dmafp_campaign_end how, const char *why)
{
	int ret = step->machine->report(step->machine->ctx, step->err);
	bool missed = ret && how == DMAFP_CAMPAIGN_DONE;
	char *text = dmafp_path("%s%s%s%s", why, missed && *why ? "; " : "",
				missed ? "no report: " : "", missed ? step->err->msg : "");

	ret = dmafp_record_end(&step->journal, how, text, step->err) ?: AGAIN;
	free(text);
	return ret;
}

static int give_up(struct step *step)
{
	char *why = dmafp_path("%s failed %u times, at last: %s", due(step)->name,
			       step->state.failures, step->state.why);
	int ret = end(step, DMAFP_CAMPAIGN_GAVE_UP, why);

	free(why);
	return ret;
}

/*
 * After it has ended, also where that was cut short: take back what was changed.  What
 * cannot be taken back in an arm's kernel, a reboot undoes.
 */
static int leave(struct step *step)
{
	int ret = step->machine->restore(step->machine->ctx, step->err);

	if (is_home(step))
		return ret;
	if (ret)
		say(step, step->err->msg);
	return step->machine->home(step->machine->ctx, step->err);
}

/* Asked after each round of all arms and kinds, when all have as many boots */
static int ask_whether_settled(struct step *step)
{
	const struct dmafp_campaign *campaign = step->campaign;
	size_t round = campaign->nr_arms * dmafp_campaign_kinds(campaign);
	uint32_t boots = step->state.done / round;
	char why[sizeof(step->state.reason)];
	bool settled = false;
	int ret;

	if (campaign->fixed || !boots || step->state.done % round ||
	    boots == campaign->boots)
		return 0;
	ret = step->machine->settled(step->machine->ctx, boots, &settled, why,
				     sizeof(why), step->err);
	if (ret)
		say(step, step->err->msg); /* more boots do no harm */
	if (ret || !settled)
		return 0;
	return dmafp_record_settled(&step->journal, why, step->err) ?: AGAIN;
}

static int decide(struct step *step)
{
	const struct dmafp_campaign *campaign = step->campaign;
	const struct dmafp_campaign_state *state = &step->state;
	int ret = dmafp_campaign_look(campaign, &step->state, step->err);

	if (ret)
		return ret;
	if (state->end)
		return leave(step);
	if (state->paused)
		return 0;
	if (state->settled || state->next == campaign->nr_turns)
		return end(step, DMAFP_CAMPAIGN_DONE, state->reason);
	if (state->begun && is_due_here(step) && !strcmp(state->step, "reboot"))
		return try_turn(step);
	if (state->begun)
		return died(step);
	if (state->failures >= campaign->failures)
		return give_up(step);
	return (state->attempt ? 0 : ask_whether_settled(step)) ?: begin(step);
}

int dmafp_campaign_step(const struct dmafp_campaign *campaign,
			const struct dmafp_machine *machine, struct dmafp_err *err)
{
	struct step step = { .campaign = campaign, .machine = machine, .err = err };
	char *path = dmafp_campaign_journal(campaign);
	int ret = dmafp_journal_open(&step.journal, path, true, err);

	free(path);
	if (ret)
		return ret;
	machine->here(machine->ctx, &step.here);
	do
		ret = decide(&step);
	while (ret == AGAIN && !dmafp_proc_interrupted());
	dmafp_journal_close(&step.journal);
	return ret == AGAIN
		       ? dmafp_proc_check(err, "between two steps; the next one goes on")
		       : ret;
}

/* --- in the capture kernel */

static int copy_all(const char *from, const char *to, struct dmafp_err *err)
{
	DIR *entries = opendir(from);
	struct dirent *entry;
	int ret = 0;

	if (!entries)
		return dmafp_err_errno(err, errno, "cannot read %s", from);
	while (!ret && (entry = readdir(entries))) {
		char *source = dmafp_path("%s/%s", from, entry->d_name);
		char *copy = dmafp_path("%s/%s", to, entry->d_name);

		if (entry->d_name[0] != '.')
			ret = dmafp_file_copy(source, copy, err);
		free(copy);
		free(source);
	}
	closedir(entries);
	return ret;
}

/* Why it cannot be taken is written down here: home would not know. */
static int take_captured(struct step *step, const char *results)
{
	const struct dmafp_campaign_turn *turn = due(step);
	char *work = dmafp_campaign_work(step->campaign, turn);
	struct dmafp_err ignored;
	int ret = copy_all(results, work, step->err)
			  ?: dmafp_campaign_commit(step->campaign, turn, work, step->err);

	free(work);
	if (ret)
		dmafp_record_failed(&step->journal, turn->name, step->state.attempt,
				    step->err->msg, &ignored);
	return ret
		       ?: dmafp_record_done(&step->journal, turn->name,
					    step->state.attempt, step->err);
}

int dmafp_campaign_captured(const struct dmafp_campaign *campaign,
			    const struct dmafp_here *here, const char *results,
			    struct dmafp_err *err)
{
	struct step step = { .campaign = campaign, .here = *here, .err = err };
	char *path = dmafp_campaign_journal(campaign);
	int ret = dmafp_journal_open(&step.journal, path, true, err);

	free(path);
	if (ret)
		return ret;
	ret = dmafp_campaign_look(campaign, &step.state, err);
	if (!ret && (step.state.next == campaign->nr_turns || !is_due_here(&step) ||
		     !step.state.begun || strcmp(step.state.step, "crash")))
		ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
				    "%s is not the turn that is due in %s", here->turn,
				    campaign->dir);
	ret = ret ?: take_captured(&step, results);
	dmafp_journal_close(&step.journal);
	return ret;
}
