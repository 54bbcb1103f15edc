// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Binding, bus mastering, ownership, loading and unloading.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "module_guest.h"

#define PCI_COMMAND	   4
#define PCI_COMMAND_MASTER 4

static struct guest_results results;

static int open_config(const char *pci, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", pci);
	return open(path, flags | O_CLOEXEC);
}

static __u16 command(const char *pci)
{
	int fd = open_config(pci, O_RDONLY);
	__u16 word = 0;

	check(pread(fd, &word, sizeof(word), PCI_COMMAND) == sizeof(word));
	close(fd);
	return word;
}

static bool is_master(const char *pci)
{
	return command(pci) & PCI_COMMAND_MASTER;
}

static void set_master(const char *pci, bool on)
{
	__u16 word = command(pci) & ~PCI_COMMAND_MASTER;
	int fd = open_config(pci, O_WRONLY);

	if (on)
		word |= PCI_COMMAND_MASTER;
	check(pwrite(fd, &word, sizeof(word), PCI_COMMAND) == sizeof(word));
	close(fd);
}

static void binds_only_by_override(void)
{
	check_errno(guest_unload(), 0);
	check_errno(guest_set(NVME, "driver_override", "\n"), 0);
	check_errno(guest_set(NIC, "driver_override", "\n"), 0);
	check_errno(guest_load(), 0);
	check(!guest_is_bound(NVME) && !guest_is_bound(NIC));
	check_errno(guest_write("/sys/bus/pci/drivers_probe", NVME), 0);
	check(!guest_is_bound(NVME));
	check_errno(guest_bind(NVME), ENODEV);

	check_errno(guest_set(NIC, "driver_override", "dmafp"), 0);
	check(!guest_is_bound(NIC));
	check_errno(guest_bind(NIC), 0);
	check(guest_is_bound(NIC) && !guest_is_bound(NVME));
	check_errno(guest_set(NVME, "driver_override", "dmafp"), 0);
	check_errno(guest_bind(NVME), 0);
}

/* Is a driver bound? Where pcieport is built in, it has the bridge. */
static bool has_driver(const char *pci)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver", pci);
	return !access(path, F_OK);
}

/* Without bus mastering a bridge would cut off what is behind it. */
static void refuses_a_bridge(void)
{
	bool had_driver = has_driver(BRIDGE);

	if (had_driver)
		check_errno(guest_set(BRIDGE, "driver/unbind", BRIDGE), 0);
	set_master(BRIDGE, true);
	check_errno(guest_set(BRIDGE, "driver_override", "dmafp"), 0);
	check_errno(guest_bind(BRIDGE), ENODEV);
	check(!guest_is_bound(BRIDGE));
	check(is_master(BRIDGE));
	check_errno(guest_set(BRIDGE, "driver_override", "\n"), 0);
	if (had_driver)
		check_errno(guest_write("/sys/bus/pci/drivers_probe", BRIDGE), 0);
	check(has_driver(BRIDGE) == had_driver);
}

/* What a device is like, apart from who has it */
struct state {
	unsigned char config[4096];
	ssize_t config_size;
	char attributes[6][64];
};

static const char *const state_attributes[] = {
	"driver_override", "dma_mask_bits", "consistent_dma_mask_bits", "enable", "msi_bus",
	"power_state",
};

static void read_state(const char *pci, struct state *state)
{
	int fd = open_config(pci, O_RDONLY);

	*state = (struct state) { 0 };
	state->config_size = pread(fd, state->config, sizeof(state->config), 0);
	check(state->config_size >= 256);
	close(fd);
	for (size_t i = 0; i < ARRAY_SIZE(state_attributes); i++)
		check_errno(guest_get(pci, state_attributes[i], state->attributes[i],
				      sizeof(state->attributes[i])), 0);
}

/* @name may differ. */
static void check_same_state(const struct state *a, const struct state *b, const char *name)
{
	check(a->config_size == b->config_size);
	check(!memcmp(a->config, b->config, sizeof(a->config)));
	for (size_t i = 0; i < ARRAY_SIZE(state_attributes); i++) {
		if (name && strstr(state_attributes[i], name))
			continue;
		if (strcmp(a->attributes[i], b->attributes[i]))
			printf("# %s: %s, was %s\n", state_attributes[i], b->attributes[i],
			       a->attributes[i]);
		check(!strcmp(a->attributes[i], b->attributes[i]));
	}
}

static void check_all(int fd, int want);

static void is_as_before(const char *pci, bool master)
{
	static struct state before, during, after;
	int fd;

	check_errno(guest_unbind(pci), 0);
	set_master(pci, master);
	read_state(pci, &before);
	check_errno(guest_bind(pci), 0);
	fd = guest_open(pci);
	check_all(fd, 0);
	read_state(pci, &during);
	/* nothing but what the module is meant to change */
	check(!(during.config[PCI_COMMAND] & PCI_COMMAND_MASTER));
	during.config[PCI_COMMAND] |= before.config[PCI_COMMAND] & PCI_COMMAND_MASTER;
	check_same_state(&before, &during, "mask_bits");
	close(fd);
	check_errno(guest_unbind(pci), 0);
	read_state(pci, &after);
	check_same_state(&before, &after, NULL);
	check_errno(guest_bind(pci), 0);
}

static void as_before(void)
{
	for (int master = 0; master < 2; master++) {
		is_as_before(NVME, master);
		is_as_before(NIC, master);
	}
}

/* What the PCI core starts with, and drivers that set no mask rely on. */
static void default_mask(void)
{
	char text[32];

	check_errno(guest_unbind(NVME), 0);
	check_errno(guest_get(NVME, "dma_mask_bits", text, sizeof(text)), 0);
	check(!strcmp(text, "32"));
	check_errno(guest_get(NVME, "consistent_dma_mask_bits", text, sizeof(text)), 0);
	check(!strcmp(text, "32"));
	check_errno(guest_bind(NVME), 0);
}

static void bus_mastering(void)
{
	struct dmafp_cell cell = guest_cell("map_page", 0, GUEST_PAGE);
	int fd;

	for (int on = 0; on < 2; on++) {
		check_errno(guest_unbind(NVME), 0);
		set_master(NVME, on);
		check(is_master(NVME) == on);
		check_errno(guest_bind(NVME), 0);
		check(!is_master(NVME));
		fd = guest_open(NVME);
		check_errno(guest_run(fd, cell, 1, 100, &results), 0);
		check(!is_master(NVME));
		close(fd);
		check(!is_master(NVME));
		check_errno(guest_unbind(NVME), 0);
		check(is_master(NVME) == on);
		check_errno(guest_bind(NVME), 0);
	}
}

/* As sysfs says. */
static void facts(void)
{
	static const char *const types[] = {
		[DMAFP_DOMAIN_NONE] = "none",	[DMAFP_DOMAIN_IDENTITY] = "identity",
		[DMAFP_DOMAIN_DMA] = "DMA",	[DMAFP_DOMAIN_DMA_FQ] = "DMA-FQ",
		[DMAFP_DOMAIN_OTHER] = "other",
	};
	const __u32 flags = DMAFP_DEV_IOMMU | DMAFP_DEV_DMA_IOMMU | DMAFP_DEV_COHERENT;
	struct dmafp_device device;
	char text[32];
	int fd = guest_open(NULL);

	check_errno(guest_select(fd, NVME, &device), 0);
	check(device.flags == flags);
	check_errno(guest_get(NVME, "iommu_group/type", text, sizeof(text)), 0);
	check(device.domain_type <= DMAFP_DOMAIN_OTHER &&
	      !strcmp(text, types[device.domain_type]));
	check_errno(guest_get(NVME, "dma_mask_bits", text, sizeof(text)), 0);
	check(device.dma_mask_bits == strtoul(text, NULL, 0));
	check_errno(guest_get(NVME, "numa_node", text, sizeof(text)), 0);
	check(device.node == atoi(text));
	close(fd);
}

/* Everything that needs a device. */
static void check_all(int fd, int want)
{
	struct dmafp_cell cell = guest_cell("map_page", 0, GUEST_PAGE);
	struct dmafp_first_map first = { .size = sizeof(first), .cell = cell };
	struct dmafp_count count = { .size = sizeof(count), .ops = 1, .cell = cell };

	check_errno(ioctl(fd, DMAFP_IOC_FIRST_MAP, &first), want);
	check_errno(ioctl(fd, DMAFP_IOC_COUNT, &count), want);
	check_errno(guest_run(fd, cell, 1, 8, &results), want);
}

static void no_device(void)
{
	int fd = guest_open(NULL);

	check_all(fd, ENODEV);
	check_errno(guest_select(fd, "0000:00:1f.0", NULL), ENODEV);
	check_errno(guest_select(fd, BRIDGE, NULL), ENODEV);
	check_all(fd, ENODEV);
	check_errno(guest_select(fd, NVME, NULL), 0);
	check_all(fd, 0);
	check_errno(guest_select(fd, "0000:00:1f.0", NULL), ENODEV);
	check_all(fd, 0);
	close(fd);
}

static void second_opener(void)
{
	int first = guest_open(NVME), second = guest_open(NULL);

	check_errno(guest_select(second, NVME, NULL), EBUSY);
	check_all(second, ENODEV);
	check_errno(guest_select(second, NIC, NULL), 0);
	check_errno(guest_select(first, NIC, NULL), EBUSY);
	check_all(first, 0);
	check_all(second, 0);
	/* selecting another gives up the one before */
	close(second);
	check_errno(guest_select(first, NIC, NULL), 0);
	second = guest_open(NVME);
	close(first);
	check_errno(guest_select(second, NIC, NULL), 0);
	close(second);
}

/* A selection does not outlive its binding, not even of the same device. */
static void unbound_meanwhile(void)
{
	int fd = guest_open(NVME);

	check_errno(guest_unbind(NVME), 0);
	check_all(fd, ENODEV);
	check_errno(guest_select(fd, NVME, NULL), ENODEV);
	check_errno(guest_bind(NVME), 0);
	check_all(fd, ENODEV);
	check_errno(guest_select(fd, NVME, NULL), 0);
	check_all(fd, 0);
	close(fd);
}

static void load_and_unload(void)
{
	int fd;

	for (int i = 0; i < 10; i++) {
		fd = guest_open(i % 2 ? NVME : NULL);
		check_errno(guest_unload(), EWOULDBLOCK);
		close(fd);
		check_errno(guest_unload(), 0);
		check(access("/dev/dmafp", F_OK) && errno == ENOENT);
		check_errno(guest_load(), 0);
		/* by driver_override, which outlives the driver */
		check(guest_is_bound(NVME) && guest_is_bound(NIC));
	}
	check_errno(guest_load(), EEXIST);
}

const struct guest_test device_tests[] = {
	{ "binds only by driver_override", binds_only_by_override },
	{ "refuses a bridge", refuses_a_bridge },
	{ "bus mastering is off while bound, then as before", bus_mastering },
	{ "an unbound device is as it was", as_before },
	{ "an unbound device has the default DMA mask", default_mask },
	{ "facts of a device", facts },
	{ "no device selected: ENODEV", no_device },
	{ "one owner at a time: EBUSY", second_opener },
	{ "unbound behind an open file: ENODEV", unbound_meanwhile },
	{ "load and unload, not while open", load_and_unload },
	{ 0 }
};
