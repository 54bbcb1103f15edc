/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only file that knows kernel versions.
 *
 * What is guarded against: features without which the module has nothing to
 * measure, and versions nobody has read the IOMMU core of.
 */
#ifndef DMAFP_COMPAT_H
#define DMAFP_COMPAT_H

#include <linux/version.h>
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/iommu.h>
#include <linux/mmzone.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0) || \
	LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#error "dmafp: supported kernels are 6.1 to 6.17"
#endif

#if !defined(CONFIG_IOMMU_API) || !defined(CONFIG_PCI)
#error "dmafp: the kernel needs CONFIG_IOMMU_API and CONFIG_PCI"
#endif

#if !defined(CONFIG_KPROBES) || !defined(CONFIG_KRETPROBES)
#error "dmafp: the kernel needs CONFIG_KPROBES with kretprobes"
#endif

/* The largest order of alloc_pages(), inclusive. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#define DMAFP_PAGE_ORDER_MAX	MAX_PAGE_ORDER
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define DMAFP_PAGE_ORDER_MAX	MAX_ORDER
#else
#define DMAFP_PAGE_ORDER_MAX	(MAX_ORDER - 1)
#endif

/*
 * Do the DMA API calls of @dev end up in drivers/iommu/dma-iommu.c?  Since 6.12
 * they do so by a direct call, before through a dma_map_ops table that only a
 * domain of the DMA API kind gets.
 */
static inline bool dmafp_compat_uses_dma_iommu(struct device *dev)
{
#if !IS_ENABLED(CONFIG_IOMMU_DMA)
	return false;
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	return dev->dma_iommu;
#else
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	return domain && (domain->type & __IOMMU_DOMAIN_DMA_API) &&
	       get_dma_ops(dev);
#endif
}

/*
 * Will the next map attach @dev?  Since 6.3 the core remembers, before it asks
 * the IOMMU driver.
 */
static inline bool dmafp_compat_attach_deferred(struct device *dev)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	return dev->iommu && dev->iommu->attach_deferred;
#else
	const struct iommu_ops *ops;

	if (!dev->iommu || !dev->iommu_group)
		return false;
	ops = dev_iommu_ops(dev);
	return ops->is_attach_deferred && ops->is_attach_deferred(dev);
#endif
}

#endif /* DMAFP_COMPAT_H */
