// SPDX-License-Identifier: GPL-2.0-or-later
/* CPUs and nodes: the order in which workers take CPUs, and who is near whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "run/topology.h"

/* Two sockets of two cores, numbered as usual: 0-3 are cores, 4-7 their second threads */
static struct dmafp_topology_cpu cpus[] = {
	{ 0, 0, 0 }, { 1, 0, 0 }, { 2, 1, 0 }, { 3, 1, 0 },
	{ 4, 0, 1 }, { 5, 0, 1 }, { 6, 1, 1 }, { 7, 1, 1 },
};

/* Node 2 has memory and no CPU, as expanders have, and is closer to node 1; node 3 is far */
static struct dmafp_topology_node nodes[] = { { 0, true }, { 1, true }, { 2, true }, { 3, false } };
static int distances[] = {
	10, 20, 40, 50, /* from 0 */
	20, 10, 30, 60, /* from 1 */
	40, 30, 10, 70, /* from 2 */
	50, 60, 70, 10, /* from 3 */
};

static const struct dmafp_topology machine = {
	.cpus = cpus,
	.nr_cpus = 8,
	.nodes = nodes,
	.nr_nodes = 4,
	.distances = distances,
};

static void expect_order(int node, int near, const char *text)
{
	uint32_t order[8];
	char found[64] = "";
	size_t nr = dmafp_topology_order(&machine, node, near, order), i;

	for (i = 0; i < nr; i++)
		sprintf(found + strlen(found), "%s%u", i ? " " : "", order[i]);
	assert_string_equal(found, text);
}

/* A core each before the second thread of one, and the device's node first */
static void cores_before_their_threads(void **state)
{
	(void)state;
	expect_order(-1, 0, "0 1 2 3 4 5 6 7");
	expect_order(-1, 1, "2 3 0 1 6 7 4 5");
	expect_order(-1, -1, "0 1 2 3 4 5 6 7");
}

static void one_node_only(void **state)
{
	(void)state;
	expect_order(0, 0, "0 1 4 5");
	expect_order(1, 0, "2 3 6 7");
	expect_order(2, 0, "");
}

static void nearest_and_farthest(void **state)
{
	(void)state;
	assert_int_equal(dmafp_topology_nearest(&machine, 0, DMAFP_TOPOLOGY_CPUS), 0);
	assert_int_equal(dmafp_topology_nearest(&machine, 2, DMAFP_TOPOLOGY_CPUS), 1);
	assert_int_equal(dmafp_topology_nearest(&machine, 3, DMAFP_TOPOLOGY_MEMORY), 0);
	/* 2 and 3 are farther, but have no CPU; 3 has no memory either */
	assert_int_equal(dmafp_topology_farthest(&machine, 0, DMAFP_TOPOLOGY_CPUS), 1);
	assert_int_equal(dmafp_topology_farthest(&machine, 0, DMAFP_TOPOLOGY_MEMORY), 2);
	assert_int_equal(dmafp_topology_farthest(&machine, 2, DMAFP_TOPOLOGY_MEMORY), 0);
}

/* Of nodes that are equally far the lowest one */
static void lowest_of_equals(void **state)
{
	static int equal[] = { 10, 20, 20, 20, 20, 10, 20, 20, 20, 20, 10, 20, 20, 20, 20, 10 };
	struct dmafp_topology t = machine;

	(void)state;
	t.distances = equal;
	assert_int_equal(dmafp_topology_farthest(&t, 0, DMAFP_TOPOLOGY_MEMORY), 1);
	assert_int_equal(dmafp_topology_nearest(&t, 3, DMAFP_TOPOLOGY_MEMORY), 0);
}

static void alone_nothing_is_far(void **state)
{
	struct dmafp_topology alone = machine;

	(void)state;
	alone.nr_cpus = 2;
	alone.nr_nodes = 1;
	assert_int_equal(dmafp_topology_nearest(&alone, 0, DMAFP_TOPOLOGY_CPUS), 0);
	assert_int_equal(dmafp_topology_farthest(&alone, 0, DMAFP_TOPOLOGY_CPUS), -1);
	assert_int_equal(dmafp_topology_farthest(&alone, 0, DMAFP_TOPOLOGY_MEMORY), -1);
}

/* sysfs in a folder */

static void write_siblings(const char *root, unsigned int cpu, const char *text)
{
	char *dir = dmafp_path("%s/sys/devices/system/cpu/cpu%u/topology", root, cpu);
	char *path = dmafp_path("%s/thread_siblings_list", dir);
	struct dmafp_err err = { 0 };

	assert_int_equal(dmafp_file_mkdirs(dir, &err), 0);
	assert_int_equal(dmafp_file_write(path, text, strlen(text), &err), 0);
	free(path);
	free(dir);
}

static bool all_usable(const void *ctx, uint32_t cpu)
{
	(void)ctx;
	(void)cpu;
	return true;
}

static bool but_0(const void *ctx, uint32_t cpu)
{
	(void)ctx;
	return cpu;
}

static void threads_from_sysfs(void **state)
{
	const char *root = *state;

	write_siblings(root, 0, "0,4\n");
	write_siblings(root, 4, "0,4\n");
	write_siblings(root, 9, "8-11\n");
	write_siblings(root, 12, "nonsense\n");
	assert_int_equal(dmafp_topology_thread(root, 0, all_usable, NULL), 0);
	assert_int_equal(dmafp_topology_thread(root, 4, all_usable, NULL), 1);
	assert_int_equal(dmafp_topology_thread(root, 9, all_usable, NULL), 1);
	assert_int_equal(dmafp_topology_thread(root, 12, all_usable, NULL), 0);
	assert_int_equal(dmafp_topology_thread(root, 13, all_usable, NULL), 0);
	/* of a core whose first thread must not be used the second one is the first */
	assert_int_equal(dmafp_topology_thread(root, 4, but_0, NULL), 0);
}

/* This machine: every CPU has a node that is listed, and as far from itself as it gets */
static void this_machine(void **state)
{
	struct dmafp_topology t;
	struct dmafp_err err = { 0 };
	uint32_t *order;
	size_t i, k;

	(void)state;
	assert_int_equal(dmafp_topology_read("", &t, &err), 0);
	assert_true(t.nr_cpus >= 1);
	assert_true(t.nr_nodes >= 1);
	order = calloc(t.nr_cpus, sizeof(*order));
	assert_int_equal(dmafp_topology_order(&t, -1, 0, order), t.nr_cpus);
	for (i = 0; i < t.nr_cpus; i++) {
		for (k = 0; k < t.nr_nodes && t.nodes[k].number != t.cpus[i].node; k++)
			;
		assert_true(k < t.nr_nodes);
		assert_int_equal(dmafp_topology_nearest(&t, t.cpus[i].node,
							DMAFP_TOPOLOGY_CPUS),
				 t.cpus[i].node);
	}
	free(order);
	dmafp_topology_free(&t);
}

static int make_root(void **state)
{
	char *root = strdup("/tmp/dmafp-topology-XXXXXX");

	*state = mkdtemp(root);
	return *state ? 0 : -1;
}

static int remove_root(void **state)
{
	dmafp_file_remove_tree(*state);
	free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cores_before_their_threads),
		cmocka_unit_test(one_node_only),
		cmocka_unit_test(nearest_and_farthest),
		cmocka_unit_test(lowest_of_equals),
		cmocka_unit_test(alone_nothing_is_far),
		cmocka_unit_test_setup_teardown(threads_from_sysfs, make_root, remove_root),
		cmocka_unit_test(this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
