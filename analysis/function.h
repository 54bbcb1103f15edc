/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a function of the kernel has to do with mapping, by its name. */
#ifndef DMAFP_ANALYSIS_FUNCTION_H
#define DMAFP_ANALYSIS_FUNCTION_H

#include <stdbool.h>

enum dmafp_function_kind {
	DMAFP_FUNCTION_OTHER,
	DMAFP_FUNCTION_PATH,	/* called from dma_map_*() and the like on down */
	DMAFP_FUNCTION_IDLE,	/* the CPU waits for something to do */
	DMAFP_FUNCTION_HARNESS, /* dmafp's own loop around a cell */
};

/**
 * dmafp_function_kind() - of the function of that name
 * @name: as in struct dmafp_sampled, with or without the compiler's suffix
 * @shared: out, may be NULL: it is on the path, and others call it as well
 */
enum dmafp_function_kind dmafp_function_kind(const char *name, bool *shared);

/**
 * dmafp_function_plain() - the name that it has in all kernels
 *
 * "iommu_pgsize.isra.0" is iommu_pgsize, and "kfree.cold" is kfree: the compiler
 * cuts a function otherwise after the least change.
 *
 * Return: text to free().
 */
char *dmafp_function_plain(const char *name);

#endif /* DMAFP_ANALYSIS_FUNCTION_H */
