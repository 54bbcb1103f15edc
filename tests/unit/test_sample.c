// SPDX-License-Identifier: GPL-2.0-or-later
/* Sampling by perf: how it is started, told and stopped, and what is read of it. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/file.h"
#include "fake_perf.h"
#include "run/pin.h"
#include "traffic/perf_tool.h"
#include "traffic/sample.h"
#include "traffic/sample_report.h"

static const uint32_t cpus[] = { 0, 2 };
static struct dmafp_sample sample;
static struct dmafp_sampling sampling;
static struct dmafp_err err;

static int set_up(void **state)
{
	(void)state;
	if (fake_perf_set_up())
		return -1;
	sample = (struct dmafp_sample) { .procfs = "/proc",
					 .event = "cpu-clock",
					 .frequency = 4999,
					 .cpus = cpus,
					 .nr_cpus = 2,
					 .work = work };
	err = (struct dmafp_err) { 0 };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	dmafp_sampling_free(&sampling);
	fake_perf_tear_down();
	return 0;
}

static void must_say(const char *part)
{
	if (!strstr(err.msg, part))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, part);
}

static int told_so_far(void *ctx, struct dmafp_err *e)
{
	(void)e;
	*(char **)ctx = dmafp_alloc_string(seen("told"));
	return 0;
}

static int refuse(void *ctx, struct dmafp_err *e)
{
	(void)ctx;
	return dmafp_err_set(e, ENODEV, DMAFP_EXIT_DEVICE, "the device is gone");
}

static int nothing(void *ctx, struct dmafp_err *e)
{
	(void)ctx;
	(void)e;
	return 0;
}

static int run(int (*function)(void *ctx, struct dmafp_err *err), void *ctx)
{
	dmafp_sampling_free(&sampling);
	return dmafp_sample_run(&sample, function, ctx, &sampling, &err);
}

/* It samples when the function begins, and no more when perf is told to end. */
static void only_what_runs_is_sampled(void **state)
{
	char *told = NULL;

	(void)state;
	if (run(told_so_far, &told))
		fail_msg("%s", err.msg);
	assert_string_equal(told, "enable\n");
	assert_string_equal(seen("told"), "enable\ndisable\ninterrupted\n");
	assert_true(sampling.present);
	assert_string_equal(sampling.tool_version, "perf version 6.1.192");
	assert_string_equal(sampling.event, "cpu-clock");
	assert_null(sampling.fallback);
	assert_int_equal(sampling.frequency, 4999);
	assert_int_equal(sampling.samples, 42);
	assert_int_equal(sampling.lost, 3);
	assert_int_equal(sampling.recorder, 2);
	assert_int_equal(sampling.nr_functions, 1);
	assert_int_equal(sampling.functions[0].period, 12946040);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	free(told);
}

/* The clock by its prime period, on the load's CPUs only, into the work folder */
static void perf_is_started_as_meant(void **state)
{
	char *path = dmafp_sample_path(&sample);

	(void)state;
	assert_int_equal(run(nothing, NULL), 0);
	assert_non_null(strstr(seen("calls"),
			       "record -a -C 0,2 "
			       "-e cpu-clock/period=323651/,cpu-clock/period=523657/ "
			       "-m 4M -N -D -1 --control=fifo:control,ack -o perf.data\n"));
	assert_true(dmafp_file_exists(path));
	free(path);
	/* shares are of periods */
	assert_non_null(strstr(seen("calls"), " -F sample,period,pid,symbol,dso\n"));
	assert_int_equal(run(nothing, NULL), 0);
	sample.event = "cycles";
	assert_int_equal(run(nothing, NULL), 0);
	assert_non_null(strstr(seen("calls"), "-e cycles -m 4M "));
	assert_non_null(strstr(seen("calls"), "-o perf.data -F 4999\n"));
}

/* Neither the user's folder nor the network is asked. */
static void perf_is_kept_to_its_folder(void **state)
{
	char *text;

	(void)state;
	setenv("DEBUGINFOD_URLS", "https://debuginfod.example", 1);
	assert_int_equal(run(nothing, NULL), 0);
	unsetenv("DEBUGINFOD_URLS");
	text = dmafp_path("\nTMPDIR=%s\n", work);
	assert_non_null(strstr(seen("env"), text));
	free(text);
	text = dmafp_path("HOME=%s\n", work);
	assert_non_null(strstr(seen("env"), text));
	free(text);
	assert_non_null(strstr(seen("env"), "PERF_CONFIG=/dev/null\n"));
	assert_null(strstr(seen("env"), "DEBUGINFOD_URLS"));
}

static void a_failure_of_what_runs_is_told(void **state)
{
	char *path = dmafp_sample_path(&sample);

	(void)state;
	assert_int_equal(run(refuse, NULL), -ENODEV);
	must_say("the device is gone");
	assert_int_equal(err.exit, DMAFP_EXIT_DEVICE);
	assert_false(sampling.present);
	assert_false(dmafp_file_exists(path));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	free(path);
}

static void perf_is_missing(void **state)
{
	char *perf = dmafp_path("%s/perf", bin), *tool;
	static const char *const needed[] = { "sh", "env" };
	size_t i;

	(void)state;
	unlink(perf);
	for (i = 0; i < 2; i++) {
		tool = dmafp_path("%s/%s", bin, needed[i]);
		free(perf);
		perf = dmafp_path("/usr/bin/%s", needed[i]);
		assert_int_equal(symlink(perf, tool), 0);
		free(tool);
	}
	setenv("PATH", bin, 1);
	assert_int_not_equal(run(nothing, NULL), 0);
	must_say("perf is not installed: apt-get install linux-perf");
	assert_int_equal(err.exit, DMAFP_EXIT_MISSING);
	free(perf);
}

static void perf_is_too_old(void **state)
{
	(void)state;
	setenv("FAKE", "old", 1);
	assert_int_not_equal(run(nothing, NULL), 0);
	must_say("too old");
	must_say("\"perf version 4.19.304\", and 5.10 is needed");
	assert_int_equal(err.exit, DMAFP_EXIT_MISSING);
	assert_null(strstr(seen("calls"), "record"));
}

static void perf_fails_in_its_own_words(void **state)
{
	(void)state;
	setenv("FAKE", "broken", 1);
	assert_int_not_equal(run(nothing, NULL), 0);
	must_say("perf record -e cpu-clock ended by itself: Error:; The fake event is not "
		 "supported.");
	assert_int_equal(err.exit, DMAFP_EXIT_MISSING);
	setenv("FAKE", "dies", 1);
	assert_int_not_equal(run(nothing, NULL), 0);
	must_say("ended by itself: no space left");
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	setenv("FAKE", "unreadable", 1);
	assert_int_not_equal(run(nothing, NULL), 0);
	must_say("perf report failed with status 255: incompatible file format");
}

static void no_samples_are_a_failure(void **state)
{
	(void)state;
	setenv("FAKE", "empty", 1);
	assert_int_not_equal(run(nothing, NULL), 0);
	must_say("perf record -e cpu-clock took no samples");
}

static void waiting_ends_with_a_signal(void **state)
{
	static volatile sig_atomic_t stop = SIGTERM;

	(void)state;
	setenv("FAKE", "deaf", 1);
	sample.stop = &stop;
	assert_int_equal(run(nothing, NULL), -EINTR);
	assert_int_equal(err.exit, 128 + SIGTERM);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* Another user may not, unless the machine allows it to everybody. */
static void permission_is_asked_for(void **state)
{
	char value[16], *dir;
	int status;
	pid_t pid;

	(void)state;
	if (dmafp_file_read_line("/proc/sys/kernel/perf_event_paranoid", value,
				 sizeof(value)) ||
	    atoi(value) < 1)
		skip();
	chmod(work, 0777);
	dir = strndup(bin, strlen(bin) - strlen("/bin"));
	chmod(dir, 0755);
	free(dir);
	pid = fork();
	if (!pid) {
		bool ok = (getuid() || !setuid(65534)) && run(nothing, NULL) == -EACCES &&
			  err.exit == DMAFP_EXIT_PERMISSION &&
			  strstr(err.msg, "cannot sample on whole CPUs: ") &&
			  strstr(err.msg, "perf_event_paranoid is ") &&
			  strstr(err.msg, value) &&
			  strstr(err.msg, "has to be -1 or less: sysctl "
					  "kernel.perf_event_paranoid=-1, or run as root, or "
					  "with CAP_PERFMON");

		if (!ok)
			fprintf(stderr, "%s\n", err.msg);
		_exit(!ok);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
	assert_null(strstr(seen("calls"), "record"));
}

/* What falls back says why. */
static void auto_is_cycles_or_the_clock(void **state)
{
	(void)state;
	sample.event = DMAFP_SAMPLE_AUTO;
	if (run(nothing, NULL))
		fail_msg("%s", err.msg);
	if (sampling.fallback) {
		assert_string_equal(sampling.event, "cpu-clock");
		assert_non_null(strstr(sampling.fallback, "no PMU that counts cycles: "));
		assert_non_null(
			strstr(seen("calls"),
			       "-e cpu-clock/period=323651/,cpu-clock/period=523657/ "));
	} else {
		assert_string_equal(sampling.event, "cycles");
		assert_non_null(strstr(seen("calls"), "-e cycles -m "));
	}
}

/* As perf 6.1 printed it in a guest, cut to the lines that are unlike each other */
static void a_report_is_read(void **state)
{
	char text[] =
		"# To display the perf.data header info, please use --header options.\n"
		"#\n"
		"# Total Lost Samples: 7\n"
		"#\n"
		"# Samples: 151K of event 'cpu-clock'\n"
		"# Event count (approx.): 3025260969\n"
		"#\n"
		"#    Samples|      Period|    Pid:Command  |Symbol  |Shared Object  \n"
		" 136305  | 2726100000 |      0:swapper  |[k] default_idle  |[kernel.kallsyms]\n"
		" 2642  | 52840000 |     53:kpktgend_0  |[k] e1000_xmit_frame  |[e1000e]  \n"
		"\n# Samples: 57K of event 'cpu-clock/period=523657/'\n"
		"# Event count (approx.): 3025260969\n#\n"
		" 435  | 8700000 |     53:kpktgend_0  |[k] kfree  |[kernel.kallsyms]\n"
		" 431  | 8620000 |     53:kpktgend_0  |[k] iommu_dma_map_page  |[kernel.kallsyms]\n"
		" 9  | 4712913 |      0:swapper  |[k] iommu_dma_map_page  "
		"|/usr/lib/debug/boot/vmlinux-6.1\n"
		" 8  | 160000 |     14:rcu_sched  |[k] snd_hda [x]"
		"|/lib/modules/6.1/kernel/snd-hda.ko.xz\n"
		" 3  | 60000 |     53:kpktgend_0  |[k] 0xffffffffa0012345  |[pktgen]  \n"
		" 2  | 40001 |     53:kpktgend_0  |[k] 0xffffffffa0012349  |[pktgen]  \n"
		" 1  | 20000 |     58:bash  |[.] 0x0000000000070642  |bash  \n"
		" 4  | 80004 |     58:tmux. server  |[.] __GI___libc_write  |libc.so.6  \n"
		" 5  | 100000 |     60:perf  |[k] fput  |[kernel.kallsyms]\n"
		" 6  | 120000 |     60:perf  |[.] main  |perf  \n"
		"\n";
	static const struct dmafp_sampled expected[] = {
		{ (char *)"default_idle", 136305, true, 2726100000 },
		{ (char *)"e1000_xmit_frame [e1000e]", 2642, true, 52840000 },
		/* of both events: 8620000 and 4712913 */
		{ (char *)"iommu_dma_map_page", 440, true, 13332913 },
		{ (char *)"kfree", 435, true, 8700000 },
		{ (char *)"snd_hda [x] [snd_hda]", 8, true, 160000 },
		{ (char *)"[unknown] [pktgen]", 5, true, 100001 },
	};
	size_t i;

	(void)state;
	if (dmafp_sample_report_parse(text, 60, &sampling, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(sampling.samples, 139851);
	assert_int_equal(sampling.lost, 7);
	assert_int_equal(sampling.user, 5);
	/* 20000 and 80004 */
	assert_true(sampling.has_period);
	assert_int_equal(sampling.user_period, 100004);
	assert_int_equal(sampling.recorder, 11);
	assert_int_equal(sampling.nr_functions, 6);
	for (i = 0; i < 6; i++) {
		assert_string_equal(sampling.functions[i].function, expected[i].function);
		assert_int_equal(sampling.functions[i].samples, expected[i].samples);
		assert_true(sampling.functions[i].has_period);
		assert_int_equal(sampling.functions[i].period, expected[i].period);
	}
	assert_null(dmafp_sampling_fault(&sampling));
}

static void what_is_no_report_is_refused(void **state)
{
	static const char *const lines[] = {
		"12",
		"12|",
		"12|34",
		"12|34|0:swapper",
		"12|34|0:swapper|[k] x",
		"12|0:swapper|[k] x|y",
		"x|34|0:swapper|[k] x|y",
		"12|x|0:swapper|[k] x|y",
		"12||0:swapper|[k] x|y",
		"12|34|swapper|[k] x|y",
		"12|34|0:swapper|x|y",
		"|34|0:swapper|[k] x|y",
		"12|34|0|[k] x|y",
		"12%|34|0:swapper|[k] x|y",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char *text = dmafp_alloc_string(lines[i]);

		err = (struct dmafp_err) { 0 };
		if (!dmafp_sample_report_parse(text, 60, &sampling, &err))
			fail_msg("\"%s\" was taken", lines[i]);
		must_say(lines[i]);
		free(text);
		dmafp_sampling_free(&sampling);
	}
}

/*
 * 10^12 / (4999 * 618) is 323689, / (4999 * 382) is 523664, and these are the primes
 * below; together they are 4999 samples a second, but for what the primes are off
 */
static void periods_are_primes_in_the_golden_section(void **state)
{
	uint64_t periods[2];

	(void)state;
	dmafp_sample_periods(4999, periods);
	assert_int_equal(periods[0], 323651);
	assert_int_equal(periods[1], 523657);
	assert_in_range(1000000000 / periods[0] + 1000000000 / periods[1], 4997, 5000);
	dmafp_sample_periods(1, periods);
	assert_in_range(periods[0], 1618000000, 1618122977);
}

static int spin(void *ctx, struct dmafp_err *e)
{
	clock_t end = clock() + CLOCKS_PER_SEC / 2;

	(void)ctx;
	(void)e;
	while (clock() < end)
		;
	return 0;
}

/* The real one, on this machine: half a second of this process, in user space */
static void perf_itself_is_understood(void **state)
{
	static const uint32_t all[] = { 0 };
	char *perf = dmafp_path("%s/perf", bin), *version;
	struct dmafp_pin *pin;

	(void)state;
	unlink(perf);
	free(perf);
	version = dmafp_perf_tool_version(work, &err);
	if (!version)
		skip();
	free(version);
	sample.cpus = all;
	sample.nr_cpus = 1;
	pin = dmafp_pin_to(0);
	run(spin, NULL);
	dmafp_pin_restore(pin);
	if (err.exit == DMAFP_EXIT_PERMISSION)
		skip();
	assert_string_equal(err.msg, "");
	/* each is one of the two clocks' periods */
	assert_in_range(sampling.user_period, sampling.user * 323651, sampling.user * 523657);
	/* of some 2500, if all of clock(3) were in user space */
	assert_in_range(sampling.user, 100, sampling.samples);
	assert_null(dmafp_sampling_fault(&sampling));
}

#define SAMPLE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAMPLE_TEST(only_what_runs_is_sampled),
		SAMPLE_TEST(perf_is_started_as_meant),
		SAMPLE_TEST(perf_is_kept_to_its_folder),
		SAMPLE_TEST(a_failure_of_what_runs_is_told),
		SAMPLE_TEST(perf_is_missing),
		SAMPLE_TEST(perf_is_too_old),
		SAMPLE_TEST(perf_fails_in_its_own_words),
		SAMPLE_TEST(no_samples_are_a_failure),
		SAMPLE_TEST(waiting_ends_with_a_signal),
		SAMPLE_TEST(permission_is_asked_for),
		SAMPLE_TEST(auto_is_cycles_or_the_clock),
		SAMPLE_TEST(a_report_is_read),
		SAMPLE_TEST(what_is_no_report_is_refused),
		SAMPLE_TEST(periods_are_primes_in_the_golden_section),
		SAMPLE_TEST(perf_itself_is_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
