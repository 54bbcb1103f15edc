// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "kmod/uapi/dmafp.h"
#include "run/spread.h"

/* What the functions below build the points from */
struct search {
	const struct dmafp_profile *profile;
	const struct dmafp_topology *topology;
	int device_node, home; /* the node that counts as near the device */
	struct dmafp_spread_points *points;
};

bool dmafp_spread_wanted(const struct dmafp_profile *profile)
{
	const struct dmafp_threads *threads = &profile->scaling.threads;

	return threads->numbers.nr || threads->all || threads->doubling || threads->each;
}

static void note(const struct search *search, char *sentence)
{
	struct dmafp_names *notes = &search->points->notes;

	if (!dmafp_names_has(notes, sentence))
		dmafp_names_add(notes, sentence);
	free(sentence);
}

/* Places */

static void fill_cpus(const struct search *search, struct dmafp_spread_place *place)
{
	const struct dmafp_topology *t = search->topology;

	place->cpus = dmafp_alloc(t->nr_cpus, sizeof(*place->cpus));
	place->nr_cpus = dmafp_topology_order(t, place->worker_node, search->home, place->cpus);
	if (place->nr_cpus > DMAFP_MAX_THREADS)
		place->nr_cpus = DMAFP_MAX_THREADS;
}

static bool set_own(const struct search *search, struct dmafp_spread_place *place)
{
	(void)search;
	place->worker_node = -1;
	place->node = -1;
	return true;
}

static bool set_local(const struct search *search, struct dmafp_spread_place *place)
{
	place->worker_node = search->home;
	place->node = dmafp_topology_nearest(search->topology, search->home,
					     DMAFP_TOPOLOGY_MEMORY);
	return true;
}

static bool set_remote(const struct search *search, struct dmafp_spread_place *place)
{
	const struct dmafp_topology *t = search->topology;

	if (search->device_node < 0) {
		place->worker_node = search->home;
		place->node = dmafp_topology_farthest(t, search->home, DMAFP_TOPOLOGY_MEMORY);
		place->far_buffers = true;
		return place->node >= 0;
	}
	place->worker_node = dmafp_topology_farthest(t, search->home, DMAFP_TOPOLOGY_CPUS);
	if (place->worker_node < 0)
		return false;
	place->node = dmafp_topology_nearest(t, place->worker_node, DMAFP_TOPOLOGY_MEMORY);
	return true;
}

static const struct kind {
	const char *name;
	bool (*set)(const struct search *search, struct dmafp_spread_place *place);
} kinds[] = {
	{ "own", set_own },
	{ "local", set_local },
	{ "remote", set_remote },
};

static void add_place(const struct search *search, const char *name)
{
	struct dmafp_spread_points *points = search->points;
	struct dmafp_spread_place place = { 0 };
	const struct kind *kind = kinds;

	/* the profile's reader has let only these names pass */
	while (strcmp(kind->name, name))
		kind++;
	place.name = kind->name;
	if (!kind->set(search, &place)) {
		note(search, dmafp_path("scaling: %s is left out, this machine has no other "
					"NUMA node",
					name));
		return;
	}
	fill_cpus(search, &place);
	points->places = dmafp_alloc_grow(points->places, points->nr_places, sizeof(place));
	points->places[points->nr_places++] = place;
}

/* Points */

static bool wants(const struct dmafp_threads *threads, size_t nr, size_t all)
{
	size_t i;

	for (i = 0; i < threads->numbers.nr; i++)
		if (threads->numbers.items[i] == nr)
			return true;
	if (threads->each || (nr == all && (threads->all || threads->doubling)))
		return true;
	return threads->doubling && !(nr & (nr - 1));
}

static void note_too_many(const struct search *search, const struct dmafp_spread_place *place)
{
	const struct dmafp_numbers *numbers = &search->profile->scaling.threads.numbers;
	size_t i;

	for (i = 0; i < numbers->nr; i++)
		if (numbers->items[i] > place->nr_cpus)
			note(search, dmafp_path("scaling: %" PRIu64 " threads are left out, there "
						"are %zu CPUs (%s)",
						numbers->items[i], place->nr_cpus, place->name));
}

static void add_points(const struct search *search, const struct dmafp_spread_place *place)
{
	struct dmafp_spread_points *points = search->points;
	size_t nr;

	for (nr = 1; nr <= place->nr_cpus; nr++) {
		if (!wants(&search->profile->scaling.threads, nr, place->nr_cpus))
			continue;
		points->points = dmafp_alloc_grow(points->points, points->nr_points,
						  sizeof(*points->points));
		points->points[points->nr_points++] =
			(struct dmafp_spread_point) { place, nr };
	}
	note_too_many(search, place);
}

/* Of a device without a node that of the lowest CPU */
static int find_home(const struct dmafp_topology *topology, int device_node)
{
	size_t i, lowest = 0;

	if (device_node >= 0)
		return dmafp_topology_nearest(topology, device_node, DMAFP_TOPOLOGY_CPUS);
	for (i = 1; i < topology->nr_cpus; i++)
		if (topology->cpus[i].number < topology->cpus[lowest].number)
			lowest = i;
	return topology->nr_cpus ? topology->cpus[lowest].node : -1;
}

void dmafp_spread_find(const struct dmafp_profile *profile,
		       const struct dmafp_topology *topology, int device_node,
		       struct dmafp_spread_points *points)
{
	const struct search search = { profile, topology, device_node,
				       find_home(topology, device_node), points };
	const struct dmafp_names *names = &profile->scaling.nodes;
	size_t i;

	*points = (struct dmafp_spread_points) { 0 };
	if (!dmafp_spread_wanted(profile))
		return;
	for (i = 0; i < names->nr; i++)
		add_place(&search, names->items[i]);
	for (i = 0; i < points->nr_places; i++)
		add_points(&search, &points->places[i]);
}

void dmafp_spread_release(struct dmafp_spread_points *points)
{
	size_t i;

	for (i = 0; i < points->nr_places; i++)
		free(points->places[i].cpus);
	free(points->places);
	free(points->points);
	dmafp_names_free(&points->notes);
	*points = (struct dmafp_spread_points) { 0 };
}
