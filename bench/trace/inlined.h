/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which inlined functions an address belongs to, from DWARF where that is present. */
#ifndef DMAFP_TRACE_INLINED_H
#define DMAFP_TRACE_INLINED_H

#include <stddef.h>
#include <stdint.h>

#define DMAFP_INLINED_MAX 16

struct dmafp_inlined;

/** dmafp_inlined_open() - the DWARF of an ELF file; NULL if it has none */
struct dmafp_inlined *dmafp_inlined_open(const char *path);

/**
 * dmafp_inlined_at() - the functions that were inlined at an address
 * @inlined: NULL is fine
 * @address: as in the file
 * @names: out: from the outermost to the innermost
 *
 * Return: how many.
 */
size_t dmafp_inlined_at(struct dmafp_inlined *inlined, uint64_t address,
			const char *names[DMAFP_INLINED_MAX]);

/** dmafp_inlined_close() - release it, names too; NULL is fine */
void dmafp_inlined_close(struct dmafp_inlined *inlined);

#endif /* DMAFP_TRACE_INLINED_H */
