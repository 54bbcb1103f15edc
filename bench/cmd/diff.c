// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/report.h"
#include "cmd/cmd.h"

struct diff_options {
	bool json;
	const char *output;
};

static const struct diff_options defaults;

static const struct dmafp_option options[] = {
	{ "json", 'j', DMAFP_OPT_FLAG, offsetof(struct diff_options, json), NULL, NULL,
	  "print the report as JSON instead of text" },
	{ "output", 'o', DMAFP_OPT_STRING, offsetof(struct diff_options, output), "FILE",
	  NULL,
	  "write the text to FILE, its JSON beside it (REPORT.txt and\n"
	  "REPORT.json), and print nothing unless --json is given" },
	{ 0 }
};

static int run(void *arg, int argc, char **argv, struct dmafp_err *err)
{
	const struct diff_options *o = arg;
	struct dmafp_report report = { 0 };
	int ret;

	ret = dmafp_report_load(&report, (const char *const *)argv, (size_t)argc, err);
	if (!ret && o->output)
		ret = dmafp_report_save(&report, o->output, err);
	if (!ret && (o->json || !o->output))
		ret = dmafp_report_print(&report,
					 o->json ? &dmafp_render_json : &dmafp_render_text,
					 stdout, err);
	if (!ret)
		ret = dmafp_judgement_exit(report.judgement);
	dmafp_report_free(&report);
	return ret;
}

const struct dmafp_command dmafp_cmd_diff = {
	.name = "diff",
	.summary = "compare result files and give a verdict",
	.usage = "FILE|DIR...",
	.description =
		"Compares the arms base, patched, always-lock and placebo, mode by mode and\n"
		"device by device, and says whether the patch costs anything once a device\n"
		"is attached. A directory stands for all results in it and below; a file\n"
		"must be a result. Several boots of one arm are replicates.\n"
		"\n"
		"The exit code is the verdict: 0 no cost (EQUIVALENT or IMPROVED),\n"
		"1 REGRESSED, 2 INCONCLUSIVE, 3 INVALID (the results cannot support a\n"
		"verdict; the report lists why). The rules are in docs/verdicts.md.",
	.examples = "  dmafp diff results/reference\n"
		    "  dmafp diff --output report.txt base/ patched/ always-lock/ placebo/",
	.options = options,
	.options_size = sizeof(struct diff_options),
	.defaults = &defaults,
	.min_args = 1,
	.max_args = -1,
	.run = run,
};
