/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What fio prints of a run, as json+. */
#ifndef DMAFP_TRAFFIC_FIO_REPORT_H
#define DMAFP_TRAFFIC_FIO_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"

/**
 * struct dmafp_fio_report - one job of fio's JSON
 * @root: all of it; what follows points into it
 * @error: errno of the first failure, 0: none
 * @ios: made
 * @incomplete: of them, those that were short or dropped
 * @elapsed_ms: from the first IO to the end of the last, of the thread that took
 *	longest
 * @user_ms: CPU time of all threads; @system_ms likewise
 * @slat: latencies of submission
 * @clat: latencies of completion
 */
struct dmafp_fio_report {
	json_t *root;
	int error;
	uint64_t ios, incomplete, elapsed_ms, user_ms, system_ms;
	const json_t *slat, *clat;
};

/**
 * dmafp_fio_report_parse() - read fio's output
 * @text: JSON, and before it whatever else fio had to say
 * @writes: the job's IOs are writes, else reads
 * @report: out; release it with dmafp_fio_report_release(), also after a failure
 * @err: filled on failure: what of it is not as fio writes it
 *
 * Return: 0, or -EINVAL.
 */
int dmafp_fio_report_parse(const char *text, bool writes, struct dmafp_fio_report *report,
			   struct dmafp_err *err);

/**
 * dmafp_fio_report_count() - a count of fio's JSON
 * @value: out; 0 where it is none
 *
 * Return: whether @object has an integer from 0 by that name.
 */
bool dmafp_fio_report_count(const json_t *object, const char *name, uint64_t *value);

/** dmafp_fio_report_release() - free what the report holds */
void dmafp_fio_report_release(struct dmafp_fio_report *report);

#endif /* DMAFP_TRAFFIC_FIO_REPORT_H */
