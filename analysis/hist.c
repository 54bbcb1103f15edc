// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>

#include "analysis/hist.h"
#include "analysis/member_row.h"

static const struct dmafp_member bucket_members[] = {
	MEMBER("low", U64, dmafp_bucket, low),
	MEMBER("width", POSITIVE, dmafp_bucket, width),
	MEMBER("count", POSITIVE, dmafp_bucket, count),
	{ 0 }
};

const struct dmafp_member dmafp_hist_members[] = {
	MEMBER("count", POSITIVE, dmafp_hist, count),
	MEMBER("min", U64, dmafp_hist, min),
	MEMBER("max", U64, dmafp_hist, max),
	MEMBER("sum", U64, dmafp_hist, sum),
	MEMBER("overflow", U64, dmafp_hist, overflow),
	ARRAY("buckets", TUPLES, bucket_members, dmafp_hist, buckets, nr_buckets),
	{ 0 }
};

static int broken(struct dmafp_err *err, const char *what)
{
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA, "the histogram %s", what);
}

static int check_order(const struct dmafp_hist *h, struct dmafp_err *err)
{
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < h->nr_buckets; i++) {
		const struct dmafp_bucket *b = &h->buckets[i];

		if (!b->width || !b->count)
			return broken(err, "has an empty bucket");
		if (b->low < end)
			return broken(err, "has buckets out of order");
		if (__builtin_add_overflow(b->low, b->width, &end))
			return broken(err, "has a bucket beyond all numbers");
	}
	return 0;
}

static int check_count(const struct dmafp_hist *h, struct dmafp_err *err)
{
	unsigned __int128 total = h->overflow;
	size_t i;

	for (i = 0; i < h->nr_buckets; i++)
		total += h->buckets[i].count;
	if (total == h->count && h->count)
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
			     "the histogram has %" PRIu64
			     " samples, its count says %" PRIu64,
			     (uint64_t)total, h->count);
}

static bool in_bucket(const struct dmafp_bucket *b, uint64_t ticks)
{
	return ticks >= b->low && ticks - b->low < b->width;
}

static int check_extremes(const struct dmafp_hist *h, struct dmafp_err *err)
{
	const struct dmafp_bucket *last;

	if (h->min > h->max)
		return broken(err, "has a minimum above its maximum");
	if (!h->nr_buckets)
		return 0;
	last = &h->buckets[h->nr_buckets - 1];
	if (!in_bucket(h->buckets, h->min))
		return broken(err, "has its minimum outside the first bucket");
	if (h->overflow ? h->max < last->low + last->width : !in_bucket(last, h->max))
		return broken(err, "has its maximum in the wrong bucket");
	return 0;
}

static int check_sum(const struct dmafp_hist *h, struct dmafp_err *err)
{
	uint64_t beyond = h->min;
	unsigned __int128 low, high;
	size_t i;

	if (h->nr_buckets) {
		const struct dmafp_bucket *last = &h->buckets[h->nr_buckets - 1];

		beyond = last->low + last->width;
	}
	low = (unsigned __int128)h->overflow * beyond;
	high = (unsigned __int128)h->overflow * h->max;
	for (i = 0; i < h->nr_buckets; i++) {
		const struct dmafp_bucket *b = &h->buckets[i];

		low += (unsigned __int128)b->count * b->low;
		high += (unsigned __int128)b->count * (b->low + b->width - 1);
	}
	if (h->sum >= low && h->sum <= high)
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
			     "the histogram's sum is %" PRIu64
			     ", its buckets give %" PRIu64 "..%" PRIu64,
			     h->sum, (uint64_t)low, (uint64_t)high);
}

int dmafp_hist_check(const struct dmafp_hist *hist, struct dmafp_err *err)
{
	int ret = check_order(hist, err);

	if (!ret)
		ret = check_count(hist, err);
	if (!ret)
		ret = check_extremes(hist, err);
	return ret ? ret : check_sum(hist, err);
}

/* The bucket of the nearest rank, NULL among the overflow samples */
static const struct dmafp_bucket *find_bucket(const struct dmafp_hist *h, unsigned int num,
					      unsigned int den)
{
	unsigned __int128 scaled = (unsigned __int128)h->count * num;
	uint64_t rank = (uint64_t)((scaled + den - 1) / den);
	uint64_t seen = 0;
	size_t i;

	for (i = 0; i < h->nr_buckets; i++) {
		seen += h->buckets[i].count;
		if (seen >= rank)
			return &h->buckets[i];
	}
	return NULL;
}

uint64_t dmafp_hist_quantile(const struct dmafp_hist *h, unsigned int num, unsigned int den)
{
	const struct dmafp_bucket *b = find_bucket(h, num, den);

	if (!b)
		return h->max;
	return b->low > h->min ? b->low : h->min;
}

uint64_t dmafp_hist_width(const struct dmafp_hist *h, unsigned int num, unsigned int den)
{
	const struct dmafp_bucket *b = find_bucket(h, num, den);

	return b ? b->width : 0;
}

/* The middle of a bucket, as far as samples can be there */
static double middle_of(const struct dmafp_hist *h, const struct dmafp_bucket *b)
{
	double low = (double)(b->low > h->min ? b->low : h->min);
	double last = (double)b->low + (double)(b->width - 1);

	return (low + (last < (double)h->max ? last : (double)h->max)) / 2;
}

double dmafp_hist_point(const struct dmafp_hist *h, unsigned int num, unsigned int den)
{
	double target = (double)h->count * num / den, below = 0;
	double rank = 0, tick = 0, last_rank, last_tick, weight;
	size_t i;

	for (i = 0; i <= h->nr_buckets; i++) {
		const struct dmafp_bucket *b = i < h->nr_buckets ? &h->buckets[i] : NULL;

		weight = (double)(b ? b->count : h->overflow);
		if (weight <= 0)
			continue;
		last_rank = rank;
		last_tick = tick;
		rank = below + weight / 2;
		tick = b ? middle_of(h, b) : (double)h->max;
		if (rank >= target)
			return below > 0 ? last_tick + (tick - last_tick) * (target - last_rank) /
								(rank - last_rank) :
					   tick;
		below += weight;
	}
	return tick;
}

double dmafp_hist_mean(const struct dmafp_hist *hist)
{
	return hist->count ? (double)hist->sum / (double)hist->count : 0;
}

static bool bucket_equal(const struct dmafp_bucket *a, const struct dmafp_bucket *b)
{
	return a->low == b->low && a->width == b->width && a->count == b->count;
}

bool dmafp_hist_equal(const struct dmafp_hist *a, const struct dmafp_hist *b)
{
	size_t i;

	if (a->count != b->count || a->min != b->min || a->max != b->max ||
	    a->sum != b->sum || a->overflow != b->overflow ||
	    a->nr_buckets != b->nr_buckets)
		return false;
	for (i = 0; i < a->nr_buckets; i++)
		if (!bucket_equal(&a->buckets[i], &b->buckets[i]))
			return false;
	return true;
}
