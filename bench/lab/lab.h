/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lab: builds the arms' kernels, boots each in QEMU behind an emulated
 * IOMMU, and collects result files.  It judges nothing.
 */
#ifndef DMAFP_LAB_LAB_H
#define DMAFP_LAB_LAB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "run/profile.h"

struct dmafp_boot;

/**
 * struct dmafp_lab_watch - whoever controls the guests through the gdb stub
 * @start: a guest is there and waits before its first instruction
 * @poll: called often while it runs; must not wait for the guest to get anywhere
 * @ctx: handed to both
 *
 * Both return 0, or a negative errno with the error filled, which ends the lab.
 */
struct dmafp_lab_watch {
	int (*start)(void *ctx, const struct dmafp_boot *boot, struct dmafp_err *err);
	int (*poll)(void *ctx, const struct dmafp_boot *boot, struct dmafp_err *err);
	void *ctx;
};

/**
 * struct dmafp_lab_options - what the user asked for; NULL and 0 are defaults
 * @kernel_src: tree or tarball
 * @kernel_package: kernel package of the distribution, in place of @kernel_src;
 *	it has arm base only
 * @config: kernel configuration, whole or fragment
 * @patches: files that take the place of the bundled patch, in order
 * @nr_patches: how many
 * @profile: name or path of a profile
 * @sets: over that profile
 * @profile_text: a profile in place of both
 * @iommu: "intel" or "amd"; NULL: the profile's
 * @accel: "icount", "tcg", "mttcg" or "kvm"; NULL: the profile's
 * @invalidation: "strict" or "lazy", in place of what the profile's command
 *	line says of it; NULL: the profile's
 * @modes: NULL-terminated, NULL: the profile's
 * @arms: NULL-terminated, NULL: all
 * @jobs: guests at a time, and make's jobs less one; 0: one per CPU, but one
 *	guest at a time, after all kernels are built, where ticks are time
 * @output: folder for the results; NULL: results/lab-TIME
 * @keep: leave initramfs and kernels beside the logs
 * @dry_run: say what would be done and do nothing
 * @build_only: build kernels and module, print where they are, boot nothing
 * @watch: controls every guest through QEMU's gdb stub, NULL: nobody does
 */
struct dmafp_lab_options {
	const char *kernel_src;
	const char *kernel_package;
	const char *config;
	const char *const *patches;
	size_t nr_patches;
	const char *profile;
	struct dmafp_sets sets;
	const char *profile_text;
	const char *iommu;
	const char *accel;
	const char *invalidation;
	const char *const *modes;
	const char *const *arms;
	unsigned int jobs;
	const char *output;
	bool keep;
	bool dry_run;
	bool build_only;
	const struct dmafp_lab_watch *watch;
};

#define DMAFP_LAB_MAX_ARMS 8

/** struct dmafp_lab_image - the kernel of one arm, with its symbols */
struct dmafp_lab_image {
	const char *arm;
	char *vmlinux;
};

/**
 * struct dmafp_lab_outcome - what came of it
 * @dir: absolute folder of the results, malloc()ed
 * @results: result files in it
 * @devices: devices that every boot measures
 * @warm: every kernel was in the cache
 * @kernels_s: wall seconds until the last kernel was ready
 * @total_s: wall seconds until the last guest had ended; guests run while the
 *	next kernel compiles
 * @images: of kernels that were built; one of a package has no symbols
 * @nr_images: how many
 *
 * Release it with dmafp_lab_outcome_end(), also after a failure.
 */
struct dmafp_lab_outcome {
	char *dir;
	unsigned int results;
	size_t devices;
	bool warm;
	double kernels_s;
	double total_s;
	struct dmafp_lab_image images[DMAFP_LAB_MAX_ARMS];
	size_t nr_images;
};

/**
 * dmafp_lab_execute() - run the lab
 * @options: see above
 * @outcome: filled on success
 * @err: filled on failure
 *
 * On failure no guest and no compiler is left running, the cache is whole, and
 * the results that were received stay where they are.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_lab_execute(const struct dmafp_lab_options *options,
		      struct dmafp_lab_outcome *outcome, struct dmafp_err *err);

/** dmafp_lab_outcome_end() - free what it holds */
void dmafp_lab_outcome_end(struct dmafp_lab_outcome *outcome);

#endif /* DMAFP_LAB_LAB_H */
