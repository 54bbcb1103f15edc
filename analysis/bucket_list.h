/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Most of a result file is buckets, and a tree of JSON values is a hundred times
 * their size.  So they are taken out of the text before it is parsed, each array
 * leaving its number behind.  Only plain arrays are, in a file that has no
 * others: for anything else there is the parser, and its messages.
 */
#ifndef DMAFP_ANALYSIS_BUCKET_LIST_H
#define DMAFP_ANALYSIS_BUCKET_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** struct dmafp_triple - one bucket as in the file: low, width, count */
struct dmafp_triple {
	uint64_t values[3];
};

/** struct dmafp_bucket_list - one array; the reader takes @items and leaves NULL */
struct dmafp_bucket_list {
	struct dmafp_triple *items;
	size_t nr;
};

/** struct dmafp_bucket_lists - all arrays of a file, in their order there */
struct dmafp_bucket_lists {
	struct dmafp_bucket_list *items;
	size_t nr;
};

/**
 * dmafp_bucket_lists_take() - take all arrays of buckets out of a text
 * @lists: zeroed
 * @text: JSON, well-formed or not
 * @len: of @text; out: of what is left
 *
 * A plain array has elements of three whole numbers below 2^63, of which the
 * second and third are not 0.
 *
 * Return: what is left, to free(); NULL if a member "buckets" is anything but a
 * plain array, with @lists empty and @len as it was.
 */
char *dmafp_bucket_lists_take(struct dmafp_bucket_lists *lists, const char *text, size_t *len);

/** dmafp_bucket_lists_free() - release what is left, and empty it */
void dmafp_bucket_lists_free(struct dmafp_bucket_lists *lists);

#endif /* DMAFP_ANALYSIS_BUCKET_LIST_H */
