/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DMA_ATTR_* by name, in lower case and without the prefix. */
#ifndef DMAFP_RUN_ATTR_H
#define DMAFP_RUN_ATTR_H

#include <stdint.h>

#include "run/value.h"

/** dmafp_attr_names - all of them, NULL-terminated */
extern const char *const dmafp_attr_names[];

/** dmafp_attr_bits() - DMAFP_ATTR_* of the names; unknown ones are left out */
uint32_t dmafp_attr_bits(const struct dmafp_names *names);

/** dmafp_attr_list() - append the names of the bits to @names */
void dmafp_attr_list(uint32_t bits, struct dmafp_names *names);

#endif /* DMAFP_RUN_ATTR_H */
