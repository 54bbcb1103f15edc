// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: which cells a profile makes of an op table. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run/plan.h"

static const struct dmafp_op ops[] = {
	{ .index = 0, .name = "null", .flags = DMAFP_OP_TIMES_UNMAP },
	{ .index = 1,
	  .name = "map",
	  .flags = DMAFP_OP_USES_SIZE | DMAFP_OP_USES_DIRECTION | DMAFP_OP_ON_PATH },
	{ .index = 2, .name = "alloc", .flags = DMAFP_OP_USES_SIZE | DMAFP_OP_ON_PATH },
	{ .index = 3, .name = "gone", .flags = DMAFP_OP_ON_PATH | DMAFP_OP_UNAVAILABLE },
	{ .index = 4,
	  .name = "sg",
	  .flags = DMAFP_OP_USES_SIZE | DMAFP_OP_USES_DIRECTION | DMAFP_OP_USES_ENTRIES |
		   DMAFP_OP_USES_BUFFER | DMAFP_OP_TIMES_UNMAP | DMAFP_OP_ON_PATH,
	  .attrs = DMAFP_ATTR_SKIP_CPU_SYNC },
};

static struct dmafp_plan *plan_of(const char *text, struct dmafp_err *err)
{
	struct dmafp_profile *profile;
	struct dmafp_plan *plan;

	memset(err, 0, sizeof(*err));
	profile = dmafp_profile_parse(text, "p.ini", err);
	assert_non_null(profile);
	plan = dmafp_plan_new(profile, ops, 5, err);
	dmafp_profile_free(profile);
	return plan;
}

static void assert_cell(const struct dmafp_plan *plan, size_t i, const char *text)
{
	char found[DMAFP_CELL_TEXT];

	assert_true(i < plan->nr_cells);
	assert_string_equal(dmafp_plan_cell_text(&plan->cells[i], found), text);
}

static void cells_in_order(void **state)
{
	struct dmafp_err err;
	struct dmafp_plan *plan = plan_of("[run]\nops = null, map, alloc\nsizes = 4K, 64K\n"
					  "directions = from_device, to_device\n"
					  "[first_map]\nop = map\n",
					  &err);

	(void)state;
	assert_non_null(plan);
	/* 1 + 2 sizes x 2 directions + 2 sizes */
	assert_int_equal(plan->nr_cells, 7);
	assert_cell(plan, 0, "null");
	assert_cell(plan, 1, "map 4K from_device");
	assert_cell(plan, 2, "map 4K to_device");
	assert_cell(plan, 3, "map 64K from_device");
	assert_cell(plan, 4, "map 64K to_device");
	assert_cell(plan, 5, "alloc 4K");
	assert_cell(plan, 6, "alloc 64K");
	dmafp_plan_free(plan);
}

static void cells_carry_the_parameters(void **state)
{
	struct dmafp_err err;
	struct dmafp_plan *plan =
		plan_of("[run]\nops = map\nsizes = 8K\ncpus = 1,5\n"
			"warmup = 3\niterations = 10\nblock = 4\n"
			"count_ops = 2\n[first_map]\nop = alloc\nsize = 16K\n",
			&err);
	const struct dmafp_plan_cell *cell;
	struct dmafp_cell abi;

	(void)state;
	assert_non_null(plan);
	cell = &plan->cells[0];
	assert_int_equal(cell->nr_cpus, 2);
	assert_int_equal(cell->cpus[1], 5);
	assert_int_equal(cell->warmup, 3);
	assert_int_equal(cell->iterations, 10);
	assert_int_equal(cell->block, 4);
	assert_int_equal(cell->count_ops, 2);
	abi = dmafp_plan_cell_abi(cell);
	assert_int_equal(abi.op, 1);
	assert_int_equal(abi.direction, DMAFP_TO_DEVICE);
	assert_int_equal(abi.bytes, 8192);
	assert_int_equal(abi.node, -1);
	assert_string_equal(plan->first.op.name, "alloc");
	assert_int_equal(plan->first.bytes, 16384);
	assert_null(dmafp_plan_direction(&plan->first));
	assert_true(plan->recount);
	dmafp_plan_free(plan);
}

/* The module refuses a size for an op that has none. */
static void no_size_where_there_is_none(void **state)
{
	struct dmafp_err err;
	struct dmafp_plan *plan =
		plan_of("[run]\nops = null\n[first_map]\nop = map\n", &err);
	struct dmafp_cell abi;

	(void)state;
	assert_non_null(plan);
	abi = dmafp_plan_cell_abi(&plan->cells[0]);
	assert_int_equal(abi.bytes, 0);
	assert_int_equal(abi.direction, 0);
	assert_null(dmafp_plan_direction(&plan->cells[0]));
	dmafp_plan_free(plan);
}

static void unavailable_ops_are_skipped_and_told(void **state)
{
	struct dmafp_err err;
	struct dmafp_plan *plan =
		plan_of("[run]\nops = gone, null\n[first_map]\nop = map\n", &err);

	(void)state;
	assert_non_null(plan);
	assert_int_equal(plan->nr_cells, 1);
	assert_int_equal(plan->skipped.nr, 1);
	assert_string_equal(plan->skipped.items[0], "gone");
	dmafp_plan_free(plan);
}

static void methods_multiply(void **state)
{
	struct dmafp_err err;
	struct dmafp_plan *plan = plan_of("[run]\nops = null, map, alloc\nsizes = 4K\n"
					  "directions = to_device\nblock = 16\nlive = 32\n"
					  "delay = 50\n"
					  "methods = latency, block, sustained\n"
					  "[first_map]\nop = map\n",
					  &err);

	(void)state;
	assert_non_null(plan);
	/* map and alloc have no unmap, and so no ring */
	assert_int_equal(plan->nr_cells, 7);
	assert_cell(plan, 0, "null");
	assert_cell(plan, 1, "null, block");
	assert_cell(plan, 2, "null, sustained");
	assert_cell(plan, 3, "map 4K to_device");
	assert_cell(plan, 4, "map 4K to_device, block");
	assert_cell(plan, 6, "alloc 4K, block");
	/* a method has only the parameters that it uses */
	assert_int_equal(plan->cells[0].delay, 50);
	assert_int_equal(plan->cells[0].live, 0);
	assert_int_equal(dmafp_plan_ops_per_sample(&plan->cells[0]), 1);
	assert_int_equal(plan->cells[1].delay, 0);
	assert_int_equal(dmafp_plan_ops_per_sample(&plan->cells[1]), 16);
	assert_int_equal(plan->cells[2].live, 32);
	assert_int_equal(plan->cells[2].delay, 0);
	assert_int_equal(dmafp_plan_ops_per_sample(&plan->cells[2]), 1);
	/* nothing comes between a map and an unmap that is not there */
	assert_int_equal(plan->cells[3].delay, 0);
	dmafp_plan_free(plan);
}

static void scatterlists(void **state)
{
	struct dmafp_err err;
	struct dmafp_plan *plan =
		plan_of("[run]\nops = null, sg\nsizes = 4K, 64K\nentries = 1, 16\n"
			"layouts = contiguous, scattered\ndirections = to_device\n"
			"touch = no, yes\nattrs = skip_cpu_sync, no_warn\nmask = 32\n"
			"node = 3\n[first_map]\nop = sg\n",
			&err);
	struct dmafp_cell abi;

	(void)state;
	assert_non_null(plan);
	/* of 4K no 16 pages, of one entry no scattered one; each touched or not */
	assert_int_equal(plan->nr_cells, 1 + 2 * 4);
	assert_cell(plan, 1, "sg 4K in 1 to_device");
	assert_cell(plan, 2, "sg 4K in 1 to_device touched");
	assert_cell(plan, 3, "sg 64K in 1 to_device");
	assert_cell(plan, 5, "sg 64K in 16 to_device");
	assert_cell(plan, 8, "sg 64K in 16 scattered to_device touched");
	abi = dmafp_plan_cell_abi(&plan->cells[8]);
	assert_int_equal(abi.entries, 16);
	assert_int_equal(abi.flags, DMAFP_CELL_TOUCH | DMAFP_CELL_SCATTERED);
	/* no_warn is none of its attributes */
	assert_int_equal(abi.attrs, DMAFP_ATTR_SKIP_CPU_SYNC);
	assert_int_equal(abi.mask_bits, 32);
	assert_int_equal(abi.node, 3);
	/* the null op uses none of it, and the module insists on that */
	abi = dmafp_plan_cell_abi(&plan->cells[0]);
	assert_int_equal(abi.flags | abi.attrs | abi.entries | abi.mask_bits, 0);
	assert_int_equal(abi.node, -1);
	assert_int_equal(plan->first.entries, 1);
	dmafp_plan_free(plan);
}

static void impossible_combinations_are_told(void **state)
{
	struct dmafp_err err;
	struct dmafp_plan *plan =
		plan_of("[run]\nops = null, sg, map\nsizes = 4K\nentries = 16\n"
			"[first_map]\nop = map\n",
			&err);

	(void)state;
	assert_non_null(plan);
	assert_int_equal(plan->nr_cells, 1 + 2);
	assert_int_equal(plan->idle.nr, 1);
	assert_string_equal(plan->idle.items[0], "sg");
	dmafp_plan_free(plan);
}

static void bounds_events_and_series(void **state)
{
	struct dmafp_err err;
	struct dmafp_plan *plan =
		plan_of("[run]\nops = null\niterations = 0\nduration = 3\nseries = 8\n"
			"events = instructions, r3c\ncpus = 2, 1\n[first_map]\nop = map\n",
			&err);

	(void)state;
	assert_non_null(plan);
	assert_int_equal(plan->cells[0].iterations, 0);
	assert_int_equal(plan->cells[0].duration, 3000000);
	assert_int_equal(plan->nr_series, 8);
	assert_int_equal(plan->nr_events, 2);
	assert_int_equal(plan->events[1].config, 0x3c);
	assert_int_equal(plan->nr_cpus, 2);
	assert_int_equal(plan->cpus[0], 2);
	dmafp_plan_free(plan);
}

static void contradictions(void **state)
{
	static const struct {
		const char *run, *why;
	} cases[] = {
		{ "iterations = 0", "'iterations' and 'duration' are both 0" },
		{ "mask = 11", "a 'mask' of less than 12 bits" },
		{ "series = 3", "'series' is not an even number" },
		{ "methods = block\nblock = 513", "'block' is above 512" },
		{ "cpus = node:1023", "no" },
		{ "[traffic]\ntools = fio\n[fio]\nios = 0\nruntime = 9\nramp = 2\n"
		  "[perf]\ncounters = cycles",
		  "'counters' of [perf] would count the IOs of 'ramp' of [fio] as well" },
	};
	struct dmafp_err err;
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "[run]\nops = null\n%s\n[first_map]\nop = map\n",
			 cases[i].run);
		assert_null(plan_of(text, &err));
		assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
		assert_non_null(strstr(err.msg, cases[i].why));
	}
}

/* A ramp of fio's, or counters, but not both; pktgen knows no ramp */
static void counters_and_a_ramp_by_themselves(void **state)
{
	static const char *const traffic[] = {
		"[traffic]\ntools = fio\n[fio]\nios = 0\nruntime = 9\nramp = 2\n",
		"[traffic]\ntools = fio\n[perf]\ncounters = cycles\n",
		"[traffic]\ntools = pktgen\n[fio]\nramp = 2\n[perf]\ncounters = cycles\n",
	};
	struct dmafp_plan *plan;
	struct dmafp_err err;
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(traffic) / sizeof(traffic[0]); i++) {
		snprintf(text, sizeof(text), "[run]\nops = null\n[first_map]\nop = map\n%s",
			 traffic[i]);
		plan = plan_of(text, &err);
		assert_non_null(plan);
		dmafp_plan_free(plan);
	}
}

static void bad_plans(void **state)
{
	struct dmafp_err err;

	(void)state;
	assert_null(plan_of("[run]\nops = nul\n", &err));
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
	assert_string_equal(err.msg,
			    "p.ini: the module has no op 'nul', did you mean 'null'? "
			    "(see 'dmafp list ops')");
	assert_null(plan_of("[run]\nops = null\n[first_map]\nop = null\n", &err));
	assert_string_equal(err.msg, "p.ini: op 'null' of [first_map] does not map anything "
				     "that could be deferred");
	assert_null(plan_of("[run]\nops = null\n[first_map]\nop = gone\n", &err));
	assert_non_null(strstr(err.msg, "is not available in this kernel"));
	assert_null(
		plan_of("[run]\nops = map\nsizes = 5000\n[first_map]\nop = map\n", &err));
	assert_non_null(strstr(err.msg, "size 5000 is not a multiple"));
	assert_null(plan_of("[run]\nops = map\n[first_map]\nop = map\nsize = 5000\n", &err));
	assert_non_null(strstr(err.msg, "size 5000 is not a multiple"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_in_order),
		cmocka_unit_test(cells_carry_the_parameters),
		cmocka_unit_test(no_size_where_there_is_none),
		cmocka_unit_test(unavailable_ops_are_skipped_and_told),
		cmocka_unit_test(methods_multiply),
		cmocka_unit_test(scatterlists),
		cmocka_unit_test(impossible_combinations_are_told),
		cmocka_unit_test(bounds_events_and_series),
		cmocka_unit_test(contradictions),
		cmocka_unit_test(counters_and_a_ramp_by_themselves),
		cmocka_unit_test(bad_plans),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
