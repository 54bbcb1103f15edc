/* SPDX-License-Identifier: GPL-2.0-or-later */
/* perf.data as functions and their samples, by `perf report`. */
#ifndef DMAFP_TRAFFIC_SAMPLE_REPORT_H
#define DMAFP_TRAFFIC_SAMPLE_REPORT_H

#include <sys/types.h>

#include "analysis/sampling.h"
#include "base/err.h"

/**
 * dmafp_sample_report_parse() - take in what perf report prints
 * @text: of -t '|' -F sample,period,pid,symbol,dso; changed
 * @recorder: process id of the perf that recorded it
 * @sampling: its samples, lost ones and functions are filled, with their periods
 *
 * Return: 0, or -EINVAL: a line is none of that form.
 */
int dmafp_sample_report_parse(char *text, pid_t recorder, struct dmafp_sampling *sampling,
			      struct dmafp_err *err);

/**
 * dmafp_sample_report_read() - run perf report and take in what it prints
 * @work: folder that perf is kept to
 * @data: perf.data
 *
 * Return: 0, or a negative errno.
 */
int dmafp_sample_report_read(const char *work, const char *data, pid_t recorder,
			     struct dmafp_sampling *sampling, struct dmafp_err *err);

#endif /* DMAFP_TRAFFIC_SAMPLE_REPORT_H */
