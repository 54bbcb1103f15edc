// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/member.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/proc.h"
#include "traffic/fio.h"
#include "traffic/fio_bins.h"
#include "traffic/fio_command.h"
#include "traffic/fio_fault.h"
#include "traffic/fio_log.h"
#include "traffic/fio_report.h"
#include "traffic/values.h"

/* The first that tells the buckets of submission */
#define OLDEST_MAJOR 3
#define OLDEST_MINOR 18

#define NS_PER_MS    1000000ull
#define COARSE_MS    1000 /* below it, fio's clock of 1 ms is no fine one */

char *dmafp_fio_messages(const struct dmafp_traffic *traffic)
{
	return dmafp_path("%s/fio.log", traffic->work);
}

static int stop_tick(void *ctx)
{
	const struct dmafp_traffic *traffic = ctx;

	return traffic->stop && *traffic->stop ? -EINTR : 0;
}

/* Its exit status, or a negative errno */
static int run_command(const struct dmafp_traffic *traffic, const char *const *argv,
		       struct dmafp_err *err)
{
	struct dmafp_proc_tick tick = { stop_tick, (void *)traffic };
	char *messages = dmafp_fio_messages(traffic);
	int ret;

	memset(err, 0, sizeof(*err));
	ret = dmafp_proc_run(argv, NULL, messages, &tick, err);
	if (ret == -EINTR && !err->exit)
		dmafp_err_set(err, EINTR, 128 + *traffic->stop,
			      "interrupted while fio was running");
	/* not where the messages cannot be written */
	if (ret == -ENOENT && err->exit == DMAFP_EXIT_MISSING)
		dmafp_err_set(err, ENOENT, DMAFP_EXIT_MISSING,
			      "fio is not installed: apt-get install fio (%d.%d or newer)",
			      OLDEST_MAJOR, OLDEST_MINOR);
	free(messages);
	return ret;
}

static int check_version(char *text, char **version, struct dmafp_err *err)
{
	unsigned int major, minor;

	text[strcspn(text, "\n")] = '\0';
	if (sscanf(text, "fio-%u.%u", &major, &minor) != 2)
		return dmafp_err_set(
			err, EINVAL, DMAFP_EXIT_MISSING,
			"'fio --version' printed '%.80s', which is no version of fio",
			text);
	if (major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_MISSING,
				     "%.80s is too old: %d.%d or newer is needed, which has the "
				     "latencies of submission",
				     text, OLDEST_MAJOR, OLDEST_MINOR);
	*version = dmafp_alloc_string(text);
	return 0;
}

int dmafp_fio_version(const struct dmafp_traffic *traffic, char **version,
		      struct dmafp_err *err)
{
	static const char *const argv[] = { "fio", "--version", NULL };
	char *messages = dmafp_fio_messages(traffic), *text;
	int ret;

	*version = NULL;
	remove(messages);
	ret = run_command(traffic, argv, err);
	text = ret < 0 ? NULL : dmafp_file_read(messages, NULL, err);
	if (ret > 0)
		ret = dmafp_err_set(err, EIO, DMAFP_EXIT_MISSING,
				    "'fio --version' failed with status %d: is fio damaged? "
				    "apt-get install --reinstall fio",
				    ret);
	else if (!ret)
		ret = text ? check_version(text, version, err) : -EIO;
	free(text);
	free(messages);
	return ret;
}

static void forget_measures(struct dmafp_load *load)
{
	for (size_t i = 0; i < load->nr_measures; i++)
		free(load->measures[i].hist.buckets);
	free(load->measures);
	load->measures = NULL;
	load->nr_measures = 0;
}

void dmafp_fio_describe(const struct dmafp_fio_task *task, struct dmafp_load *load)
{
	*load = (struct dmafp_load) {
		.tool = DMAFP_LOAD_FIO,
		.op = dmafp_alloc_string(task->job->op),
		.engine = dmafp_alloc_string(task->engine),
		.bytes = task->job->bytes,
		.depth = task->depth,
		.cpus = dmafp_alloc(task->nr_cpus, sizeof(*load->cpus)),
		.nr_cpus = task->nr_cpus,
	};
	memcpy(load->cpus, task->cpus, task->nr_cpus * sizeof(*load->cpus));
}

static void take_totals(const struct dmafp_fio_report *report, struct dmafp_load *load)
{
	load->ops = report->ios;
	load->elapsed_ns = report->elapsed_ms * NS_PER_MS;
	load->user_ns = report->user_ms * NS_PER_MS;
	load->system_ns = report->system_ms * NS_PER_MS;
	/* less than fio's clock shows is not known to be nothing */
	load->has_cpu = report->user_ms || report->system_ms;
}

static int read_log(const struct dmafp_traffic *traffic,
		    const struct dmafp_fio_task *task, const char *kind, size_t cpu,
		    struct dmafp_values *values, struct dmafp_err *err)
{
	char *path = dmafp_fio_command_log(traffic, kind, cpu);
	char *text = dmafp_file_read(path, NULL, err);
	int ret = -EIO;

	if (text)
		ret = dmafp_fio_log_parse(text, path, task->job->writes, task->job->bytes,
					  values, err);
	free(text);
	free(path);
	return ret;
}

/* The log is all of it if it has what fio's own histogram has. */
static int check_log(const struct dmafp_hist *log, const struct dmafp_hist *bins,
		     const char *kind, struct dmafp_err *err)
{
	if (log->count == bins->count && log->min == bins->min && log->max == bins->max)
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_MISSING,
			     "fio's %s log has %" PRIu64 " latencies from %" PRIu64
			     " to %" PRIu64 ", its histogram %" PRIu64 " from %" PRIu64
			     " to %" PRIu64 ": give [fio] latency_log = no",
			     kind, log->count, log->min, log->max, bins->count, bins->min,
			     bins->max);
}

static int take_log(const struct dmafp_traffic *traffic, const struct dmafp_fio_task *task,
		    const char *kind, struct dmafp_hist *hist, struct dmafp_err *err)
{
	struct dmafp_hist bins = *hist, log = { 0 };
	struct dmafp_values values = { 0 };
	int ret = 0;

	for (size_t i = 0; !ret && i < task->nr_cpus; i++)
		ret = read_log(traffic, task, kind, i, &values, err);
	if (!ret && values.nr)
		dmafp_values_hist(&values, &log);
	if (!ret)
		ret = check_log(&log, &bins, kind, err);
	dmafp_values_free(&values);
	*hist = log;
	free(bins.buckets);
	return ret;
}

static int take_latency(const struct dmafp_traffic *traffic,
			const struct dmafp_fio_task *task, enum dmafp_measure_kind kind,
			const json_t *latency, struct dmafp_load *load,
			struct dmafp_err *err)
{
	struct dmafp_hist *hist = dmafp_measure_new(load, kind, 1);
	const char *name = kind == DMAFP_MEASURE_SUBMIT ? "slat" : "clat";
	int ret = dmafp_fio_bins_hist(latency, hist, err);

	if (ret)
		return dmafp_err_prefix(err, ret, "fio's %s_ns: ", name);
	return traffic->profile->fio.latency_log ? take_log(traffic, task, name, hist, err)
						 : 0;
}

static int fill(const struct dmafp_traffic *traffic, const struct dmafp_fio_task *task,
		const struct dmafp_fio_report *report, struct dmafp_load *load,
		struct dmafp_err *err)
{
	int ret;

	take_totals(report, load);
	ret = take_latency(traffic, task, DMAFP_MEASURE_SUBMIT, report->slat, load, err);
	if (!ret)
		ret = take_latency(traffic, task, DMAFP_MEASURE_COMPLETE, report->clat,
				   load, err);
	/* fio rounds up to milliseconds: in each arm alike, but known no better */
	if (!ret && load->elapsed_ns)
		dmafp_measure_single(load, DMAFP_MEASURE_TIME, load->ops,
				     load->elapsed_ns, NS_PER_MS);
	if (ret)
		forget_measures(load);
	return ret;
}

/* What the last run left behind; anything but success is an error here */
static int read_report(const struct dmafp_traffic *traffic,
		       const struct dmafp_fio_task *task, int status,
		       struct dmafp_fio_report *report, struct dmafp_err *err)
{
	char *path = dmafp_fio_command_output(traffic);
	char *text = dmafp_file_exists(path) ? dmafp_file_read(path, NULL, err) : NULL;
	int ret = dmafp_fio_report_parse(text ? text : "", task->job->writes, report, err);

	if (status || ret || report->error || report->incomplete || !report->ios)
		ret = dmafp_fio_fault(traffic, task, status, ret ? NULL : report, err);
	free(text);
	free(path);
	return ret;
}

static int make(const struct dmafp_traffic *traffic, const struct dmafp_fio_task *task,
		const struct dmafp_fio_extent *extent, struct dmafp_fio_report *report,
		struct dmafp_err *err)
{
	char **argv = dmafp_fio_command_make(traffic, task, extent);
	int ret;

	*report = (struct dmafp_fio_report) { 0 };
	dmafp_fio_command_clean(traffic, task);
	ret = run_command(traffic, (const char *const *)argv, err);
	dmafp_fio_argv_free(argv);
	return ret < 0 ? ret : read_report(traffic, task, ret, report, err);
}

static void note_coarse(const struct dmafp_traffic *traffic,
			const struct dmafp_fio_task *task,
			const struct dmafp_fio_report *report)
{
	char *text;

	if (traffic->exact || !traffic->note || report->elapsed_ms >= COARSE_MS)
		return;
	text = dmafp_path(
		"fio job %s, %s, depth %" PRIu32 " took %" PRIu64
		" ms, and fio's clock of time and CPU has 1 ms: give more [fio] ios",
		task->job->name, task->engine, task->depth, report->elapsed_ms);
	traffic->note(traffic->ctx, text);
	free(text);
}

int dmafp_fio_check(const struct dmafp_profile *profile, struct dmafp_err *err)
{
	if (!profile->fio.ios && !profile->fio.runtime)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "a fio job has no end: give [fio] ios or runtime");
	if (profile->fio.ios && profile->fio.ramp)
		return dmafp_err_set(
			err, EINVAL, DMAFP_EXIT_USAGE,
			"fio counts the IOs of its ramp as well: with [fio] ramp give "
			"ios = 0 and a runtime");
	return 0;
}

int dmafp_fio_run(const struct dmafp_traffic *traffic, const struct dmafp_fio_task *task,
		  struct dmafp_load *load, struct dmafp_err *err)
{
	const struct dmafp_profile *profile = traffic->profile;
	struct dmafp_fio_extent extent = { profile->fio.ios, profile->fio.runtime,
					   profile->fio.ramp, profile->fio.latency_log };
	struct dmafp_fio_report report;
	int ret = dmafp_fio_check(profile, err);

	if (ret)
		return ret;
	ret = make(traffic, task, &extent, &report, err);
	if (!ret)
		ret = fill(traffic, task, &report, load, err);
	if (!ret)
		note_coarse(traffic, task, &report);
	dmafp_fio_report_release(&report);
	dmafp_fio_command_clean(traffic, task);
	return ret;
}

int dmafp_fio_count(const struct dmafp_traffic *traffic, const struct dmafp_fio_task *task,
		    uint64_t ios, uint64_t *made, struct dmafp_err *err)
{
	struct dmafp_fio_extent extent = { .ios = ios };
	struct dmafp_fio_report report;
	int ret = make(traffic, task, &extent, &report, err);

	*made = report.ios;
	if (!ret && *made != ios * task->nr_cpus)
		ret = dmafp_err_set(err, EPROTO, DMAFP_EXIT_COMMAND,
				    "fio job %s on %s was to make %" PRIu64
				    " IOs and made %" PRIu64,
				    task->job->name, task->disk->node,
				    ios * task->nr_cpus, *made);
	dmafp_fio_report_release(&report);
	dmafp_fio_command_clean(traffic, task);
	return ret;
}

char **dmafp_fio_argv(const struct dmafp_traffic *traffic,
		      const struct dmafp_fio_task *task, uint64_t seconds)
{
	struct dmafp_fio_extent extent = { .runtime = seconds };

	dmafp_fio_command_clean(traffic, task);
	return dmafp_fio_command_make(traffic, task, &extent);
}

void dmafp_fio_argv_free(char **argv)
{
	for (size_t i = 0; argv && argv[i]; i++)
		free(argv[i]);
	free(argv);
}

int dmafp_fio_made(const struct dmafp_traffic *traffic, const struct dmafp_fio_task *task,
		   int status, uint64_t *made, struct dmafp_err *err)
{
	struct dmafp_fio_report report;
	int ret = read_report(traffic, task, status, &report, err);

	*made = report.ios;
	dmafp_fio_report_release(&report);
	return ret;
}
