// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/preempt.h>
#include <linux/topology.h>
#include "device.h"
#include "first_map.h"
#include "op.h"
#include "probe.h"
#include "race.h"
#include "record.h"
#include "stamp.h"

/*
 * Where the attach sleeps nevertheless, the scheduler says so and sets the
 * count to what it should have been.
 */
static void dmafp_first_map_atomically(const struct dmafp_op_vtable *op,
				       const struct dmafp_call *call,
				       struct dmafp_mapping *m)
{
	int count = preempt_count();

	preempt_disable();
	op->map(call, m);
	if (preempt_count() != count)
		preempt_enable();
}

/* Process context with interrupts on: the attach may sleep. */
static int dmafp_first_map_once(const struct dmafp_op_vtable *op,
				const struct dmafp_call *call,
				struct dmafp_first_map *arg)
{
	struct dmafp_stamp begin, end;
	struct dmafp_mapping *m = call->mappings;

	begin = dmafp_stamp_read();
	if (arg->flags & DMAFP_FIRST_ATOMIC)
		dmafp_first_map_atomically(op, call, m);
	else
		op->map(call, m);
	end = dmafp_stamp_read();
	arg->map_ticks = dmafp_stamp_ticks(begin, end);
	arg->unmap_ticks = 0;
	if (op->failed(call, m))
		return -EIO;
	if (!op->unmap)
		return 0;

	begin = dmafp_stamp_read();
	op->unmap(call, m);
	end = dmafp_stamp_read();
	arg->unmap_ticks = dmafp_stamp_ticks(begin, end);
	return 0;
}

/* By the caller; it maps from the node that it is on. */
static int dmafp_first_map_alone(struct dmafp_bound_device *bound,
				 const struct dmafp_op_type *op,
				 struct dmafp_first_map *arg)
{
	struct dmafp_call call;
	int err;

	err = dmafp_op_prepare(op, &arg->cell, &bound->pdev->dev, numa_mem_id(),
			       1, &call);
	if (err)
		return err;
	err = dmafp_first_map_once(op->vtable, &call, arg);
	dmafp_op_unprepare(op, &call);
	return err;
}

static int dmafp_first_map_bare(struct dmafp_bound_device *bound,
				const struct dmafp_op_type *op,
				struct dmafp_first_map *arg, const u32 *cpus)
{
	struct device *dev = &bound->pdev->dev;
	int err;

	arg->deferred_before = dmafp_device_deferred(dev);
	if (arg->nr_racers)
		err = dmafp_race_run(bound, op, arg, cpus);
	else
		err = dmafp_first_map_alone(bound, op, arg);
	arg->deferred_after = dmafp_device_deferred(dev);
	return err;
}

static int dmafp_first_map_probed(struct dmafp_bound_device *bound,
				  const struct dmafp_op_type *op,
				  struct dmafp_first_map *arg, const u32 *cpus,
				  struct dmafp_record_log *log)
{
	struct dmafp_probe *probe;
	int err;

	probe = dmafp_probe_create(&bound->pdev->dev, log, arg->hold_us);
	if (IS_ERR(probe))
		return PTR_ERR(probe);

	err = dmafp_first_map_bare(bound, op, arg, cpus);
	if (!err && dmafp_probe_missed(probe))
		err = -EIO;
	arg->calls = atomic64_read(&probe->calls);
	arg->attaches = atomic64_read(&probe->attaches);
	arg->overlaps = atomic64_read(&probe->overlaps);
	arg->held = atomic64_read(&probe->held);
	arg->attach_ticks = atomic64_read(&probe->attach_ticks);
	dmafp_probe_destroy(probe);

	if (log) {
		dmafp_record_log_finish(log);
		arg->nr_records = dmafp_record_log_nr(log);
		arg->lost_records = dmafp_record_log_lost(log);
	}
	return err;
}

bool dmafp_first_map_valid(const struct dmafp_first_map *arg)
{
	bool probe = arg->flags & DMAFP_FIRST_PROBE;
	bool atomic = arg->flags & DMAFP_FIRST_ATOMIC;

	if (arg->flags & ~(DMAFP_FIRST_PROBE | DMAFP_FIRST_ATOMIC))
		return false;
	if (!probe && (arg->nr_racers || arg->hold_us || arg->nr_records))
		return false;
	if (atomic && arg->nr_racers)
		return false;
	if ((!arg->nr_racers && arg->racer_cpus) ||
	    (!arg->nr_records && arg->records))
		return false;
	return arg->nr_racers <= DMAFP_MAX_RACERS &&
	       arg->hold_us <= DMAFP_MAX_HOLD_US &&
	       arg->nr_records <= DMAFP_MAX_RECORDS;
}

/*
 * Without that option nobody would notice that the attach sleeps, or only by
 * scheduling.  With it preemption is counted, so that disabling it means
 * something.
 */
static bool dmafp_first_map_can_be_atomic(void)
{
	return IS_ENABLED(CONFIG_DEBUG_ATOMIC_SLEEP);
}

int dmafp_first_map(struct dmafp_bound_device *bound,
		    struct dmafp_first_map *arg, const u32 *cpus,
		    struct dmafp_record_log *log)
{
	bool atomic = arg->flags & DMAFP_FIRST_ATOMIC;
	const struct dmafp_op_type *op;

	op = dmafp_op_find(&arg->cell);
	if (IS_ERR(op))
		return PTR_ERR(op);
	if (!(op->flags & DMAFP_OP_ON_PATH))
		return -EINVAL;
	/* Such an op sleeps by itself. */
	if (atomic && (op->flags & DMAFP_OP_SLEEPS))
		return -EINVAL;
	if (atomic && !dmafp_first_map_can_be_atomic())
		return -EOPNOTSUPP;

	arg->calls = 0;
	arg->attaches = 0;
	arg->overlaps = 0;
	arg->held = 0;
	arg->failed = 0;
	arg->wrong = 0;
	arg->lost_records = 0;
	arg->attach_ticks = 0;
	if (arg->flags & DMAFP_FIRST_PROBE)
		return dmafp_first_map_probed(bound, op, arg, cpus, log);
	return dmafp_first_map_bare(bound, op, arg, cpus);
}
