/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values as they were measured, one of each sample, and the measures made of them. */
#ifndef DMAFP_TRAFFIC_VALUES_H
#define DMAFP_TRAFFIC_VALUES_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/load.h"

/**
 * struct dmafp_values - values in any order; all zero: none
 * @grain: what they were measured to: a value is so much at least, and less than one
 *	@grain more; 0 is 1
 */
struct dmafp_values {
	uint64_t *items;
	size_t nr;
	uint64_t grain;
};

/** dmafp_values_add() - append one */
void dmafp_values_add(struct dmafp_values *values, uint64_t value);

/**
 * dmafp_values_hist() - their histogram, in buckets as wide as the grain
 * @values: at least one; sorted by this
 * @hist: out
 */
void dmafp_values_hist(struct dmafp_values *values, struct dmafp_hist *hist);

/** dmafp_values_free() - release them, and none is left */
void dmafp_values_free(struct dmafp_values *values);

/**
 * dmafp_measure_new() - one more measure of a load
 *
 * Return: its histogram, still empty; valid until the next one is made.
 */
struct dmafp_hist *dmafp_measure_new(struct dmafp_load *load, enum dmafp_measure_kind kind,
				     uint64_t ops_per_sample);

/**
 * dmafp_measure_single() - a measure of one sample only
 * @value: ns
 * @grain: ns that it was measured to, see struct dmafp_values
 */
void dmafp_measure_single(struct dmafp_load *load, enum dmafp_measure_kind kind,
			  uint64_t ops_per_sample, uint64_t value, uint64_t grain);

#endif /* DMAFP_TRAFFIC_VALUES_H */
