/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keys were given: values as they were written, and where.  A file makes
 * one layer; laid over each other, layers are a profile.
 */
#ifndef DMAFP_RUN_LAYER_H
#define DMAFP_RUN_LAYER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "run/key.h"

#define DMAFP_LAYER_LINE 4093 /* characters that a line of a file may have */

/**
 * struct dmafp_given - one key's value
 * @value: as written, NULL: it was not given
 * @where: what a message calls the place, "FILE:LINE" or "--set KEY=VALUE"
 * @line: of the file, 0: it was not in one
 */
struct dmafp_given {
	char *value;
	char *where;
	int line;
};

/**
 * struct dmafp_layer - the values of a table of keys
 * @keys: the table
 * @nr: its rows
 * @trial: a struct that the table describes; every value is tried on it
 * @given: one for each row
 */
struct dmafp_layer {
	const struct dmafp_key *keys;
	size_t nr;
	void *trial;
	struct dmafp_given *given;
};

/** dmafp_layer_init() - nothing is given yet; release it with dmafp_layer_free() */
void dmafp_layer_init(struct dmafp_layer *layer, const struct dmafp_key *keys, size_t nr,
		      void *trial);

/**
 * dmafp_layer_read() - take what one INI file gives
 * @layer: empty
 * @text: content of the file
 * @path: what to call it in messages
 * @err: filled on failure: file and line, and the nearest known key or the range
 *	of the value
 *
 * Return: 0, or a negative errno.
 */
int dmafp_layer_read(struct dmafp_layer *layer, const char *text, const char *path,
		     struct dmafp_err *err);

/** dmafp_layer_put() - give the key of row @i a value, in place of what it had */
void dmafp_layer_put(struct dmafp_layer *layer, size_t i, const char *value,
		     const char *where, int line);

/** dmafp_layer_over() - what @top gives takes the place of what @layer has */
void dmafp_layer_over(struct dmafp_layer *layer, const struct dmafp_layer *top);

/** dmafp_layer_drop() - the key of row @i was not given */
void dmafp_layer_drop(struct dmafp_layer *layer, size_t i);

/**
 * dmafp_layer_find() - the row of a key
 *
 * Return: its index, or -1.
 */
int dmafp_layer_find(const struct dmafp_layer *layer, const char *section,
		     const char *name);

/**
 * dmafp_layer_text() - the layer as one INI file, in the table's order
 * @all: also the keys that were not given, with their defaults, and behind each
 *	value a comment: where it is from
 *
 * Return: a malloc()ed text.
 */
char *dmafp_layer_text(const struct dmafp_layer *layer, bool all);

/** dmafp_layer_free() - release its values */
void dmafp_layer_free(struct dmafp_layer *layer);

#endif /* DMAFP_RUN_LAYER_H */
