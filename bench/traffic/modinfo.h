/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a module file says of itself, in its section .modinfo. */
#ifndef DMAFP_TRAFFIC_MODINFO_H
#define DMAFP_TRAFFIC_MODINFO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/**
 * struct dmafp_modinfo - the section
 * @text: "key=value" after "key=value", each with its NUL
 * @size: bytes
 */
struct dmafp_modinfo {
	char *text;
	size_t size;
};

/**
 * dmafp_modinfo_read() - read it from a module, compressed or not
 *
 * Return: 0, or a negative errno.
 */
int dmafp_modinfo_read(const char *path, struct dmafp_modinfo *info, struct dmafp_err *err);

/** dmafp_modinfo_free() - release it */
void dmafp_modinfo_free(struct dmafp_modinfo *info);

/**
 * dmafp_modinfo_next() - values of a key
 * @key: such as "alias"
 * @last: the value before, NULL: the first one
 *
 * Return: the next value, NULL behind the last.
 */
const char *dmafp_modinfo_next(const struct dmafp_modinfo *info, const char *key,
			       const char *last);

/** dmafp_modinfo_is() - is it the module of that name, or one for that modalias? */
bool dmafp_modinfo_is(const struct dmafp_modinfo *info, const char *name);

#endif /* DMAFP_TRAFFIC_MODINFO_H */
