/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads: real traffic that a device's own driver maps for, in a result.
 *
 * A load is one job of fio, or one kind of packet that pktgen sends.  What it
 * costs is in its measures; what DMA API calls each of its ops makes is counted
 * apart from them, since the probes are not free.
 */
#ifndef DMAFP_ANALYSIS_LOAD_H
#define DMAFP_ANALYSIS_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/counter.h"
#include "analysis/hist.h"
#include "analysis/member.h"
#include "analysis/sampling.h"

/* Who makes the load */
enum dmafp_load_tool {
	DMAFP_LOAD_FIO,	   /* an op is an IO */
	DMAFP_LOAD_PKTGEN, /* an op is a packet */
	DMAFP_NR_LOAD_TOOLS
};

/*
 * What a measure is of.  The exact domain judges SUBMIT, SEND and BUSY, where a
 * nanosecond is an instruction; the timed one judges TIME and BUSY.
 */
enum dmafp_measure_kind {
	DMAFP_MEASURE_SUBMIT,	/* fio's slat: an IO is handed to the kernel, maps included */
	DMAFP_MEASURE_COMPLETE, /* fio's clat: from then on until fio knows that it is done */
	DMAFP_MEASURE_SEND,	/* CPU time of pktgen's thread, its pauses excluded */
	DMAFP_MEASURE_TIME,	/* wall time, the inverse of the throughput */
	DMAFP_MEASURE_BUSY,	/* time in which CPUs did not idle, all CPUs together */
	DMAFP_NR_MEASURE_KINDS
};

/**
 * struct dmafp_measure - one figure of a load
 * @kind: of what
 * @ops_per_sample: ops that one sample is about, from 1
 * @hist: of nanoseconds per sample
 */
struct dmafp_measure {
	enum dmafp_measure_kind kind;
	uint64_t ops_per_sample;
	struct dmafp_hist hist;
};

/* As enum dmafp_tally_kind of the ABI, less one */
enum dmafp_api_kind {
	DMAFP_API_CHECK, /* iommu_deferred_attach() */
	DMAFP_API_MAP,
	DMAFP_API_UNMAP,
	DMAFP_API_ALLOC,
	DMAFP_API_FREE,
	DMAFP_API_SYNC,
	DMAFP_API_RESERVE,
	DMAFP_API_RELEASE,
	DMAFP_NR_API_KINDS
};

/** struct dmafp_api_call - a function of the DMA API that this kernel has */
struct dmafp_api_call {
	char *name;
	enum dmafp_api_kind kind;
	uint64_t calls; /* during the counted ops */
};

/**
 * struct dmafp_load - one load
 * @tool: who made it
 * @op: "randread", "randwrite", "send", "send+receive"
 * @engine: fio's ioengine, NULL for others
 * @bytes: of an IO, or of a frame without its checksum
 * @fragments: of a packet; 0 for others
 * @depth: IOs in flight; 0 for others
 * @cpus: where it ran, @nr_cpus of them
 * @pace_ns: from the start of one op to that of the next; 0: as fast as it goes
 * @ops: made while it was measured
 * @errors: of them, failed
 * @elapsed_ns: wall time of them
 * @measures: @nr_measures of them, no kind twice
 * @counters: PMU counters of all CPUs of @cpus over @ops, kernel and user; of fio also over
 *	how its threads start and end
 * @nr_counters: how many
 * @counted_ops: ops of the counting pass, 0: calls were not counted
 * @calls: what they called; functions that this kernel lacks are left out
 * @nr_calls: how many
 * @has_cpu: @user_ns and @system_ns are known: of fio's own processes
 * @sampling: of a pass of its own
 */
struct dmafp_load {
	enum dmafp_load_tool tool;
	char *op;
	char *engine;
	uint64_t bytes;
	uint32_t fragments, depth;
	uint32_t *cpus;
	size_t nr_cpus;
	uint64_t pace_ns;
	uint64_t ops, errors, elapsed_ns;
	struct dmafp_measure *measures;
	size_t nr_measures;
	struct dmafp_counter_result *counters;
	size_t nr_counters;
	uint64_t counted_ops;
	struct dmafp_api_call *calls;
	size_t nr_calls;
	bool has_cpu;
	uint64_t user_ns, system_ns;
	struct dmafp_sampling sampling;
};

/**
 * struct dmafp_driver_attach - how the driver entered its deferred attach
 * @seen: it was deferred, and a probe watched
 * @entries: calls of iommu_deferred_attach() that found it deferred
 * @overlaps: of these, with another thread inside
 * @atomic: of these, in atomic context
 * @failed: attaches that failed
 * @thread: name of the first that entered
 * @stack: who called it then, innermost first, " < " between them
 */
struct dmafp_driver_attach {
	bool seen;
	uint32_t entries, overlaps, atomic, failed;
	char *thread, *stack;
};

/**
 * struct dmafp_traffic_result - all loads of one device
 * @present: the profile asked for traffic
 * @driver: that drove the device: "nvme", "e1000e"
 * @node: block device or network interface
 * @peer: PCI address of the port that receives, NULL: none does
 * @tool_version: "fio-3.33", or pktgen's
 * @attach: see there
 * @loads: in the order in which they were made
 * @nr_loads: how many
 */
struct dmafp_traffic_result {
	bool present;
	char *driver, *node, *peer, *tool_version;
	struct dmafp_driver_attach attach;
	struct dmafp_load *loads;
	size_t nr_loads;
};

/* The members of the structure, for the result's own table */
extern const struct dmafp_member dmafp_traffic_members[];

/** dmafp_traffic_check() - what the members' types do not say; 0 or -EINVAL */
int dmafp_traffic_check(const struct dmafp_traffic_result *traffic, struct dmafp_err *err);

/** dmafp_load_same() - do @a and @b differ in nothing but what was measured? */
bool dmafp_load_same(const struct dmafp_load *a, const struct dmafp_load *b);

/** dmafp_load_title() - "randread 4K libaio qd1", "send 9000/3 x2"; free() it */
char *dmafp_load_title(const struct dmafp_load *load);

/** dmafp_load_tool() - who made it: "fio", "pktgen" */
const char *dmafp_load_tool(const struct dmafp_load *load);

/** dmafp_load_unit() - what an op is: "IO", "packet" */
const char *dmafp_load_unit(const struct dmafp_load *load);

/** dmafp_load_measure() - the measure of that kind, NULL: there is none */
const struct dmafp_measure *dmafp_load_measure(const struct dmafp_load *load,
					       enum dmafp_measure_kind kind);

/**
 * dmafp_load_calls() - calls of one kind that an op makes, all functions of the kind
 *
 * Return: calls per op; below 0: not counted.
 */
double dmafp_load_calls(const struct dmafp_load *load, enum dmafp_api_kind kind);

/** dmafp_measure_name() - "submit", "complete", "send", "time", "busy" */
const char *dmafp_measure_name(enum dmafp_measure_kind kind);

/** dmafp_api_kind_name() - "check", "map", ... */
const char *dmafp_api_kind_name(enum dmafp_api_kind kind);

#endif /* DMAFP_ANALYSIS_LOAD_H */
