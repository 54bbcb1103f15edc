// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs of fio: what it is asked, what becomes of its answers, and how it can fail. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/proc.h"
#include "traffic/fio.h"
#include "tree.h"

#define RECORDED DMAFP_SOURCE_DIR "/tests/unit/fio/"
#define JOBS	 DMAFP_SOURCE_DIR "/configs/fio"

static char sysfs[80], work[80], notes[1024];
static struct dmafp_profile profile;
static struct dmafp_traffic traffic;
static struct dmafp_disk disk;
static struct dmafp_fio_job reader, writer;
static const uint32_t one[] = { 0 }, two[] = { 0, 1 };
static struct dmafp_fio_task task;
static struct dmafp_load load;
static struct dmafp_err err;

static void take_note(void *ctx, const char *text)
{
	(void)ctx;
	strcat(notes, text);
}

/* A fio that notes how it was called, and then does as told */
static void fake(const char *body)
{
	char *path, *text = dmafp_path("#!/bin/sh\n"
				       "for a; do case $a in\n"
				       "--output=*) out=${a#*=};;\n"
				       "--write_lat_log=*) log=${a#*=};;\n"
				       "esac; done\n"
				       "printf '%%s\\n' \"$@\" >%s/args\n"
				       "env | grep ^DMAFP_ | sort >%s/env\n"
				       "%s\n",
				       tree, tree, body);

	tree_put("bin/fio", text);
	path = tree_path("bin/fio");
	assert_int_equal(chmod(path, 0755), 0);
	free(path);
	free(text);
}

static void set_path(const char *first)
{
	char *path = dmafp_path("%s%s:/usr/bin:/bin", tree, first);

	setenv("PATH", path, 1);
	free(path);
}

static int setup(void **state)
{
	if (tree_make(state))
		return -1;
	snprintf(sysfs, sizeof(sysfs), "%s/sys", tree);
	snprintf(work, sizeof(work), "%s/work", tree);
	tree_put("work/.keep", "");
	tree_put("sys/block/nvme0n1/dev", "259:0\n");
	notes[0] = '\0';
	memset(&err, 0, sizeof(err));
	profile = (struct dmafp_profile) { .fio = { .ios = 60, .latency_log = true } };
	traffic = (struct dmafp_traffic) { .profile = &profile,
					   .sysfs = sysfs,
					   .work = work,
					   .exact = true,
					   .note = take_note };
	disk = (struct dmafp_disk) { .name = "nvme0n1", .node = "/dev/nvme0n1", .fd = -1 };
	if (dmafp_fio_job_load(JOBS, "randread-4k", &reader, &err) ||
	    dmafp_fio_job_load(JOBS, "randwrite-512", &writer, &err))
		return -1;
	task = (struct dmafp_fio_task) { &reader, &disk, "libaio", 1, one, 1 };
	set_path("/bin");
	return 0;
}

static void free_load(void)
{
	for (size_t i = 0; i < load.nr_measures; i++)
		free(load.measures[i].hist.buckets);
	free(load.measures);
	free(load.cpus);
	free(load.op);
	free(load.engine);
	memset(&load, 0, sizeof(load));
}

static int teardown(void **state)
{
	free_load();
	dmafp_fio_job_release(&reader);
	dmafp_fio_job_release(&writer);
	return tree_remove(state);
}

static char *text_of(const char *name)
{
	char *path = tree_path(name), *text = dmafp_file_read(path, NULL, &err);

	if (!text)
		fail_msg("%s", err.msg);
	free(path);
	return text;
}

static void assert_text(const char *name, const char *expected)
{
	char *text = text_of(name);

	assert_string_equal(text, expected);
	free(text);
}

/* Has the last call of fio had that argument? */
static bool was_told(const char *argument)
{
	char *text = text_of("args"), *rest, *line = strtok_r(text, "\n", &rest);

	while (line && strcmp(line, argument))
		line = strtok_r(NULL, "\n", &rest);
	free(text);
	return line;
}

#define GIVE_READ                                            \
	"cp " RECORDED "read.json $out\n"                    \
	"[ -n \"$log\" ] || exit 0\n"                         \
	"cp " RECORDED "read_slat.1.log ${log}_slat.1.log\n" \
	"cp " RECORDED "read_clat.1.log ${log}_clat.1.log\n" \
	"echo >${log}_lat.1.log\n"

static void run(void)
{
	free_load();
	dmafp_fio_describe(&task, &load);
	if (dmafp_fio_run(&traffic, &task, &load, &err))
		fail_msg("%s", err.msg);
}

static const struct dmafp_hist *measure(enum dmafp_measure_kind kind)
{
	const struct dmafp_measure *m = dmafp_load_measure(&load, kind);

	assert_non_null(m);
	return &m->hist;
}

/* As a result would have it */
static void check_load(void)
{
	struct dmafp_traffic_result result = { .loads = &load, .nr_loads = 1 };

	if (dmafp_traffic_check(&result, &err))
		fail_msg("%s", err.msg);
}

static void assert_work_is_empty(void)
{
	char *path = tree_path("work");

	/* fails unless .keep is all there is */
	tree_drop("work/.keep");
	assert_int_equal(rmdir(path), 0);
	tree_put("work/.keep", "");
	free(path);
}

/* A run */

static void measured(void **state)
{
	char *job = dmafp_path("%s/randread-4k.fio", JOBS), *log;
	char *output = dmafp_path("--output=%s/fio.json", work);

	(void)state;
	fake(GIVE_READ);
	run();
	assert_int_equal(load.tool, DMAFP_LOAD_FIO);
	assert_string_equal(load.op, "randread");
	assert_string_equal(load.engine, "libaio");
	assert_int_equal(load.bytes, 4096);
	assert_int_equal(load.depth, 1);
	assert_int_equal(load.fragments, 0);
	assert_int_equal(load.nr_cpus, 1);
	assert_int_equal(load.cpus[0], 0);
	assert_int_equal(load.ops, 60);
	assert_int_equal(load.errors, 0);
	assert_int_equal(load.elapsed_ns, 1000000);
	/* fio's clock showed none: not known, not zero */
	assert_false(load.has_cpu);
	assert_int_equal(load.nr_measures, 3);
	assert_int_equal(dmafp_load_measure(&load, DMAFP_MEASURE_SUBMIT)->ops_per_sample,
			 1);
	assert_int_equal(dmafp_load_measure(&load, DMAFP_MEASURE_TIME)->ops_per_sample, 60);
	assert_int_equal(measure(DMAFP_MEASURE_SUBMIT)->count, 60);
	assert_int_equal(measure(DMAFP_MEASURE_COMPLETE)->count, 60);
	assert_int_equal(measure(DMAFP_MEASURE_TIME)->count, 1);
	assert_int_equal(measure(DMAFP_MEASURE_TIME)->sum, 1000000);
	/* 1 ms by a clock of milliseconds: what was read, and no nanosecond of it is known */
	assert_int_equal(measure(DMAFP_MEASURE_TIME)->nr_buckets, 1);
	assert_int_equal(measure(DMAFP_MEASURE_TIME)->buckets[0].low, 1000000);
	assert_int_equal(measure(DMAFP_MEASURE_TIME)->buckets[0].width, 1000000);
	for (size_t i = 0; i < measure(DMAFP_MEASURE_SUBMIT)->nr_buckets; i++)
		assert_int_equal(measure(DMAFP_MEASURE_SUBMIT)->buckets[i].width, 1);
	check_load();
	/* what fio was asked */
	assert_text("env", "DMAFP_DEPTH=1\nDMAFP_DEVICE=/dev/nvme0n1\nDMAFP_ENGINE=libaio\n"
			   "DMAFP_IOS=60\n");
	assert_true(was_told("--readonly"));
	assert_true(was_told("--output-format=json+"));
	assert_true(was_told(output));
	assert_true(was_told("--numjobs=1"));
	assert_true(was_told("--cpus_allowed=0"));
	assert_true(was_told("--cpus_allowed_policy=split"));
	log = dmafp_path("--write_lat_log=%s/latency", work);
	assert_true(was_told(log));
	assert_true(was_told(job));
	assert_work_is_empty();
	assert_string_equal(notes, "");
	free(log);
	free(job);
	free(output);
}

/* The first line of the log is the first IO: 27214 ns to complete, as recorded */
static void log_values(void **state)
{
	(void)state;
	fake(GIVE_READ);
	run();
	assert_int_equal(measure(DMAFP_MEASURE_COMPLETE)->max, 27214);
	profile.fio.latency_log = false;
	run();
	assert_int_equal(measure(DMAFP_MEASURE_COMPLETE)->max, 27214);
	/* fio's own bucket has a width */
	assert_true(measure(DMAFP_MEASURE_COMPLETE)
			    ->buckets[measure(DMAFP_MEASURE_COMPLETE)->nr_buckets - 1]
			    .width == 256);
	check_load();
}

static void no_log(void **state)
{
	char *text;

	(void)state;
	profile.fio.latency_log = false;
	fake("cp " RECORDED "read.json $out");
	run();
	text = text_of("args");
	assert_null(strstr(text, "write_lat_log"));
	free(text);
	assert_int_equal(measure(DMAFP_MEASURE_SUBMIT)->count, 60);
	check_load();
}

static void on_two_cpus(void **state)
{
	(void)state;
	task = (struct dmafp_fio_task) { &writer, &disk, "io_uring", 8, two, 2 };
	profile.fio.ios = 40;
	fake("cp " RECORDED "write.json $out\n"
	     "for i in 1 2; do for k in slat clat; do\n"
	     "cp " RECORDED "write_$k.$i.log ${log}_$k.$i.log\n"
	     "done; done");
	run();
	assert_string_equal(load.op, "randwrite");
	assert_string_equal(load.engine, "io_uring");
	assert_int_equal(load.bytes, 512);
	assert_int_equal(load.ops, 80);
	assert_int_equal(load.nr_cpus, 2);
	assert_int_equal(load.cpus[1], 1);
	assert_int_equal(measure(DMAFP_MEASURE_SUBMIT)->count, 80);
	assert_int_equal(measure(DMAFP_MEASURE_COMPLETE)->count, 80);
	assert_false(was_told("--readonly"));
	assert_true(was_told("--numjobs=2"));
	assert_true(was_told("--cpus_allowed=0,1"));
	check_load();
	assert_work_is_empty();
}

static void for_some_time(void **state)
{
	(void)state;
	profile.fio.ios = 0;
	profile.fio.runtime = 1;
	profile.fio.ramp = 2;
	profile.fio.latency_log = false;
	traffic.exact = false;
	fake("cp " RECORDED "runtime.json $out");
	run();
	assert_true(was_told("--runtime=1s"));
	assert_true(was_told("--ramp_time=2s"));
	assert_int_equal(load.ops, 40);
	assert_int_equal(load.elapsed_ns, 1001000000);
	assert_true(load.has_cpu);
	assert_int_equal(load.user_ns, 3000000);
	assert_int_equal(load.system_ns, 0);
	assert_string_equal(notes, "");
	check_load();
}

/* Where time counts, a millisecond is said to be little. */
static void too_short_for_its_clock(void **state)
{
	(void)state;
	traffic.exact = false;
	fake(GIVE_READ);
	run();
	assert_non_null(strstr(notes, "fio job randread-4k, libaio, depth 1 took 1 ms"));
}

static void extents(void **state)
{
	(void)state;
	fake(GIVE_READ);
	profile.fio.ios = 0;
	assert_int_equal(dmafp_fio_run(&traffic, &task, &load, &err), -EINVAL);
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
	assert_non_null(strstr(err.msg, "has no end"));
	profile.fio.ios = 5;
	profile.fio.ramp = 1;
	profile.fio.runtime = 9;
	assert_int_equal(dmafp_fio_run(&traffic, &task, &load, &err), -EINVAL);
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
	assert_non_null(strstr(err.msg, "with [fio] ramp give ios = 0"));
}

/* What an earlier run left must not be taken for this one's. */
static void nothing_of_an_earlier_run(void **state)
{
	char *text = text_of("../../../" RECORDED "read.json");

	(void)state;
	tree_put("work/fio.json", text);
	free(text);
	fake("exit 0");
	assert_int_equal(dmafp_fio_run(&traffic, &task, &load, &err), -EIO);
	assert_non_null(strstr(err.msg, "fio printed no JSON"));
}

static void counted(void **state)
{
	uint64_t made = 0;

	(void)state;
	fake("cp " RECORDED "read.json $out");
	assert_int_equal(dmafp_fio_count(&traffic, &task, 60, &made, &err), 0);
	assert_int_equal(made, 60);
	assert_true(was_told("--readonly"));
	assert_text("env", "DMAFP_DEPTH=1\nDMAFP_DEVICE=/dev/nvme0n1\nDMAFP_ENGINE=libaio\n"
			   "DMAFP_IOS=60\n");
	assert_int_equal(dmafp_fio_count(&traffic, &task, 64, &made, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "was to make 64 IOs and made 60"));
	task = (struct dmafp_fio_task) { &writer, &disk, "io_uring", 8, two, 2 };
	fake("cp " RECORDED "write.json $out");
	assert_int_equal(dmafp_fio_count(&traffic, &task, 40, &made, &err), 0);
	assert_int_equal(made, 80);
}

/* As perf would run it */
static void run_by_others(void **state)
{
	char **argv = dmafp_fio_argv(&traffic, &task, 3), *messages;
	uint64_t made = 0;
	int status;

	(void)state;
	fake("cp " RECORDED "runtime.json $out; echo so");
	messages = dmafp_fio_messages(&traffic);
	status = dmafp_proc_run((const char *const *)argv, NULL, messages, NULL, &err);
	assert_int_equal(status, 0);
	assert_true(was_told("--runtime=3s"));
	assert_true(was_told("--readonly"));
	assert_text("env", "DMAFP_DEPTH=1\nDMAFP_DEVICE=/dev/nvme0n1\nDMAFP_ENGINE=libaio\n"
			   "DMAFP_IOS=0\n");
	assert_int_equal(dmafp_fio_made(&traffic, &task, status, &made, &err), 0);
	assert_int_equal(made, 40);
	assert_int_equal(dmafp_fio_made(&traffic, &task, 9, &made, &err), -EIO);
	assert_non_null(strstr(err.msg, "failed with status 9: fio says 'so'"));
	dmafp_fio_argv_free(argv);
	free(messages);
}

/* Failures */

static void fails(int code, enum dmafp_exit exit, const char *part)
{
	memset(&err, 0, sizeof(err));
	assert_int_equal(dmafp_fio_run(&traffic, &task, &load, &err), -code);
	if (!strstr(err.msg, part))
		fail_msg("'%s' is not in: %s", part, err.msg);
	assert_int_equal(err.exit, exit);
	assert_null(strchr(err.msg, '\n'));
	assert_null(load.measures);
	assert_null(load.op);
}

/* Also which job, on what */
static void fails_with_job(int code, enum dmafp_exit exit, const char *part)
{
	fails(code, exit, part);
	assert_non_null(strstr(err.msg, "randread-4k"));
	assert_non_null(strstr(err.msg, "/dev/nvme0n1"));
}

static void io_errors(void **state)
{
	(void)state;
	fake("cp " RECORDED "eio.json $out; cat " RECORDED "eio.log >&2; exit 1");
	fails_with_job(EIO, DMAFP_EXIT_DEVICE,
		       "failed on /dev/nvme0n1: Input/output error; dmesg may tell why: fio says "
		       "'fio: io_u error on file /dev/loop0: Input/output error: read "
		       "offset=503808, buflen=4096', 'fio: pid=");
	/* once, though fio says it twice */
	assert_null(strstr(strstr(err.msg, "io_u error on") + 1, "io_u error on"));
	/* gone in the middle of it */
	tree_drop("sys/block/nvme0n1");
	fails_with_job(ENODEV, DMAFP_EXIT_DEVICE,
		       "/dev/nvme0n1 vanished while fio ran job");
}

static void error_without_status(void **state)
{
	(void)state;
	fake("cp " RECORDED "eio.json $out; exit 0");
	fails_with_job(EIO, DMAFP_EXIT_DEVICE, "Input/output error");
}

static void with_error(const char *number)
{
	char *body = dmafp_path("sed 's/\"error\" : 1,/\"error\" : %s,/' " RECORDED
				"eperm.json >$out; exit 1",
				number);

	fake(body);
	free(body);
}

static void errors_of_the_kernel(void **state)
{
	(void)state;
	with_error("19");
	fails_with_job(ENODEV, DMAFP_EXIT_DEVICE, "failed on /dev/nvme0n1: No such device");
	with_error("30");
	fails_with_job(EROFS, DMAFP_EXIT_DEVICE, "which is read-only");
	with_error("13");
	fails_with_job(EACCES, DMAFP_EXIT_PERMISSION, "run as root");
	with_error("28");
	fails_with_job(ENOSPC, DMAFP_EXIT_IO, "ran out of space");
	with_error("22");
	fails_with_job(EINVAL, DMAFP_EXIT_COMMAND,
		       "failed on /dev/nvme0n1: Invalid argument");
}

static void uring(void **state)
{
	(void)state;
	task.engine = "io_uring";
	with_error("1");
	fails_with_job(EPERM, DMAFP_EXIT_PERMISSION, "sysctl kernel.io_uring_disabled");
	with_error("38");
	fails_with_job(ENOSYS, DMAFP_EXIT_MISSING, "this kernel has no io_uring");
	task.engine = "libaio";
	with_error("1");
	fails_with_job(EPERM, DMAFP_EXIT_COMMAND, "Operation not permitted");
	assert_null(strstr(err.msg, "io_uring_disabled"));
}

static void refused_options(void **state)
{
	(void)state;
	fake("echo 'fio: engine foo not loadable' >&2; echo 'fio: failed to load engine' >&2\n"
	     "exit 1");
	fails_with_job(EIO, DMAFP_EXIT_COMMAND,
		       "ended with status 1: fio printed no JSON: fio says 'fio: engine foo not "
		       "loadable', 'fio: failed to load engine'");
}

static void garbage(void **state)
{
	(void)state;
	fake("printf '{ \"jobs\" : [\\033\\n' >$out");
	fails_with_job(EIO, DMAFP_EXIT_MISSING, "fio's JSON is broken in line 1");
	fake("head -c 5000 " RECORDED "read.json >$out");
	fails_with_job(EIO, DMAFP_EXIT_MISSING, "fio's JSON is broken in line");
	fake("yes | head -c 100000 >$out; yes abc | head -c 100000; exit 3");
	fails_with_job(EIO, DMAFP_EXIT_COMMAND,
		       "status 3: fio printed no JSON: fio says 'y', 'abc'");
}

static void killed(void **state)
{
	(void)state;
	fake("kill -9 $$");
	fails_with_job(EIO, DMAFP_EXIT_COMMAND, "fio was killed by signal 9 (Killed)");
	/* one that fio caught: it prints what it has */
	fake("(echo; echo 'fio: terminating on signal 15'; cat " RECORDED "read.json) >$out\n"
	     "exit 128");
	fails_with_job(EIO, DMAFP_EXIT_COMMAND,
		       "was told to end before job randread-4k on /dev/nvme0n1 was done: fio says "
		       "'fio: terminating on signal 15'");
}

static void failing_status(void **state)
{
	(void)state;
	fake(GIVE_READ "exit 1");
	fails_with_job(EIO, DMAFP_EXIT_COMMAND, "failed with status 1");
}

static void short_ios(void **state)
{
	(void)state;
	fake("sed 's/\"short_ios\" : 0/\"short_ios\" : 1/' " RECORDED "read.json >$out");
	fails_with_job(EIO, DMAFP_EXIT_DEVICE, "came back short");
	fake("sed 's/\"total_ios\" : 60/\"total_ios\" : 0/' " RECORDED "read.json >$out");
	fails_with_job(EIO, DMAFP_EXIT_COMMAND, "made no IO");
}

static void logs_that_do_not_fit(void **state)
{
	(void)state;
	fake(GIVE_READ "rm ${log}_clat.1.log");
	fails(EIO, DMAFP_EXIT_NO_INPUT, "latency_clat.1.log");
	/* neither the least nor the most of them is in that line */
	fake(GIVE_READ "sed -i 2d ${log}_slat.1.log");
	fails(EINVAL, DMAFP_EXIT_MISSING, "fio's slat log has 59 latencies");
	fake(GIVE_READ "sed -i 's/27214/27213/' ${log}_clat.1.log");
	fails(EINVAL, DMAFP_EXIT_MISSING,
	      "60 latencies from 309 to 27213, its histogram 60 from");
	fake(GIVE_READ "sed -i 's/ 309,/ 310,/' ${log}_clat.1.log");
	fails(EINVAL, DMAFP_EXIT_MISSING,
	      "60 latencies from 310 to 27214, its histogram 60 from");
	fake(GIVE_READ "cp ${log}_slat.1.log ${log}_clat.1.log");
	fails(EINVAL, DMAFP_EXIT_MISSING, "fio's clat log has 60 latencies");
	fake(GIVE_READ "truncate -s -3 ${log}_slat.1.log");
	fails(EINVAL, DMAFP_EXIT_IO, "latency_slat.1.log is cut off in line 60");
	fake(GIVE_READ ": >${log}_slat.1.log");
	fails(EINVAL, DMAFP_EXIT_MISSING, "fio's slat log has 0 latencies");
	assert_work_is_empty();
}

static void other_bins(void **state)
{
	(void)state;
	fake(GIVE_READ "sed -i 's/\"27264\" :/\"27263\" :/' $out");
	fails(EINVAL, DMAFP_EXIT_MISSING, "fio's clat_ns: its bins are not those of a fio");
}

static void *stop_later(void *stop)
{
	usleep(300 * 1000);
	*(volatile sig_atomic_t *)stop = SIGTERM;
	return NULL;
}

static void stopped(void **state)
{
	volatile sig_atomic_t stop = 0;
	time_t begin = time(NULL);
	pthread_t thread;

	(void)state;
	traffic.stop = &stop;
	fake("sleep 100");
	assert_int_equal(pthread_create(&thread, NULL, stop_later, (void *)&stop), 0);
	fails(EINTR, DMAFP_EXIT_SIGTERM, "interrupted while fio was running");
	pthread_join(thread, NULL);
	assert_true(time(NULL) - begin < 50);
}

/* Versions */

static void versions(void **state)
{
	static const struct {
		const char *printed;
		bool good;
	} all[] = {
		{ "fio-3.33", true },	       { "fio-3.18", true },
		{ "fio-3.36-17-gb7c3", true }, { "fio-4.0", true },
		{ "fio-3.17", false },	       { "fio-3.9", false },
		{ "fio-2.99", false },
	};
	char *version;

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		char *body = dmafp_path("echo %s", all[i].printed);
		int ret;

		fake(body);
		ret = dmafp_fio_version(&traffic, &version, &err);
		if (all[i].good) {
			assert_int_equal(ret, 0);
			assert_string_equal(version, all[i].printed);
		} else {
			assert_int_equal(ret, -EINVAL);
			assert_int_equal(err.exit, DMAFP_EXIT_MISSING);
			assert_non_null(strstr(err.msg, all[i].printed));
			assert_non_null(strstr(err.msg, "is too old: 3.18 or newer"));
			assert_null(version);
		}
		free(version);
		free(body);
	}
	assert_text("args", "--version\n");
}

static void no_version(void **state)
{
	char *version;

	(void)state;
	fake("echo hello");
	assert_int_equal(dmafp_fio_version(&traffic, &version, &err), -EINVAL);
	assert_int_equal(err.exit, DMAFP_EXIT_MISSING);
	assert_non_null(strstr(err.msg, "printed 'hello', which is no version"));
	fake("echo 'libaio.so.1: cannot open'; exit 127");
	assert_int_equal(dmafp_fio_version(&traffic, &version, &err), -EIO);
	assert_int_equal(err.exit, DMAFP_EXIT_MISSING);
	assert_non_null(strstr(err.msg, "failed with status 127"));
}

static void not_installed(void **state)
{
	char *version, *path = tree_path("nothing");

	(void)state;
	setenv("PATH", path, 1);
	free(path);
	assert_int_equal(dmafp_fio_version(&traffic, &version, &err), -ENOENT);
	assert_int_equal(err.exit, DMAFP_EXIT_MISSING);
	assert_non_null(strstr(err.msg, "fio is not installed: apt-get install fio"));
	fails(ENOENT, DMAFP_EXIT_MISSING, "fio is not installed");
}

/* It is not fio that is not there. */
static void nowhere_to_write(void **state)
{
	char *version;

	(void)state;
	fake("echo fio-3.33");
	traffic.work = "/nonexistent";
	assert_int_equal(dmafp_fio_version(&traffic, &version, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "/nonexistent/fio.log"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(measured),
		TEST(log_values),
		TEST(no_log),
		TEST(on_two_cpus),
		TEST(for_some_time),
		TEST(too_short_for_its_clock),
		TEST(extents),
		TEST(nothing_of_an_earlier_run),
		TEST(counted),
		TEST(run_by_others),
		TEST(io_errors),
		TEST(error_without_status),
		TEST(errors_of_the_kernel),
		TEST(uring),
		TEST(refused_options),
		TEST(garbage),
		TEST(killed),
		TEST(failing_status),
		TEST(short_ios),
		TEST(logs_that_do_not_fit),
		TEST(other_bins),
		TEST(stopped),
		TEST(versions),
		TEST(no_version),
		TEST(not_installed),
		TEST(nowhere_to_write),
	};

	return cmocka_run_group_tests_name("fio", tests, NULL, NULL);
}
