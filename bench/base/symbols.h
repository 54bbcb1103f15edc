/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel addresses as names, by /proc/kallsyms. */
#ifndef DMAFP_BASE_SYMBOLS_H
#define DMAFP_BASE_SYMBOLS_H

#include <stdint.h>

struct dmafp_symbols;

#define DMAFP_SYMBOL_TEXT 128

/**
 * dmafp_symbols_read() - read the functions of a table
 * @path: "/proc/kallsyms"; tests have another
 *
 * Return: the table, empty where it cannot be read or shows no addresses
 * (kptr_restrict); never NULL.
 */
struct dmafp_symbols *dmafp_symbols_read(const char *path);

/**
 * dmafp_symbols_text() - "iommu_dma_map_page+0x1c", "nvme_probe+0x40 [nvme]"
 * @address: where a call returns to
 * @text: out; the bare address if the table has no function there
 *
 * Return: @text.
 */
const char *dmafp_symbols_text(const struct dmafp_symbols *symbols, uint64_t address,
			       char text[DMAFP_SYMBOL_TEXT]);

/** dmafp_symbols_free() - NULL is fine */
void dmafp_symbols_free(struct dmafp_symbols *symbols);

#endif /* DMAFP_BASE_SYMBOLS_H */
