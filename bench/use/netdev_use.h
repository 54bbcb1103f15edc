/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who needs a network interface? */
#ifndef DMAFP_USE_NETDEV_USE_H
#define DMAFP_USE_NETDEV_USE_H

#include "base/err.h"

/**
 * struct dmafp_netdev_use - who needs an interface, or one that is made of it
 * @must: what this machine cannot be reached without: "carries this session
 *	(192.0.2.1)", "has the default route"; "" if nothing
 * @may: what may be done without: "is up and has the address 192.0.2.1"; "" if
 *	nothing.  An address of the link itself (fe80::) says nothing
 */
struct dmafp_netdev_use {
	char must[256], may[256];
};

/**
 * dmafp_netdev_use_find() - who does
 * @sysfs: where sysfs is mounted
 * @procfs: where procfs is mounted
 * @name: the interface
 * @login: address that the session comes in by, see dmafp_login_address(); "": none
 * @use: out
 *
 * Bonds, bridges and VLANs above it are looked at as well.  Addresses are asked of
 * the kernel itself, wherever the two are mounted.
 */
void dmafp_netdev_use_find(const char *sysfs, const char *procfs, const char *name,
			   const char *login, struct dmafp_netdev_use *use);

/**
 * dmafp_netdev_use_check() - nobody does
 * @sysfs: where sysfs is mounted
 * @procfs: where procfs is mounted
 * @name: the interface
 * @pci: its device, for the message
 *
 * For traffic, which takes it down or up: also of one that is down.
 *
 * Return: 0, or -EBUSY with who does and what to do about it.
 */
int dmafp_netdev_use_check(const char *sysfs, const char *procfs, const char *name,
			   const char *pci, struct dmafp_err *err);

#endif /* DMAFP_USE_NETDEV_USE_H */
