// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/render/flame.h"
#include "analysis/render/steps_text.h"
#include "base/file.h"
#include "trace/files.h"

/* One of the files of one arm */
struct content {
	const struct dmafp_profile_steps *profile;
	const struct dmafp_steps *steps, *base;
	const char *highlight;
};

static void put_folded(const struct content *c, FILE *out)
{
	dmafp_steps_print_folded(c->steps, out);
}

static void put_flame(const struct content *c, FILE *out)
{
	char *op = dmafp_steps_op_text(c->profile);
	char *title = dmafp_path("%s, %s on %s: %s, %llu instructions%s%s", op, c->steps->phase,
				 c->profile->device, c->steps->arm,
				 (unsigned long long)c->steps->instructions,
				 c->base ? ", against " : "", c->base ? c->base->arm : "");
	const struct dmafp_flame flame = {
		.title = title,
		.steps = c->steps,
		.base = c->base,
		.highlight = c->highlight,
	};

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
	dmafp_flame_svg(&flame, out);
	free(title);
	free(op);
}

static int write_file(const struct content *c, const char *dir, const char *end,
		      void (*put)(const struct content *c, FILE *out), struct dmafp_err *err)
{
	char *path = dmafp_path("%s/trace-%s%s%s", dir, c->steps->arm,
				strcmp(c->steps->phase, "unmap") ? "" : "-unmap", end);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int ret;

	if (!out)
		abort();
	put(c, out);
	if (fclose(out))
		abort();
	ret = dmafp_file_write(path, text, len, err);
	free(text);
	free(path);
	return ret;
}

static int write_json(const struct dmafp_profile_steps *steps, const char *dir,
		      struct dmafp_err *err)
{
	char *text = dmafp_steps_text(steps), *path = dmafp_path("%s/trace.json", dir);
	int ret = dmafp_file_write(path, text, strlen(text), err);

	free(path);
	free(text);
	return ret;
}

int dmafp_trace_files_write(const struct dmafp_profile_steps *steps, const char *dir,
			    const char *highlight, struct dmafp_err *err)
{
	int ret = write_json(steps, dir, err);
	size_t i;

	for (i = 0; !ret && i < steps->nr; i++) {
		struct content content = { steps, &steps->items[i], NULL, highlight };

		ret = write_file(&content, dir, ".folded", put_folded, err)
			      ?: write_file(&content, dir, ".svg", put_flame, err);
		content.base = dmafp_steps_of(steps, steps->items[0].arm, content.steps->phase);
		if (!ret && content.base != content.steps)
			ret = write_file(&content, dir, "-diff.svg", put_flame, err);
	}
	return ret;
}
