/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sampling: where the CPUs are while something runs, by `perf record`.
 *
 * All that the CPUs do is recorded, also idling and user space, so that a share of
 * what they do can be multiplied with what they take.  perf is started first and
 * begins to sample when it has said that it is ready.
 */
#ifndef DMAFP_TRAFFIC_SAMPLE_H
#define DMAFP_TRAFFIC_SAMPLE_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/sampling.h"
#include "base/err.h"

#define DMAFP_SAMPLE_AUTO "auto"

/* What a machine without a PMU is sampled by */
#define DMAFP_SAMPLE_CLOCK "cpu-clock"

/**
 * struct dmafp_sample - what to sample
 * @procfs: "/proc"; tests have another
 * @event: DMAFP_SAMPLE_AUTO, or as perf calls it
 * @frequency: samples per second of each CPU
 * @cpus: where
 * @nr_cpus: how many
 * @work: folder for all that perf writes; made and removed by the caller
 * @stop: when it becomes a signal's number, waiting ends; may be NULL
 */
struct dmafp_sample {
	const char *procfs, *event;
	uint64_t frequency;
	const uint32_t *cpus;
	size_t nr_cpus;
	const char *work;
	const volatile sig_atomic_t *stop;
};

struct dmafp_sampler;

/**
 * dmafp_sample_check() - would it begin? Asked before hours of measuring
 *
 * Return: 0, or a negative errno as of dmafp_sample_begin().
 */
int dmafp_sample_check(const struct dmafp_sample *sample, struct dmafp_err *err);

/**
 * dmafp_sample_begin() - start perf, wait until it samples
 * @sampler: out; ends with dmafp_sample_end() or dmafp_sample_abort()
 * @err: filled on failure: DMAFP_EXIT_MISSING where perf is not there, too old or
 *	fails, DMAFP_EXIT_PERMISSION where the kernel does not allow it
 *
 * Return: 0, or a negative errno.
 */
int dmafp_sample_begin(const struct dmafp_sample *sample, struct dmafp_sampler **sampler,
		       struct dmafp_err *err);

/**
 * dmafp_sample_end() - stop it and read what it recorded
 * @sampler: released, whatever comes of it
 * @sampling: out: all but its file; on failure too it can be released
 *
 * perf.data stays at dmafp_sample_path() until it is removed or recorded anew.
 * Symbols are those of the running kernel, so this has its time and place.
 *
 * Return: 0, or a negative errno: also where perf wrote no samples.
 */
int dmafp_sample_end(struct dmafp_sampler *sampler, struct dmafp_sampling *sampling,
		     struct dmafp_err *err);

/** dmafp_sample_abort() - stop it and forget what it recorded; NULL is fine */
void dmafp_sample_abort(struct dmafp_sampler *sampler);

/** dmafp_sample_path() - where perf.data is, to free() */
char *dmafp_sample_path(const struct dmafp_sample *sample);

/**
 * dmafp_sample_run() - sample while a function runs
 * @run: whatever makes the CPUs work
 * @ctx: handed to it
 *
 * Return: 0, what @run returned, or a negative errno.
 */
int dmafp_sample_run(const struct dmafp_sample *sample,
		     int (*run)(void *ctx, struct dmafp_err *err), void *ctx,
		     struct dmafp_sampling *sampling, struct dmafp_err *err);

/**
 * dmafp_sample_periods() - nanoseconds between the samples of either clock
 * @frequency: samples per second of both together
 *
 * What is made in a loop, or at a pace of its own, falls into step with a clock: each
 * sample takes the same time, so the next ones find it at the same few places.  Two
 * clocks whose periods are to each other as in the golden section keep each other
 * out of step; primes have no multiple that is a round pace.
 */
void dmafp_sample_periods(uint64_t frequency, uint64_t periods[2]);

/**
 * struct dmafp_sample_owner - whose samples they are, and where they go
 * @label: of the device, @pci: its address
 * @title: of the load or cell
 * @keep: takes perf.data under the name of dmafp_sampling_file(); NULL: it is not kept
 * @note: why there are no samples; may be NULL
 * @ctx: handed to both
 */
struct dmafp_sample_owner {
	const char *label, *pci, *title;
	int (*keep)(void *ctx, const char *name, const char *path, struct dmafp_err *err);
	void (*note)(void *ctx, const char *text);
	void *ctx;
};

/**
 * dmafp_sample_take() - sample while a function runs, and keep what was recorded
 * @run: as of dmafp_sample_run(), with @run_ctx
 * @sampling: out; empty where it was not sampled
 *
 * Without the samples a result is still one: what fails by then is a note.
 *
 * Return: 0, -EINTR, or a negative errno: perf.data could not be kept.
 */
int dmafp_sample_take(const struct dmafp_sample *sample, const struct dmafp_sample_owner *owner,
		      int (*run)(void *ctx, struct dmafp_err *err), void *run_ctx,
		      struct dmafp_sampling *sampling, struct dmafp_err *err);

#endif /* DMAFP_TRAFFIC_SAMPLE_H */
