// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/counter.h"
#include "analysis/member_row.h"

static const char *const counter_words[] = { [DMAFP_COUNTER_IS_ABSENT] = "absent",
					     [DMAFP_COUNTER_IS_VALID] = "valid",
					     [DMAFP_COUNTER_IS_MULTIPLEXED] = "multiplexed",
					     NULL };

const struct dmafp_member dmafp_counter_members[] = {
	MEMBER("event", NAME, dmafp_counter_result, event),
	MEMBER("type", U32, dmafp_counter_result, type),
	MEMBER("config", U64, dmafp_counter_result, config),
	CHOICE("state", counter_words, dmafp_counter_result, state),
	MEMBER("reason", STRING, dmafp_counter_result, reason),
	OPTIONAL("value", dmafp_counter_result, value, valid),
	MEMBER("enabled_ns", U64, dmafp_counter_result, enabled_ns),
	MEMBER("running_ns", U64, dmafp_counter_result, running_ns),
	{ 0 }
};

const char *dmafp_counter_fault(const struct dmafp_counter_result *c)
{
	bool is_valid = c->state == DMAFP_COUNTER_IS_VALID;
	bool is_there = c->state != DMAFP_COUNTER_IS_ABSENT;

	if (c->valid != is_valid)
		return c->valid ? "has a value although it is not valid"
				: "is valid and has no value";
	if (c->running_ns > c->enabled_ns)
		return "ran longer than it was enabled";
	if (c->valid && c->running_ns != c->enabled_ns)
		return "is valid although it did not run all the time";
	if (!c->reason != is_there)
		return "must say why it is absent, and only then";
	return NULL;
}
