// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "campaign/state.h"

static const char *const ends[] = { "running", "done", "aborted", "gave up" };

const char *dmafp_campaign_end_name(enum dmafp_campaign_end end)
{
	return ends[end];
}

char *dmafp_campaign_journal(const struct dmafp_campaign *campaign)
{
	return dmafp_campaign_path(campaign, "journal");
}

/* --- reading */

static const char *word(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text ? text : "";
}

static void take_end(const json_t *record, struct dmafp_campaign_state *state)
{
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (!strcmp(word(record, "how"), ends[i]))
			state->end = i;
	snprintf(state->reason, sizeof(state->reason), "%s", word(record, "why"));
}

static void take_attempt(const json_t *record, struct dmafp_campaign_state *state)
{
	const char *what = word(record, "what");

	if (!strcmp(what, "begin")) {
		state->attempt = json_integer_value(json_object_get(record, "attempt"));
		state->begun = true;
		state->step[0] = '\0';
	} else if (!strcmp(what, "step")) {
		snprintf(state->step, sizeof(state->step), "%s", word(record, "step"));
	} else if (!strcmp(what, "failed")) {
		state->begun = false;
		state->failures++;
	}
}

static void take(const json_t *record, const char *next, struct dmafp_campaign_state *state)
{
	const char *what = word(record, "what");

	if (!strcmp(what, "end")) {
		take_end(record, state);
	} else if (!strcmp(what, "resumed")) {
		state->end = DMAFP_CAMPAIGN_GOES_ON;
		state->reason[0] = '\0';
		state->failures = 0;
	} else if (!strcmp(what, "settled")) {
		state->settled = true;
		snprintf(state->reason, sizeof(state->reason), "%s", word(record, "why"));
	}
	if (!strcmp(what, "failed"))
		snprintf(state->why, sizeof(state->why), "%s", word(record, "why"));
	if (next && !strcmp(word(record, "turn"), next))
		take_attempt(record, state);
}

static bool is_done(const struct dmafp_campaign *campaign, size_t turn)
{
	char *path =
		dmafp_campaign_path(campaign, "results/%s", campaign->turns[turn].name);
	bool there = dmafp_file_exists(path);

	free(path);
	return there;
}

int dmafp_campaign_look(const struct dmafp_campaign *campaign,
			struct dmafp_campaign_state *state, struct dmafp_err *err)
{
	char *path = dmafp_campaign_journal(campaign);
	json_t *records = dmafp_journal_read(path, err), *record;
	const char *next = NULL;
	size_t i;

	free(path);
	memset(state, 0, sizeof(*state));
	if (!records)
		return -EINVAL;
	state->next = campaign->nr_turns;
	for (i = campaign->nr_turns; i--;) {
		if (is_done(campaign, i))
			state->done++;
		else
			state->next = i;
	}
	if (state->next < campaign->nr_turns)
		next = campaign->turns[state->next].name;
	json_array_foreach (records, i, record)
		take(record, next, state);
	json_decref(records);
	path = dmafp_campaign_path(campaign, "pause");
	state->paused = dmafp_file_exists(path);
	free(path);
	return 0;
}

/* --- writing */

/* What programs and drivers say need not be UTF-8, and an error is cut where it ends. */
static json_t *words(const char *text)
{
	json_t *json = json_string(text);
	char *copy;

	if (json)
		return json;
	copy = strdup(text);
	for (char *c = copy; *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	json = json_string(copy);
	free(copy);
	return json;
}

static int append(struct dmafp_journal *journal, json_t *record, struct dmafp_err *err)
{
	char now[32];
	time_t t = time(NULL);
	struct tm tm;

	strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
	if (record)
		json_object_set_new(record, "time", json_string(now));
	return dmafp_journal_append(journal, record, err);
}

int dmafp_record_begin(struct dmafp_journal *journal, const char *turn, uint32_t attempt,
		       struct dmafp_err *err)
{
	return append(journal,
		      json_pack("{s:s,s:s,s:i}", "what", "begin", "turn", turn, "attempt",
				(int)attempt),
		      err);
}

int dmafp_record_step(struct dmafp_journal *journal, const char *turn, uint32_t attempt,
		      const char *step, struct dmafp_err *err)
{
	return append(journal,
		      json_pack("{s:s,s:s,s:i,s:s}", "what", "step", "turn", turn,
				"attempt", (int)attempt, "step", step),
		      err);
}

int dmafp_record_failed(struct dmafp_journal *journal, const char *turn, uint32_t attempt,
			const char *why, struct dmafp_err *err)
{
	return append(journal,
		      json_pack("{s:s,s:s,s:i,s:o}", "what", "failed", "turn", turn,
				"attempt", (int)attempt, "why", words(why)),
		      err);
}

int dmafp_record_done(struct dmafp_journal *journal, const char *turn, uint32_t attempt,
		      struct dmafp_err *err)
{
	return append(journal,
		      json_pack("{s:s,s:s,s:i}", "what", "done", "turn", turn, "attempt",
				(int)attempt),
		      err);
}

int dmafp_record_settled(struct dmafp_journal *journal, const char *why,
			 struct dmafp_err *err)
{
	return append(journal,
		      json_pack("{s:s,s:o}", "what", "settled", "why", words(why)), err);
}

int dmafp_record_end(struct dmafp_journal *journal, enum dmafp_campaign_end end,
		     const char *why, struct dmafp_err *err)
{
	return append(journal,
		      json_pack("{s:s,s:s,s:o}", "what", "end", "how", ends[end], "why",
				words(why)),
		      err);
}

int dmafp_record_resumed(struct dmafp_journal *journal, struct dmafp_err *err)
{
	return append(journal, json_pack("{s:s}", "what", "resumed"), err);
}

/* --- results */

static int sync_files(const char *dir, struct dmafp_err *err)
{
	DIR *entries = opendir(dir);
	struct dirent *entry;
	int ret = 0;

	if (!entries)
		return dmafp_err_errno(err, errno, "cannot read %s", dir);
	while (!ret && (entry = readdir(entries))) {
		char *path = dmafp_path("%s/%s", dir, entry->d_name);

		if (entry->d_name[0] != '.')
			ret = dmafp_file_sync(path, err);
		free(path);
	}
	closedir(entries);
	return ret ?: dmafp_file_sync(dir, err);
}

int dmafp_campaign_commit(const struct dmafp_campaign *campaign,
			  const struct dmafp_campaign_turn *turn, const char *work,
			  struct dmafp_err *err)
{
	char *results = dmafp_campaign_path(campaign, "results");
	char *path = dmafp_path("%s/%s", results, turn->name);
	int ret = dmafp_file_mkdirs(results, err) ?: dmafp_file_sync(campaign->dir, err)
						   ?: sync_files(work, err);

	if (!ret && rename(work, path))
		ret = dmafp_err_errno(err, errno, "cannot move %s to %s", work, path);
	ret = ret ?: dmafp_file_sync(results, err);
	free(path);
	free(results);
	return ret;
}
