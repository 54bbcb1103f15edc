/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fio's own histograms, as --output-format=json+ prints them.
 *
 * Up to 127 ns a bucket is one ns wide.  From there on each power of two has 64
 * buckets, and what is printed of a bucket is not its low end but its middle.
 * The last one, whose middle is 17112760320, takes all that is longer, too.
 * (fio's stat.h, FIO_IO_U_PLAT_BITS)
 */
#ifndef DMAFP_TRAFFIC_FIO_BINS_H
#define DMAFP_TRAFFIC_FIO_BINS_H

#include <jansson.h>

#include "analysis/hist.h"

/**
 * dmafp_fio_bins_bucket() - the bucket that fio prints as @middle
 * @bucket: out: its low end and width; its count is not touched
 *
 * Return: 0, or -EINVAL for what is no bucket's middle.
 */
int dmafp_fio_bins_bucket(uint64_t middle, struct dmafp_bucket *bucket);

/**
 * dmafp_fio_bins_hist() - the histogram of one latency
 * @latency: fio's object, as "slat_ns"
 * @hist: out
 * @err: filled on failure: what of it is not as fio writes it
 *
 * The sum is fio's mean times the number of samples, rounded: to about 1 ns in a
 * million samples.
 *
 * Return: 0, or -EINVAL.
 */
int dmafp_fio_bins_hist(const json_t *latency, struct dmafp_hist *hist,
			struct dmafp_err *err);

#endif /* DMAFP_TRAFFIC_FIO_BINS_H */
