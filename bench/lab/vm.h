/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One boot of one arm in QEMU, watched until it ends. */
#ifndef DMAFP_LAB_VM_H
#define DMAFP_LAB_VM_H

#include <time.h>

#include "base/proc.h"
#include "lab/channel.h"

/**
 * struct dmafp_vm_spec - what is booted
 * @dir: folder of this boot: bzImage and initrd are there, console.log,
 *	channel and qemu.log come to be there
 * @results: folder for result files
 * @accel: "icount", "tcg", "mttcg" or "kvm"
 * @iommu: "intel" or "amd"
 * @devices: QEMU device models to measure on
 * @nr_devices: how many
 * @disk_latency_us: of the host's time, that an emulated disk takes for an IO
 * @joined: there is one more NIC, of the first one's model; the NICs are ports of one
 *	hub: what one sends all others receive
 * @host_root: the host's root is there, read-only, as 9p share "host"
 * @memory_mib: memory in MiB
 * @cpus: virtual CPUs
 * @nodes: NUMA nodes, with an equal share of memory and CPUs; 1: no NUMA
 * @cmdline: kernel command line
 * @time_limit: seconds of wall time
 * @modes: modes that must report success, in this order
 * @nr_modes: how many
 * @expect: the fault that the console may hold, see dmafp_console_fault()
 * @gdb: socket that QEMU's gdb stub speaks on, inherited by it; the guest waits to
 *	be let run.  0: there is no stub
 */
struct dmafp_vm_spec {
	const char *dir;
	const char *results;
	const char *accel;
	const char *iommu;
	const char *const *devices;
	size_t nr_devices;
	unsigned int disk_latency_us;
	bool joined, host_root;
	unsigned int memory_mib;
	unsigned int cpus;
	unsigned int nodes;
	const char *cmdline;
	unsigned int time_limit;
	const char *modes[2];
	size_t nr_modes;
	const char *expect;
	int gdb;
};

/** struct dmafp_vm - a guest; the spec must outlive it */
struct dmafp_vm {
	const struct dmafp_vm_spec *spec;
	struct dmafp_proc qemu;
	struct dmafp_channel channel;
	char *channel_path;
	struct timespec started;
};

/**
 * dmafp_vm_command() - QEMU's command line, paths relative to the boot's folder
 *
 * Return: a NULL-terminated vector; free it with dmafp_vm_command_free().
 */
char **dmafp_vm_command(const struct dmafp_vm_spec *spec);

/** dmafp_vm_command_text() - the same as one malloc()ed shell line */
char *dmafp_vm_command_text(const struct dmafp_vm_spec *spec);

/** dmafp_vm_command_free() - free what dmafp_vm_command() returned */
void dmafp_vm_command_free(char **argv);

/**
 * dmafp_vm_check_model() - does QEMU know this device model?
 *
 * Return: 0, or a negative errno (DMAFP_EXIT_MISSING, DMAFP_EXIT_USAGE).
 */
int dmafp_vm_check_model(const char *model, struct dmafp_err *err);

/** dmafp_vm_qemu_version() - first line of QEMU's --version, malloc()ed, or NULL */
char *dmafp_vm_qemu_version(struct dmafp_err *err);

/**
 * dmafp_vm_start() - boot
 *
 * Return: 0, or a negative errno.
 */
int dmafp_vm_start(struct dmafp_vm *vm, const struct dmafp_vm_spec *spec,
		   struct dmafp_err *err);

/**
 * dmafp_vm_poll() - take in what the guest said; judge it once it has ended
 * @vm: a started guest
 * @err: filled on failure: DMAFP_EXIT_GUEST, _TIMEOUT, _CAPTURE, _QEMU, _IO,
 *	with the console's last lines and its path
 *
 * Return: 1 while it runs, 0 once it has ended well, or a negative errno.
 */
int dmafp_vm_poll(struct dmafp_vm *vm, struct dmafp_err *err);

/** dmafp_vm_crashed() - did QEMU itself, once it has ended, die of a fault of its own? */
bool dmafp_vm_crashed(const struct dmafp_vm *vm);

/** dmafp_vm_end() - kill it if it still runs, and free */
void dmafp_vm_end(struct dmafp_vm *vm);

#endif /* DMAFP_LAB_VM_H */
