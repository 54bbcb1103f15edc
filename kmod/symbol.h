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

int dmafp_symbol_deferred_attach_absent(struct device *dev,
					struct iommu_domain *domain);

/* static_call(dmafp_deferred_attach)(dev, domain); 0 if it is not there */
DECLARE_STATIC_CALL(dmafp_deferred_attach, dmafp_symbol_deferred_attach_absent);

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

#endif /* DMAFP_SYMBOL_H */
