// SPDX-License-Identifier: GPL-2.0-or-later
/* Sessions, through the loopback: what is kept, and what a failure leaves. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run/session.h"

#define PROFILE                                                           \
	"[run]\nsizes = 4K\ndirections = from_device\niterations = 128\n" \
	"warmup = 5\nblock = 8\ncount_ops = 10\ncpus = 0\n"

/* One session on the loopback's first device */
struct fixture {
	struct dmafp_loopback fake;
	const char *profile_text;
	volatile sig_atomic_t stop;
	int stop_at; /* set stop when this step begins, -1: never */
	int bound;
	int steps;
	unsigned int last_total;
	char notes[1024];
	struct dmafp_result *result;
	struct dmafp_err err;
};

static void progress(void *ctx, const char *what, unsigned int done, unsigned int total)
{
	struct fixture *f = ctx;

	(void)what;
	assert_int_equal(done, f->steps);
	f->last_total = total;
	if (f->steps++ == f->stop_at)
		f->stop = SIGTERM;
}

static void note(void *ctx, const char *text)
{
	struct fixture *f = ctx;

	strcat(f->notes, text);
	strcat(f->notes, "\n");
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->fake.mode = "kdump";
	f->fake.bound = &f->bound;
	f->profile_text = PROFILE;
	f->stop_at = -1;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	/* whatever happened, nothing stays bound */
	assert_int_equal(f->bound, 0);
	dmafp_result_free(f->result);
	free(f);
	return 0;
}

static int measure(struct fixture *f)
{
	const struct dmafp_run_options options = {
		.progress = progress, .note = note, .ctx = f, .stop = &f->stop
	};
	struct dmafp_session session = { .options = &options };
	struct dmafp_device_list devices;
	struct dmafp_op *ops;
	int ret;

	session.transport = dmafp_transport_loopback(&f->fake);
	session.profile = dmafp_profile_parse(f->profile_text, "p.ini", &f->err);
	assert_non_null(session.profile);
	assert_int_equal(
		dmafp_transport_table(session.transport, &session.info, &ops, &f->err), 0);
	session.plan = dmafp_plan_new(session.profile, ops, session.info.nr_ops, &f->err);
	assert_non_null(session.plan);
	session.total = dmafp_session_steps(session.plan);
	assert_int_equal(
		session.transport->ops->list(session.transport, &devices, &f->err), 0);
	f->result = dmafp_result_new();
	ret = dmafp_session_measure(&session, &devices.items[0], f->result, &f->err);
	if (!ret)
		assert_int_equal(session.done, session.total);
	dmafp_device_list_release(&devices);
	dmafp_plan_free((struct dmafp_plan *)session.plan);
	dmafp_profile_free((struct dmafp_profile *)session.profile);
	free(ops);
	dmafp_transport_close(session.transport);
	return ret;
}

static void exact_result(void **state)
{
	struct fixture *f = *state;
	const struct dmafp_cell_result *cell;

	assert_int_equal(measure(f), 0);
	assert_int_equal(f->result->domain, DMAFP_DOMAIN_EXACT);
	assert_null(f->result->domain_reason);
	assert_int_equal(f->result->calibration.repeats, 16);
	assert_string_equal(f->result->calibration.stamp, "tsc");
	assert_string_equal(f->result->device.label, "nvme");
	assert_null(f->result->device.driver);
	assert_true(f->result->device.attach_deferred);
	assert_int_equal(f->result->device.dma_mask_bits, 64);
	assert_string_equal(f->result->iommu.driver, "loopback");
	assert_int_equal(f->result->nr_cells, 3);
	cell = &f->result->cells[2];
	assert_string_equal(cell->op, "map_page");
	assert_string_equal(cell->direction, "from_device");
	assert_int_equal(cell->bytes, 4096);
	assert_true(cell->on_path);
	assert_true(cell->has_unmap);
	assert_int_equal(cell->nr_cpus, 1);
	assert_int_equal(cell->block, 8);
	assert_int_equal(cell->warmup, 5);
	assert_int_equal(cell->iterations, 128);
	assert_int_equal(f->steps, 2 + 3 + 1);
	assert_string_equal(f->notes, "");
}

static void samples_of_a_cell(void **state)
{
	struct fixture *f = *state;
	const struct dmafp_cell_result *cell;

	assert_int_equal(measure(f), 0);
	cell = &f->result->cells[2];
	/* the fake: 400 + 1 page + 8 for the direction + 6 for the check; two slow ones */
	assert_int_equal(cell->map.hist.count, 128);
	assert_int_equal(cell->map.hist.min, 415);
	assert_int_equal(cell->map.hist.max, 20415);
	assert_int_equal(cell->map.hist.sum, 128 * 415 + 2 * 20000);
	assert_int_equal(cell->map.hist.nr_buckets, 2);
	assert_int_equal(cell->map.hist.buckets[0].low, 415);
	assert_int_equal(cell->map.hist.buckets[0].width, 1);
	assert_int_equal(cell->map.hist.buckets[0].count, 126);
	assert_int_equal(cell->map.hist.buckets[1].count, 2);
	assert_int_equal(cell->unmap.hist.min, 409);
	assert_null(cell->map.workers);
	/* check has one phase only */
	assert_false(f->result->cells[1].has_unmap);
	assert_int_equal(f->result->cells[1].unmap.hist.count, 0);
	assert_int_equal(f->result->cells[1].map.hist.count, 128);
}

static void calls_are_counted(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(measure(f), 0);
	assert_int_equal(f->result->cells[2].map.counted_ops, 10);
	assert_int_equal(f->result->cells[2].map.calls, 10);
	assert_int_equal(f->result->cells[2].unmap.counted_ops, 10);
	assert_int_equal(f->result->cells[2].unmap.calls, 0);
	assert_int_equal(f->result->cells[0].map.calls, 0);
	/* no second phase: not counted, which is not the same as 0 calls */
	assert_int_equal(f->result->cells[1].unmap.counted_ops, 0);
}

static void workers_are_kept_and_merged(void **state)
{
	struct fixture *f = *state;
	const struct dmafp_phase_result *map;

	f->profile_text = "[run]\nops = map_page\nsizes = 4K\ndirections = to_device\n"
			  "iterations = 64\ncpus = 0-2\n";
	assert_int_equal(measure(f), 0);
	map = &f->result->cells[0].map;
	assert_int_equal(map->nr_workers, 3);
	assert_int_equal(map->hist.count, 192);
	assert_int_equal(map->workers[2].count, 64);
	assert_int_equal(map->workers[2].nr_buckets, 2);
	assert_int_equal(map->hist.sum, 3 * map->workers[0].sum);
	assert_int_equal(map->hist.buckets[0].count, 189);
	assert_int_equal(map->hist.min, 407);
}

static void first_maps(void **state)
{
	struct fixture *f = *state;
	const struct dmafp_first_result *first;

	assert_int_equal(measure(f), 0);
	first = &f->result->first_map;
	assert_true(first->present);
	assert_string_equal(first->op, "map_page");
	assert_int_equal(first->bytes, 4096);
	assert_string_equal(first->direction, "to_device");
	assert_true(first->deferred_before);
	assert_false(first->deferred_after);
	assert_int_equal(first->map_ticks, 90407);
	/* the second one, after the device was found again */
	assert_true(first->counted);
	assert_true(first->counted_deferred_before);
	assert_int_equal(first->attaches, 1);
	assert_int_equal(first->calls, 1);
	assert_int_equal(first->attach_ticks, 89000);
}

/* Not counted is not 0: the second first map was no attach */
static void attach_is_deferred_once(void **state)
{
	struct fixture *f = *state;

	f->fake.deferred_once = true;
	assert_int_equal(measure(f), 0);
	assert_true(f->result->first_map.deferred_before);
	assert_false(f->result->first_map.counted);
	assert_int_equal(f->result->first_map.attaches, 0);
}

#define RACES PROFILE "[attach]\nrace_cpus = 0, 3\nrace_rounds = 2\nhold_us = 0, 300\natomic = yes\n"

/* Two races as they come, two with the window held open, one atomic map */
static void rounds_of_evidence(void **state)
{
	struct fixture *f = *state;
	const struct dmafp_attach_result *attach;

	f->profile_text = RACES;
	assert_int_equal(measure(f), 0);
	attach = &f->result->attach;
	assert_int_equal(f->steps, f->last_total);
	assert_true(attach->present);
	assert_int_equal(attach->nr_rounds, 5);
	assert_int_equal(attach->rounds[0].kind, DMAFP_ROUND_RACE);
	assert_int_equal(attach->rounds[0].threads, 2);
	assert_int_equal(attach->rounds[0].attaches, 2);
	assert_int_equal(attach->rounds[0].overlaps, 0);
	assert_int_equal(attach->rounds[2].hold_us, 300);
	assert_int_equal(attach->rounds[2].overlaps, 1);
	assert_true(attach->rounds[2].deferred_before);
	assert_int_equal(attach->rounds[4].kind, DMAFP_ROUND_ATOMIC);
	assert_int_equal(attach->rounds[4].threads, 1);
	assert_false(attach->rounds[4].counted);
	/* the trace is of the first one that overlapped, not of the first */
	assert_int_equal(attach->traced, 2);
	assert_int_equal(attach->trace.nr, 2);
	assert_int_equal(attach->trace.records[1].what, DMAFP_TRACE_ATTACH);
	assert_int_equal(attach->trace.records[1].cpu, 1);
	assert_true(attach->trace.records[1].overlap);
	assert_false(attach->trace.records[0].overlap);
}

static void no_evidence_where_nothing_is_deferred(void **state)
{
	struct fixture *f = *state;

	f->profile_text = RACES;
	f->fake.mode = "keyed";
	assert_int_equal(measure(f), 0);
	assert_false(f->result->attach.present);
}

static void evidence_ends_with_a_note(void **state)
{
	struct fixture *f = *state;

	f->profile_text = RACES;
	f->fake.deferred_once = true;
	assert_int_equal(measure(f), 0);
	assert_true(f->result->attach.present);
	assert_int_equal(f->result->attach.nr_rounds, 0);
	assert_int_equal(f->result->attach.traced, -1);
	assert_non_null(strstr(f->notes, "not deferred a second time"));
}

static void failed_evidence_gives_the_device_back(void **state)
{
	struct fixture *f = *state;

	f->profile_text = RACES;
	f->fake.fail_call = "rediscover";
	f->fake.fail_after = 2;
	f->fake.fail_code = EBUSY;
	assert_int_equal(measure(f), -EBUSY);
	assert_int_equal(f->bound, 0);
}

static void plain_mode_reaches_nothing(void **state)
{
	struct fixture *f = *state;

	f->fake.mode = "plain";
	assert_int_equal(measure(f), 0);
	assert_false(f->result->device.attach_deferred);
	assert_int_equal(f->result->cells[2].map.counted_ops, 10);
	assert_int_equal(f->result->cells[2].map.calls, 0);
	assert_int_equal(f->result->cells[2].map.hist.min, 409);
	assert_int_equal(f->result->first_map.attaches, 0);
}

static void without_recount_nothing_is_rediscovered(void **state)
{
	struct fixture *f = *state;

	f->profile_text = PROFILE "[first_map]\nrecount = no\n";
	f->fake.fail_call = "rediscover";
	f->fake.fail_code = EBUSY;
	assert_int_equal(measure(f), 0);
	assert_true(f->result->first_map.present);
	assert_false(f->result->first_map.counted);
}

static void inexact_clock_is_timed(void **state)
{
	struct fixture *f = *state;

	f->fake.inexact = true;
	assert_int_equal(measure(f), 0);
	assert_int_equal(f->result->domain, DMAFP_DOMAIN_TIMED);
	assert_string_equal(f->result->domain_reason,
			    "256 instructions read as 260..260 ticks, 1024 as 1028..1035");
}

static void what_cannot_be_counted_is_not_zero(void **state)
{
	struct fixture *f = *state;

	f->fake.no_probes = true;
	assert_int_equal(measure(f), 0);
	assert_int_equal(f->result->cells[2].map.counted_ops, 0);
	assert_int_equal(f->result->cells[2].map.hist.count, 128);
	assert_true(f->result->first_map.present);
	assert_false(f->result->first_map.counted);
	assert_non_null(strstr(f->notes, "calls cannot be counted on this kernel"));
	assert_non_null(strstr(f->notes, "attaches cannot be counted on this kernel"));
}

static void lost_samples_are_a_failure(void **state)
{
	struct fixture *f = *state;

	f->fake.corrupt = true;
	assert_int_equal(measure(f), -EPROTO);
	assert_int_equal(f->err.exit, DMAFP_EXIT_INTERNAL);
	assert_string_equal(f->err.msg,
			    "null: the module's samples do not add up: worker 0 "
			    "counts 128 samples, its histogram holds 129, asked for "
			    "were 128");
}

/* Everything there is, as the module would take it, and back from a file. */
static void every_op_by_every_method(void **state)
{
	struct fixture *f = *state;
	json_t *root;
	size_t i, map_sg = 0;

	f->profile_text = "[run]\nops = null, check, map_page, map_single, map_sg, "
			  "map_resource, alloc_coherent, alloc_noncontiguous, sync_single\n"
			  "methods = latency, block, sustained\nsizes = 4K, 64K\n"
			  "entries = 1, 16\nlayouts = contiguous, scattered\n"
			  "directions = to_device\ntouch = no, yes\nmask = 40\n"
			  "attrs = skip_cpu_sync\niterations = 64\nblock = 8\nlive = 4\n"
			  "series = 8\nevents = cycles\n";
	f->fake.counters = DMAFP_COUNTER_VALID;
	assert_int_equal(measure(f), 0);
	/* null 3, check 2, 2 sizes x touch x 3 for three ops, sg 4 x touch x 3, 2 x 3 x 3 */
	assert_int_equal(f->result->nr_cells, 3 + 2 + 3 * 12 + 24 + 18);
	for (i = 0; i < f->result->nr_cells; i++) {
		const struct dmafp_cell_result *cell = &f->result->cells[i];

		map_sg += !strcmp(cell->op, "map_sg");
		assert_int_equal(cell->nr_runs, 1);
		assert_int_equal(cell->map.nr_series, 1);
		assert_int_equal(cell->map.series[0].nr_points, 8);
		assert_int_equal(cell->map.series[0].stride, 8);
		assert_int_equal(cell->sleeps, !strncmp(cell->op, "alloc", 5));
		assert_int_equal(cell->ops_per_sample, cell->method == DMAFP_BY_BLOCK ? 8 : 1);
		assert_int_equal(cell->runs[0].counters[0].value, 64000);
		if (!strcmp(cell->op, "sync_single")) {
			assert_true(cell->map.has_reached);
			assert_int_equal(cell->map.calls, 0);
		}
	}
	assert_int_equal(map_sg, 24);
	root = dmafp_result_to_json(f->result);
	dmafp_result_free(f->result);
	json_object_set_new(root, "tool_version", json_string("0"));
	json_object_set_new(root, "created", json_string("now"));
	json_object_set_new(root, "arm", json_string("base"));
	json_object_set_new(root, "mode", json_string("kdump"));
	f->result = dmafp_result_from_json(root, &f->err);
	if (!f->result)
		fail_msg("%s", f->err.msg);
	json_decref(root);
	assert_int_equal(f->result->cells[1].method, DMAFP_BY_BLOCK);
	assert_int_equal(f->result->cells[1].map.hist.min, 80);
}

static void time_is_a_bound(void **state)
{
	struct fixture *f = *state;

	f->profile_text = "[run]\nops = null\niterations = 0\nduration = 1\n";
	assert_int_equal(measure(f), 0);
	/* the fake takes a microsecond a sample */
	assert_int_equal(f->result->cells[0].map.hist.count, 1000);
	assert_int_equal(f->result->cells[0].duration_ns, 1000000);
	assert_int_equal(f->result->cells[0].runs[0].elapsed, 1000000);
}

static void what_a_device_cannot_do_is_left_out(void **state)
{
	struct fixture *f = *state;

	f->profile_text = "[run]\nops = null, map_resource, check\nsizes = 4K\n"
			  "directions = to_device\n";
	f->fake.unsupported = "map_resource";
	assert_int_equal(measure(f), 0);
	assert_int_equal(f->result->nr_cells, 2);
	assert_string_equal(f->result->cells[1].op, "check");
	assert_string_equal(f->notes,
			    "map_resource 4K to_device skipped: this device cannot do it\n");
}

static void multiplexed_counters_are_rejected(void **state)
{
	struct fixture *f = *state;
	const struct dmafp_counter_result *counter;

	f->profile_text = "[run]\nops = check\nevents = cycles\n";
	f->fake.counters = DMAFP_COUNTER_MULTIPLEXED;
	assert_int_equal(measure(f), 0);
	counter = &f->result->cells[0].runs[0].counters[0];
	assert_int_equal(counter->state, DMAFP_COUNTER_IS_MULTIPLEXED);
	assert_false(counter->valid);
	assert_string_equal(f->notes, "check: cycles shared the PMU with others and is "
				      "rejected: ask for fewer events\n");
}

static void absent_counters_are_told_once(void **state)
{
	struct fixture *f = *state;

	f->profile_text = "[run]\nops = null, check\nevents = cycles, r3c\n";
	assert_int_equal(measure(f), 0);
	assert_false(f->result->cells[1].runs[0].counters[1].valid);
	assert_string_equal(f->notes,
			    "cycles is absent: this machine's PMU does not count it\n"
			    "r3c is absent: this machine's PMU does not count it\n");
}

/* Each call may fail: the error comes through, the device is given back. */
static void failures_unwind(void **state)
{
	static const struct {
		const char *call;
		unsigned int after;
		const char *message;
	} cases[] = {
		{ "bind", 0, "bind: injected: Input/output error" },
		{ "select", 0, "select: injected: Input/output error" },
		{ "calibrate", 0, "calibrate: injected: Input/output error" },
		{ "first map", 0, "first map: injected: Input/output error" },
		{ "run", 2, "map_page 4K from_device: run: injected: Input/output error" },
		{ "count", 1, "check: count: injected: Input/output error" },
		{ "rediscover", 0, "rediscover: injected: Input/output error" },
		{ "bind", 1, "bind: injected: Input/output error" },
		{ "select", 1, "select: injected: Input/output error" },
		{ "first map", 1, "first map: injected: Input/output error" },
		{ "unbind", 1, "unbind: injected: Input/output error" },
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f->fake.fail_call = cases[i].call;
		f->fake.fail_after = cases[i].after;
		f->fake.fail_code = EIO;
		f->steps = 0;
		assert_int_equal(measure(f), -EIO);
		assert_string_equal(f->err.msg, cases[i].message);
		assert_int_equal(f->bound, 0);
		dmafp_result_free(f->result);
		f->result = NULL;
	}
}

static void signal_at_any_step(void **state)
{
	struct fixture *f = *state;

	for (f->stop_at = 0; f->stop_at < 6; f->stop_at++) {
		f->steps = 0;
		f->stop = 0;
		assert_int_equal(measure(f), -EINTR);
		assert_int_equal(f->err.exit, DMAFP_EXIT_SIGTERM);
		assert_int_equal(f->steps, f->stop_at + 1);
		assert_int_equal(f->bound, 0);
		dmafp_result_free(f->result);
		f->result = NULL;
	}
}

/* The ioctl ends with EINTR, whose own words do not matter then. */
static void signal_during_a_call(void **state)
{
	struct fixture *f = *state;

	f->stop = SIGINT;
	f->fake.fail_call = "select";
	f->fake.fail_code = EINTR;
	assert_int_equal(measure(f), -EINTR);
	assert_int_equal(f->err.exit, DMAFP_EXIT_SIGINT);
	assert_non_null(strstr(f->err.msg, "interrupted"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(exact_result),
		TEST(samples_of_a_cell),
		TEST(calls_are_counted),
		TEST(workers_are_kept_and_merged),
		TEST(first_maps),
		TEST(rounds_of_evidence),
		TEST(no_evidence_where_nothing_is_deferred),
		TEST(evidence_ends_with_a_note),
		TEST(failed_evidence_gives_the_device_back),
		TEST(attach_is_deferred_once),
		TEST(plain_mode_reaches_nothing),
		TEST(without_recount_nothing_is_rediscovered),
		TEST(inexact_clock_is_timed),
		TEST(what_cannot_be_counted_is_not_zero),
		TEST(lost_samples_are_a_failure),
		TEST(every_op_by_every_method),
		TEST(time_is_a_bound),
		TEST(what_a_device_cannot_do_is_left_out),
		TEST(multiplexed_counters_are_rejected),
		TEST(absent_counters_are_told_once),
		TEST(failures_unwind),
		TEST(signal_at_any_step),
		TEST(signal_during_a_call),
	};

	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
