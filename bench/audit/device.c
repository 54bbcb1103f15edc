// SPDX-License-Identifier: GPL-2.0-or-later
/* The devices: which can be taken, and how they are attached. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/look.h"
#include "base/file.h"

/* Those that were named, or all that a profile may name by their class */
static bool is_wanted(const struct dmafp_audit *audit, const struct dmafp_pci_device *device)
{
	struct dmafp_pci_device named;
	size_t i;

	if (!audit->scope->nr_devices)
		return !strcmp(device->label, "nvme") || !strcmp(device->label, "nic");
	for (i = 0; i < audit->scope->nr_devices; i++)
		if (!dmafp_device_parse(audit->scope->devices[i], &named) &&
		    !strcmp(named.pci, device->pci))
			return true;
	return false;
}

/* The next one that is wanted from @i on; NULL: none */
static const struct dmafp_pci_device *next(const struct dmafp_audit *audit, size_t *i)
{
	while (*i < audit->devices.nr) {
		const struct dmafp_pci_device *device = &audit->devices.items[(*i)++];

		if (is_wanted(audit, device))
			return device;
	}
	return NULL;
}

static void say_none(struct dmafp_audit *audit)
{
	dmafp_say_unread(audit, "there is no such device");
}

/* "driver nvme has it: dmafp prepare ...": what to do is behind the colon */
static void say_why_not(struct dmafp_audit *audit, const struct dmafp_pci_device *device)
{
	bool named = audit->scope->nr_devices;
	char *command = dmafp_path("dmafp prepare %s", device->pci);
	const char *todo = strstr(device->why_not, ": ");
	size_t len = todo ? (size_t)(todo - device->why_not) : strlen(device->why_not);

	dmafp_say_command(audit, named ? DMAFP_FINDING_BLOCKS : DMAFP_FINDING_RECORDS,
			  strstr(device->why_not, command) ? command : NULL,
			  "%s %s cannot be taken: %.*s", device->label, device->pci,
			  (int)len, device->why_not);
	free(command);
}

static size_t count_usable(const struct dmafp_audit *audit)
{
	size_t i, nr = 0;

	for (i = 0; i < audit->devices.nr; i++)
		nr += !*audit->devices.items[i].why_not;
	return nr;
}

/* A name that is no device of this machine */
static void look_unknown(struct dmafp_audit *audit)
{
	struct dmafp_pci_device named;
	size_t i, j;

	for (i = 0; i < audit->scope->nr_devices; i++) {
		const char *name = audit->scope->devices[i];
		bool known = false;

		for (j = 0; j < audit->devices.nr; j++)
			known |= !dmafp_device_parse(name, &named) &&
				 !strcmp(named.pci, audit->devices.items[j].pci);
		if (!known)
			dmafp_say_command(audit, DMAFP_FINDING_BLOCKS, "dmafp list devices",
					  "there is no PCI device %s", name);
	}
}

static void look_devices(struct dmafp_audit *audit)
{
	const struct dmafp_pci_device *device;
	size_t i = 0;

	look_unknown(audit);
	while ((device = next(audit, &i)))
		if (*device->why_not)
			say_why_not(audit, device);
		else
			dmafp_say(audit, DMAFP_FINDING_GOOD, "%s %s can be taken",
				  device->label, device->pci);
	if (!audit->scope->nr_devices && !count_usable(audit))
		dmafp_say_command(audit, DMAFP_FINDING_BLOCKS, "dmafp list devices",
				  "none of %zu PCI devices can be taken",
				  audit->devices.nr);
}

/* "DMA" flushes at each unmap, "DMA-FQ" now and then; "identity" maps nothing. */
static void look_group(struct dmafp_audit *audit)
{
	const struct dmafp_pci_device *device;
	size_t i = 0, nr = 0;

	for (; (device = next(audit, &i)); nr++) {
		const char *type = device->group_type;
		char *command = dmafp_path("echo DMA > /sys/kernel/iommu_groups/%d/type",
					   device->group);

		if (device->group < 0)
			dmafp_say_unread(audit, "%s is in no IOMMU group", device->pci);
		else if (!strcmp(type, "identity"))
			dmafp_say_command(audit, DMAFP_FINDING_BLOCKS, command,
					  "%s: identity, nothing is mapped", device->pci);
		else if (*type)
			dmafp_say(audit, DMAFP_FINDING_RECORDS, "%s: %s, which is %s",
				  device->pci, type,
				  !strcmp(type, "DMA-FQ") ? "lazy" : "strict");
		else
			dmafp_say_unread(audit, "/sys/kernel/iommu_groups/%d/type",
					 device->group);
		free(command);
	}
	if (!nr)
		say_none(audit);
}

static int node_of_cpu(const struct dmafp_audit *audit, uint32_t cpu)
{
	struct dmafp_lines names;
	char pattern[80];
	int node = -1;

	snprintf(pattern, sizeof(pattern), "/sys/devices/system/cpu/cpu%u/node[0-9]*", cpu);
	dmafp_look_names(audit, pattern, &names);
	if (names.nr)
		node = atoi(strrchr(names.items[0], '/') + strlen("/node"));
	dmafp_lines_free(&names);
	return node;
}

/* The first measuring CPU that is on another node; DMAFP_CPULIST_MAX: none */
static uint32_t find_far(const struct dmafp_audit *audit, int node)
{
	uint32_t cpu = dmafp_cpulist_next(&audit->cpus, 0);

	while (cpu < DMAFP_CPULIST_MAX && node_of_cpu(audit, cpu) == node)
		cpu = dmafp_cpulist_next(&audit->cpus, cpu + 1);
	return cpu;
}

static void look_node(struct dmafp_audit *audit)
{
	const struct dmafp_pci_device *device;
	size_t i = 0, nr = 0;

	for (; (device = next(audit, &i)); nr++) {
		uint32_t far = device->node < 0 ? DMAFP_CPULIST_MAX
						: find_far(audit, device->node);
		char *command = dmafp_path("dmafp run --set cpus=node:%d", device->node);

		if (device->node < 0)
			dmafp_say(audit, DMAFP_FINDING_GOOD,
				  "%s is near no node in particular", device->pci);
		else if (far < DMAFP_CPULIST_MAX)
			dmafp_say_command(audit, DMAFP_FINDING_WARNS, command,
					  "%s is on node %d, CPU %u is not", device->pci,
					  device->node, far);
		else
			dmafp_say(audit, DMAFP_FINDING_GOOD,
				  "%s is on node %d, as are the CPUs", device->pci,
				  device->node);
		free(command);
	}
	if (!nr)
		say_none(audit);
}

static void look_mask(struct dmafp_audit *audit)
{
	const struct dmafp_pci_device *device;
	unsigned long bits;
	size_t i = 0, nr = 0;

	for (; (device = next(audit, &i)); nr++)
		if (dmafp_look_number(audit, &bits,
				      "/sys/bus/pci/devices/%s/dma_mask_bits", device->pci))
			dmafp_say(audit, DMAFP_FINDING_RECORDS, "%s: %lu bits",
				  device->pci, bits);
		else
			dmafp_say_unread(audit, "/sys/bus/pci/devices/%s/dma_mask_bits",
					 device->pci);
	if (!nr)
		say_none(audit);
}

/* The node of a device, or of what it is behind, says so for all below. */
static bool is_coherent(const struct dmafp_audit *audit,
			const struct dmafp_pci_device *device)
{
	char *link = dmafp_path("%s/sys/bus/pci/devices/%s", audit->root, device->pci);
	char *path = realpath(link, NULL), *slash, *mark;
	bool coherent = false;

	while (path && !coherent && (slash = strrchr(path, '/'))) {
		mark = dmafp_path("%s/of_node/dma-coherent", path);
		coherent = dmafp_file_exists(mark);
		free(mark);
		*slash = '\0';
	}
	free(path);
	free(link);
	return coherent;
}

/* x86 always is; elsewhere only a device tree says so to user space. */
static void look_coherence(struct dmafp_audit *audit)
{
	const char *arch = audit->machine->machine.arch;
	const struct dmafp_pci_device *device;
	size_t i = 0, nr = 0;

	if (arch && !strcmp(arch, "x86_64")) {
		dmafp_say(audit, DMAFP_FINDING_GOOD, "all devices of x86 are");
		return;
	}
	for (; (device = next(audit, &i)); nr++)
		if (is_coherent(audit, device))
			dmafp_say(audit, DMAFP_FINDING_GOOD, "%s is", device->pci);
		else
			dmafp_say_unread(audit, "no dma-coherent in the device tree of %s",
					 device->pci);
	if (!nr)
		say_none(audit);
}

const struct dmafp_check dmafp_checks_device[] = {
	{ "device", DMAFP_FINDING_BLOCKS, "/sys/bus/pci/devices",
	  "the module takes only what nobody else uses", NULL, look_devices },
	{ "group-type", DMAFP_FINDING_BLOCKS, "/sys/kernel/iommu_groups/*/type",
	  "without translation there is no path; strict and lazy differ in unmap", NULL,
	  look_group },
	{ "device-node", DMAFP_FINDING_WARNS, "numa_node of the device, node* of the CPUs",
	  "memory and the IOMMU of another node are farther away", NULL, look_node },
	{ "dma-mask", DMAFP_FINDING_RECORDS, "dma_mask_bits of the device",
	  "it decides where IOVAs are looked for", NULL, look_mask },
	{ "coherence", DMAFP_FINDING_RECORDS, "the architecture, or the device tree",
	  "where a device is not, each map and unmap also cleans caches", NULL,
	  look_coherence },
	{ 0 }
};
