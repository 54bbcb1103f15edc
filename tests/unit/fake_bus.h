/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PCI bus on files that look like sysfs: what is written to driver_override, bind
 * and unbind has the effect that the kernel gives it.  The process can be made to die
 * at any write or sync.  Wants the linker's --wrap of what is defined here as __wrap_.
 */
#ifndef DMAFP_TEST_FAKE_BUS_H
#define DMAFP_TEST_FAKE_BUS_H

#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <stdarg.h>
#include <stdbool.h>

#include "tree.h"

#define BUS	 "sys/bus/pci/"
#define DEVICES	 "sys/devices/pci0000:00/"
#define DIED	 99 /* exit status of who died at a step */
#define NR_STEPS 64 /* more than anything here takes */

static int steps_left;		  /* until the process dies; 0: it does not */
static char steps[NR_STEPS + 1];  /* those that were: a letter each */
static const char *busy_node;	  /* end of a path that cannot be opened */
static const char *busy_when;	  /* and only once this file of the tree is there */
static int busy_errno;		  /* why: EBUSY is for who has it exclusively */
static char claimed[1024];	  /* paths below dev/ that were opened exclusively */
static struct ifaddrs *addresses; /* of all interfaces */
static int bind_fails;		  /* with this errno, by any driver */
static bool bind_raced;		  /* somebody else binds the driver just before */
static bool disk_full;		  /* nothing can be written but sysfs */
static bool own_disks;		  /* /dev/nvme* is that of the tree */

/* The device's native driver, which takes it by its ids */
struct fake_device {
	const char *pci, *native;
};

static const struct fake_device *fake_devices;

static void step(char letter)
{
	size_t nr = strlen(steps);

	if (nr < NR_STEPS)
		steps[nr] = letter;
	if (steps_left && !--steps_left)
		_exit(DIED);
}

/* --- what the kernel does */

static char *fake_text(const char *pci, const char *leaf)
{
	char *path = dmafp_path("%s/" DEVICES "%s/%s", tree, pci, leaf);
	static char text[256];

	dmafp_file_read_line(path, text, sizeof(text));
	free(path);
	return text;
}

/* "" if none */
static const char *fake_driver(const char *pci)
{
	char *path = dmafp_path("%s/" DEVICES "%s/driver", tree, pci);
	static char target[256];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	free(path);
	target[n < 0 ? 0 : n] = '\0';
	return n < 0 ? "" : strrchr(target, '/') + 1;
}

static void fake_set_driver(const char *pci, const char *driver)
{
	char *name = dmafp_path(DEVICES "%s/driver", pci);
	char *target = dmafp_path("../../../bus/pci/drivers/%s", driver);

	tree_drop(name);
	if (*driver)
		tree_link(name, target);
	free(name);
	free(target);
}

static bool fake_fits(const char *pci, const char *driver)
{
	const char *override = fake_text(pci, "driver_override");

	if (strcmp(override, "(null)"))
		return !strcmp(override, driver);
	for (const struct fake_device *device = fake_devices; device->pci; device++)
		if (!strcmp(device->pci, pci))
			return !strcmp(device->native, driver);
	return false;
}

static int fake_bind(const char *driver, const char *pci)
{
	if (bind_raced)
		fake_set_driver(pci, driver);
	if (*fake_driver(pci))
		return -EBUSY;
	if (!fake_fits(pci, driver))
		return -ENODEV;
	if (bind_fails)
		return -bind_fails;
	fake_set_driver(pci, driver);
	return 0;
}

static bool fake_is_there(const char *name)
{
	char *path = tree_path(name);
	bool there = dmafp_file_exists(path);

	free(path);
	return there;
}

static bool fake_has_driver(const char *driver)
{
	char *name = dmafp_path(BUS "drivers/%s/bind", driver);
	bool has = fake_is_there(name);

	free(name);
	return has;
}

static int fake_unbind(const char *driver, const char *pci)
{
	if (strcmp(fake_driver(pci), driver))
		return -ENODEV;
	fake_set_driver(pci, "");
	return 0;
}

static int fake_override(const char *pci, const char *text)
{
	char *path = dmafp_path("%s/" DEVICES "%s/driver_override", tree, pci);
	FILE *file = fopen(path, "we"); /* its writes are no steps */

	if (!file || fputs(strcmp(text, "\n") ? text : "(null)\n", file) < 0 ||
	    fclose(file))
		tree_fail("attribute", path);
	free(path);
	return 0;
}

/* The driver that fits, if it is loaded: none is no failure. */
static int fake_probe(const char *pci)
{
	const char *override = fake_text(pci, "driver_override");

	if (*fake_driver(pci))
		return 0;
	if (strcmp(override, "(null)"))
		return fake_has_driver(override) ? fake_bind(override, pci) : 0;
	for (const struct fake_device *device = fake_devices; device->pci; device++)
		if (!strcmp(device->pci, pci) && fake_has_driver(device->native))
			return fake_bind(device->native, pci);
	return 0;
}

static int fake_store(const char *path, const char *text)
{
	char one[64], file[64];

	if (!dmafp_file_exists(path))
		return -ENOENT;
	path += strlen(tree) + 1;
	if (!strcmp(path, BUS "drivers_probe"))
		return fake_probe(text);
	if (!strcmp(path, BUS "drivers_autoprobe"))
		return 0;
	if (sscanf(path, BUS "devices/%63[^/]/%63s", one, file) == 2 &&
	    !strcmp(file, "driver_override"))
		return fake_override(one, text);
	if (sscanf(path, BUS "drivers/%63[^/]/%63s", one, file) != 2)
		tree_fail("sense of a write to", path);
	if (!strcmp(file, "bind"))
		return fake_bind(one, text);
	return fake_unbind(one, text);
}

/* --- what is called instead */

int __real_fsync(int fd);
int __real_fdatasync(int fd);
ssize_t __real_write(int fd, const void *data, size_t len);
int __real_open(const char *path, int flags, ...);

int __wrap_dmafp_file_put(const char *path, const char *text);
int __wrap_dmafp_file_put(const char *path, const char *text)
{
	step('p');
	return fake_store(path, text);
}

int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	step('f');
	return __real_fsync(fd);
}

int __wrap_fdatasync(int fd);
int __wrap_fdatasync(int fd)
{
	step('d');
	return __real_fdatasync(fd);
}

/* Death also comes in the middle of it. */
ssize_t __wrap_write(int fd, const void *data, size_t len);
ssize_t __wrap_write(int fd, const void *data, size_t len)
{
	if (disk_full) {
		errno = ENOSPC;
		return -1;
	}
	step('w');
	if (steps_left == 1)
		__real_write(fd, data, len / 2);
	if (steps_left)
		step('w');
	return __real_write(fd, data, len);
}

int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	size_t len = strlen(path), end = busy_node ? strlen(busy_node) : 0;
	char own[512];
	mode_t mode;
	va_list ap;

	va_start(ap, flags);
	mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	if (own_disks && !strncmp(path, "/dev/nvme", 9)) {
		snprintf(own, sizeof(own), "%s%s", tree, path);
		return __wrap_open(own, flags, mode);
	}
	if (end && len >= end && !strcmp(path + len - end, busy_node) &&
	    !strncmp(path, tree, strlen(tree)) && (!busy_when || fake_is_there(busy_when))) {
		errno = busy_errno;
		return -1;
	}
	if (flags & O_EXCL && !(flags & O_CREAT) && strstr(path, "/dev/"))
		strncat(claimed, strstr(path, "/dev/"),
			sizeof(claimed) - strlen(claimed) - 1);
	return __real_open(path, flags, mode);
}

int getifaddrs(struct ifaddrs **all)
{
	*all = addresses;
	return 0;
}

void freeifaddrs(struct ifaddrs *all)
{
	(void)all;
}

/* --- making one */

static void __attribute__((unused))
fake_put(const char *pci, const char *leaf, const char *text)
{
	char *name = dmafp_path(DEVICES "%s/%s", pci, leaf);

	tree_put(name, text);
	free(name);
}

static void __attribute__((unused)) fake_add_driver(const char *driver)
{
	static const char *const files[] = { "bind", "unbind" };

	for (size_t i = 0; i < 2; i++) {
		char *name = dmafp_path(BUS "drivers/%s/%s", driver, files[i]);

		tree_put(name, "");
		free(name);
	}
}

/* @group < 0: behind no IOMMU */
static void __attribute__((unused))
fake_add(const char *pci, const char *class, int group, const char *driver)
{
	char *link = dmafp_path(BUS "devices/%s", pci);
	char *target = dmafp_path("../../../devices/pci0000:00/%s", pci), *name;

	fake_put(pci, "class", class);
	fake_put(pci, "driver_override", "(null)\n");
	tree_link(link, target);
	free(link);
	free(target);
	fake_set_driver(pci, driver);
	if (group < 0)
		return;
	name = dmafp_path(DEVICES "%s/iommu_group", pci);
	target = dmafp_path("../../../kernel/iommu_groups/%d", group);
	tree_link(name, target);
	free(name);
	free(target);
	name = dmafp_path("sys/kernel/iommu_groups/%d/devices/%s", group, pci);
	tree_put(name, "");
	free(name);
}

#endif /* DMAFP_TEST_FAKE_BUS_H */
