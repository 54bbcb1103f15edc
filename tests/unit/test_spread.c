// SPDX-License-Identifier: GPL-2.0-or-later
/* [scaling]: which cells it makes of a profile, on machines made up here. */
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
	  .flags = DMAFP_OP_USES_SIZE | DMAFP_OP_USES_BUFFER | DMAFP_OP_TIMES_UNMAP |
		   DMAFP_OP_ON_PATH },
};

#define MAX_CPUS 512

/* @nr_nodes nodes, @per_node CPUs each, one thread a core; each node is far from the others */
static struct dmafp_topology make_machine(size_t nr_nodes, size_t per_node)
{
	static struct dmafp_topology_cpu cpus[MAX_CPUS];
	static struct dmafp_topology_node nodes[4];
	static int distances[16];
	size_t i, k;

	for (i = 0; i < nr_nodes * per_node; i++)
		cpus[i] = (struct dmafp_topology_cpu) { (uint32_t)i, (int)(i / per_node), 0 };
	for (i = 0; i < nr_nodes; i++) {
		nodes[i] = (struct dmafp_topology_node) { (int)i, true };
		for (k = 0; k < nr_nodes; k++)
			distances[i * nr_nodes + k] = i == k ? 10 : 20;
	}
	return (struct dmafp_topology) { cpus, nr_nodes * per_node, nodes, nr_nodes, distances };
}

static struct dmafp_plan *plan_of(const char *scaling, const struct dmafp_topology *topology,
				  int device_node, struct dmafp_err *err)
{
	char text[1024];
	struct dmafp_profile *profile;
	struct dmafp_plan *plan;

	memset(err, 0, sizeof(*err));
	snprintf(text, sizeof(text),
		 "[run]\nops = null, map\nsizes = 4K\niterations = 0\nduration = 20\n"
		 "[first_map]\nop = map\n[scaling]\n%s\n",
		 scaling);
	profile = dmafp_profile_parse(text, "p.ini", err);
	if (!profile)
		return NULL;
	plan = dmafp_plan_new_at(profile, ops, 2,
				 &(struct dmafp_plan_site) { topology, device_node }, err);
	dmafp_profile_free(profile);
	return plan;
}

/* "op xN place cpu,cpu node|..." of all cells of the op */
static char *cells_of(const struct dmafp_plan *plan, const char *op)
{
	char *text = calloc(1, 65536);
	size_t i, k;

	for (i = 0; i < plan->nr_cells; i++) {
		const struct dmafp_plan_cell *cell = &plan->cells[i];

		if (strcmp(cell->op.name, op))
			continue;
		sprintf(text + strlen(text), "%sx%zu %s", *text ? "|" : "", cell->nr_cpus,
			cell->place ? cell->place->name : "none");
		for (k = 0; k < cell->nr_cpus; k++)
			sprintf(text + strlen(text), "%c%u", k ? ',' : ' ', cell->cpus[k]);
		sprintf(text + strlen(text), " %d", cell->node);
	}
	return text;
}

static void expect_cells(const char *scaling, const struct dmafp_topology *topology,
			 int device_node, const char *op, const char *cells)
{
	struct dmafp_err err;
	struct dmafp_plan *plan = plan_of(scaling, topology, device_node, &err);
	char *found;

	if (!plan)
		fail_msg("%s", err.msg);
	found = cells_of(plan, op);
	assert_string_equal(found, cells);
	free(found);
	dmafp_plan_free(plan);
}

static void numbers_of_threads(void **state)
{
	struct dmafp_topology six = make_machine(1, 6);

	(void)state;
	expect_cells("threads = 2, 1", &six, 0, "map", "x1 own 0 -1|x2 own 0,1 -1");
	expect_cells("threads = doubling", &six, 0, "map",
		     "x1 own 0 -1|x2 own 0,1 -1|x4 own 0,1,2,3 -1|x6 own 0,1,2,3,4,5 -1");
	expect_cells("threads = 1, all", &six, 0, "map", "x1 own 0 -1|x6 own 0,1,2,3,4,5 -1");
	expect_cells("threads = each", &six, 0, "null",
		     "x1 own 0 -1|x2 own 0,1 -1|x3 own 0,1,2 -1|x4 own 0,1,2,3 -1|"
		     "x5 own 0,1,2,3,4 -1|x6 own 0,1,2,3,4,5 -1");
}

/* A power of two that all CPUs are is one cell, not two */
static void doubling_ends_with_all(void **state)
{
	struct dmafp_topology eight = make_machine(2, 4);

	(void)state;
	expect_cells("threads = doubling, all, 8", &eight, 0, "null",
		     "x1 own 0 -1|x2 own 0,1 -1|x4 own 0,1,2,3 -1|x8 own 0,1,2,3,4,5,6,7 -1");
}

static void near_the_device_and_far(void **state)
{
	struct dmafp_topology two = make_machine(2, 2);

	(void)state;
	expect_cells("threads = doubling\nnodes = own, local, remote", &two, 1, "map",
		     "x1 own 2 -1|x2 own 2,3 -1|x4 own 2,3,0,1 -1|"
		     "x1 local 2 1|x2 local 2,3 1|x1 remote 0 0|x2 remote 0,1 0");
	/* a buffer is what null does not have */
	expect_cells("threads = 2\nnodes = local, remote", &two, 1, "null",
		     "x2 local 2,3 -1|x2 remote 0,1 -1");
}

/* Then it is the buffers that are far, and null has none */
static void device_without_a_node(void **state)
{
	struct dmafp_topology two = make_machine(2, 2);

	(void)state;
	expect_cells("threads = 2\nnodes = local, remote", &two, -1, "map",
		     "x2 local 0,1 0|x2 remote 0,1 1");
	expect_cells("threads = 2\nnodes = local, remote", &two, -1, "null", "x2 local 0,1 -1");
}

static void expect_note(const struct dmafp_plan *plan, const char *note)
{
	assert_int_equal(plan->spread.notes.nr, 1);
	assert_string_equal(plan->spread.notes.items[0], note);
}

static void what_the_machine_lacks_is_noted(void **state)
{
	struct dmafp_topology one = make_machine(1, 2);
	struct dmafp_err err;
	struct dmafp_plan *plan;

	(void)state;
	plan = plan_of("threads = 1\nnodes = local, remote", &one, 0, &err);
	assert_non_null(plan);
	expect_note(plan, "scaling: remote is left out, this machine has no other NUMA node");
	assert_int_equal(plan->nr_cells, 2);
	dmafp_plan_free(plan);
	plan = plan_of("threads = 1, 2, 4", &one, 0, &err);
	assert_non_null(plan);
	expect_note(plan, "scaling: 4 threads are left out, there are 2 CPUs (own)");
	assert_int_equal(plan->nr_cells, 4);
	dmafp_plan_free(plan);
}

static void nothing_left_is_an_error(void **state)
{
	struct dmafp_topology one = make_machine(1, 2);
	struct dmafp_err err;

	(void)state;
	assert_null(plan_of("threads = doubling\nnodes = remote", &one, 0, &err));
	assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
	assert_string_equal(err.msg, "p.ini: nothing of [scaling] can be done on this machine: "
				     "scaling: remote is left out, this machine has no other NUMA "
				     "node");
	assert_null(plan_of("threads = 4", &one, 0, &err));
	assert_non_null(strstr(err.msg, "4 threads are left out, there are 2 CPUs"));
}

/* As long as the last one works, all do */
static void workers_must_overlap(void **state)
{
	struct dmafp_topology one = make_machine(1, 2);
	const char *wrong[] = { "threads = 1\n[run]\niterations = 5",
				"threads = 1\n[run]\niterations = 5\nduration = 0" };
	struct dmafp_profile *profile;
	struct dmafp_err err = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		char *text = calloc(1, 512);

		sprintf(text, "[scaling]\n%s\n%sops = null\n[first_map]\nop = map\n", wrong[i],
			i ? "" : "duration = 20\n");
		profile = dmafp_profile_parse(text, "p.ini", &err);
		assert_non_null(profile);
		assert_null(dmafp_plan_new_at(profile, ops, 2,
					      &(struct dmafp_plan_site) { &one, 0 }, &err));
		assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
		assert_non_null(strstr(err.msg, "side by side"));
		dmafp_profile_free(profile);
		free(text);
	}
}

/* A mutex that is taken in the call must be able to put its waiter to sleep */
static void workers_may_wait(void **state)
{
	struct dmafp_topology one = make_machine(1, 2);
	struct dmafp_err err;
	struct dmafp_plan *plan = plan_of("threads = 1, 2", &one, 0, &err);
	struct dmafp_profile *profile;
	size_t i;

	(void)state;
	assert_non_null(plan);
	for (i = 0; i < plan->nr_cells; i++)
		assert_true(plan->cells[i].preemptible);
	dmafp_plan_free(plan);

	profile = dmafp_profile_parse("[run]\nops = null, map\nsizes = 4K\ncpus = 0, 1\n"
				      "[first_map]\nop = map\n", "p.ini", &err);
	plan = dmafp_plan_new_at(profile, ops, 2, &(struct dmafp_plan_site) { &one, 0 }, &err);
	assert_false(plan->cells[0].preemptible);
	assert_true(plan->cells[1].preemptible);
	assert_null(plan->cells[1].place);
	dmafp_plan_free(plan);
	dmafp_profile_free(profile);

	profile = dmafp_profile_parse("[run]\nops = map\nsizes = 4K\n[first_map]\nop = map\n",
				      "p.ini", &err);
	plan = dmafp_plan_new_at(profile, ops, 2, &(struct dmafp_plan_site) { &one, 0 }, &err);
	assert_int_equal(plan->nr_cells, 1);
	assert_false(plan->cells[0].preemptible);
	dmafp_plan_free(plan);
	dmafp_profile_free(profile);
}

/* 512 CPUs by doubling: 1 to 512 is ten numbers of them, in two places 1 to 128 is eight */
static void hundreds_of_cpus(void **state)
{
	struct dmafp_topology big = make_machine(4, 128);
	struct dmafp_err err;
	struct dmafp_plan *plan;
	char text[DMAFP_CELL_TEXT];

	(void)state;
	plan = plan_of("threads = doubling\nnodes = own, local, remote", &big, 3, &err);
	assert_non_null(plan);
	assert_int_equal(plan->nr_cells, 2 * (10 + 8 + 8));
	assert_string_equal(dmafp_plan_cell_text(&plan->cells[9], text), "null, x512 own");
	assert_int_equal(plan->cells[9].cpus[0], 3 * 128);
	assert_int_equal(plan->cells[9].cpus[511], 3 * 128 - 1);
	dmafp_plan_free(plan);
}

static void bad_values(void **state)
{
	const char *bad[] = { "threads = 0", "threads = 1025", "threads = 1, 1",
			      "threads = all, all", "threads = some", "nodes = near",
			      "nodes = local, local" };
	struct dmafp_topology one = make_machine(1, 2);
	struct dmafp_err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_null(plan_of(bad[i], &one, 0, &err));
		assert_int_equal(err.exit, DMAFP_EXIT_USAGE);
		assert_non_null(strstr(err.msg, "p.ini:9: bad value"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_threads),
		cmocka_unit_test(doubling_ends_with_all),
		cmocka_unit_test(near_the_device_and_far),
		cmocka_unit_test(device_without_a_node),
		cmocka_unit_test(what_the_machine_lacks_is_noted),
		cmocka_unit_test(nothing_left_is_an_error),
		cmocka_unit_test(workers_must_overlap),
		cmocka_unit_test(workers_may_wait),
		cmocka_unit_test(hundreds_of_cpus),
		cmocka_unit_test(bad_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
