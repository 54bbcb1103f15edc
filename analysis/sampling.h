/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where CPUs were while a load or a cell ran: samples of the whole system, by
 * function, in a result.  Nothing is left out here; what is idle, and what is on
 * the map path, is decided when it is read.
 */
#ifndef DMAFP_ANALYSIS_SAMPLING_H
#define DMAFP_ANALYSIS_SAMPLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/member.h"

/**
 * struct dmafp_sampled - samples in one function of the kernel
 * @function: as the kernel's symbols have it; of a module "name [module]"
 * @samples: from 1
 * @has_period: @period is known
 * @period: of all @samples, in what the event counts: cycles, or ns of a clock
 */
struct dmafp_sampled {
	char *function;
	uint64_t samples;
	bool has_period;
	uint64_t period;
};

/**
 * struct dmafp_sampling - one recording of perf's
 * @present: there is one
 * @tool_version: "perf version 6.1.192"
 * @event: "cycles", "cpu-clock"
 * @fallback: why it is not cycles; NULL: it was chosen, or is cycles
 * @frequency: samples per second of each CPU that were asked for
 * @has_load: of a load, and it is known how that was made for this
 * @depth: IOs in flight then, 0: not fio's; @pace_ns: from one op to the next
 * @file: perf.data, "ARM-MODE-FILE" beside the result; NULL: it was not kept
 * @samples: all of them, idle ones included
 * @lost: that perf had no room for, not in @samples
 * @user: of @samples, outside the kernel
 * @has_period: @user_period is known, and so are the functions': older results have
 *	samples alone
 * @user_period: of @user, as that of a function
 * @recorder: of @samples, in perf itself
 * @functions: the others, the most samples first
 * @nr_functions: how many
 */
struct dmafp_sampling {
	bool present;
	char *tool_version, *event, *fallback;
	uint64_t frequency;
	bool has_load;
	uint32_t depth;
	uint64_t pace_ns;
	char *file;
	uint64_t samples, lost, user, recorder;
	bool has_period;
	uint64_t user_period;
	struct dmafp_sampled *functions;
	size_t nr_functions;
};

/* The members of the structure, for the tables that it is in */
extern const struct dmafp_member dmafp_sampling_members[];

/** dmafp_sampling_fault() - what the members' types do not say, "has ..."; NULL: all is well */
const char *dmafp_sampling_fault(const struct dmafp_sampling *sampling);

/**
 * dmafp_sampling_count() - one function, or more samples of it
 *
 * Return: the function's, valid until the next one is added.
 */
struct dmafp_sampled *dmafp_sampling_count(struct dmafp_sampling *sampling,
					   const char *function, uint64_t samples);

/** dmafp_sampling_sort() - the most samples first, and else by name */
void dmafp_sampling_sort(struct dmafp_sampling *sampling);

/**
 * dmafp_sampling_file() - what perf.data is called, for @file
 * @label: of the device, @pci: its address
 * @title: of the load or cell
 *
 * Return: "nvme-0000.00.04.0-randread-4K-libaio-qd1.perf.data", to free().
 */
char *dmafp_sampling_file(const char *label, const char *pci, const char *title);

/** dmafp_sampling_free() - release all that it holds, and empty it */
void dmafp_sampling_free(struct dmafp_sampling *sampling);

#endif /* DMAFP_ANALYSIS_SAMPLING_H */
