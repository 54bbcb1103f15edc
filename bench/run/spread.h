/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How [scaling] spreads workers and their buffers over CPUs and nodes. */
#ifndef DMAFP_RUN_SPREAD_H
#define DMAFP_RUN_SPREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "run/profile.h"
#include "run/topology.h"

/**
 * struct dmafp_spread_place - where workers are, and their buffers
 * @name: "own", "local" or "remote"
 * @worker_node: of all workers, -1: of the whole machine
 * @node: of the buffers, -1: each worker's own
 * @far_buffers: what makes it another place is only where buffers are
 * @cpus: in the order in which they are taken
 * @nr_cpus: how many
 */
struct dmafp_spread_place {
	const char *name;
	int worker_node, node;
	bool far_buffers;
	uint32_t *cpus;
	size_t nr_cpus;
};

/** struct dmafp_spread_point - @threads workers on the first CPUs of @place */
struct dmafp_spread_point {
	const struct dmafp_spread_place *place;
	size_t threads;
};

/**
 * struct dmafp_spread_points - of one device
 * @places: those that the machine has
 * @points: place by place, from few threads to many
 * @notes: what the profile asks for and the machine does not have, a sentence each
 */
struct dmafp_spread_points {
	struct dmafp_spread_place *places;
	size_t nr_places;
	struct dmafp_spread_point *points;
	size_t nr_points;
	struct dmafp_names notes;
};

/**
 * dmafp_spread_find() - spell [scaling] out for a machine and a device
 * @profile: what is wanted
 * @topology: of the machine
 * @device_node: NUMA node of the device, -1: it has none
 * @points: filled, with no point where the profile wants none; release it with
 *	dmafp_spread_release()
 *
 * own: the CPUs of the whole machine, those near the device first, each worker's buffer
 * on its own node.
 * local: workers and buffers on the device's node, or, where that has no CPUs, on the
 * closest one that has.
 * remote: workers and buffers on the node that is farthest from the device.
 *
 * Nothing is near or far from a device without a node.  Of such a one local is the node
 * of the lowest CPU, and remote has the same workers as local, with their buffers on the
 * node that is farthest from them.
 */
void dmafp_spread_find(const struct dmafp_profile *profile,
		       const struct dmafp_topology *topology, int device_node,
		       struct dmafp_spread_points *points);

/** dmafp_spread_release() - release what it holds, and empty it */
void dmafp_spread_release(struct dmafp_spread_points *points);

/** dmafp_spread_wanted() - does the profile want numbers of threads? */
bool dmafp_spread_wanted(const struct dmafp_profile *profile);

#endif /* DMAFP_RUN_SPREAD_H */
