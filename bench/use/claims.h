/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The disks of a PCI device, held while its driver is taken off. */
#ifndef DMAFP_USE_CLAIMS_H
#define DMAFP_USE_CLAIMS_H

#include <stddef.h>

#include "base/err.h"

/**
 * struct dmafp_claims - disks that nobody can mount meanwhile
 * @fds: open exclusively, @nr of them
 */
struct dmafp_claims {
	int *fds;
	size_t nr;
};

/**
 * struct dmafp_claimed_by - who has one of the disks
 * @what: "/dev/nvme0n1 is mounted on /home", "" if nobody has any
 * @advice: what to do about it
 */
struct dmafp_claimed_by {
	char what[1400], advice[512];
};

/**
 * struct dmafp_claims_where - where they are looked for
 * @sysfs: "/sys"; @procfs: "/proc"
 * @root: in front of /dev, "": this machine
 * @pci: address of the device whose disks they are
 */
struct dmafp_claims_where {
	const char *sysfs, *procfs, *root, *pci;
};

/**
 * dmafp_claims_take() - hold all disks of a device, if nobody uses one
 * @claims: out; release it with dmafp_claims_release(), also after a failure
 * @by: out: what is known of who uses one, also of its partitions
 * @err: filled on failure
 *
 * Return: 0, or a negative errno where it cannot be known.
 */
int dmafp_claims_take(const struct dmafp_claims_where *where, struct dmafp_claims *claims,
		      struct dmafp_claimed_by *by, struct dmafp_err *err);

/** dmafp_claims_release() - let the disks go */
void dmafp_claims_release(struct dmafp_claims *claims);

#endif /* DMAFP_USE_CLAIMS_H */
