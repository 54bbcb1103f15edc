// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/console.h"
#include "lab/vm.h"

#define QEMU		"qemu-system-x86_64"
#define TAIL_LINES	15
#define FIRST_ROOT	16 /* slot of the first node's root bus */
#define BUSES_OF_A_ROOT 16 /* bus numbers of each; those of QEMU's own bus come first */

/* A growing argument vector. */
struct args {
	char **v;
	size_t nr;
};

static void add(struct args *args, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct args *args, const char *fmt, ...)
{
	va_list ap;

	args->v = realloc(args->v, (args->nr + 2) * sizeof(*args->v));
	va_start(ap, fmt);
	if (!args->v || vasprintf(&args->v[args->nr], fmt, ap) < 0)
		abort();
	va_end(ap);
	args->v[++args->nr] = NULL;
}

static void add_accel(struct args *args, const char *accel)
{
	add(args, "-accel");
	if (!strcmp(accel, "kvm")) {
		add(args, "kvm");
	} else if (!strcmp(accel, "tcg")) {
		/*
		 * Virtual CPUs in turn, the next one where a thread spins: with a
		 * host thread each, QEMU 7.2 now and then runs a breakpoint that
		 * is gone, and whether threads meet is up to the host's load.
		 */
		add(args, "tcg,thread=single");
	} else if (!strcmp(accel, "mttcg")) {
		/* the same with a host thread each: what is measured is how they meet */
		add(args, "tcg,thread=multi");
	} else {
		/* one instruction is one nanosecond is one tick; idle time is skipped */
		add(args, "tcg");
		add(args, "-icount");
		add(args, "shift=0,sleep=off");
	}
	add(args, "-cpu");
	add(args, !strcmp(accel, "kvm") ? "host" : "max");
}

static unsigned int node_of(const struct dmafp_vm_spec *spec, size_t device)
{
	return (unsigned int)(device % spec->nodes);
}

/*
 * A socket for each node, as Linux warns of nodes that share one.  A device gets its
 * node from the root bus it is on, so each node has one; such a bus takes root ports
 * only, so each device has one.
 */
static void add_nodes(struct args *args, const struct dmafp_vm_spec *spec)
{
	unsigned int node, share = spec->cpus / spec->nodes;

	for (node = 0; node < spec->nodes; node++) {
		add(args, "-object");
		add(args, "memory-backend-ram,id=memory%u,size=%uM", node,
		    spec->memory_mib / spec->nodes);
		add(args, "-numa");
		add(args, "node,nodeid=%u,memdev=memory%u,cpus=%u-%u", node, node,
		    node * share, (node + 1) * share - 1);
		add(args, "-device");
		add(args, "pxb-pcie,id=root%u,bus=pcie.0,addr=%#x,bus_nr=%u,numa_node=%u", node,
		    FIRST_ROOT + node, BUSES_OF_A_ROOT * (node + 1), node);
	}
	for (size_t i = 0; i < spec->nr_devices + spec->joined; i++) {
		add(args, "-device");
		add(args, "pcie-root-port,id=port%zu,bus=root%u,chassis=%zu,slot=0", i,
		    node_of(spec, i), i + 1);
	}
}

/* Slots are given by hand: amd-iommu takes PCI functions of its own. */
static char *place_of(const struct dmafp_vm_spec *spec, size_t device)
{
	return spec->nodes > 1 ? dmafp_path("bus=port%zu", device) :
				 dmafp_path("addr=%#zx", device + 4);
}

/* The last argument names the port that the device is plugged into. */
static void append_netdev(struct args *args, size_t index)
{
	char *device = args->v[--args->nr];

	add(args, "%s,netdev=joint%zu", device, index);
	free(device);
}

static void add_device(struct args *args, const struct dmafp_vm_spec *spec, const char *model,
		       size_t index)
{
	bool joined = spec->joined && strcmp(model, "nvme");
	char *place = place_of(spec, index), latency[48] = "";

	if (spec->disk_latency_us)
		snprintf(latency, sizeof(latency), ",latency-ns=%u000", spec->disk_latency_us);
	if (joined) {
		add(args, "-netdev");
		add(args, "hubport,id=joint%zu,hubid=0", index);
	}
	if (!strcmp(model, "nvme")) {
		add(args, "-blockdev");
		add(args, "driver=null-co,node-name=disk%zu,size=67108864,read-zeroes=on%s",
		    index, latency);
		add(args, "-device");
		add(args, "nvme,drive=disk%zu,serial=dmafp%zu,%s", index, index, place);
	} else {
		add(args, "-device");
		add(args, "%s,%s", model, place);
		if (joined)
			append_netdev(args, index);
	}
	free(place);
}

/* A second NIC of the first one's model, on the same hub. */
static void add_peer(struct args *args, const struct dmafp_vm_spec *spec)
{
	size_t i = 0;

	while (i < spec->nr_devices && !strcmp(spec->devices[i], "nvme"))
		i++;
	if (i < spec->nr_devices)
		add_device(args, spec, spec->devices[i], spec->nr_devices);
}

/*
 * Nothing of it can be written by the guest.  Its device is no part of what is
 * measured: without VIRTIO_F_ACCESS_PLATFORM it goes round the IOMMU.
 */
static void add_host_root(struct args *args)
{
	add(args, "-fsdev");
	add(args, "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap");
	add(args, "-device");
	add(args, "virtio-9p-pci,fsdev=host,mount_tag=host,addr=0x1e");
}

static void add_gdb(struct args *args, int fd)
{
	add(args, "-chardev");
	add(args, "socket,id=gdb,fd=%d", fd);
	add(args, "-gdb");
	add(args, "chardev:gdb");
	add(args, "-S");
}

char **dmafp_vm_command(const struct dmafp_vm_spec *spec)
{
	struct args args = { 0 };

	add(&args, QEMU);
	add(&args, "-nodefaults");
	add(&args, "-no-user-config");
	add(&args, "-M");
	add(&args, "q35,kernel-irqchip=split");
	add_accel(&args, spec->accel);
	add(&args, "-smp");
	if (spec->nodes > 1)
		add(&args, "%u,sockets=%u", spec->cpus, spec->nodes);
	else
		add(&args, "%u", spec->cpus);
	add(&args, "-m");
	add(&args, "%uM", spec->memory_mib);
	/* nothing of the host's clock or entropy may reach the guest */
	add(&args, "-rtc");
	add(&args, "base=2000-01-01T00:00:00,clock=vm");
	add(&args, "-seed");
	add(&args, "1");
	add(&args, "-device");
	add(&args, !strcmp(spec->iommu, "amd") ? "amd-iommu,intremap=on" :
						 "intel-iommu,intremap=on");
	if (spec->nodes > 1)
		add_nodes(&args, spec);
	for (size_t i = 0; i < spec->nr_devices; i++)
		add_device(&args, spec, spec->devices[i], i);
	if (spec->joined)
		add_peer(&args, spec);
	if (spec->host_root)
		add_host_root(&args);
	add(&args, "-display");
	add(&args, "none");
	add(&args, "-serial");
	add(&args, "file:console.log");
	add(&args, "-chardev");
	add(&args, "file,id=channel,path=channel");
	add(&args, "-device");
	add(&args, "isa-debugcon,iobase=%#x,readback=%#x,chardev=channel",
	    DMAFP_CHANNEL_PORT, DMAFP_CHANNEL_PORT);
	add(&args, "-no-reboot");
	if (spec->gdb)
		add_gdb(&args, spec->gdb);
	add(&args, "-kernel");
	add(&args, "bzImage");
	add(&args, "-initrd");
	add(&args, "initrd");
	add(&args, "-append");
	add(&args, "%s", spec->cmdline);
	return args.v;
}

char *dmafp_vm_command_text(const struct dmafp_vm_spec *spec)
{
	char **argv = dmafp_vm_command(spec), *text = strdup("");

	for (char **arg = argv; *arg; arg++) {
		const char *quote = strpbrk(*arg, " ;&|<>*?$") ? "'" : "";
		char *more = dmafp_path("%s%s%s%s%s", text, arg == argv ? "" : " ", quote,
					*arg, quote);

		free(text);
		text = more;
	}
	dmafp_vm_command_free(argv);
	return text;
}

void dmafp_vm_command_free(char **argv)
{
	for (char **arg = argv; arg && *arg; arg++)
		free(*arg);
	free(argv);
}

char *dmafp_vm_qemu_version(struct dmafp_err *err)
{
	const char *const argv[] = { QEMU, "--version", NULL };
	char *text = dmafp_proc_output(argv, err);

	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

int dmafp_vm_check_model(const char *model, struct dmafp_err *err)
{
	const char *const argv[] = { QEMU, "-device", "help", NULL };
	char *text = dmafp_proc_output(argv, err), *quoted;
	bool known;

	if (!text)
		return -ENOENT;
	quoted = dmafp_path("name \"%s\"", model);
	known = strstr(text, quoted) != NULL;
	free(quoted);
	free(text);
	if (known)
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
			     "QEMU has no device model '%s': see %s -device help", model, QEMU);
}

int dmafp_vm_start(struct dmafp_vm *vm, const struct dmafp_vm_spec *spec,
		   struct dmafp_err *err)
{
	char **argv = dmafp_vm_command(spec);
	char *log = dmafp_path("%s/qemu.log", spec->dir);
	int ret;

	memset(vm, 0, sizeof(*vm));
	vm->spec = spec;
	vm->channel_path = dmafp_path("%s/channel", spec->dir);
	vm->channel.path = vm->channel_path;
	vm->channel.dir = spec->results;
	clock_gettime(CLOCK_MONOTONIC, &vm->started);
	ret = dmafp_proc_start(&vm->qemu, (const char *const *)argv, spec->dir, log, err);
	free(log);
	dmafp_vm_command_free(argv);
	return ret;
}

/* Put the console's last lines behind a message that is already there. */
static int with_console(const struct dmafp_vm *vm, int ret, struct dmafp_err *err)
{
	char *path = dmafp_path("%s/console.log", vm->spec->dir);
	struct dmafp_err ignored;
	char *text = dmafp_file_read(path, NULL, &ignored);
	char *tail = text ? dmafp_console_tail(text, TAIL_LINES) : NULL;
	size_t used = strlen(err->msg);

	snprintf(err->msg + used, sizeof(err->msg) - used, "; console: %s\n%s", path,
		 tail && *tail ? tail : "  (the console is empty)");
	free(tail);
	free(text);
	free(path);
	return ret;
}

static int console_fault(const struct dmafp_vm *vm, struct dmafp_err *err)
{
	char *path = dmafp_path("%s/console.log", vm->spec->dir), line[160];
	struct dmafp_err ignored;
	char *text = dmafp_file_read(path, NULL, &ignored);
	bool fault = text && dmafp_console_fault(text, vm->spec->expect, line, sizeof(line));

	free(text);
	free(path);
	if (!fault)
		return 0;
	dmafp_err_set(err, EIO, DMAFP_EXIT_GUEST, "the guest's kernel said \"%s\"", line);
	return with_console(vm, -EIO, err);
}

static int qemu_failed(const struct dmafp_vm *vm, struct dmafp_err *err)
{
	char *path = dmafp_path("%s/qemu.log", vm->spec->dir);
	struct dmafp_err ignored;
	char *said = dmafp_file_read(path, NULL, &ignored);
	int status = vm->qemu.status;

	if (WIFSIGNALED(status))
		dmafp_err_set(err, EIO, DMAFP_EXIT_QEMU,
			      "QEMU was killed by signal %d (%s): is the host out of memory?",
			      WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		dmafp_err_set(err, EIO, DMAFP_EXIT_QEMU, "QEMU ended with status %d: %s",
			      WEXITSTATUS(status), said ? said : "");
	free(said);
	free(path);
	return with_console(vm, -EIO, err);
}

static int missing_success(const struct dmafp_vm *vm, struct dmafp_err *err)
{
	const struct dmafp_channel *channel = &vm->channel;

	for (size_t i = 0; i < vm->spec->nr_modes; i++) {
		const char *mode = vm->spec->modes[i];

		if (dmafp_channel_has_succeeded(channel, mode))
			continue;
		if (channel->crashed && strcmp(channel->mode, "kdump"))
			dmafp_err_set(err, EIO, DMAFP_EXIT_CAPTURE,
				      "the capture kernel did not come up after the crash");
		else
			dmafp_err_set(err, EIO, DMAFP_EXIT_GUEST,
				      "the guest ended without success in mode %s (last step: %s)",
				      mode, *channel->step ? channel->step : "boot");
		return with_console(vm, -EIO, err);
	}
	return 0;
}

static int guest_failed(struct dmafp_vm *vm, struct dmafp_err *err)
{
	err->exit = vm->channel.fail.exit;
	snprintf(err->msg, sizeof(err->msg), "in the guest, mode %s: %.3000s",
		 vm->channel.mode, vm->channel.fail.msg);
	return with_console(vm, -EIO, err);
}

/* A kernel's own complaint explains more than what followed from it. */
static int judge(struct dmafp_vm *vm, struct dmafp_err *err)
{
	int ret = console_fault(vm, err);

	if (!ret && vm->channel.fail.exit)
		ret = guest_failed(vm, err);
	if (!ret && vm->qemu.status)
		ret = qemu_failed(vm, err);
	return ret ?: missing_success(vm, err);
}

static bool over_time(const struct dmafp_vm *vm)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - vm->started.tv_sec >= (time_t)vm->spec->time_limit;
}

static int timed_out(struct dmafp_vm *vm, struct dmafp_err *err)
{
	const struct dmafp_channel *channel = &vm->channel;

	dmafp_proc_kill(&vm->qemu);
	if (channel->crashed && strcmp(channel->mode, "kdump"))
		dmafp_err_set(err, ETIMEDOUT, DMAFP_EXIT_CAPTURE,
			      "the capture kernel did not come up within %u s",
			      vm->spec->time_limit);
	else
		dmafp_err_set(err, ETIMEDOUT, DMAFP_EXIT_TIMEOUT,
			      "the guest was not done within %u s (mode %s, step: %s)",
			      vm->spec->time_limit, *channel->mode ? channel->mode : "none",
			      *channel->step ? channel->step : "boot");
	return with_console(vm, -ETIMEDOUT, err);
}

/*
 * QEMU drops what it cannot write to a full disk, so that the guest seems to
 * have fallen silent.
 */
static int blame_disk(const struct dmafp_vm *vm, int ret, struct dmafp_err *err)
{
	struct statvfs fs;

	if (statvfs(vm->spec->dir, &fs) || fs.f_bavail * fs.f_frsize >= 65536)
		return ret;
	return dmafp_err_set(err, ENOSPC, DMAFP_EXIT_IO,
			     "%s: %s; make room, or name another folder with --output",
			     vm->spec->dir, strerror(ENOSPC));
}

int dmafp_vm_poll(struct dmafp_vm *vm, struct dmafp_err *err)
{
	bool ended = dmafp_proc_poll(&vm->qemu);
	int ret = dmafp_channel_poll(&vm->channel, err);

	if (ret)
		ret = with_console(vm, ret, err);
	else if (ended)
		ret = judge(vm, err);
	else
		ret = over_time(vm) ? timed_out(vm, err) : 1;
	return ret < 0 ? blame_disk(vm, ret, err) : ret;
}

bool dmafp_vm_crashed(const struct dmafp_vm *vm)
{
	int status = vm->qemu.status;

	return !vm->qemu.pid && WIFSIGNALED(status) &&
	       (WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGABRT);
}

void dmafp_vm_end(struct dmafp_vm *vm)
{
	dmafp_proc_kill(&vm->qemu);
	free(vm->channel_path);
	vm->channel_path = NULL;
}
