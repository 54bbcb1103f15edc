// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/lines.h"
#include "base/alloc.h"
#include "base/where.h"
#include "lab/arm.h"
#include "lab/boot.h"
#include "lab/lab.h"
#include "lab/progress.h"
#include "lab/turns.h"
#include "traffic/traffic.h"

#define MAX_NOTES 100 /* that a lab shows of what its guests say */
#define MAX_CRASHES 2 /* of QEMU in one boot, after which it is made again */
#define POLL_MS		50

/*
 * One thread does all of it: the builder goes through the arms, and while it
 * waits for make its tick looks after the guests of the arms that are ready.
 */
struct lab {
	const struct dmafp_lab_options *options;
	struct dmafp_profile *profile;
	struct dmafp_source source;
	struct dmafp_package package;
	struct dmafp_cache cache;
	char *config_dir, *patch_dir, *kmod_dir, *jobs_dir, *out, *qemu_version, *cmdline;
	struct dmafp_kernel_spec spec;
	struct dmafp_boot_setup setup;
	struct dmafp_kernel kernels[DMAFP_LAB_MAX_ARMS];
	struct dmafp_patch *patches[DMAFP_LAB_MAX_ARMS];
	size_t nr_patches[DMAFP_LAB_MAX_ARMS];
	size_t nr_arms;
	struct dmafp_boot *boots;
	size_t nr_boots;
	unsigned int jobs, guests, results;
	bool in_time; /* ticks are time: building and other guests disturb them */
	struct dmafp_progress progress;
	struct dmafp_lines notes; /* of all guests, each once */
	/* the tick's: the same as the builder's, which it stops by failing */
	struct dmafp_err *err;
};

static bool wanted(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (!strcmp(*list, name))
			return true;
	return false;
}

static bool wants_mode(const struct lab *lab, const char *mode)
{
	return lab->options->modes ? wanted(lab->options->modes, mode) :
				     dmafp_names_has(&lab->profile->lab.modes, mode);
}

static void boots_line(const struct lab *lab, char *text, size_t size)
{
	unsigned int ended = 0;
	size_t used;

	for (size_t i = 0; i < lab->nr_boots; i++)
		ended += lab->boots[i].state == DMAFP_BOOT_DONE;
	used = (size_t)snprintf(text, size, "boots %u/%zu", ended, lab->nr_boots);
	for (size_t i = 0; i < lab->nr_boots && used < size; i++) {
		const struct dmafp_channel *channel = &lab->boots[i].vm.channel;

		if (lab->boots[i].state != DMAFP_BOOT_RUNNING)
			continue;
		used += (size_t)snprintf(text + used, size - used, ", %s %s",
					 lab->boots[i].kernel->arm,
					 *channel->mode ? channel->mode : "boots");
		if (channel->total && used < size)
			used += (size_t)snprintf(text + used, size - used, " %u/%u",
						 channel->done, channel->total);
	}
}

/* Guests of all arms say the same: once is enough. */
static void show_note(void *ctx, const char *text)
{
	struct lab *lab = ctx;
	size_t before = lab->notes.nr;

	if (before < MAX_NOTES)
		dmafp_lines_add_new(&lab->notes, "%s", text);
	if (lab->notes.nr > before)
		dmafp_progress_line(&lab->progress, "note: %s", text);
}

static int start_ready(struct lab *lab)
{
	unsigned int running = 0;
	int ret;

	for (size_t i = 0; i < lab->nr_boots; i++)
		running += lab->boots[i].state == DMAFP_BOOT_RUNNING;
	for (size_t i = 0; i < lab->nr_boots && running < lab->guests; i++) {
		if (lab->boots[i].state != DMAFP_BOOT_READY)
			continue;
		ret = dmafp_boot_start(&lab->boots[i], &lab->setup, lab->err);
		if (ret)
			return ret;
		lab->boots[i].vm.channel.note = show_note;
		lab->boots[i].vm.channel.ctx = lab;
		running++;
		if (lab->options->watch)
			ret = lab->options->watch->start(lab->options->watch->ctx,
							 &lab->boots[i], lab->err);
		if (ret)
			return ret;
	}
	return 0;
}

/*
 * With a host thread for each CPU QEMU 7.2 dies now and then, one boot in some ninety, while
 * the guest's kernel sets up PCI.  That says nothing of the kernel, and the boot is made again.
 */
static bool is_made_again(struct lab *lab, struct dmafp_boot *boot)
{
	if (lab->err->exit != DMAFP_EXIT_QEMU || strcmp(lab->setup.accel, "mttcg") ||
	    !dmafp_vm_crashed(&boot->vm) || boot->crashes == MAX_CRASHES)
		return false;
	boot->crashes++;
	dmafp_vm_end(&boot->vm);
	boot->state = DMAFP_BOOT_READY;
	dmafp_progress_line(&lab->progress, "note: QEMU crashed in boot %s, which is made again",
			    boot->name);
	return true;
}

static int poll_running(struct lab *lab)
{
	for (size_t i = 0; i < lab->nr_boots; i++) {
		struct dmafp_boot *boot = &lab->boots[i];
		int ret;

		if (boot->state != DMAFP_BOOT_RUNNING)
			continue;
		ret = dmafp_vm_poll(&boot->vm, lab->err);
		if (ret > 0 && lab->options->watch)
			ret = lab->options->watch->poll(lab->options->watch->ctx, boot,
							lab->err) ?: 1;
		if (ret < 0 && is_made_again(lab, boot))
			continue;
		if (ret < 0)
			return dmafp_err_prefix(lab->err, ret, "boot %s: ", boot->name);
		if (ret)
			continue;
		lab->results += boot->vm.channel.results;
		dmafp_boot_finish(boot, &lab->setup);
		if (!lab->progress.terminal)
			dmafp_progress_line(&lab->progress, "boot %s: done, %u results",
					    boot->name, boot->vm.channel.results);
	}
	return 0;
}

static int look_after_guests(void *ctx)
{
	struct lab *lab = ctx;
	char text[256];
	int ret = poll_running(lab) ?: start_ready(lab);

	boots_line(lab, text, sizeof(text));
	dmafp_progress_update(&lab->progress, text);
	return ret;
}

static void show_phase(void *ctx, const char *text, const char *log)
{
	struct lab *lab = ctx;

	dmafp_progress_phase(&lab->progress, text, log);
}

static void show_wait(const char *text)
{
	fprintf(stderr, "%s\n", text);
}

static int output_is_there(const struct lab *lab, struct dmafp_err *err)
{
	return dmafp_err_set(err, EEXIST, DMAFP_EXIT_USAGE,
			     "%s is there already: results are not mixed, name another folder with --output",
			     lab->out);
}

static int find_output(struct lab *lab, struct dmafp_err *err)
{
	char *given = lab->options->output ? strdup(lab->options->output) : dmafp_path_now("lab");
	char *cwd = getcwd(NULL, 0);

	lab->out = *given == '/' ? strdup(given) : dmafp_path("%s/%s", cwd ? cwd : ".", given);
	free(cwd);
	free(given);
	if (lab->options->dry_run || lab->options->build_only ||
	    !dmafp_file_exists(lab->out))
		return 0;
	return output_is_there(lab, err);
}

/* A kernel that is taken as it is. */
static int check_package(const struct dmafp_lab_options *opts, struct dmafp_err *err)
{
	const char *other = opts->kernel_src ? "--kernel-src" :
			    opts->config     ? "--config" :
			    opts->nr_patches ? "--patch" :
					       NULL;

	if (!opts->kernel_package)
		return 0;
	if (other)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "--kernel-package takes a kernel as it is: %s is for one that is built",
				     other);
	if (opts->arms && !wanted(opts->arms, "base"))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "--kernel-package has arm base only");
	return 0;
}

/* Of CPUs and memory each node gets an equal share. */
static int check_nodes(const struct dmafp_profile *profile, struct dmafp_err *err)
{
	uint64_t nodes = profile->lab.nodes, mib = profile->lab.memory >> 20;

	if (profile->lab.cpus % nodes == 0 && mib % nodes == 0)
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
			     "%s: 'cpus' and the MiB of 'memory' in [lab] are not multiples of "
			     "'nodes', which is %u",
			     profile->path, (unsigned int)nodes);
}

/* Before a kernel is built for it */
static int check_traffic(const struct lab *lab, struct dmafp_err *err)
{
	const struct dmafp_traffic traffic = {
		.profile = lab->profile,
		.jobs_dir = lab->jobs_dir,
		.lab = true,
	};

	return dmafp_traffic_check_loads(&traffic, NULL, err);
}

static int find_inputs(struct lab *lab, struct dmafp_err *err)
{
	const struct dmafp_lab_options *opts = lab->options;
	const char *root = dmafp_where_data();
	int ret = check_package(opts, err);

	if (ret)
		return ret;

	lab->config_dir = dmafp_path("%s/configs/kernel", root);
	lab->patch_dir = dmafp_path("%s/configs/patches", root);
	lab->kmod_dir = dmafp_path("%s/kmod", root);
	lab->jobs_dir = dmafp_path("%s/configs/fio", root);
	lab->profile =
		opts->profile_text ?
			dmafp_profile_parse(opts->profile_text, "the profile", err) :
			dmafp_profile_load_with(opts->profile ? opts->profile : "default",
						&opts->sets, err);
	if (!lab->profile)
		return -EINVAL;
	ret = check_nodes(lab->profile, err) ?: check_traffic(lab, err);
	if (ret)
		return ret;
	lab->qemu_version = dmafp_vm_qemu_version(err);
	if (!lab->qemu_version)
		return -ENOENT;
	for (size_t i = 0; i < lab->profile->lab.devices.nr; i++) {
		ret = dmafp_vm_check_model(lab->profile->lab.devices.items[i], err);
		if (ret)
			return ret;
	}
	if (opts->config && access(opts->config, R_OK))
		return dmafp_err_errno(err, errno, "cannot read the configuration %s",
				       opts->config);
	ret = find_output(lab, err);
	if (ret)
		return ret;
	return opts->kernel_package ?
		       dmafp_package_find(&lab->package, opts->kernel_package, err) :
		       dmafp_source_find(&lab->source, opts->kernel_src, err);
}

/* The profile's, with the invalidation that was asked for instead. */
static char *compose_cmdline(const struct lab *lab)
{
	const char *invalidation = lab->options->invalidation;
	char *copy = dmafp_alloc_string(lab->profile->lab.cmdline), *rest = copy, *word;
	char *cmdline = dmafp_alloc_string("");

	if (!invalidation) {
		free(cmdline);
		return copy;
	}
	while ((word = strsep(&rest, " "))) {
		char *more;

		if (!*word || !strncmp(word, "iommu.strict=", 13))
			continue;
		more = dmafp_path("%s%s ", cmdline, word);
		free(cmdline);
		cmdline = more;
	}
	free(copy);
	copy = dmafp_path("%siommu.strict=%d", cmdline, !strcmp(invalidation, "strict"));
	free(cmdline);
	return copy;
}

/* Evidence about the attach has no ticks that are judged. */
static bool is_in_time(const struct lab *lab)
{
	const struct dmafp_names *ops = &lab->profile->run.ops;

	return strcmp(lab->setup.accel, "icount") &&
	       (ops->nr > 1 || strcmp(ops->items[0], "null"));
}

static bool wants_fio(const struct lab *lab)
{
	return dmafp_names_has(&lab->profile->traffic.tools, "fio");
}

static void compose_setup(struct lab *lab)
{
	const struct dmafp_lab_options *opts = lab->options;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	lab->jobs = opts->jobs ? opts->jobs : (unsigned int)(cpus > 0 ? cpus : 1);
	lab->spec = (struct dmafp_kernel_spec){
		.cache = &lab->cache,
		.source = opts->kernel_package ? NULL : &lab->source,
		.package = opts->kernel_package ? &lab->package : NULL,
		.config = opts->config,
		.config_dir = lab->config_dir,
		.kmod_dir = lab->kmod_dir,
		.jobs = lab->jobs + 1,
		.tick = { look_after_guests, lab },
		.phase = show_phase,
		.ctx = lab,
	};
	lab->cmdline = compose_cmdline(lab);
	lab->setup = (struct dmafp_boot_setup){
		.profile = lab->profile,
		.cmdline = lab->cmdline,
		.out = lab->out,
		.accel = opts->accel ? opts->accel : lab->profile->lab.accel,
		.iommu = opts->iommu ? opts->iommu : lab->profile->lab.iommu,
		.plain = wants_mode(lab, "plain"),
		.kdump = wants_mode(lab, "kdump"),
		.keyed = wants_mode(lab, "keyed"),
		.qemu_version = lab->qemu_version,
		.jobs = wants_fio(lab) ? lab->jobs_dir : NULL,
		.host_root = wants_fio(lab) || lab->profile->perf.sample,
		.keep = opts->keep,
		.gdb = opts->watch != NULL,
	};
	lab->in_time = is_in_time(lab);
	lab->guests = lab->in_time && !opts->jobs ? 1 : lab->jobs;
}

static int plan_arm(struct lab *lab, const struct dmafp_arm *arm, struct dmafp_err *err)
{
	const struct dmafp_lab_options *opts = lab->options;
	size_t i = lab->nr_arms++;
	int ret;

	ret = dmafp_arm_load_patches(arm, lab->patch_dir, lab->source.version, opts->patches,
				     opts->nr_patches, &lab->patches[i], &lab->nr_patches[i],
				     err);
	if (ret)
		return ret;
	dmafp_kernel_plan(&lab->kernels[i], &lab->spec, arm->name, lab->patches[i],
			  lab->nr_patches[i]);
	return 0;
}

static void plan_boots(struct lab *lab)
{
	size_t nr = 2 * lab->nr_arms * lab->profile->lab.boots, i;
	struct dmafp_turn *turns = dmafp_alloc(nr, sizeof(*turns));

	lab->nr_boots = dmafp_turns_plan(turns, lab->nr_arms, lab->profile->lab.boots,
					 lab->setup.plain || lab->setup.kdump, lab->setup.keyed);
	lab->boots = dmafp_alloc(nr, sizeof(*lab->boots));
	for (i = 0; i < lab->nr_boots; i++)
		dmafp_boot_plan(&lab->boots[i], &lab->setup, &lab->kernels[turns[i].arm],
				turns[i].keyed, turns[i].replicate);
	free(turns);
}

static bool wants_arm(const struct lab *lab, const struct dmafp_arm *arm)
{
	/* there is nothing that a patch could be applied to */
	if (lab->options->kernel_package)
		return !arm->patch;
	return !lab->options->arms || wanted(lab->options->arms, arm->name);
}

static int plan(struct lab *lab, struct dmafp_err *err)
{
	int ret = dmafp_kernel_identify(&lab->spec, err);

	for (const struct dmafp_arm *arm = dmafp_arms; !ret && arm->name; arm++)
		if (wants_arm(lab, arm))
			ret = plan_arm(lab, arm, err);
	if (!ret)
		plan_boots(lab);
	return ret;
}

static void print_plan(const struct lab *lab)
{
	printf("kernel %s %s\nkernel cache   %s\nprofile        %s\nresults        %s\n",
	       lab->options->kernel_package ? "package" : "source ",
	       lab->options->kernel_package ? lab->package.parts[0] : lab->source.path,
	       lab->cache.root, lab->profile->path, lab->out);
	for (size_t i = 0; i < lab->nr_arms; i++) {
		const struct dmafp_kernel *kernel = &lab->kernels[i];

		printf("\narm %s: kernel %.12s, %s\n", kernel->arm, kernel->key,
		       kernel->cached ? "in the cache" : "to be built");
		for (size_t p = 0; p < kernel->nr_patches; p++)
			printf("  patch %s: %s\n", kernel->patches[p].file,
			       kernel->patches[p].name);
		for (size_t b = 0; b < lab->nr_boots; b++) {
			char *text;

			if (lab->boots[b].kernel != kernel)
				continue;
			text = dmafp_vm_command_text(&lab->boots[b].spec);
			printf("  boot %s:\n    %s\n", lab->boots[b].name, text);
			free(text);
		}
	}
}

static void print_kernels(const struct lab *lab)
{
	for (size_t i = 0; i < lab->nr_arms; i++) {
		const struct dmafp_kernel *kernel = &lab->kernels[i];

		printf("%s\t%s\t%s\t%s\n", kernel->arm, kernel->image, kernel->build,
		       kernel->module);
	}
}

static void release_boots(struct lab *lab, const struct dmafp_kernel *kernel)
{
	for (size_t i = 0; i < lab->nr_boots; i++)
		if (lab->boots[i].kernel == kernel)
			lab->boots[i].state = DMAFP_BOOT_READY;
}

/* A bundled patch that does not apply is not the user's mistake: say what is. */
static int check_failed(const struct lab *lab, const char *name, int ret, struct dmafp_err *err)
{
	const struct dmafp_arm *arm = dmafp_arms;

	while (strcmp(arm->name, name))
		arm++;
	if (err->exit != DMAFP_EXIT_PATCH ||
	    !dmafp_arm_is_bundled(arm, lab->options->nr_patches))
		return dmafp_err_prefix(err, ret, "arm %s: ", name);
	return dmafp_err_prefix(err, ret,
				"arm %s: no bundled patch fits this Linux %s; put one into %s/%s/%s: ",
				name, lab->source.version, lab->patch_dir, lab->source.version,
				arm->patch);
}

static int build_all(struct lab *lab, struct dmafp_err *err)
{
	for (size_t i = 0; i < lab->nr_arms; i++) {
		int ret = dmafp_kernel_check(&lab->kernels[i], &lab->spec, err);

		if (ret)
			return check_failed(lab, lab->kernels[i].arm, ret, err);
	}
	for (size_t i = 0; i < lab->nr_arms; i++) {
		int ret = dmafp_kernel_build(&lab->kernels[i], &lab->spec, err);

		if (ret)
			return ret;
		if (lab->options->build_only || lab->in_time)
			continue;
		release_boots(lab, &lab->kernels[i]);
		ret = look_after_guests(lab);
		if (ret)
			return ret;
	}
	for (size_t i = 0; i < lab->nr_arms && lab->in_time; i++)
		release_boots(lab, &lab->kernels[i]);
	dmafp_progress_phase(&lab->progress, "", NULL);
	return 0;
}

static bool all_done(const struct lab *lab)
{
	for (size_t i = 0; i < lab->nr_boots; i++)
		if (lab->boots[i].state != DMAFP_BOOT_DONE)
			return false;
	return true;
}

static int finish_boots(struct lab *lab, struct dmafp_err *err)
{
	while (!all_done(lab)) {
		int ret = dmafp_proc_check(
			err, "while guests were running; results so far are in %s", lab->out);

		if (ret)
			return ret;
		poll(NULL, 0, POLL_MS);
		ret = look_after_guests(lab);
		if (ret)
			return ret;
	}
	return 0;
}

/* By mkdir() alone: of two labs with one idea of a name, one must fail. */
static int create_output(struct lab *lab, struct dmafp_err *err)
{
	char *parent = dmafp_path("%s/..", lab->out), *slash = strrchr(parent, '/');
	int ret;

	*slash = '\0';
	*strrchr(parent, '/') = '\0';
	ret = *parent ? dmafp_file_mkdirs(parent, err) : 0;
	free(parent);
	if (ret || !mkdir(lab->out, 0755))
		return ret;
	return errno == EEXIST ? output_is_there(lab, err) :
				 dmafp_err_errno(err, errno, "cannot create %s", lab->out);
}

static int work(struct lab *lab, struct dmafp_lab_outcome *outcome, struct dmafp_err *err)
{
	int ret = create_output(lab, err) ?: build_all(lab, err);

	/* finished kernels are only read: the next lab may build */
	dmafp_cache_close(&lab->cache);
	outcome->kernels_s = dmafp_progress_seconds(&lab->progress);
	ret = ret ?: finish_boots(lab, err);
	outcome->total_s = dmafp_progress_seconds(&lab->progress);
	dmafp_progress_clear(&lab->progress);
	return ret;
}

static void end(struct lab *lab)
{
	for (size_t i = 0; i < lab->nr_boots; i++)
		dmafp_boot_end(&lab->boots[i]);
	free(lab->boots);
	dmafp_lines_free(&lab->notes);
	dmafp_proc_kill_all();
	for (size_t i = 0; i < lab->nr_arms; i++) {
		dmafp_kernel_end(&lab->kernels[i]);
		for (size_t p = 0; p < lab->nr_patches[i]; p++)
			dmafp_patch_end(&lab->patches[i][p]);
		free(lab->patches[i]);
	}
	dmafp_cache_close(&lab->cache);
	dmafp_source_end(&lab->source);
	dmafp_package_end(&lab->package);
	dmafp_profile_free(lab->profile);
	free(lab->config_dir);
	free(lab->patch_dir);
	free(lab->kmod_dir);
	free(lab->jobs_dir);
	free(lab->qemu_version);
	free(lab->cmdline);
	free(lab->out);
	free(lab);
}

static void fill_outcome(const struct lab *lab, struct dmafp_lab_outcome *outcome)
{
	outcome->dir = strdup(lab->out);
	outcome->results = lab->results;
	/* as many as have a class that is measured, if each model has one of its own */
	outcome->devices = lab->profile->lab.devices.nr;
	if (lab->profile->devices.classes.nr < outcome->devices)
		outcome->devices = lab->profile->devices.classes.nr;
	outcome->warm = true;
	for (size_t i = 0; i < lab->nr_arms; i++)
		outcome->warm &= lab->kernels[i].cached;
	for (size_t i = 0; !lab->spec.package && i < lab->nr_arms; i++)
		outcome->images[outcome->nr_images++] = (struct dmafp_lab_image){
			.arm = lab->kernels[i].arm,
			.vmlinux = dmafp_path("%s/vmlinux", lab->kernels[i].build),
		};
}

void dmafp_lab_outcome_end(struct dmafp_lab_outcome *outcome)
{
	for (size_t i = 0; i < outcome->nr_images; i++)
		free(outcome->images[i].vmlinux);
	free(outcome->dir);
}

/*
 * What make and the compiler see must be in the kernel's key or not be there:
 * an exported ARCH or KCFLAGS is none of the lab's business.
 */
static void clean_environment(void)
{
	static const char *const kept[] = { "PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME",
					    "DMAFP_DATA", "DMAFP_CONFIG_DIR" };
	char *values[sizeof(kept) / sizeof(kept[0])];
	size_t i;

	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		values[i] = dmafp_alloc_string(getenv(kept[i]));
	clearenv();
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		if (values[i])
			setenv(kept[i], values[i], 1);
		free(values[i]);
	}
	setenv("LC_ALL", "C", 1);
}

int dmafp_lab_execute(const struct dmafp_lab_options *options,
		      struct dmafp_lab_outcome *outcome, struct dmafp_err *err)
{
	struct lab *lab = calloc(1, sizeof(*lab));
	int ret;

	if (!lab)
		abort();
	memset(outcome, 0, sizeof(*outcome));
	lab->options = options;
	lab->err = err;
	lab->cache.lock = -1;
	dmafp_progress_start(&lab->progress);
	clean_environment();
	ret = find_inputs(lab, err);
	ret = ret ?: dmafp_cache_open(&lab->cache, !options->dry_run, show_wait, err);
	if (!ret) {
		compose_setup(lab);
		ret = plan(lab, err);
	}
	if (!ret && options->dry_run)
		print_plan(lab);
	else if (!ret && options->build_only)
		ret = build_all(lab, err);
	else if (!ret)
		ret = work(lab, outcome, err);
	if (!ret && options->build_only && !options->dry_run) {
		dmafp_progress_clear(&lab->progress);
		print_kernels(lab);
	}
	if (!ret)
		fill_outcome(lab, outcome);
	end(lab);
	return ret;
}
