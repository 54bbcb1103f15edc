/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boots of an arm: "plain" runs there and may crash into the capture
 * kernel for kdump; "keyed" is a boot of its own.  Each is a replicate.
 */
#ifndef DMAFP_LAB_BOOT_H
#define DMAFP_LAB_BOOT_H

#include "lab/kernel.h"
#include "lab/vm.h"
#include "run/profile.h"

/**
 * struct dmafp_boot_setup - what all boots of a lab share
 * @profile: the profile
 * @cmdline: in place of the profile's
 * @out: absolute folder of this lab's results
 * @accel: see struct dmafp_vm_spec
 * @iommu: see struct dmafp_vm_spec
 * @plain: measure in mode plain
 * @kdump: measure in mode kdump
 * @keyed: measure in mode keyed
 * @qemu_version: for the results
 * @jobs: folder of fio's job files, NULL: the profile has none
 * @host_root: the guest needs the host's own programs
 * @keep: leave the initramfs and the kernel beside the logs
 * @gdb: boots are controlled through QEMU's gdb stub, and their guests hand over
 *	where the module is, see guest/handover.h
 */
struct dmafp_boot_setup {
	const struct dmafp_profile *profile;
	const char *cmdline;
	const char *out;
	const char *accel;
	const char *iommu;
	bool plain, kdump, keyed;
	const char *qemu_version;
	const char *jobs;
	bool host_root;
	bool keep;
	bool gdb;
};

/** enum dmafp_boot_state - where a boot is */
enum dmafp_boot_state {
	DMAFP_BOOT_PENDING,	/* its kernel is not built yet */
	DMAFP_BOOT_READY,
	DMAFP_BOOT_RUNNING,
	DMAFP_BOOT_DONE,
};

/**
 * struct dmafp_boot - one boot of one arm
 * @kernel: the arm's kernel
 * @name: "ARM-plain-N" or "ARM-keyed-N", the name of its folder
 * @replicate: which boot of the arm it is, from 1
 * @keyed: the static key is switched on from the command line
 * @state: where it is
 * @dir: its folder
 * @results: folder of this replicate's results
 * @cmdline: kernel command line
 * @spec: what QEMU is started with
 * @vm: while it runs
 * @gdb: our end of the gdb stub's connection, 0: none
 * @crashes: how often QEMU died in it
 */
struct dmafp_boot {
	const struct dmafp_kernel *kernel;
	char name[64];
	unsigned int replicate;
	bool keyed;
	enum dmafp_boot_state state;
	char *dir;
	char *results;
	char *cmdline;
	struct dmafp_vm_spec spec;
	struct dmafp_vm vm;
	int gdb;
	unsigned int crashes;
};

/**
 * dmafp_boot_plan() - name a boot and compose its command lines
 * @boot: filled; end with dmafp_boot_end()
 * @setup: what all boots share
 * @kernel: kept by the caller; need not be built yet
 * @keyed: which of the two kinds
 * @replicate: from 1
 */
void dmafp_boot_plan(struct dmafp_boot *boot, const struct dmafp_boot_setup *setup,
		     const struct dmafp_kernel *kernel, bool keyed, unsigned int replicate);

/**
 * dmafp_boot_start() - write its folder and start QEMU
 * @boot: a planned boot whose kernel is built
 * @setup: as for the plan
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_boot_start(struct dmafp_boot *boot, const struct dmafp_boot_setup *setup,
		     struct dmafp_err *err);

/**
 * dmafp_boot_finish() - after the guest has ended: tidy its folder
 *
 * Logs stay, the images go unless they are to be kept.
 */
void dmafp_boot_finish(struct dmafp_boot *boot, const struct dmafp_boot_setup *setup);

/** dmafp_boot_end() - kill its guest if there is one, and free */
void dmafp_boot_end(struct dmafp_boot *boot);

#endif /* DMAFP_LAB_BOOT_H */
