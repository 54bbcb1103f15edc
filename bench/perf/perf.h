/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the perf.data beside results to what perf says of them: `perf diff` of the
 * arms and `perf annotate` of one function, with the symbols of each arm's kernel.
 */
#ifndef DMAFP_PERF_PERF_H
#define DMAFP_PERF_PERF_H

#include <stddef.h>

#include "analysis/perf_text.h"
#include "base/err.h"

#define DMAFP_PERF_SYMBOL "iommu_deferred_attach"

/** struct dmafp_perf_image - the kernel of one arm, with its symbols */
struct dmafp_perf_image {
	const char *arm, *vmlinux;
};

/**
 * struct dmafp_perf_options - what to look at
 * @dir: folder of the results; what perf needs is made in it and removed
 * @images: of the arms
 * @nr_images: how many
 * @symbol: function to annotate, NULL: DMAFP_PERF_SYMBOL
 * @note: something the user should know that is no failure; may be NULL
 * @ctx: handed to it
 */
struct dmafp_perf_options {
	const char *dir;
	const struct dmafp_perf_image *images;
	size_t nr_images;
	const char *symbol;
	void (*note)(void *ctx, const char *text);
	void *ctx;
};

/**
 * dmafp_perf_take() - ask perf
 * @texts: zeroed; filled, with no items where no result has samples; release it with
 *	dmafp_perf_texts_free(), also after a failure
 *
 * Of several boots the first with a perf.data stands for its arm.
 *
 * Return: 0, or a negative errno: DMAFP_EXIT_NO_INPUT where a kernel is not given or
 * another than was sampled, DMAFP_EXIT_MISSING where perf fails.
 */
int dmafp_perf_take(const struct dmafp_perf_options *options,
		    struct dmafp_perf_texts *texts, struct dmafp_err *err);

/**
 * dmafp_perf_write() - the same, into DIR/perf.json; nothing where nothing was sampled
 *
 * Return: 0, or a negative errno.
 */
int dmafp_perf_write(const struct dmafp_perf_options *options, struct dmafp_err *err);

#endif /* DMAFP_PERF_PERF_H */
