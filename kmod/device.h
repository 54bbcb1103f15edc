/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCI functions bound to the module.
 *
 * Locking and lifetime of a struct dmafp_bound_device:
 *
 *  - Probe creates it with one reference; the session that owns it holds a
 *    second one.  So it survives an unbind under an open file.
 *  - dmafp_device_registry_lock protects the list of bound devices and @owner.
 *  - @lock is held by whoever uses the device, for as long as he does, up to a
 *    whole measurement.  @pdev may be touched only with @lock held and @going
 *    clear, which is what dmafp_device_enter() gives.
 *  - Remove sets @going, which a running measurement polls between blocks,
 *    then takes @lock, that is, waits for the measurement to end.  After that
 *    nobody touches @pdev again.
 *
 * Lock order: the session's lock, then either of these two, never both.
 */
#ifndef DMAFP_DEVICE_H
#define DMAFP_DEVICE_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include "uapi/dmafp.h"

struct dmafp_session;

/**
 * struct dmafp_bound_device - a PCI function bound to the module
 * @ref: lifetime of this structure
 * @entry: in the list of bound devices
 * @owner: the session that selected it, or NULL
 * @lock: see above
 * @pdev: see above
 * @going: the function is being unbound
 * @was_master: bus mastering was on when the function was bound
 * @is_busmaster: the PCI core's note of it then
 * @dma_mask: DMA mask then
 * @coherent_dma_mask: the same for coherent memory
 * @segment_size: longest segment of a scatterlist then
 * @resource_used: bytes of its BARs that are spoken for
 * @masked: the masks are narrowed for whoever has entered
 * @mask: streaming DMA mask to go back to
 * @coherent_mask: coherent DMA mask to go back to
 */
struct dmafp_bound_device {
	struct kref ref;
	struct list_head entry;
	const struct dmafp_session *owner;
	struct mutex lock; /* held while the function is used */
	struct pci_dev *pdev;
	bool going;
	bool was_master;
	bool is_busmaster;
	u64 dma_mask;
	u64 coherent_dma_mask;
	unsigned int segment_size;
	u64 resource_used;
	bool masked;
	u64 mask;
	u64 coherent_mask;
};

/**
 * dmafp_device_init() - register the PCI driver
 *
 * Return: 0 or a negative errno.
 */
int dmafp_device_init(void);

/**
 * dmafp_device_exit() - unbind all functions and unregister the driver
 */
void dmafp_device_exit(void);

/**
 * dmafp_device_claim() - make a session the owner of a bound function
 * @where: segment, bus and devfn
 * @owner: the session
 *
 * Claiming again what the session owns already is fine.
 *
 * Return: the device with a reference for the caller, or ERR_PTR: -ENODEV if
 * no such function is bound, -EBUSY if another session owns it.
 */
struct dmafp_bound_device *
dmafp_device_claim(const struct dmafp_device *where,
		   const struct dmafp_session *owner);

/**
 * dmafp_device_disclaim() - give up a claimed device
 * @bound: the device, or NULL; the reference goes away, too
 */
void dmafp_device_disclaim(struct dmafp_bound_device *bound);

/**
 * dmafp_device_put() - drop a reference without giving up the claim
 * @bound: the device
 */
void dmafp_device_put(struct dmafp_bound_device *bound);

/**
 * dmafp_device_enter() - begin to use a claimed device
 * @bound: the device, or NULL
 *
 * Return: 0, then end with dmafp_device_leave(); -ENODEV if @bound is NULL or
 * unbound.
 */
int dmafp_device_enter(struct dmafp_bound_device *bound);

/**
 * dmafp_device_mask_valid() - can a DMA mask be so wide?
 * @bits: its width, 0 for the mask as bound
 *
 * Return: true if so.
 */
bool dmafp_device_mask_valid(u32 bits);

/**
 * dmafp_device_enter_masked() - begin to use a device with a DMA mask
 * @bound: the device, or NULL
 * @bits: width of the mask until dmafp_device_leave(), 0: as bound
 *
 * Return: 0; -ENODEV as dmafp_device_enter(); -EINVAL for a width out of range;
 * -EOPNOTSUPP if the device or the kernel does not take the mask.
 */
int dmafp_device_enter_masked(struct dmafp_bound_device *bound, u32 bits);

/**
 * dmafp_device_leave() - end to use a device
 * @bound: the device; its DMA mask is as bound again
 */
void dmafp_device_leave(struct dmafp_bound_device *bound);

/**
 * dmafp_device_going() - must a measurement stop, since remove waits for it?
 * @bound: the device, entered
 *
 * Return: true if so.
 */
static inline bool dmafp_device_going(const struct dmafp_bound_device *bound)
{
	return READ_ONCE(bound->going);
}

/**
 * dmafp_device_deferred() - will the next map attach the device?
 * @dev: a device
 *
 * Return: true if so.
 */
bool dmafp_device_deferred(struct device *dev);

/**
 * dmafp_device_describe() - fill in the facts
 * @bound: the device, entered
 * @arg: out
 */
void dmafp_device_describe(const struct dmafp_bound_device *bound,
			   struct dmafp_device *arg);

#endif /* DMAFP_DEVICE_H */
