/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Samples as the module returns them, and as a result keeps them. */
#ifndef DMAFP_RUN_SAMPLES_H
#define DMAFP_RUN_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/result.h"
#include "base/err.h"
#include "kmod/uapi/dmafp.h"

/**
 * struct dmafp_samples - what one DMAFP_IOC_RUN fills
 * @nr_threads: workers
 * @summaries: worker by worker, phase by phase
 * @buckets: the same, DMAFP_HIST_BUCKETS each
 */
struct dmafp_samples {
	size_t nr_threads;
	struct dmafp_summary *summaries;
	__u64 *buckets;
};

/** dmafp_samples_init() - room for @nr_threads workers */
void dmafp_samples_init(struct dmafp_samples *samples, size_t nr_threads);

/** dmafp_samples_release() - give the room back */
void dmafp_samples_release(struct dmafp_samples *samples);

/** dmafp_samples_index() - bucket of a value, -1 for overflow */
int dmafp_samples_index(uint64_t ticks);

/**
 * dmafp_samples_bounds() - the values a bucket holds
 * @index: of the bucket
 * @low: out: least value
 * @width: out: how many values
 */
void dmafp_samples_bounds(unsigned int index, uint64_t *low, uint64_t *width);

/**
 * dmafp_samples_to_phase() - keep one phase in a result
 * @samples: of all workers
 * @phase: which
 * @expected: samples that every worker must have
 * @result: its @hist and @workers are filled; the caller releases them with
 *	the result, also after a failure
 * @err: filled if the module's numbers do not add up
 *
 * Return: 0, or a negative errno.
 */
int dmafp_samples_to_phase(const struct dmafp_samples *samples, enum dmafp_phase phase,
			   uint64_t expected, struct dmafp_phase_result *result,
			   struct dmafp_err *err);

#endif /* DMAFP_RUN_SAMPLES_H */
