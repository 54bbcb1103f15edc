/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The result file: what one boot measured on one device.
 *
 * This is the contract between measuring and judging; its JSON form is
 * described in results/README.md.  There is one reader and one writer, both
 * here.  Strings are owned by the result and may be NULL ("not known"), which
 * is written as JSON null; absent is never written as 0 or "".
 */
#ifndef DMAFP_RESULT_H
#define DMAFP_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "analysis/attach.h"
#include "analysis/counter.h"
#include "analysis/finding.h"
#include "analysis/load.h"
#include "analysis/sampling.h"
#include "base/err.h"

#define DMAFP_RESULT_VERSION 2

/* What one tick is: see "domain" in docs/vocabulary.md */
enum dmafp_domain {
	DMAFP_DOMAIN_EXACT, /* a tick is an instruction */
	DMAFP_DOMAIN_TIMED, /* a tick is time */
};

/**
 * struct dmafp_series - one worker's samples in the order they were made
 * @points: each the median of the first block of @stride samples
 * @nr_points: how many
 * @stride: samples that a point stands for
 */
struct dmafp_series {
	uint64_t *points;
	size_t nr_points;
	uint32_t stride;
};

/**
 * struct dmafp_phase_result - one phase (map or unmap) of one cell
 * @counted_ops: ops of the counting pass, 0 if calls were not counted
 * @calls: calls of iommu_deferred_attach() during @counted_ops ops
 * @attaches: calls of the domain's attach_dev() during them
 * @has_reached: @reached was counted; only of the map phase
 * @reached: calls of the function that the op reaches
 * @hist: merged samples
 * @workers: histograms per worker, @nr_workers of them, NULL if only one, or too many
 * @series: one per worker, none if none were asked for
 * @nr_series: how many
 */
struct dmafp_phase_result {
	uint64_t counted_ops, calls, attaches;
	bool has_reached;
	uint64_t reached;
	struct dmafp_hist hist;
	struct dmafp_hist *workers;
	size_t nr_workers;
	struct dmafp_series *series;
	size_t nr_series;
};

/**
 * struct dmafp_worker_result - what one worker did, over both phases
 * @elapsed: ticks from before its first recorded block to after its last
 * @has_samples: @samples is known
 * @samples: that it made, of each phase
 * @counters: in the profile's order
 * @nr_counters: how many
 */
struct dmafp_worker_result {
	uint64_t elapsed;
	bool has_samples;
	uint64_t samples;
	struct dmafp_counter_result *counters;
	size_t nr_counters;
};

/* How a cell was measured: see "method" in docs/vocabulary.md */
enum dmafp_cell_method {
	DMAFP_BY_LATENCY,
	DMAFP_BY_BLOCK,
	DMAFP_BY_SUSTAINED,
};

/**
 * struct dmafp_cell_result - one op with one set of parameters
 * @op: name of the op
 * @reaches: the kernel function it reaches
 * @on_path: the deferred check is on the map path of this op
 * @sleeps: it was made with interrupts on
 * @method: how it was measured
 * @ops_per_sample: what one sample is about: the block of method block, else 1
 * @bytes: buffer size, 0 if the op has none
 * @entries: of the scatterlist, 0 if the op has none
 * @layout: "contiguous" or "scattered", NULL without entries
 * @direction: "to_device", "from_device", "bidirectional", or NULL if none
 * @attrs: names of DMA_ATTR_* without the prefix, in lower case
 * @nr_attrs: how many
 * @mask_bits: width of the DMA mask meanwhile, 0: as bound
 * @node: NUMA node of the buffer, -1: the worker's own
 * @touch: the CPU wrote the buffer before each map
 * @cpus: CPU of each worker
 * @nr_cpus: workers
 * @preemptible: interrupts and preemption stayed on, since workers may wait for each other
 * @scales: the cell is a point of a scaling curve, and @place and @worker_node are known
 * @place: "own", "local" or "remote"
 * @worker_node: NUMA node of all workers, -1: of the whole machine
 * @block: ops per block with interrupts off
 * @live: mappings in the ring of a sustained cell, else 0
 * @delay_ns: between a map and its unmap
 * @warmup: ops per worker not recorded
 * @iterations: samples per worker asked for, 0: until @duration_ns
 * @duration_ns: after which a worker ends, 0: after @iterations
 * @runs: one per worker; none in version 1
 * @nr_runs: how many
 * @has_unmap: the op has an unmap phase
 * @map: the first phase
 * @unmap: the second one, empty unless @has_unmap
 * @sampling: of a pass of its own, with interrupts on
 */
struct dmafp_cell_result {
	char *op;
	char *reaches;
	bool on_path, sleeps;
	enum dmafp_cell_method method;
	uint64_t ops_per_sample;
	uint64_t bytes;
	uint32_t entries;
	char *layout;
	char *direction;
	char **attrs;
	size_t nr_attrs;
	uint32_t mask_bits;
	int node;
	bool touch;
	uint32_t *cpus;
	size_t nr_cpus;
	bool preemptible, scales;
	char *place;
	int worker_node;
	uint32_t block, live, delay_ns;
	uint64_t warmup, iterations, duration_ns;
	struct dmafp_worker_result *runs;
	size_t nr_runs;
	bool has_unmap;
	struct dmafp_phase_result map, unmap;
	struct dmafp_sampling sampling;
};

/**
 * struct dmafp_first_result - the first map of a freshly bound device
 * @present: it was measured
 * @op: the op, @bytes and @direction as in a cell
 * @deferred_before: dev->iommu->attach_deferred before it
 * @deferred_after: and after it
 * @map_ticks: the map call, no probe anywhere
 * @unmap_ticks: the unmap call
 * @counted: a second first map, with probes, was made after the device was
 *	removed and found again; the following are from that one
 * @counted_deferred_before: as above, for the second one
 * @calls: calls of iommu_deferred_attach()
 * @attaches: calls of attach_dev()
 * @overlaps: attaches begun while another was under way
 * @attach_ticks: ticks inside attach_dev(), probes included
 * @has_held: @held is known
 * @held: attaches whose thread held a mutex of the IOMMU group
 * @trace: what the probes saw
 */
struct dmafp_first_result {
	bool present;
	char *op;
	uint64_t bytes;
	char *direction;
	bool deferred_before, deferred_after;
	uint64_t map_ticks, unmap_ticks;
	bool counted;
	bool counted_deferred_before;
	uint64_t calls, attaches, overlaps, attach_ticks;
	bool has_held;
	uint64_t held;
	struct dmafp_trace trace;
};

/** struct dmafp_kernel_option - one option of the kernel's configuration: CONFIG_@name=@value */
struct dmafp_kernel_option {
	char *name;
	char *value; /* as in .config, without quotes; "n" where it is not set */
};

/** struct dmafp_calibration_result - see struct dmafp_calibration in the ABI */
struct dmafp_calibration_result {
	uint32_t repeats, short_run, long_run;
	uint64_t short_min, short_max, long_min, long_max;
	uint32_t tick_khz; /* 0: not known */
	char *stamp;	   /* "tsc" or "cntvct" */
};

/** struct dmafp_patch_ref - one patch of the arm, in the order applied */
struct dmafp_patch_ref {
	char *name; /* subject line, or the file's name */
	char *file; /* base name of the file */
	char *sha256;
};

/** struct dmafp_lab_ref - the machine, where it was an emulated one */
struct dmafp_lab_ref {
	bool present;
	char *accel; /* "icount", "tcg", "mttcg" or "kvm" */
	char *qemu_version;
	char *qemu_command; /* paths relative to the run's folder */
};

/**
 * struct dmafp_result - one result file
 *
 * @arm, @mode: vocabulary of the suite; @created: UTC, ISO 8601.
 */
struct dmafp_result {
	char *tool_version;
	char *created;
	char *arm;
	char *mode;
	enum dmafp_domain domain;
	char *domain_reason; /* why timed, where exact was asked for; else NULL */
	char *campaign;	     /* options of the `dmafp campaign start` that made it; NULL: none */
	struct {
		char *release; /* uname -r */
		char *version; /* uname -v */
		char *build_id;
		char *config_sha256; /* of the kernel's own .config */
		char *command_line;
		char *compiler;
		struct dmafp_kernel_option *options; /* those that matter, see kernel_option.h */
		size_t nr_options;		     /* 0: the configuration is not known */
	} kernel;
	struct dmafp_patch_ref *patches;
	size_t nr_patches;
	struct dmafp_lab_ref lab;
	struct {
		char *arch;
		char *cpu; /* model name */
		uint32_t nr_cpus, nr_nodes;
		uint64_t memory_kib;
		char *hypervisor; /* NULL: none seen */
		struct dmafp_finding_result *findings; /* of `dmafp doctor`, but good ones */
		size_t nr_findings;		       /* 0: nobody looked */
	} machine;
	struct {
		char *driver;	  /* "intel-iommu", "amd-iommu", ... */
		char *unit;	  /* "dmar0", "ivhd0", ... */
		char *group_type; /* sysfs: "DMA", "DMA-FQ", "identity" */
		int group;	  /* -1: none */
	} iommu;
	struct {
		char *pci;   /* 0000:00:04.0 */
		char *label; /* "nvme", "nic", or the class in hex */
		uint16_t vendor, device;
		uint32_t class_code;
		char *driver; /* bound before dmafp, NULL: none */
		uint32_t dma_mask_bits;
		int node;
		bool attach_deferred; /* when dmafp bound it */
	} device;
	struct {
		char *name;
		char *sha256;
		uint32_t margin_ppm;  /* of the op, 0: none was stated */
		uint32_t margin_check; /* ticks, of `check`; 0: none was stated */
	} profile;
	struct dmafp_calibration_result calibration;
	struct dmafp_first_result first_map;
	struct dmafp_attach_result attach;
	struct dmafp_cell_result *cells;
	size_t nr_cells;
	struct dmafp_traffic_result traffic;
	char *path; /* where it was read from; not in the file */
};

/** dmafp_result_new() - an empty result; ends the program if memory does */
struct dmafp_result *dmafp_result_new(void);

/** dmafp_result_free() - free a result and all it owns; NULL is fine */
void dmafp_result_free(struct dmafp_result *result);

/** dmafp_result_drop_cell() - release the last cell and take it away */
void dmafp_result_drop_cell(struct dmafp_result *result);

/** dmafp_result_to_json() - the file's content; a new reference */
json_t *dmafp_result_to_json(const struct dmafp_result *result);

/**
 * dmafp_result_from_json() - read one result
 * @root: the parsed file
 * @err: says which member is missing or wrong
 *
 * Files of version 1 are read with what they meant, see upgrade.h.
 *
 * Return: the result, or NULL (DMAFP_EXIT_DATA: not a result file, a version
 * this program does not know, a missing or impossible member, a histogram that
 * does not add up to its count).
 */
struct dmafp_result *dmafp_result_from_json(const json_t *root, struct dmafp_err *err);

struct dmafp_document;

/** dmafp_result_from_document() - the same; buckets are taken out of @doc */
struct dmafp_result *dmafp_result_from_document(struct dmafp_document *doc,
						struct dmafp_err *err);

/**
 * dmafp_result_write() - write @result to @path atomically
 *
 * Return: 0, or a negative errno.
 */
int dmafp_result_write(const struct dmafp_result *result, const char *path,
		       struct dmafp_err *err);

/**
 * dmafp_result_read() - read and check one file
 *
 * Return: the result with its path set, or NULL.
 */
struct dmafp_result *dmafp_result_read(const char *path, struct dmafp_err *err);

#endif /* DMAFP_RESULT_H */
