/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is below a PCI device in sysfs: block devices, interfaces. */
#ifndef DMAFP_USE_BELOW_H
#define DMAFP_USE_BELOW_H

#include <stdbool.h>

#include "run/value.h"

/**
 * dmafp_below_is() - is it below the device, however far?
 * @sysfs: where sysfs is mounted
 * @folder: of its kind: "block", "class/net"
 * @name: in that folder
 * @pci: the device's address
 */
bool dmafp_below_is(const char *sysfs, const char *folder, const char *name,
		    const char *pci);

/** dmafp_below_list() - append the names of all that are, sorted */
void dmafp_below_list(const char *sysfs, const char *folder, const char *pci,
		      struct dmafp_names *names);

#endif /* DMAFP_USE_BELOW_H */
