/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is there or ends the program: analysis runs in user space only. */
#ifndef DMAFP_BASE_ALLOC_H
#define DMAFP_BASE_ALLOC_H

#include <stdarg.h>
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

/** dmafp_alloc_vprintf() - what vprintf() would print, as a string to free() */
char *dmafp_alloc_vprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

/**
 * dmafp_alloc_list() - the items with NULL behind them, in memory of its own
 * @items: stay the caller's
 * @nr: how many; 0: there is no list
 *
 * Return: the list to free(), NULL for none.
 */
const char **dmafp_alloc_list(const char *const *items, size_t nr);

#endif /* DMAFP_BASE_ALLOC_H */
