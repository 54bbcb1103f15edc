// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <string.h>

#include "analysis/render/render.h"

static const struct dmafp_renderer *const renderers[] = {
	&dmafp_render_text,
	&dmafp_render_json,
};

const struct dmafp_renderer *dmafp_renderer_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(renderers) / sizeof(renderers[0]); i++)
		if (!strcmp(renderers[i]->name, name))
			return renderers[i];
	return NULL;
}
