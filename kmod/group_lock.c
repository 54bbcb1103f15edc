// SPDX-License-Identifier: GPL-2.0-only
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include "group_lock.h"
#include "probe.h"
#include "record.h"

/* With lockdep mutex_lock() is a macro. */
#ifdef CONFIG_DEBUG_LOCK_ALLOC
#define DMAFP_GROUP_LOCK_SYMBOL		"mutex_lock_nested"
#else
#define DMAFP_GROUP_LOCK_SYMBOL		"mutex_lock"
#endif

/* A mutex, also a real-time one, keeps flags in the low bits of its owner. */
#define DMAFP_GROUP_LOCK_FLAGS		7ul

static void dmafp_group_lock_record(const struct dmafp_group_lock *gl,
				    struct pt_regs *regs, u32 what)
{
	if (regs_get_kernel_argument(regs, 0) - gl->begin < gl->bytes)
		dmafp_record_add(gl->log, what, 0);
}
NOKPROBE_SYMBOL(dmafp_group_lock_record);

static int dmafp_group_lock_on_lock(struct kprobe *kp, struct pt_regs *regs)
{
	dmafp_group_lock_record(container_of(kp, struct dmafp_group_lock, lock),
				regs, DMAFP_RECORD_LOCK);
	return 0;
}
NOKPROBE_SYMBOL(dmafp_group_lock_on_lock);

static int dmafp_group_lock_on_unlock(struct kprobe *kp, struct pt_regs *regs)
{
	dmafp_group_lock_record(container_of(kp, struct dmafp_group_lock, unlock),
				regs, DMAFP_RECORD_UNLOCK);
	return 0;
}
NOKPROBE_SYMBOL(dmafp_group_lock_on_unlock);

/* The allocation may be larger than the structure, which KASAN would mind. */
bool dmafp_group_lock_held(const struct dmafp_group_lock *gl)
{
	const unsigned long *words = (const unsigned long *)gl->begin;
	unsigned long word;
	size_t i;

	for (i = 0; i < gl->bytes / sizeof(*words); i++) {
		word = READ_ONCE_NOCHECK(words[i]);
		if ((word & ~DMAFP_GROUP_LOCK_FLAGS) == (unsigned long)current)
			return true;
	}
	return false;
}
NOKPROBE_SYMBOL(dmafp_group_lock_held);

bool dmafp_group_lock_missed(const struct dmafp_group_lock *gl)
{
	return gl->lock.nmissed || gl->unlock.nmissed;
}

int dmafp_group_lock_init(struct dmafp_group_lock *gl, struct device *dev,
			  struct dmafp_record_log *log)
{
	int err;

	/* A device stays in its group as long as it is there. */
	gl->begin = (unsigned long)dev->iommu_group;
	gl->bytes = dev->iommu_group ? ksize(dev->iommu_group) : 0;
	gl->log = log;
	if (!log)
		return 0;

	gl->lock.symbol_name = DMAFP_GROUP_LOCK_SYMBOL;
	gl->lock.pre_handler = dmafp_group_lock_on_lock;
	gl->lock.post_handler = dmafp_probe_no_jump;
	gl->unlock.symbol_name = "mutex_unlock";
	gl->unlock.pre_handler = dmafp_group_lock_on_unlock;
	gl->unlock.post_handler = dmafp_probe_no_jump;

	err = register_kprobe(&gl->lock);
	if (err)
		return err;
	err = register_kprobe(&gl->unlock);
	if (err)
		unregister_kprobe(&gl->lock);
	return err;
}

/* Waits until no handler runs any more. */
void dmafp_group_lock_exit(struct dmafp_group_lock *gl)
{
	if (!gl->log)
		return;
	unregister_kprobe(&gl->unlock);
	unregister_kprobe(&gl->lock);
}
