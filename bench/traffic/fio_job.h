/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fio's job files, as far as dmafp takes them: one job, only keys that are known
 * to do no harm, and nothing but reads or nothing but writes.
 */
#ifndef DMAFP_TRAFFIC_FIO_JOB_H
#define DMAFP_TRAFFIC_FIO_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/**
 * struct dmafp_fio_job - one job file
 * @name: of the file, without ".fio"
 * @path: of the file
 * @op: fio's rw: "read", "randread", "write", "randwrite"
 * @bytes: of an IO
 * @writes: it destroys what the device holds
 */
struct dmafp_fio_job {
	char *name, *path, *op;
	uint64_t bytes;
	bool writes;
};

/**
 * dmafp_fio_job_load() - find and read a job file
 * @dir: folder of the job files
 * @name: file in there, without ".fio"
 * @job: out; release it with dmafp_fio_job_release(), also after a failure
 * @err: filled on failure: no such file, with the nearest that there is; or which
 *	line or key of it dmafp does not take, and why
 *
 * Return: 0, or a negative errno.
 */
int dmafp_fio_job_load(const char *dir, const char *name, struct dmafp_fio_job *job,
		       struct dmafp_err *err);

/**
 * dmafp_fio_job_parse() - the same of a text
 * @path: what to call it in messages
 */
int dmafp_fio_job_parse(const char *text, const char *path, struct dmafp_fio_job *job,
			struct dmafp_err *err);

/** dmafp_fio_job_key() - the key at @i that a job file may have, NULL behind the last */
const char *dmafp_fio_job_key(size_t i);

/** dmafp_fio_job_release() - free what the job holds */
void dmafp_fio_job_release(struct dmafp_fio_job *job);

#endif /* DMAFP_TRAFFIC_FIO_JOB_H */
