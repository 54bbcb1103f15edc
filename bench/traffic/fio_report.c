// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <string.h>

#include "traffic/fio_report.h"

static int broken(struct dmafp_err *err, const char *what)
{
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_MISSING, "fio's JSON %s", what);
}

/* Warnings and errors of fio go to the same file, above. */
static const char *find_json(const char *text)
{
	const char *line = text;

	while (line && *line != '{') {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return line;
}

bool dmafp_fio_report_count(const json_t *object, const char *name, uint64_t *value)
{
	const json_t *member = json_object_get(object, name);
	json_int_t integer = json_integer_value(member);

	*value = integer < 0 ? 0 : (uint64_t)integer;
	return json_is_integer(member) && integer >= 0;
}

/* fio has milliseconds, and prints them as a percentage of all threads' time. */
static bool get_cpu(const json_t *job, const char *name, uint64_t job_ms, uint64_t *ms)
{
	const json_t *member = json_object_get(job, name);
	double percent = json_number_value(member);

	*ms = percent > 0 && percent < 1e6 ? (uint64_t)llround(percent * job_ms / 100) : 0;
	return json_is_number(member);
}

static int read_job(const json_t *job, const char *direction,
		    struct dmafp_fio_report *report, struct dmafp_err *err)
{
	const json_t *part = json_object_get(job, direction);
	uint64_t error, job_ms, dropped, is_short;

	if (!dmafp_fio_report_count(job, "error", &error) || error > 4095)
		return broken(err, "has no error number of the job");
	report->error = (int)error;
	if (!dmafp_fio_report_count(job, "job_runtime", &job_ms) ||
	    !get_cpu(job, "usr_cpu", job_ms, &report->user_ms) ||
	    !get_cpu(job, "sys_cpu", job_ms, &report->system_ms))
		return broken(err, "has no CPU time of the job");
	if (!dmafp_fio_report_count(part, "total_ios", &report->ios) ||
	    !dmafp_fio_report_count(part, "runtime", &report->elapsed_ms) ||
	    !dmafp_fio_report_count(part, "short_ios", &is_short) ||
	    !dmafp_fio_report_count(part, "drop_ios", &dropped))
		return broken(err, "has no number of IOs of the job");
	report->incomplete = is_short + dropped;
	report->slat = json_object_get(part, "slat_ns");
	report->clat = json_object_get(part, "clat_ns");
	if (!json_is_object(report->slat) || !json_is_object(report->clat))
		return broken(err, "has no latencies in nanoseconds");
	return 0;
}

int dmafp_fio_report_parse(const char *text, bool writes, struct dmafp_fio_report *report,
			   struct dmafp_err *err)
{
	const char *json = find_json(text);
	json_error_t why;
	json_t *jobs;

	*report = (struct dmafp_fio_report) { 0 };
	if (!json)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_MISSING,
				     "fio printed no JSON");
	report->root = json_loads(json, JSON_DISABLE_EOF_CHECK, &why);
	if (!report->root)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_MISSING,
				     "fio's JSON is broken in line %d: %s", why.line,
				     why.text);
	jobs = json_object_get(report->root, "jobs");
	if (json_array_size(jobs) != 1)
		return broken(err, "is not of one job");
	return read_job(json_array_get(jobs, 0), writes ? "write" : "read", report, err);
}

void dmafp_fio_report_release(struct dmafp_fio_report *report)
{
	json_decref(report->root);
	*report = (struct dmafp_fio_report) { 0 };
}
