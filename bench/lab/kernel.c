// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "lab/kconfig.h"
#include "lab/kernel.h"
#include "lab/kmodule.h"

/* Part of every key: raise it when the way kernels are built changes. */
#define RECIPE		"dmafp kernel recipe 2"

/* What differs between two builds of one source must not differ here. */
static const char *const reproducible[] = {
	"KBUILD_BUILD_TIMESTAMP=1970-01-01 00:00:00", "KBUILD_BUILD_USER=dmafp",
	"KBUILD_BUILD_HOST=lab", "KBUILD_BUILD_VERSION=1",
};

static void phase(const struct dmafp_kernel_spec *spec, const char *log,
		  const char *what, const char *arm)
{
	char text[128];

	snprintf(text, sizeof(text), "%s: %s", arm, what);
	if (spec->phase)
		spec->phase(spec->ctx, text, log);
}

static void identify_package(struct dmafp_kernel_spec *spec)
{
	char *all = dmafp_path("%s\n%s", RECIPE, spec->package->id);

	dmafp_sha256(all, strlen(all), spec->base_key);
	free(all);
}

int dmafp_kernel_identify(struct dmafp_kernel_spec *spec, struct dmafp_err *err)
{
	const char *const version[] = { "sh", "-c",
					"gcc --version && ld --version && as --version",
					NULL };
	char *compiler, *config, *all;
	bool whole;

	if (spec->package) {
		identify_package(spec);
		return 0;
	}
	config = dmafp_kconfig_compose(spec->config, spec->config_dir, spec->source->version,
				       &whole, err);
	if (!config)
		return -EIO;
	/* a distribution's whole configuration has thousands: nobody waits for them */
	spec->modules = !whole && strstr(config, "=m\n");
	compiler = dmafp_proc_output(version, err);
	if (!compiler) {
		free(config);
		return -EIO;
	}
	all = dmafp_path("%s\n%s\n%s\n%s", RECIPE, spec->source->id, compiler, config);
	dmafp_sha256(all, strlen(all), spec->base_key);
	free(all);
	free(compiler);
	free(config);
	return 0;
}

static void arm_key(struct dmafp_kernel *kernel)
{
	char *all = strdup(kernel->base_key);

	for (size_t i = 0; i < kernel->nr_patches; i++) {
		char *more = dmafp_path("%s\n%s", all, kernel->patches[i].sha256);

		free(all);
		all = more;
	}
	if (kernel->nr_patches)
		dmafp_sha256(all, strlen(all), kernel->key);
	else
		memcpy(kernel->key, kernel->base_key, sizeof(kernel->key));
	free(all);
}

/* Twelve digits tell the few trees of a cache apart and keep paths short. */
static char *tree_path(const struct dmafp_kernel_spec *spec, const char *key)
{
	return dmafp_path("%s/linux-%.12s", spec->cache->root, key);
}

/* Names what was built: a tree without its modules is no tree with them. */
static char *stamp_path(const struct dmafp_kernel *kernel, const char *tree)
{
	return dmafp_path("%s/build/.dmafp-built%s", tree, kernel->modules ? "-modules" : "");
}

static bool is_built(const struct dmafp_kernel *kernel, const char *tree)
{
	char *stamp = stamp_path(kernel, tree);
	bool built = dmafp_file_exists(stamp);

	free(stamp);
	return built;
}

void dmafp_kernel_plan(struct dmafp_kernel *kernel, const struct dmafp_kernel_spec *spec,
		       const char *arm, const struct dmafp_patch *patches, size_t nr_patches)
{
	memset(kernel, 0, sizeof(*kernel));
	kernel->arm = arm;
	kernel->patches = patches;
	kernel->nr_patches = nr_patches;
	kernel->modules = spec->modules;
	memcpy(kernel->base_key, spec->base_key, sizeof(kernel->base_key));
	arm_key(kernel);
	kernel->tree = tree_path(spec, kernel->key);
	if (spec->package) {
		kernel->build = dmafp_package_headers(spec->package, kernel->tree);
		kernel->image = dmafp_package_image(spec->package, kernel->tree);
		/* it appears by rename once it is whole */
		kernel->cached = dmafp_file_exists(kernel->tree);
		return;
	}
	kernel->build = dmafp_path("%s/build", kernel->tree);
	kernel->image = dmafp_path("%s/arch/x86/boot/bzImage", kernel->build);
	kernel->cached = is_built(kernel, kernel->tree);
}

static int run(const struct dmafp_kernel_spec *spec, const char *const *argv,
	       const char *log, enum dmafp_exit exit, const char *what,
	       struct dmafp_err *err)
{
	int ret = dmafp_proc_run(argv, NULL, log, &spec->tick, err);

	if (ret > 0)
		return dmafp_err_set(err, EIO, exit, "%s failed; see %s", what, log);
	return ret;
}

/* An empty folder beside @tree that becomes it by rename once it is whole. */
static char *new_tree(const char *tree, struct dmafp_err *err)
{
	char *tmp = dmafp_path("%s.new", tree);

	dmafp_file_remove_tree(tmp);
	if (dmafp_file_mkdirs(tmp, err)) {
		free(tmp);
		return NULL;
	}
	return tmp;
}

static int publish(char *tmp, const char *tree, int ret, struct dmafp_err *err)
{
	if (!ret && rename(tmp, tree))
		ret = dmafp_err_errno(err, errno, "cannot rename %s to %s", tmp, tree);
	if (ret)
		dmafp_file_remove_tree(tmp);
	free(tmp);
	return ret;
}

static int configure(const struct dmafp_kernel_spec *spec, const char *tree,
		     const char *log, struct dmafp_err *err)
{
	char *build = dmafp_path("%s/build", tree);
	char *asked = dmafp_path("%s/asked.config", build);
	char *config = dmafp_path("%s/.config", build);
	char *all = dmafp_path("KCONFIG_ALLCONFIG=%s", asked);
	const char *const empty[] = { "make", "-s", "-C", tree, "O=build", all,
				      "allnoconfig", NULL };
	const char *const complete[] = { "make", "-s", "-C", tree, "O=build",
					 "olddefconfig", NULL };
	bool whole = false;
	char *text = dmafp_kconfig_compose(spec->config, spec->config_dir, spec->source->version,
				       &whole, err);
	int ret = text ? dmafp_file_mkdirs(build, err) : -EIO;

	ret = ret ?: dmafp_file_write(whole ? config : asked, text, strlen(text), err);
	ret = ret ?: run(spec, whole ? complete : empty, log, DMAFP_EXIT_BUILD,
			 "configuring the kernel", err);
	if (!ret && whole) {
		/*
		 * A whole file may name options of another version: only the
		 * lab's own must be there.
		 */
		free(text);
		text = dmafp_kconfig_required(spec->config_dir, spec->source->version, err);
		ret = text ? 0 : -EIO;
	}
	ret = ret ?: dmafp_kconfig_check(text, config, err);
	free(text);
	free(all);
	free(config);
	free(asked);
	free(build);
	return ret;
}

static int unpack_base(const struct dmafp_kernel_spec *spec, const char *tree,
		       const char *log, struct dmafp_err *err)
{
	char *tmp = new_tree(tree, err);
	int ret;

	if (!tmp)
		return -EIO;
	phase(spec, log, "unpacking the kernel source", "base");
	ret = dmafp_source_unpack(spec->source, tmp, log, &spec->tick, err);
	if (!ret) {
		phase(spec, log, "configuring", "base");
		ret = configure(spec, tmp, log, err);
	}
	return publish(tmp, tree, ret, err);
}

/* A few files of tools/ hold the absolute path of the tree they were built in. */
static int rewrite_paths(const struct dmafp_kernel_spec *spec, const char *from,
			 const char *to, const char *log, struct dmafp_err *err)
{
	static const char script[] =
		"grep -FrlIZ --include='*.cmd' --include='*.d' -e \"$1\" \"$2/build\" | "
		"xargs -0r sed -i \"s|$1|$3|g\"";
	char *tmp = dmafp_path("%s.new", to);
	const char *const argv[] = { "sh", "-c", script, "sh", from, tmp, to, NULL };
	int ret = run(spec, argv, log, DMAFP_EXIT_IO, "copying the kernel tree", err);

	free(tmp);
	return ret;
}

static int copy_tree(const struct dmafp_kernel_spec *spec, const char *from,
		     const char *to, const char *log, struct dmafp_err *err)
{
	static const char script[] =
		"find \"$1\" -mindepth 1 -maxdepth 1 ! -name build "
		"-exec cp -al -t \"$2\" {} + && cp -a \"$1/build\" \"$2/build\" && "
		"rm -f \"$2/build/.dmafp-built\"*";
	const char *const argv[] = { "sh", "-c", script, "sh", from, to, NULL };

	return run(spec, argv, log, DMAFP_EXIT_IO, "copying the kernel tree", err);
}

static int copy_base(const struct dmafp_kernel *kernel,
		     const struct dmafp_kernel_spec *spec, const char *base,
		     const char *log, struct dmafp_err *err)
{
	char *tmp = new_tree(kernel->tree, err);
	int ret;

	if (!tmp)
		return -EIO;
	phase(spec, log, "copying the base's tree", kernel->arm);
	ret = copy_tree(spec, base, tmp, log, err);
	ret = ret ?: rewrite_paths(spec, base, kernel->tree, log, err);
	ret = ret ?: dmafp_patch_apply(kernel->patches, kernel->nr_patches, tmp,
				       DMAFP_PATCH_APPLY, &spec->tick, err);
	return publish(tmp, kernel->tree, ret, err);
}

/* The compiler's and linker's own words out of make's output. */
static void quote_errors(const char *log, struct dmafp_err *err)
{
	const char *const argv[] = { "grep", "-iE", "-m", "12",
				     "error[: ]|undefined reference|no rule to make|"
				     "no space left|\\*\\*\\* ",
				     log, NULL };
	struct dmafp_err ignored;
	char *lines = dmafp_proc_output(argv, &ignored);
	size_t used = strlen(err->msg);

	if (lines)
		snprintf(err->msg + used, sizeof(err->msg) - used, "\n%s", lines);
	if (lines && strstr(lines, "No space left"))
		err->exit = DMAFP_EXIT_IO;
	free(lines);
}

/*
 * What the kernel itself exports is all that our module is linked against; make
 * writes this file with the modules only.
 */
static int publish_symvers(const char *tree, struct dmafp_err *err)
{
	char *from = dmafp_path("%s/build/vmlinux.symvers", tree);
	char *to = dmafp_path("%s/build/Module.symvers", tree);
	int ret = dmafp_file_copy(from, to, err);

	free(to);
	free(from);
	return ret;
}

static int compile(const struct dmafp_kernel *kernel, const struct dmafp_kernel_spec *spec,
		   const char *tree, const char *arm, const char *log, struct dmafp_err *err)
{
	char *stamp = stamp_path(kernel, tree), jobs[16];
	const char *const argv[] = { "make", "-C", tree, "O=build", jobs, reproducible[0],
				     reproducible[1], reproducible[2], reproducible[3],
				     "bzImage", kernel->modules ? "modules" : "modules_prepare",
				     NULL };
	int ret;

	snprintf(jobs, sizeof(jobs), "-j%u", spec->jobs);
	phase(spec, log, "compiling the kernel", arm);
	unlink(log);
	ret = dmafp_proc_run(argv, NULL, log, &spec->tick, err);
	if (ret > 0) {
		ret = dmafp_err_set(err, EIO, DMAFP_EXIT_BUILD,
				    "the kernel of arm %s does not compile; see %s", arm, log);
		quote_errors(log, err);
	}
	if (!ret && !kernel->modules)
		ret = publish_symvers(tree, err);
	if (!ret)
		ret = dmafp_file_write(stamp, "", 0, err);
	free(stamp);
	return ret;
}

static int build_base(const struct dmafp_kernel *kernel, const struct dmafp_kernel_spec *spec,
		      const char *tree, const char *log, struct dmafp_err *err)
{
	/* an interrupted compilation goes on where it stopped */
	return is_built(kernel, tree) ? 0 : compile(kernel, spec, tree, "base", log, err);
}

static int build_arm(struct dmafp_kernel *kernel, const struct dmafp_kernel_spec *spec,
		     const char *base, const char *log, struct dmafp_err *err)
{
	int ret;

	if (!kernel->nr_patches || is_built(kernel, kernel->tree))
		return 0;
	/*
	 * A copy takes seconds, and an interrupted compilation of an arm is not
	 * gone on with: it began with the base's records of how each target was
	 * made, to which half of one would look finished.
	 */
	dmafp_file_remove_tree(kernel->tree);
	ret = copy_base(kernel, spec, base, log, err);
	return ret ?: compile(kernel, spec, kernel->tree, kernel->arm, log, err);
}

static int unpack_package(const struct dmafp_kernel *kernel,
			  const struct dmafp_kernel_spec *spec, const char *log,
			  struct dmafp_err *err)
{
	char *tmp = new_tree(kernel->tree, err);
	int ret;

	if (!tmp)
		return -EIO;
	phase(spec, log, "downloading the kernel and its headers", kernel->arm);
	ret = dmafp_package_unpack(spec->package, tmp, kernel->tree, log, &spec->tick, err);
	return publish(tmp, kernel->tree, ret, err);
}

int dmafp_kernel_check(const struct dmafp_kernel *kernel,
		       const struct dmafp_kernel_spec *spec, struct dmafp_err *err)
{
	char *base = tree_path(spec, kernel->base_key);
	char *log = dmafp_path("%s.log", base);
	int ret = 0;

	if (!dmafp_file_exists(base) && spec->package)
		ret = unpack_package(kernel, spec, log, err);
	else if (!dmafp_file_exists(base))
		ret = unpack_base(spec, base, log, err);
	if (!ret && kernel->nr_patches && !is_built(kernel, kernel->tree))
		ret = dmafp_patch_apply(kernel->patches, kernel->nr_patches, base,
					DMAFP_PATCH_CHECK, &spec->tick, err);
	free(log);
	free(base);
	return ret;
}

/* modules.order names what was built, the ones that others need first. */
static int find_drivers(struct dmafp_kernel *kernel, struct dmafp_err *err)
{
	char *order = dmafp_path("%s/modules.order", kernel->build), *text, *rest, *line;
	size_t nr = 0;

	text = rest = dmafp_file_read(order, NULL, err);
	free(order);
	if (!text)
		return -EIO;
	while ((line = strsep(&rest, "\n"))) {
		size_t len = strcspn(line, ".");

		if (!*line)
			continue;
		kernel->drivers = dmafp_alloc_grow(kernel->drivers, nr + 1,
						   sizeof(*kernel->drivers));
		kernel->drivers[nr++] = dmafp_path("%s/%.*s.ko", kernel->build, (int)len, line);
		kernel->drivers[nr] = NULL;
	}
	free(text);
	return 0;
}

int dmafp_kernel_build(struct dmafp_kernel *kernel, const struct dmafp_kernel_spec *spec,
		       struct dmafp_err *err)
{
	char *base = tree_path(spec, kernel->base_key);
	char *log = dmafp_path("%s.log", kernel->tree);
	char *base_log = dmafp_path("%s.log", base);
	int ret;

	ret = spec->package ? 0 : build_base(kernel, spec, base, base_log, err);
	ret = ret ?: build_arm(kernel, spec, base, log, err);
	if (!ret && kernel->modules)
		ret = find_drivers(kernel, err);
	ret = ret ?: dmafp_kmodule_build(kernel, spec, &kernel->module, err);
	free(base_log);
	free(log);
	free(base);
	return ret;
}

void dmafp_kernel_end(struct dmafp_kernel *kernel)
{
	free(kernel->tree);
	free(kernel->build);
	free(kernel->image);
	free(kernel->module);
	for (char **driver = kernel->drivers; driver && *driver; driver++)
		free(*driver);
	free(kernel->drivers);
	memset(kernel, 0, sizeof(*kernel));
}
