/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What perf itself says of its samples: `perf diff` of the arms, and `perf annotate`
 * of one function.  `dmafp perf` writes it to a file of its own, which reports take
 * in beside the results.
 */
#ifndef DMAFP_ANALYSIS_PERF_TEXT_H
#define DMAFP_ANALYSIS_PERF_TEXT_H

#include <stddef.h>

#include <jansson.h>

#include "base/err.h"

#define DMAFP_PERF_VERSION 1

/**
 * struct dmafp_perf_diff - perf diff of one arm against base
 * @arm: the other one
 * @text: lines as perf prints them; NULL: it names no function
 */
struct dmafp_perf_diff {
	char *arm, *text;
};

/**
 * struct dmafp_perf_annotation - perf annotate of the symbol in one arm
 * @build_id: of the kernel, hex
 * @text: lines as perf prints them; NULL: no sample fell into it
 */
struct dmafp_perf_annotation {
	char *arm, *build_id, *text;
};

/**
 * struct dmafp_perf_item - of one load or cell
 * @mode, @iommu, @pci, @label: of the device's group
 * @title: of the load or cell
 * @event: that was sampled
 */
struct dmafp_perf_item {
	char *mode, *iommu, *pci, *label, *title, *event;
	struct dmafp_perf_diff *diffs;
	size_t nr_diffs;
	struct dmafp_perf_annotation *annotations;
	size_t nr_annotations;
};

/**
 * struct dmafp_perf_texts - one file
 * @tool_version: "perf version 6.1.192"
 * @symbol: that is annotated
 */
struct dmafp_perf_texts {
	char *tool_version, *symbol;
	struct dmafp_perf_item *items;
	size_t nr;
};

/** dmafp_perf_texts_to_json() - the file's content; a new reference */
json_t *dmafp_perf_texts_to_json(const struct dmafp_perf_texts *texts);

/**
 * dmafp_perf_texts_from_json() - read such a file
 * @texts: zeroed; on failure too it can be handed to dmafp_perf_texts_free()
 *
 * Return: 0, or a negative errno.
 */
int dmafp_perf_texts_from_json(struct dmafp_perf_texts *texts, const json_t *root,
			       struct dmafp_err *err);

/** dmafp_perf_texts_write() - write such a file, atomically; 0 or a negative errno */
int dmafp_perf_texts_write(const struct dmafp_perf_texts *texts, const char *path,
			   struct dmafp_err *err);

/** dmafp_perf_texts_add() - one more item, empty, at the end */
struct dmafp_perf_item *dmafp_perf_texts_add(struct dmafp_perf_texts *texts);

/** dmafp_perf_texts_free() - release all, and empty it */
void dmafp_perf_texts_free(struct dmafp_perf_texts *texts);

/** dmafp_perf_item_diff() - perf diff of that arm, NULL: there is none */
const char *dmafp_perf_item_diff(const struct dmafp_perf_item *item, const char *arm);

/** dmafp_perf_item_annotation() - of that arm, NULL: there is none */
const struct dmafp_perf_annotation *
dmafp_perf_item_annotation(const struct dmafp_perf_item *item, const char *arm);

#endif /* DMAFP_ANALYSIS_PERF_TEXT_H */
