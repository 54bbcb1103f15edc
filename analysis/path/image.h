/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel image as it lies on disk: code, symbols, and what boot may patch. */
#ifndef DMAFP_PATH_IMAGE_H
#define DMAFP_PATH_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum dmafp_image_arch {
	DMAFP_IMAGE_X86_64,
	DMAFP_IMAGE_ARM64,
};

/**
 * struct dmafp_image_symbol - one symbol with an address
 * @name: in the image's string table
 * @address: of its first byte
 * @size: bytes; where the table says 0, up to the next symbol
 * @function: it is code
 * @sized: the table says how long it is
 */
struct dmafp_image_symbol {
	const char *name;
	uint64_t address, size;
	bool function, sized;
};

/** struct dmafp_static_branch - one entry of the kernel's jump table */
struct dmafp_static_branch {
	uint64_t code, target, key;
};

/** struct dmafp_alternative - code that boot may replace */
struct dmafp_alternative {
	uint64_t address;
	uint32_t size;
};

/**
 * struct dmafp_image - an open image
 * @path: as given
 * @arch: of its code
 * @build_id: hex; NULL: it has none
 * @symbols: by address, those of one address by name
 * @branches: by address of the code
 * @alternatives: by address
 * @elf: of libelf, over @data
 * @data: the whole file, mapped
 */
struct dmafp_image {
	char *path;
	enum dmafp_image_arch arch;
	char *build_id;
	struct dmafp_image_symbol *symbols;
	size_t nr_symbols;
	struct dmafp_static_branch *branches;
	size_t nr_branches;
	struct dmafp_alternative *alternatives;
	size_t nr_alternatives;
	void *elf, *data;
	size_t size;
};

/**
 * dmafp_image_open() - map and read an image
 * @image: filled; end it with dmafp_image_close(), also after a failure
 * @path: vmlinux
 * @err: filled on failure (DMAFP_EXIT_NO_INPUT)
 *
 * Return: 0, or a negative errno.
 */
int dmafp_image_open(struct dmafp_image *image, const char *path, struct dmafp_err *err);

/** dmafp_image_close() - release all, and empty it */
void dmafp_image_close(struct dmafp_image *image);

/** dmafp_image_arch_name() - as in `uname -m` */
const char *dmafp_image_arch_name(const struct dmafp_image *image);

/**
 * dmafp_image_bytes() - what lies at an address
 * @left: out: bytes from there to the end of its section
 *
 * Return: the bytes, or NULL if there are none.
 */
const uint8_t *dmafp_image_bytes(const struct dmafp_image *image, uint64_t address,
				 size_t *left);

/**
 * dmafp_image_function() - the only function of that name
 * @err: filled if there is none, or more than one (DMAFP_EXIT_NO_INPUT)
 *
 * Return: the symbol, or NULL.
 */
const struct dmafp_image_symbol *dmafp_image_function(const struct dmafp_image *image,
						      const char *name,
						      struct dmafp_err *err);

/** dmafp_image_function_at() - the function that an address lies in, NULL if none */
const struct dmafp_image_symbol *dmafp_image_function_at(const struct dmafp_image *image,
							 uint64_t address);

/** dmafp_image_symbol_at() - the nearest symbol that an address lies in, NULL if none */
const struct dmafp_image_symbol *dmafp_image_symbol_at(const struct dmafp_image *image,
						       uint64_t address);

/** dmafp_image_is_named() - does a symbol at @address begin with @prefix? */
bool dmafp_image_is_named(const struct dmafp_image *image, uint64_t address,
			  const char *prefix);

/** dmafp_image_static_branch() - the entry whose code is at @address, NULL if none */
const struct dmafp_static_branch *
dmafp_image_static_branch(const struct dmafp_image *image, uint64_t address);

/** dmafp_image_alternative() - what covers @address, NULL if nothing does */
const struct dmafp_alternative *dmafp_image_alternative(const struct dmafp_image *image,
							uint64_t address);

/**
 * dmafp_image_each_section() - call @each for every section of code
 * @each: @address is that of @bytes[0]
 */
void dmafp_image_each_section(const struct dmafp_image *image,
			      void (*each)(void *ctx, uint64_t address, const uint8_t *bytes,
					   size_t size),
			      void *ctx);

#endif /* DMAFP_PATH_IMAGE_H */
