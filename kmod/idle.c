// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/tick.h>
#include "idle.h"
#include "uapi/dmafp.h"

/* Far more than a CPU can go to sleep or wake up while it is looked at. */
#define DMAFP_IDLE_TRIES	100

/*
 * The kernel keeps the time in which a thread waits for IO apart, as if the CPU
 * were less idle then.  Where a thread begins or ends to wait between the two
 * calls, the sleep that is under way counts twice or not at all.
 */
static bool dmafp_idle_sum(u32 cpu, u64 *us)
{
	u64 idle = get_cpu_idle_time_us(cpu, NULL);
	u64 iowait = get_cpu_iowait_time_us(cpu, NULL);

	if (idle == (u64)-1 || iowait == (u64)-1)
		return false;
	*us = idle + iowait;
	return true;
}

/* Both terms are rounded down. */
static bool dmafp_idle_plausible(u64 before_us, u64 after_us, u64 elapsed_ns)
{
	return after_us >= before_us &&
	       after_us - before_us <= elapsed_ns / NSEC_PER_USEC + 2;
}

/* Two readings that agree with the clock; a wrong one is followed by a right one. */
static void dmafp_idle_look_at(struct dmafp_idle_cpu *cpu)
{
	u64 before_ns, before_us;
	u32 i;

	cpu->flags = 0;
	cpu->now_ns = ktime_get_ns();
	if (!dmafp_idle_sum(cpu->cpu, &cpu->idle_us))
		goto unknown;
	for (i = 0; i < DMAFP_IDLE_TRIES; i++) {
		before_us = cpu->idle_us;
		before_ns = cpu->now_ns;
		if (!dmafp_idle_sum(cpu->cpu, &cpu->idle_us))
			goto unknown;
		cpu->now_ns = ktime_get_ns();
		if (dmafp_idle_plausible(before_us, cpu->idle_us,
					 cpu->now_ns - before_ns)) {
			cpu->flags = DMAFP_IDLE_KNOWN;
			return;
		}
	}
unknown:
	cpu->idle_us = 0;
	cpu->now_ns = 0;
}

int dmafp_idle_look(struct dmafp_idle_cpu *cpus, u32 nr)
{
	int err = 0;
	u32 i;

	cpus_read_lock();
	for (i = 0; i < nr && !err; i++) {
		if (cpus[i].cpu < nr_cpu_ids && cpu_online(cpus[i].cpu))
			dmafp_idle_look_at(&cpus[i]);
		else
			err = -EINVAL;
	}
	cpus_read_unlock();
	return err;
}
