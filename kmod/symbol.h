/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel functions that are not exported to modules.
 *
 * They are called through static calls, that is by a patched direct call.  An
 * indirect one could fault: under IBT the kernel seals (overwrites) the
 * ENDBR64 of functions whose address it never takes itself.  A direct call
 * needs no ENDBR64, no kCFI hash and no retpoline.  Architectures without
 * static calls fall back to a correctly typed pointer.
 */
#ifndef DMAFP_SYMBOL_H
#define DMAFP_SYMBOL_H

#include <linux/static_call.h>
#include <linux/types.h>

struct device;
struct iommu_domain;
struct perf_event;

int dmafp_symbol_deferred_attach_absent(struct device *dev,
					struct iommu_domain *domain);

/* static_call(dmafp_deferred_attach)(dev, domain); 0 if it is not there */
DECLARE_STATIC_CALL(dmafp_deferred_attach, dmafp_symbol_deferred_attach_absent);

int dmafp_symbol_event_read_absent(struct perf_event *event, u64 *value,
				   u64 *enabled, u64 *running);

/* static_call(dmafp_event_read)(...) is perf_event_read_local(); -EOPNOTSUPP */
DECLARE_STATIC_CALL(dmafp_event_read, dmafp_symbol_event_read_absent);

/**
 * dmafp_symbol_init() - resolve all symbols
 *
 * A symbol that is not found is no error: what needs it says EOPNOTSUPP.
 */
void dmafp_symbol_init(void);

/**
 * dmafp_symbol_has_deferred_attach() - was iommu_deferred_attach() found?
 *
 * Return: true if so.
 */
bool dmafp_symbol_has_deferred_attach(void);

/**
 * dmafp_symbol_has_event_read() - was perf_event_read_local() found?
 *
 * Return: true if so.
 */
bool dmafp_symbol_has_event_read(void);

#endif /* DMAFP_SYMBOL_H */
