// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The fio of this machine, with the job files that come with the program, on a plain
 * file.  What it takes means nothing here.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include <cmocka.h>

#include "base/proc.h"
#include "traffic/fio.h"
#include "traffic/values.h"
#include "tree.h"

#define JOBS DMAFP_SOURCE_DIR "/configs/fio"

static const char *const names[] = { "randread-512",  "randread-4k",  "randread-128k",
				     "randwrite-512", "randwrite-4k", "randwrite-128k" };

static char work[80];
static struct dmafp_profile profile;
static struct dmafp_traffic traffic;
static struct dmafp_disk disk;
static struct dmafp_fio_job job;
static struct dmafp_fio_task task;
static uint32_t cpus[2];
static struct dmafp_load load;
static struct dmafp_err err;

/* The first CPUs that this process may use, two if there are */
static void find_cpus(void)
{
	cpu_set_t set;

	task.nr_cpus = 0;
	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	for (uint32_t cpu = 0; cpu < CPU_SETSIZE && task.nr_cpus < 2; cpu++)
		if (CPU_ISSET(cpu, &set))
			cpus[task.nr_cpus++] = cpu;
	task.cpus = cpus;
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

static int setup(void **state)
{
	char *path;
	int fd;

	if (tree_make(state))
		return -1;
	snprintf(work, sizeof(work), "%s/work", tree);
	tree_put("work/.keep", "");
	tree_put("sys/block/disk/dev", "259:0\n");
	profile = (struct dmafp_profile) { .fio = { .ios = 100, .latency_log = true } };
	traffic =
		(struct dmafp_traffic) { .profile = &profile, .work = work, .sysfs = tree };
	disk = (struct dmafp_disk) { .name = "disk", .fd = -1 };
	path = tree_path("disk");
	snprintf(disk.node, sizeof(disk.node), "%s", path);
	fd = open(path, O_CREAT | O_RDWR, 0600);
	free(path);
	task = (struct dmafp_fio_task) { &job, &disk, "libaio", 1, cpus, 1 };
	return fd < 0 || ftruncate(fd, 4 << 20) || close(fd) ? -1 : 0;
}

static int teardown(void **state)
{
	free_load();
	dmafp_fio_job_release(&job);
	return tree_remove(state);
}

static void need_fio(void)
{
	char *version;

	if (!dmafp_fio_version(&traffic, &version, &err)) {
		free(version);
		return;
	}
	print_message("%s\n", err.msg);
	skip();
}

static void load_job(const char *name)
{
	dmafp_fio_job_release(&job);
	if (dmafp_fio_job_load(JOBS, name, &job, &err))
		fail_msg("%s", err.msg);
}

static void run(void)
{
	struct dmafp_traffic_result result = { .loads = &load, .nr_loads = 1 };

	free_load();
	dmafp_fio_describe(&task, &load);
	if (dmafp_fio_run(&traffic, &task, &load, &err))
		fail_msg("%s", err.msg);
	if (dmafp_traffic_check(&result, &err))
		fail_msg("%s", err.msg);
}

static uint64_t samples(enum dmafp_measure_kind kind)
{
	const struct dmafp_measure *m = dmafp_load_measure(&load, kind);

	assert_non_null(m);
	return m->hist.count;
}

static void all_jobs(void **state)
{
	(void)state;
	need_fio();
	find_cpus();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		load_job(names[i]);
		task.depth = i & 1 ? 32 : 1;
		profile.fio.latency_log = i & 2;
		run();
		assert_int_equal(load.ops, 100 * task.nr_cpus);
		assert_int_equal(samples(DMAFP_MEASURE_SUBMIT), load.ops);
		assert_int_equal(samples(DMAFP_MEASURE_COMPLETE), load.ops);
		assert_int_equal(load.bytes, job.bytes);
	}
}

static void with_uring(void **state)
{
	(void)state;
	need_fio();
	load_job("randread-4k");
	find_cpus();
	task.nr_cpus = 1;
	task.engine = "io_uring";
	task.depth = 32;
	if (dmafp_fio_run(&traffic, &task, &load, &err)) {
		/* the kernel's to decide, and then it must be told so */
		assert_true(err.exit == DMAFP_EXIT_PERMISSION ||
			    err.exit == DMAFP_EXIT_MISSING);
		print_message("%s\n", err.msg);
		skip();
	}
	assert_int_equal(load.ops, 100);
}

/* Exactly so many, and with more than one in flight not one more */
static void exact_counts(void **state)
{
	uint64_t made;

	(void)state;
	need_fio();
	load_job("randread-4k");
	find_cpus();
	task.depth = 32;
	for (uint64_t ios = 1; ios < 200; ios += 66) {
		if (dmafp_fio_count(&traffic, &task, ios, &made, &err))
			fail_msg("%s", err.msg);
		assert_int_equal(made, ios * task.nr_cpus);
	}
}

/* More IOs than the file has blocks, and until a time */
static void ends(void **state)
{
	(void)state;
	need_fio();
	load_job("randread-128k");
	find_cpus();
	task.nr_cpus = 1;
	profile.fio.latency_log = false;
	profile.fio.runtime = 1;
	profile.fio.ios = 500;
	run();
	/* ios before runtime */
	assert_int_equal(load.ops, 500);
	profile.fio.ios = 0;
	run();
	assert_true(load.elapsed_ns > 900000000 && load.elapsed_ns < 5000000000);
	assert_true(load.ops > 0);
}

/* Where each IO of a run went, by fio's own log: the fifth number of a line */
static struct dmafp_values offsets(void)
{
	char **argv = dmafp_fio_argv(&traffic, &task, 0);
	char *option = dmafp_path("--write_lat_log=%s/x", work), *path, *text, *line, *rest;
	const char *more[16] = { argv[0], "--log_offset=1", option };
	struct dmafp_values values = { 0 };
	unsigned long long offset;

	for (size_t i = 1; argv[i]; i++)
		more[2 + i] = argv[i];
	setenv("DMAFP_IOS", "50", 1);
	assert_int_equal(dmafp_proc_run(more, NULL, NULL, NULL, &err), 0);
	path = dmafp_path("%s/x_slat.1.log", work);
	text = dmafp_file_read(path, NULL, &err);
	assert_non_null(text);
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		assert_int_equal(sscanf(line, "%*u, %*u, %*u, %*u, %llu", &offset), 1);
		dmafp_values_add(&values, offset);
	}
	free(text);
	free(path);
	free(option);
	dmafp_fio_argv_free(argv);
	return values;
}

static void same_offsets(void **state)
{
	struct dmafp_values first, second;
	struct dmafp_hist hist;

	(void)state;
	need_fio();
	load_job("randread-4k");
	find_cpus();
	task.nr_cpus = 1;
	first = offsets();
	second = offsets();
	assert_int_equal(first.nr, 50);
	assert_int_equal(second.nr, 50);
	assert_memory_equal(first.items, second.items, 50 * sizeof(*first.items));
	/* and they are random: 50 of 1024 blocks, of which few are the same */
	dmafp_values_hist(&first, &hist);
	assert_true(hist.nr_buckets > 40);
	free(hist.buckets);
	dmafp_values_free(&first);
	dmafp_values_free(&second);
}

static void reading_writes_nothing(void **state)
{
	char before[DMAFP_SHA256_HEX], after[DMAFP_SHA256_HEX];

	(void)state;
	need_fio();
	find_cpus();
	assert_int_equal(dmafp_file_sha256(disk.node, before, &err), 0);
	load_job("randread-4k");
	run();
	assert_int_equal(dmafp_file_sha256(disk.node, after, &err), 0);
	assert_string_equal(before, after);
	/* were it taken for a reading one, fio itself would not do it */
	load_job("randwrite-4k");
	job.writes = false;
	free_load();
	assert_int_equal(dmafp_fio_run(&traffic, &task, &load, &err), -EIO);
	assert_non_null(strstr(err.msg, "read-only mode"));
	assert_int_equal(dmafp_file_sha256(disk.node, after, &err), 0);
	assert_string_equal(before, after);
	job.writes = true;
	run();
	assert_int_equal(dmafp_file_sha256(disk.node, after, &err), 0);
	assert_string_not_equal(before, after);
}

static void failing(void **state)
{
	(void)state;
	need_fio();
	find_cpus();
	load_job("randread-4k");
	strcat(disk.node, "-of-nobody");
	assert_true(dmafp_fio_run(&traffic, &task, &load, &err) < 0);
	assert_non_null(strstr(err.msg, "disk-of-nobody"));
	assert_non_null(strstr(err.msg, "fio says"));
	*strrchr(disk.node, '-') = '\0';
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_jobs), TEST(with_uring),   TEST(exact_counts),
		TEST(ends),	TEST(same_offsets), TEST(reading_writes_nothing),
		TEST(failing),
	};

	return cmocka_run_group_tests_name("fio_real", tests, NULL, NULL);
}
