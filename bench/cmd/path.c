// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/path/path.h"
#include "analysis/render/walks.h"
#include "base/alloc.h"
#include "cmd/cmd.h"

struct path_cmd_options {
	const char *symbol;
	struct dmafp_strings branches, cpus;
	bool json;
	const char *output;
};

static const struct path_cmd_options defaults = {
	.symbol = DMAFP_PATH_SYMBOL,
};

#define OFFSET(member) offsetof(struct path_cmd_options, member)

static const struct dmafp_option options[] = {
	{ "symbol", 's', DMAFP_OPT_STRING, OFFSET(symbol), "NAME", NULL,
	  "function to walk through [" DMAFP_PATH_SYMBOL "]" },
	{ "branch", 'b', DMAFP_OPT_STRINGS, OFFSET(branches), "[FUNCTION+]OFFSET=taken|not", NULL,
	  "decide a branch that no rule decides, or otherwise than its rule; repeatable" },
	{ "mcpu", 0, DMAFP_OPT_STRINGS, OFFSET(cpus), "CPU", NULL,
	  "CPU that llvm-mca estimates for, repeatable [skylake and znver3, neoverse-n1]" },
	{ "json", 'j', DMAFP_OPT_FLAG, OFFSET(json), NULL, NULL,
	  "print the walks as JSON instead of text" },
	{ "output", 'o', DMAFP_OPT_STRING, OFFSET(output), "FILE", NULL,
	  "write the walks to FILE, which dmafp diff takes in beside the results, and "
	  "print nothing unless --json is given" },
	{ 0 }
};

/* ARM=FILE, or FILE */
static int take(const char *arg, const struct dmafp_path_options *what, struct dmafp_walk *walk,
		struct dmafp_err *err)
{
	const char *equals = strchr(arg, '='), *slash = strchr(arg, '/');
	char *arm = NULL;
	int ret;

	if (equals && (!slash || equals < slash)) {
		arm = strndup(arg, (size_t)(equals - arg));
		arg = equals + 1;
	}
	ret = dmafp_path_take(arg, arm, what, walk, err);
	free(arm);
	return ret;
}

static int parse_branches(const struct dmafp_strings *texts, struct dmafp_path_branch **branches,
			  struct dmafp_err *err)
{
	int ret = 0;
	size_t i;

	*branches = dmafp_alloc(texts->nr + 1, sizeof(**branches));
	for (i = 0; !ret && i < texts->nr; i++)
		ret = dmafp_path_branch_parse(texts->items[i], &(*branches)[i], err);
	return ret;
}

static int show(const struct dmafp_walks *walks, const struct path_cmd_options *o,
		struct dmafp_err *err)
{
	int ret = o->output ? dmafp_walks_write(walks, o->output, err) : 0;

	if (!ret && o->json) {
		char *text = dmafp_walks_text(walks);

		fputs(text, stdout);
		free(text);
	} else if (!ret && !o->output) {
		dmafp_render_walks(walks, stdout);
	}
	if (!ret && (fflush(stdout) || ferror(stdout)))
		ret = dmafp_err_errno(err, errno ? errno : EIO, "cannot print the walks");
	return ret;
}

static int run(void *arg, int argc, char **argv, struct dmafp_err *err)
{
	const struct path_cmd_options *o = arg;
	const char **cpus = dmafp_alloc_list(o->cpus.items, o->cpus.nr);
	struct dmafp_path_options what = {
		.symbol = o->symbol,
		.nr_branches = o->branches.nr,
		.cpus = cpus,
	};
	struct dmafp_walks walks = { 0 };
	struct dmafp_path_branch *branches;
	int ret = parse_branches(&o->branches, &branches, err), i;
	size_t b;

	what.branches = branches;
	for (i = 0; !ret && i < argc; i++)
		ret = take(argv[i], &what, dmafp_walks_add(&walks), err);
	ret = ret ?: show(&walks, o, err);
	for (b = 0; b < o->branches.nr; b++)
		free(branches[b].function);
	free(branches);
	free(cpus);
	dmafp_walks_free(&walks);
	return ret;
}

const struct dmafp_command dmafp_cmd_path = {
	.name = "path",
	.summary = "what a map executes in iommu_deferred_attach(), from the image itself",
	.usage = "[ARM=]VMLINUX...",
	.description =
		"Walks the not-deferred path through iommu_deferred_attach() in each kernel\n"
		"image, from its entry to its return and through what is called on the way,\n"
		"and lists what it is made of: instructions, bytes, cache lines, branches,\n"
		"loads, stores, stack operations, calls, locked instructions. The others are\n"
		"put beside the first image, with what moved between them. Says of each call\n"
		"of the function whether it is behind a static branch. For x86-64 and arm64.\n"
		"\n"
		"Which way a branch goes is decided by the rules of docs/path.md. One that no\n"
		"rule decides, a loop, and an indirect branch are reported and never guessed.\n"
		"Where llvm-mca is installed, it estimates the cycles of the path.\n"
		"\n"
		"dmafp lab writes the walks of its kernels to path.json beside its results,\n"
		"and the report says whether they agree with what was measured.\n"
		"\n"
		"Exit codes: 0 walked; 64 bad option; 66 no kernel image, or it has no such\n"
		"function; 74 the walks could not be written.",
	.examples =
		"  dmafp path build/vmlinux\n"
		"  dmafp path base=a/vmlinux patched=b/vmlinux --output results/path.json\n"
		"  dmafp path --symbol mutex_lock vmlinux\n"
		"  dmafp path --branch 0x16=not --mcpu icelake-server vmlinux",
	.options = options,
	.options_size = sizeof(struct path_cmd_options),
	.defaults = &defaults,
	.min_args = 1,
	.max_args = -1,
	.run = run,
};
