// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static void *or_abort(void *p)
{
	if (!p)
		abort();
	return p;
}

void *dmafp_alloc(size_t nr, size_t size)
{
	return or_abort(calloc(nr ? nr : 1, size));
}

void *dmafp_alloc_grow(void *array, size_t nr, size_t size)
{
	/* room doubles: only a power of two is full */
	if (!(nr & (nr - 1)))
		array = or_abort(reallocarray(array, nr ? 2 * nr : 1, size));
	memset((char *)array + nr * size, 0, size);
	return array;
}

char *dmafp_alloc_string(const char *text)
{
	return text ? or_abort(strdup(text)) : NULL;
}

const char **dmafp_alloc_list(const char *const *items, size_t nr)
{
	const char **list = nr ? dmafp_alloc(nr + 1, sizeof(*list)) : NULL;

	if (nr)
		memcpy(list, items, nr * sizeof(*list));
	return list;
}

char *dmafp_alloc_vprintf(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	return text;
}
