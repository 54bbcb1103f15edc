// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <numa.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "run/pin.h"
#include "run/topology.h"
#include "run/value.h"

#define MAX_CPU	     8191
#define LEAST_MEMORY (16ll << 20) /* bytes of a node that has some */

/* From the machine */

static bool has_nodes(void)
{
	return numa_available() >= 0 && numa_num_configured_nodes() > 0;
}

static int node_of(uint32_t cpu)
{
	int node = has_nodes() ? numa_node_of_cpu((int)cpu) : 0;

	return node < 0 ? 0 : node;
}

/* In the kernel after a crash a node may have a few pages, and no room for a buffer. */
static bool has_memory(int node)
{
	return !has_nodes() || numa_node_size64(node, NULL) >= LEAST_MEMORY;
}

static bool is_known(const struct dmafp_topology *t, int node)
{
	size_t i;

	for (i = 0; i < t->nr_nodes; i++)
		if (t->nodes[i].number == node)
			return true;
	return false;
}

static void add_node(struct dmafp_topology *t, int node)
{
	if (is_known(t, node))
		return;
	t->nodes = dmafp_alloc_grow(t->nodes, t->nr_nodes, sizeof(*t->nodes));
	t->nodes[t->nr_nodes++] = (struct dmafp_topology_node) { node, has_memory(node) };
}

static int by_number(const void *a, const void *b)
{
	const struct dmafp_topology_node *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static void find_nodes(struct dmafp_topology *t)
{
	int max = has_nodes() ? numa_max_node() : -1, node;
	size_t i, k;

	for (i = 0; i < t->nr_cpus; i++)
		add_node(t, t->cpus[i].node);
	for (node = 0; node <= max; node++)
		if (numa_bitmask_isbitset(numa_all_nodes_ptr, (unsigned int)node))
			add_node(t, node);
	qsort(t->nodes, t->nr_nodes, sizeof(*t->nodes), by_number);
	t->distances = dmafp_alloc(t->nr_nodes * t->nr_nodes, sizeof(*t->distances));
	for (i = 0; i < t->nr_nodes; i++)
		for (k = 0; k < t->nr_nodes; k++)
			t->distances[i * t->nr_nodes + k] =
				has_nodes() ? numa_distance(t->nodes[i].number,
							    t->nodes[k].number) :
					      0;
}

unsigned int dmafp_topology_thread(const char *root, uint32_t cpu,
				   bool (*usable)(const void *ctx, uint32_t cpu),
				   const void *ctx)
{
	char *path = dmafp_path("%s/sys/devices/system/cpu/cpu%u/topology/"
				"thread_siblings_list",
				root, cpu);
	struct dmafp_cpus siblings = { 0 };
	struct dmafp_err ignored;
	char *text = dmafp_file_read(path, NULL, &ignored);
	unsigned int before = 0;
	size_t i;

	if (text)
		text[strcspn(text, "\n")] = '\0';
	if (text && !dmafp_value_cpus(text, MAX_CPU, &siblings))
		for (i = 0; i < siblings.numbers.nr; i++)
			before += siblings.numbers.items[i] < cpu &&
				  usable(ctx, (uint32_t)siblings.numbers.items[i]);
	dmafp_cpus_free(&siblings);
	free(text);
	free(path);
	return before;
}

static bool is_usable(const void *ctx, uint32_t cpu)
{
	const struct dmafp_topology *t = ctx;
	size_t i;

	for (i = 0; i < t->nr_cpus; i++)
		if (t->cpus[i].number == cpu)
			return true;
	return false;
}

int dmafp_topology_read(const char *root, struct dmafp_topology *t, struct dmafp_err *err)
{
	const struct dmafp_cpus all = { .all = true };
	uint32_t *numbers = NULL;
	int nr = dmafp_pin_find(&all, &numbers, err);
	size_t i;

	*t = (struct dmafp_topology) { 0 };
	if (nr < 0)
		return nr;
	t->nr_cpus = (size_t)nr;
	t->cpus = dmafp_alloc(t->nr_cpus, sizeof(*t->cpus));
	for (i = 0; i < t->nr_cpus; i++)
		t->cpus[i] = (struct dmafp_topology_cpu) { .number = numbers[i],
							   .node = node_of(numbers[i]) };
	for (i = 0; i < t->nr_cpus; i++)
		t->cpus[i].thread = dmafp_topology_thread(root, numbers[i], is_usable, t);
	find_nodes(t);
	free(numbers);
	return 0;
}

void dmafp_topology_free(struct dmafp_topology *t)
{
	free(t->cpus);
	free(t->nodes);
	free(t->distances);
	*t = (struct dmafp_topology) { 0 };
}

/* The order, and who is near */

static size_t index_of(const struct dmafp_topology *t, int node)
{
	size_t i = 0;

	while (i < t->nr_nodes && t->nodes[i].number != node)
		i++;
	return i;
}

/* Of nodes that are not known nothing is, so they are equally far */
static int distance(const struct dmafp_topology *t, int from, int to)
{
	size_t i = index_of(t, from), k = index_of(t, to);

	return i < t->nr_nodes && k < t->nr_nodes ? t->distances[i * t->nr_nodes + k] : 0;
}

/* A CPU, and what it is sorted by */
struct candidate {
	unsigned int thread;
	int distance, node;
	uint32_t number;
};

static int by_turn(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->thread != y->thread)
		return x->thread < y->thread ? -1 : 1;
	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

size_t dmafp_topology_order(const struct dmafp_topology *t, int node, int near,
			    uint32_t *cpus)
{
	struct candidate *all = dmafp_alloc(t->nr_cpus, sizeof(*all));
	size_t i, nr = 0;

	for (i = 0; i < t->nr_cpus; i++) {
		const struct dmafp_topology_cpu *cpu = &t->cpus[i];

		if (node >= 0 && cpu->node != node)
			continue;
		all[nr++] = (struct candidate) { cpu->thread, distance(t, near, cpu->node),
						 cpu->node, cpu->number };
	}
	if (nr)
		qsort(all, nr, sizeof(*all), by_turn);
	for (i = 0; i < nr; i++)
		cpus[i] = all[i].number;
	free(all);
	return nr;
}

static bool has(const struct dmafp_topology *t, size_t node, enum dmafp_topology_want want)
{
	size_t i;

	if (want == DMAFP_TOPOLOGY_MEMORY)
		return t->nodes[node].memory;
	for (i = 0; i < t->nr_cpus; i++)
		if (t->cpus[i].node == t->nodes[node].number)
			return true;
	return false;
}

int dmafp_topology_nearest(const struct dmafp_topology *t, int from,
			   enum dmafp_topology_want want)
{
	int best = INT_MAX, found = -1;
	size_t i;

	for (i = 0; i < t->nr_nodes; i++) {
		int node = t->nodes[i].number;
		int far = node == from ? -1 : distance(t, from, node);

		if (!has(t, i, want) || far >= best)
			continue;
		best = far;
		found = node;
	}
	return found;
}

int dmafp_topology_farthest(const struct dmafp_topology *t, int from,
			    enum dmafp_topology_want want)
{
	int best = -1, found = -1;
	size_t i;

	for (i = 0; i < t->nr_nodes; i++) {
		int node = t->nodes[i].number;

		if (node == from || !has(t, i, want) || distance(t, from, node) <= best)
			continue;
		best = distance(t, from, node);
		found = node;
	}
	return found;
}
