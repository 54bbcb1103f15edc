/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's own driver: its module loaded, bound to the device, and taken off again. */
#ifndef DMAFP_TRAFFIC_DRIVER_H
#define DMAFP_TRAFFIC_DRIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "run/device.h"

#define DMAFP_MAX_LOADED 16

/**
 * struct dmafp_drivers - modules that may be loaded, and that were
 * @sysfs: "/sys"
 * @files: modules, as paths; NULL: modprobe finds them
 * @nr: how many
 * @loaded: names of those that were loaded here, by modprobe too, in that order
 * @nr_loaded: how many
 */
struct dmafp_drivers {
	const char *sysfs;
	const char *const *files;
	size_t nr;
	char loaded[DMAFP_MAX_LOADED][64];
	size_t nr_loaded;
};

/**
 * dmafp_drivers_load() - load a module, and first those that it needs
 * @drivers: see above
 * @name: of the module, such as "pktgen"; or alias of a device, as in its modalias
 * @err: filled on failure: no module fits (DMAFP_EXIT_MISSING)
 *
 * Devices are not probed by it: who is bound is decided by dmafp_drivers_bind().
 * A module that is there already, or is built in, is no failure.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_drivers_load(struct dmafp_drivers *drivers, const char *name, struct dmafp_err *err);

/**
 * dmafp_drivers_bind() - bind a device to its own driver
 * @drivers: the driver is loaded if none that is there takes the device
 * @device: no driver is bound to it; its @driver is filled
 * @err: filled on failure
 *
 * Return: 0, or a negative errno with the device as it was.
 */
int dmafp_drivers_bind(struct dmafp_drivers *drivers, struct dmafp_pci_device *device,
		       struct dmafp_err *err);

/** dmafp_drivers_unbind() - take the driver off; 0, or a negative errno */
int dmafp_drivers_unbind(struct dmafp_drivers *drivers, struct dmafp_pci_device *device,
			 struct dmafp_err *err);

/** dmafp_drivers_unload() - unload what was loaded, last first; failures do not matter */
void dmafp_drivers_unload(struct dmafp_drivers *drivers);

#endif /* DMAFP_TRAFFIC_DRIVER_H */
