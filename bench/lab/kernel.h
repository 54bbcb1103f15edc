/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernels: one per arm, built in the cache.
 *
 * The base is unpacked and compiled once per source, configuration and
 * compiler.  Any other arm is a copy of the base's finished tree (sources by
 * hard link, objects by copy) with its patches applied, so that make compiles
 * only what they touch.  The build folder lies inside the source folder: that
 * makes kbuild's paths relative, and the objects survive the copy.
 *
 * A kernel of the distribution's is only unpacked.
 */
#ifndef DMAFP_LAB_KERNEL_H
#define DMAFP_LAB_KERNEL_H

#include "lab/cache.h"
#include "lab/package.h"
#include "lab/patch.h"
#include "lab/source.h"

/**
 * struct dmafp_kernel_spec - what all arms of a lab share
 * @cache: opened cache
 * @source: kernel source; NULL: @package
 * @package: the distribution's kernel, which has arm base only
 * @config: user's configuration, whole or fragment; NULL: the default one
 * @config_dir: folder of the bundled fragments
 * @kmod_dir: folder of the module's sources
 * @jobs: for make -j
 * @tick: see dmafp_proc_run()
 * @phase: told what happens now, may be NULL
 * @ctx: for @phase
 * @base_key: hash of what the base is made from; this and @modules are filled by
 *	dmafp_kernel_identify()
 * @modules: see struct dmafp_kernel
 */
struct dmafp_kernel_spec {
	const struct dmafp_cache *cache;
	const struct dmafp_source *source;
	const struct dmafp_package *package;
	const char *config;
	const char *config_dir;
	const char *kmod_dir;
	unsigned int jobs;
	struct dmafp_proc_tick tick;
	void (*phase)(void *ctx, const char *text, const char *log);
	void *ctx;
	char base_key[DMAFP_SHA256_HEX];
	bool modules;
};

/**
 * dmafp_kernel_identify() - hash what the base is made from, once for all arms
 * @spec: all else is filled
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_kernel_identify(struct dmafp_kernel_spec *spec, struct dmafp_err *err);

/**
 * struct dmafp_kernel - one arm's kernel
 * @arm: name of the arm
 * @key: hash of what it is made from
 * @base_key: key of the base it is copied from; equal to @key for the base
 * @patches: in the order applied
 * @nr_patches: how many
 * @tree: its source folder in the cache
 * @build: the folder that modules are built against
 * @image: bzImage
 * @module: dmafp.ko built against it
 * @modules: its configuration is a fragment that asks for modules: they are
 *	built too, and found in the build folder
 * @drivers: these modules, in the order in which they can be loaded, NULL-terminated
 *	after the build; NULL: there are none
 * @cached: it was there already
 */
struct dmafp_kernel {
	const char *arm;
	char key[DMAFP_SHA256_HEX];
	char base_key[DMAFP_SHA256_HEX];
	const struct dmafp_patch *patches;
	size_t nr_patches;
	char *tree;
	char *build;
	char *image;
	char *module;
	bool modules;
	char **drivers;
	bool cached;
};

/**
 * dmafp_kernel_plan() - name a kernel and find out whether it is built
 * @kernel: filled; end with dmafp_kernel_end()
 * @spec: what all arms share, identified
 * @arm: name of the arm
 * @patches: kept by the caller
 * @nr_patches: 0 for the base
 */
void dmafp_kernel_plan(struct dmafp_kernel *kernel, const struct dmafp_kernel_spec *spec,
		       const char *arm, const struct dmafp_patch *patches, size_t nr_patches);

/**
 * dmafp_kernel_check() - unpack the base if it is missing, and try the patches
 * @kernel: from dmafp_kernel_plan()
 * @spec: the same as there
 * @err: filled on failure: DMAFP_EXIT_PATCH, DMAFP_EXIT_CONFIG, DMAFP_EXIT_IO
 *
 * For all arms before anything is compiled: nobody wants to wait for that to
 * learn that a patch does not apply.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_kernel_check(const struct dmafp_kernel *kernel,
		       const struct dmafp_kernel_spec *spec, struct dmafp_err *err);

/**
 * dmafp_kernel_build() - build what is missing: the base, the arm, the module
 * @kernel: checked by dmafp_kernel_check()
 * @spec: the same as there
 * @err: filled on failure: DMAFP_EXIT_PATCH, DMAFP_EXIT_BUILD (with the
 *	compiler's lines), DMAFP_EXIT_CONFIG, DMAFP_EXIT_IO
 *
 * Return: 0, or a negative errno.
 */
int dmafp_kernel_build(struct dmafp_kernel *kernel, const struct dmafp_kernel_spec *spec,
		       struct dmafp_err *err);

/** dmafp_kernel_end() - free what dmafp_kernel_plan() filled */
void dmafp_kernel_end(struct dmafp_kernel *kernel);

#endif /* DMAFP_LAB_KERNEL_H */
