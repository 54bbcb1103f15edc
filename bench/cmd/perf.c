// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/render/perf_print.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/proc.h"
#include "cmd/cmd.h"
#include "perf/perf.h"

struct perf_cmd_options {
	struct dmafp_strings images;
	const char *symbol, *output;
	bool json;
};

static const struct perf_cmd_options defaults = {
	.symbol = DMAFP_PERF_SYMBOL,
};

#define OFFSET(member) offsetof(struct perf_cmd_options, member)

static const struct dmafp_option options[] = {
	{ "vmlinux", 0, DMAFP_OPT_STRINGS, OFFSET(images), "ARM=FILE", NULL,
	  "the kernel of an arm, with its symbols; repeatable" },
	{ "symbol", 's', DMAFP_OPT_STRING, OFFSET(symbol), "NAME", NULL,
	  "function to annotate [" DMAFP_PERF_SYMBOL "]" },
	{ "output", 'o', DMAFP_OPT_STRING, OFFSET(output), "FILE", NULL,
	  "write it there [DIR/perf.json]" },
	{ "json", 'j', DMAFP_OPT_FLAG, OFFSET(json), NULL, NULL,
	  "print JSON and write no file, unless --output is given" },
	{ 0 }
};

/* "ARM=FILE"; the arms are copies, the files are not */
static int parse_images(const struct dmafp_strings *texts,
			struct dmafp_perf_image *images, struct dmafp_err *err)
{
	size_t i;

	for (i = 0; i < texts->nr; i++) {
		const char *equals = strchr(texts->items[i], '=');

		if (!equals || equals == texts->items[i] || !equals[1])
			return dmafp_err_set(
				err, EINVAL, DMAFP_EXIT_USAGE,
				"perf: --vmlinux takes ARM=FILE, as in base=vmlinux, "
				"not '%s'",
				texts->items[i]);
		images[i].arm =
			strndup(texts->items[i], (size_t)(equals - texts->items[i]));
		images[i].vmlinux = equals + 1;
	}
	return 0;
}

static void note(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "note: %s\n", text);
}

static int show(const struct dmafp_perf_texts *texts, const struct perf_cmd_options *o,
		const char *dir, struct dmafp_err *err)
{
	char *path = o->output ? dmafp_alloc_string(o->output)
			       : dmafp_path("%s/perf.json", dir);
	int ret = 0;

	if (o->output || !o->json)
		ret = dmafp_perf_texts_write(texts, path, err);
	free(path);
	if (ret)
		return ret;
	if (o->json)
		dmafp_perf_print_json(texts, stdout);
	else
		dmafp_perf_print(texts, stdout);
	if (fflush(stdout) || ferror(stdout))
		return dmafp_err_errno(err, errno ? errno : EIO,
				       "cannot print what perf says");
	return 0;
}

static int take(const struct perf_cmd_options *o, const struct dmafp_perf_options *perf,
		struct dmafp_err *err)
{
	struct dmafp_perf_texts texts = { 0 };
	int ret = dmafp_perf_take(perf, &texts, err);

	if (!ret && !texts.nr)
		ret = dmafp_err_set(err, ENOENT, DMAFP_EXIT_NO_INPUT,
				    "no result in %s has a perf.data beside it: measure with a "
				    "profile that has [perf] sample = yes",
				    perf->dir);
	if (!ret)
		ret = show(&texts, o, perf->dir, err);
	dmafp_perf_texts_free(&texts);
	return ret;
}

static int run(void *arg, int argc, char **argv, struct dmafp_err *err)
{
	const struct perf_cmd_options *o = arg;
	struct dmafp_perf_image *images = dmafp_alloc(o->images.nr + 1, sizeof(*images));
	const struct dmafp_perf_options perf = { .dir = argv[0],
						 .images = images,
						 .nr_images = o->images.nr,
						 .symbol = o->symbol,
						 .note = note };
	int ret = parse_images(&o->images, images, err);
	size_t i;

	(void)argc;
	dmafp_proc_init();
	ret = ret ?: take(o, &perf, err);
	for (i = 0; i < o->images.nr; i++)
		free((char *)images[i].arm);
	free(images);
	return ret;
}

const struct dmafp_command dmafp_cmd_perf = {
	.name = "perf",
	.summary = "what perf diff and perf annotate say of sampled results",
	.usage = "DIR",
	.description =
		"Takes the perf.data files beside the results in DIR, runs perf diff of each\n"
		"arm against base and perf annotate of one function in each arm, and writes\n"
		"DIR/perf.json, which dmafp diff takes in beside the results. Each arm's\n"
		"kernel is needed for its symbols, and must be the one that was sampled: the\n"
		"build ids are compared. dmafp lab does this by itself.\n"
		"\n"
		"Nothing is written outside of DIR, and neither the user's configuration nor\n"
		"a cache of perf's is used.\n"
		"\n"
		"Exit codes: 0 done; 64 bad option; 66 nothing was sampled, or a kernel is\n"
		"missing or another one; 69 perf is missing, too old or failed.",
	.examples = "  dmafp perf results/today --vmlinux base=/boot/vmlinux-base \\\n"
		    "      --vmlinux patched=/boot/vmlinux-patched\n"
		    "  dmafp diff results/today",
	.options = options,
	.options_size = sizeof(struct perf_cmd_options),
	.defaults = &defaults,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
