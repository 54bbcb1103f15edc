// SPDX-License-Identifier: GPL-2.0-or-later
#include <numa.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "run/pin.h"

struct dmafp_pin {
	struct bitmask *before; /* NULL: nothing was changed */
};

/* The CPUs of @from that are not measured; false if that leaves none. */
static bool take_others(const struct bitmask *from, const uint32_t *cpus, size_t nr_cpus,
			struct bitmask *to)
{
	size_t i;

	copy_bitmask_to_bitmask((struct bitmask *)from, to);
	for (i = 0; i < nr_cpus; i++)
		numa_bitmask_clearbit(to, cpus[i]);
	return numa_bitmask_weight(to) > 0;
}

/* CPUs of the node that this thread may use. */
static struct bitmask *cpus_of_node(int node, const struct bitmask *allowed)
{
	struct bitmask *mask = numa_allocate_cpumask();
	unsigned int i;

	if (node < 0 || numa_node_to_cpus(node, mask))
		numa_bitmask_clearall(mask);
	for (i = 0; i < mask->size; i++)
		if (!numa_bitmask_isbitset(allowed, i))
			numa_bitmask_clearbit(mask, i);
	return mask;
}

/* What may be restored later; ->before is NULL if it cannot be found out. */
static struct dmafp_pin *remember(void)
{
	struct dmafp_pin *pin = dmafp_alloc(1, sizeof(*pin));

	if (numa_available() < 0)
		return pin;
	pin->before = numa_allocate_cpumask();
	if (numa_sched_getaffinity(0, pin->before) < 0) {
		numa_free_cpumask(pin->before);
		pin->before = NULL;
	}
	return pin;
}

struct dmafp_pin *dmafp_pin_to(uint32_t cpu)
{
	struct dmafp_pin *pin = remember();
	struct bitmask *target;

	if (!pin->before)
		return pin;
	target = numa_allocate_cpumask();
	numa_bitmask_setbit(target, cpu);
	numa_sched_setaffinity(0, target);
	numa_free_cpumask(target);
	return pin;
}

struct dmafp_pin *dmafp_pin_away(int node, const uint32_t *cpus, size_t nr_cpus)
{
	struct dmafp_pin *pin = remember();
	struct bitmask *near, *target;

	if (!pin->before)
		return pin;
	near = cpus_of_node(node, pin->before);
	target = numa_allocate_cpumask();
	if (take_others(near, cpus, nr_cpus, target) ||
	    take_others(pin->before, cpus, nr_cpus, target))
		numa_sched_setaffinity(0, target);
	numa_free_cpumask(near);
	numa_free_cpumask(target);
	return pin;
}

void dmafp_pin_restore(struct dmafp_pin *pin)
{
	if (pin->before) {
		numa_sched_setaffinity(0, pin->before);
		numa_free_cpumask(pin->before);
	}
	free(pin);
}

unsigned int dmafp_pin_nodes(void)
{
	return numa_available() < 0 ? 1 : numa_num_configured_nodes();
}
