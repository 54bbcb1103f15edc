/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Workers: kernel threads, each bound to a CPU, that measure one cell.
 *
 * A worker owns its buffer, its ticks and its histograms, on its own NUMA node.
 * While it measures it writes nothing that another one reads.  The crew, what
 * all of them share, is only read in that time.  Results are read after all
 * threads are gone, so that nothing here needs a lock.
 */
#ifndef DMAFP_WORKER_H
#define DMAFP_WORKER_H

#include <linux/types.h>
#include "uapi/dmafp.h"

struct dmafp_bound_device;
struct dmafp_crew;
struct dmafp_histogram;
struct dmafp_series;

/**
 * dmafp_worker_crew_create() - validate a run and allocate what it needs
 * @arg: private copy of what userspace asked for
 * @cpus: the CPU of each worker; may be freed afterwards
 * @events: PMU counters of each worker; to be kept as long as the crew
 *
 * Return: the crew, or ERR_PTR: -EINVAL for a field out of range or a CPU that
 * is not online or named twice, -EOPNOTSUPP for an op this kernel cannot do, -ENOMEM.
 */
struct dmafp_crew *dmafp_worker_crew_create(const struct dmafp_run *arg,
					    const u32 *cpus,
					    const struct dmafp_event *events);

/**
 * dmafp_worker_crew_run() - measure
 * @crew: the crew; works once
 * @bound: the device, entered
 *
 * Return: 0; -EOPNOTSUPP if the op cannot be done on this device or its attach
 * is still deferred; -EIO if a map failed; -EINVAL if a CPU went offline;
 * -ENODEV if the device went away; -EINTR after a signal; -ENOMEM.  In each
 * case no thread is left and nothing is left mapped.
 */
int dmafp_worker_crew_run(struct dmafp_crew *crew,
			  struct dmafp_bound_device *bound);

/**
 * dmafp_worker_crew_result() - one histogram of a crew that has run
 * @crew: the crew
 * @worker: index of the worker
 * @phase: enum dmafp_phase
 *
 * Return: the histogram; it belongs to the crew.
 */
const struct dmafp_histogram *
dmafp_worker_crew_result(const struct dmafp_crew *crew, u32 worker, u32 phase);

/**
 * dmafp_worker_crew_series() - one time series of a crew that has run
 * @crew: the crew
 * @worker: index of the worker
 * @phase: enum dmafp_phase
 *
 * Return: the series; it belongs to the crew.
 */
const struct dmafp_series *
dmafp_worker_crew_series(const struct dmafp_crew *crew, u32 worker, u32 phase);

/**
 * dmafp_worker_crew_counters() - the PMU counters of a worker that has run
 * @crew: the crew
 * @worker: index of the worker
 *
 * Return: as many as events were asked for; they belong to the crew.
 */
const struct dmafp_counter *
dmafp_worker_crew_counters(const struct dmafp_crew *crew, u32 worker);

/**
 * dmafp_worker_crew_destroy() - free a crew
 * @crew: the crew, not running
 */
void dmafp_worker_crew_destroy(struct dmafp_crew *crew);

#endif /* DMAFP_WORKER_H */
