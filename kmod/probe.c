// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/ptrace.h>
#include <linux/slab.h>
#include "probe.h"
#include "stamp.h"

/* Simultaneous attaches that can be followed, of all devices together. */
#define DMAFP_PROBE_MAX_ATTACHES	64

/* iommu_deferred_attach(dev, domain) */
static int dmafp_probe_on_call(struct kprobe *kp, struct pt_regs *regs)
{
	struct dmafp_probe *probe = container_of(kp, struct dmafp_probe, call);

	if (regs_get_kernel_argument(regs, 0) == (unsigned long)probe->dev)
		atomic64_inc(&probe->calls);
	return 0;
}
NOKPROBE_SYMBOL(dmafp_probe_on_call);

/*
 * Does nothing, but a probe that has one is never turned into a jump.  A jump
 * would outlive unregister_kprobe() by some milliseconds, since the kernel
 * takes it out later, and whatever is timed then would pay for it.
 */
static void dmafp_probe_no_jump(struct kprobe *kp, struct pt_regs *regs,
				unsigned long flags)
{
}
NOKPROBE_SYMBOL(dmafp_probe_no_jump);

/*
 * NULL while it is being unregistered: another device's attach may come then,
 * on another CPU.
 */
static struct dmafp_probe *dmafp_probe_of(struct kretprobe_instance *ri)
{
	struct kretprobe *rp = get_kretprobe(ri);

	return rp ? container_of(rp, struct dmafp_probe, attach) : NULL;
}
NOKPROBE_SYMBOL(dmafp_probe_of);

/* attach_dev(domain, dev) begins; non-zero means not to follow it */
static int dmafp_probe_on_attach(struct kretprobe_instance *ri,
				 struct pt_regs *regs)
{
	struct dmafp_stamp *begin = (struct dmafp_stamp *)ri->data;
	struct dmafp_probe *probe = dmafp_probe_of(ri);

	if (!probe ||
	    regs_get_kernel_argument(regs, 1) != (unsigned long)probe->dev)
		return 1;

	atomic64_inc(&probe->attaches);
	if (atomic_inc_return(&probe->inside) > 1)
		atomic64_inc(&probe->overlaps);
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
	probe->attach.maxactive = DMAFP_PROBE_MAX_ATTACHES;
	err = register_kretprobe(&probe->attach);
	if (err)
		unregister_kprobe(&probe->beside);
	probe->has_attach = !err;
	return err;
}

struct dmafp_probe *dmafp_probe_create(struct device *dev)
{
	struct dmafp_probe *probe = kzalloc(sizeof(*probe), GFP_KERNEL);
	int err;

	if (!probe)
		return ERR_PTR(-ENOMEM);

	probe->dev = dev;
	err = dmafp_probe_register_call(probe);
	if (err)
		goto err_call;
	err = dmafp_probe_register_attach(probe, dev);
	if (err)
		goto err_attach;
	return probe;

err_attach:
	unregister_kprobe(&probe->call);
err_call:
	kfree(probe);
	return ERR_PTR(err == -ENOMEM ? err : -EOPNOTSUPP);
}

bool dmafp_probe_missed(const struct dmafp_probe *probe)
{
	return probe->call.nmissed || probe->attach.nmissed ||
	       probe->attach.kp.nmissed;
}

/* Waits until no handler runs any more. */
void dmafp_probe_destroy(struct dmafp_probe *probe)
{
	if (probe->has_attach) {
		unregister_kretprobe(&probe->attach);
		unregister_kprobe(&probe->beside);
	}
	unregister_kprobe(&probe->call);
	kfree(probe);
}
