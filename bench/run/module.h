/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel module: loaded for a run, unloaded after it. */
#ifndef DMAFP_RUN_MODULE_H
#define DMAFP_RUN_MODULE_H

#include <stdbool.h>

#include "base/err.h"

/**
 * dmafp_module_load() - load the module unless it is there
 * @path: dmafp.ko, compressed or not
 * @loaded: out: this call loaded it, so dmafp_module_unload() is due
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_module_load(const char *path, bool *loaded, struct dmafp_err *err);

/** dmafp_module_unload() - rmmod dmafp */
int dmafp_module_unload(struct dmafp_err *err);

#endif /* DMAFP_RUN_MODULE_H */
