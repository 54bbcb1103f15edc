// SPDX-License-Identifier: GPL-2.0-or-later
/* fio's latencies as histograms: its own buckets, its logs, and both of one run. */
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

#include "base/file.h"
#include "traffic/fio_bins.h"
#include "traffic/fio_log.h"
#include "traffic/fio_report.h"

#define RECORDED DMAFP_SOURCE_DIR "/tests/unit/fio/"
#define GROUPS	 29 /* of 64 buckets each, as fio's stat.h says */

static struct dmafp_hist hist;
static struct dmafp_err err;

static int teardown(void **state)
{
	(void)state;
	free(hist.buckets);
	hist = (struct dmafp_hist) { 0 };
	return 0;
}

/* From 0 up without a gap; groups 0 and 1 one ns wide, each further one twice as wide */
static void scheme(void **state)
{
	uint64_t low = 0, width = 1;
	struct dmafp_bucket b;

	(void)state;
	for (unsigned int group = 0; group < GROUPS; group++) {
		if (group > 1)
			width *= 2;
		for (unsigned int i = 0; i < 64; i++) {
			assert_int_equal(dmafp_fio_bins_bucket(low + width / 2, &b), 0);
			assert_int_equal(b.low, low);
			assert_int_equal(b.width, width);
			/* no other value of the bucket is its middle */
			if (width > 1) {
				assert_int_equal(dmafp_fio_bins_bucket(low, &b), -EINVAL);
				assert_int_equal(dmafp_fio_bins_bucket(low + width - 1, &b),
						 width == 2 ? 0 : -EINVAL);
			}
			low += width;
		}
	}
	assert_int_equal(low, 1ull << 34);
	assert_int_equal(dmafp_fio_bins_bucket(low, &b), -EINVAL);
	/* what would be the next bucket's middle */
	assert_int_equal(dmafp_fio_bins_bucket(low + width, &b), -EINVAL);
	/* as fio's documentation of itself has it, and a real fio printed */
	assert_int_equal(dmafp_fio_bins_bucket(17112760320, &b), 0);
	assert_int_equal(dmafp_fio_bins_bucket(21632, &b), 0);
	assert_int_equal(b.low, 21504);
	assert_int_equal(b.width, 256);
}

static int from_text(const char *text)
{
	json_t *latency = json_loads(text, 0, NULL);
	int ret;

	assert_non_null(latency);
	free(hist.buckets);
	ret = dmafp_fio_bins_hist(latency, &hist, &err);
	json_decref(latency);
	if (ret)
		assert_int_equal(err.exit, DMAFP_EXIT_MISSING);
	return ret;
}

static void buckets(void **state)
{
	(void)state;
	/* 100, 100, 1003 and 1025 ns: buckets 100, 1000..1007 and 1024..1039 */
	assert_int_equal(from_text("{\"min\": 100, \"max\": 1025, \"mean\": 557.0, \"N\": 4, "
				   "\"bins\": {\"1032\": 1, \"100\": 2, \"1004\": 1}}"),
			 0);
	assert_int_equal(hist.count, 4);
	assert_int_equal(hist.min, 100);
	assert_int_equal(hist.max, 1025);
	assert_int_equal(hist.sum, 2228);
	assert_int_equal(hist.overflow, 0);
	assert_int_equal(hist.nr_buckets, 3);
	assert_int_equal(hist.buckets[0].low, 100);
	assert_int_equal(hist.buckets[0].width, 1);
	assert_int_equal(hist.buckets[0].count, 2);
	assert_int_equal(hist.buckets[1].low, 1000);
	assert_int_equal(hist.buckets[1].width, 8);
	assert_int_equal(hist.buckets[2].low, 1024);
	assert_int_equal(hist.buckets[2].width, 16);
}

/* Where buckets are exact, so is the sum, whatever six digits of the mean give. */
static void sum_of_exact_buckets(void **state)
{
	(void)state;
	/* 1 of 1 ns and 2999999 of 2 ns: the mean is 1.999999666..., the sum 5999999 */
	assert_int_equal(from_text("{\"min\": 1, \"max\": 2, \"mean\": 2.000000, "
				   "\"N\": 3000000, \"bins\": {\"1\": 1, \"2\": 2999999}}"),
			 0);
	assert_int_equal(hist.sum, 5999999);
	assert_int_equal(from_text("{\"min\": 1, \"max\": 2, \"mean\": 1.999999, "
				   "\"N\": 3000000, \"bins\": {\"1\": 1, \"2\": 2999999}}"),
			 0);
	assert_int_equal(hist.sum, 5999999);
}

static void overflow(void **state)
{
	(void)state;
	/* 8 s, 17.1 s and 20 s: the last bucket has both of the latter */
	assert_int_equal(from_text("{\"min\": 8000000000, \"max\": 20000000000, "
				   "\"mean\": 15033333333.333333, \"N\": 3, "
				   "\"bins\": {\"8019509248\": 1, \"17112760320\": 2}}"),
			 0);
	assert_int_equal(hist.overflow, 2);
	assert_int_equal(hist.nr_buckets, 1);
	assert_int_equal(hist.sum, 45100000000);
	assert_int_equal(dmafp_hist_check(&hist, &err), 0);
	/* nothing but the last bucket */
	assert_int_equal(from_text("{\"min\": 18000000000, \"max\": 20000000000, "
				   "\"mean\": 19000000000.0, \"N\": 2, "
				   "\"bins\": {\"17112760320\": 2}}"),
			 0);
	assert_int_equal(hist.overflow, 2);
	assert_int_equal(hist.sum, 38000000000);
	/* within it there is none */
	assert_int_equal(from_text("{\"min\": 17100000000, \"max\": 17100000000, "
				   "\"mean\": 17100000000.0, \"N\": 1, "
				   "\"bins\": {\"17112760320\": 1}}"),
			 0);
	assert_int_equal(hist.overflow, 0);
	assert_int_equal(hist.nr_buckets, 1);
}

static void broken_bins(void **state)
{
	static const char *const bad[] = {
		"{}",
		"[]",
		/* no bins, or none in them */
		"{\"min\": 5, \"max\": 5, \"mean\": 5.0, \"N\": 1}",
		"{\"min\": 0, \"max\": 0, \"mean\": 0.0, \"N\": 0, \"bins\": {}}",
		"{\"min\": 5, \"max\": 5, \"mean\": 5.0, \"N\": 1, \"bins\": {}}",
		/* no middle of a bucket, no number, no count */
		"{\"min\": 1001, \"max\": 1001, \"mean\": 1001.0, \"N\": 1, \"bins\": {\"1001\": 1}}",
		"{\"min\": 5, \"max\": 5, \"mean\": 5.0, \"N\": 1, \"bins\": {\"5x\": 1}}",
		"{\"min\": 5, \"max\": 5, \"mean\": 5.0, \"N\": 1, \"bins\": {\"5\": 0}}",
		"{\"min\": 5, \"max\": 5, \"mean\": 5.0, \"N\": 1, \"bins\": {\"5\": -1}}",
		"{\"min\": 5, \"max\": 5, \"mean\": 5.0, \"N\": 1, \"bins\": {\"5\": \"1\"}}",
		/* counts, extremes and mean of other samples */
		"{\"min\": 5, \"max\": 5, \"mean\": 5.0, \"N\": 2, \"bins\": {\"5\": 1}}",
		"{\"min\": 4, \"max\": 5, \"mean\": 5.0, \"N\": 1, \"bins\": {\"5\": 1}}",
		"{\"min\": 5, \"max\": 6, \"mean\": 5.0, \"N\": 1, \"bins\": {\"5\": 1}}",
		"{\"min\": 5, \"max\": 5, \"mean\": 9.0, \"N\": 1, \"bins\": {\"5\": 1}}",
		"{\"min\": 5, \"max\": 5, \"mean\": -5.0, \"N\": 1, \"bins\": {\"5\": 1}}",
		"{\"min\": -5, \"max\": 5, \"mean\": 5.0, \"N\": 1, \"bins\": {\"5\": 1}}",
		"{\"min\": \"5\", \"max\": 5, \"mean\": 5.0, \"N\": 1, \"bins\": {\"5\": 1}}",
	};

	(void)state;
	/* it is not all of them that fail */
	assert_int_equal(from_text("{\"min\": 5, \"max\": 5, \"mean\": 5.0, \"N\": 1, "
				   "\"bins\": {\"5\": 1}}"),
			 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (from_text(bad[i]) != -EINVAL)
			fail_msg("taken: %s", bad[i]);
		assert_null(hist.buckets);
	}
}

/* Logs */

static int from_log(const char *text, struct dmafp_values *values)
{
	*values = (struct dmafp_values) { 0 };
	return dmafp_fio_log_parse(text, "x.log", false, 4096, values, &err);
}

static void log_lines(void **state)
{
	struct dmafp_values values;

	(void)state;
	assert_int_equal(from_log("0, 700, 0, 4096, 0\n12, 650, 0, 4096, 8192, 0x0000\n"
				  "13,700,0,4096\n",
				  &values),
			 0);
	assert_int_equal(values.nr, 3);
	dmafp_values_hist(&values, &hist);
	assert_int_equal(hist.count, 3);
	assert_int_equal(hist.min, 650);
	assert_int_equal(hist.max, 700);
	assert_int_equal(hist.sum, 2050);
	assert_int_equal(hist.nr_buckets, 2);
	assert_int_equal(hist.buckets[0].low, 650);
	assert_int_equal(hist.buckets[0].width, 1);
	assert_int_equal(hist.buckets[0].count, 1);
	assert_int_equal(hist.buckets[1].low, 700);
	assert_int_equal(hist.buckets[1].count, 2);
	assert_int_equal(dmafp_hist_check(&hist, &err), 0);
	dmafp_values_free(&values);
	assert_int_equal(values.nr, 0);
	assert_int_equal(from_log("", &values), 0);
	assert_int_equal(values.nr, 0);
}

static void broken_logs(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{ "0, 7, 0, 4096, 0\n0, 7, 0, 40", "x.log is cut off in line 2" },
		{ "0, 7, 0, 4096, 0\n\n", "x.log:2 is no line" },
		{ "0, 7, 0\n0, 4096\n", "x.log:1 is no line" },
		{ "0, -7, 0, 4096\n", "x.log:1 is no line" },
		{ "0, 7.5, 0, 4096\n", "x.log:1 is no line" },
		{ "0, 99999999999999999999, 0, 4096\n", "x.log:1 is no line" },
		{ "0, 7, 1, 4096, 0\n",
		  "x.log:1 is about another kind of IO: '0, 7, 1, 4096, 0'" },
		{ "0, 7, 0, 512, 0\n", "x.log:1 is about another kind of IO" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct dmafp_values values;

		assert_int_equal(from_log(bad[i].text, &values), -EINVAL);
		if (strncmp(err.msg, bad[i].message, strlen(bad[i].message)))
			fail_msg("'%s' does not begin with '%s'", err.msg, bad[i].message);
		dmafp_values_free(&values);
	}
}

/* What a real fio printed of one run: the log, put into buckets, is its histogram. */

static char *recorded(const char *name)
{
	char *path = dmafp_path(RECORDED "%s", name),
	     *text = dmafp_file_read(path, NULL, &err);

	if (!text)
		fail_msg("%s", err.msg);
	free(path);
	return text;
}

static void add_log(struct dmafp_values *values, const char *name, bool writes,
		    uint64_t bytes)
{
	char *text = recorded(name);

	if (dmafp_fio_log_parse(text, name, writes, bytes, values, &err))
		fail_msg("%s", err.msg);
	free(text);
}

static void check_same(const struct dmafp_hist *exact, const struct dmafp_hist *bins)
{
	assert_int_equal(exact->count, bins->count);
	assert_int_equal(exact->min, bins->min);
	assert_int_equal(exact->max, bins->max);
	assert_int_equal(exact->sum, bins->sum);
	for (size_t i = 0; i < bins->nr_buckets; i++) {
		const struct dmafp_bucket *b = &bins->buckets[i];
		uint64_t count = 0;

		for (size_t j = 0; j < exact->nr_buckets; j++)
			if (exact->buckets[j].low >= b->low &&
			    exact->buckets[j].low < b->low + b->width)
				count += exact->buckets[j].count;
		assert_int_equal(count, b->count);
	}
}

static void compare(const char *json, bool writes, uint64_t bytes, const char *const *logs)
{
	char *text = recorded(json);
	struct dmafp_fio_report report;

	assert_int_equal(dmafp_fio_report_parse(text, writes, &report, &err), 0);
	for (int kind = 0; kind < 2; kind++) {
		struct dmafp_values values = { 0 };
		struct dmafp_hist exact;

		for (int i = 0; i < 2 && logs[2 * kind + i]; i++)
			add_log(&values, logs[2 * kind + i], writes, bytes);
		dmafp_values_hist(&values, &exact);
		teardown(NULL);
		if (dmafp_fio_bins_hist(kind ? report.clat : report.slat, &hist, &err))
			fail_msg("%s", err.msg);
		check_same(&exact, &hist);
		free(exact.buckets);
		dmafp_values_free(&values);
	}
	dmafp_fio_report_release(&report);
	free(text);
}

static void log_is_the_histogram(void **state)
{
	static const char *const reads[] = { "read_slat.1.log", NULL, "read_clat.1.log",
					     NULL };
	static const char *const writes[] = { "write_slat.1.log", "write_slat.2.log",
					      "write_clat.1.log", "write_clat.2.log" };

	(void)state;
	compare("read.json", false, 4096, reads);
	compare("write.json", true, 512, writes);
}

/* Reports */

static void reports(void **state)
{
	static const struct {
		const char *name;
		bool writes;
		uint64_t ios, elapsed, user, system;
		int error;
	} all[] = {
		{ "read.json", false, 60, 1, 0, 0, 0 },
		/* two threads; less CPU time than fio's clock shows */
		{ "write.json", true, 80, 9, 0, 0, 0 },
		{ "runtime.json", false, 40, 1001, 3, 0, 0 },
		{ "eio.json", false, 1, 0, 0, 0, EIO },
		{ "eperm.json", false, 0, 0, 0, 0, EPERM },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		char *text = recorded(all[i].name);
		struct dmafp_fio_report report;

		if (dmafp_fio_report_parse(text, all[i].writes, &report, &err))
			fail_msg("%s: %s", all[i].name, err.msg);
		assert_int_equal(report.error, all[i].error);
		assert_int_equal(report.ios, all[i].ios);
		assert_int_equal(report.incomplete, 0);
		if (!all[i].error) {
			assert_int_equal(report.elapsed_ms, all[i].elapsed);
			assert_int_equal(report.user_ms, all[i].user);
			assert_int_equal(report.system_ms, all[i].system);
		}
		dmafp_fio_report_release(&report);
		free(text);
	}
}

static void broken_reports(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{ "", "fio printed no JSON" },
		{ "fio: bad option\n", "fio printed no JSON" },
		{ "note\n{ \"jobs\" : [\n", "fio's JSON is broken in line 2" },
		{ "{ \"usr_cpu\" : -nan }", "fio's JSON is broken in line 1" },
		{ "{}", "fio's JSON is not of one job" },
		{ "{ \"jobs\" : [ {}, {} ] }", "fio's JSON is not of one job" },
		{ "{ \"jobs\" : [ {} ] }", "fio's JSON has no error number" },
		{ "{ \"jobs\" : [ { \"error\" : 0 } ] }", "fio's JSON has no CPU time" },
		{ "{ \"jobs\" : [ { \"error\" : 0, \"job_runtime\" : 1, \"usr_cpu\" : 1, "
		  "\"sys_cpu\" : 1.5 } ] }",
		  "fio's JSON has no number of IOs" },
		{ "{ \"jobs\" : [ { \"error\" : 0, \"job_runtime\" : 1, \"usr_cpu\" : 1, "
		  "\"sys_cpu\" : 1.5, \"read\" : { \"total_ios\" : 1, \"runtime\" : 1, "
		  "\"short_ios\" : 0, \"drop_ios\" : 0, \"slat\" : {} } } ] }",
		  "fio's JSON has no latencies in nanoseconds" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct dmafp_fio_report report;

		assert_int_equal(dmafp_fio_report_parse(bad[i].text, false, &report, &err),
				 -EINVAL);
		assert_int_equal(err.exit, DMAFP_EXIT_MISSING);
		if (strncmp(err.msg, bad[i].message, strlen(bad[i].message)))
			fail_msg("'%s' does not begin with '%s'", err.msg, bad[i].message);
		dmafp_fio_report_release(&report);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scheme),
		cmocka_unit_test_teardown(buckets, teardown),
		cmocka_unit_test_teardown(sum_of_exact_buckets, teardown),
		cmocka_unit_test_teardown(overflow, teardown),
		cmocka_unit_test_teardown(broken_bins, teardown),
		cmocka_unit_test_teardown(log_lines, teardown),
		cmocka_unit_test(broken_logs),
		cmocka_unit_test_teardown(log_is_the_histogram, teardown),
		cmocka_unit_test(reports),
		cmocka_unit_test(broken_reports),
	};

	return cmocka_run_group_tests_name("fio_bins", tests, NULL, NULL);
}
