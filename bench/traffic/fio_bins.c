// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "run/value.h"
#include "traffic/fio_bins.h"
#include "traffic/fio_report.h"

#define BITS	   6  /* of a value, below its highest, that tell its bucket */
#define LAST_POWER 33 /* values from 2^34 on are in the last bucket of this one */
#define LIMIT	   (1ull << (LAST_POWER + 1))
#define LAST_WIDTH (1ull << (LAST_POWER - BITS))

int dmafp_fio_bins_bucket(uint64_t middle, struct dmafp_bucket *bucket)
{
	unsigned int power = middle ? 63 - __builtin_clzll(middle) : 0;
	uint64_t width;

	if (middle >= LIMIT)
		return -EINVAL;
	width = power <= BITS ? 1 : 1ull << (power - BITS);
	bucket->low = middle & ~(width - 1);
	bucket->width = width;
	return middle == bucket->low + width / 2 ? 0 : -EINVAL;
}

static int by_low(const void *a, const void *b)
{
	const struct dmafp_bucket *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

/* Whether the counts can be is for dmafp_hist_check() to say. */
static int read_bins(const json_t *bins, struct dmafp_hist *hist)
{
	const char *name;
	json_t *count;

	json_object_foreach ((json_t *)bins, name, count) {
		struct dmafp_bucket bucket;
		uint64_t middle;

		if (dmafp_value_number(name, &middle) ||
		    dmafp_fio_bins_bucket(middle, &bucket))
			return -EINVAL;
		bucket.count = json_integer_value(count);
		hist->buckets = dmafp_alloc_grow(hist->buckets, hist->nr_buckets,
						 sizeof(*hist->buckets));
		hist->buckets[hist->nr_buckets++] = bucket;
	}
	if (hist->nr_buckets)
		qsort(hist->buckets, hist->nr_buckets, sizeof(*hist->buckets), by_low);
	return 0;
}

/* How many of the last bucket's samples are beyond its end is not known */
static void take_overflow(struct dmafp_hist *hist)
{
	struct dmafp_bucket *last = &hist->buckets[hist->nr_buckets - 1];

	if (hist->max < LIMIT || last->low + last->width != LIMIT)
		return;
	hist->overflow = last->count;
	hist->nr_buckets--;
}

/*
 * fio prints its mean with six digits, and the sum that follows from it may lie
 * beyond what the buckets allow by as much: where they are exact, so is the sum.
 */
static uint64_t sum_of(const struct dmafp_hist *hist, double mean)
{
	long double sum = roundl((long double)mean * hist->count);
	long double slack = 1 + 1e-6L * hist->count + 1e-9L * sum;
	long double high = (long double)hist->overflow * hist->max;
	long double low = (long double)hist->overflow *
			  (hist->nr_buckets ? LIMIT - LAST_WIDTH : hist->min);
	size_t i;

	for (i = 0; i < hist->nr_buckets; i++) {
		const struct dmafp_bucket *b = &hist->buckets[i];

		low += (long double)b->count * b->low;
		high += (long double)b->count * (b->low + b->width - 1);
	}
	if (sum < low && sum > low - slack)
		sum = low;
	if (sum > high && sum < high + slack)
		sum = high;
	return sum < 0 ? 0 : (uint64_t)sum;
}

/* A number that fio may print with or without a point */
static bool get_number(const json_t *object, const char *name, double *value)
{
	const json_t *member = json_object_get(object, name);

	*value = json_number_value(member);
	return json_is_number(member) && *value >= 0 && *value < 0x1p63;
}

static int read_hist(const json_t *latency, struct dmafp_hist *hist, struct dmafp_err *err)
{
	const json_t *bins = json_object_get(latency, "bins");
	double mean;

	if (!dmafp_fio_report_count(latency, "N", &hist->count) ||
	    !dmafp_fio_report_count(latency, "min", &hist->min) ||
	    !dmafp_fio_report_count(latency, "max", &hist->max) ||
	    !get_number(latency, "mean", &mean))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_MISSING,
				     "it lacks one of N, min, max and mean");
	if (!bins || read_bins(bins, hist) || !hist->nr_buckets)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_MISSING,
				     "its bins are not those of a fio that dmafp knows");
	take_overflow(hist);
	hist->sum = sum_of(hist, mean);
	return dmafp_hist_check(hist, err);
}

int dmafp_fio_bins_hist(const json_t *latency, struct dmafp_hist *hist,
			struct dmafp_err *err)
{
	int ret;

	*hist = (struct dmafp_hist) { 0 };
	ret = read_hist(latency, hist, err);
	if (ret) {
		free(hist->buckets);
		*hist = (struct dmafp_hist) { 0 };
		err->exit = DMAFP_EXIT_MISSING;
	}
	return ret;
}
