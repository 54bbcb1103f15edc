/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Evidence about the deferred attach in a result: what probes saw of a first
 * map, races for it, and first maps in atomic context.
 */
#ifndef DMAFP_ANALYSIS_ATTACH_H
#define DMAFP_ANALYSIS_ATTACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/member.h"

/* As enum dmafp_record_what of the ABI, less one */
enum dmafp_trace_what {
	DMAFP_TRACE_CALL,     /* iommu_deferred_attach() entered */
	DMAFP_TRACE_LOCK,     /* a mutex of the IOMMU group taken */
	DMAFP_TRACE_UNLOCK,   /* and given back */
	DMAFP_TRACE_ATTACH,   /* attach_dev() entered */
	DMAFP_TRACE_ATTACHED, /* attach_dev() returned */
	DMAFP_TRACE_RETURN,   /* iommu_deferred_attach() returned */
	DMAFP_NR_TRACE_WHATS
};

/** struct dmafp_trace_record - one thing that a probe saw */
struct dmafp_trace_record {
	uint64_t ticks; /* since the first */
	uint32_t cpu, pid;
	enum dmafp_trace_what what;
	bool held;    /* of an attach: its thread held a mutex of the group */
	bool overlap; /* of an attach: another one was under way */
};

/**
 * struct dmafp_trace - an excerpt, in the order of time
 * @records: @nr of them
 * @lost: so many more were not kept
 */
struct dmafp_trace {
	struct dmafp_trace_record *records;
	size_t nr;
	uint32_t lost;
};

enum dmafp_round_kind {
	DMAFP_ROUND_RACE,   /* several threads make the first map at one moment */
	DMAFP_ROUND_ATOMIC, /* one does, with preemption disabled */
	DMAFP_NR_ROUND_KINDS
};

/**
 * struct dmafp_round - one first map
 * @kind: see above
 * @threads: that made it
 * @hold_us: every attach_dev() was held up so long at its entry
 * @deferred_before: dev->iommu->attach_deferred before, @deferred_after after it
 * @counted: probes counted @calls, @attaches, @overlaps, @held and @attach_ticks
 * @calls: of iommu_deferred_attach()
 * @attaches: of attach_dev()
 * @overlaps: attaches begun while another was under way
 * @held: attaches whose thread held a mutex of the IOMMU group
 * @attach_ticks: summed ticks inside attach_dev(), without the hold-up
 * @failed: threads whose map failed
 * @wrong: threads whose mapping did not lead to their buffer
 * @map_ticks: of the longest map call
 * @log: the kernel log's faults meanwhile, a line each; "": clean; NULL: not known
 * @sleeps: the kernel named a call that may sleep
 * @place: where that call is, "kernel/locking/mutex.c:587"
 * @stack: who made it, innermost first; NULL: not known
 */
struct dmafp_round {
	enum dmafp_round_kind kind;
	uint32_t threads, hold_us;
	bool deferred_before, deferred_after, counted;
	uint64_t calls, attaches, overlaps, held, attach_ticks;
	uint32_t failed, wrong;
	uint64_t map_ticks;
	char *log;
	bool sleeps;
	char *place, *stack;
};

/**
 * struct dmafp_attach_result - the section of a result
 * @present: the profile asked for it, and the attach was deferred
 * @rounds: in the order they were made
 * @nr_rounds: how many
 * @traced: the round that @trace is from: the first race whose attaches
 *	overlapped, or else the first one; -1: none
 * @trace: what the probes saw then
 */
struct dmafp_attach_result {
	bool present;
	struct dmafp_round *rounds;
	size_t nr_rounds;
	int traced;
	struct dmafp_trace trace;
};

/* The members of the two structures, for the result's own table */
extern const struct dmafp_member dmafp_attach_members[];
extern const struct dmafp_member dmafp_trace_members[];

/** dmafp_attach_check() - what the members' types do not say; 0 or -EINVAL */
int dmafp_attach_check(const struct dmafp_attach_result *attach, struct dmafp_err *err);

/** dmafp_trace_word() - "call", "lock", ..., as in the file */
const char *dmafp_trace_word(enum dmafp_trace_what what);

#endif /* DMAFP_ANALYSIS_ATTACH_H */
