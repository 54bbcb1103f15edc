// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/topology.h>
#include "device.h"
#include "op.h"
#include "race.h"
#include "stamp.h"

/**
 * struct dmafp_racer - one thread and what it owns
 * @race: what it shares with the others
 * @task: the thread, with a reference of ours, or NULL
 * @cpu: where it is bound to
 * @prepared: @call is prepared
 * @error: how it ended
 * @failed: its map failed
 * @wrong: its mapping does not lead to its buffer
 * @call: what it calls
 * @map_ticks: ticks of its map
 * @unmap_ticks: ticks of its unmap
 */
struct dmafp_racer {
	struct dmafp_race *race;
	struct task_struct *task;
	u32 cpu;
	bool prepared;
	int error;
	bool failed;
	bool wrong;
	struct dmafp_call call;
	u64 map_ticks;
	u64 unmap_ticks;
};

/**
 * struct dmafp_race - all racers
 * @op: what they call
 * @bound: the device
 * @stop: do not map any more
 * @absent: racers that have not come to the start yet
 * @running: racers that have not finished
 * @finished: completed by the last one
 * @nr: how many there are
 * @racers: the racers
 */
struct dmafp_race {
	const struct dmafp_op_type *op;
	const struct dmafp_bound_device *bound;
	bool stop;
	atomic_t absent;
	atomic_t running;
	struct completion finished;
	u32 nr;
	struct dmafp_racer racers[];
};

static bool dmafp_race_must_stop(const struct dmafp_race *race)
{
	return READ_ONCE(race->stop) || dmafp_device_going(race->bound);
}

/*
 * Whoever waits spins, so that nobody has to be woken when the last one has
 * come.  It makes way for those that share its CPU.
 */
static bool dmafp_race_meet(struct dmafp_race *race)
{
	atomic_dec(&race->absent);
	while (atomic_read(&race->absent)) {
		if (dmafp_race_must_stop(race))
			return false;
		cpu_relax();
		cond_resched();
	}
	return true;
}

static bool dmafp_racer_is_wrong(const struct dmafp_racer *r,
				 const struct dmafp_mapping *m)
{
	return r->call.domain && m->phys &&
	       iommu_iova_to_phys(r->call.domain,
				  dmafp_op_dma(m)) != m->phys;
}

/* Interrupts and preemption stay on: the attach may sleep. */
static void dmafp_racer_map(struct dmafp_racer *r)
{
	const struct dmafp_op_vtable *op = r->race->op->vtable;
	struct dmafp_stamp begin, end;
	struct dmafp_mapping *m = r->call.mappings;

	begin = dmafp_stamp_read();
	op->map(&r->call, m);
	end = dmafp_stamp_read();
	r->map_ticks = dmafp_stamp_ticks(begin, end);
	r->failed = op->failed(&r->call, m);
	if (r->failed || !op->unmap)
		return;

	r->wrong = dmafp_racer_is_wrong(r, m);
	begin = dmafp_stamp_read();
	op->unmap(&r->call, m);
	end = dmafp_stamp_read();
	r->unmap_ticks = dmafp_stamp_ticks(begin, end);
}

/*
 * Ends on its own accord.  The race stays valid until kthread_stop() has seen
 * the thread exit, and that finds the task by our reference.
 */
static int dmafp_racer_main(void *data)
{
	struct dmafp_racer *r = data;
	struct dmafp_race *race = r->race;

	if (!dmafp_race_meet(race))
		r->error = -ENODEV;
	else if (raw_smp_processor_id() != r->cpu)
		/* An unplugged CPU's threads are moved elsewhere. */
		r->error = -EINVAL;
	else
		dmafp_racer_map(r);

	if (atomic_dec_and_test(&race->running))
		complete(&race->finished);
	return 0;
}

static int dmafp_racer_hire(struct dmafp_racer *r,
			    const struct dmafp_first_map *arg)
{
	const struct dmafp_race *race = r->race;
	int node = cpu_to_mem(r->cpu);
	struct task_struct *task;
	int err;

	err = dmafp_op_prepare(race->op, &arg->cell, &race->bound->pdev->dev,
			       node, 1, &r->call);
	if (err)
		return err;
	r->prepared = true;

	task = kthread_create_on_node(dmafp_racer_main, r, node, "dmafp/%u",
				      r->cpu);
	/* A fork says EAGAIN for what it lacks memory for, among others. */
	if (IS_ERR(task))
		return PTR_ERR(task) == -EINTR ? -EINTR : -ENOMEM;
	kthread_bind(task, r->cpu);
	r->task = get_task_struct(task);
	return 0;
}

/* It has finished, is about to, or was never woken: then it never runs. */
static void dmafp_racer_dismiss(struct dmafp_racer *r)
{
	if (r->task) {
		kthread_stop(r->task);
		put_task_struct(r->task);
	}
	if (r->prepared)
		dmafp_op_unprepare(r->race->op, &r->call);
}

static struct dmafp_race *dmafp_race_create(struct dmafp_bound_device *bound,
					    const struct dmafp_op_type *op,
					    const u32 *cpus, u32 nr)
{
	struct dmafp_race *race;
	u32 i;

	race = kvzalloc(struct_size(race, racers, nr), GFP_KERNEL);
	if (!race)
		return NULL;

	race->op = op;
	race->bound = bound;
	race->nr = nr;
	init_completion(&race->finished);
	atomic_set(&race->absent, nr);
	atomic_set(&race->running, nr);
	for (i = 0; i < nr; i++) {
		race->racers[i].race = race;
		race->racers[i].cpu = cpus[i];
	}
	return race;
}

static int dmafp_race_start(struct dmafp_race *race)
{
	int err = 0;
	u32 i;

	for (i = 0; i < race->nr; i++)
		wake_up_process(race->racers[i].task);
	if (wait_for_completion_interruptible(&race->finished))
		err = -EINTR;
	WRITE_ONCE(race->stop, true);
	return err;
}

/* After all threads are gone. */
static int dmafp_race_result(const struct dmafp_race *race,
			     struct dmafp_first_map *arg)
{
	const struct dmafp_racer *r;
	u32 i;

	arg->map_ticks = 0;
	arg->unmap_ticks = 0;
	for (i = 0; i < race->nr; i++) {
		r = &race->racers[i];
		if (r->error)
			return r->error;
		arg->failed += r->failed;
		arg->wrong += r->wrong;
		arg->map_ticks = max(arg->map_ticks, r->map_ticks);
		arg->unmap_ticks = max(arg->unmap_ticks, r->unmap_ticks);
	}
	return 0;
}

static bool dmafp_race_cpus_valid(const u32 *cpus, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (cpus[i] >= nr_cpu_ids || !cpu_online(cpus[i]))
			return false;
	}
	return true;
}

int dmafp_race_run(struct dmafp_bound_device *bound,
		   const struct dmafp_op_type *op, struct dmafp_first_map *arg,
		   const u32 *cpus)
{
	struct dmafp_race *race;
	int err = 0;
	u32 i;

	if (!dmafp_race_cpus_valid(cpus, arg->nr_racers))
		return -EINVAL;
	race = dmafp_race_create(bound, op, cpus, arg->nr_racers);
	if (!race)
		return -ENOMEM;

	for (i = 0; i < race->nr && !err; i++)
		err = dmafp_racer_hire(&race->racers[i], arg);
	if (!err)
		err = dmafp_race_start(race);
	for (i = 0; i < race->nr; i++)
		dmafp_racer_dismiss(&race->racers[i]);
	if (!err)
		err = dmafp_race_result(race, arg);
	kvfree(race);
	return err;
}
