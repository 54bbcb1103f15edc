/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two functions of the DMA API of newer kernels, by name: the one goes on into the
 * other, which drivers call themselves, too.
 *
 *	echo N >/sys/module/newer_jump/parameters/calls
 *
 * calls the first N times and the second 2 N times, for the NVMe of module.sh.
 * With many=1 the first is called from a place of its own each time.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#error "this kernel has the functions itself"
#endif

#define NEWER_DEVFN	PCI_DEVFN(4, 0)

static bool many;
module_param(many, bool, 0644);
MODULE_PARM_DESC(many, "call from 80 places");

static noinline __attribute__((noipa)) void dma_iova_free(struct device *dev)
{
	barrier();
}

static noinline __attribute__((noipa)) void dma_iova_destroy(struct device *dev)
{
	barrier();
	dma_iova_free(dev);
}

#define NEWER_5(x)	do { x; x; x; x; x; } while (0)
#define NEWER_20(x)	do { NEWER_5(x); NEWER_5(x); NEWER_5(x); NEWER_5(x); } while (0)

static void newer_call_from_80(struct device *dev)
{
	NEWER_20(dma_iova_destroy(dev));
	NEWER_20(dma_iova_destroy(dev));
	NEWER_20(dma_iova_destroy(dev));
	NEWER_20(dma_iova_destroy(dev));
}

static void newer_call(struct device *dev, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		dma_iova_destroy(dev);
		dma_iova_free(dev);
		dma_iova_free(dev);
	}
}

static int newer_set(const char *value, const struct kernel_param *param)
{
	struct pci_dev *pdev = pci_get_domain_bus_and_slot(0, 0, NEWER_DEVFN);
	unsigned int nr;
	int err = kstrtouint(value, 0, &nr);

	if (!pdev)
		return -ENODEV;
	if (!err && many)
		newer_call_from_80(&pdev->dev);
	else if (!err)
		newer_call(&pdev->dev, nr);
	pci_dev_put(pdev);
	return err;
}

static const struct kernel_param_ops newer_ops = {
	.set = newer_set,
};

module_param_cb(calls, &newer_ops, NULL, 0200);
MODULE_PARM_DESC(calls, "how often");

MODULE_DESCRIPTION("Functions of newer kernels, for a test");
MODULE_LICENSE("GPL");
