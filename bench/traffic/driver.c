// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/module_list.h"
#include "base/proc.h"
#include "base/unpack.h"
#include "run/value.h"
#include "traffic/driver.h"
#include "traffic/modinfo.h"

/* "nvme-core" is "nvme_core" once it is loaded. */
static void keep_name(char to[64], const char *name)
{
	size_t i;

	for (i = 0; name[i] && i < 63; i++)
		to[i] = name[i] == '-' ? '_' : name[i];
	to[i] = '\0';
}

static bool is_loaded(const struct dmafp_drivers *drivers, const char *name)
{
	char kept[64], *path;
	bool loaded;

	keep_name(kept, name);
	path = dmafp_path("%s/module/%s", drivers->sysfs, kept);
	loaded = dmafp_file_exists(path);
	free(path);
	return loaded;
}

static void keep_loaded(struct dmafp_drivers *drivers, const char *name)
{
	if (drivers->nr_loaded < DMAFP_MAX_LOADED)
		keep_name(drivers->loaded[drivers->nr_loaded++], name);
}

static int insert(struct dmafp_drivers *drivers, const char *file, const char *name,
		  struct dmafp_err *err)
{
	int fd = dmafp_unpack_open(file, err), ret = 0;

	if (fd < 0)
		return fd;
	if (!syscall(SYS_finit_module, fd, "", 0))
		keep_loaded(drivers, name);
	else if (errno != EEXIST)
		ret = dmafp_err_set(err, errno, DMAFP_EXIT_MISSING,
				    "cannot load module %s: %s; the kernel log (dmesg) may say more",
				    name, strerror(errno));
	close(fd);
	return ret;
}

static int load_file(struct dmafp_drivers *drivers, const char *name, struct dmafp_err *err);

static int load_needed(struct dmafp_drivers *drivers, const struct dmafp_modinfo *info,
		       struct dmafp_err *err)
{
	const char *list = dmafp_modinfo_next(info, "depends", NULL);
	char *copy = strdup(list ? list : ""), *rest = copy, *name;
	int ret = 0;

	while (!ret && rest && (name = strsep(&rest, ",")))
		if (*name && !is_loaded(drivers, name))
			ret = load_file(drivers, name, err);
	free(copy);
	return ret;
}

static int load_found(struct dmafp_drivers *drivers, const char *file,
		      const struct dmafp_modinfo *info, struct dmafp_err *err)
{
	const char *name = dmafp_modinfo_next(info, "name", NULL);

	if (!name || is_loaded(drivers, name))
		return 0;
	return load_needed(drivers, info, err) ?: insert(drivers, file, name, err);
}

static int load_file(struct dmafp_drivers *drivers, const char *name, struct dmafp_err *err)
{
	for (size_t i = 0; i < drivers->nr; i++) {
		struct dmafp_modinfo info;
		int ret = dmafp_modinfo_read(drivers->files[i], &info, err);
		bool found = !ret && dmafp_modinfo_is(&info, name);

		if (found)
			ret = load_found(drivers, drivers->files[i], &info, err);
		dmafp_modinfo_free(&info);
		if (ret || found)
			return ret;
	}
	/* it may be built in: who needs it will find out */
	return 0;
}

/* What modprobe is about to load, in that order */
static void find_absent(const struct dmafp_drivers *drivers, const char *name,
			struct dmafp_names *absent)
{
	struct dmafp_module_list list = { 0 };

	dmafp_module_list_add(&list, name);
	for (size_t i = 0; i < list.nr; i++) {
		const char *slash = strrchr(list.items[i].file, '/');
		char module[64];

		keep_name(module, slash ? slash + 1 : list.items[i].file);
		module[strcspn(module, ".")] = '\0';
		if (!is_loaded(drivers, module))
			dmafp_names_add(absent, module);
	}
	dmafp_module_list_free(&list);
}

/* It may have loaded some of them when it fails. */
static int probe_module(struct dmafp_drivers *drivers, const char *name,
			struct dmafp_err *err)
{
	const char *const argv[] = { "modprobe", "--", name, NULL };
	struct dmafp_names absent = { 0 };
	int ret;

	find_absent(drivers, name, &absent);
	ret = dmafp_proc_run(argv, NULL, NULL, NULL, err);
	for (size_t i = 0; i < absent.nr; i++)
		if (is_loaded(drivers, absent.items[i]))
			keep_loaded(drivers, absent.items[i]);
	dmafp_names_free(&absent);
	if (ret > 0)
		return dmafp_err_set(err, ENOENT, DMAFP_EXIT_MISSING,
				     "modprobe %s failed: is the module installed for this kernel?",
				     name);
	return ret;
}

static int load(struct dmafp_drivers *drivers, const char *name, struct dmafp_err *err)
{
	if (is_loaded(drivers, name))
		return 0;
	return drivers->files ? load_file(drivers, name, err)
			      : probe_module(drivers, name, err);
}

/* Without probing: whoever is bound, is bound by us. */
int dmafp_drivers_load(struct dmafp_drivers *drivers, const char *name, struct dmafp_err *err)
{
	char *probing = dmafp_path("%s/bus/pci/drivers_autoprobe", drivers->sysfs);
	char before[8] = "1";
	int ret;

	dmafp_file_read_line(probing, before, sizeof(before));
	dmafp_file_put(probing, "0");
	ret = load(drivers, name, err);
	dmafp_file_put(probing, before);
	free(probing);
	return ret;
}

static int bind_by_probing(struct dmafp_drivers *drivers, struct dmafp_pci_device *device)
{
	char *probe = dmafp_path("%s/bus/pci/drivers_probe", drivers->sysfs);
	int ret = dmafp_file_put(probe, device->pci);

	free(probe);
	dmafp_device_refresh(drivers->sysfs, device);
	return ret ?: *device->driver ? 0 : -ENODEV;
}

int dmafp_drivers_bind(struct dmafp_drivers *drivers, struct dmafp_pci_device *device,
		       struct dmafp_err *err)
{
	char *path = dmafp_path("%s/bus/pci/devices/%s/modalias", drivers->sysfs, device->pci);
	char alias[256] = "";
	int ret = dmafp_file_read_line(path, alias, sizeof(alias));

	free(path);
	if (ret)
		return dmafp_err_set(err, -ret, DMAFP_EXIT_DEVICE, "cannot read what %s is: %s",
				     device->pci, strerror(-ret));
	/* of one that is built in, modprobe may know nothing */
	if (!bind_by_probing(drivers, device))
		return 0;
	ret = dmafp_drivers_load(drivers, alias, err);
	if (ret)
		return dmafp_err_prefix(err, ret,
					"no driver that is there took %s (dmesg may say why), "
					"and none is found for it: ",
					device->pci);
	ret = bind_by_probing(drivers, device);
	if (!ret)
		return 0;
	return dmafp_err_set(err, -ret, DMAFP_EXIT_DEVICE,
			     "no driver took %s (%s): is its driver there, and no driver_override set? "
			     "The kernel log (dmesg) may say more",
			     device->pci, alias);
}

int dmafp_drivers_unbind(struct dmafp_drivers *drivers, struct dmafp_pci_device *device,
			 struct dmafp_err *err)
{
	char *path;
	int ret;

	dmafp_device_refresh(drivers->sysfs, device);
	if (!*device->driver)
		return 0;
	path = dmafp_path("%s/bus/pci/drivers/%s/unbind", drivers->sysfs, device->driver);
	ret = dmafp_file_put(path, device->pci);
	free(path);
	dmafp_device_refresh(drivers->sysfs, device);
	return ret ? dmafp_err_set(err, -ret, DMAFP_EXIT_DEVICE, "cannot take %s off its driver: %s",
				   device->pci, strerror(-ret)) :
		     0;
}

void dmafp_drivers_unload(struct dmafp_drivers *drivers)
{
	while (drivers->nr_loaded)
		syscall(SYS_delete_module, drivers->loaded[--drivers->nr_loaded], O_NONBLOCK);
}
