// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>
#include "calibrate.h"
#include "counter.h"
#include "device.h"
#include "histogram.h"
#include "op.h"
#include "series.h"
#include "stamp.h"
#include "worker.h"

/* Several times the period of the IOMMU flush queue's timer, in ms. */
#define DMAFP_WORKER_SETTLE	50

#define DMAFP_RUN_FLAGS	(DMAFP_RUN_INTERRUPTIBLE | DMAFP_RUN_PREEMPTIBLE)

/* How long a block may keep interrupts off, in ms. */
#define DMAFP_WORKER_QUIET	1

/**
 * struct dmafp_worker - one thread and what it owns
 * @crew: what it shares with the others
 * @task: the thread, with a reference of ours, or NULL
 * @cpu: where it is bound to
 * @prepared: @call is prepared
 * @error: how it ended
 * @call: what it calls
 * @live: mappings that are live between two blocks, those before @block.head
 * @block: the current block
 * @histograms: what was recorded
 * @series: how it went on in time
 * @set: PMU counters while it works, or NULL
 * @counters: what they counted
 */
struct dmafp_worker {
	struct dmafp_crew *crew;
	struct task_struct *task;
	u32 cpu;
	bool prepared;
	int error;
	struct dmafp_call call;
	u32 live;
	struct dmafp_block block;
	struct dmafp_histogram *histograms[DMAFP_NR_PHASES];
	struct dmafp_series series[DMAFP_NR_PHASES];
	struct dmafp_counter_set *set;
	struct dmafp_counter counters[DMAFP_MAX_EVENTS];
};

/**
 * struct dmafp_crew - all workers of one run
 * @op: what is measured
 * @arg: the request
 * @events: PMU counters that it asks for
 * @bound: the device
 * @khz: ticks of a millisecond
 * @stop: end after the current block
 * @absent: workers that have not come to the start yet
 * @cold: workers that have not warmed up yet
 * @running: workers that have not finished
 * @finished: completed by the last worker
 * @nr: number of workers
 * @workers: the workers
 */
struct dmafp_crew {
	const struct dmafp_op_type *op;
	struct dmafp_run arg;
	const struct dmafp_event *events;
	const struct dmafp_bound_device *bound;
	u32 khz;
	bool stop;
	atomic_t absent;
	atomic_t cold;
	atomic_t running;
	struct completion finished;
	u32 nr;
	struct dmafp_worker *workers[];
};

static bool dmafp_worker_must_stop(const struct dmafp_crew *crew)
{
	return READ_ONCE(crew->stop) || dmafp_device_going(crew->bound);
}

/* An unplugged CPU's threads are moved elsewhere, and may come back. */
static bool dmafp_worker_astray(const struct dmafp_worker *w)
{
	return !is_percpu_thread() || raw_smp_processor_id() != w->cpu;
}

static int dmafp_worker_run_op(struct dmafp_worker *w, bool record)
{
	const struct dmafp_crew *crew = w->crew;
	int err;

	if (dmafp_worker_astray(w))
		return -EINVAL;
	if (record)
		dmafp_counter_begin(w->set);
	err = crew->op->vtable->run[crew->arg.method](&w->call, &w->block);
	if (record)
		dmafp_counter_end(w->set);
	return dmafp_worker_astray(w) ? -EINVAL : err;
}

/*
 * With nothing in between.  Preemption is disabled apart from interrupts, since
 * a kernel under test may take a mutex in the call, and an uncontended one must
 * not become a point to schedule at.
 */
static int dmafp_worker_run_undisturbed(struct dmafp_worker *w, bool record)
{
	unsigned long flags;
	int err;

	preempt_disable();
	if (w->block.quiet) {
		local_irq_save(flags);
		err = dmafp_worker_run_op(w, record);
		local_irq_restore(flags);
	} else {
		err = dmafp_worker_run_op(w, record);
	}
	preempt_enable();
	return err;
}

static void dmafp_worker_record(struct dmafp_worker *w, u32 phase,
				const u64 *ticks)
{
	dmafp_histogram_add(w->histograms[phase], ticks, w->block.done);
	dmafp_series_add(&w->series[phase], ticks, w->block.done);
}

/* Workers that wait for one another's mutex do, too. */
static bool dmafp_worker_sleeps(const struct dmafp_crew *crew)
{
	return crew->op->flags & DMAFP_OP_SLEEPS ||
	       crew->arg.flags & DMAFP_RUN_PREEMPTIBLE;
}

/* May a block keep interrupts off at all? */
static bool dmafp_worker_quiet(const struct dmafp_crew *crew)
{
	return !dmafp_worker_sleeps(crew) &&
	       !(crew->arg.flags & DMAFP_RUN_INTERRUPTIBLE);
}

static int dmafp_worker_block(struct dmafp_worker *w, u32 nr, bool record)
{
	const struct dmafp_crew *crew = w->crew;
	struct dmafp_stamp begin, end;
	int err;

	w->block.nr = nr;
	w->block.done = 0;
	begin = dmafp_stamp_read();
	err = dmafp_worker_sleeps(crew) ?
		dmafp_worker_run_op(w, record) :
		dmafp_worker_run_undisturbed(w, record);
	end = dmafp_stamp_read();

	/* It cannot be cut short, so the next one may be interrupted. */
	if (crew->arg.method == DMAFP_METHOD_BLOCK)
		w->block.quiet = dmafp_worker_quiet(crew) &&
				 dmafp_stamp_ticks(begin, end) *
				 (crew->arg.block / nr) <= w->block.limit;
	if (err || !record)
		return err;
	dmafp_worker_record(w, DMAFP_PHASE_MAP, w->block.map);
	if (crew->op->flags & DMAFP_OP_TIMES_UNMAP)
		dmafp_worker_record(w, DMAFP_PHASE_UNMAP, w->block.unmap);
	return 0;
}

static int dmafp_worker_blocks(struct dmafp_worker *w, u64 samples, u64 ns,
			       bool record)
{
	const struct dmafp_crew *crew = w->crew;
	u64 begin = ktime_get_ns();
	u32 nr = crew->arg.block;
	int err = 0;

	while (samples && !err && !dmafp_worker_must_stop(crew)) {
		if (crew->arg.method != DMAFP_METHOD_BLOCK)
			nr = min_t(u64, samples, crew->arg.block);
		err = dmafp_worker_block(w, nr, record);
		samples -= w->block.done;
		if (ns && ktime_get_ns() - begin >= ns)
			break;
		cond_resched_tasks_rcu_qs();
	}
	return err;
}

static int dmafp_worker_warm_up(struct dmafp_worker *w)
{
	const struct dmafp_run *arg = &w->crew->arg;
	u64 samples = arg->warmup;
	int err, i;

	if (arg->method != DMAFP_METHOD_BLOCK)
		return dmafp_worker_blocks(w, samples, 0, false);

	/* How long a block will take; the first op is never a usual one. */
	for (i = 0; i < 2; i++) {
		err = dmafp_worker_block(w, 1, false);
		if (err)
			return err;
	}
	samples = div_u64(samples + 3 * arg->block - 1, 3 * arg->block);
	return dmafp_worker_blocks(w, samples, 0, false);
}

static void dmafp_worker_summarize(struct dmafp_worker *w, u64 elapsed)
{
	struct dmafp_summary *summary;
	u32 phase;

	for (phase = 0; phase < DMAFP_NR_PHASES; phase++) {
		summary = &w->histograms[phase]->summary;
		summary->elapsed = elapsed;
		summary->nr_series = w->series[phase].nr;
		summary->series_stride = w->series[phase].stride;
	}
}

/* All go on when the last has come, or not at all. */
static void dmafp_worker_meet(const struct dmafp_crew *crew, atomic_t *missing)
{
	atomic_dec(missing);
	while (atomic_read(missing) && !dmafp_worker_must_stop(crew)) {
		cpu_relax();
		cond_resched_tasks_rcu_qs();
	}
}

static int dmafp_worker_measure(struct dmafp_worker *w)
{
	const struct dmafp_run *arg = &w->crew->arg;
	struct dmafp_stamp begin;
	int err;

	err = dmafp_worker_warm_up(w);
	if (err)
		return err;
	dmafp_worker_meet(w->crew, &w->crew->cold);

	begin = dmafp_stamp_read();
	err = dmafp_worker_blocks(w, arg->iterations ?: U64_MAX,
				  arg->duration_ns, true);
	dmafp_worker_summarize(w, dmafp_stamp_ticks(begin, dmafp_stamp_read()));
	return err;
}

/* All of the ring but the mapping that the first op makes */
static int dmafp_worker_fill(struct dmafp_worker *w)
{
	const struct dmafp_op_vtable *op = w->crew->op->vtable;
	struct dmafp_mapping *m;

	if (w->crew->arg.method != DMAFP_METHOD_SUSTAINED)
		return 0;
	while (w->live + 1 < w->call.nr && !dmafp_worker_must_stop(w->crew)) {
		m = &w->call.mappings[w->block.head];
		op->map(&w->call, m);
		if (op->failed(&w->call, m))
			return -EIO;
		w->block.head++;
		w->live++;
		cond_resched_tasks_rcu_qs();
	}
	return 0;
}

static void dmafp_worker_drain(struct dmafp_worker *w)
{
	const struct dmafp_op_vtable *op = w->crew->op->vtable;
	u32 nr = w->call.nr;

	for (; w->live; w->live--) {
		w->block.head = (w->block.head ?: nr) - 1;
		if (op->unmap)
			op->unmap(&w->call, &w->call.mappings[w->block.head]);
		cond_resched_tasks_rcu_qs();
	}
}

/*
 * Ends on its own accord.  The crew stays valid until kthread_stop() has seen
 * the thread exit, and that finds the task by our reference.
 */
static int dmafp_worker_main(void *data)
{
	struct dmafp_worker *w = data;
	struct dmafp_crew *crew = w->crew;

	w->error = dmafp_worker_fill(w);
	dmafp_worker_meet(crew, &crew->absent);
	if (!w->error)
		w->error = dmafp_worker_measure(w);
	if (w->error)
		WRITE_ONCE(crew->stop, true);
	dmafp_worker_drain(w);

	if (atomic_dec_and_test(&crew->running))
		complete(&crew->finished);
	return 0;
}

static void dmafp_worker_destroy(struct dmafp_worker *w)
{
	u32 phase;

	for (phase = 0; phase < DMAFP_NR_PHASES; phase++) {
		dmafp_histogram_destroy(w->histograms[phase]);
		dmafp_series_free(&w->series[phase]);
	}
	kvfree(w->block.map);
	kvfree(w->block.unmap);
	kfree(w);
}

static struct dmafp_worker *dmafp_worker_create(struct dmafp_crew *crew,
						u32 cpu)
{
	bool is_block = crew->arg.method == DMAFP_METHOD_BLOCK;
	int node = cpu_to_mem(cpu);
	struct dmafp_worker *w;
	size_t bytes;
	u32 phase;

	w = kzalloc_node(sizeof(*w), GFP_KERNEL, node);
	if (!w)
		return NULL;

	w->crew = crew;
	w->cpu = cpu;
	bytes = array_size(crew->arg.block, sizeof(u64));
	w->block.map = kvzalloc_node(bytes, GFP_KERNEL, node);
	w->block.unmap = kvzalloc_node(bytes, GFP_KERNEL, node);
	if (!w->block.map || !w->block.unmap)
		goto err;
	for (phase = 0; phase < DMAFP_NR_PHASES; phase++) {
		w->histograms[phase] = dmafp_histogram_create(node);
		if (!w->histograms[phase] ||
		    dmafp_series_init(&w->series[phase], crew->arg.nr_series,
				      is_block ? 1 : crew->arg.block, node))
			goto err;
	}
	return w;

err:
	dmafp_worker_destroy(w);
	return NULL;
}

/* How many mappings are live at the same time, at most */
static u32 dmafp_worker_mappings(const struct dmafp_run *arg)
{
	switch (arg->method) {
	case DMAFP_METHOD_BLOCK:
		return 2 * arg->block;
	case DMAFP_METHOD_SUSTAINED:
		return arg->live;
	default:
		return 1;
	}
}

static int dmafp_worker_hire(struct dmafp_worker *w)
{
	const struct dmafp_crew *crew = w->crew;
	int node = cpu_to_mem(w->cpu);
	struct dmafp_counter_set *set;
	struct task_struct *task;
	int err;

	err = dmafp_op_prepare(crew->op, &crew->arg.cell,
			       &crew->bound->pdev->dev, node,
			       dmafp_worker_mappings(&crew->arg), &w->call);
	if (err)
		return err;
	w->prepared = true;
	w->block.limit = (u64)crew->khz * DMAFP_WORKER_QUIET;
	w->block.delay = mul_u64_u32_div(crew->arg.delay_ns, crew->khz,
					 NSEC_PER_MSEC);
	w->block.quiet = dmafp_worker_quiet(crew);
	set = dmafp_counter_create(crew->events, crew->arg.nr_events, w->cpu);
	if (IS_ERR(set))
		return PTR_ERR(set);
	w->set = set;

	task = kthread_create_on_node(dmafp_worker_main, w, node, "dmafp/%u",
				      w->cpu);
	/* A fork says EAGAIN for what it lacks memory for, among others. */
	if (IS_ERR(task))
		return PTR_ERR(task) == -EINTR ? -EINTR : -ENOMEM;
	kthread_bind(task, w->cpu);
	w->task = get_task_struct(task);
	return 0;
}

/*
 * The thread has been told to stop, has finished, or was never woken; in the
 * last case it exits without having called dmafp_worker_main().
 */
static void dmafp_worker_dismiss(struct dmafp_worker *w)
{
	u32 i;

	if (w->task) {
		kthread_stop(w->task);
		put_task_struct(w->task);
		w->task = NULL;
	}
	for (i = 0; i < w->crew->arg.nr_events && w->set; i++)
		dmafp_counter_result(w->set, i, &w->counters[i]);
	dmafp_counter_destroy(w->set);
	w->set = NULL;
	if (w->prepared)
		dmafp_op_unprepare(w->crew->op, &w->call);
	w->prepared = false;
}

/*
 * Two workers on one CPU would take turns and measure nothing that one does
 * not.  It also bounds what a run allocates by the size of the machine.
 */
static bool dmafp_worker_cpus_valid(const u32 *cpus, u32 nr)
{
	u32 i, j;

	for (i = 0; i < nr; i++) {
		if (cpus[i] >= nr_cpu_ids || !cpu_online(cpus[i]))
			return false;
		for (j = 0; j < i; j++) {
			if (cpus[j] == cpus[i])
				return false;
		}
	}
	return true;
}

static bool dmafp_worker_method_valid(const struct dmafp_run *arg)
{
	switch (arg->method) {
	case DMAFP_METHOD_LATENCY:
		return !arg->live && arg->delay_ns <= DMAFP_MAX_DELAY_NS &&
		       arg->block <= DMAFP_MAX_BLOCK;
	case DMAFP_METHOD_BLOCK:
		return !arg->live && !arg->delay_ns &&
		       arg->block <= DMAFP_MAX_BLOCK / 2;
	case DMAFP_METHOD_SUSTAINED:
		return arg->live >= 1 && arg->live <= DMAFP_MAX_LIVE &&
		       !arg->delay_ns && arg->block <= DMAFP_MAX_BLOCK;
	default:
		return false;
	}
}

static bool dmafp_worker_run_valid(const struct dmafp_run *arg,
				   const u32 *cpus,
				   const struct dmafp_event *events)
{
	return !(arg->flags & ~DMAFP_RUN_FLAGS) && !arg->__reserved &&
	       arg->nr_events <= DMAFP_MAX_EVENTS &&
	       dmafp_counter_valid(events, arg->nr_events) &&
	       arg->nr_series <= DMAFP_MAX_SERIES && arg->nr_series % 2 == 0 &&
	       (arg->iterations || arg->duration_ns) && arg->block >= 1 &&
	       dmafp_worker_method_valid(arg) &&
	       arg->nr_threads >= 1 && arg->nr_threads <= DMAFP_MAX_THREADS &&
	       dmafp_worker_cpus_valid(cpus, arg->nr_threads);
}

void dmafp_worker_crew_destroy(struct dmafp_crew *crew)
{
	u32 i;

	for (i = 0; i < crew->nr; i++)
		dmafp_worker_destroy(crew->workers[i]);
	kvfree(crew);
}

struct dmafp_crew *dmafp_worker_crew_create(const struct dmafp_run *arg,
					    const u32 *cpus,
					    const struct dmafp_event *events)
{
	const struct dmafp_op_type *op;
	struct dmafp_crew *crew;

	if (!dmafp_worker_run_valid(arg, cpus, events))
		return ERR_PTR(-EINVAL);
	op = dmafp_op_find(&arg->cell);
	if (IS_ERR(op))
		return ERR_CAST(op);

	crew = kvzalloc(struct_size(crew, workers, arg->nr_threads),
			GFP_KERNEL);
	if (!crew)
		return ERR_PTR(-ENOMEM);

	crew->op = op;
	crew->arg = *arg;
	crew->events = events;
	crew->khz = dmafp_calibrate_khz();
	init_completion(&crew->finished);
	for (; crew->nr < arg->nr_threads; crew->nr++) {
		struct dmafp_worker *w;

		w = dmafp_worker_create(crew, cpus[crew->nr]);
		if (!w) {
			dmafp_worker_crew_destroy(crew);
			return ERR_PTR(-ENOMEM);
		}
		crew->workers[crew->nr] = w;
	}
	return crew;
}

/*
 * Let what was mapped before drain out of the flush queues, lest this run pay
 * for it.  It also makes runs begin at the same distance from a timer tick,
 * without which equal boots have unequal histograms.
 */
static int dmafp_worker_crew_settle(void)
{
	long left = msecs_to_jiffies(DMAFP_WORKER_SETTLE);

	return schedule_timeout_interruptible(left) ? -EINTR : 0;
}

static int dmafp_worker_crew_measure(struct dmafp_crew *crew)
{
	int err;
	u32 i;

	err = dmafp_worker_crew_settle();
	if (err)
		return err;

	atomic_set(&crew->absent, crew->nr);
	atomic_set(&crew->cold, crew->nr);
	atomic_set(&crew->running, crew->nr);
	for (i = 0; i < crew->nr; i++)
		wake_up_process(crew->workers[i]->task);

	if (wait_for_completion_interruptible(&crew->finished))
		err = -EINTR;
	WRITE_ONCE(crew->stop, true);
	return err;
}

/* After all threads are gone. */
static int dmafp_worker_crew_error(const struct dmafp_crew *crew)
{
	u32 i;

	for (i = 0; i < crew->nr; i++) {
		if (crew->workers[i]->error)
			return crew->workers[i]->error;
	}
	return dmafp_device_going(crew->bound) ? -ENODEV : 0;
}

int dmafp_worker_crew_run(struct dmafp_crew *crew,
			  struct dmafp_bound_device *bound)
{
	int err = 0;
	u32 i;

	/* A deferred attach sleeps, and a block may not. */
	if ((crew->op->flags & DMAFP_OP_ON_PATH) &&
	    dmafp_device_deferred(&bound->pdev->dev))
		return -EOPNOTSUPP;

	crew->bound = bound;
	for (i = 0; i < crew->nr && !err; i++)
		err = dmafp_worker_hire(crew->workers[i]);
	if (!err)
		err = dmafp_worker_crew_measure(crew);
	for (i = 0; i < crew->nr; i++)
		dmafp_worker_dismiss(crew->workers[i]);
	return err ? err : dmafp_worker_crew_error(crew);
}

const struct dmafp_histogram *
dmafp_worker_crew_result(const struct dmafp_crew *crew, u32 worker, u32 phase)
{
	return crew->workers[worker]->histograms[phase];
}

const struct dmafp_series *
dmafp_worker_crew_series(const struct dmafp_crew *crew, u32 worker, u32 phase)
{
	return &crew->workers[worker]->series[phase];
}

const struct dmafp_counter *
dmafp_worker_crew_counters(const struct dmafp_crew *crew, u32 worker)
{
	return crew->workers[worker]->counters;
}
