// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/percpu.h>
#include <linux/ptrace.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "probe.h"
#include "tally.h"
#include "uapi/dmafp.h"

/* Places in a driver from where it calls what goes on into another function. */
#define DMAFP_TALLY_MAX_SITES	64

/* How a function stands to the others of the table */
enum dmafp_tally_way {
	DMAFP_TALLY_ALONE,	/* its call is a call of the driver */
	DMAFP_TALLY_OUTER,	/* the same, but it may go on into an inner one */
	DMAFP_TALLY_INNER,	/* a call of the driver, unless an outer one made it */
};

static const struct dmafp_tally_row {
	const char *name;
	u32 kind;
	enum dmafp_tally_way way;
} dmafp_tally_rows[] = {
#define ROW(_name, _kind, _way) \
	{ #_name, DMAFP_TALLY_##_kind, DMAFP_TALLY_##_way }
	ROW(iommu_deferred_attach, CHECK, ALONE),
	/* Outer before inner: no inner call may be seen of which the outer was not. */
	ROW(dma_map_page_attrs, MAP, OUTER),
	ROW(dma_map_resource, MAP, OUTER),
	ROW(dma_map_phys, MAP, INNER),
	ROW(dma_map_sg_attrs, MAP, ALONE),
	ROW(dma_map_sgtable, MAP, ALONE),
	ROW(dma_iova_link, MAP, ALONE),
	ROW(dma_unmap_page_attrs, UNMAP, OUTER),
	ROW(dma_unmap_resource, UNMAP, OUTER),
	ROW(dma_unmap_phys, UNMAP, INNER),
	ROW(dma_unmap_sg_attrs, UNMAP, ALONE),
	ROW(dma_iova_unlink, UNMAP, ALONE),
	ROW(dma_iova_destroy, UNMAP, OUTER),
	ROW(dma_alloc_attrs, ALLOC, ALONE),
	ROW(dma_alloc_pages, ALLOC, ALONE),
	ROW(dma_alloc_noncontiguous, ALLOC, ALONE),
	ROW(dma_free_attrs, FREE, ALONE),
	ROW(dma_free_pages, FREE, ALONE),
	ROW(dma_free_noncontiguous, FREE, ALONE),
	/* Without underscores until 6.9, then inline for a device that is coherent. */
	ROW(dma_sync_single_for_cpu, SYNC, ALONE),
	ROW(dma_sync_single_for_device, SYNC, ALONE),
	ROW(dma_sync_sg_for_cpu, SYNC, ALONE),
	ROW(dma_sync_sg_for_device, SYNC, ALONE),
	ROW(__dma_sync_single_for_cpu, SYNC, ALONE),
	ROW(__dma_sync_single_for_device, SYNC, ALONE),
	ROW(__dma_sync_sg_for_cpu, SYNC, ALONE),
	ROW(__dma_sync_sg_for_device, SYNC, ALONE),
	ROW(dma_iova_sync, SYNC, ALONE),
	ROW(dma_iova_try_alloc, RESERVE, ALONE),
	ROW(dma_iova_free, RELEASE, INNER),
#undef ROW
};

#define DMAFP_TALLY_NR_ROWS	ARRAY_SIZE(dmafp_tally_rows)

static_assert(DMAFP_TALLY_NR_ROWS <= DMAFP_TALLY_MAX_CALLS);

/**
 * struct dmafp_tally_counts - what one CPU counted
 * @calls: of each row
 */
struct dmafp_tally_counts {
	unsigned long calls[DMAFP_TALLY_NR_ROWS];
};

/**
 * struct dmafp_tally_probe - of one row
 * @tallier: whose it is
 * @kp: on the function
 * @present: it is, or was, registered
 * @begin: of the code of an outer function
 * @end: where that ends
 */
struct dmafp_tally_probe {
	struct dmafp_tallier *tallier;
	struct kprobe kp;
	bool present;
	unsigned long begin;
	unsigned long end;
};

/**
 * struct dmafp_tallier - a tally, from when it is switched on
 * @pdev: the device, with a reference as long as @on
 * @arg: how it was asked for
 * @on: the probes are registered
 * @counting: all of them are, and count
 * @counts: what was counted
 * @homeless: outer calls for whose call site there was no room
 * @sites: where outer functions are called from for the device, as return
 *	addresses; filled from the front, nothing is ever taken out
 * @probes: one for each row
 */
struct dmafp_tallier {
	struct pci_dev *pdev;
	struct dmafp_tally arg;
	bool on;
	bool counting;
	struct dmafp_tally_counts __percpu *counts;
	atomic_t homeless;
	unsigned long sites[DMAFP_TALLY_MAX_SITES];
	struct dmafp_tally_probe probes[DMAFP_TALLY_NR_ROWS];
};

/* Protects the pointer and what it points to, but for what the handlers write. */
static DEFINE_MUTEX(dmafp_tally_lock);
static struct dmafp_tallier *dmafp_tallier;

/* --- in the probes */

/* All look in the same order, so that a site never gets two places. */
static bool dmafp_tally_find_site(const struct dmafp_tallier *t,
				  unsigned long site)
{
	unsigned long there;
	u32 i;

	for (i = 0; i < DMAFP_TALLY_MAX_SITES; i++) {
		there = READ_ONCE(t->sites[i]);
		if (there == site)
			return true;
		if (!there)
			break;
	}
	return false;
}
NOKPROBE_SYMBOL(dmafp_tally_find_site);

static void dmafp_tally_add_site(struct dmafp_tallier *t, unsigned long site)
{
	unsigned long there;
	u32 i;

	for (i = 0; i < DMAFP_TALLY_MAX_SITES; i++) {
		there = READ_ONCE(t->sites[i]);
		if (!there)
			there = cmpxchg(&t->sites[i], 0, site);
		if (!there || there == site)
			return;
	}
	atomic_inc(&t->homeless);
}
NOKPROBE_SYMBOL(dmafp_tally_add_site);

/* Was it entered from an outer function, by a call or by a jump at its end? */
static bool dmafp_tally_is_inside(const struct dmafp_tallier *t,
				  unsigned long site)
{
	u32 i;

	for (i = 0; i < DMAFP_TALLY_NR_ROWS; i++) {
		if (site > t->probes[i].begin && site <= t->probes[i].end)
			return true;
	}
	return dmafp_tally_find_site(t, site);
}
NOKPROBE_SYMBOL(dmafp_tally_is_inside);

/* All of them have the device as their first argument. */
static bool dmafp_tally_is_of(const struct dmafp_tallier *t,
			      struct pt_regs *regs)
{
	return regs_get_kernel_argument(regs, 0) ==
	       (unsigned long)&t->pdev->dev;
}
NOKPROBE_SYMBOL(dmafp_tally_is_of);

static void dmafp_tally_add(const struct dmafp_tally_probe *probe)
{
	struct dmafp_tallier *t = probe->tallier;

	if (READ_ONCE(t->counting))
		this_cpu_inc(t->counts->calls[probe - t->probes]);
}
NOKPROBE_SYMBOL(dmafp_tally_add);

static int dmafp_tally_on_alone(struct kprobe *kp, struct pt_regs *regs)
{
	struct dmafp_tally_probe *probe =
		container_of(kp, struct dmafp_tally_probe, kp);

	if (dmafp_tally_is_of(probe->tallier, regs))
		dmafp_tally_add(probe);
	return 0;
}
NOKPROBE_SYMBOL(dmafp_tally_on_alone);

/* Also before it counts: the inner call may be after that. */
static int dmafp_tally_on_outer(struct kprobe *kp, struct pt_regs *regs)
{
	struct dmafp_tally_probe *probe =
		container_of(kp, struct dmafp_tally_probe, kp);

	if (dmafp_tally_is_of(probe->tallier, regs)) {
		dmafp_tally_add_site(probe->tallier, dmafp_probe_caller(regs));
		dmafp_tally_add(probe);
	}
	return 0;
}
NOKPROBE_SYMBOL(dmafp_tally_on_outer);

static int dmafp_tally_on_inner(struct kprobe *kp, struct pt_regs *regs)
{
	struct dmafp_tally_probe *probe =
		container_of(kp, struct dmafp_tally_probe, kp);

	if (dmafp_tally_is_of(probe->tallier, regs) &&
	    !dmafp_tally_is_inside(probe->tallier, dmafp_probe_caller(regs)))
		dmafp_tally_add(probe);
	return 0;
}
NOKPROBE_SYMBOL(dmafp_tally_on_inner);

/* --- on and off */

/* The kernel tells how long a function is only in words. */
static void dmafp_tally_find_code(struct dmafp_tally_probe *probe)
{
	unsigned long addr = (unsigned long)probe->kp.addr, offset, size;
	char text[2 * DMAFP_NAME_LEN];
	const char *plus;

	snprintf(text, sizeof(text), "%pS", probe->kp.addr);
	plus = strrchr(text, '+');
	if (!plus || sscanf(plus, "+%lx/%lx", &offset, &size) != 2)
		return;
	probe->begin = addr - offset;
	probe->end = probe->begin + size;
}

/* What the kernel lacks, or does not let be probed, is absent. */
static int dmafp_tally_register_one(struct dmafp_tallier *t, u32 i)
{
	static const kprobe_pre_handler_t handlers[] = {
		[DMAFP_TALLY_ALONE] = dmafp_tally_on_alone,
		[DMAFP_TALLY_OUTER] = dmafp_tally_on_outer,
		[DMAFP_TALLY_INNER] = dmafp_tally_on_inner,
	};
	const struct dmafp_tally_row *row = &dmafp_tally_rows[i];
	struct dmafp_tally_probe *probe = &t->probes[i];
	int err;

	probe->tallier = t;
	probe->kp.symbol_name = row->name;
	probe->kp.pre_handler = handlers[row->way];
	probe->kp.post_handler = dmafp_probe_no_jump;
	err = register_kprobe(&probe->kp);
	probe->present = !err;
	if (!err && row->way == DMAFP_TALLY_OUTER)
		dmafp_tally_find_code(probe);
	return err == -ENOMEM ? err : 0;
}

/* Waits until no handler runs any more. */
static void dmafp_tally_unregister(struct dmafp_tallier *t)
{
	struct kprobe *there[DMAFP_TALLY_NR_ROWS];
	u32 nr = 0, i;

	WRITE_ONCE(t->counting, false);
	for (i = 0; i < DMAFP_TALLY_NR_ROWS; i++) {
		if (t->probes[i].present)
			there[nr++] = &t->probes[i].kp;
	}
	unregister_kprobes(there, nr);
}

static int dmafp_tally_register(struct dmafp_tallier *t)
{
	bool any = false;
	int err = 0;
	u32 i;

	for (i = 0; i < DMAFP_TALLY_NR_ROWS && !err; i++) {
		err = dmafp_tally_register_one(t, i);
		any |= t->probes[i].present;
	}
	if (!err && !any)
		err = -EOPNOTSUPP;
	if (err) {
		dmafp_tally_unregister(t);
		return err;
	}
	t->on = true;
	WRITE_ONCE(t->counting, true);
	return 0;
}

/* Does nothing to one that has ended. */
static void dmafp_tally_end(struct dmafp_tallier *t)
{
	if (!t->on)
		return;
	dmafp_tally_unregister(t);
	pci_dev_put(t->pdev);
	t->on = false;
}

static void dmafp_tally_forget(void)
{
	lockdep_assert_held(&dmafp_tally_lock);

	if (!dmafp_tallier)
		return;
	dmafp_tally_end(dmafp_tallier);
	free_percpu(dmafp_tallier->counts);
	kvfree(dmafp_tallier);
	dmafp_tallier = NULL;
}

/* With its probes registered, in place of the one before. */
static int dmafp_tally_begin(struct dmafp_tallier *t)
{
	int err;

	mutex_lock(&dmafp_tally_lock);
	err = dmafp_tally_register(t);
	if (!err) {
		dmafp_tally_forget();
		dmafp_tallier = t;
	}
	mutex_unlock(&dmafp_tally_lock);
	return err;
}

static int dmafp_tally_start(const struct dmafp_tally *arg)
{
	struct dmafp_tallier *t;
	struct pci_dev *pdev;
	int err = -ENOMEM;

	pdev = pci_get_domain_bus_and_slot(arg->segment, arg->bus, arg->devfn);
	if (!pdev)
		return -ENODEV;
	t = kvzalloc(sizeof(*t), GFP_KERNEL);
	if (!t)
		goto err_alloc;
	t->counts = alloc_percpu(struct dmafp_tally_counts);
	if (!t->counts)
		goto err_begin;

	t->pdev = pdev;
	t->arg = *arg;
	err = dmafp_tally_begin(t);
	if (!err)
		return 0;

err_begin:
	free_percpu(t->counts);
	kvfree(t);
err_alloc:
	pci_dev_put(pdev);
	return err;
}

static void dmafp_tally_stop(void)
{
	mutex_lock(&dmafp_tally_lock);
	if (dmafp_tallier)
		dmafp_tally_end(dmafp_tallier);
	mutex_unlock(&dmafp_tally_lock);
}

bool dmafp_tally_valid(const struct dmafp_tally *arg)
{
	bool has_address = arg->segment || arg->bus || arg->devfn;

	switch (arg->flags) {
	case DMAFP_TALLY_ON:
		break;
	case DMAFP_TALLY_OFF:
	case 0:
		if (has_address)
			return false;
		break;
	default:
		return false;
	}
	return !arg->__reserved && !arg->__reserved2 &&
	       arg->nr_calls <= DMAFP_TALLY_MAX_CALLS &&
	       (arg->nr_calls || !arg->calls);
}

int dmafp_tally_switch(const struct dmafp_tally *arg)
{
	if (arg->flags == DMAFP_TALLY_ON)
		return dmafp_tally_start(arg);
	if (arg->flags == DMAFP_TALLY_OFF)
		dmafp_tally_stop();
	return 0;
}

void dmafp_tally_exit(void)
{
	mutex_lock(&dmafp_tally_lock);
	dmafp_tally_forget();
	mutex_unlock(&dmafp_tally_lock);
}

/* --- look */

static u64 dmafp_tally_sum(const struct dmafp_tallier *t, u32 i)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(t->counts, cpu)->calls[i]);
	return sum;
}

static void dmafp_tally_copy(const struct dmafp_tallier *t, u32 i,
			     struct dmafp_tally_call *call)
{
	const struct dmafp_tally_row *row = &dmafp_tally_rows[i];

	strscpy_pad(call->name, row->name, sizeof(call->name));
	call->kind = row->kind;
	call->flags = t->probes[i].present ? DMAFP_TALLY_PRESENT : 0;
	call->calls = dmafp_tally_sum(t, i);
}

static u64 dmafp_tally_missed(const struct dmafp_tallier *t)
{
	u64 missed = atomic_read(&t->homeless);
	u32 i;

	for (i = 0; i < DMAFP_TALLY_NR_ROWS; i++)
		missed += t->probes[i].kp.nmissed;
	return missed;
}

static void dmafp_tally_describe(const struct dmafp_tallier *t,
				 struct dmafp_tally *arg)
{
	arg->flags = t->on ? DMAFP_TALLY_IS_ON : 0;
	arg->segment = t->arg.segment;
	arg->bus = t->arg.bus;
	arg->devfn = t->arg.devfn;
	arg->nr_calls = DMAFP_TALLY_NR_ROWS;
	arg->missed = dmafp_tally_missed(t);
}

u32 dmafp_tally_look(struct dmafp_tally *arg, struct dmafp_tally_call *calls)
{
	u32 room = arg->nr_calls, filled = 0;
	const struct dmafp_tallier *t;

	arg->flags = 0;
	arg->nr_calls = 0;
	arg->missed = 0;

	mutex_lock(&dmafp_tally_lock);
	t = dmafp_tallier;
	if (t) {
		dmafp_tally_describe(t, arg);
		for (; filled < min(room, arg->nr_calls); filled++)
			dmafp_tally_copy(t, filled, &calls[filled]);
	}
	mutex_unlock(&dmafp_tally_lock);
	return filled;
}
