// SPDX-License-Identifier: GPL-2.0-only
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/ptrace.h>
#include <linux/slab.h>
#include "group_lock.h"
#include "probe.h"
#include "record.h"
#include "stamp.h"

/* Simultaneous calls that can be followed, of all devices together. */
#define DMAFP_PROBE_MAX_ACTIVE	(2 * DMAFP_MAX_RACERS)

/* iommu_deferred_attach(dev, domain) */
static int dmafp_probe_on_call(struct kprobe *kp, struct pt_regs *regs)
{
	struct dmafp_probe *probe = container_of(kp, struct dmafp_probe, call);

	if (regs_get_kernel_argument(regs, 0) == (unsigned long)probe->dev) {
		atomic64_inc(&probe->calls);
		dmafp_record_add(probe->log, DMAFP_RECORD_CALL, 0);
	}
	return 0;
}
NOKPROBE_SYMBOL(dmafp_probe_on_call);

void dmafp_probe_no_jump(struct kprobe *kp, struct pt_regs *regs,
			 unsigned long flags)
{
}
NOKPROBE_SYMBOL(dmafp_probe_no_jump);

unsigned long dmafp_probe_caller(const struct pt_regs *regs)
{
#if defined(CONFIG_X86_64)
	return *(unsigned long *)regs->sp;
#elif defined(CONFIG_ARM64)
	return regs->regs[30];
#else
	return 0;
#endif
}
NOKPROBE_SYMBOL(dmafp_probe_caller);

/*
 * get_kretprobe() is NULL while it is being unregistered: another device's call
 * may come then, on another CPU.
 */
static int dmafp_probe_on_enter(struct kretprobe_instance *ri,
				struct pt_regs *regs)
{
	struct kretprobe *rp = get_kretprobe(ri);
	struct dmafp_probe *probe;

	if (!rp)
		return 1;
	probe = container_of(rp, struct dmafp_probe, returns);
	return regs_get_kernel_argument(regs, 0) != (unsigned long)probe->dev;
}
NOKPROBE_SYMBOL(dmafp_probe_on_enter);

static int dmafp_probe_on_return(struct kretprobe_instance *ri,
				 struct pt_regs *regs)
{
	struct kretprobe *rp = get_kretprobe(ri);
	struct dmafp_probe *probe;

	if (rp) {
		probe = container_of(rp, struct dmafp_probe, returns);
		dmafp_record_add(probe->log, DMAFP_RECORD_RETURN, 0);
	}
	return 0;
}
NOKPROBE_SYMBOL(dmafp_probe_on_return);

/* NULL as above. */
static struct dmafp_probe *dmafp_probe_of(struct kretprobe_instance *ri)
{
	struct kretprobe *rp = get_kretprobe(ri);

	return rp ? container_of(rp, struct dmafp_probe, attach) : NULL;
}
NOKPROBE_SYMBOL(dmafp_probe_of);

static u32 dmafp_probe_enter_attach(struct dmafp_probe *probe)
{
	u32 flags = 0;

	atomic64_inc(&probe->attaches);
	if (atomic_inc_return(&probe->inside) > 1) {
		atomic64_inc(&probe->overlaps);
		flags |= DMAFP_RECORD_OVERLAP;
	}
	if (dmafp_group_lock_held(&probe->group_lock)) {
		atomic64_inc(&probe->held);
		flags |= DMAFP_RECORD_HELD;
	}
	return flags;
}
NOKPROBE_SYMBOL(dmafp_probe_enter_attach);

/* attach_dev(domain, dev) begins; non-zero means not to follow it */
static int dmafp_probe_on_attach(struct kretprobe_instance *ri,
				 struct pt_regs *regs)
{
	struct dmafp_stamp *begin = (struct dmafp_stamp *)ri->data;
	struct dmafp_probe *probe = dmafp_probe_of(ri);

	if (!probe ||
	    regs_get_kernel_argument(regs, 1) != (unsigned long)probe->dev)
		return 1;

	dmafp_record_add(probe->log, DMAFP_RECORD_ATTACH,
			 dmafp_probe_enter_attach(probe));
	if (probe->hold_us)
		udelay(probe->hold_us);
	*begin = dmafp_stamp_read();
	return 0;
}
NOKPROBE_SYMBOL(dmafp_probe_on_attach);

static int dmafp_probe_on_attached(struct kretprobe_instance *ri,
				   struct pt_regs *regs)
{
	struct dmafp_stamp end = dmafp_stamp_read();
	struct dmafp_stamp *begin = (struct dmafp_stamp *)ri->data;
	struct dmafp_probe *probe = dmafp_probe_of(ri);

	if (probe) {
		atomic64_add(dmafp_stamp_ticks(*begin, end),
			     &probe->attach_ticks);
		atomic_dec(&probe->inside);
		dmafp_record_add(probe->log, DMAFP_RECORD_ATTACHED, 0);
	}
	return 0;
}
NOKPROBE_SYMBOL(dmafp_probe_on_attached);

static int dmafp_probe_register_call(struct dmafp_probe *probe)
{
	probe->call.symbol_name = "iommu_deferred_attach";
	probe->call.pre_handler = dmafp_probe_on_call;
	probe->call.post_handler = dmafp_probe_no_jump;
	return register_kprobe(&probe->call);
}

static int dmafp_probe_register_returns(struct dmafp_probe *probe)
{
	probe->returns.kp.symbol_name = "iommu_deferred_attach";
	probe->returns.entry_handler = dmafp_probe_on_enter;
	probe->returns.handler = dmafp_probe_on_return;
	probe->returns.maxactive = DMAFP_PROBE_MAX_ACTIVE;
	return register_kretprobe(&probe->returns);
}

/*
 * By the address in the domain's own operations, so that it works for every
 * IOMMU driver.  Without a domain there is nothing that could attach.
 */
static int dmafp_probe_register_attach(struct dmafp_probe *probe,
				       struct device *dev)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);
	int err;

	if (!domain || !domain->ops || !domain->ops->attach_dev)
		return 0;

	/* A kretprobe has no post handler: what lies beside it has one. */
	probe->beside.addr = (kprobe_opcode_t *)domain->ops->attach_dev;
	probe->beside.post_handler = dmafp_probe_no_jump;
	err = register_kprobe(&probe->beside);
	if (err)
		return err;

	probe->attach.kp.addr = (kprobe_opcode_t *)domain->ops->attach_dev;
	probe->attach.entry_handler = dmafp_probe_on_attach;
	probe->attach.handler = dmafp_probe_on_attached;
	probe->attach.data_size = sizeof(struct dmafp_stamp);
	probe->attach.maxactive = DMAFP_PROBE_MAX_ACTIVE;
	err = register_kretprobe(&probe->attach);
	if (err)
		unregister_kprobe(&probe->beside);
	probe->has_attach = !err;
	return err;
}

static void dmafp_probe_unregister_attach(struct dmafp_probe *probe)
{
	if (!probe->has_attach)
		return;
	unregister_kretprobe(&probe->attach);
	unregister_kprobe(&probe->beside);
}

/* What only records need. */
static int dmafp_probe_register_records(struct dmafp_probe *probe,
					struct device *dev)
{
	int err;

	err = dmafp_group_lock_init(&probe->group_lock, dev, probe->log);
	if (err || !probe->log)
		return err;
	err = dmafp_probe_register_returns(probe);
	if (err)
		dmafp_group_lock_exit(&probe->group_lock);
	return err;
}

static void dmafp_probe_unregister_records(struct dmafp_probe *probe)
{
	if (!probe->log)
		return;
	unregister_kretprobe(&probe->returns);
	dmafp_group_lock_exit(&probe->group_lock);
}

struct dmafp_probe *dmafp_probe_create(struct device *dev,
				       struct dmafp_record_log *log,
				       u32 hold_us)
{
	struct dmafp_probe *probe = kzalloc(sizeof(*probe), GFP_KERNEL);
	int err;

	if (!probe)
		return ERR_PTR(-ENOMEM);

	probe->dev = dev;
	probe->log = log;
	probe->hold_us = hold_us;
	err = dmafp_probe_register_call(probe);
	if (err)
		goto err_call;
	err = dmafp_probe_register_records(probe, dev);
	if (err)
		goto err_records;
	err = dmafp_probe_register_attach(probe, dev);
	if (err)
		goto err_attach;
	dmafp_record_log_open(log, true);
	return probe;

err_attach:
	dmafp_probe_unregister_records(probe);
err_records:
	unregister_kprobe(&probe->call);
err_call:
	kfree(probe);
	return ERR_PTR(err == -ENOMEM ? err : -EOPNOTSUPP);
}

bool dmafp_probe_missed(const struct dmafp_probe *probe)
{
	return dmafp_group_lock_missed(&probe->group_lock) ||
	       probe->call.nmissed || probe->returns.nmissed ||
	       probe->attach.nmissed || probe->attach.kp.nmissed;
}

/* Waits until no handler runs any more. */
void dmafp_probe_destroy(struct dmafp_probe *probe)
{
	dmafp_record_log_open(probe->log, false);
	dmafp_probe_unregister_attach(probe);
	dmafp_probe_unregister_records(probe);
	unregister_kprobe(&probe->call);
	kfree(probe);
}
