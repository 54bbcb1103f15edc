// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <string.h>

#include "analysis/render/render.h"

/* The table: dmafp_render_NAME, in the order in which help lists them */
#define RENDERERS(row) \
	row(text)      \
	row(mail)      \
	row(json)      \
	row(csv)       \
	row(ktap)      \
	row(kcidb)     \
	row(html)

#define POINTER(name) &dmafp_render_##name,
#define NAME(name)    #name,

static const struct dmafp_renderer *const renderers[] = { RENDERERS(POINTER) };

const char *const dmafp_renderer_names[] = { RENDERERS(NAME) NULL };

const struct dmafp_renderer *dmafp_renderer_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(renderers) / sizeof(renderers[0]); i++)
		if (!strcmp(renderers[i]->name, name))
			return renderers[i];
	return NULL;
}

const char *dmafp_renderer_summary(const char *name)
{
	return dmafp_renderer_find(name)->summary;
}
