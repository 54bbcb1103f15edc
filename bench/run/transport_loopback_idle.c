// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "run/transport_loopback_idle.h"

#define IDLE_US ((DMAFP_LOOPBACK_IDLE_TIME_NS - DMAFP_LOOPBACK_IDLE_BUSY_NS) / 1000)

int dmafp_loopback_idle_call(uint64_t looks, struct dmafp_idle *arg, bool unknown)
{
	struct dmafp_idle_cpu *cpus = (void *)(uintptr_t)arg->cpus;
	uint32_t i;

	if (arg->flags || arg->__reserved || !arg->nr_cpus ||
	    arg->nr_cpus > DMAFP_IDLE_MAX_CPUS)
		return -EINVAL;
	for (i = 0; i < arg->nr_cpus; i++) {
		uint32_t cpu = cpus[i].cpu;

		if (cpu >= DMAFP_LOOPBACK_CPUS)
			return -EINVAL;
		cpus[i] = (struct dmafp_idle_cpu) { .cpu = cpu };
		if (unknown)
			continue;
		cpus[i].flags = DMAFP_IDLE_KNOWN;
		cpus[i].idle_us = looks * IDLE_US;
		cpus[i].now_ns = looks * DMAFP_LOOPBACK_IDLE_TIME_NS;
	}
	return 0;
}
