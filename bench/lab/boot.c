// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "lab/boot.h"
#include "lab/image.h"
#include "run/provenance.h"

/*
 * Any fault ends the guest at once, so that it is not measured past it.  The
 * load address is fixed: addresses must not differ between boots.
 */
#define CMDLINE_ALL	"console=ttyS0 panic=-1 panic_on_warn=1 oops=panic nokaslr"

static const char *iommu_on(const char *iommu)
{
	return strcmp(iommu, "amd") ? "intel_iommu=on" : "amd_iommu=on";
}

/*
 * In time, a busy host may not get round to a guest's timer before the guest's kernel
 * panics because it does not tick; under KVM the kernel does not ask.
 *
 * Calibrating the APIC timer against the PIT is a busy loop of 0.4 s, and under
 * icount, where idle time is skipped and busy time is not, nine tenths of a
 * boot; the result is "disabled due to verification failure" anyway.  A single
 * CPU does without that timer.
 */
static const char *timer_choice(const struct dmafp_boot_setup *setup)
{
	if (strcmp(setup->accel, "icount"))
		return strcmp(setup->accel, "kvm") ? " no_timer_check" : "";
	return setup->profile->lab.cpus == 1 ? " noapictimer" : "";
}

static const char *hand_over(const struct dmafp_boot_setup *setup)
{
	return setup->gdb ? " --hand-over" : "";
}

static const char *host_root(const struct dmafp_boot_setup *setup)
{
	return setup->host_root ? " --host-root" : "";
}

static char *first_cmdline(const struct dmafp_boot_setup *setup, bool keyed)
{
	const struct dmafp_profile *profile = setup->profile;
	bool crash = !keyed && setup->kdump;
	char reserve[48] = "";

	if (crash)
		snprintf(reserve, sizeof(reserve), " crashkernel=%lluM",
			 (unsigned long long)profile->lab.crashkernel >> 20);
	return dmafp_path("%s%s %s%s%s %s rdinit=/init -- guest --mode %s%s%s%s%s", CMDLINE_ALL,
			  timer_choice(setup), iommu_on(setup->iommu), reserve,
			  keyed ? " " DMAFP_PROVENANCE_KEYED : "",
			  setup->cmdline, keyed ? "keyed" : "plain",
			  keyed || setup->plain ? "" : " --idle", crash ? " --crash" : "",
			  host_root(setup), hand_over(setup));
}

static char *capture_cmdline(const struct dmafp_boot_setup *setup)
{
	return dmafp_path("%s%s %s nr_cpus=%u %s rdinit=/init -- guest --mode kdump%s%s",
			  CMDLINE_ALL, timer_choice(setup), iommu_on(setup->iommu),
			  (unsigned int)setup->profile->lab.cpus, setup->cmdline, host_root(setup),
			  hand_over(setup));
}

void dmafp_boot_plan(struct dmafp_boot *boot, const struct dmafp_boot_setup *setup,
		     const struct dmafp_kernel *kernel, bool keyed, unsigned int replicate)
{
	const struct dmafp_profile *profile = setup->profile;
	struct dmafp_vm_spec *spec = &boot->spec;

	memset(boot, 0, sizeof(*boot));
	boot->kernel = kernel;
	boot->keyed = keyed;
	boot->replicate = replicate;
	snprintf(boot->name, sizeof(boot->name), "%s-%s-%u", kernel->arm,
		 keyed ? "keyed" : "plain", replicate);
	boot->dir = dmafp_path("%s/boots/%s", setup->out, boot->name);
	boot->results = dmafp_path("%s/boot%u", setup->out, replicate);
	boot->cmdline = first_cmdline(setup, keyed);
	spec->dir = boot->dir;
	spec->results = boot->results;
	spec->accel = setup->accel;
	spec->iommu = setup->iommu;
	spec->devices = (const char *const *)profile->lab.devices.items;
	spec->nr_devices = profile->lab.devices.nr;
	spec->disk_latency_us = (unsigned int)profile->lab.disk_latency;
	spec->joined = profile->pktgen.receive &&
		       dmafp_names_has(&profile->traffic.tools, "pktgen");
	spec->host_root = setup->host_root;
	spec->memory_mib = (unsigned int)(profile->lab.memory >> 20);
	spec->cpus = (unsigned int)profile->lab.cpus;
	spec->nodes = (unsigned int)profile->lab.nodes;
	spec->cmdline = boot->cmdline;
	spec->expect = profile->lab.expect;
	spec->time_limit = (unsigned int)profile->lab.time_limit;
	spec->modes[spec->nr_modes++] = keyed ? "keyed" : "plain";
	if (!keyed && setup->kdump)
		spec->modes[spec->nr_modes++] = "kdump";
}

static json_t *patches_json(const struct dmafp_kernel *kernel)
{
	json_t *list = json_array();

	for (size_t i = 0; i < kernel->nr_patches; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "name",
						      kernel->patches[i].name, "file",
						      kernel->patches[i].file, "sha256",
						      kernel->patches[i].sha256));
	return list;
}

/* What the guest cannot know of itself; see `dmafp run --context`. */
static char *context_text(const struct dmafp_boot *boot,
			  const struct dmafp_boot_setup *setup, struct dmafp_err *err)
{
	char *command = dmafp_vm_command_text(&boot->spec), created[32], *text;
	time_t now = time(NULL);
	struct tm utc;
	json_t *root;

	gmtime_r(&now, &utc);
	strftime(created, sizeof(created), "%Y-%m-%dT%H:%M:%SZ", &utc);
	root = json_pack("{s:s, s:s, s:i, s:o, s:{s:s, s:s, s:s}}", "created", created, "arm",
			 boot->kernel->arm, "replicate", (int)boot->replicate, "patches",
			 patches_json(boot->kernel), "lab",
			 "accel", setup->accel, "qemu_version", setup->qemu_version,
			 "qemu_command", command);
	text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
	json_decref(root);
	free(command);
	if (!text)
		dmafp_err_set(err, ENOMEM, DMAFP_EXIT_INTERNAL,
			      "cannot compose the context of boot %s", boot->name);
	return text;
}

static int write_capture(const struct dmafp_boot *boot, const struct dmafp_image *first,
			 struct dmafp_image *outer, struct dmafp_err *err)
{
	char *path = dmafp_path("%s/capture.initrd", boot->dir);

	outer->capture_kernel = boot->kernel->image;
	outer->capture_initrd = path;
	return dmafp_image_write(first, path, NULL, err);
}

static int write_images(const struct dmafp_boot *boot,
			const struct dmafp_boot_setup *setup, struct dmafp_err *err)
{
	char *context = context_text(boot, setup, err), *cmdline = NULL;
	char *initrd = dmafp_path("%s/initrd", boot->dir);
	struct dmafp_image image = {
		.module = boot->kernel->module,
		.profile = setup->profile->text,
		.context = context,
		.drivers = setup->profile->traffic.tools.nr ?
				   (const char *const *)boot->kernel->drivers : NULL,
		.jobs = setup->jobs,
	}, outer = image;
	int ret = context ? 0 : -ENOMEM;

	if (!ret && boot->spec.nr_modes > 1) {
		cmdline = capture_cmdline(setup);
		outer.capture_cmdline = cmdline;
		ret = write_capture(boot, &image, &outer, err);
	}
	ret = ret ?: dmafp_image_write(&outer, initrd, NULL, err);
	free((char *)outer.capture_initrd);
	free(cmdline);
	free(initrd);
	free(context);
	return ret;
}

/* Only QEMU inherits its end, and only QEMU holds it: when it goes, ours hears of it. */
static int open_gdb(struct dmafp_boot *boot, struct dmafp_err *err)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) ||
	    fcntl(ends[1], F_SETFD, 0))
		return dmafp_err_errno(err, errno, "no socket for the gdb stub");
	boot->gdb = ends[0];
	boot->spec.gdb = ends[1];
	return 0;
}

static void close_gdb(int *fd)
{
	if (*fd)
		close(*fd);
	*fd = 0;
}

int dmafp_boot_start(struct dmafp_boot *boot, const struct dmafp_boot_setup *setup,
		     struct dmafp_err *err)
{
	char *kernel = dmafp_path("%s/bzImage", boot->dir);
	int ret;

	ret = dmafp_file_mkdirs(boot->dir, err) ?: dmafp_file_mkdirs(boot->results, err);
	ret = ret ?: dmafp_file_copy(boot->kernel->image, kernel, err);
	if (!ret && setup->gdb)
		ret = open_gdb(boot, err);
	ret = ret ?: write_images(boot, setup, err);
	ret = ret ?: dmafp_vm_start(&boot->vm, &boot->spec, err);
	close_gdb(&boot->spec.gdb);
	if (!ret)
		boot->state = DMAFP_BOOT_RUNNING;
	else
		dmafp_err_prefix(err, ret, "boot %s: ", boot->name);
	free(kernel);
	return ret;
}

void dmafp_boot_finish(struct dmafp_boot *boot, const struct dmafp_boot_setup *setup)
{
	static const char *const images[] = { "bzImage", "initrd", "capture.initrd" };

	boot->state = DMAFP_BOOT_DONE;
	for (size_t i = 0; !setup->keep && i < sizeof(images) / sizeof(images[0]); i++) {
		char *path = dmafp_path("%s/%s", boot->dir, images[i]);

		unlink(path);
		free(path);
	}
}

void dmafp_boot_end(struct dmafp_boot *boot)
{
	dmafp_vm_end(&boot->vm);
	close_gdb(&boot->gdb);
	free(boot->dir);
	free(boot->results);
	free(boot->cmdline);
	boot->dir = boot->results = boot->cmdline = NULL;
}
