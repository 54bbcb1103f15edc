/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which function an address of the guest's kernel lies in. */
#ifndef DMAFP_TRACE_SYMBOLS_H
#define DMAFP_TRACE_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** struct dmafp_function - one function, or another piece of code with a name */
struct dmafp_function {
	uint64_t address, size;
	char *name;
	unsigned int rank; /* of names for one address the lowest is taken */
};

/** struct dmafp_functions - of vmlinux and a module, sorted by address */
struct dmafp_functions {
	struct dmafp_function *items;
	size_t nr;
};

/**
 * struct dmafp_section_place - where a section of a module was loaded
 */
struct dmafp_section_place {
	char name[64];
	uint64_t address;
};

/**
 * dmafp_functions_add() - take in the symbols of an ELF file
 * @functions: zeroed, or what others were added to
 * @path: vmlinux, or an object with the @places of its sections
 * @places: symbols of sections without a place are left out; NULL: addresses are
 *	those of the file
 * @nr: how many
 * @err: filled on failure (DMAFP_EXIT_NO_INPUT)
 *
 * Return: 0, or a negative errno.
 */
int dmafp_functions_add(struct dmafp_functions *functions, const char *path,
			const struct dmafp_section_place *places, size_t nr,
			struct dmafp_err *err);

/**
 * dmafp_functions_at() - the function that an address lies in
 *
 * Without one, whatever symbol stands nearest before it in the same region of
 * memory: assembly has symbols without a size.
 *
 * Return: NULL if there is none.
 */
const struct dmafp_function *dmafp_functions_at(const struct dmafp_functions *functions,
						uint64_t address);

/** dmafp_functions_find() - by name, NULL if there is none */
const struct dmafp_function *dmafp_functions_find(const struct dmafp_functions *functions,
						  const char *name);

/** dmafp_functions_free() - release all, and empty it */
void dmafp_functions_free(struct dmafp_functions *functions);

#endif /* DMAFP_TRACE_SYMBOLS_H */
