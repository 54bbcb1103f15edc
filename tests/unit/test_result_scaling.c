// SPDX-License-Identifier: GPL-2.0-or-later
/* What results say of workers: in the file, in files from before, and in wrong ones. */
#include "scaled.h"

#include <jansson.h>

#include "analysis/cell.h"

/* Half of the fixture's samples from each of two workers */
static struct dmafp_result *two_workers(void)
{
	struct dmafp_result *r = fixture_result(DMAFP_ARM_BASE, "keyed");
	uint64_t half = FIXTURE_SAMPLES / 2;

	scaled_cell(&r->cells[BOTH], 2, (uint64_t[]) { half, half },
		    (uint64_t[]) { 100000, 90000 });
	return r;
}

static json_t *json_of(struct dmafp_result *r)
{
	json_t *json = dmafp_result_to_json(r);

	dmafp_result_free(r);
	assert_non_null(json);
	return json;
}

static json_t *cell_of(json_t *json, size_t i)
{
	return json_array_get(json_object_get(json, "cells"), i);
}

static void test_round_trip(void **state)
{
	json_t *json = json_of(two_workers());
	struct dmafp_err err = { 0 };
	struct dmafp_result *r = dmafp_result_from_json(json, &err);
	const struct dmafp_cell_result *cell;

	(void)state;
	if (!r)
		fail_msg("%s", err.msg);
	cell = &r->cells[BOTH];
	assert_true(cell->scales && cell->preemptible);
	assert_string_equal(cell->place, "local");
	assert_int_equal(cell->worker_node, 0);
	assert_true(cell->runs[1].has_samples);
	assert_int_equal(cell->runs[1].samples, FIXTURE_SAMPLES / 2);
	assert_int_equal(cell->runs[1].elapsed, 90000);
	cell = &r->cells[0];
	assert_false(cell->scales || cell->preemptible);
	assert_null(cell->place);
	assert_true(json_is_null(json_object_get(cell_of(json, 0), "scaling")));
	dmafp_result_free(r);
	json_decref(json);
}

/* Files from before these members are read, and the text they came from is left alone */
static void test_older_files(void **state)
{
	json_t *json = json_of(two_workers()), *workers;
	json_t *before;
	struct dmafp_err err = { 0 };
	struct dmafp_result *r;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		json_object_del(cell_of(json, i), "scaling");
		json_object_del(cell_of(json, i), "preemptible");
	}
	workers = json_object_get(cell_of(json, BOTH), "workers");
	for (i = 0; i < 2; i++)
		json_object_del(json_array_get(workers, i), "samples");
	before = json_deep_copy(json);
	r = dmafp_result_from_json(json, &err);
	if (!r)
		fail_msg("%s", err.msg);
	assert_false(r->cells[BOTH].scales || r->cells[BOTH].preemptible);
	assert_false(r->cells[BOTH].runs[0].has_samples);
	assert_int_equal(r->cells[BOTH].runs[0].elapsed, 100000);
	assert_true(json_equal(json, before));
	dmafp_result_free(r);
	json_decref(before);
	json_decref(json);
}

static void test_samples_must_add_up(void **state)
{
	struct dmafp_result *r = two_workers();
	struct dmafp_err err = { 0 };
	json_t *json;

	(void)state;
	r->cells[BOTH].runs[1].samples++;
	json = json_of(r);
	assert_null(dmafp_result_from_json(json, &err));
	assert_int_equal(err.exit, DMAFP_EXIT_DATA);
	assert_non_null(strstr(err.msg, "cells[3]: the workers' samples do not add up"));
	json_decref(json);
}

/* Places make cells differ that have the same CPUs, and their titles */
static void test_places_differ(void **state)
{
	struct dmafp_result *r = two_workers();
	struct dmafp_cell_result *a = &r->cells[ALONE], *b = &r->cells[BOTH];
	char *title;

	(void)state;
	scaled_cell(a, 2, (uint64_t[]) { 50, 50 }, (uint64_t[]) { 1, 1 });
	assert_true(dmafp_cell_same(a, b));
	b->node = 1;
	assert_false(dmafp_cell_same(a, b));
	assert_true(dmafp_cell_same_op(a, b));
	b->node = 0;
	b->worker_node = 1;
	assert_false(dmafp_cell_same(a, b));
	b->worker_node = 0;
	b->preemptible = false;
	assert_false(dmafp_cell_same(a, b));
	b->preemptible = true;
	fixture_set_text(&b->place, "remote");
	assert_false(dmafp_cell_same(a, b));
	title = dmafp_cell_title(b);
	assert_string_equal(title, "map_page 4K to x2 remote");
	free(title);
	title = dmafp_cell_title_of_curve(b);
	assert_string_equal(title, "map_page 4K to");
	free(title);
	fixture_set_text(&b->place, "own");
	title = dmafp_cell_title(b);
	assert_string_equal(title, "map_page 4K to x2");
	free(title);
	dmafp_result_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_older_files),
		cmocka_unit_test(test_samples_must_add_up),
		cmocka_unit_test(test_places_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
