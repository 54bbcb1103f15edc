// SPDX-License-Identifier: GPL-2.0-or-later
/* How fio's loads are made for those who count and sample: its private parts, by a fake. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tree.h"
/* what it decides is nobody else's to ask */
#include "traffic/maker_fio.c"

#define RECORDED DMAFP_SOURCE_DIR "/tests/unit/fio/"
#define JOBS	 DMAFP_SOURCE_DIR "/configs/fio"

static char work[80];
static struct dmafp_profile profile;
static struct dmafp_traffic traffic;
static struct dmafp_pci_device device;
static struct dmafp_maker_use use;
static struct fio_use fio;
static struct dmafp_disk disk;
static struct dmafp_fio_job job;
static uint32_t cpus[] = { 0 };
static uint64_t depths[] = { 1, 64 };
static char *engines[] = { (char *)"libaio" }, *jobs[] = { (char *)"randread-4k" };
static struct dmafp_err err;

/* Notes how it was called, and says that it made as many IOs as it was told to */
static const char script[] = "#!/bin/sh\n"
			     "for a; do case $a in --output=*) out=${a#*=};; esac; done\n"
			     "echo \"$DMAFP_DEPTH $DMAFP_IOS $*\" >TREE/called\n"
			     "grep Cpus_allowed_list /proc/self/status >TREE/allowed\n"
			     "[ $DMAFP_IOS = 0 ] && DMAFP_IOS=60\n"
			     "sed \"s/\\(.total_ios. : \\)60/\\1$DMAFP_IOS/\" " RECORDED
			     "read.json >$out\n";

static void put_fio(void)
{
	char *path, *text = dmafp_alloc_string(""), *more;
	const char *at = script, *next;

	for (; (next = strstr(at, "TREE")); at = next + strlen("TREE")) {
		more = dmafp_path("%s%.*s%s", text, (int)(next - at), at, tree);
		free(text);
		text = more;
	}
	more = dmafp_path("%s%s", text, at);
	tree_put("bin/fio", more);
	path = tree_path("bin/fio");
	assert_int_equal(chmod(path, 0755), 0);
	free(path);
	free(more);
	free(text);
	path = dmafp_path("%s/bin:/usr/bin:/bin", tree);
	setenv("PATH", path, 1);
	free(path);
}

static int setup(void **state)
{
	if (tree_make(state))
		return -1;
	snprintf(work, sizeof(work), "%s/work", tree);
	tree_put("work/.keep", "");
	put_fio();
	profile = (struct dmafp_profile) {
		.fio = { .ios = 60,
			 .jobs = { jobs, 1 },
			 .engines = { engines, 1 },
			 .depths = { depths, 2 } },
	};
	traffic = (struct dmafp_traffic) { .profile = &profile, .work = work };
	device = (struct dmafp_pci_device) { .node = -1 };
	disk = (struct dmafp_disk) { .name = "nvme0n1", .node = "/dev/nvme0n1", .fd = -1 };
	if (dmafp_fio_job_load(JOBS, "randread-4k", &job, &err))
		return -1;
	fio = (struct fio_use) { .traffic = traffic,
				 .disk = &disk,
				 .jobs = &job,
				 .nr_jobs = 1 };
	use = (struct dmafp_maker_use) { .traffic = &traffic,
					 .device = &device,
					 .cpus = cpus,
					 .nr_cpus = 1,
					 .private = &fio };
	return 0;
}

static int teardown(void **state)
{
	dmafp_fio_job_release(&job);
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

static void was_called(const char *begin)
{
	char *text = text_of("called");

	if (strncmp(text, begin, strlen(begin)) != 0)
		fail_msg("\"%s\" does not begin with \"%s\"", text, begin);
	free(text);
}

static struct dmafp_maker_way sampled(size_t index)
{
	struct dmafp_maker_way way = { 0 };

	if (sustain(&use, index, 2500, &way, &err))
		fail_msg("%s", err.msg);
	return way;
}

/* A lab's disk is slow: what is sampled is deeper than what was measured, and says so */
static void a_lab_samples_more_depth(void **state)
{
	(void)state;
	traffic.lab = true;
	assert_int_equal(sampled(0).depth, 32);
	was_called("32 20000 ");
	assert_int_equal(sampled(1).depth, 64);
	was_called("64 20000 ");
}

/* Elsewhere it is the load itself, by whole seconds */
static void others_sample_the_load(void **state)
{
	char *text;

	(void)state;
	assert_int_equal(sampled(0).depth, 1);
	was_called("1 0 ");
	text = text_of("called");
	assert_non_null(strstr(text, " --runtime=3s "));
	free(text);
	assert_int_equal(sampled(1).depth, 64);
	assert_int_equal(sampled(1).pace_ns, 0);
}

/* Its own process is kept off the load's CPU, where there are others, and this one comes back */
static void fio_itself_is_elsewhere(void **state)
{
	struct dmafp_load load = { 0 };
	cpu_set_t before, after;
	char *text, *expected;
	uint32_t other = 0;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	if (CPU_COUNT(&before) < 2)
		skip();
	while (!CPU_ISSET(cpus[0], &before))
		cpus[0]++;
	while (!CPU_ISSET(other, &before) || other == cpus[0])
		other++;
	/* of all CPUs but one that one is left */
	CPU_ZERO(&after);
	CPU_SET(cpus[0], &after);
	CPU_SET(other, &after);
	sched_setaffinity(0, sizeof(after), &after);
	profile.fio.latency_log = false;
	if (measure(&use, 0, &load, NULL, &err))
		fail_msg("%s", err.msg);
	was_called("1 60 ");
	text = text_of("allowed");
	expected = dmafp_path("Cpus_allowed_list:\t%u\n", other);
	assert_string_equal(text, expected);
	free(text);
	sampled(0);
	text = text_of("allowed");
	assert_string_equal(text, expected);
	free(text);
	free(expected);
	assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
	assert_int_equal(CPU_COUNT(&after), 2);
	sched_setaffinity(0, sizeof(before), &before);
	for (size_t i = 0; i < load.nr_measures; i++)
		free(load.measures[i].hist.buckets);
	free(load.measures);
}

#define FIO_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIO_TEST(a_lab_samples_more_depth),
		FIO_TEST(others_sample_the_load),
		FIO_TEST(fio_itself_is_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
