// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/topology.h>
#include "device.h"
#include "first_map.h"
#include "op.h"
#include "probe.h"
#include "stamp.h"

/* Process context with interrupts on: the attach may sleep. */
static int dmafp_first_map_once(const struct dmafp_op_vtable *op,
				const struct dmafp_call *call,
				struct dmafp_first_map *arg)
{
	struct dmafp_stamp begin, end;
	struct dmafp_mapping *m = call->mappings;

	arg->deferred_before = dmafp_device_deferred(call->dev);
	begin = dmafp_stamp_read();
	op->map(call, m);
	end = dmafp_stamp_read();
	arg->map_ticks = dmafp_stamp_ticks(begin, end);
	arg->deferred_after = dmafp_device_deferred(call->dev);
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

static int dmafp_first_map_probed(const struct dmafp_op_vtable *op,
				  const struct dmafp_call *call,
				  struct dmafp_first_map *arg)
{
	struct dmafp_probe *probe = dmafp_probe_create(call->dev);
	int err;

	if (IS_ERR(probe))
		return PTR_ERR(probe);

	err = dmafp_first_map_once(op, call, arg);
	if (!err && dmafp_probe_missed(probe))
		err = -EIO;
	arg->calls = atomic64_read(&probe->calls);
	arg->attaches = atomic64_read(&probe->attaches);
	arg->overlaps = atomic64_read(&probe->overlaps);
	arg->attach_ticks = atomic64_read(&probe->attach_ticks);
	dmafp_probe_destroy(probe);
	return err;
}

int dmafp_first_map(struct dmafp_bound_device *bound,
		    struct dmafp_first_map *arg)
{
	const struct dmafp_op_type *op;
	struct dmafp_call call;
	int err;

	if ((arg->flags & ~DMAFP_FIRST_PROBE) || arg->nr_racers || arg->hold_us ||
	    arg->nr_records)
		return -EINVAL;
	op = dmafp_op_find(&arg->cell);
	if (IS_ERR(op))
		return PTR_ERR(op);
	if (!(op->flags & DMAFP_OP_ON_PATH))
		return -EINVAL;

	err = dmafp_op_prepare(op, &arg->cell, &bound->pdev->dev,
			       numa_mem_id(), 1, &call);
	if (err)
		return err;

	arg->calls = 0;
	arg->attaches = 0;
	arg->overlaps = 0;
	arg->held = 0;
	arg->failed = 0;
	arg->wrong = 0;
	arg->lost_records = 0;
	arg->attach_ticks = 0;
	if (arg->flags & DMAFP_FIRST_PROBE)
		err = dmafp_first_map_probed(op->vtable, &call, arg);
	else
		err = dmafp_first_map_once(op->vtable, &call, arg);

	dmafp_op_unprepare(op, &call);
	return err;
}
