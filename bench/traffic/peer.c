// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "run/value.h"
#include "traffic/peer.h"
#include "use/below.h"
#include "use/netdev_use.h"

/* As the kernel has it: struct dmafp_pci_device leaves the module's out. */
static bool is_held(const char *sysfs, const struct dmafp_pci_device *device)
{
	char *path =
		dmafp_path("%s/bus/pci/devices/%s/driver_override", sysfs, device->pci);
	char text[sizeof(device->driver_override)];

	dmafp_file_read_line(path, text, sizeof(text));
	free(path);
	return !strcmp(text, DMAFP_DEVICE_DRIVER);
}

static int hidden(const struct dmafp_pci_device *device, struct dmafp_err *err)
{
	return dmafp_err_set(
		err, EBUSY, DMAFP_EXIT_DEVICE,
		"%s cannot receive: driver %s has it, and its interface is not to "
		"be seen here: another network namespace (see: lsns -t net) or a "
		"program of user space may use it; name another port with --peer",
		device->pci, device->driver);
}

/* What traffic refuses when it opens the interface, before anything is measured for it */
static int check_interfaces(const char *sysfs, const char *procfs,
			    const struct dmafp_pci_device *device, struct dmafp_err *err)
{
	struct dmafp_names names = { 0 };
	int ret = 0;

	dmafp_below_list(sysfs, "class/net", device->pci, &names);
	for (size_t i = 0; i < names.nr && !ret; i++)
		ret = dmafp_netdev_use_check(sysfs, procfs, names.items[i], device->pci,
					     err);
	if (!ret && !names.nr)
		ret = hidden(device, err);
	dmafp_names_free(&names);
	return ret;
}

int dmafp_peer_find(const char *sysfs, const char *procfs, const char *pci,
		    struct dmafp_peer *peer, struct dmafp_err *err)
{
	struct dmafp_pci_device *device = &peer->device;
	int ret;

	*peer = (struct dmafp_peer) { 0 };
	ret = dmafp_device_find(sysfs, pci, device, err);
	if (ret)
		return dmafp_err_prefix(err, ret, "--peer: ");
	if (strcmp(device->label, "nic"))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DEVICE,
				     "%s cannot receive: it is no NIC (class %06x); name the "
				     "port that the NIC is joined to with --peer",
				     device->pci, device->class_code);
	peer->module = !strcmp(device->driver, DMAFP_DEVICE_DRIVER);
	peer->held = peer->module || is_held(sysfs, device);
	return !*device->driver || peer->module
		       ? 0
		       : check_interfaces(sysfs, procfs, device, err);
}

/* No driver, and any may be bound. */
static int let_go(struct dmafp_peer *peer, const char *sysfs, struct dmafp_err *err)
{
	struct dmafp_pci_device *device = &peer->device;
	int ret;

	if (!peer->held)
		return 0;
	peer->loose = true;
	if (peer->module)
		return dmafp_device_unbind(sysfs, device, err);
	ret = dmafp_device_put_override(sysfs, device->pci, "");
	return ret ? dmafp_err_set(err, -ret, DMAFP_EXIT_DEVICE,
				   "cannot clear the driver_override of %s: %s",
				   device->pci, strerror(-ret))
		   : 0;
}

int dmafp_peer_bind(struct dmafp_peer *peer, struct dmafp_drivers *drivers,
		    struct dmafp_err *err)
{
	int ret;

	if (*peer->device.driver && !peer->module)
		return 0;
	ret = let_go(peer, drivers->sysfs, err);
	ret = ret ?: dmafp_drivers_bind(drivers, &peer->device, err);
	peer->bound = !ret;
	return ret;
}

static int hold(struct dmafp_peer *peer, const char *sysfs, struct dmafp_err *err)
{
	struct dmafp_pci_device *device = &peer->device;
	int ret;

	if (!peer->loose)
		return 0;
	peer->loose = false;
	if (peer->module)
		return dmafp_device_bind(sysfs, device, err);
	ret = dmafp_device_put_override(sysfs, device->pci, DMAFP_DEVICE_DRIVER);
	return ret ? dmafp_err_set(err, -ret, DMAFP_EXIT_DEVICE,
				   "cannot set the driver_override of %s: %s; to have it "
				   "prepared: dmafp prepare %s",
				   device->pci, strerror(-ret), device->pci)
		   : 0;
}

int dmafp_peer_unbind(struct dmafp_peer *peer, struct dmafp_drivers *drivers,
		      struct dmafp_err *err)
{
	struct dmafp_err later;
	int ret = peer->bound ? dmafp_drivers_unbind(drivers, &peer->device, err) : 0;
	int end = hold(peer, drivers->sysfs, ret ? &later : err);

	peer->bound = false;
	return ret ?: end;
}
