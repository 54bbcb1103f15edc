// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitops.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "compat.h"
#include "device.h"

/* Below a page no IOMMU maps anything. */
#define DMAFP_DEVICE_MASK_MIN	12
#define DMAFP_DEVICE_MASK_MAX	64

static DEFINE_MUTEX(dmafp_device_registry_lock);
static LIST_HEAD(dmafp_device_registry);

static void dmafp_device_free(struct kref *ref)
{
	kfree(container_of(ref, struct dmafp_bound_device, ref));
}

void dmafp_device_put(struct dmafp_bound_device *bound)
{
	kref_put(&bound->ref, dmafp_device_free);
}

/*
 * The function may still be doing DMA for the driver, or the kernel, that had
 * it before.  Nothing here needs it to: only the mapping API is exercised.
 */
static void dmafp_device_take(struct dmafp_bound_device *bound,
			      struct pci_dev *pdev)
{
	u16 command;

	pci_read_config_word(pdev, PCI_COMMAND, &command);
	bound->was_master = command & PCI_COMMAND_MASTER;
	bound->is_busmaster = pdev->is_busmaster;
	bound->dma_mask = dma_get_mask(&pdev->dev);
	bound->coherent_dma_mask = pdev->dev.coherent_dma_mask;
	bound->segment_size = dma_get_max_seg_size(&pdev->dev);
	pci_clear_master(pdev);
	/* An entry of map_sg may be as long as a buffer. */
	dma_set_max_seg_size(&pdev->dev, UINT_MAX);
}

/*
 * Not by pci_set_master(), which also sets a latency timer.  The masks are what
 * a next driver that sets none relies on.
 */
static void dmafp_device_give_back(const struct dmafp_bound_device *bound,
				   struct pci_dev *pdev)
{
	u16 command;

	*pdev->dev.dma_mask = bound->dma_mask;
	pdev->dev.coherent_dma_mask = bound->coherent_dma_mask;
	dma_set_max_seg_size(&pdev->dev, bound->segment_size);
	pdev->is_busmaster = bound->is_busmaster;
	pci_read_config_word(pdev, PCI_COMMAND, &command);
	if (bound->was_master)
		pci_write_config_word(pdev, PCI_COMMAND,
				      command | PCI_COMMAND_MASTER);
}

static int dmafp_device_set_mask(struct device *dev)
{
	int err = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(64));

	return err ? dma_set_mask_and_coherent(dev, DMA_BIT_MASK(32)) : 0;
}

static int dmafp_device_probe(struct pci_dev *pdev,
			      const struct pci_device_id *id)
{
	struct dmafp_bound_device *bound;
	int err;

	/* Without bus mastering a bridge cuts off all that is behind it. */
	if (pdev->hdr_type != PCI_HEADER_TYPE_NORMAL)
		return -ENODEV;

	bound = kzalloc(sizeof(*bound), GFP_KERNEL);
	if (!bound)
		return -ENOMEM;
	dmafp_device_take(bound, pdev);
	err = dmafp_device_set_mask(&pdev->dev);
	if (err) {
		dmafp_device_give_back(bound, pdev);
		kfree(bound);
		return err;
	}

	kref_init(&bound->ref);
	mutex_init(&bound->lock);
	bound->pdev = pdev;
	pci_set_drvdata(pdev, bound);

	mutex_lock(&dmafp_device_registry_lock);
	list_add_tail(&bound->entry, &dmafp_device_registry);
	mutex_unlock(&dmafp_device_registry_lock);
	return 0;
}

static void dmafp_device_remove(struct pci_dev *pdev)
{
	struct dmafp_bound_device *bound = pci_get_drvdata(pdev);

	mutex_lock(&dmafp_device_registry_lock);
	list_del(&bound->entry);
	mutex_unlock(&dmafp_device_registry_lock);

	/* Waits for a running measurement; later ones see @going. */
	WRITE_ONCE(bound->going, true);
	mutex_lock(&bound->lock);
	bound->pdev = NULL;
	mutex_unlock(&bound->lock);

	dmafp_device_give_back(bound, pdev);
	dmafp_device_put(bound);
}

static struct dmafp_bound_device *
dmafp_device_find(const struct dmafp_device *where)
{
	struct dmafp_bound_device *bound;

	lockdep_assert_held(&dmafp_device_registry_lock);

	/* In the list means not removed yet: @pdev is valid. */
	list_for_each_entry(bound, &dmafp_device_registry, entry) {
		struct pci_bus *bus = bound->pdev->bus;

		if (pci_domain_nr(bus) == where->segment &&
		    bus->number == where->bus &&
		    bound->pdev->devfn == where->devfn)
			return bound;
	}
	return NULL;
}

struct dmafp_bound_device *
dmafp_device_claim(const struct dmafp_device *where,
		   const struct dmafp_session *owner)
{
	struct dmafp_bound_device *bound;

	mutex_lock(&dmafp_device_registry_lock);
	bound = dmafp_device_find(where);
	if (!bound) {
		bound = ERR_PTR(-ENODEV);
	} else if (bound->owner && bound->owner != owner) {
		bound = ERR_PTR(-EBUSY);
	} else {
		bound->owner = owner;
		kref_get(&bound->ref);
	}
	mutex_unlock(&dmafp_device_registry_lock);
	return bound;
}

void dmafp_device_disclaim(struct dmafp_bound_device *bound)
{
	if (!bound)
		return;

	mutex_lock(&dmafp_device_registry_lock);
	bound->owner = NULL;
	mutex_unlock(&dmafp_device_registry_lock);
	dmafp_device_put(bound);
}

int dmafp_device_enter(struct dmafp_bound_device *bound)
{
	if (!bound)
		return -ENODEV;

	mutex_lock(&bound->lock);
	if (!dmafp_device_going(bound))
		return 0;
	mutex_unlock(&bound->lock);
	return -ENODEV;
}

bool dmafp_device_mask_valid(u32 bits)
{
	return !bits || (bits >= DMAFP_DEVICE_MASK_MIN &&
			 bits <= DMAFP_DEVICE_MASK_MAX);
}

/* Restoring cannot fail: the device had these masks before. */
static void dmafp_device_unmask(struct dmafp_bound_device *bound)
{
	struct device *dev = &bound->pdev->dev;

	if (!bound->masked)
		return;
	dma_set_mask(dev, bound->mask);
	dma_set_coherent_mask(dev, bound->coherent_mask);
	bound->masked = false;
}

static int dmafp_device_mask(struct dmafp_bound_device *bound, u32 bits)
{
	struct device *dev = &bound->pdev->dev;
	u64 mask = DMA_BIT_MASK(bits);

	/* Without translation the kernel would bounce, or warn. */
	if (!dmafp_compat_uses_dma_iommu(dev) &&
	    mask < dma_get_required_mask(dev))
		return -EOPNOTSUPP;

	bound->mask = dma_get_mask(dev);
	bound->coherent_mask = dev->coherent_dma_mask;
	bound->masked = true;
	if (!dma_set_mask_and_coherent(dev, mask))
		return 0;
	dmafp_device_unmask(bound);
	return -EOPNOTSUPP;
}

int dmafp_device_enter_masked(struct dmafp_bound_device *bound, u32 bits)
{
	int err;

	if (!dmafp_device_mask_valid(bits))
		return -EINVAL;
	err = dmafp_device_enter(bound);
	if (err || !bits)
		return err;
	err = dmafp_device_mask(bound, bits);
	if (err)
		dmafp_device_leave(bound);
	return err;
}

void dmafp_device_leave(struct dmafp_bound_device *bound)
{
	dmafp_device_unmask(bound);
	mutex_unlock(&bound->lock);
}

bool dmafp_device_deferred(struct device *dev)
{
	return dmafp_compat_attach_deferred(dev);
}

static u32 dmafp_device_domain_type(struct device *dev)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	if (!domain)
		return DMAFP_DOMAIN_NONE;

	switch (domain->type) {
	case IOMMU_DOMAIN_IDENTITY:
		return DMAFP_DOMAIN_IDENTITY;
	case IOMMU_DOMAIN_DMA:
		return DMAFP_DOMAIN_DMA;
	case IOMMU_DOMAIN_DMA_FQ:
		return DMAFP_DOMAIN_DMA_FQ;
	default:
		return DMAFP_DOMAIN_OTHER;
	}
}

void dmafp_device_describe(const struct dmafp_bound_device *bound,
			   struct dmafp_device *arg)
{
	struct device *dev = &bound->pdev->dev;

	arg->flags = 0;
	if (dev->iommu)
		arg->flags |= DMAFP_DEV_IOMMU;
	if (dmafp_device_deferred(dev))
		arg->flags |= DMAFP_DEV_ATTACH_DEFERRED;
	if (dmafp_compat_uses_dma_iommu(dev))
		arg->flags |= DMAFP_DEV_DMA_IOMMU;
	if (dev_is_dma_coherent(dev))
		arg->flags |= DMAFP_DEV_COHERENT;
	arg->domain_type = dmafp_device_domain_type(dev);
	arg->dma_mask_bits = fls64(dma_get_mask(dev));
	arg->node = dev_to_node(dev);
}

/* Empty: binds only what the administrator names by driver_override. */
static const struct pci_device_id dmafp_device_ids[] = {
	{ }
};

static struct pci_driver dmafp_device_driver = {
	.name		= KBUILD_MODNAME,
	.id_table	= dmafp_device_ids,
	.probe		= dmafp_device_probe,
	.remove		= dmafp_device_remove,
};

int dmafp_device_init(void)
{
	return pci_register_driver(&dmafp_device_driver);
}

void dmafp_device_exit(void)
{
	pci_unregister_driver(&dmafp_device_driver);
}
