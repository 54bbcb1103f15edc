// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/path/remark.h"
#include "base/alloc.h"

void dmafp_path_remark(struct dmafp_walk *walk, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = dmafp_alloc_vprintf(fmt, args);
	va_end(args);
	walk->remarks = dmafp_alloc_grow(walk->remarks, walk->nr_remarks,
					 sizeof(*walk->remarks));
	walk->remarks[walk->nr_remarks++] = text;
}

void dmafp_path_remark_once(struct dmafp_walk *walk, const char *text)
{
	size_t i;

	for (i = 0; i < walk->nr_remarks; i++)
		if (!strcmp(walk->remarks[i], text))
			return;
	dmafp_path_remark(walk, "%s", text);
}
