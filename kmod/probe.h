/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Proof that the path ran: calls of iommu_deferred_attach() and of the IOMMU
 * driver's attach_dev(), counted for one device, and for a first map also
 * recorded.  Only for the ioctls that count; never there while anything is timed
 * for its own sake.
 */
#ifndef DMAFP_PROBE_H
#define DMAFP_PROBE_H

#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/types.h>
#include "group_lock.h"

struct device;
struct dmafp_record_log;

/**
 * struct dmafp_probe - the probes for one device and what they counted
 * @dev: calls for other devices are ignored
 * @calls: calls of iommu_deferred_attach()
 * @attaches: calls of attach_dev()
 * @inside: attaches under way
 * @overlaps: attaches begun while another was under way
 * @held: attaches whose thread held a mutex of the group
 * @attach_ticks: summed ticks inside attach_dev()
 * @log: where everything is recorded, or NULL: it is only counted
 * @hold_us: how long an attach is held up
 * @group_lock: the mutexes of the device's group
 * @call: on iommu_deferred_attach()
 * @returns: on its return; only with @log
 * @attach: on attach_dev() of the device's domain
 * @beside: keeps @attach from being turned into a jump
 * @has_attach: @attach and @beside are registered
 *
 * The counters are atomic: the probes fire on any CPU.
 */
struct dmafp_probe {
	const struct device *dev;
	atomic64_t calls;
	atomic64_t attaches;
	atomic_t inside;
	atomic64_t overlaps;
	atomic64_t held;
	atomic64_t attach_ticks;
	struct dmafp_record_log *log;
	u32 hold_us;
	struct dmafp_group_lock group_lock;
	struct kprobe call;
	struct kretprobe returns;
	struct kretprobe attach;
	struct kprobe beside;
	bool has_attach;
};

/**
 * dmafp_probe_no_jump() - a post handler that does nothing
 * @kp: the probe
 * @regs: the registers
 * @flags: unused
 *
 * But a probe that has one is never turned into a jump.  A jump would outlive
 * unregister_kprobe() by some milliseconds, since the kernel takes it out later,
 * and whatever is timed then would pay for it.
 */
void dmafp_probe_no_jump(struct kprobe *kp, struct pt_regs *regs,
			 unsigned long flags);

/**
 * dmafp_probe_caller() - where a function that was entered just now returns to
 * @regs: the registers at its first instruction
 *
 * Return: that address; 0 if the architecture is not known.
 */
unsigned long dmafp_probe_caller(const struct pt_regs *regs);

/**
 * dmafp_probe_create() - begin to count
 * @dev: the device, held until dmafp_probe_destroy()
 * @log: where to record what is seen, outlives the probe; NULL: only count
 * @hold_us: how long to hold every attach up, where it begins
 *
 * Return: the probe, or ERR_PTR: -EOPNOTSUPP if the kernel cannot probe the
 * functions, -ENOMEM.
 */
struct dmafp_probe *dmafp_probe_create(struct device *dev,
				       struct dmafp_record_log *log,
				       u32 hold_us);

/**
 * dmafp_probe_missed() - did a call escape the probes?
 * @probe: the probe
 *
 * Return: true if so; the counters are then too low.
 */
bool dmafp_probe_missed(const struct dmafp_probe *probe);

/**
 * dmafp_probe_destroy() - end to count
 * @probe: the probe
 */
void dmafp_probe_destroy(struct dmafp_probe *probe);

#endif /* DMAFP_PROBE_H */
