// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/path/estimate.h"
#include "analysis/path/path.h"
#include "analysis/path/site.h"
#include "analysis/path/tread.h"
#include "base/alloc.h"

static int take(const struct dmafp_image *image, const struct dmafp_path_options *options,
		struct dmafp_walk *walk, struct dmafp_err *err)
{
	const struct dmafp_image_symbol *symbol =
		dmafp_image_function(image, options->symbol, err);
	struct dmafp_decoder decoder = { 0 };
	int ret;

	if (!symbol)
		return -ENOENT;
	ret = dmafp_decoder_open(&decoder, image, err);
	if (!ret) {
		dmafp_path_tread(&decoder, symbol, options, walk);
		dmafp_path_sites(&decoder, symbol, walk);
		ret = dmafp_path_estimate(walk, options->cpus, err);
	}
	dmafp_decoder_close(&decoder);
	return ret;
}

int dmafp_path_take(const char *file, const char *arm,
		    const struct dmafp_path_options *options, struct dmafp_walk *walk,
		    struct dmafp_err *err)
{
	struct dmafp_image image;
	int ret = dmafp_image_open(&image, file, err);

	walk->image = dmafp_alloc_string(file);
	walk->arm = dmafp_alloc_string(arm);
	walk->symbol = dmafp_alloc_string(options->symbol);
	if (!ret) {
		walk->arch = dmafp_alloc_string(dmafp_image_arch_name(&image));
		walk->build_id = dmafp_alloc_string(image.build_id);
		ret = take(&image, options, walk, err);
	}
	dmafp_image_close(&image);
	return ret;
}

static bool parse_way(const char *text, bool *taken)
{
	*taken = !strcmp(text, "taken");
	return *taken || !strcmp(text, "not");
}

int dmafp_path_branch_parse(const char *text, struct dmafp_path_branch *branch,
			    struct dmafp_err *err)
{
	const char *way = strchr(text, '='), *plus = strchr(text, '+');
	const char *number = plus && way && plus < way ? plus + 1 : text;
	char *end;

	errno = 0;
	*branch = (struct dmafp_path_branch){ .offset = strtoull(number, &end, 0) };
	if (!way || errno || end != way || end == number || *number == '-' ||
	    !parse_way(way + 1, &branch->taken))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "'%s' is no branch: give [FUNCTION+]OFFSET=taken or =not, such as 0x16=not",
				     text);
	if (number != text)
		branch->function = strndup(text, (size_t)(plus - text));
	return 0;
}
