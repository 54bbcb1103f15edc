/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is there or ends the program: analysis runs in user space only. */
#ifndef DMAFP_BASE_ALLOC_H
#define DMAFP_BASE_ALLOC_H

#include <stddef.h>

/** dmafp_alloc() - @nr zeroed elements of @size bytes */
void *dmafp_alloc(size_t nr, size_t size);

/**
 * dmafp_alloc_grow() - room for one more element
 * @array: grown by this function from NULL
 * @nr: elements it holds
 * @size: bytes of one
 *
 * Return: the array, moved or not, with a zeroed element at @nr.
 */
void *dmafp_alloc_grow(void *array, size_t nr, size_t size);

/** dmafp_alloc_string() - a copy of @text; NULL stays NULL */
char *dmafp_alloc_string(const char *text);

#endif /* DMAFP_BASE_ALLOC_H */
