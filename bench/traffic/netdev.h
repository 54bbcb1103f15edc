/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network interface of a PCI function: found, taken into use and given back
 * as it was.
 */
#ifndef DMAFP_TRAFFIC_NETDEV_H
#define DMAFP_TRAFFIC_NETDEV_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define DMAFP_MAC_TEXT 18 /* "52:54:00:12:34:56" */

/**
 * struct dmafp_netdev - an interface
 * @sysfs: "/sys"; @procfs: "/proc"; the caller's
 * @pci: address of the function, "0000:00:05.0"
 * @name: "eth0"
 * @mtu: that it was found with
 * @was_up: it was found up
 * @mute: it was found down with IPv6 on, which is off while it is up
 */
struct dmafp_netdev {
	const char *sysfs, *procfs;
	char pci[32];
	char name[32];
	uint64_t mtu;
	bool was_up, mute;
};

/**
 * dmafp_netdev_find() - the interface of a function
 * @sysfs: where sysfs is mounted
 * @procfs: where procfs is mounted
 * @pci: the function
 * @wait_ms: for the driver to make the interface, and for udev to name it
 * @stop: when it becomes a signal's number, there is no more waiting; may be NULL
 * @netdev: out
 *
 * Of several interfaces it is the one that comes first by name.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_netdev_find(const char *sysfs, const char *procfs, const char *pci,
		      unsigned int wait_ms, const volatile sig_atomic_t *stop,
		      struct dmafp_netdev *netdev, struct dmafp_err *err);

/**
 * dmafp_netdev_check_unused() - does this machine do without the interface?
 *
 * It does not where the interface has an address, a route, or another interface
 * above it.  An address of the link itself (fe80::) says nothing.
 *
 * Return: 0, or -EBUSY with what to do.
 */
int dmafp_netdev_check_unused(const struct dmafp_netdev *netdev, struct dmafp_err *err);

/**
 * dmafp_netdev_up() - bring it up, and wait until it has a carrier
 * @bytes: of the largest frame, without its checksum; the MTU is made larger to fit
 * @wait_ms: for the carrier
 * @stop: when it becomes a signal's number, there is no more waiting; may be NULL
 *
 * Also of an interface that is up, to change its MTU.  One that was found down has
 * IPv6 off meanwhile, which would send packets of its own.  Whether this fails or
 * not: dmafp_netdev_restore().
 *
 * Return: 0, or a negative errno.
 */
int dmafp_netdev_up(const struct dmafp_netdev *netdev, uint64_t bytes, unsigned int wait_ms,
		    const volatile sig_atomic_t *stop, struct dmafp_err *err);

/**
 * dmafp_netdev_restore() - as it was found
 *
 * Everything is tried also after a part has failed.  An interface that is gone
 * has nothing to be restored.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_netdev_restore(const struct dmafp_netdev *netdev, struct dmafp_err *err);

/** dmafp_netdev_mac() - its hardware address; 0, or a negative errno */
int dmafp_netdev_mac(const struct dmafp_netdev *netdev, char mac[DMAFP_MAC_TEXT],
		     struct dmafp_err *err);

/** dmafp_netdev_statistic() - one of its counters, "rx_packets"; 0, or a negative errno */
int dmafp_netdev_statistic(const struct dmafp_netdev *netdev, const char *name,
			   uint64_t *value, struct dmafp_err *err);

#endif /* DMAFP_TRAFFIC_NETDEV_H */
