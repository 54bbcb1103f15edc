// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "analysis/render/color.h"
#include "analysis/report.h"
#include "cmd/cmd.h"
#include "run/value.h"

struct diff_options {
	const char *format, *output, *margin, *color;
	unsigned int margin_check;
	bool json, force, cover;
};

static const struct diff_options defaults = {
	.color = "auto",
};

#define OFFSET(member)	offsetof(struct diff_options, member)

static const struct dmafp_option options[] = {
	{ "format", 'f', DMAFP_OPT_CHOICE, OFFSET(format), "NAME", dmafp_renderer_names,
	  "form of the report [text]:" },
	{ "cover", 'c', DMAFP_OPT_FLAG, OFFSET(cover), NULL, NULL,
	  "mail, in 15 lines for a cover letter" },
	{ "color", 0, DMAFP_OPT_CHOICE, OFFSET(color), "WHEN", dmafp_color_choices,
	  "of text; auto: on a terminal, unless NO_COLOR is set or TERM is dumb" },
	{ "json", 'j', DMAFP_OPT_FLAG, OFFSET(json), NULL, NULL, "short for --format json" },
	{ "output", 'o', DMAFP_OPT_STRING, OFFSET(output), "FILE", NULL,
	  "write the report to FILE and print nothing" },
	{ "margin", 0, DMAFP_OPT_STRING, OFFSET(margin), "PERCENT", NULL,
	  "timed domain: what counts as no difference, as 0.5%, in place of what the "
	  "profile stated; the report says that it came after the run" },
	{ "margin-check", 0, DMAFP_OPT_UINT, OFFSET(margin_check), "TICKS", NULL,
	  "the same for the op check [what the profile stated]" },
	{ "force", 0, DMAFP_OPT_FLAG, OFFSET(force), NULL, NULL,
	  "judge results that cannot be compared; every page is marked" },
	{ 0 }
};

static const char *meaning(const struct dmafp_option *option, const char *choice)
{
	return option->choices == dmafp_renderer_names ? dmafp_renderer_summary(choice) : NULL;
}

static int read_margin(const struct diff_options *o, struct dmafp_rules *rules,
		       struct dmafp_err *err)
{
	uint64_t ppm = 0;

	if (o->margin && (dmafp_value_percent(o->margin, &ppm) || !ppm))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "--margin is a percentage from 0.0001%% to 100%%, as in 0.5%%");
	rules->margin_ppm = (uint32_t)ppm;
	rules->margin_check = o->margin_check;
	return 0;
}

/* What says more than --format: --json, and --cover if nothing else was asked for */
static const struct dmafp_renderer *choose(const struct diff_options *o)
{
	const char *format = o->json ? "json" : o->format;

	if (!format)
		format = o->cover ? "mail" : "text";
	return dmafp_renderer_find(format);
}

/* A file is no terminal */
static bool wants_color(const struct diff_options *o)
{
	return o->output ? !strcmp(o->color, "always") : dmafp_color_wanted(o->color, stdout);
}

static int run(void *arg, int argc, char **argv, struct dmafp_err *err)
{
	const struct diff_options *o = arg;
	const struct dmafp_renderer *renderer = choose(o);
	struct dmafp_report report = {
		.rules.force = o->force,
		.style.cover = o->cover,
		.style.color = wants_color(o),
	};
	int ret = read_margin(o, &report.rules, err);

	if (!ret && o->cover && renderer != &dmafp_render_mail)
		ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				    "diff: --cover goes with --format mail, not with %s",
				    renderer->name);
	if (!ret)
		ret = dmafp_report_load(&report, (const char *const *)argv, (size_t)argc, err);
	if (!ret && o->output)
		ret = dmafp_report_write(&report, renderer, o->output, err);
	else if (!ret)
		ret = dmafp_report_print(&report, renderer, stdout, err);
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
		    "  dmafp diff --format json --output report.json results/reference\n"
		    "  dmafp diff base/ patched/ always-lock/ placebo/",
	.options = options,
	.meaning = meaning,
	.options_size = sizeof(struct diff_options),
	.defaults = &defaults,
	.min_args = 1,
	.max_args = -1,
	.run = run,
};
