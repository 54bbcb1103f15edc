/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fio's latency logs: a line for every IO. */
#ifndef DMAFP_TRAFFIC_FIO_LOG_H
#define DMAFP_TRAFFIC_FIO_LOG_H

#include <stdbool.h>

#include "base/err.h"
#include "traffic/values.h"

/**
 * dmafp_fio_log_parse() - take the values of a log
 * @text: "TIME, NANOSECONDS, DIRECTION, BYTES, ...", one line for each IO
 * @path: what to call it in messages
 * @writes: the IOs are writes, else reads
 * @bytes: of each IO
 * @values: out: appended to
 *
 * Return: 0, or -EINVAL with what is wrong, in which line.
 */
int dmafp_fio_log_parse(const char *text, const char *path, bool writes, uint64_t bytes,
			struct dmafp_values *values, struct dmafp_err *err);

#endif /* DMAFP_TRAFFIC_FIO_LOG_H */
