// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/topology.h>
#include "count.h"
#include "device.h"
#include "op.h"
#include "probe.h"

#define DMAFP_COUNT_OPS_MAX	1000000

/**
 * struct dmafp_count_probes - what is counted
 * @probe: the check and the attach
 * @reached: on the function that the op reaches
 * @has_reached: @reached is registered
 * @dev: first argument of that function
 * @calls: calls of it
 */
struct dmafp_count_probes {
	struct dmafp_probe *probe;
	struct kprobe reached;
	bool has_reached;
	const struct device *dev;
	atomic64_t calls;
};

static int dmafp_count_on_reached(struct kprobe *kp, struct pt_regs *regs)
{
	struct dmafp_count_probes *probes =
		container_of(kp, struct dmafp_count_probes, reached);

	if (regs_get_kernel_argument(regs, 0) == (unsigned long)probes->dev)
		atomic64_inc(&probes->calls);
	return 0;
}
NOKPROBE_SYMBOL(dmafp_count_on_reached);

static int dmafp_count_arm(struct dmafp_count_probes *probes,
			   const struct dmafp_op_type *op, struct device *dev)
{
	*probes = (struct dmafp_count_probes) {
		.dev = dev,
		.reached = {
			.symbol_name = op->reaches,
			.pre_handler = dmafp_count_on_reached,
			.post_handler = dmafp_probe_no_jump,
		},
	};
	probes->probe = dmafp_probe_create(dev, NULL, 0);
	if (IS_ERR(probes->probe))
		return PTR_ERR(probes->probe);
	/* Another kernel may have no such function, or inline it. */
	probes->has_reached = !register_kprobe(&probes->reached);
	return 0;
}

static void dmafp_count_disarm(struct dmafp_count_probes *probes)
{
	if (probes->has_reached)
		unregister_kprobe(&probes->reached);
	dmafp_probe_destroy(probes->probe);
}

static bool dmafp_count_missed(const struct dmafp_count_probes *probes)
{
	return dmafp_probe_missed(probes->probe) || probes->reached.nmissed;
}

/* A snapshot of what the probes have seen. */
struct dmafp_count_seen {
	u64 calls;
	u64 attaches;
	u64 reached;
};

static struct dmafp_count_seen
dmafp_count_look(const struct dmafp_count_probes *probes)
{
	return (struct dmafp_count_seen) {
		.calls = atomic64_read(&probes->probe->calls),
		.attaches = atomic64_read(&probes->probe->attaches),
		.reached = atomic64_read(&probes->calls),
	};
}

static int dmafp_count_one(const struct dmafp_op_vtable *op,
			   const struct dmafp_call *call,
			   const struct dmafp_count_probes *probes,
			   struct dmafp_count *arg)
{
	struct dmafp_count_seen start, mapped, unmapped;
	struct dmafp_mapping *m = call->mappings;

	start = dmafp_count_look(probes);
	op->map(call, m);
	mapped = dmafp_count_look(probes);
	if (op->failed(call, m))
		return -EIO;
	if (op->unmap)
		op->unmap(call, m);
	unmapped = dmafp_count_look(probes);

	arg->map_calls += mapped.calls - start.calls;
	arg->map_attaches += mapped.attaches - start.attaches;
	arg->map_reached += mapped.reached - start.reached;
	arg->unmap_calls += unmapped.calls - mapped.calls;
	arg->unmap_attaches += unmapped.attaches - mapped.attaches;
	return 0;
}

static int dmafp_count_all(const struct dmafp_bound_device *bound,
			   const struct dmafp_op_type *op,
			   const struct dmafp_call *call,
			   const struct dmafp_count_probes *probes,
			   struct dmafp_count *arg)
{
	int err = 0;
	u32 i;

	for (i = 0; i < arg->ops && !err; i++) {
		err = dmafp_count_one(op->vtable, call, probes, arg);
		if (!err && dmafp_device_going(bound))
			err = -ENODEV;
		if (!err && signal_pending(current))
			err = -EINTR;
		cond_resched();
	}
	if (!err && dmafp_count_missed(probes))
		err = -EIO;
	return err;
}

int dmafp_count_calls(struct dmafp_bound_device *bound, struct dmafp_count *arg)
{
	struct device *dev = &bound->pdev->dev;
	struct dmafp_count_probes probes;
	const struct dmafp_op_type *op;
	struct dmafp_call call;
	int err;

	if (arg->ops < 1 || arg->ops > DMAFP_COUNT_OPS_MAX || arg->__reserved)
		return -EINVAL;
	op = dmafp_op_find(&arg->cell);
	if (IS_ERR(op))
		return PTR_ERR(op);

	err = dmafp_op_prepare(op, &arg->cell, dev, numa_mem_id(), 1, &call);
	if (err)
		return err;
	err = dmafp_count_arm(&probes, op, dev);
	if (err)
		goto err_arm;

	arg->flags = probes.has_reached ? DMAFP_COUNT_REACHED : 0;
	arg->map_calls = 0;
	arg->unmap_calls = 0;
	arg->map_attaches = 0;
	arg->unmap_attaches = 0;
	arg->map_reached = 0;
	err = dmafp_count_all(bound, op, &call, &probes, arg);

	dmafp_count_disarm(&probes);
err_arm:
	dmafp_op_unprepare(op, &call);
	return err;
}
