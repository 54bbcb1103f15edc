// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/render/steps_text.h"
#include "base/alloc.h"
#include "base/proc.h"
#include "cmd/cmd.h"
#include "lab/arm.h"
#include "trace/trace.h"

struct trace_cmd_options {
	const char *op, *size, *direction, *device, *mode, *phase, *highlight;
	struct dmafp_strings arms, patches;
	const char *kernel_src, *config, *iommu, *output;
	bool json;
};

static const struct trace_cmd_options defaults = {
	.op = "map_page",
	.size = "4K",
	.direction = "to_device",
	.device = "nvme",
	.mode = "keyed",
	.phase = "map",
	.highlight = "iommu_deferred_attach",
};

static const char *const directions[] = { "to_device", "from_device", "bidirectional", NULL };
static const char *const devices[] = { "nvme", "nic", NULL };
static const char *const modes[] = { "plain", "kdump", "keyed", NULL };
static const char *const phases[] = { "map", "unmap", "both", NULL };
static const char *const iommus[] = { "intel", "amd", NULL };
static const char *const default_arms[] = { "base", "patched", NULL };

#define OFFSET(member)	offsetof(struct trace_cmd_options, member)

static const struct dmafp_option options[] = {
	{ "op", 0, DMAFP_OPT_CHOICE, OFFSET(op), "OP", dmafp_trace_op_names,
	  "op to step" },
	{ "size", 0, DMAFP_OPT_STRING, OFFSET(size), "SIZE", NULL, "size of its buffer" },
	{ "direction", 0, DMAFP_OPT_CHOICE, OFFSET(direction), "DIR", directions,
	  "its direction" },
	{ "phase", 0, DMAFP_OPT_CHOICE, OFFSET(phase), "PHASE", phases,
	  "which of its calls" },
	{ "device", 'd', DMAFP_OPT_CHOICE, OFFSET(device), "DEVICE", devices,
	  "emulated device that it maps for" },
	{ "mode", 'm', DMAFP_OPT_CHOICE, OFFSET(mode), "MODE", modes,
	  "boot mode" },
	{ "arm", 'a', DMAFP_OPT_CHOICES, OFFSET(arms), "ARM", dmafp_arm_names,
	  "arm to step it on, repeatable [base, patched]" },
	{ "patch", 'p', DMAFP_OPT_STRINGS, OFFSET(patches), "FILE", NULL,
	  "patch under test in place of the bundled one, repeatable" },
	{ "kernel-src", 's', DMAFP_OPT_STRING, OFFSET(kernel_src), "DIR", NULL,
	  "kernel tree, or a tarball of one [linux-source-6.12]" },
	{ "config", 'c', DMAFP_OPT_STRING, OFFSET(config), "FILE", NULL,
	  "kernel configuration, as for dmafp lab; with DEBUG_INFO inlined functions are "
	  "frames of their own" },
	{ "iommu", 0, DMAFP_OPT_CHOICE, OFFSET(iommu), "NAME", iommus,
	  "emulated IOMMU [intel]" },
	{ "highlight", 0, DMAFP_OPT_STRING, OFFSET(highlight), "FUNCTION", NULL,
	  "function to stand out in the flame graphs" },
	{ "output", 'o', DMAFP_OPT_STRING, OFFSET(output), "DIR", NULL,
	  "new folder for the profile, the pictures, results and logs [results/trace-TIME]" },
	{ "json", 'j', DMAFP_OPT_FLAG, OFFSET(json), NULL, NULL,
	  "print trace.json in place of tables" },
	{ 0 },
};

static int print(const struct dmafp_trace_outcome *outcome, bool json)
{
	char *text = json ? dmafp_steps_text(&outcome->steps) : NULL;

	if (json)
		fputs(text, stdout);
	else
		dmafp_steps_print(&outcome->steps, stdout);
	free(text);
	fflush(stdout);
	fprintf(stderr, "%llu instructions stepped in %.1f s, guests done after %.1f s\n",
		(unsigned long long)outcome->stepped, outcome->seconds, outcome->total_s);
	fprintf(stderr, "profile and pictures: %s\n", outcome->dir);
	return outcome->equal ? 0 : DMAFP_EXIT_INVALID;
}

static int run(void *arg, int argc, char **argv, struct dmafp_err *err)
{
	const struct trace_cmd_options *o = arg;
	const char *const mode[] = { o->mode, NULL };
	const char **arms = dmafp_alloc_list(o->arms.items, o->arms.nr);
	const struct dmafp_trace_options trace = {
		.op = o->op,
		.size = o->size,
		.direction = o->direction,
		.device = o->device,
		.map = strcmp(o->phase, "unmap") != 0,
		.unmap = strcmp(o->phase, "map") != 0,
		.highlight = o->highlight,
		.lab = {
			.kernel_src = o->kernel_src,
			.config = o->config,
			.patches = o->patches.items,
			.nr_patches = o->patches.nr,
			.iommu = o->iommu,
			.accel = "icount",
			.modes = mode,
			.arms = arms ? arms : default_arms,
			.output = o->output,
		},
	};
	struct dmafp_trace_outcome outcome;
	int ret;

	(void)argc;
	(void)argv;
	dmafp_proc_init();
	ret = dmafp_trace_execute(&trace, &outcome, err);
	ret = ret ?: print(&outcome, o->json);
	dmafp_steps_free(&outcome.steps);
	free(outcome.dir);
	free(arms);
	return ret;
}

const struct dmafp_command dmafp_cmd_trace = {
	.name = "trace",
	.summary = "step one op in QEMU: where each of its instructions goes",
	.usage = "",
	.description =
		"Boots the arms in the lab's QEMU, single-steps one op through QEMU's gdb stub\n"
		"from stamp to stamp, and prints the instructions of every function and the\n"
		"call tree, the arms side by side. The totals are compared with the count that\n"
		"the same guest measured without stepping.\n"
		"\n"
		"Writes trace.json (dmafp diff takes it in beside the results), and for each\n"
		"arm its folded stacks and a flame graph, trace-ARM.folded and trace-ARM.svg.\n"
		"\n"
		"Exit code: 0, or 3 where a total is not the measured count; 64 and above see\n"
		"docs/exit-codes.md.",
	.examples = "  dmafp trace                          a 4K map_page, base and patched\n"
		    "  dmafp trace --op check --phase map\n"
		    "  dmafp trace -p my.patch --size 64K --phase both",
	.options = options,
	.options_size = sizeof(struct trace_cmd_options),
	.defaults = &defaults,
	.run = run,
};
