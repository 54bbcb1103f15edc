// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/topology.h>
#include "count.h"
#include "device.h"
#include "op.h"
#include "probe.h"

#define DMAFP_COUNT_OPS_MAX	1000000

/* A snapshot of what the probes have seen. */
struct dmafp_count_seen {
	u64 calls;
	u64 attaches;
};

static struct dmafp_count_seen dmafp_count_look(const struct dmafp_probe *probe)
{
	return (struct dmafp_count_seen) {
		.calls = atomic64_read(&probe->calls),
		.attaches = atomic64_read(&probe->attaches),
	};
}

static int dmafp_count_one(const struct dmafp_op_vtable *op,
			   const struct dmafp_call *call,
			   const struct dmafp_probe *probe,
			   struct dmafp_count *arg)
{
	struct dmafp_count_seen start, mapped, unmapped;
	struct dmafp_mapping m = { };

	start = dmafp_count_look(probe);
	op->map(call, &m);
	mapped = dmafp_count_look(probe);
	if (op->failed(call, &m))
		return -EIO;
	if (op->unmap)
		op->unmap(call, &m);
	unmapped = dmafp_count_look(probe);

	arg->map_calls += mapped.calls - start.calls;
	arg->map_attaches += mapped.attaches - start.attaches;
	arg->unmap_calls += unmapped.calls - mapped.calls;
	arg->unmap_attaches += unmapped.attaches - mapped.attaches;
	return 0;
}

static int dmafp_count_all(const struct dmafp_bound_device *bound,
			   const struct dmafp_op_type *op,
			   const struct dmafp_call *call,
			   const struct dmafp_probe *probe,
			   struct dmafp_count *arg)
{
	int err = 0;
	u32 i;

	for (i = 0; i < arg->ops && !err; i++) {
		err = dmafp_count_one(op->vtable, call, probe, arg);
		if (!err && dmafp_device_going(bound))
			err = -ENODEV;
		if (!err && signal_pending(current))
			err = -EINTR;
		cond_resched();
	}
	if (!err && dmafp_probe_missed(probe))
		err = -EIO;
	return err;
}

int dmafp_count_calls(struct dmafp_bound_device *bound, struct dmafp_count *arg)
{
	struct device *dev = &bound->pdev->dev;
	const struct dmafp_op_type *op;
	struct dmafp_probe *probe;
	struct dmafp_call call;
	int err;

	if (arg->ops < 1 || arg->ops > DMAFP_COUNT_OPS_MAX || arg->__reserved)
		return -EINVAL;
	op = dmafp_op_find(&arg->cell);
	if (IS_ERR(op))
		return PTR_ERR(op);

	err = dmafp_op_prepare(op, &arg->cell, dev, numa_mem_id(), &call);
	if (err)
		return err;
	probe = dmafp_probe_create(dev);
	if (IS_ERR(probe)) {
		err = PTR_ERR(probe);
		goto err_probe;
	}

	arg->flags = 0;
	arg->map_reached = 0;
	arg->map_calls = 0;
	arg->unmap_calls = 0;
	arg->map_attaches = 0;
	arg->unmap_attaches = 0;
	err = dmafp_count_all(bound, op, &call, probe, arg);

	dmafp_probe_destroy(probe);
err_probe:
	dmafp_op_unprepare(op, &call);
	return err;
}
