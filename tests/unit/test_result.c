// SPDX-License-Identifier: GPL-2.0-or-later
/* The result file: what is written is what is read, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/alloc.h"
#include "fixture.h"
#include "base/file.h"

struct place {
	char *dir, *path;
};

static int setup(void **state)
{
	struct place *place = test_calloc(1, sizeof(*place));
	char dir[] = "/tmp/dmafp-unit-XXXXXX";

	if (!mkdtemp(dir))
		return -1;
	place->dir = strdup(dir);
	place->path = dmafp_path("%s/result.json", dir);
	*state = place;
	return 0;
}

static int teardown(void **state)
{
	struct place *place = *state;

	dmafp_file_remove_tree(place->dir);
	free(place->path);
	free(place->dir);
	test_free(place);
	return 0;
}

static void write_fixture(const char *path, enum dmafp_arm_id arm, const char *mode)
{
	struct dmafp_result *result = fixture_result(arm, mode);
	struct dmafp_err err;

	if (dmafp_result_write(result, path, &err))
		fail_msg("%s", err.msg);
	dmafp_result_free(result);
}

static char *slurp(const char *path, size_t *len)
{
	struct dmafp_err err;
	char *text = dmafp_file_read(path, len, &err);

	assert_non_null(text);
	return text;
}

static void spill(const char *path, const char *text, size_t len)
{
	struct dmafp_err err;

	assert_int_equal(dmafp_file_write(path, text, len, &err), 0);
}

/* The file must be refused as bad data, by a message that holds path and @why */
static void expect_refused(const char *path, const char *why)
{
	struct dmafp_err err = { 0 };
	struct dmafp_result *result = dmafp_result_read(path, &err);

	if (result)
		fail_msg("read, but should be refused: %s", why);
	assert_int_equal(err.exit, DMAFP_EXIT_DATA);
	if (strncmp(err.msg, path, strlen(path)) || !strstr(err.msg, why))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, why);
}

static void round_trip(const struct place *place, struct dmafp_result *result)
{
	char *again = dmafp_path("%s/again.json", place->dir), *a, *b;
	struct dmafp_err err = { 0 };
	struct dmafp_result *copy;
	size_t len_a, len_b;

	if (dmafp_result_write(result, place->path, &err))
		fail_msg("%s", err.msg);
	copy = dmafp_result_read(place->path, &err);
	if (!copy)
		fail_msg("%s", err.msg);
	assert_string_equal(copy->path, place->path);
	assert_int_equal(dmafp_result_write(copy, again, &err), 0);
	a = slurp(place->path, &len_a);
	b = slurp(again, &len_b);
	assert_int_equal(len_a, len_b);
	assert_memory_equal(a, b, len_a);
	free(a);
	free(b);
	free(again);
	dmafp_result_free(copy);
	dmafp_result_free(result);
}

static void test_round_trip(void **state)
{
	round_trip(*state, fixture_result(DMAFP_ARM_PATCHED, "kdump"));
	round_trip(*state, fixture_nic(DMAFP_ARM_BASE, "plain"));
}

/* Everything that may be unknown is, and is null and not 0 or "" in the file */
static void test_round_trip_unknown(void **state)
{
	struct dmafp_result *r = dmafp_result_new();
	struct place *place = *state;
	char *text;

	fixture_set_text(&r->tool_version, "0.1.0");
	fixture_set_text(&r->created, "2026-01-02T03:04:05Z");
	fixture_set_text(&r->arm, "base");
	fixture_set_text(&r->mode, "plain");
	fixture_set_text(&r->device.pci, "0000:00:04.0");
	fixture_set_text(&r->device.label, "nvme");
	r->domain = DMAFP_DOMAIN_TIMED;
	round_trip(place, r);
	text = slurp(place->path, NULL);
	assert_non_null(strstr(text, "\"build_id\": null"));
	assert_non_null(strstr(text, "\"group\": null"));
	assert_non_null(strstr(text, "\"node\": null"));
	assert_non_null(strstr(text, "\"lab\": null"));
	assert_non_null(strstr(text, "\"first_map\": null"));
	assert_non_null(strstr(text, "\"tick_khz\": null"));
	assert_null(strstr(text, "\"\""));
	free(text);
}

static void fill_worker(struct dmafp_hist *h, uint64_t ticks)
{
	*h = (struct dmafp_hist) { .count = 50,
				   .min = ticks,
				   .max = ticks,
				   .sum = 50 * ticks,
				   .buckets = calloc(1, sizeof(*h->buckets)),
				   .nr_buckets = 1 };
	h->buckets[0] = (struct dmafp_bucket) { ticks, 1, 50 };
}

static void test_round_trip_workers(void **state)
{
	struct dmafp_result *r = fixture_result(DMAFP_ARM_BASE, "keyed");
	struct dmafp_phase_result *p = &r->cells[0].map;

	p->nr_workers = 2;
	p->workers = calloc(2, sizeof(*p->workers));
	fill_worker(&p->workers[0], FIXTURE_NULL);
	fill_worker(&p->workers[1], FIXTURE_NULL);
	p->counted_ops = p->calls = 0;
	r->first_map.counted = false;
	r->calibration.tick_khz = 1000000;
	round_trip(*state, r);
}

static void test_round_trip_measuring(void **state)
{
	struct dmafp_result *r = fixture_result(DMAFP_ARM_BASE, "keyed");
	struct dmafp_cell_result *cell = &r->cells[2];

	cell->method = DMAFP_BY_SUSTAINED;
	cell->live = 64;
	cell->entries = 16;
	cell->layout = strdup("scattered");
	cell->attrs = calloc(2, sizeof(*cell->attrs));
	cell->attrs[0] = strdup("no_warn");
	cell->attrs[1] = strdup("privileged");
	cell->nr_attrs = 2;
	cell->mask_bits = 32;
	cell->node = 1;
	cell->touch = cell->sleeps = true;
	cell->duration_ns = 5000000;
	cell->map.has_reached = true;
	cell->map.reached = 64;
	fixture_add_series(&cell->map, 7);
	fixture_add_counter(cell, DMAFP_COUNTER_IS_VALID, 99);
	fixture_add_counter(&r->cells[0], DMAFP_COUNTER_IS_ABSENT, 0);
	fixture_add_counter(&r->cells[1], DMAFP_COUNTER_IS_MULTIPLEXED, 0);
	round_trip(*state, r);
}

/* Version 1 as it was, from the reference set: what it did not write had one value */
static void test_version_1(void **state)
{
	struct dmafp_err err;
	struct dmafp_result *r;
	json_t *root;

	(void)state;
	root = json_load_file("results/reference/boot1/base-keyed-nvme-0000.00.04.0.json", 0,
			      NULL);
	assert_non_null(root);
	assert_int_equal(json_integer_value(json_object_get(root, "dmafp_result")), 1);
	r = dmafp_result_from_json(root, &err);
	assert_non_null(r);
	assert_int_equal(r->cells[2].method, DMAFP_BY_LATENCY);
	assert_int_equal(r->cells[2].ops_per_sample, 1);
	assert_int_equal(r->cells[2].node, -1);
	assert_false(r->cells[2].sleeps);
	assert_null(r->cells[2].layout);
	assert_false(r->cells[2].map.has_reached);
	assert_int_equal(r->cells[2].nr_runs, 0);
	dmafp_result_free(r);
	/* what version 2 requires is not forgiven there */
	json_object_set_new(root, "dmafp_result", json_integer(2));
	json_object_set_new(root, "attach", json_null());
	json_object_set_new(root, "first_map", json_null());
	assert_null(dmafp_result_from_json(root, &err));
	if (!strstr(err.msg, "member cells[0].sleeps is missing"))
		fail_msg("%s", err.msg);
	json_decref(root);
}

static void refuse_counter(const struct place *place, const char *member, json_t *value,
			   const char *why)
{
	struct dmafp_result *r = fixture_result(DMAFP_ARM_BASE, "keyed");
	json_t *root, *counter;
	char *text;

	fixture_add_counter(&r->cells[1], DMAFP_COUNTER_IS_VALID, 99);
	root = dmafp_result_to_json(r);
	counter = json_object_get(json_array_get(json_object_get(root, "cells"), 1), "workers");
	counter = json_array_get(json_object_get(json_array_get(counter, 0), "counters"), 0);
	json_object_set_new(counter, member, value);
	text = json_dumps(root, 0);
	spill(place->path, text, strlen(text));
	expect_refused(place->path, why);
	free(text);
	json_decref(root);
	dmafp_result_free(r);
}

/* A counter that did not count all the time cannot be passed off as one that did */
static void test_counters(void **state)
{
	refuse_counter(*state, "value", json_null(),
		       "cells[1]: workers[0].counters[0] is valid and has no value");
	refuse_counter(*state, "state", json_string("multiplexed"),
		       "has a value although it is not valid");
	refuse_counter(*state, "running_ns", json_integer(999),
		       "is valid although it did not run all the time");
	refuse_counter(*state, "running_ns", json_integer(1001),
		       "ran longer than it was enabled");
	refuse_counter(*state, "reason", json_string("because"),
		       "must say why it is absent, and only then");
}

static void refuse_series(const struct place *place, uint64_t point, uint32_t stride,
			  const char *why)
{
	struct dmafp_result *r = fixture_result(DMAFP_ARM_BASE, "keyed");
	json_t *root;
	char *text;

	fixture_add_series(&r->cells[2].map, 0);
	r->cells[2].map.series->points[19] = point;
	r->cells[2].map.series->stride = stride;
	root = dmafp_result_to_json(r);
	text = json_dumps(root, 0);
	spill(place->path, text, strlen(text));
	expect_refused(place->path, why);
	free(text);
	json_decref(root);
	dmafp_result_free(r);
}

static void test_series(void **state)
{
	/* the fixture: 614 at least, 714 at most */
	refuse_series(*state, 613, 5, "cells[2].map: series[0].points[19] is 613");
	refuse_series(*state, 715, 5, "no sample between 614 and 714");
	refuse_series(*state, 614, 0, "series[0] has points that stand for no sample");
}

static void test_values(void **state)
{
	struct place *place = *state;
	struct dmafp_err err;
	struct dmafp_result *r;

	write_fixture(place->path, DMAFP_ARM_PATCHED, "kdump");
	r = dmafp_result_read(place->path, &err);
	assert_non_null(r);
	assert_string_equal(r->arm, "patched");
	assert_string_equal(r->patches[0].file, "patched.patch");
	assert_int_equal(r->device.vendor, 0x1b36);
	assert_int_equal(r->iommu.group, 3);
	assert_int_equal(r->device.node, -1);
	assert_true(r->first_map.deferred_before);
	assert_int_equal(r->first_map.map_ticks, 50060);
	assert_int_equal(r->nr_cells, 4);
	assert_int_equal(r->cells[3].bytes, 65536);
	assert_false(r->cells[0].has_unmap);
	assert_true(r->cells[3].has_unmap);
	assert_int_equal(r->cells[3].map.hist.sum, 614 * 100 + 163);
	assert_int_equal(r->cells[3].unmap.hist.buckets[2].low, 500);
	dmafp_result_free(r);
}

/* Cut anywhere, the file is refused; but for its last newline */
static void test_truncated(void **state)
{
	struct place *place = *state;
	size_t len, cut;
	char *text;

	write_fixture(place->path, DMAFP_ARM_BASE, "keyed");
	text = slurp(place->path, &len);
	for (cut = 0; cut < len - 1; cut += cut < 64 || len - cut < 64 ? 1 : 37) {
		spill(place->path, text, cut);
		expect_refused(place->path, "");
	}
	spill(place->path, text, len / 2);
	expect_refused(place->path, "truncated");
	spill(place->path, "", 0);
	expect_refused(place->path, "truncated");
	free(text);
}

static void test_foreign(void **state)
{
	static const struct {
		const char *text, *why;
	} files[] = {
		{ "{}", "not a dmafp result" },
		{ "[]", "not a JSON object" },
		{ "{\"name\": \"package\"}", "no member dmafp_result" },
		{ "{\"dmafp_result\": 7}",
		  "result version 7, this dmafp reads 1 to 2: use a newer dmafp" },
		{ "{\"dmafp_result\": 0}", "result version 0" },
		{ "{\"dmafp_result\": \"1\"}", "not an integer" },
		{ "{\"dmafp_result\": 1}", "member tool_version is missing" },
		{ "{\"dmafp_result\": 1, \"dmafp_result\": 1}", "not JSON" },
		{ "<html>", "not JSON" },
		{ "\177ELF\001\002", "not JSON" },
		{ "{\"dmafp_result\": 99999999999999999999}", "not JSON" },
	};
	struct place *place = *state;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		spill(place->path, files[i].text, strlen(files[i].text));
		expect_refused(place->path, files[i].why);
	}
}

static void test_deep(void **state)
{
	struct place *place = *state;
	char deep[100000];

	memset(deep, '[', sizeof(deep));
	spill(place->path, deep, sizeof(deep));
	expect_refused(place->path, "");
}

static void test_absent_file(void **state)
{
	struct place *place = *state;
	struct dmafp_err err;

	assert_null(dmafp_result_read(place->path, &err));
	assert_int_equal(err.exit, DMAFP_EXIT_NO_INPUT);
	assert_non_null(strstr(err.msg, place->path));
}

/* The file's JSON with the member at a path taken out or replaced */
static void spoil(const struct place *place, const char *const *steps, size_t nr,
		  json_t *value)
{
	struct dmafp_result *r = fixture_result(DMAFP_ARM_BASE, "keyed");
	json_t *root = dmafp_result_to_json(r), *at = root;
	char *text;
	size_t i;

	for (i = 0; i + 1 < nr; i++)
		at = json_is_array(at) ? json_array_get(at, (size_t)atoi(steps[i]))
				       : json_object_get(at, steps[i]);
	assert_non_null(at);
	if (!value)
		assert_int_equal(json_object_del(at, steps[nr - 1]), 0);
	else if (json_is_array(at))
		json_array_set_new(at, (size_t)atoi(steps[nr - 1]), value);
	else
		json_object_set_new(at, steps[nr - 1], value);
	text = json_dumps(root, 0);
	spill(place->path, text, strlen(text));
	free(text);
	json_decref(root);
	dmafp_result_free(r);
}

#define STEPS(...)                             \
	(const char *const[]) { __VA_ARGS__ }, \
		sizeof((const char *const[]) { __VA_ARGS__ }) / sizeof(char *)

static void test_spoiled(void **state)
{
	const struct {
		const char *const *steps;
		size_t nr;
		json_t *value;
		const char *why;
	} cases[] = {
		{ STEPS("kernel", "build_id"), NULL, "member kernel.build_id is missing" },
		{ STEPS("cells", "2", "map", "hist", "count"), NULL,
		  "member cells[2].map.hist.count is missing" },
		{ STEPS("cells", "2", "map", "hist", "count"), json_integer(99),
		  "cells[2].map: the histogram has 100 samples, its count says 99" },
		{ STEPS("cells", "3", "unmap", "hist", "sum"), json_integer(99),
		  "cells[3].unmap: the histogram's sum is 99" },
		{ STEPS("cells", "2", "map", "hist", "buckets", "1"),
		  json_pack("[i,i]", 1, 2),
		  "member cells[2].map.hist.buckets[1][2] is missing" },
		{ STEPS("cells", "2", "map", "hist", "buckets", "1"),
		  json_pack("[i,i,i,i]", 1, 2, 3, 4), "has too many elements" },
		{ STEPS("cells", "2", "map", "hist", "buckets", "1", "0"), json_integer(-1),
		  "member cells[2].map.hist.buckets[1][0] is out of range" },
		{ STEPS("cells", "1", "cpus"), json_pack("[s]", "0"),
		  "member cells[1].cpus[0] is not an integer" },
		{ STEPS("cells", "1", "cpus"), json_pack("[I]", (json_int_t)1 << 32),
		  "member cells[1].cpus[0] is out of range" },
		{ STEPS("cells"), json_object(), "member cells is not an array" },
		{ STEPS("cells", "0"), json_null(), "member cells[0] is not an object" },
		{ STEPS("cells", "1", "op"), json_string("null"),
		  "cells[1] is cells[0] once more" },
		{ STEPS("kernel"), json_null(), "member kernel is not an object" },
		{ STEPS("arm"), json_null(), "member arm is not a string" },
		{ STEPS("arm"), json_string(""), "member arm is not a string" },
		{ STEPS("domain"), json_string("cycles"), "member domain is not one of" },
		{ STEPS("device", "vendor"), json_integer(65536),
		  "device.vendor is out of range" },
		{ STEPS("device", "node"), json_integer(-1), "device.node is out of range" },
		{ STEPS("device", "attach_deferred"), json_integer(0),
		  "neither true nor false" },
		{ STEPS("cells", "2", "map", "counted", "ops"), json_integer(0),
		  "member cells[2].map.counted.ops is out of range" },
		{ STEPS("calibration", "long_max"), json_integer(1027),
		  "the calibration does not read one tick per instruction" },
		{ STEPS("cells", "2", "iterations"), json_real(1e3), "is not an integer" },
		{ STEPS("cells", "2", "iterations"), json_integer(0),
		  "cells[2]: it has neither iterations nor a duration" },
		{ STEPS("cells", "2", "ops_per_sample"), json_integer(2),
		  "cells[2]: it has samples of another number of ops" },
		{ STEPS("cells", "2", "method"), json_string("block"),
		  "cells[2]: it has samples of another number of ops" },
		{ STEPS("cells", "2", "method"), json_string("sustained"),
		  "cells[2]: it must have a ring" },
		{ STEPS("cells", "2", "live"), json_integer(1), "cells[2]: it must have a ring" },
		{ STEPS("cells", "2", "entries"), json_integer(1),
		  "cells[2]: it must have a layout" },
		{ STEPS("cells", "2", "method"), json_string("guess"), "is not one of the words" },
		{ STEPS("cells", "2", "attrs"), json_pack("[s]", ""),
		  "member cells[2].attrs[0] is not a string that says something" },
		{ STEPS("cells", "2", "mask_bits"), json_integer(0),
		  "member cells[2].mask_bits is out of range" },
		{ STEPS("cells", "2", "workers"), NULL, "member cells[2].workers is missing" },
	};
	struct place *place = *state;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		spoil(place, cases[i].steps, cases[i].nr, cases[i].value);
		expect_refused(place->path, cases[i].why);
	}
}

/* Members of a later dmafp of the same version are no reason to refuse */
static void test_unknown_member(void **state)
{
	struct place *place = *state;
	struct dmafp_result *r;
	struct dmafp_err err;

	spoil(place, STEPS("cells", "0", "map", "colour"), json_string("blue"));
	r = dmafp_result_read(place->path, &err);
	assert_non_null(r);
	dmafp_result_free(r);
}

/* A result that could not be read again is not written, and nothing is lost */
static void test_write_refuses(void **state)
{
	struct dmafp_result *r = fixture_result(DMAFP_ARM_BASE, "keyed");
	struct place *place = *state;
	struct dmafp_err err;

	r->cells[0].map.hist.count++;
	assert_true(dmafp_result_write(r, place->path, &err) < 0);
	assert_int_equal(err.exit, DMAFP_EXIT_INTERNAL);
	assert_false(dmafp_file_exists(place->path));
	dmafp_result_free(r);
}

/* What would move a cursor is not taken in, in whatever string it is */
static void test_control_characters(void **state)
{
	struct dmafp_result *r = fixture_result(DMAFP_ARM_BASE, "plain"), *copy;
	struct dmafp_err err;
	json_t *json;

	(void)state;
	fixture_set_text(&r->kernel.release, "a\x1b[2J\tb\r\nc\x7f\302\233d\xc2\xa0\xc3\xa9");
	fixture_set_text(&r->device.label, "n\nv");
	json = dmafp_result_to_json(r);
	copy = dmafp_result_from_json(json, &err);
	assert_non_null(copy);
	assert_string_equal(copy->device.label, "n?v");
	assert_string_equal(copy->kernel.release, "a?[2J\tb?\nc??d\xc2\xa0\xc3\xa9");
	json_decref(json);
	dmafp_result_free(copy);
	dmafp_result_free(r);
}

/* Counts of workers that add up to the right number only because they overflow */
static void test_workers_overflow(void **state)
{
	struct dmafp_result *r = fixture_result(DMAFP_ARM_BASE, "plain");
	struct dmafp_phase_result *map = &r->cells[0].map;
	struct dmafp_err err = { 0 };
	json_t *json;
	size_t i;

	(void)state;
	map->nr_workers = 5;
	map->workers = dmafp_alloc(5, sizeof(*map->workers));
	for (i = 0; i < 5; i++) {
		uint64_t count = i < 4 ? 1ull << 62 : map->hist.count;

		map->workers[i] = (struct dmafp_hist) { .count = count, .nr_buckets = 1 };
		map->workers[i].buckets = dmafp_alloc(1, sizeof(struct dmafp_bucket));
		*map->workers[i].buckets = (struct dmafp_bucket) { 0, 1, count };
	}
	json = dmafp_result_to_json(r);
	assert_null(dmafp_result_from_json(json, &err));
	assert_non_null(strstr(err.msg, "workers' counts do not add up"));
	json_decref(json);
	dmafp_result_free(r);
}

/* Directories */

static void load_fails(const char *path, enum dmafp_exit code, const char *why)
{
	struct dmafp_set set = { 0 };
	struct dmafp_err err;

	assert_true(dmafp_set_load(&set, path, &err) < 0);
	assert_int_equal(err.exit, code);
	if (!strstr(err.msg, why))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, why);
	dmafp_set_free(&set);
}

static void test_directory(void **state)
{
	struct place *place = *state;
	char *sub = dmafp_path("%s/b/c", place->dir), *path;
	struct dmafp_set set = { 0 };
	struct dmafp_err err;

	load_fails(place->dir, DMAFP_EXIT_NO_INPUT, "no dmafp result");
	assert_int_equal(dmafp_file_mkdirs(sub, &err), 0);
	write_fixture(place->path, DMAFP_ARM_BASE, "plain");
	path = dmafp_path("%s/x.json", sub);
	write_fixture(path, DMAFP_ARM_PATCHED, "plain");
	free(path);
	path = dmafp_path("%s/package.json", sub);
	spill(path, "{\"version\": 2}", 14);
	load_fails(path, DMAFP_EXIT_DATA, "not a dmafp result");
	free(path);
	path = dmafp_path("%s/notes.txt", sub);
	spill(path, "{", 1);
	free(path);
	assert_int_equal(dmafp_set_load(&set, place->dir, &err), 0);
	assert_int_equal(set.nr, 2);
	/* the same once more is no replicate */
	assert_int_equal(dmafp_set_load(&set, place->path, &err), 0);
	assert_int_equal(dmafp_set_load(&set, sub, &err), 0);
	assert_int_equal(set.nr, 2);
	dmafp_set_group(&set);
	assert_int_equal(set.nr_groups, 1);
	assert_int_equal(set.groups[0].arms[DMAFP_ARM_BASE].nr, 1);
	assert_int_equal(set.groups[0].arms[DMAFP_ARM_PATCHED].nr, 1);
	dmafp_set_free(&set);
	path = dmafp_path("%s/damaged.json", sub);
	spill(path, "{\"dmafp_result\": 1,", 19);
	load_fails(place->dir, DMAFP_EXIT_DATA, "damaged.json: the file is truncated");
	free(path);
	free(sub);
}

static void test_absent_directory(void **state)
{
	struct place *place = *state;

	load_fails(place->path, DMAFP_EXIT_NO_INPUT, place->path);
}

#define PLACE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE(test_round_trip),
		PLACE(test_round_trip_unknown),
		PLACE(test_round_trip_workers),
		PLACE(test_round_trip_measuring),
		PLACE(test_version_1),
		PLACE(test_counters),
		PLACE(test_series),
		PLACE(test_values),
		PLACE(test_truncated),
		PLACE(test_foreign),
		PLACE(test_deep),
		PLACE(test_absent_file),
		PLACE(test_spoiled),
		PLACE(test_unknown_member),
		PLACE(test_write_refuses),
		cmocka_unit_test(test_control_characters),
		cmocka_unit_test(test_workers_overflow),
		PLACE(test_directory),
		PLACE(test_absent_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
