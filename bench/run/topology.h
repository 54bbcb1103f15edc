/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CPUs and NUMA nodes of a machine, and the order in which CPUs are taken. */
#ifndef DMAFP_RUN_TOPOLOGY_H
#define DMAFP_RUN_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/**
 * struct dmafp_topology_cpu - a CPU that this process may use
 * @number: as the kernel calls it
 * @node: its NUMA node
 * @thread: how many usable hardware threads of its core have a lower number
 */
struct dmafp_topology_cpu {
	uint32_t number;
	int node;
	unsigned int thread;
};

/**
 * struct dmafp_topology_node - a NUMA node with CPUs or memory
 * @number: as the kernel calls it
 * @memory: it has some, enough for buffers
 */
struct dmafp_topology_node {
	int number;
	bool memory;
};

/**
 * struct dmafp_topology - what there is
 * @cpus: by number
 * @nr_cpus: how many
 * @nodes: by number; one at least
 * @nr_nodes: how many
 * @distances: from each node to each, @nr_nodes times @nr_nodes
 */
struct dmafp_topology {
	struct dmafp_topology_cpu *cpus;
	size_t nr_cpus;
	struct dmafp_topology_node *nodes;
	size_t nr_nodes;
	int *distances;
};

/**
 * dmafp_topology_read() - look at this machine
 * @root: "", or a folder that has a sys/ of its own, for tests; what libnuma says of
 *	nodes is always this machine's
 * @topology: filled; release it with dmafp_topology_free(), also after a failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_topology_read(const char *root, struct dmafp_topology *topology,
			struct dmafp_err *err);

/**
 * dmafp_topology_thread() - the place of a CPU among the hardware threads of its core
 * @root: as above
 * @cpu: its number
 * @usable: may this process use that CPU?
 * @ctx: handed to @usable
 *
 * Return: 0 for the first one, also where nothing is known.
 */
unsigned int dmafp_topology_thread(const char *root, uint32_t cpu,
				   bool (*usable)(const void *ctx, uint32_t cpu),
				   const void *ctx);

/** dmafp_topology_free() - release what it holds, and empty it */
void dmafp_topology_free(struct dmafp_topology *topology);

/**
 * dmafp_topology_order() - CPUs in the order in which workers take them
 * @topology: of the machine
 * @node: CPUs of this node only; -1: of all nodes
 * @near: nodes closer to this one come first; -1: as they are numbered
 * @cpus: out: room for all CPUs
 *
 * First a hardware thread of each core, then the second one of each, and so on, so
 * that two workers are on two cores as long as there are two.  Among equals the
 * closer node comes first, then the lower number.
 *
 * Return: how many.
 */
size_t dmafp_topology_order(const struct dmafp_topology *topology, int node, int near,
			    uint32_t *cpus);

/* What a node that is looked for must have */
enum dmafp_topology_want {
	DMAFP_TOPOLOGY_CPUS,
	DMAFP_TOPOLOGY_MEMORY,
};

/**
 * dmafp_topology_nearest() - the node that is closest to @from, @from itself if it can be
 *
 * Return: the node, or -1 if none has what is wanted.
 */
int dmafp_topology_nearest(const struct dmafp_topology *topology, int from,
			   enum dmafp_topology_want want);

/**
 * dmafp_topology_farthest() - the node that is farthest from @from, never @from itself
 *
 * Return: the node, or -1 if no other one has what is wanted.
 */
int dmafp_topology_farthest(const struct dmafp_topology *topology, int from,
			    enum dmafp_topology_want want);

#endif /* DMAFP_RUN_TOPOLOGY_H */
