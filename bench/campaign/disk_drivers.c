// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/dir.h"
#include "base/file.h"
#include "campaign/disk_drivers.h"
#include "use/block.h"

/* Without a device below it: of device-mapper, RAID, loop, or a network's */
static bool is_virtual(const char *path)
{
	return strstr(path, "/devices/virtual/");
}

static void add_module(const char *path, struct dmafp_names *modules)
{
	char *link = dmafp_path("%s/driver/module", path);
	char *module = realpath(link, NULL);
	const char *name = module ? strrchr(module, '/') + 1 : NULL;

	if (name && !dmafp_names_has(modules, name))
		dmafp_names_add(modules, name);
	free(module);
	free(link);
}

/* Of the device and all that it hangs on */
static void add_drivers(char *path, struct dmafp_names *modules)
{
	char *top = strstr(path, "/devices/"), *slash;

	while (top && (slash = strrchr(path, '/')) && slash > top) {
		add_module(path, modules);
		*slash = '\0';
	}
}

/* ".../virtual/nvme-subsystem/nvme-subsys0/nvme0n1/nvme0n1p2": nvme0n1 */
static bool find_head(const char *path, char head[64])
{
	const char *subsystem = strstr(path, "/virtual/nvme-subsystem/");

	return subsystem &&
	       sscanf(subsystem, "/virtual/nvme-subsystem/%*[^/]/%63[^/]", head) == 1;
}

/* One on a network is no way for a kernel that has none. */
static bool add_path(const char *sysfs, const char *name, const char *head,
		     struct dmafp_names *modules)
{
	char of[64], *link, *path;
	bool usable;

	if (!dmafp_block_head(name, of) || strcmp(of, head))
		return false;
	link = dmafp_path("%s/block/%s", sysfs, name);
	path = realpath(link, NULL);
	usable = path && !is_virtual(path);
	if (usable)
		add_drivers(path, modules);
	free(path);
	free(link);
	return usable;
}

static bool add_paths(const char *sysfs, const char *head, struct dmafp_names *modules)
{
	char *path = dmafp_path("%s/block", sysfs);
	struct dmafp_dir dir = dmafp_dir_read(path);
	bool usable = false;

	for (size_t i = 0; i < dir.nr; i++)
		usable |= add_path(sysfs, dir.names[i], head, modules);
	dmafp_dir_free(&dir);
	free(path);
	return usable;
}

const char *dmafp_disk_drivers(const char *sysfs, dev_t dev, char **name,
			       struct dmafp_names *modules)
{
	char *link = dmafp_path("%s/dev/block/%u:%u", sysfs, major(dev), minor(dev));
	char *path = realpath(link, NULL), head[64];
	const char *why_not = NULL;

	*name = path ? strdup(strrchr(path, '/') + 1) : NULL;
	if (!major(dev))
		why_not = "no block device of its own (btrfs, overlay, network, memory)";
	else if (!path)
		why_not = "a device that sysfs does not know";
	else if (find_head(path, head))
		why_not = add_paths(sysfs, head, modules)
				  ? NULL
				  : "an NVMe namespace that has no path but by a network";
	else if (is_virtual(path))
		why_not = "a volume of device-mapper, RAID or loop";
	else
		add_drivers(path, modules);
	free(path);
	free(link);
	return why_not;
}
