// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices that a real driver uses.  The drivers are those of the kernel; they
 * find their devices by themselves as soon as they are loaded.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "module_guest.h"

#define DISK "/dev/nvme0n1"

static const struct user {
	const char *pci, *driver;
} users[] = {
	{ NVME, "nvme" },
	{ NIC, "e1000e" },
};

static bool has_driver(const struct user *user)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%s/%s", user->driver, user->pci);
	return !access(path, F_OK);
}

static void set_override(const char *driver)
{
	for (size_t i = 0; i < ARRAY_SIZE(users); i++)
		check_errno(guest_set(users[i].pci, "driver_override", driver), 0);
}

static void give_to_drivers(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(users); i++) {
		check_errno(guest_unbind(users[i].pci), 0);
		check_errno(guest_set(users[i].pci, "driver_override", "\n"), 0);
		check_errno(guest_write("/sys/bus/pci/drivers_probe", users[i].pci), 0);
		check(has_driver(&users[i]));
	}
}

/* By DMA: the driver's part of the device still works. */
static bool disk_reads(void)
{
	static char block[GUEST_PAGE] __attribute__((aligned(GUEST_PAGE)));
	int fd = -1;
	bool ok;

	for (int i = 0; i < 1000 && fd < 0; i++) {
		fd = open(DISK, O_RDONLY | O_DIRECT | O_CLOEXEC);
		if (fd < 0)
			usleep(10000);
	}
	ok = pread(fd, block, sizeof(block), 0) == sizeof(block);
	close(fd);
	return ok;
}

static void in_use(void)
{
	int fd = guest_open(NULL);

	give_to_drivers();
	check(disk_reads());
	set_override("dmafp");
	for (size_t i = 0; i < ARRAY_SIZE(users); i++) {
		check_errno(guest_bind(users[i].pci), EBUSY);
		check_errno(guest_write("/sys/bus/pci/drivers_probe", users[i].pci), 0);
		check(has_driver(&users[i]) && !guest_is_bound(users[i].pci));
		check_errno(guest_select(fd, users[i].pci, NULL), ENODEV);
	}
	check(disk_reads());
	close(fd);
	/* loading the module does not take them either */
	check_errno(guest_unload(), 0);
	check_errno(guest_load(), 0);
	for (size_t i = 0; i < ARRAY_SIZE(users); i++)
		check(has_driver(&users[i]) && !guest_is_bound(users[i].pci));
	check(disk_reads());
}

static void take_from_drivers(void)
{
	char path[64];

	for (size_t i = 0; i < ARRAY_SIZE(users); i++) {
		snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%s/unbind", users[i].driver);
		check_errno(guest_write(path, users[i].pci), 0);
		check_errno(guest_set(users[i].pci, "driver_override", "dmafp"), 0);
		check_errno(guest_bind(users[i].pci), 0);
	}
}

/* From driver to module and back: what was measured leaves a device that works. */
static void to_and_fro(void)
{
	static struct guest_results results;
	int fd;

	for (int i = 0; i < 3; i++) {
		take_from_drivers();
		fd = guest_open(NVME);
		check_errno(guest_run(fd, guest_cell("map_page", 0, GUEST_PAGE), 1, 100, &results),
			    0);
		close(fd);
		give_to_drivers();
		check(disk_reads());
	}
}

static void drivers_in_use(void)
{
	static const char *const files[] = { "/nvme-core.ko", "/nvme.ko", "/e1000e.ko" };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		check_errno(guest_load_file(files[i]), 0);
	in_use();
	to_and_fro();
	take_from_drivers();
	check_errno(syscall(SYS_delete_module, "nvme", O_NONBLOCK), 0);
	check_errno(syscall(SYS_delete_module, "nvme_core", O_NONBLOCK), 0);
	check_errno(syscall(SYS_delete_module, "e1000e", O_NONBLOCK), 0);
}

const struct guest_test driver_tests[] = {
	{ "devices in use are refused, then given and taken", drivers_in_use },
	{ 0 }
};
