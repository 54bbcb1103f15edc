// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "traffic/fio_command.h"
#include "traffic/fio_fault.h"

#define QUOTE_LEN 600
#define SYSCTL	  "/proc/sys/kernel/io_uring_disabled"

/* A line of fio's, unless it was told before: fio says most things twice */
static void quote_line(char quote[QUOTE_LEN], const char *line)
{
	size_t used = strlen(quote);
	char *quoted = dmafp_path("'%s'", line);

	if (!strstr(quote, quoted) &&
	    used + strlen(quoted) + sizeof(": fio says ") <= QUOTE_LEN)
		sprintf(quote + used, "%s%s", used ? ", " : ": fio says ", quoted);
	free(quoted);
}

/* The lines of a file that are above the JSON */
static void quote_file(char quote[QUOTE_LEN], char *path)
{
	struct dmafp_err err;
	char *text = dmafp_file_exists(path) ? dmafp_file_read(path, NULL, &err) : NULL;
	char *rest, *line = text ? strtok_r(text, "\n", &rest) : NULL;

	for (; line && *line != '{'; line = strtok_r(NULL, "\n", &rest))
		quote_line(quote, line);
	free(text);
	free(path);
}

static int device_fault(const struct dmafp_traffic *traffic,
			const struct dmafp_fio_task *task, int error, const char *quote,
			struct dmafp_err *err)
{
	const char *job = task->job->name, *node = task->disk->node;

	if (!dmafp_disk_there(traffic, task->disk))
		return dmafp_err_set(
			err, ENODEV, DMAFP_EXIT_DEVICE,
			"%s vanished while fio ran job %s on it; dmesg may tell why%s",
			node, job, quote);
	return dmafp_err_set(err, error, DMAFP_EXIT_DEVICE,
			     "an IO of fio job %s failed on %s: %s; dmesg may tell why%s",
			     job, node, strerror(error), quote);
}

static int uring_fault(const struct dmafp_fio_task *task, int error, struct dmafp_err *err)
{
	if (error == ENOSYS)
		return dmafp_err_set(err, error, DMAFP_EXIT_MISSING,
				     "this kernel has no io_uring, which fio job %s on %s was to "
				     "use: leave it out of [fio] engines",
				     task->job->name, task->disk->node);
	return dmafp_err_set(
		err, error, DMAFP_EXIT_PERMISSION,
		"the kernel refuses io_uring, which fio job %s on %s was to use: see "
		"sysctl kernel.io_uring_disabled (" SYSCTL
		"), which must be 0, or leave it out of [fio] engines",
		task->job->name, task->disk->node);
}

static int reported_fault(const struct dmafp_traffic *traffic,
			  const struct dmafp_fio_task *task,
			  const struct dmafp_fio_report *report, const char *quote,
			  struct dmafp_err *err)
{
	const char *job = task->job->name, *node = task->disk->node;

	switch (report->error) {
	case EPERM:
	case ENOSYS:
		if (!strcmp(task->engine, "io_uring"))
			return uring_fault(task, report->error, err);
		break;
	case EIO:
	case ENODEV:
	case ENXIO:
	case ENOENT:
	case ENODATA:
	case ETIMEDOUT:
	case EREMOTEIO:
		return device_fault(traffic, task, report->error, quote, err);
	case EACCES:
		return dmafp_err_set(err, EACCES, DMAFP_EXIT_PERMISSION,
				     "fio job %s may not use %s: run as root%s", job,
				     node, quote);
	case EROFS:
		return dmafp_err_set(err, EROFS, DMAFP_EXIT_DEVICE,
				     "fio job %s cannot write to %s, which is read-only%s",
				     job, node, quote);
	case ENOSPC:
		return dmafp_err_set(
			err, ENOSPC, DMAFP_EXIT_IO,
			"fio job %s on %s ran out of space; its logs are in %s%s", job,
			node, traffic->work, quote);
	}
	return dmafp_err_set(err, report->error, DMAFP_EXIT_COMMAND,
			     "fio job %s failed on %s: %s%s", job, node,
			     strerror(report->error), quote);
}

/* What fio itself printed is not the whole of it: @err already tells what is not. */
static int unreadable(const struct dmafp_fio_task *task, int status, const char *quote,
		      struct dmafp_err *err)
{
	dmafp_err_prefix(err, 0, "fio job %s on %s ended with status %d: ", task->job->name,
			 task->disk->node, status);
	dmafp_err_suffix(err, 0, "%s", quote);
	if (status)
		err->exit = DMAFP_EXIT_COMMAND;
	return -EIO;
}

int dmafp_fio_fault(const struct dmafp_traffic *traffic,
		    const struct dmafp_fio_task *task, int status,
		    const struct dmafp_fio_report *report, struct dmafp_err *err)
{
	const char *job = task->job->name, *node = task->disk->node;
	char quote[QUOTE_LEN];

	/* some go to one of the two only */
	quote[0] = '\0';
	quote_file(quote, dmafp_fio_command_output(traffic));
	quote_file(quote, dmafp_fio_messages(traffic));
	if (!report && status > 128)
		return dmafp_err_set(
			err, EIO, DMAFP_EXIT_COMMAND,
			"fio was killed by signal %d (%s) in job %s on %s: if nobody "
			"did it, dmesg tells whether memory ran out%s",
			status - 128, strsignal(status - 128), job, node, quote);
	if (!report)
		return unreadable(task, status, quote, err);
	if (report->error)
		return reported_fault(traffic, task, report, quote, err);
	/* fio's own status after a signal that it caught */
	if (status == 128)
		return dmafp_err_set(err, EIO, DMAFP_EXIT_COMMAND,
				     "fio was told to end before job %s on %s was done%s",
				     job, node, quote);
	if (status)
		return dmafp_err_set(err, EIO, DMAFP_EXIT_COMMAND,
				     "fio job %s on %s failed with status %d%s", job,
				     node, status, quote);
	if (report->incomplete)
		return dmafp_err_set(
			err, EIO, DMAFP_EXIT_DEVICE,
			"IOs of fio job %s on %s came back short; dmesg may tell why%s",
			job, node, quote);
	return dmafp_err_set(err, EIO, DMAFP_EXIT_COMMAND,
			     "fio job %s on %s made no IO%s", job, node, quote);
}
