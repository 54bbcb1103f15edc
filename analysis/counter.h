/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PMU counters in a result. */
#ifndef DMAFP_ANALYSIS_COUNTER_H
#define DMAFP_ANALYSIS_COUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/member.h"

/* What a PMU counter's value is worth */
enum dmafp_counter_word {
	DMAFP_COUNTER_IS_ABSENT,      /* the machine has none */
	DMAFP_COUNTER_IS_VALID,	      /* counted all the time */
	DMAFP_COUNTER_IS_MULTIPLEXED, /* shared the PMU: it has no value */
};

/**
 * struct dmafp_counter_result - what one PMU counter of one worker counted
 * @event: as in the profile
 * @type: of perf_event_open(2)
 * @config: the same
 * @state: without DMAFP_COUNTER_IS_VALID there is no @value
 * @reason: why it is absent
 * @valid: @value is there
 * @value: over all recorded blocks, the harness included
 * @enabled_ns: time it was enabled, and @running_ns: time on the PMU
 */
struct dmafp_counter_result {
	char *event;
	uint32_t type;
	uint64_t config;
	enum dmafp_counter_word state;
	char *reason;
	bool valid;
	uint64_t value, enabled_ns, running_ns;
};

/* The members of the structure, for the tables that it is in */
extern const struct dmafp_member dmafp_counter_members[];

/** dmafp_counter_fault() - what the members' types do not say; NULL: nothing is wrong */
const char *dmafp_counter_fault(const struct dmafp_counter_result *counter);

#endif /* DMAFP_ANALYSIS_COUNTER_H */
