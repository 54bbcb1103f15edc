// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <numa.h>
#include <sched.h>
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

/* What was found so far */
struct found {
	uint32_t *cpus;
	size_t nr;
};

static void add_cpu(struct found *found, uint32_t cpu)
{
	size_t i;

	for (i = 0; i < found->nr; i++)
		if (found->cpus[i] == cpu)
			return;
	found->cpus = dmafp_alloc_grow(found->cpus, found->nr, sizeof(*found->cpus));
	found->cpus[found->nr++] = cpu;
}

#define MAX_CPUS 8192

/* The kernel leaves out those that are offline. */
static int add_all(struct found *found, struct dmafp_err *err)
{
	cpu_set_t *set = CPU_ALLOC(MAX_CPUS);
	size_t size = CPU_ALLOC_SIZE(MAX_CPUS);
	unsigned int i;
	int ret = 0;

	if (!set)
		return dmafp_err_errno(err, ENOMEM, "CPUs");
	CPU_ZERO_S(size, set);
	if (sched_getaffinity(0, size, set))
		ret = dmafp_err_errno(err, errno, "cannot find this machine's CPUs");
	for (i = 0; !ret && i < MAX_CPUS; i++)
		if (CPU_ISSET_S(i, size, set))
			add_cpu(found, i);
	CPU_FREE(set);
	return ret;
}

static int add_node(struct found *found, uint64_t node, struct dmafp_err *err)
{
	struct bitmask *mask;
	size_t before = found->nr;
	unsigned int i;

	if (numa_available() < 0)
		return dmafp_err_set(err, ENODEV, DMAFP_EXIT_USAGE,
				     "this machine's kernel has no NUMA nodes: name the "
				     "CPUs by number, or 'all'");
	mask = numa_allocate_cpumask();
	if ((int)node <= numa_max_node() && !numa_node_to_cpus((int)node, mask))
		for (i = 0; i < mask->size; i++)
			if (numa_bitmask_isbitset(mask, i))
				add_cpu(found, i);
	numa_free_cpumask(mask);
	if (found->nr > before)
		return 0;
	return dmafp_err_set(err, ENODEV, DMAFP_EXIT_USAGE,
			     "this machine has no node %" PRIu64
			     " with CPUs that are not named before",
			     node);
}

int dmafp_pin_find(const struct dmafp_cpus *wanted, uint32_t **cpus, struct dmafp_err *err)
{
	struct found found = { 0 };
	int ret = 0;
	size_t i;

	for (i = 0; i < wanted->numbers.nr; i++)
		add_cpu(&found, wanted->numbers.items[i]);
	for (i = 0; !ret && i < wanted->nodes.nr; i++)
		ret = add_node(&found, wanted->nodes.items[i], err);
	if (!ret && wanted->all)
		ret = add_all(&found, err);
	*cpus = found.cpus;
	if (ret) {
		free(found.cpus);
		*cpus = NULL;
	}
	return ret ? ret : (int)found.nr;
}
