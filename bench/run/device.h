/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions as sysfs shows them: found, judged, bound and given back. */
#ifndef DMAFP_RUN_DEVICE_H
#define DMAFP_RUN_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define DMAFP_DEVICE_DRIVER "dmafp" /* of the module */

/**
 * struct dmafp_pci_device - one PCI function
 * @pci: address, "0000:00:04.0"
 * @segment: of the address; @bus, @devfn likewise
 * @vendor: PCI ids; @device likewise
 * @class_code: 24 bits
 * @label: "nvme", "nic", or the class in hex
 * @driver: bound now, "" if none
 * @driver_override: as it was found, "" if none
 * @group: IOMMU group, -1 if none
 * @group_type: "DMA", "DMA-FQ", "identity", "" if not known
 * @unit: IOMMU it is behind: "dmar0", "ivhd0", "" if none
 * @iommu: driver of the unit: "intel-iommu", "amd-iommu", or the unit's name
 * @node: NUMA node, -1 if none
 * @why_not: why it cannot be measured, "" if it can
 */
struct dmafp_pci_device {
	char pci[32];
	uint32_t segment;
	uint8_t bus, devfn;
	uint16_t vendor, device;
	uint32_t class_code;
	char label[16];
	char driver[64];
	char driver_override[64];
	int group;
	char group_type[32];
	char unit[64];
	char iommu[64];
	int node;
	char why_not[256];
};

/** struct dmafp_device_list - PCI functions, in the order of their addresses */
struct dmafp_device_list {
	struct dmafp_pci_device *items;
	size_t nr;
};

/**
 * dmafp_device_list_read() - all PCI functions of the machine
 * @sysfs: where sysfs is mounted, "/sys"; tests have another
 * @list: out; release it with dmafp_device_list_release()
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_device_list_read(const char *sysfs, struct dmafp_device_list *list,
			   struct dmafp_err *err);

/** dmafp_device_list_release() - free what the list holds */
void dmafp_device_list_release(struct dmafp_device_list *list);

/**
 * dmafp_device_parse() - take a PCI address apart
 * @text: "0000:00:04.0", or "00:04.0" for segment 0
 * @device: out: its address; nothing else is touched
 *
 * Return: 0, or -EINVAL.
 */
int dmafp_device_parse(const char *text, struct dmafp_pci_device *device);

/**
 * dmafp_device_find() - one PCI function, as sysfs shows it now
 * @sysfs: see dmafp_device_list_read()
 * @text: its address, see dmafp_device_parse()
 * @device: out
 * @err: filled on failure: it is no address, or nobody's
 *
 * Return: 0, or a negative errno.
 */
int dmafp_device_find(const char *sysfs, const char *text,
		      struct dmafp_pci_device *device, struct dmafp_err *err);

/** dmafp_device_address() - dmafp_device_parse(), and says what is wrong; 0, or -EINVAL */
int dmafp_device_address(const char *text, struct dmafp_pci_device *device,
			 struct dmafp_err *err);

/** dmafp_device_is_bridge() - it leads to other devices, or to another bus */
bool dmafp_device_is_bridge(const struct dmafp_pci_device *device);

/**
 * dmafp_device_group_in_use() - is another device of its IOMMU group in use?
 * @except: addresses that are in nobody's way, NULL behind the last; NULL: none
 * @other: out: which
 * @size: bytes of @other
 *
 * Bridges are not, nor what is bound to the module or to vfio-pci.
 */
bool dmafp_device_group_in_use(const char *sysfs, const struct dmafp_pci_device *device,
			       const char *const *except, char *other, size_t size);

/**
 * dmafp_device_put_override() - name the only driver that may be bound to a device
 * @driver: "": any that fits
 *
 * Return: 0, or a negative errno.
 */
int dmafp_device_put_override(const char *sysfs, const char *pci, const char *driver);

/**
 * dmafp_device_put_driver() - write the device's address to a file of a driver
 * @name: "bind" or "unbind"
 *
 * Return: 0, or a negative errno.
 */
int dmafp_device_put_driver(const char *sysfs, const char *driver, const char *name,
			    const char *pci);

/** dmafp_device_refresh() - which driver is bound now: @device->driver */
void dmafp_device_refresh(const char *sysfs, struct dmafp_pci_device *device);

/**
 * dmafp_device_bind() - bind a device to the module by driver_override
 *
 * Return: 0, or a negative errno with the device as it was.
 */
int dmafp_device_bind(const char *sysfs, struct dmafp_pci_device *device,
		      struct dmafp_err *err);

/**
 * dmafp_device_unbind() - give a device back: no driver, and the
 * driver_override that it was found with
 *
 * Return: 0, or a negative errno.
 */
int dmafp_device_unbind(const char *sysfs, struct dmafp_pci_device *device,
			struct dmafp_err *err);

/**
 * dmafp_device_rediscover() - remove an unbound device and find it again
 *
 * The kernel forgets all about the device, so that its next map is a first
 * one.  A driver that takes it when it comes back is unbound from it.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_device_rediscover(const char *sysfs, struct dmafp_pci_device *device,
			    struct dmafp_err *err);

#endif /* DMAFP_RUN_DEVICE_H */
