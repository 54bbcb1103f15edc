// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/kprobes.h>
#include <linux/printk.h>
#include "symbol.h"

static unsigned long dmafp_symbol_lookup_absent(const char *name)
{
	return 0;
}

int dmafp_symbol_deferred_attach_absent(struct device *dev,
					struct iommu_domain *domain)
{
	return 0;
}

int dmafp_symbol_event_read_absent(struct perf_event *event, u64 *value,
				   u64 *enabled, u64 *running)
{
	return -EOPNOTSUPP;
}

DEFINE_STATIC_CALL(dmafp_lookup_name, dmafp_symbol_lookup_absent);
DEFINE_STATIC_CALL(dmafp_deferred_attach, dmafp_symbol_deferred_attach_absent);
DEFINE_STATIC_CALL(dmafp_event_read, dmafp_symbol_event_read_absent);

/* Written once, before the node exists. */
static bool dmafp_symbol_deferred_attach_found;
static bool dmafp_symbol_event_read_found;

/*
 * The entry of @name as a kprobe finds it.  On x86, the only architecture where
 * that may lie past the function's first instruction (ENDBR64), static calls
 * are direct calls and may go there.
 */
static unsigned long dmafp_symbol_by_kprobe(const char *name)
{
	struct kprobe kp = { .symbol_name = name };
	unsigned long addr;

	if (register_kprobe(&kp))
		return 0;
	addr = (unsigned long)kp.addr;
	unregister_kprobe(&kp);
	return addr;
}

void dmafp_symbol_init(void)
{
	unsigned long addr = dmafp_symbol_by_kprobe("kallsyms_lookup_name");

	if (!addr) {
		pr_info("kallsyms_lookup_name() cannot be probed\n");
		return;
	}
	static_call_update(dmafp_lookup_name,
			   (unsigned long (*)(const char *))addr);

	addr = static_call(dmafp_lookup_name)("iommu_deferred_attach");
	if (addr) {
		static_call_update(dmafp_deferred_attach,
				   (int (*)(struct device *,
					    struct iommu_domain *))addr);
		dmafp_symbol_deferred_attach_found = true;
	} else {
		pr_info("this kernel has no iommu_deferred_attach()\n");
	}

	addr = static_call(dmafp_lookup_name)("perf_event_read_local");
	if (addr) {
		static_call_update(dmafp_event_read,
				   (int (*)(struct perf_event *, u64 *, u64 *,
					    u64 *))addr);
		dmafp_symbol_event_read_found = true;
	}
}

bool dmafp_symbol_has_deferred_attach(void)
{
	return dmafp_symbol_deferred_attach_found;
}

bool dmafp_symbol_has_event_read(void)
{
	return dmafp_symbol_event_read_found;
}
