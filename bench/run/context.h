/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the lab knows of a boot and the machine does not: a JSON object with
 * any of the members created, arm (strings), patches (array of objects with
 * name, file, sha256), lab (object with accel, qemu_version, qemu_command), replicate
 * (which boot of the arm it is, from 1: the first one is sampled, where any is).
 */
#ifndef DMAFP_RUN_CONTEXT_H
#define DMAFP_RUN_CONTEXT_H

#include <jansson.h>

#include "analysis/result.h"
#include "base/err.h"

/**
 * dmafp_context_read() - read and check a context file
 * @path: NULL gives an empty context
 * @err: filled on failure: what is not as above
 *
 * Return: a new reference, or NULL.
 */
json_t *dmafp_context_read(const char *path, struct dmafp_err *err);

/** dmafp_context_apply() - put a context's members into a result */
void dmafp_context_apply(const json_t *context, struct dmafp_result *result);

#endif /* DMAFP_RUN_CONTEXT_H */
