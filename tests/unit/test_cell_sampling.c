// SPDX-License-Identifier: GPL-2.0-or-later
/* Cells under a profiler, through the loopback and a perf that is none. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_perf.h"
#include "run/cell_sampling.h"
#include "run/session.h"

#define PROFILE                                                              \
	"[run]\nsizes = 4K\ndirections = from_device\niterations = 128\n"    \
	"warmup = 5\nblock = 8\ncount_ops = 10\ncpus = 1\n"                  \
	"[perf]\nsample = yes\nsample_event = cpu-clock\nfrequency = 4000\n" \
	"samples = 1000\n"

/* What the module was asked to run, and what perf had been told by then */
struct ran {
	struct dmafp_run arg;
	char told[64];
};

static struct ran ran[8];
static size_t nr_ran;
static struct dmafp_transport_ops ops;
static const struct dmafp_transport_ops *real_ops;
static struct dmafp_run_options options;
static const char *profile_text;
static char notes[1024], kept[256];
static int keep_fails;
static volatile sig_atomic_t stop;
static struct dmafp_result *result;
static struct dmafp_err err;

static int call(struct dmafp_transport *transport, unsigned long request, void *arg,
		const char *what, struct dmafp_err *e)
{
	if (request == DMAFP_IOC_RUN) {
		ran[nr_ran].arg = *(struct dmafp_run *)arg;
		snprintf(ran[nr_ran++].told, sizeof(ran[0].told), "%s", seen("told"));
	}
	return real_ops->call(transport, request, arg, what, e);
}

static void note(void *ctx, const char *text)
{
	(void)ctx;
	strcat(notes, text);
	strcat(notes, "\n");
}

static int keep(void *ctx, const char *name, const char *path, struct dmafp_err *e)
{
	(void)ctx;
	if (keep_fails)
		return dmafp_err_set(e, ENOSPC, DMAFP_EXIT_IO, "the disk is full");
	snprintf(kept, sizeof(kept), "%s %s %d", name, strrchr(path, '/') + 1,
		 dmafp_file_exists(path));
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	nr_ran = 0;
	notes[0] = '\0';
	kept[0] = '\0';
	keep_fails = 0;
	stop = 0;
	err = (struct dmafp_err) { 0 };
	profile_text = PROFILE;
	if (fake_perf_set_up())
		return -1;
	options = (struct dmafp_run_options) {
		.note = note, .keep = keep, .work = work, .stop = &stop
	};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	dmafp_result_free(result);
	result = NULL;
	fake_perf_tear_down();
	return 0;
}

static void name_result(void)
{
	result = dmafp_result_new();
	result->tool_version = dmafp_alloc_string("0");
	result->created = dmafp_alloc_string("2026-01-02T03:04:05Z");
	result->arm = dmafp_alloc_string("base");
	result->mode = dmafp_alloc_string("keyed");
}

/* The loopback's first device, its calls watched */
static int measure(void)
{
	const struct dmafp_loopback fake = { .mode = "keyed" };
	struct dmafp_session session = { .options = &options };
	struct dmafp_device_list devices;
	struct dmafp_op *table;
	int ret;

	session.transport = dmafp_transport_loopback(&fake);
	real_ops = session.transport->ops;
	ops = *real_ops;
	ops.call = call;
	session.transport->ops = &ops;
	session.profile = dmafp_profile_parse(profile_text, "p.ini", &err);
	assert_non_null(session.profile);
	assert_int_equal(
		dmafp_transport_table(session.transport, &session.info, &table, &err), 0);
	session.plan = dmafp_plan_new(session.profile, table, session.info.nr_ops, &err);
	assert_non_null(session.plan);
	assert_int_equal(ops.list(session.transport, &devices, &err), 0);
	name_result();
	ret = dmafp_cell_sampling_check(&session, &err);
	if (!ret)
		ret = dmafp_session_measure(&session, &devices.items[0], result, &err);
	dmafp_device_list_release(&devices);
	dmafp_plan_free((struct dmafp_plan *)session.plan);
	dmafp_profile_free((struct dmafp_profile *)session.profile);
	free(table);
	session.transport->ops = real_ops;
	dmafp_transport_close(session.transport);
	return ret;
}

/* null, check and map_page are measured; map_page is on the path, and made again */
static void cells_on_the_path_are_sampled(void **state)
{
	const struct dmafp_sampling *sampling;

	(void)state;
	if (measure())
		fail_msg("%s", err.msg);
	assert_int_equal(result->nr_cells, 3);
	assert_false(result->cells[0].sampling.present);
	assert_false(result->cells[1].sampling.present);
	sampling = &result->cells[2].sampling;
	assert_true(sampling->present);
	assert_int_equal(sampling->samples, 42);
	assert_string_equal(sampling->file, "nvme-0000.00.04.0-map_page-4K-from.perf.data");
	assert_string_equal(
		kept,
		"base-keyed-nvme-0000.00.04.0-map_page-4K-from.perf.data perf.data 1");
	assert_string_equal(notes, "");
	assert_non_null(strstr(seen("calls"), "-C 1 -e cpu-clock/"));
	/* what is kept is not left as well */
	assert_string_equal(seen("perf.data"), "");
}

/* What may wait for another worker's mutex may so under a profiler. */
static void workers_may_wait_in_it_too(void **state)
{
	(void)state;
	profile_text = "[run]\nops = null, map_page\nsizes = 4K\ndirections = from_device\n"
		       "iterations = 16\ncpus = 0, 1\n"
		       "[perf]\nsample = yes\nsample_event = cpu-clock\n";
	assert_int_equal(measure(), 0);
	assert_int_equal(nr_ran, 3);
	assert_int_equal(ran[1].arg.nr_threads, 2);
	assert_int_equal(ran[1].arg.flags, DMAFP_RUN_PREEMPTIBLE);
	assert_int_equal(ran[2].arg.flags, DMAFP_RUN_PREEMPTIBLE | DMAFP_RUN_INTERRUPTIBLE);
}

/*
 * With interrupts on, for as long as 1000 samples at 4000 Hz take, and only while
 * perf samples; what was measured before had none of it
 */
static void the_pass_is_apart(void **state)
{
	(void)state;
	assert_int_equal(measure(), 0);
	assert_int_equal(nr_ran, 4);
	assert_int_equal(ran[2].arg.flags, 0);
	assert_int_equal(ran[2].arg.iterations, 128);
	assert_string_equal(ran[2].told, "");
	assert_int_equal(ran[3].arg.flags, DMAFP_RUN_INTERRUPTIBLE);
	assert_int_equal(ran[3].arg.iterations, 0);
	assert_int_equal(ran[3].arg.duration_ns, 250000000);
	assert_int_equal(ran[3].arg.cell.op, ran[2].arg.cell.op);
	assert_int_equal(ran[3].arg.block, 8);
	assert_string_equal(ran[3].told, "enable\n");
	assert_int_equal(result->cells[2].map.hist.count, 128);
}

/* The result's writer and reader take it, and one that was made before it was known */
static void a_result_holds_it(void **state)
{
	struct dmafp_result *copy;
	json_t *json, *cells;

	(void)state;
	assert_int_equal(measure(), 0);
	json = dmafp_result_to_json(result);
	copy = dmafp_result_from_json(json, &err);
	if (!copy)
		fail_msg("%s", err.msg);
	assert_int_equal(copy->cells[2].sampling.nr_functions, 1);
	assert_string_equal(copy->cells[2].sampling.functions[0].function, "default_idle");
	assert_int_equal(copy->cells[2].sampling.functions[0].samples, 40);
	assert_int_equal(copy->cells[2].sampling.recorder, 2);
	assert_true(copy->cells[2].sampling.has_period);
	assert_true(copy->cells[2].sampling.functions[0].has_period);
	assert_int_equal(copy->cells[2].sampling.functions[0].period, 12946040);
	assert_false(copy->cells[1].sampling.present);
	dmafp_result_free(copy);

	cells = json_object_get(json, "cells");
	json_object_del(json_array_get(cells, 2), "sampling");
	copy = dmafp_result_from_json(json, &err);
	if (!copy)
		fail_msg("%s", err.msg);
	assert_false(copy->cells[2].sampling.present);
	/* nothing was added to what the caller has */
	assert_null(json_object_get(json_array_get(cells, 2), "sampling"));
	dmafp_result_free(copy);
	json_decref(json);
}

/* Made before periods were kept: of numbers alone, and what the caller has stays as it is */
static void samples_without_periods_are_read(void **state)
{
	json_t *json, *sampling, *function;
	struct dmafp_result *copy;

	(void)state;
	assert_int_equal(measure(), 0);
	json = dmafp_result_to_json(result);
	sampling = json_object_get(json_array_get(json_object_get(json, "cells"), 2), "sampling");
	function = json_array_get(json_object_get(sampling, "functions"), 0);
	json_object_del(sampling, "user_period");
	json_object_del(function, "period");
	copy = dmafp_result_from_json(json, &err);
	if (!copy)
		fail_msg("%s", err.msg);
	assert_false(copy->cells[2].sampling.has_period);
	assert_false(copy->cells[2].sampling.functions[0].has_period);
	assert_int_equal(copy->cells[2].sampling.functions[0].samples, 40);
	assert_null(json_object_get(sampling, "user_period"));
	assert_null(json_object_get(function, "period"));
	dmafp_result_free(copy);
	json_decref(json);
}

static void must_refuse(const char *why)
{
	json_t *json = dmafp_result_to_json(result);
	struct dmafp_result *copy = dmafp_result_from_json(json, &err);

	json_decref(json);
	if (copy)
		fail_msg("read, but should be refused: %s", why);
	if (!strstr(err.msg, why))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, why);
}

static void damaged_samples_are_refused(void **state)
{
	struct dmafp_sampling *sampling;

	(void)state;
	assert_int_equal(measure(), 0);
	sampling = &result->cells[2].sampling;
	sampling->user++;
	must_refuse("cells[2]: it has functions that do not add up to its samples");
	sampling->user--;
	sampling->has_period = false;
	must_refuse("cells[2]: it has periods of some of its samples only");
	sampling->has_period = true;
	sampling->file[4] = '/';
	must_refuse("cells[2]: it has a file that is no name in the result's folder");
}

static void without_a_folder_nothing_is_sampled(void **state)
{
	(void)state;
	options.work = NULL;
	assert_int_equal(measure(), 0);
	assert_int_equal(nr_ran, 3);
	assert_false(result->cells[2].sampling.present);
	assert_string_equal(notes,
			    "nothing is sampled: there is no perf where this runs\n");
}

static void nobody_asked_for_it(void **state)
{
	(void)state;
	profile_text =
		"[run]\nops = map_page\nsizes = 4K\ndirections = to_device\ncpus = 0\n";
	setenv("FAKE", "old", 1);
	assert_int_equal(measure(), 0);
	assert_int_equal(nr_ran, 1);
	assert_string_equal(notes, "");
	assert_string_equal(seen("calls"), "");
}

/* What can be known before is told before anything is measured. */
static void a_bad_perf_is_told_at_once(void **state)
{
	(void)state;
	setenv("FAKE", "old", 1);
	assert_int_not_equal(measure(), 0);
	assert_int_equal(nr_ran, 0);
	assert_int_equal(err.exit, DMAFP_EXIT_MISSING);
}

/* Later on the result is worth more than its samples. */
static void a_failure_is_a_note(void **state)
{
	(void)state;
	setenv("FAKE", "broken", 1);
	assert_int_equal(measure(), 0);
	assert_int_equal(result->cells[2].map.hist.count, 128);
	assert_false(result->cells[2].sampling.present);
	assert_string_equal(kept, "");
	if (strncmp(notes, "not sampled: perf record -e cpu-clock ended", 43) != 0)
		fail_msg("%s", notes);
	dmafp_result_free(result);
	notes[0] = '\0';
	setenv("FAKE", "unreadable", 1);
	assert_int_equal(measure(), 0);
	assert_false(result->cells[2].sampling.present);
	if (strncmp(notes, "not sampled: perf report failed", 31) != 0)
		fail_msg("%s", notes);
}

static void what_cannot_be_kept_ends_the_run(void **state)
{
	(void)state;
	keep_fails = 1;
	assert_int_equal(measure(), -ENOSPC);
	assert_non_null(strstr(err.msg, "the disk is full"));
}

#define SAMPLING_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAMPLING_TEST(cells_on_the_path_are_sampled),
		SAMPLING_TEST(the_pass_is_apart),
		SAMPLING_TEST(workers_may_wait_in_it_too),
		SAMPLING_TEST(a_result_holds_it),
		SAMPLING_TEST(samples_without_periods_are_read),
		SAMPLING_TEST(damaged_samples_are_refused),
		SAMPLING_TEST(without_a_folder_nothing_is_sampled),
		SAMPLING_TEST(nobody_asked_for_it),
		SAMPLING_TEST(a_bad_perf_is_told_at_once),
		SAMPLING_TEST(a_failure_is_a_note),
		SAMPLING_TEST(what_cannot_be_kept_ends_the_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
