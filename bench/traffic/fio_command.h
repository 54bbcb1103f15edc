/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How fio is called, and where it writes. */
#ifndef DMAFP_TRAFFIC_FIO_COMMAND_H
#define DMAFP_TRAFFIC_FIO_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "traffic/fio.h"

/**
 * struct dmafp_fio_extent - how much of a job is made
 * @ios: of each CPU, 0: until @runtime
 * @runtime: seconds, 0: until @ios; with both, until either
 * @ramp: seconds before that
 * @log: latencies of every IO are written to logs
 */
struct dmafp_fio_extent {
	uint64_t ios, runtime, ramp;
	bool log;
};

/**
 * dmafp_fio_command_make() - the command line of a job
 *
 * Sets the variables that job files have, DMAFP_DEVICE, DMAFP_ENGINE, DMAFP_DEPTH
 * and DMAFP_IOS, in this program's environment: the next child inherits them.
 *
 * Return: argv to hand to dmafp_fio_argv_free().
 */
char **dmafp_fio_command_make(const struct dmafp_traffic *traffic,
			      const struct dmafp_fio_task *task,
			      const struct dmafp_fio_extent *extent);

/** dmafp_fio_command_output() - the file of fio's JSON; free() the path */
char *dmafp_fio_command_output(const struct dmafp_traffic *traffic);

/**
 * dmafp_fio_command_log() - the log of one kind of latency of one CPU's IOs
 * @kind: "slat", "clat", "lat"
 * @cpu: index of the CPU in the task, from 0
 *
 * Return: the path to free().
 */
char *dmafp_fio_command_log(const struct dmafp_traffic *traffic, const char *kind,
			    size_t cpu);

/** dmafp_fio_command_clean() - remove what an earlier run wrote */
void dmafp_fio_command_clean(const struct dmafp_traffic *traffic,
			     const struct dmafp_fio_task *task);

#endif /* DMAFP_TRAFFIC_FIO_COMMAND_H */
