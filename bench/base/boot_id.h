/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tells one boot of a machine from another. */
#ifndef DMAFP_BASE_BOOT_ID_H
#define DMAFP_BASE_BOOT_ID_H

#include "base/err.h"

#define DMAFP_BOOT_ID 40 /* bytes, with the end */

/**
 * dmafp_boot_id() - the random number of this boot
 * @root: where the machine's files are, "" for its own
 * @id: out
 * @err: filled on failure
 *
 * Documentation/admin-guide/sysctl/kernel.rst: random, boot_id
 *
 * Return: 0, or a negative errno.
 */
int dmafp_boot_id(const char *root, char id[DMAFP_BOOT_ID], struct dmafp_err *err);

#endif /* DMAFP_BASE_BOOT_ID_H */
