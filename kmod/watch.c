// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/device.h>
#include <linux/irq_work.h>
#include <linux/kprobes.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include "compat.h"
#include "context.h"
#include "probe.h"
#include "uapi/dmafp.h"
#include "watch.h"

/* Calls that can be followed at the same time, of all devices together. */
#define DMAFP_WATCH_MAX_ACTIVE	128

/* Stack frames of the probe itself, above those that matter. */
#define DMAFP_WATCH_OWN_STACK	16

/* A return address into a function is not far behind its beginning there. */
#define DMAFP_WATCH_ENTRY_BYTES	32

#define DMAFP_WATCH_ATOMIC	(DMAFP_WATCH_PREEMPT_OFF | \
				 DMAFP_WATCH_IRQS_OFF | DMAFP_WATCH_INTERRUPT)

/**
 * struct dmafp_watch_slot - a device
 * @dev: only compared; claimed by cmpxchg, never given back.  A device that
 *	comes to lie at the same address later has another name, so another slot.
 * @name: its name
 * @driver: its driver, empty if none
 * @named: released once @name and @driver are written
 * @inside: threads in iommu_deferred_attach() that found it deferred
 * @entries: how often that was
 * @overlaps: of these, with another one inside
 * @atomic: of these, in atomic context
 * @failed: attaches that failed
 * @first: how it was entered first
 * @has_first: released once @first is written
 * @breached: set by who writes @breach
 * @breach: how it was entered first as it should not be
 * @has_breach: released once @breach is written
 * @told: @breach was logged; only dmafp_watch_tell() looks at it
 */
struct dmafp_watch_slot {
	const struct device *dev;
	char name[DMAFP_WATCH_NAME_LEN];
	char driver[DMAFP_NAME_LEN];
	bool named;
	atomic_t inside;
	atomic_t entries;
	atomic_t overlaps;
	atomic_t atomic;
	atomic_t failed;
	struct dmafp_watch_entry first;
	bool has_first;
	atomic_t breached;
	struct dmafp_watch_entry breach;
	bool has_breach;
	bool told;
};

/**
 * struct dmafp_watcher - a watch, from when it is switched on
 * @enter: on iommu_deferred_attach()
 * @beside: keeps it from being turned into a jump, which would be another context
 * @added: see dmafp_context_measure()
 * @on: the probes are registered
 * @homeless: entries for which there was no slot
 * @tell: logs breaches, where that is safe
 * @slots: devices, in the order in which they came
 */
struct dmafp_watcher {
	struct kretprobe enter;
	struct kprobe beside;
	int added;
	bool on;
	atomic_t homeless;
	struct irq_work tell;
	struct dmafp_watch_slot slots[DMAFP_WATCH_MAX_DEVICES];
};

/* Protects the pointer and what it points to, but for what the handlers write. */
static DEFINE_MUTEX(dmafp_watch_lock);
static struct dmafp_watcher *dmafp_watcher;

/* --- in the probe */

static void dmafp_watch_name(struct dmafp_watch_slot *slot,
			     const struct device *dev)
{
	const struct device_driver *driver = READ_ONCE(dev->driver);

	strscpy(slot->name, dev_name(dev), sizeof(slot->name));
	if (driver)
		strscpy(slot->driver, driver->name, sizeof(slot->driver));
	/* Pairs with dmafp_watch_is_of() and dmafp_watch_look(). */
	smp_store_release(&slot->named, true);
}
NOKPROBE_SYMBOL(dmafp_watch_name);

/* One without a name was claimed this moment, for the device that it is now. */
static bool dmafp_watch_is_of(const struct dmafp_watch_slot *slot,
			      const struct device *dev)
{
	/* Pairs with dmafp_watch_name(). */
	return !smp_load_acquire(&slot->named) ||
	       !strncmp(slot->name, dev_name(dev), sizeof(slot->name) - 1);
}
NOKPROBE_SYMBOL(dmafp_watch_is_of);

/* All look in the same order, so that a device never gets two. */
static struct dmafp_watch_slot *dmafp_watch_find(struct dmafp_watcher *w,
						 const struct device *dev)
{
	const struct device *there;
	struct dmafp_watch_slot *slot;
	u32 i;

	for (i = 0; i < DMAFP_WATCH_MAX_DEVICES; i++) {
		slot = &w->slots[i];
		there = READ_ONCE(slot->dev);
		if (!there) {
			there = cmpxchg(&slot->dev, NULL, dev);
			if (!there) {
				dmafp_watch_name(slot, dev);
				return slot;
			}
		}
		if (there == dev && dmafp_watch_is_of(slot, dev))
			return slot;
	}
	return NULL;
}
NOKPROBE_SYMBOL(dmafp_watch_find);

/* Without an unwinder, where it was called from is what there is. */
static void dmafp_watch_save_caller(struct dmafp_watch_entry *entry,
				    const struct pt_regs *regs)
{
	entry->stack[0] = dmafp_probe_caller(regs);
	entry->nr_stack = entry->stack[0] ? 1 : 0;
}
NOKPROBE_SYMBOL(dmafp_watch_save_caller);

/* From the caller of iommu_deferred_attach() on: above it is the probe. */
static void dmafp_watch_save_stack(const struct dmafp_watcher *w,
				   struct dmafp_watch_entry *entry,
				   const struct pt_regs *regs)
{
	unsigned long begin = (unsigned long)w->enter.kp.addr;
	unsigned long frames[DMAFP_WATCH_OWN_STACK + DMAFP_WATCH_STACK];
	u32 nr = 0, own, i;

#ifdef CONFIG_STACKTRACE
	nr = stack_trace_save(frames, ARRAY_SIZE(frames), 0);
#endif
	for (own = 0; own < nr; own++) {
		if (frames[own] - begin < DMAFP_WATCH_ENTRY_BYTES)
			break;
	}
	if (own + 1 >= nr) {
		dmafp_watch_save_caller(entry, regs);
		return;
	}
	entry->nr_stack = min_t(u32, nr - own - 1, DMAFP_WATCH_STACK);
	for (i = 0; i < entry->nr_stack; i++)
		entry->stack[i] = frames[own + 1 + i];
}
NOKPROBE_SYMBOL(dmafp_watch_save_stack);

static void dmafp_watch_save(const struct dmafp_watcher *w,
			     struct dmafp_watch_entry *entry, u32 flags,
			     const struct pt_regs *regs)
{
	entry->flags = flags;
	entry->cpu = raw_smp_processor_id();
	entry->pid = current->pid;
	/* Not get_task_comm(), which may lock. */
	strscpy(entry->comm, current->comm, sizeof(entry->comm));
	dmafp_watch_save_stack(w, entry, regs);
}
NOKPROBE_SYMBOL(dmafp_watch_save);

static void dmafp_watch_note(struct dmafp_watcher *w,
			     struct dmafp_watch_slot *slot, u32 flags,
			     const struct pt_regs *regs)
{
	if (atomic_inc_return(&slot->entries) == 1) {
		dmafp_watch_save(w, &slot->first, flags, regs);
		/* Pairs with dmafp_watch_copy(). */
		smp_store_release(&slot->has_first, true);
	}
	if (flags & DMAFP_WATCH_OVERLAPS)
		atomic_inc(&slot->overlaps);
	if (flags & DMAFP_WATCH_ATOMIC)
		atomic_inc(&slot->atomic);
	if (flags && !atomic_xchg(&slot->breached, 1)) {
		dmafp_watch_save(w, &slot->breach, flags, regs);
		/* Pairs with dmafp_watch_copy() and dmafp_watch_tell(). */
		smp_store_release(&slot->has_breach, true);
		/* Not here: the caller may hold what a console needs. */
		irq_work_queue(&w->tell);
	}
}
NOKPROBE_SYMBOL(dmafp_watch_note);

/* iommu_deferred_attach(dev, domain); non-zero means not to follow it */
static int dmafp_watch_on_enter(struct kretprobe_instance *ri,
				struct pt_regs *regs)
{
	struct device *dev = (struct device *)regs_get_kernel_argument(regs, 0);
	struct dmafp_watch_slot **of = (struct dmafp_watch_slot **)ri->data;
	struct kretprobe *rp = get_kretprobe(ri);
	struct dmafp_watch_slot *slot;
	struct dmafp_watcher *w;
	u32 flags;

	if (!rp || !dmafp_compat_attach_deferred(dev))
		return 1;
	w = container_of(rp, struct dmafp_watcher, enter);
	slot = dmafp_watch_find(w, dev);
	if (!slot) {
		atomic_inc(&w->homeless);
		return 1;
	}

	flags = dmafp_context_flags(regs, w->added);
	if (atomic_inc_return(&slot->inside) > 1)
		flags |= DMAFP_WATCH_OVERLAPS;
	dmafp_watch_note(w, slot, flags, regs);
	*of = slot;
	return 0;
}
NOKPROBE_SYMBOL(dmafp_watch_on_enter);

static int dmafp_watch_on_return(struct kretprobe_instance *ri,
				 struct pt_regs *regs)
{
	struct dmafp_watch_slot *slot = *(struct dmafp_watch_slot **)ri->data;

	/* Not while it is being unregistered. */
	if (!get_kretprobe(ri))
		return 0;
	if ((int)regs_return_value(regs))
		atomic_inc(&slot->failed);
	atomic_dec(&slot->inside);
	return 0;
}
NOKPROBE_SYMBOL(dmafp_watch_on_return);

/* --- elsewhere */

/* In an interrupt, when the handler and whatever it interrupted allow one. */
static void dmafp_watch_tell(struct irq_work *work)
{
	struct dmafp_watcher *w = container_of(work, struct dmafp_watcher, tell);
	const struct dmafp_watch_entry *entry;
	struct dmafp_watch_slot *slot;
	u32 i;

	for (i = 0; i < DMAFP_WATCH_MAX_DEVICES; i++) {
		slot = &w->slots[i];
		entry = &slot->breach;
		/* Pairs with dmafp_watch_note(). */
		if (!smp_load_acquire(&slot->has_breach) || slot->told)
			continue;
		slot->told = true;
		pr_warn("%s (%s): deferred attach entered%s%s, by %s[%u] on CPU %u\n",
			slot->name, slot->driver[0] ? slot->driver : "no driver",
			entry->flags & DMAFP_WATCH_OVERLAPS ? " concurrently" : "",
			entry->flags & DMAFP_WATCH_ATOMIC ?
			" in atomic context" : "",
			entry->comm, entry->pid, entry->cpu);
	}
}

static int dmafp_watch_register(struct dmafp_watcher *w)
{
	int err;

	/* It says what kind of probe the function gets. */
	w->beside.symbol_name = "iommu_deferred_attach";
	w->beside.post_handler = dmafp_probe_no_jump;
	err = register_kprobe(&w->beside);
	if (err)
		return err;
	err = dmafp_context_measure(&w->beside, &w->added);
	if (err)
		goto err_enter;

	w->enter.kp.symbol_name = "iommu_deferred_attach";
	w->enter.entry_handler = dmafp_watch_on_enter;
	w->enter.handler = dmafp_watch_on_return;
	w->enter.data_size = sizeof(struct dmafp_watch_slot *);
	w->enter.maxactive = DMAFP_WATCH_MAX_ACTIVE;
	err = register_kretprobe(&w->enter);
	if (err)
		goto err_enter;
	w->on = true;
	return 0;

err_enter:
	unregister_kprobe(&w->beside);
	return err;
}

/* Waits until no handler runs any more; threads may still be inside. */
static void dmafp_watch_unregister(struct dmafp_watcher *w)
{
	if (!w || !w->on)
		return;
	unregister_kretprobe(&w->enter);
	unregister_kprobe(&w->beside);
	irq_work_sync(&w->tell);
	w->on = false;
}

static void dmafp_watch_forget(void)
{
	lockdep_assert_held(&dmafp_watch_lock);

	dmafp_watch_unregister(dmafp_watcher);
	kvfree(dmafp_watcher);
	dmafp_watcher = NULL;
}

int dmafp_watch_start(void)
{
	struct dmafp_watcher *w = kvzalloc(sizeof(*w), GFP_KERNEL);
	int err;

	if (!w)
		return -ENOMEM;
	init_irq_work(&w->tell, dmafp_watch_tell);

	mutex_lock(&dmafp_watch_lock);
	err = dmafp_watch_register(w);
	if (!err) {
		dmafp_watch_forget();
		dmafp_watcher = w;
	}
	mutex_unlock(&dmafp_watch_lock);
	if (!err)
		return 0;

	kvfree(w);
	return err == -ENOMEM ? err : -EOPNOTSUPP;
}

void dmafp_watch_stop(void)
{
	mutex_lock(&dmafp_watch_lock);
	dmafp_watch_unregister(dmafp_watcher);
	mutex_unlock(&dmafp_watch_lock);
}

void dmafp_watch_exit(void)
{
	mutex_lock(&dmafp_watch_lock);
	dmafp_watch_forget();
	mutex_unlock(&dmafp_watch_lock);
}

static void dmafp_watch_copy(struct dmafp_watch_slot *slot,
			     struct dmafp_watch_device *device)
{
	strscpy_pad(device->name, slot->name, sizeof(device->name));
	strscpy_pad(device->driver, slot->driver, sizeof(device->driver));
	device->entries = atomic_read(&slot->entries);
	device->overlaps = atomic_read(&slot->overlaps);
	device->atomic = atomic_read(&slot->atomic);
	device->failed = atomic_read(&slot->failed);
	/* Both pair with dmafp_watch_note(). */
	if (smp_load_acquire(&slot->has_first))
		device->first = slot->first;
	/* See above. */
	if (smp_load_acquire(&slot->has_breach))
		device->breach = slot->breach;
}

u32 dmafp_watch_look(struct dmafp_watch *arg,
		     struct dmafp_watch_device *devices)
{
	u32 room = arg->nr_devices, filled = 0, i;
	struct dmafp_watcher *w;

	arg->flags = 0;
	arg->nr_devices = 0;
	arg->missed = 0;
	if (IS_ENABLED(CONFIG_PREEMPT_COUNT))
		arg->flags |= DMAFP_WATCH_SEES_PREEMPT;

	mutex_lock(&dmafp_watch_lock);
	w = dmafp_watcher;
	if (w) {
		if (w->on)
			arg->flags |= DMAFP_WATCH_IS_ON;
		arg->missed = atomic_read(&w->homeless) + w->enter.nmissed +
			      w->enter.kp.nmissed;
	}
	for (i = 0; w && i < DMAFP_WATCH_MAX_DEVICES; i++) {
		/* Pairs with dmafp_watch_name(). */
		if (!smp_load_acquire(&w->slots[i].named))
			continue;
		arg->nr_devices++;
		if (filled < room)
			dmafp_watch_copy(&w->slots[i], &devices[filled++]);
	}
	mutex_unlock(&dmafp_watch_lock);
	return filled;
}
