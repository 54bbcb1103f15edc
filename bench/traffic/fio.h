/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fio, on one block device: a job, made with one engine and one depth.
 *
 * Whoever calls this has asked dmafp_disk_check() and dmafp_disk_check_job().  fio's
 * files are in the folder @traffic->work; each run removes those of the one before.
 */
#ifndef DMAFP_TRAFFIC_FIO_H
#define DMAFP_TRAFFIC_FIO_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/load.h"
#include "base/err.h"
#include "traffic/disk.h"
#include "traffic/fio_job.h"
#include "traffic/traffic.h"

/**
 * struct dmafp_fio_task - one job x engine x depth
 * @job: as loaded
 * @disk: where
 * @engine: fio's ioengine
 * @depth: IOs in flight, of each CPU
 * @cpus: a thread of fio runs on each; @nr_cpus of them, none twice
 */
struct dmafp_fio_task {
	const struct dmafp_fio_job *job;
	const struct dmafp_disk *disk;
	const char *engine;
	uint32_t depth;
	const uint32_t *cpus;
	size_t nr_cpus;
};

/**
 * dmafp_fio_version() - which fio is installed
 * @version: out: "fio-3.33", to free(); NULL on failure
 * @err: filled on failure: there is none, or it is too old
 *
 * Return: 0, or a negative errno.
 */
int dmafp_fio_version(const struct dmafp_traffic *traffic, char **version,
		      struct dmafp_err *err);

/** dmafp_fio_check() - does the profile's [fio] make sense? 0, or -EINVAL */
int dmafp_fio_check(const struct dmafp_profile *profile, struct dmafp_err *err);

/**
 * dmafp_fio_describe() - what the load is, without anything measured
 * @load: out; released by whoever releases the result
 */
void dmafp_fio_describe(const struct dmafp_fio_task *task, struct dmafp_load *load);

/**
 * dmafp_fio_run() - measure a job, as long as the profile says
 * @load: described; out: all that was measured, but for the counters and calls. On
 *	failure there are no measures
 * @err: filled on failure: what of the job, the device or fio failed, in fio's words
 *
 * Measures: SUBMIT and COMPLETE, whose samples are IOs, and TIME, whose only sample
 * is all of them together.
 *
 * Return: 0, or a negative errno; -EINTR where the program is to stop.
 */
int dmafp_fio_run(const struct dmafp_traffic *traffic, const struct dmafp_fio_task *task,
		  struct dmafp_load *load, struct dmafp_err *err);

/**
 * dmafp_fio_count() - make some IOs that are not measured, for those who count calls
 * @ios: of each CPU
 * @made: out: by all CPUs together
 *
 * Return: 0, or a negative errno.
 */
int dmafp_fio_count(const struct dmafp_traffic *traffic, const struct dmafp_fio_task *task,
		    uint64_t ios, uint64_t *made, struct dmafp_err *err);

/**
 * dmafp_fio_argv() - the command of a job that runs for some time, to be run by others
 * @seconds: how long
 *
 * It wants variables of this program's environment, which this sets, and fio's
 * messages in dmafp_fio_messages().  What came of it is asked of dmafp_fio_made().
 *
 * Return: NULL-terminated; hand it to dmafp_fio_argv_free().
 */
char **dmafp_fio_argv(const struct dmafp_traffic *traffic,
		      const struct dmafp_fio_task *task, uint64_t seconds);

/** dmafp_fio_argv_free() - release what dmafp_fio_argv() gave */
void dmafp_fio_argv_free(char **argv);

/** dmafp_fio_messages() - the file that fio's stdout and stderr go to; free() the path */
char *dmafp_fio_messages(const struct dmafp_traffic *traffic);

/**
 * dmafp_fio_made() - how many IOs the last run made
 * @status: its exit status, as dmafp_proc_run() returns it
 * @made: out: by all CPUs together
 *
 * Return: 0, or a negative errno where it failed.
 */
int dmafp_fio_made(const struct dmafp_traffic *traffic, const struct dmafp_fio_task *task,
		   int status, uint64_t *made, struct dmafp_err *err);

#endif /* DMAFP_TRAFFIC_FIO_H */
