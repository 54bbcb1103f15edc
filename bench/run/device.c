// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "run/device.h"

#define MODULE_DRIVER  DMAFP_DEVICE_DRIVER
#define CLASS_NVME     0x010802
#define CLASS_ETHERNET 0x0200 /* the upper 16 of 24 bits */
#define CLASS_BRIDGE   0x06   /* the upper 8 */

static char *attribute(const char *sysfs, const char *pci, const char *name)
{
	return dmafp_path("%s/bus/pci/devices/%s/%s", sysfs, pci, name);
}

static void read_text(const char *sysfs, const char *pci, const char *name, char *buf,
		      size_t size)
{
	char *path = attribute(sysfs, pci, name);

	dmafp_file_read_line(path, buf, size);
	free(path);
}

static long read_number(const char *sysfs, const char *pci, const char *name, long fallback)
{
	char text[32], *end;
	long value;

	read_text(sysfs, pci, name, text, sizeof(text));
	value = strtol(text, &end, 0);
	return end == text ? fallback : value;
}

/* Last part of where a link points to, "" if there is no link */
static void read_link(const char *sysfs, const char *pci, const char *name, char *buf,
		      size_t size)
{
	char *path = attribute(sysfs, pci, name), target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	const char *slash;

	target[n < 0 ? 0 : n] = '\0';
	slash = strrchr(target, '/');
	snprintf(buf, size, "%.*s", (int)size - 1, slash ? slash + 1 : target);
	free(path);
}

static void set_label(struct dmafp_pci_device *device)
{
	if (device->class_code == CLASS_NVME)
		snprintf(device->label, sizeof(device->label), "nvme");
	else if (device->class_code >> 8 == CLASS_ETHERNET)
		snprintf(device->label, sizeof(device->label), "nic");
	else
		snprintf(device->label, sizeof(device->label), "0x%06x",
			 device->class_code & 0xffffff);
}

static void set_iommu(const char *sysfs, struct dmafp_pci_device *device)
{
	char group[32];

	read_link(sysfs, device->pci, "iommu_group", group, sizeof(group));
	device->group = *group ? atoi(group) : -1;
	read_text(sysfs, device->pci, "iommu_group/type", device->group_type,
		  sizeof(device->group_type));
	read_link(sysfs, device->pci, "iommu", device->unit, sizeof(device->unit));
	if (!strncmp(device->unit, "dmar", 4))
		snprintf(device->iommu, sizeof(device->iommu), "intel-iommu");
	else if (!strncmp(device->unit, "ivhd", 4))
		snprintf(device->iommu, sizeof(device->iommu), "amd-iommu");
	else
		snprintf(device->iommu, sizeof(device->iommu), "%s", device->unit);
}

bool dmafp_device_is_bridge(const struct dmafp_pci_device *device)
{
	return device->class_code >> 16 == CLASS_BRIDGE;
}

static bool is_ours_or_idle(const char *driver)
{
	return !*driver || !strcmp(driver, MODULE_DRIVER);
}

/*
 * A bridge's driver makes no DMA by the group's domain; vfio-pci waits for somebody
 * who opens the group, and nobody can while the kernel's own DMA goes through it.
 */
static bool in_use(const char *sysfs, const char *pci)
{
	char driver[64];

	read_link(sysfs, pci, "driver", driver, sizeof(driver));
	return !is_ours_or_idle(driver) && strcmp(driver, "vfio-pci") &&
	       read_number(sysfs, pci, "class", 0) >> 16 != CLASS_BRIDGE;
}

static bool is_one_of(const char *pci, const char *const *list)
{
	for (; list && *list; list++)
		if (!strcmp(pci, *list))
			return true;
	return false;
}

bool dmafp_device_group_in_use(const char *sysfs, const struct dmafp_pci_device *device,
			       const char *const *except, char *other, size_t size)
{
	char *path = attribute(sysfs, device->pci, "iommu_group/devices");
	struct dirent *entry;
	DIR *dir = opendir(path);
	bool found = false;

	free(path);
	while (dir && !found && (entry = readdir(dir))) {
		found = entry->d_name[0] != '.' && strcmp(entry->d_name, device->pci) &&
			!is_one_of(entry->d_name, except) && in_use(sysfs, entry->d_name);
		if (found)
			snprintf(other, size, "%.31s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}

static void judge(const char *sysfs, struct dmafp_pci_device *device)
{
	size_t size = sizeof(device->why_not);
	char other[32];

	if (dmafp_device_is_bridge(device))
		snprintf(device->why_not, size, "it is a bridge");
	else if (!is_ours_or_idle(device->driver))
		snprintf(device->why_not, size,
			 "driver %s has it: dmafp prepare %s",
			 device->driver, device->pci);
	else if (device->group < 0)
		snprintf(device->why_not, size, "no IOMMU translates for it");
	else if (dmafp_device_group_in_use(sysfs, device, NULL, other, sizeof(other)))
		snprintf(device->why_not, size, "%s, in the same IOMMU group, is in use",
			 other);
}

static void read_device(const char *sysfs, struct dmafp_pci_device *device)
{
	const char *pci = device->pci;
	char override[sizeof(device->driver_override)];

	device->vendor = read_number(sysfs, pci, "vendor", 0);
	device->device = read_number(sysfs, pci, "device", 0);
	device->class_code = read_number(sysfs, pci, "class", 0);
	device->node = read_number(sysfs, pci, "numa_node", -1);
	read_link(sysfs, pci, "driver", device->driver, sizeof(device->driver));
	read_text(sysfs, pci, "driver_override", override, sizeof(override));
	/* left by a run that was killed: nobody else would want it back */
	if (strcmp(override, "(null)") && strcmp(override, MODULE_DRIVER))
		strcpy(device->driver_override, override);
	set_label(device);
	set_iommu(sysfs, device);
	judge(sysfs, device);
}

int dmafp_device_parse(const char *text, struct dmafp_pci_device *device)
{
	unsigned int segment = 0, bus, slot, function;
	int end = 0;

	/* scanf would take signs, blanks and 0x as well */
	if (text[strspn(text, "0123456789abcdefABCDEF:.")])
		return -EINVAL;
	if (sscanf(text, "%x:%x:%x.%x%n", &segment, &bus, &slot, &function, &end) != 4 ||
	    text[end]) {
		segment = 0;
		end = 0;
		if (sscanf(text, "%x:%x.%x%n", &bus, &slot, &function, &end) != 3 ||
		    text[end])
			return -EINVAL;
	}
	if (bus > 255 || slot > 31 || function > 7)
		return -EINVAL;
	device->segment = segment;
	device->bus = bus;
	device->devfn = slot << 3 | function;
	snprintf(device->pci, sizeof(device->pci), "%04x:%02x:%02x.%x", segment, bus,
		 slot, function);
	return 0;
}

int dmafp_device_address(const char *text, struct dmafp_pci_device *device,
			 struct dmafp_err *err)
{
	if (!dmafp_device_parse(text, device))
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
			     "'%s' is no PCI address, which looks like 0000:00:04.0", text);
}

int dmafp_device_find(const char *sysfs, const char *text,
		      struct dmafp_pci_device *device, struct dmafp_err *err)
{
	char *path;
	int there;

	*device = (struct dmafp_pci_device) { .node = -1 };
	if (dmafp_device_address(text, device, err))
		return -EINVAL;
	path = attribute(sysfs, device->pci, "");
	there = dmafp_file_exists(path);
	free(path);
	if (!there)
		return dmafp_err_set(err, ENODEV, DMAFP_EXIT_DEVICE,
				     "no PCI device %s (see 'dmafp list devices')",
				     device->pci);
	read_device(sysfs, device);
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct dmafp_pci_device *x = a, *y = b;

	if (x->segment != y->segment)
		return x->segment < y->segment ? -1 : 1;
	if (x->bus != y->bus)
		return x->bus < y->bus ? -1 : 1;
	return (int)x->devfn - (int)y->devfn;
}

int dmafp_device_list_read(const char *sysfs, struct dmafp_device_list *list,
			   struct dmafp_err *err)
{
	char *path = dmafp_path("%s/bus/pci/devices", sysfs);
	DIR *dir = opendir(path);
	struct dirent *entry;
	int ret = 0;

	*list = (struct dmafp_device_list) { 0 };
	/* no PCI bus at all: no devices */
	if (!dir && errno != ENOENT)
		ret = dmafp_err_errno(err, errno, "cannot read %s", path);
	while (dir && (entry = readdir(dir))) {
		struct dmafp_pci_device device = { .node = -1 };

		if (dmafp_device_parse(entry->d_name, &device))
			continue;
		read_device(sysfs, &device);
		list->items = dmafp_alloc_grow(list->items, list->nr, sizeof(device));
		list->items[list->nr++] = device;
	}
	if (dir)
		closedir(dir);
	if (list->nr)
		qsort(list->items, list->nr, sizeof(*list->items), compare);
	free(path);
	return ret;
}

void dmafp_device_list_release(struct dmafp_device_list *list)
{
	free(list->items);
	*list = (struct dmafp_device_list) { 0 };
}

static int put_attribute(const char *sysfs, const char *pci, const char *name,
			 const char *text)
{
	char *path = attribute(sysfs, pci, name);
	int ret = dmafp_file_put(path, text);

	free(path);
	return ret;
}

int dmafp_device_put_driver(const char *sysfs, const char *driver, const char *name,
			    const char *pci)
{
	char *path = dmafp_path("%s/bus/pci/drivers/%s/%s", sysfs, driver, name);
	int ret = dmafp_file_put(path, pci);

	free(path);
	return ret;
}

int dmafp_device_put_override(const char *sysfs, const char *pci, const char *driver)
{
	char line[80];

	/* an empty line clears it; no bytes at all would not be a write */
	snprintf(line, sizeof(line), "%s\n", driver);
	return put_attribute(sysfs, pci, "driver_override", line);
}

static int bind_failed(const struct dmafp_pci_device *device, int ret, struct dmafp_err *err)
{
	if (ret == -ENOENT)
		return dmafp_err_set(err, ENOENT, DMAFP_EXIT_MISSING,
				     "cannot bind %s: driver " MODULE_DRIVER
				     " is not registered, load the module: modprobe dmafp, or insmod its file",
				     device->pci);
	if (ret == -EACCES || ret == -EPERM)
		return dmafp_err_set(err, -ret, DMAFP_EXIT_PERMISSION,
				     "cannot bind %s: run as root", device->pci);
	return dmafp_err_set(err, -ret, DMAFP_EXIT_DEVICE,
			     "cannot bind %s to driver " MODULE_DRIVER
			     ": %s; the kernel log (dmesg) may say more",
			     device->pci, strerror(-ret));
}

void dmafp_device_refresh(const char *sysfs, struct dmafp_pci_device *device)
{
	read_link(sysfs, device->pci, "driver", device->driver, sizeof(device->driver));
}

int dmafp_device_bind(const char *sysfs, struct dmafp_pci_device *device,
		      struct dmafp_err *err)
{
	int ret;

	ret = dmafp_device_put_override(sysfs, device->pci, MODULE_DRIVER);
	if (ret) {
		/* no such attribute means no such device here */
		if (ret == -ENOENT)
			ret = -ENODEV;
		return bind_failed(device, ret, err);
	}
	dmafp_device_refresh(sysfs, device);
	if (strcmp(device->driver, MODULE_DRIVER))
		ret = dmafp_device_put_driver(sysfs, MODULE_DRIVER, "bind", device->pci);
	dmafp_device_refresh(sysfs, device);
	if (!ret && strcmp(device->driver, MODULE_DRIVER))
		ret = -ENODEV;
	if (ret) {
		dmafp_device_put_override(sysfs, device->pci, device->driver_override);
		return bind_failed(device, ret, err);
	}
	return 0;
}

int dmafp_device_unbind(const char *sysfs, struct dmafp_pci_device *device,
			struct dmafp_err *err)
{
	int ret, undo;

	ret = dmafp_device_put_driver(sysfs, MODULE_DRIVER, "unbind", device->pci);
	undo = dmafp_device_put_override(sysfs, device->pci, device->driver_override);
	dmafp_device_refresh(sysfs, device);
	if (!ret)
		ret = undo;
	if (!ret)
		return 0;
	return dmafp_err_set(err, -ret, DMAFP_EXIT_DEVICE,
			     "cannot give %s back: %s; look at %s/bus/pci/devices/%s: its "
			     "driver_override should be '%s'",
			     device->pci, strerror(-ret), sysfs, device->pci,
			     device->driver_override);
}

/* sysfs changes while we look: wait up to five seconds. */
static bool wait_present(const char *sysfs, const char *pci, int present)
{
	char *path = dmafp_path("%s/bus/pci/devices/%s", sysfs, pci);
	int tries = 500;

	while (dmafp_file_exists(path) != present && --tries)
		usleep(10 * 1000);
	free(path);
	return tries;
}

/* The bus of the device alone, where the kernel lets us name it. */
static int rescan(const char *sysfs, const struct dmafp_pci_device *device)
{
	char *bus = dmafp_path("%s/class/pci_bus/%04x:%02x/rescan", sysfs,
			       device->segment, device->bus);
	char *all = dmafp_path("%s/bus/pci/rescan", sysfs);
	int ret = dmafp_file_put(dmafp_file_exists(bus) ? bus : all, "1\n");

	free(bus);
	free(all);
	return ret;
}

int dmafp_device_rediscover(const char *sysfs, struct dmafp_pci_device *device,
			    struct dmafp_err *err)
{
	const char *pci = device->pci, *step = "remove";
	int ret;

	ret = put_attribute(sysfs, pci, "remove", "1\n");
	if (!ret && !wait_present(sysfs, pci, 0))
		ret = -EBUSY;
	if (!ret) {
		step = "find again";
		ret = rescan(sysfs, device);
	}
	if (!ret && !wait_present(sysfs, pci, 1))
		ret = -ENODEV;
	if (!ret) {
		step = "take back from its driver";
		dmafp_device_refresh(sysfs, device);
		if (*device->driver)
			ret = dmafp_device_put_driver(sysfs, device->driver, "unbind", pci);
		dmafp_device_refresh(sysfs, device);
	}
	if (!ret)
		return 0;
	return dmafp_err_set(err, -ret, DMAFP_EXIT_DEVICE,
			     "cannot %s %s: %s; echo 1 > %s/bus/pci/rescan finds all devices "
			     "that are there",
			     step, pci, strerror(-ret), sysfs);
}
