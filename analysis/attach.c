// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "analysis/attach.h"
#include "analysis/member_row.h"

static const char *const what_words[] = {
	[DMAFP_TRACE_CALL] = "call",	     [DMAFP_TRACE_LOCK] = "lock",
	[DMAFP_TRACE_UNLOCK] = "unlock",     [DMAFP_TRACE_ATTACH] = "attach",
	[DMAFP_TRACE_ATTACHED] = "attached", [DMAFP_TRACE_RETURN] = "return",
	NULL,
};

static const char *const kind_words[] = {
	[DMAFP_ROUND_RACE] = "race",
	[DMAFP_ROUND_ATOMIC] = "atomic",
	NULL,
};

static const struct dmafp_member record_members[] = {
	MEMBER("ticks", U64, dmafp_trace_record, ticks),
	MEMBER("cpu", U32, dmafp_trace_record, cpu),
	MEMBER("pid", U32, dmafp_trace_record, pid),
	CHOICE("what", what_words, dmafp_trace_record, what),
	MEMBER("held", BOOL, dmafp_trace_record, held),
	MEMBER("overlap", BOOL, dmafp_trace_record, overlap),
	{ 0 }
};

const struct dmafp_member dmafp_trace_members[] = {
	ARRAY("records", ARRAY, record_members, dmafp_trace, records, nr),
	MEMBER("lost", U32, dmafp_trace, lost),
	{ 0 }
};

static const struct dmafp_member counted_members[] = {
	MEMBER("calls", U64, dmafp_round, calls),
	MEMBER("attaches", U64, dmafp_round, attaches),
	MEMBER("overlaps", U64, dmafp_round, overlaps),
	MEMBER("held", U64, dmafp_round, held),
	MEMBER("attach_ticks", U64, dmafp_round, attach_ticks),
	{ 0 }
};

static const struct dmafp_member sleeping_members[] = {
	MEMBER("place", NAME, dmafp_round, place),
	MEMBER("stack", STRING, dmafp_round, stack),
	{ 0 }
};

static const struct dmafp_member round_members[] = {
	CHOICE("kind", kind_words, dmafp_round, kind),
	MEMBER("threads", U32, dmafp_round, threads),
	MEMBER("hold_us", U32, dmafp_round, hold_us),
	MEMBER("deferred_before", BOOL, dmafp_round, deferred_before),
	MEMBER("deferred_after", BOOL, dmafp_round, deferred_after),
	MAYBE_GROUP("counted", MAYBE, counted_members, dmafp_round, counted),
	MEMBER("failed", U32, dmafp_round, failed),
	MEMBER("wrong", U32, dmafp_round, wrong),
	MEMBER("map_ticks", U64, dmafp_round, map_ticks),
	MEMBER("log", STRING, dmafp_round, log),
	MAYBE_GROUP("sleeping", MAYBE, sleeping_members, dmafp_round, sleeps),
	{ 0 }
};

const struct dmafp_member dmafp_attach_members[] = {
	ARRAY("rounds", ARRAY, round_members, dmafp_attach_result, rounds, nr_rounds),
	MEMBER("traced", INDEX, dmafp_attach_result, traced),
	OBJECT("trace", dmafp_trace_members, dmafp_attach_result, trace),
	{ 0 }
};

static int wrong(size_t round, const char *what, struct dmafp_err *err)
{
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA, "attach.rounds[%zu] %s", round, what);
}

int dmafp_attach_check(const struct dmafp_attach_result *attach, struct dmafp_err *err)
{
	size_t i;

	for (i = 0; i < attach->nr_rounds; i++) {
		const struct dmafp_round *round = &attach->rounds[i];

		if (!round->threads)
			return wrong(i, "was made by no thread", err);
		if (round->held > round->attaches || round->overlaps > round->attaches)
			return wrong(i, "has fewer attaches than it has of a kind", err);
		if (round->failed > round->threads || round->wrong > round->threads)
			return wrong(i, "has fewer threads than it has of a kind", err);
	}
	if (attach->present && attach->traced >= 0 && (size_t)attach->traced >= attach->nr_rounds)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
				     "attach.traced is a round that there is not");
	return 0;
}

const char *dmafp_trace_word(enum dmafp_trace_what what)
{
	return what_words[what];
}
