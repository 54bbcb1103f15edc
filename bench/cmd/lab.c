// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/path/path.h"
#include "analysis/report.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/proc.h"
#include "cmd/cmd.h"
#include "lab/arm.h"
#include "lab/lab.h"
#include "matrix/survey.h"
#include "perf/perf.h"

struct lab_cmd_options {
	const char *kernel_src;
	const char *kernel_package;
	const char *config;
	struct dmafp_strings patches;
	const char *profile;
	struct dmafp_strings sets;
	const char *iommu;
	const char *accel;
	const char *invalidation;
	struct dmafp_strings modes;
	struct dmafp_strings arms;
	unsigned int jobs;
	const char *output;
	bool keep;
	bool dry_run;
	bool build_only;
};

static const struct lab_cmd_options defaults = {
	.profile = "default",
};

static const char *const iommus[] = { "intel", "amd", NULL };
static const char *const invalidations[] = { "strict", "lazy", NULL };
static const char *const accels[] = { "icount", "tcg", "mttcg", "kvm", NULL };
static const char *const mode_names[] = { "plain", "kdump", "keyed", NULL };

#define OFFSET(member)	offsetof(struct lab_cmd_options, member)

static const struct dmafp_option options[] = {
	{ "patch", 'p', DMAFP_OPT_STRINGS, OFFSET(patches), "FILE", NULL,
	  "patch under test, from git format-patch or an mbox, in place of the bundled "
	  "one; give it again for the next one of a series" },
	{ "kernel-src", 's', DMAFP_OPT_STRING, OFFSET(kernel_src), "DIR", NULL,
	  "kernel tree, or a tarball of one; it is copied, never written to [linux-source-6.12]" },
	{ "kernel-package", 0, DMAFP_OPT_STRING, OFFSET(kernel_package), "NAME", NULL,
	  "a kernel of Debian's as it is, such as linux-image-amd64: downloaded, not "
	  "installed; arm base only, so what is printed is a survey, not a verdict" },
	{ "config", 'c', DMAFP_OPT_STRING, OFFSET(config), "FILE", NULL,
	  "kernel configuration: a whole .config, or a fragment for allnoconfig; what the "
	  "lab itself needs is laid over it" },
	{ "profile", 'P', DMAFP_OPT_STRING, OFFSET(profile), "NAME|FILE", NULL,
	  "what to measure; see dmafp list profiles" },
	{ "set", 0, DMAFP_OPT_STRINGS, OFFSET(sets), "KEY=VALUE", NULL,
	  "override a key of the profile, as in run.block=16, or block=16 where only "
	  "one section has it; repeatable" },
	{ "iommu", 0, DMAFP_OPT_CHOICE, OFFSET(iommu), "NAME", iommus,
	  "emulated IOMMU [the profile's]" },
	{ "invalidation", 0, DMAFP_OPT_CHOICE, OFFSET(invalidation), "HOW", invalidations,
	  "of the IOMMU's TLB after an unmap: strict, or lazy, by a flush queue "
	  "[the profile's command line]" },
	{ "mode", 'm', DMAFP_OPT_CHOICES, OFFSET(modes), "MODE", mode_names,
	  "boot mode to measure in, repeatable [the profile's]" },
	{ "arm", 'a', DMAFP_OPT_CHOICES, OFFSET(arms), "ARM", dmafp_arm_names,
	  "arm to build and boot, repeatable; without base, patched and both controls "
	  "there is no verdict [all]" },
	{ "accel", 0, DMAFP_OPT_CHOICE, OFFSET(accel), "NAME", accels,
	  "icount counts instructions; tcg, mttcg and kvm run in time [the profile's]" },
	{ "jobs", 'j', DMAFP_OPT_UINT, OFFSET(jobs), "N", NULL,
	  "guests at a time, and make's jobs less one [one per CPU; one guest "
	  "at a time where ticks are time]" },
	{ "output", 'o', DMAFP_OPT_STRING, OFFSET(output), "DIR", NULL,
	  "new folder for results, report and logs [results/lab-TIME]" },
	{ "keep", 'k', DMAFP_OPT_FLAG, OFFSET(keep), NULL, NULL,
	  "keep each boot's kernel and initramfs beside its logs" },
	{ "build-only", 'b', DMAFP_OPT_FLAG, OFFSET(build_only), NULL, NULL,
	  "build kernels and module, print each arm's image, build folder and dmafp.ko, "
	  "and stop" },
	{ "dry-run", 'n', DMAFP_OPT_FLAG, OFFSET(dry_run), NULL, NULL,
	  "print what would be built and booted, and stop" },
	{ 0 },
};

/* Of a kernel that is taken as it is: no verdict, but did the path run? */
static int survey(const struct dmafp_lab_outcome *outcome, struct dmafp_err *err)
{
	const char *const paths[] = { outcome->dir };
	struct dmafp_report report = { 0 };
	struct dmafp_survey survey;
	int ret = dmafp_report_load(&report, paths, 1, err);

	if (!ret) {
		dmafp_survey_take(&survey, &report.set);
		dmafp_survey_print(&survey, outcome->devices, stdout);
		ret = dmafp_survey_path_ran(&survey, outcome->devices) ? 0 : DMAFP_EXIT_INVALID;
	}
	dmafp_report_free(&report);
	return ret;
}

/* The static proof beside the results; a kernel that has none is no failure. */
static int write_walks(const struct dmafp_lab_outcome *outcome, struct dmafp_err *err)
{
	const struct dmafp_path_options what = { .symbol = DMAFP_PATH_SYMBOL };
	char *path = dmafp_path("%s/path.json", outcome->dir);
	struct dmafp_walks walks = { 0 };
	struct dmafp_err why;
	int ret = 0;

	for (size_t i = 0; i < outcome->nr_images; i++) {
		struct dmafp_walk *walk = dmafp_walks_add(&walks);

		if (dmafp_path_take(outcome->images[i].vmlinux, outcome->images[i].arm, &what, walk,
				    &why)) {
			fprintf(stderr, "no static proof of %s: %s\n", outcome->images[i].arm,
				why.msg);
			dmafp_walks_drop(&walks);
			continue;
		}
		/* where the cache lies is this machine's affair */
		free(walk->image);
		walk->image = dmafp_path("%s/vmlinux", outcome->images[i].arm);
	}
	if (walks.nr)
		ret = dmafp_walks_write(&walks, path, err);
	dmafp_walks_free(&walks);
	free(path);
	return ret;
}

static void note(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "note: %s\n", text);
}

/* What perf makes of its samples, where there are some; the results stand without. */
static void write_perf(const struct dmafp_lab_outcome *outcome)
{
	struct dmafp_perf_image images[DMAFP_LAB_MAX_ARMS];
	const struct dmafp_perf_options perf = {
		.dir = outcome->dir,
		.images = images,
		.nr_images = outcome->nr_images,
		.note = note,
	};
	struct dmafp_err why;

	for (size_t i = 0; i < outcome->nr_images; i++)
		images[i] = (struct dmafp_perf_image){ outcome->images[i].arm,
						       outcome->images[i].vmlinux };
	if (dmafp_perf_write(&perf, &why))
		fprintf(stderr, "no comparison by perf: %s\n", why.msg);
}

static int report(const struct dmafp_lab_outcome *outcome, bool package, struct dmafp_err *err)
{
	char *base = dmafp_path("%s/report.txt", outcome->dir);
	const char *const paths[] = { outcome->dir };
	int verdict;

	verdict = package ? survey(outcome, err) :
			    dmafp_diff_report(paths, 1, base, stdout, err);
	if (verdict >= 0) {
		fflush(stdout);
		fprintf(stderr, "kernels ready after %.0f s (%s), guests done after %.0f s\n",
			outcome->kernels_s, outcome->warm ? "warm: all cached" : "cold",
			outcome->total_s);
		fprintf(stderr, "%u results, report and logs: %s\n", outcome->results,
			outcome->dir);
	}
	free(base);
	return verdict;
}

static int run(void *options, int argc, char **argv, struct dmafp_err *err)
{
	const struct lab_cmd_options *opts = options;
	const struct dmafp_lab_options lab = {
		.kernel_src = opts->kernel_src,
		.kernel_package = opts->kernel_package,
		.config = opts->config,
		.patches = opts->patches.items,
		.nr_patches = opts->patches.nr,
		.profile = opts->profile,
		.sets = { opts->sets.items, opts->sets.nr },
		.iommu = opts->iommu,
		.accel = opts->accel,
		.invalidation = opts->invalidation,
		.modes = dmafp_alloc_list(opts->modes.items, opts->modes.nr),
		.arms = dmafp_alloc_list(opts->arms.items, opts->arms.nr),
		.jobs = opts->jobs,
		.output = opts->output,
		.keep = opts->keep,
		.dry_run = opts->dry_run,
		.build_only = opts->build_only,
	};
	struct dmafp_lab_outcome outcome;
	int ret;

	(void)argc;
	(void)argv;
	dmafp_proc_init();
	ret = dmafp_lab_execute(&lab, &outcome, err);
	if (!ret && !opts->dry_run && !opts->build_only) {
		write_perf(&outcome);
		ret = write_walks(&outcome, err) ?: report(&outcome, opts->kernel_package, err);
	}
	dmafp_lab_outcome_end(&outcome);
	free((void *)lab.modes);
	free((void *)lab.arms);
	return ret;
}

const struct dmafp_command dmafp_cmd_lab = {
	.name = "lab",
	.summary = "build kernels, boot them in QEMU, measure, compare",
	.usage = "",
	.description =
		"Builds one kernel per arm (base, patched, and two controls: always-lock,\n"
		"which must come out as regressed, and placebo, which must not), boots each\n"
		"in QEMU with an NVMe controller and a NIC behind an emulated IOMMU, in three\n"
		"modes (plain; kdump, after a real crash; keyed, with the static key switched\n"
		"on from the command line), measures, and prints the verdict.\n"
		"\n"
		"Needs neither root nor KVM. Kernels are cached in\n"
		"${XDG_CACHE_HOME:-~/.cache}/dmafp and shared by all checkouts; the folder\n"
		"may be deleted at any time.\n"
		"\n"
		"Exit code: 0 no cost, 1 regressed, 2 inconclusive, 3 invalid; 64 and above\n"
		"see docs/exit-codes.md. With --kernel-package: 0 the path ran once per map in\n"
		"mode keyed on every device, 3 it did not.",
	.examples =
		"  dmafp lab                           judge the bundled patch\n"
		"  dmafp lab -p v8-0001-my.patch       judge a patch of yours\n"
		"  dmafp lab -s ~/linux -p a.patch -p b.patch\n"
		"  dmafp lab --kernel-package linux-image-amd64\n"
		"  dmafp lab --mode keyed --dry-run    see what would be run",
	.options = options,
	.options_size = sizeof(struct lab_cmd_options),
	.defaults = &defaults,
	.run = run,
};
