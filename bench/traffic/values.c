// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "base/alloc.h"
#include "traffic/values.h"

void dmafp_values_add(struct dmafp_values *values, uint64_t value)
{
	values->items = dmafp_alloc_grow(values->items, values->nr, sizeof(*values->items));
	values->items[values->nr++] = value;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

void dmafp_values_hist(struct dmafp_values *values, struct dmafp_hist *hist)
{
	uint64_t grain = values->grain ? values->grain : 1;
	const uint64_t *items = values->items;
	size_t i;

	qsort(values->items, values->nr, sizeof(*items), by_size);
	*hist = (struct dmafp_hist) { .count = values->nr,
				      .min = items[0],
				      .max = items[values->nr - 1] };
	for (i = 0; i < values->nr; i++) {
		if (!i || items[i] / grain != items[i - 1] / grain) {
			hist->buckets = dmafp_alloc_grow(hist->buckets, hist->nr_buckets,
							 sizeof(*hist->buckets));
			hist->buckets[hist->nr_buckets++] =
				(struct dmafp_bucket) { .low = items[i] / grain * grain,
							.width = grain };
		}
		hist->buckets[hist->nr_buckets - 1].count++;
		hist->sum += items[i];
	}
}

void dmafp_values_free(struct dmafp_values *values)
{
	free(values->items);
	*values = (struct dmafp_values) { 0 };
}

struct dmafp_hist *dmafp_measure_new(struct dmafp_load *load,
				     enum dmafp_measure_kind kind, uint64_t ops_per_sample)
{
	struct dmafp_measure *measure;

	load->measures = dmafp_alloc_grow(load->measures, load->nr_measures,
					  sizeof(*load->measures));
	measure = &load->measures[load->nr_measures++];
	measure->kind = kind;
	measure->ops_per_sample = ops_per_sample;
	return &measure->hist;
}

void dmafp_measure_single(struct dmafp_load *load, enum dmafp_measure_kind kind,
			  uint64_t ops_per_sample, uint64_t value, uint64_t grain)
{
	struct dmafp_values one = { &value, 1, grain };

	dmafp_values_hist(&one, dmafp_measure_new(load, kind, ops_per_sample));
}
