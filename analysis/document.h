/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file as it was read: one parse, whatever it turns out to be. */
#ifndef DMAFP_ANALYSIS_DOCUMENT_H
#define DMAFP_ANALYSIS_DOCUMENT_H

#include <jansson.h>

#include "analysis/bucket_list.h"
#include "base/err.h"

/**
 * struct dmafp_document - parsed JSON
 * @root: any value
 * @lists: arrays of buckets, for which @root has their numbers
 */
struct dmafp_document {
	json_t *root;
	struct dmafp_bucket_lists lists;
};

/**
 * dmafp_document_parse() - parse @len bytes of @text
 * @doc: filled; release it with dmafp_document_free(), also after a failure
 *
 * Return: 0, or -EINVAL (DMAFP_EXIT_DATA: truncated, not JSON, a member twice).
 */
int dmafp_document_parse(struct dmafp_document *doc, const char *text, size_t len,
			 struct dmafp_err *err);

/** dmafp_document_free() - release all, and empty it */
void dmafp_document_free(struct dmafp_document *doc);

#endif /* DMAFP_ANALYSIS_DOCUMENT_H */
