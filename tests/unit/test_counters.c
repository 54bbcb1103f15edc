// SPDX-License-Identifier: GPL-2.0-or-later
/* PMU counters over CPUs: the kernel's own clock, and what a kernel may refuse. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "run/event.h"
#include "traffic/counters.h"

static const uint32_t cpus[] = { 0, 1 };
static struct dmafp_err error;
static char root[64];

/* What a fake kernel answers for the second event on the second CPU. */
static int answer;
static unsigned int opened;
static struct perf_event_attr last;

static int fake_open(struct perf_event_attr *attr, uint32_t cpu)
{
	last = *attr;
	if (attr->config == PERF_COUNT_HW_INSTRUCTIONS && cpu == 1 && answer)
		return -answer;
	opened++;
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static struct dmafp_counters *fake(void)
{
	static char *names[] = { "cycles", "instructions" };
	const struct dmafp_names wanted = { names, 2 };
	const struct dmafp_counters_where where = {
		.cpus = cpus, .nr_cpus = 2, .procfs = root, .open = fake_open
	};

	opened = 0;
	memset(&error, 0, sizeof(error));
	return dmafp_counters_open(&wanted, &where, &error);
}

static void paranoid(const char *text)
{
	char *dir = dmafp_path("%s/sys/kernel", root);
	char *path = dmafp_path("%s/perf_event_paranoid", dir);
	struct dmafp_err err;

	assert_int_equal(dmafp_file_mkdirs(dir, &err), 0);
	assert_int_equal(dmafp_file_write(path, text, strlen(text), &err), 0);
	free(path);
	free(dir);
}

static int setup(void **state)
{
	(void)state;
	answer = 0;
	strcpy(root, "/tmp/dmafp-test-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	return dmafp_file_remove_tree(root);
}

static void says(const char *part)
{
	if (!strstr(error.msg, part))
		fail_msg("no '%s' in: %s", part, error.msg);
}

static unsigned int open_files(void)
{
	unsigned int nr = 0;

	for (int fd = 0; fd < 256; fd++)
		nr += fcntl(fd, F_GETFD) >= 0;
	return nr;
}

/* Kernel and user mode, of each CPU, and not yet. */
static void asked_for(void **state)
{
	unsigned int before = open_files();
	struct dmafp_counters *counters = fake();

	(void)state;
	assert_non_null(counters);
	assert_int_equal(opened, 4);
	assert_int_equal(last.type, PERF_TYPE_HARDWARE);
	assert_int_equal(last.config, PERF_COUNT_HW_INSTRUCTIONS);
	assert_true(last.disabled);
	assert_false(last.exclude_kernel || last.exclude_user || last.exclude_idle);
	assert_int_equal(last.read_format,
			 PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING);
	dmafp_counters_close(counters);
	assert_int_equal(open_files(), before);
}

static void refused(int code, enum dmafp_exit exit, const char *part)
{
	unsigned int before = open_files();

	answer = code;
	assert_null(fake());
	assert_int_equal(error.exit, exit);
	says(part);
	assert_int_equal(open_files(), before);
}

static void not_allowed(void **state)
{
	(void)state;
	paranoid("3\n");
	refused(EACCES, DMAFP_EXIT_PERMISSION,
		"perf_event_paranoid is 3 and has to be 0 or less: sysctl "
		"kernel.perf_event_paranoid=0");
	refused(EPERM, DMAFP_EXIT_PERMISSION, "perf_event_paranoid is 3");
	paranoid("-1\n");
	refused(EPERM, DMAFP_EXIT_PERMISSION, "a container or a security module forbids");
}

/* Of counting and of sampling, which needs more: rings of any size */
static void what_is_needed(void **state)
{
	(void)state;
	paranoid("0\n");
	assert_int_equal(dmafp_event_forbidden(root, "sample", -1, EACCES, &error), -EACCES);
	assert_int_equal(error.exit, DMAFP_EXIT_PERMISSION);
	assert_string_equal(error.msg,
			    "cannot sample on whole CPUs: /proc/sys/kernel/perf_event_paranoid "
			    "is 0 and has to be -1 or less: sysctl "
			    "kernel.perf_event_paranoid=-1, or run as root, or with CAP_PERFMON");
	assert_int_equal(dmafp_event_forbidden(root, "count", 0, EPERM, &error), -EPERM);
	says("cannot count on whole CPUs although /proc/sys/kernel/perf_event_paranoid is '0'");
	assert_int_equal(dmafp_event_forbidden("/nonexistent", "count", 0, EPERM, &error), -EPERM);
	says("is 'not there': run as root");
}

/* Whoever opened it, perf_event_open(2) or the module */
static void reasons(void **state)
{
	static const int no_such_event[] = { ENOENT, EOPNOTSUPP, ENODEV };
	char *reason;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(no_such_event) / sizeof(no_such_event[0]); i++) {
		reason = dmafp_event_absent(no_such_event[i]);
		assert_string_equal(reason, "this machine's PMU does not count it");
		free(reason);
	}
	reason = dmafp_event_absent(EINVAL);
	assert_string_equal(reason, "Invalid argument");
	free(reason);
	reason = dmafp_event_absent(0);
	assert_string_equal(reason, "not known");
	free(reason);
}

static void other_refusals(void **state)
{
	(void)state;
	refused(ENODEV, DMAFP_EXIT_USAGE, "CPU 1: it is not online");
	refused(EMFILE, DMAFP_EXIT_USAGE, "ulimit -n");
}

/* What the machine cannot do is recorded with why, and is no failure. */
static void absent(void **state)
{
	static const struct {
		int code;
		const char *reason;
	} tries[] = {
		{ ENOENT, "this machine's PMU does not count it" },
		{ EOPNOTSUPP, "this machine's PMU does not count it" },
		{ EINVAL, "Invalid argument" },
	};
	static char *names[] = { "instructions" };
	const struct dmafp_names wanted = { names, 1 };
	const struct dmafp_counters_where where = {
		.cpus = cpus, .nr_cpus = 2, .procfs = root, .open = fake_open
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		struct dmafp_counter_result *results;
		struct dmafp_counters *counters;
		size_t nr;

		answer = tries[i].code;
		counters = dmafp_counters_open(&wanted, &where, &error);
		assert_non_null(counters);
		assert_int_equal(dmafp_counters_enable(counters, &error), 0);
		assert_int_equal(dmafp_counters_disable(counters, &error), 0);
		assert_int_equal(dmafp_counters_read(counters, &results, &nr, &error), 0);
		assert_int_equal(nr, 1);
		assert_string_equal(results[0].event, "instructions");
		assert_int_equal(results[0].state, DMAFP_COUNTER_IS_ABSENT);
		assert_string_equal(results[0].reason, tries[i].reason);
		assert_null(dmafp_counter_fault(&results[0]));
		free(results[0].event);
		free(results[0].reason);
		free(results);
		dmafp_counters_close(counters);
	}
}

static void no_event(void **state)
{
	static char *names[] = { "cycels" };
	const struct dmafp_names wanted = { names, 1 };
	const struct dmafp_counters_where where = { .open = fake_open };

	(void)state;
	assert_null(dmafp_counters_open(&wanted, &where, &error));
	assert_int_equal(error.exit, DMAFP_EXIT_USAGE);
	says("no event 'cycels'");
	says("cache-misses");
}

/* /dev/null is no counter: what cannot be switched or read is told. */
static void lost(void **state)
{
	struct dmafp_counters *counters = fake();
	struct dmafp_counter_result *results;
	size_t nr;

	(void)state;
	assert_non_null(counters);
	assert_int_equal(dmafp_counters_enable(counters, &error), -ENOTTY);
	says("cannot switch counter cycles");
	assert_int_equal(dmafp_counters_read(counters, &results, &nr, &error), -ENODEV);
	says("cannot read counter cycles");
	assert_null(results);
	assert_int_equal(nr, 0);
	dmafp_counters_close(counters);
}

static void none(void **state)
{
	struct dmafp_counter_result *results;
	size_t nr = 1;

	(void)state;
	assert_int_equal(dmafp_counters_enable(NULL, &error), 0);
	assert_int_equal(dmafp_counters_disable(NULL, &error), 0);
	assert_int_equal(dmafp_counters_read(NULL, &results, &nr, &error), 0);
	assert_int_equal(nr, 0);
	dmafp_counters_close(NULL);
}

static void judged(void **state)
{
	static const struct dmafp_counters_reading all[] = { { 700, 50, 50 },
							     { 20, 60, 60 } };
	static const struct dmafp_counters_reading half[] = { { 700, 50, 50 },
							      { 20, 60, 59 } };
	struct dmafp_counter_result result = { 0 };

	(void)state;
	dmafp_counters_judge(all, 2, &result);
	assert_int_equal(result.state, DMAFP_COUNTER_IS_VALID);
	assert_true(result.valid);
	assert_int_equal(result.value, 720);
	assert_int_equal(result.enabled_ns, 110);
	assert_int_equal(result.running_ns, 110);
	assert_null(dmafp_counter_fault(&result));

	result = (struct dmafp_counter_result) { 0 };
	dmafp_counters_judge(half, 2, &result);
	assert_int_equal(result.state, DMAFP_COUNTER_IS_MULTIPLEXED);
	assert_false(result.valid);
	assert_int_equal(result.value, 0);
	assert_int_equal(result.running_ns, 109);
	assert_null(dmafp_counter_fault(&result));
}

/* --- the real thing, with a counter that every kernel has: time itself, in ns */

#define PAUSE_US 20000

static bool is_allowed(void)
{
	struct perf_event_attr attr = { .size = sizeof(attr), .type = PERF_TYPE_SOFTWARE };
	int fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Twice a pause, with one between them that does not count. */
static void counted(void **state)
{
	static char *names[] = { "1:0" };
	const struct dmafp_names wanted = { names, 1 };
	const struct dmafp_counters_where where = { .cpus = cpus,
						    .nr_cpus = 1,
						    .procfs = "/proc" };
	struct dmafp_counter_result *results;
	struct dmafp_counters *counters;
	size_t nr;

	(void)state;
	if (!is_allowed()) {
		print_message("this user may not count on whole CPUs\n");
		skip();
	}
	counters = dmafp_counters_open(&wanted, &where, &error);
	assert_non_null(counters);
	usleep(PAUSE_US);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(dmafp_counters_enable(counters, &error), 0);
		usleep(PAUSE_US);
		assert_int_equal(dmafp_counters_disable(counters, &error), 0);
		usleep(20 * PAUSE_US);
	}
	assert_int_equal(dmafp_counters_read(counters, &results, &nr, &error), 0);
	assert_int_equal(nr, 1);
	assert_int_equal(results[0].state, DMAFP_COUNTER_IS_VALID);
	assert_int_equal(results[0].type, PERF_TYPE_SOFTWARE);
	assert_in_range(results[0].value, 2000 * PAUSE_US, 10 * 1000 * PAUSE_US);
	assert_in_range(results[0].enabled_ns, 2000 * PAUSE_US, 10 * 1000 * PAUSE_US);
	assert_null(dmafp_counter_fault(&results[0]));
	free(results[0].event);
	free(results);
	dmafp_counters_close(counters);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(asked_for), TEST(not_allowed), TEST(other_refusals),
		TEST(what_is_needed), TEST(reasons),
		TEST(absent),	 TEST(no_event),    TEST(lost),
		TEST(none),	 TEST(judged),	    TEST(counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
