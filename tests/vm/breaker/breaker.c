// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver of QEMU's edu device that maps once in its probe: as a driver must,
 * or in one of the ways that break what a deferred attach relies on.
 *
 *	mode=good	from one thread, where it may sleep
 *	mode=race	from two threads on two CPUs, at the same moment
 *	mode=atomic	with a spinlock held
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/dma-mapping.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define BREAKER_THREADS	2
#define BREAKER_VENDOR	0x1234
#define BREAKER_DEVICE	0x11e8

static char *mode = "good";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "good, race or atomic");

struct breaker {
	struct device *dev;
	void *buffers[BREAKER_THREADS];
	atomic_t waiting;
	struct completion done[BREAKER_THREADS];
	struct task_struct *threads[BREAKER_THREADS];
};

struct breaker_thread {
	struct breaker *breaker;
	unsigned int index;
};

/* Called by its name in the test: must be in the stack. */
static noinline int breaker_map(struct breaker *breaker, unsigned int index)
{
	dma_addr_t addr = dma_map_single(breaker->dev, breaker->buffers[index],
					 PAGE_SIZE, DMA_TO_DEVICE);

	if (dma_mapping_error(breaker->dev, addr))
		return -EIO;
	dma_unmap_single(breaker->dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	return 0;
}

static noinline int breaker_map_atomic(struct breaker *breaker)
{
	static DEFINE_SPINLOCK(lock);
	int err;

	spin_lock(&lock);
	err = breaker_map(breaker, 0);
	spin_unlock(&lock);
	return err;
}

static int breaker_race_thread(void *data)
{
	struct breaker_thread *self = data;
	struct breaker *breaker = self->breaker;

	atomic_dec(&breaker->waiting);
	while (atomic_read(&breaker->waiting) > 0)
		cpu_relax();
	if (breaker_map(breaker, self->index))
		dev_err(breaker->dev, "thread %u cannot map\n", self->index);
	/* in the kernel's text: the module may be unloaded at once */
	kthread_complete_and_exit(&breaker->done[self->index], 0);
}

static int breaker_map_race(struct breaker *breaker)
{
	struct breaker_thread args[BREAKER_THREADS];
	unsigned int i, cpu = cpumask_first(cpu_online_mask);

	if (num_online_cpus() < BREAKER_THREADS)
		return -EOPNOTSUPP;
	atomic_set(&breaker->waiting, BREAKER_THREADS);
	for (i = 0; i < BREAKER_THREADS; i++) {
		args[i] = (struct breaker_thread){ breaker, i };
		init_completion(&breaker->done[i]);
		breaker->threads[i] = kthread_create(breaker_race_thread, &args[i],
						     "breaker/%u", i);
		if (IS_ERR(breaker->threads[i]))
			goto err_stop;
		kthread_bind(breaker->threads[i], cpu);
		cpu = cpumask_next(cpu, cpu_online_mask);
	}
	for (i = 0; i < BREAKER_THREADS; i++)
		wake_up_process(breaker->threads[i]);
	for (i = 0; i < BREAKER_THREADS; i++)
		wait_for_completion(&breaker->done[i]);
	return 0;

err_stop:
	while (i--)
		kthread_stop(breaker->threads[i]);
	return -ENOMEM;
}

static int breaker_break(struct breaker *breaker)
{
	if (!strcmp(mode, "race"))
		return breaker_map_race(breaker);
	if (!strcmp(mode, "atomic"))
		return breaker_map_atomic(breaker);
	return breaker_map(breaker, 0);
}

static int breaker_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct breaker *breaker;
	unsigned int i;
	int err;

	breaker = devm_kzalloc(&pdev->dev, sizeof(*breaker), GFP_KERNEL);
	if (!breaker)
		return -ENOMEM;
	breaker->dev = &pdev->dev;
	for (i = 0; i < BREAKER_THREADS; i++) {
		breaker->buffers[i] = devm_kzalloc(&pdev->dev, PAGE_SIZE, GFP_KERNEL);
		if (!breaker->buffers[i])
			return -ENOMEM;
	}
	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(32));
	if (err)
		return err;
	return breaker_break(breaker);
}

static const struct pci_device_id breaker_ids[] = {
	{ PCI_DEVICE(BREAKER_VENDOR, BREAKER_DEVICE) },
	{ }
};
MODULE_DEVICE_TABLE(pci, breaker_ids);

static struct pci_driver breaker_driver = {
	.name = "breaker",
	.id_table = breaker_ids,
	.probe = breaker_probe,
};
module_pci_driver(breaker_driver);

MODULE_DESCRIPTION("Test driver that breaks what a deferred attach relies on");
MODULE_LICENSE("GPL");
