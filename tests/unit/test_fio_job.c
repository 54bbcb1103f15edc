// SPDX-License-Identifier: GPL-2.0-or-later
/* Job files of fio: which are taken, and what is refused where. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "traffic/fio_job.h"
#include "tree.h"

/* Lines 1 to 11; a test's own lines come behind, from line 12 */
#define GLOBAL                       \
	"[global]\n"                 \
	"filename=${DMAFP_DEVICE}\n" \
	"ioengine=${DMAFP_ENGINE}\n" \
	"iodepth=${DMAFP_DEPTH}\n"   \
	"number_ios=${DMAFP_IOS}\n"  \
	"io_size=1P\n"               \
	"direct=1\n"                 \
	"thread=1\n"                 \
	"group_reporting=1\n"        \
	"randrepeat=1\n"             \
	"allrandrepeat=1\n"
#define JOB "[job]\nrw=randread\nbs=4k\n"

static struct dmafp_fio_job job;
static struct dmafp_err err;

static int setup(void **state)
{
	(void)state;
	memset(&err, 0, sizeof(err));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	dmafp_fio_job_release(&job);
	return 0;
}

static void taken(const char *text)
{
	dmafp_fio_job_release(&job);
	if (dmafp_fio_job_parse(text, "x.fio", &job, &err))
		fail_msg("%s", err.msg);
}

static void refused(const char *text, const char *message)
{
	dmafp_fio_job_release(&job);
	if (dmafp_fio_job_parse(text, "x.fio", &job, &err) != -EINVAL)
		fail_msg("taken: %s", text);
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
	if (strncmp(err.msg, message, strlen(message)))
		fail_msg("'%s' does not begin with '%s'", err.msg, message);
}

static void plain(void **state)
{
	(void)state;
	taken(GLOBAL JOB);
	assert_string_equal(job.op, "randread");
	assert_int_equal(job.bytes, 4096);
	assert_false(job.writes);
	assert_string_equal(job.path, "x.fio");
	taken("# comment\n\n; another\r\n" GLOBAL "  # indented ; twice\n" JOB);
	taken(GLOBAL "[job-2_B]  \nrw = read\r\nbs = 128K\nrandseed=7");
	assert_string_equal(job.op, "read");
	assert_int_equal(job.bytes, 131072);
}

static void writes(void **state)
{
	static const struct {
		const char *op;
		bool writes;
	} ops[] = { { "read", false },
		    { "randread", false },
		    { "write", true },
		    { "randwrite", true } };

	(void)state;
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		char *text = dmafp_path(GLOBAL "[job]\nrw=%s\nbs=512\n", ops[i].op);

		taken(text);
		assert_string_equal(job.op, ops[i].op);
		assert_int_equal(job.writes, ops[i].writes);
		free(text);
	}
}

static void other_ops(void **state)
{
	static const char *const ops[] = { "trim",	 "randtrim",   "trimwrite",
					   "randrw",	 "rw",	       "readwrite",
					   "randread:8", "read,write", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		char *text = dmafp_path(GLOBAL "[job]\nbs=512\nrw=%s\n", ops[i]);

		refused(text,
			"x.fio:14: rw must be read, randread, write or randwrite, not '");
		free(text);
	}
}

static void sizes(void **state)
{
	static const char *const bad[] = { "0", "4k-8k", "4k,8k", "4096,",
					   "x", "4kib",	 "-1" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *text = dmafp_path(GLOBAL "[job]\nrw=read\nbs=%s\n", bad[i]);

		refused(text, "x.fio:14: bs must be one size, as in 4k, not '");
		free(text);
	}
}

static void unknown_keys(void **state)
{
	static const char *const keys[] = {
		"exec_prerun=touch /x",
		"exec_postrun=x",
		"write_lat_log=x",
		"read_iolog=x",
		"ioscheduler=none",
		"unlink=1",
		"mem=mmap:/x",
		"verify=crc32c",
		"time_based=1",
		"runtime=1",
		"ramp_time=1",
		"numjobs=2",
		"cpus_allowed=0",
		"disable_lat=1",
		"readwrite=write",
		"blocksize=4k",
		"fsync=1",
		"include x=y",
		"directory=/x",
		"rate_iops=1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char *text = dmafp_path(GLOBAL "%s\n" JOB, keys[i]);
		char *message =
			dmafp_path("x.fio:12: key '%.*s' is none that dmafp lets fio see",
				   (int)strcspn(keys[i], "="), keys[i]);

		refused(text, message);
		free(message);
		free(text);
	}
	refused(GLOBAL "norandmap=1\n" JOB,
		"x.fio:12: key 'norandmap' is none that dmafp lets fio see, did you mean "
		"'norandommap'?");
}

static void other_devices(void **state)
{
	(void)state;
	refused("[global]\nfilename=/dev/sda\n",
		"x.fio:2: filename must be ${DMAFP_DEVICE}, not '/dev/sda'");
	refused("[global]\nfilename=${DMAFP_DEVICE}:/dev/sda\n",
		"x.fio:2: filename must be");
	refused(GLOBAL JOB "filename=/dev/sda\n",
		"x.fio:15: key 'filename' was given before");
}

static void fixed_values(void **state)
{
	(void)state;
	refused("[global]\nioengine=sync\n", "x.fio:2: ioengine must be ${DMAFP_ENGINE}");
	refused("[global]\niodepth=4\n", "x.fio:2: iodepth must be ${DMAFP_DEPTH}");
	refused("[global]\nnumber_ios=4\n", "x.fio:2: number_ios must be ${DMAFP_IOS}");
	refused("[global]\ndirect=0\n", "x.fio:2: direct must be 1, not '0'");
	refused("[global]\nthread=0\n", "x.fio:2: thread must be 1, not '0'");
	refused("[global]\nrandrepeat=0\n", "x.fio:2: randrepeat must be 1, not '0'");
	refused(GLOBAL "randseed=${SEED}\n" JOB,
		"x.fio:12: '${SEED}': no variable can stand for randseed");
	refused(GLOBAL "[job]\nbs=4k\nrw=${RW}\n", "x.fio:14: '${RW}': no variable");
}

static void missing(void **state)
{
	(void)state;
	refused("", "x.fio: key 'filename' is missing: it must be ${DMAFP_DEVICE}");
	refused(GLOBAL "[job]\nrw=read\n", "x.fio: key 'bs' is missing");
	refused(GLOBAL "[job]\nbs=4k\n", "x.fio: key 'rw' is missing");
	refused(GLOBAL "rw=read\nbs=4k\n", "x.fio has no job");
}

/* fio would make the second job as well, though it has no key of its own. */
static void second_job(void **state)
{
	(void)state;
	refused(GLOBAL JOB "[more]\n", "x.fio:15: [more] is a second job");
	refused(GLOBAL JOB "[global]\n[job]\n", "x.fio:16: [job] is a second job");
	refused(GLOBAL "[globally]\nrw=read\nbs=4k\n",
		"x.fio:12: [globally]: fio takes it for");
	refused(GLOBAL "[job] rw=write\nbs=4k\n",
		"x.fio:12: a section is named by letters");
	refused(GLOBAL "[a b]\nbs=4k\n", "x.fio:12: a section is named by letters");
	refused(GLOBAL "[]\nbs=4k\n", "x.fio:12: a section is named by letters");
}

/* What inih and fio would read differently */
static void lines(void **state)
{
	(void)state;
	refused(GLOBAL "[job]\nrw=randread ;x\nbs=4k\n",
		"x.fio:13: a comment must have a line of its own");
	refused(GLOBAL "[job]\nrw=randread #x\nbs=4k\n",
		"x.fio:13: a comment must have a line of its own");
	refused(GLOBAL "group_reporting\n" JOB,
		"x.fio:12: neither '[section]' nor 'key=value'");
	refused("filename=${DMAFP_DEVICE}\n" GLOBAL JOB,
		"x.fio:1: key 'filename' stands before the first section");
	refused(GLOBAL "[job]\nrw=randread\n  write\nbs=4k\n",
		"x.fio:14: neither '[section]'");
	refused(GLOBAL
		"randseed="
		"00000000000000000000000000000000000000000000000000000000000000000000"
		"00000000000000000000000000000000000000000000000000000000000000000000"
		"00000000000000000000000000000000000000000000000000000000000000000001"
		"\n" JOB,
		"x.fio:12: line of more than 197 characters");
}

static void first_mistake_is_told(void **state)
{
	(void)state;
	refused(GLOBAL "[job]\nrw=trim\nbs=x\nno\n", "x.fio:13: rw must be");
	refused(GLOBAL "no\n[job]\nrw=trim\n", "x.fio:12: neither");
}

/* Files */

static void loaded(void **state)
{
	(void)state;
	tree_put("mine.fio", GLOBAL JOB);
	assert_int_equal(dmafp_fio_job_load(tree, "mine", &job, &err), 0);
	assert_string_equal(job.name, "mine");
	assert_non_null(strstr(job.path, "/mine.fio"));
}

static void not_there(void **state)
{
	(void)state;
	tree_put("randread-4k.fio", GLOBAL JOB);
	tree_put("readme.txt", "");
	assert_int_equal(dmafp_fio_job_load(tree, "randred-4k", &job, &err), -ENOENT);
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
	assert_non_null(strstr(err.msg, "no fio job 'randred-4k' in "));
	assert_non_null(strstr(err.msg, "did you mean 'randread-4k'?"));
	assert_int_equal(dmafp_fio_job_load("/nowhere", "x", &job, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "cannot read the folder of fio's jobs, /nowhere"));
	/* a name, not a way out of the folder */
	assert_int_equal(dmafp_fio_job_load(tree, "./randread-4k", &job, &err), -ENOENT);
}

/* fio goes on behind a NUL. */
static void nul(void **state)
{
	static const char text[] = GLOBAL JOB "\0\nexec_prerun=touch /x\n";
	char *path = tree_path("nul.fio");

	(void)state;
	assert_int_equal(dmafp_file_write(path, text, sizeof(text) - 1, &err), 0);
	free(path);
	assert_int_equal(dmafp_fio_job_load(tree, "nul", &job, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "is no text file"));
}

/* The ones that come with the program: named by what they do */
static void our_own(void **state)
{
	static const char dir[] = DMAFP_SOURCE_DIR "/configs/fio";
	unsigned int nr = 0;
	struct dirent *entry;
	DIR *all = opendir(dir);

	(void)state;
	assert_non_null(all);
	while ((entry = readdir(all))) {
		char *dot = strrchr(entry->d_name, '.'), size[16], *name;

		if (entry->d_name[0] == '.')
			continue;
		assert_string_equal(dot, ".fio");
		*dot = '\0';
		if (dmafp_fio_job_load(dir, entry->d_name, &job, &err))
			fail_msg("%s", err.msg);
		snprintf(size, sizeof(size), job.bytes < 1024 ? "%llu" : "%lluk",
			 (unsigned long long)(job.bytes < 1024 ? job.bytes
							       : job.bytes / 1024));
		name = dmafp_path("%s-%s", job.op, size);
		assert_string_equal(name, entry->d_name);
		assert_int_equal(job.writes, !strcmp(job.op, "randwrite"));
		free(name);
		dmafp_fio_job_release(&job);
		nr++;
	}
	closedir(all);
	assert_int_equal(nr, 6);
}

static void keys_are_documented(void **state)
{
	char *text = dmafp_file_read(DMAFP_SOURCE_DIR "/docs/traffic.md", NULL, &err);
	size_t nr = 0;

	(void)state;
	assert_non_null(text);
	for (; dmafp_fio_job_key(nr); nr++) {
		char *alone = dmafp_path("`%s`", dmafp_fio_job_key(nr));
		char *valued = dmafp_path("`%s=", dmafp_fio_job_key(nr));

		if (!strstr(text, alone) && !strstr(text, valued))
			fail_msg("docs/traffic.md says nothing of %s",
				 dmafp_fio_job_key(nr));
		free(alone);
		free(valued);
	}
	assert_true(nr > 30);
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain),
		TEST(writes),
		TEST(other_ops),
		TEST(sizes),
		TEST(unknown_keys),
		TEST(other_devices),
		TEST(fixed_values),
		TEST(missing),
		TEST(second_job),
		TEST(lines),
		TEST(first_mistake_is_told),
		TEST(loaded),
		TEST(not_there),
		TEST(nul),
		TEST(our_own),
		TEST(keys_are_documented),
	};

	return cmocka_run_group_tests_name("fio_job", tests, tree_make, tree_remove);
}
