/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The port that receives: which may be one, how it gets its own driver, and how it is
 * given back.
 */
#ifndef DMAFP_TRAFFIC_PEER_H
#define DMAFP_TRAFFIC_PEER_H

#include <stdbool.h>

#include "base/err.h"
#include "run/device.h"
#include "traffic/driver.h"

/**
 * struct dmafp_peer - the port, from being looked at to being given back
 * @device: with the driver that it has now
 * @held: it was prepared: no driver but the module's was to take it
 * @module: and that one was bound
 * @loose: of what was held nothing is left: dmafp_peer_unbind() holds it again
 * @bound: its driver was bound here, and only then is taken off again
 */
struct dmafp_peer {
	struct dmafp_pci_device device;
	bool held, module;
	bool loose, bound;
};

/**
 * dmafp_peer_find() - may it receive? Nothing is changed
 * @sysfs: where sysfs is mounted
 * @procfs: where procfs is mounted
 * @pci: what the user named
 * @peer: out
 * @err: filled on failure: it is no NIC, or somebody needs its interface
 *
 * Return: 0, or a negative errno.
 */
int dmafp_peer_find(const char *sysfs, const char *procfs, const char *pci,
		    struct dmafp_peer *peer, struct dmafp_err *err);

/**
 * dmafp_peer_bind() - bind it to its own driver, unless it is
 *
 * Return: 0, or a negative errno; dmafp_peer_unbind() is called in either case.
 */
int dmafp_peer_bind(struct dmafp_peer *peer, struct dmafp_drivers *drivers,
		    struct dmafp_err *err);

/** dmafp_peer_unbind() - as it was found; 0, or a negative errno */
int dmafp_peer_unbind(struct dmafp_peer *peer, struct dmafp_drivers *drivers,
		      struct dmafp_err *err);

#endif /* DMAFP_TRAFFIC_PEER_H */
