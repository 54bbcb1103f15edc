/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of the tally share.
 */
#ifndef MODULE_TALLY_H
#define MODULE_TALLY_H

#include "dmafp.h"

/* What the last call told, row by row. */
extern struct dmafp_tally_call tally_calls[DMAFP_TALLY_MAX_CALLS];

/* Switch it, for @pci with DMAFP_TALLY_ON; nothing may have been missed. */
struct dmafp_tally tally_call(int fd, __u32 flags, const char *pci);

/* Look, or switch it off; something may have been missed. */
struct dmafp_tally tally_look(int fd, __u32 flags);

/* The calls of the function @name, which must be present. */
__u64 tally_of(const struct dmafp_tally *tally, const char *name);

/* All calls of a kind; 0: of all kinds. */
__u64 tally_sum(const struct dmafp_tally *tally, __u32 kind);

#endif /* MODULE_TALLY_H */
