// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks on machines where more than one thing is otherwise, and what they advise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "audited.h"

/* The only finding of the check says just that. */
static void says_just(const char *check, enum dmafp_finding_class class, const char *reading)
{
	const struct dmafp_finding *finding = find(check, class, "");

	if (!finding)
		says(check, class, reading);
	assert_string_equal(finding->reading, reading);
}

/* A file that is missing: is it the kernel's, or only not mounted? */
static void what_cannot_be_read(void **state)
{
	(void)state;
	tree_drop("sys/kernel/tracing");
	tree_put("proc/filesystems", "nodev\tdebugfs\n\text4\n");
	audit();
	says_just("tracer", RECORDS,
		  "cannot be read: /sys/kernel/tracing/current_tracer; this kernel has no "
		  "tracefs");
	assert_string_equal(find("tracer", RECORDS, "")->command, "");
	tree_put("proc/filesystems", "nodev\ttracefs\n");
	tree_put("proc/mounts", "none /sys/kernel/tracing tracefs rw 0 0\n");
	audit();
	says_just("tracer", RECORDS,
		  "cannot be read: /sys/kernel/tracing/current_tracer; this kernel does not "
		  "have it");
	tree_put("proc/mounts", "none /sys/kernel/debug debugfs rw 0 0\n");
	audit();
	says("tracer", RECORDS, "is tracefs mounted?");
	assert_string_equal(find("tracer", RECORDS, "")->command,
			    "mount -t tracefs none /sys/kernel/tracing");
}

static void advises(const char *check, enum dmafp_finding_class class, const char *command)
{
	says(check, class, "");
	assert_string_equal(find(check, class, "")->command, command);
}

/* Of the server as it is, see there */
static const char *const well[][2] = {
	{ "root", "root" },
	{ "cpus", "CPUs 2-3 shall measure, and are online" },
	{ "module",
	  "not loaded, and there as /lib/modules/6.12.1/updates/dkms/dmafp.ko.xz" },
	{ "headers", "/lib/modules/6.12.1/build" },
	{ "coherence", "all devices of x86 are" },
	{ "iommu", "dmar0" },
	{ "swiotlb", "not in use" },
	{ "kernel-config", "known" },
	{ "invalidating-options", "none is on" },
	{ "kprobes-option", "CONFIG_KPROBES=y" },
	{ "crash-dump-option", "CONFIG_CRASH_DUMP=y" },
	{ "kexec-option", "CONFIG_KEXEC_FILE=y" },
	{ "vmcore-option", "CONFIG_PROC_VMCORE=y" },
	{ "crashkernel", "512 MiB" },
	{ "lockdown", "none" },
	{ "secure-boot", "off" },
	{ "module-signing", "not enforced" },
	{ "kprobes", "none" },
	{ "tracer", "none" },
	{ "trace-events", "none is on" },
	{ "function-hooks", "none" },
	{ "livepatch", "none" },
	{ "taint", "0" },
	{ "perf-users", "no process has a counter open" },
	{ "hypervisor", "none seen" },
	{ "clocksource", "tsc" },
	{ "invariant-tsc", "constant_tsc, nonstop_tsc" },
	{ "throttling", "never since boot" },
	{ "governor", "performance" },
	{ "energy-preference", "performance" },
	{ "boost", "turbo is off" },
	{ "frequency", "2000000 kHz" },
	{ "idle-states", "none takes over 2 us" },
	{ "smt", "no measuring CPU shares its core" },
	{ "isolation",
	  "2 of 2 measuring CPUs are isolated; isolcpus 2-3, nohz_full 2-3, rcu_nocbs set" },
	{ "irq-affinity", "none of 2 comes to a measuring CPU" },
	{ "irqbalance", "it is frozen" },
	{ "nmi-watchdog", "off" },
	{ "soft-watchdog", "off" },
	{ "numa-balancing", "off" },
	{ "load", "0.10 tasks over the last minute" },
	{ "fio", "/usr/bin/fio" },
	{ "perf", "/usr/bin/perf" },
	{ "numactl", "/usr/bin/numactl" },
	{ "qemu", "/usr/bin/qemu-system-x86_64" },
};

static void what_is_well_in_words(void **state)
{
	size_t i;

	(void)state;
	audit();
	for (i = 0; i < NR(well); i++)
		says_just(well[i][0], GOOD, well[i][1]);
	/* and of devices there are two each */
	assert_int_equal(dmafp_findings_count(&findings, GOOD), NR(well) + 4);
	says("device", GOOD, "nvme 0000:01:00.0 can be taken");
	says("device", GOOD, "nic 0000:02:00.0 can be taken");
	says("device-node", GOOD, "0000:01:00.0 is on node 1, as are the CPUs");
	says("device-node", GOOD, "0000:02:00.0 is on node 1, as are the CPUs");
}

static void switches_that_are_on(void **state)
{
	static const char *const names[][2] = {
		{ "nmi-watchdog", "proc/sys/kernel/nmi_watchdog" },
		{ "soft-watchdog", "proc/sys/kernel/soft_watchdog" },
		{ "numa-balancing", "proc/sys/kernel/numa_balancing" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < NR(names); i++)
		tree_put(names[i][1], "1\n");
	audit();
	for (i = 0; i < NR(names); i++)
		says_just(names[i][0], WARNS, "on");
}

/* Commands that are made for what was seen; those of rows are in the document */
static const struct change commands[] = {
	{ CPU_DIR "online", "0-2\n", "cpus", BLOCKS,
	  "echo 1 > /sys/devices/system/cpu/cpu3/online" },
	{ CONFIG, "# CONFIG_MODULES is not set\n", "module", BLOCKS,
	  "./scripts/config -e MODULES" },
	{ "proc/sys/kernel/modules_disabled", "1\n", "module", BLOCKS, "reboot" },
	{ "-lib", "", "module", BLOCKS, "apt install linux-headers-$(uname -r)" },
	{ "-lib/modules/6.12.1/updates", "", "module", RECORDS,
	  "cmake --build build --target kmod" },
	{ "@" NVME "driver", "../../drivers/nvme", "device", RECORDS,
	  "dmafp prepare 0000:01:00.0" },
	{ "-sys/bus/pci", "", "device", BLOCKS, "dmafp list devices" },
	{ "sys/kernel/iommu_groups/7/type", "identity\n", "group-type", BLOCKS,
	  "echo DMA > /sys/kernel/iommu_groups/7/type" },
	{ NIC "numa_node", "0\n", "device-node", WARNS, "dmafp run --set cpus=node:0" },
	{ "sys/kernel/debug/swiotlb/io_tlb_used", "12\n", "swiotlb", WARNS, "" },
	{ "-sys/kernel/debug", "", "swiotlb", RECORDS,
	  "mount -t debugfs none /sys/kernel/debug" },
	{ CONFIG, "CONFIG_KASAN=y\n", "invalidating-options", BLOCKS,
	  "./scripts/config -d KASAN" },
	{ CONFIG, "CONFIG_MODULES=y\n", "kprobes-option", BLOCKS,
	  "./scripts/config -e KPROBES" },
	{ "-sys/kernel/security", "", "lockdown", RECORDS,
	  "mount -t securityfs none /sys/kernel/security" },
	{ "-sys/kernel/tracing", "", "tracer", RECORDS,
	  "mount -t tracefs none /sys/kernel/tracing" },
	{ CLOCK "available_clocksource", "tsc hpet\n", "clocksource", GOOD, "" },
	{ CPU_DIR "intel_pstate/no_turbo", "0\n", "boost", WARNS,
	  "echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo" },
	{ "-proc/loadavg", "", "load", RECORDS, "" },
};

static void what_to_do_is_of_what_was_seen(void **state)
{
	size_t i;

	for (i = 0; i < NR(commands); i++) {
		make_only(state, &commands[i]);
		advises(commands[i].check, commands[i].class, commands[i].reading);
	}
}

/* As docs/doctor.md has it, which is Markdown */
static char *escaped(const char *text)
{
	char *copy = dmafp_alloc(2 * strlen(text) + 1, 1), *to = copy;

	for (; *text; text++) {
		if (*text == '*')
			*to++ = '\\';
		*to++ = *text;
	}
	return copy;
}

static void is_documented(const char *document, const struct dmafp_check *check)
{
	char *how = escaped(check->how);
	char *row = dmafp_path("\n| %s | %s | %s | %s | ", check->name,
			       dmafp_finding_word(check->worst), how, check->why);
	const char *at = strstr(document, row), *command = NULL;

	if (!at)
		fail_msg("docs/doctor.md lacks %s", row + 1);
	at += strlen(row);
	if (check->command)
		command = strstr(at, check->command);
	if (check->command && (!command || command > strchr(at, '\n')))
		fail_msg("docs/doctor.md: %s: %.*s, not %s", check->name,
			 (int)strcspn(at, "\n"), at, check->command);
	free(how);
	free(row);
}

static void the_document_says_the_same(void **state)
{
	const struct dmafp_subject *subject;
	const struct dmafp_check *check;
	struct dmafp_err err;
	char *document = dmafp_file_read(DMAFP_SOURCE_DIR "/docs/doctor.md", NULL, &err);
	char *from, *to;

	(void)state;
	assert_non_null(document);
	for (from = to = document; *from; from++)
		if (*from != '`')
			*to++ = *from;
	*to = '\0';
	for (subject = dmafp_subjects; subject->name; subject++)
		for (check = subject->checks; check->name; check++)
			is_documented(document, check);
	free(document);
}

/* --- what a run needs */

static void a_module_wherever_it_is_installed(void **state)
{
	static const char *const files[] = { "updates/dkms/dmafp.ko",
					     "updates/dmafp.ko.zst", "extra/dmafp.ko",
					     "misc/dmafp.ko" };
	size_t i;

	(void)state;
	for (i = 0; i < NR(files); i++) {
		char *name = dmafp_path("lib/modules/6.12.1/%s", files[i]);
		char *reading = dmafp_path("not loaded, and there as /%s", name);

		tree_drop("lib/modules/6.12.1/updates");
		tree_put(name, "");
		audit();
		says_just("module", GOOD, reading);
		tree_drop(name);
		free(reading);
		free(name);
	}
	/* of another kernel */
	tree_put("lib/modules/6.12.2/extra/dmafp.ko", "");
	audit();
	says("module", RECORDS, "not installed for this kernel");
}

static void a_loaded_module_was_loaded(void **state)
{
	(void)state;
	tree_put("sys/module/dmafp/x", "");
	tree_put("proc/sys/kernel/modules_disabled", "1\n");
	tree_put(CONFIG, "# CONFIG_MODULES is not set\n");
	tree_drop("lib");
	audit();
	says_just("module", GOOD, "loaded");
}

/* More CPUs may be in the kernel's configuration than in sysfs. */
static void without_sysfs_cpus_are_counted(void **state)
{
	(void)state;
	tree_drop("sys");
	scope.nr_cpus = 0;
	audit();
	says("cpus", RECORDS, "cannot be read");
	says("smt", RECORDS, "cannot be read");
}

/* --- devices */

#define SOUND "sys/bus/pci/devices/0000:03:00.0/"

/* Nobody is told of it, but it could be named. */
static void a_device_of_another_class(void **state)
{
	static const char *const named[] = { "03:00.0", "01:00.0" };

	(void)state;
	tree_put(SOUND "class", "0x040300\n");
	tree_link(SOUND "iommu_group", "../../../../kernel/iommu_groups/9");
	tree_link(NVME "driver", "../../drivers/nvme");
	tree_link(NIC "driver", "../../drivers/igb");
	audit();
	assert_null(find("device", GOOD, ""));
	assert_null(find("device", BLOCKS, ""));
	assert_null(find("dma-mask", RECORDS, "0000:03:00.0"));
	tree_link(SOUND "driver", "../../drivers/snd");
	audit();
	says("device", BLOCKS, "none of 3 PCI devices can be taken");
	scope.devices = named;
	scope.nr_devices = 2;
	audit();
	says("device", BLOCKS, "0x040300 0000:03:00.0 cannot be taken: driver snd has it");
	assert_string_equal(find("device", BLOCKS, "01:00.0")->reading,
			    "nvme 0000:01:00.0 cannot be taken: driver nvme has it");
	assert_null(find("device", BLOCKS, "none of"));
	assert_null(find("device", BLOCKS, "there is no"));
	says("dma-mask", RECORDS, "0000:03:00.0/dma_mask_bits");
}

/* The first one is enough. */
static void one_of_several_can_be_taken(void **state)
{
	(void)state;
	tree_link(NIC "driver", "../../drivers/igb");
	audit();
	assert_null(find("device", BLOCKS, ""));
	tree_link(NVME "driver", "../../drivers/nvme");
	audit();
	says("device", BLOCKS, "none of 2 PCI devices can be taken");
}

/* The first names are looked at, too. */
static void names_that_are_no_devices(void **state)
{
	static const char *const names[] = { "0000:09:00.0", "0000:02:00.0" };

	(void)state;
	scope.devices = names;
	scope.nr_devices = 2;
	audit();
	says_just("device", BLOCKS, "there is no PCI device 0000:09:00.0");
	advises("device", BLOCKS, "dmafp list devices");
	assert_null(find("device", GOOD, "0000:01:00.0"));
	says("device", GOOD, "0000:02:00.0 can be taken");
}

/* 0 is a group and a node like others. */
static void the_first_group_and_node(void **state)
{
	(void)state;
	tree_drop(NVME "iommu_group");
	tree_link(NVME "iommu_group", "../../../../kernel/iommu_groups/0");
	tree_put("sys/kernel/iommu_groups/0/type", "identity\n");
	tree_put(NVME "numa_node", "0\n");
	audit();
	says_just("group-type", BLOCKS, "0000:01:00.0: identity, nothing is mapped");
	advises("group-type", BLOCKS, "echo DMA > /sys/kernel/iommu_groups/0/type");
	says_just("device-node", WARNS, "0000:01:00.0 is on node 0, CPU 2 is not");
	tree_put("sys/kernel/iommu_groups/0/type", "DMA-FQ\n");
	audit();
	says("group-type", RECORDS, "0000:01:00.0: DMA-FQ, which is lazy");
}

static void a_device_with_nothing_to_be_done(void **state)
{
	(void)state;
	tree_drop(NVME "iommu_group");
	audit();
	says("device", RECORDS, "0000:01:00.0 cannot be taken: no IOMMU translates for it");
	advises("device", RECORDS, "");
}

/* Of the measuring CPUs it is the second that is far. */
static void a_cpu_of_another_node(void **state)
{
	(void)state;
	tree_drop(CPU_DIR "cpu3/node1");
	put_cpu(3, "node12/x", "");
	audit();
	says("device-node", WARNS, "0000:01:00.0 is on node 1, CPU 3 is not");
	tree_put(NVME "numa_node", "12\n");
	audit();
	says("device-node", WARNS, "0000:01:00.0 is on node 12, CPU 2 is not");
	tree_drop(CPU_DIR "cpu2/node1");
	put_cpu(2, "node12/x", "");
	audit();
	says("device-node", GOOD, "0000:01:00.0 is on node 12, as are the CPUs");
}

/* Behind a port and a switch; the host bridge's node says it for all below. */
static void coherence_is_of_the_host_bridge(void **state)
{
	(void)state;
	arch = "aarch64";
	tree_drop(NVME);
	tree_link("sys/bus/pci/devices/0000:01:00.0",
		  "../../../devices/platform/40.pcie/pci0000:00/0000:00:01.0/0000:00:02.0/"
		  "0000:01:00.0");
	tree_put("sys/devices/platform/40.pcie/pci0000:00/0000:00:01.0/0000:00:02.0/"
		 "0000:01:00.0/class",
		 "0x010802\n");
	audit();
	says("coherence", RECORDS, "no dma-coherent in the device tree of 0000:01:00.0");
	says("coherence", RECORDS, "no dma-coherent in the device tree of 0000:02:00.0");
	tree_put("sys/devices/platform/40.pcie/of_node/dma-coherent", "");
	audit();
	says_just("coherence", GOOD, "0000:01:00.0 is");
	says("coherence", RECORDS, "no dma-coherent in the device tree of 0000:02:00.0");
	assert_null(find("coherence", RECORDS, "0000:01:00.0"));
	assert_null(find("coherence", RECORDS, "there is no such device"));
	tree_drop("sys/bus/pci");
	audit();
	says_just("coherence", RECORDS, "cannot be read: there is no such device");
}

/* --- the kernel */

static void parameters_about_dma(void **state)
{
	(void)state;
	tree_put(CMDLINE,
		 "iommu=pt xiommu=1 intel_iommu=on,sm_on amd_iommu=off iommu.stricter=1 "
		 "iommu.strict=1 iommu.passthrough=0 quiet swiotlb=noforce "
		 "amd_iommu_dump=1 iommu.forcedac\n");
	audit();
	says_just("iommu-parameters", RECORDS,
		  "iommu=pt intel_iommu=on,sm_on amd_iommu=off iommu.strict=1 "
		  "iommu.passthrough=0 swiotlb=noforce iommu.forcedac");
}

static void every_option_that_invalidates(void **state)
{
	(void)state;
	tree_put(CONFIG, "CONFIG_KASAN=y\nCONFIG_KCSAN=y\n");
	audit();
	assert_string_equal(
		find("invalidating-options", BLOCKS, "CONFIG_KASAN is on")->command,
		"./scripts/config -d KASAN");
	assert_string_equal(
		find("invalidating-options", BLOCKS, "CONFIG_KCSAN is on")->command,
		"./scripts/config -d KCSAN");
	assert_null(find("invalidating-options", GOOD, ""));
}

static void memory_for_a_capture_kernel(void **state)
{
	(void)state;
	tree_put("proc/vmcore", "");
	tree_put("sys/kernel/kexec_crash_size", "0\n");
	audit();
	says_just("crashkernel", GOOD, "this is a capture kernel");
}

/* --- what locks a kernel down */

/* Also where the module is loaded: without kprobes it is of no use. */
static void confidentiality_blocks_always(void **state)
{
	(void)state;
	tree_put("sys/module/dmafp/x", "");
	tree_put("sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
	audit();
	says("lockdown", BLOCKS, "no kprobes");
}

/* Either says that nothing is enforced; only without both it is not known. */
static void signing_from_two_sources(void **state)
{
	(void)state;
	tree_drop(CONFIG);
	audit();
	says_just("module-signing", GOOD, "not enforced");
	tree_put("sys/module/module/parameters/sig_enforce", "Y\n");
	audit();
	says_just("module-signing", BLOCKS, "only signed modules are loaded");
	tree_drop("sys/module");
	audit();
	says("module-signing", RECORDS, "cannot be read");
	tree_put(CONFIG, "CONFIG_MODULES=y\n");
	audit();
	says_just("module-signing", GOOD, "not enforced");
}

static void secure_boot_is_the_fifth_byte(void **state)
{
	(void)state;
	put_secure_boot(1);
	audit();
	says_just("secure-boot", RECORDS, "on");
}

/* --- who else looks at the kernel */

/* Where it was before it had a place of its own */
static void tracefs_below_debugfs(void **state)
{
#define OLD "sys/kernel/debug/tracing/"
	(void)state;
	tree_drop("sys/kernel/tracing");
	tree_put(OLD "current_tracer", "function\n");
	tree_put(OLD "enabled_functions", "vfs_read (1)\n");
	tree_put(OLD "events/enable", "0\n");
	tree_put(OLD "events/dma/enable", "0\n");
	audit();
	says_just("tracer", BLOCKS, "function");
	says_just("function-hooks", WARNS, "1 functions, first vfs_read");
	says_just("trace-events", GOOD, "none is on");
	tree_put(OLD "events/dma/enable", "1\n");
	audit();
	says("trace-events", BLOCKS, "dma");
	/* and that one counts if there is one */
	tree_put(TRACE "current_tracer", "nop\n");
	audit();
	says_just("tracer", GOOD, "none");
#undef OLD
}

/* docs: Documentation/admin-guide/tainted-kernels.rst; M, B, D, L and K are doubtful */
static void each_letter_of_taint(void **state)
{
	static const char letters[] = "PFSRMBUDAWCIOELKXTNJ";
	char number[16], reading[32];
	unsigned int bit;

	(void)state;
	for (bit = 0; letters[bit]; bit++) {
		snprintf(number, sizeof(number), "%u\n", 1u << bit);
		snprintf(reading, sizeof(reading), "%u: %c", 1u << bit, letters[bit]);
		tree_put("proc/sys/kernel/tainted", number);
		audit();
		says_just("taint", strchr("MBDLK", letters[bit]) ? WARNS : RECORDS,
			  reading);
	}
	tree_put("proc/sys/kernel/tainted", "1048576\n");
	audit();
	says_just("taint", RECORDS, "1048576");
	tree_put("proc/sys/kernel/tainted", "0\n");
	audit();
	says_just("taint", GOOD, "0");
}

/* Two of one name, one of another, and one that has only looked like it */
static void all_who_count(void **state)
{
	(void)state;
	tree_link("proc/1/fd/3", "anon_inode:[perf_event]");
	tree_link("proc/78/fd/4", "anon_inode:[perf_event]");
	tree_put("proc/79/comm", "perf\n");
	tree_link("proc/79/fd/0", "anon_inode:[perf_event]");
	tree_put("proc/80/comm", "bpftrace\n");
	tree_link("proc/80/fd/11", "anon_inode:[perf_event]");
	tree_put("proc/81/comm", "emacs\n");
	tree_link("proc/81/fd/11", "/tmp/anon_inode:[perf_event]");
	audit();
	says_just("perf-users", WARNS, "systemd, perf, bpftrace");
}

/* A machine has thousands of processes. */
static void nothing_stays_open(void **state)
{
	size_t before = tree_open_files();

	(void)state;
	audit();
	assert_int_equal(tree_open_files(), before);
}

static void all_live_patches(void **state)
{
	(void)state;
	tree_put("sys/kernel/livepatch/kpatch_1/enabled", "1\n");
	tree_put("sys/kernel/livepatch/kpatch_2/enabled", "1\n");
	audit();
	says_just("livepatch", WARNS, "kpatch_1, kpatch_2");
}

/* --- the CPU and its clock */

static void a_hypervisor_by_its_flag(void **state)
{
	(void)state;
	tree_put("proc/cpuinfo", "flags\t\t: fpu hypervisor lm\n");
	tree_put("sys/hypervisor/type", "of the folder\n");
	audit();
	says("hypervisor", WARNS, "");
	/* whatever CPUID says here, it is not what is said of others */
	assert_null(find("hypervisor", WARNS, "of the folder"));
	tree_put("proc/cpuinfo", "flags\t\t: fpu lm\n");
	audit();
	says_just("hypervisor", WARNS, "of the folder");
}

static void no_tsc_to_go_back_to(void **state)
{
	(void)state;
	tree_put(CLOCK "current_clocksource", "hpet\n");
	tree_put(CLOCK "available_clocksource", "hpet tsc-early xtsc acpi_pm\n");
	audit();
	says_just("clocksource", WARNS, "hpet, and tsc is not to be had");
	advises("clocksource", WARNS, "");
	tree_put(CLOCK "available_clocksource", "hpet tsc-early tsc\n");
	audit();
	says_just("clocksource", WARNS, "hpet, though there is tsc");
	advises("clocksource", WARNS,
		"echo tsc > "
		"/sys/devices/system/clocksource/clocksource0/current_clocksource");
}

static void both_flags_of_the_tsc(void **state)
{
	(void)state;
	tree_put("proc/cpuinfo", "flags\t\t: fpu constant_tsc\n");
	audit();
	says_just("invariant-tsc", WARNS, "has constant_tsc, lacks nonstop_tsc");
	tree_put("proc/cpuinfo", "flags\t\t: nonstop_tsc fpu\n");
	audit();
	says_just("invariant-tsc", WARNS, "lacks constant_tsc, has nonstop_tsc");
}

/* A core counts for itself, and a package's count is the same on all its CPUs. */
static void throttling_of_cores_and_packages(void **state)
{
	(void)state;
	put_cpu(2, "thermal_throttle/core_throttle_count", "7\n");
	put_cpu(3, "thermal_throttle/core_throttle_count", "4\n");
	put_cpu(2, "thermal_throttle/package_throttle_count", "9\n");
	put_cpu(3, "thermal_throttle/package_throttle_count", "9\n");
	audit();
	says_just("throttling", WARNS,
		  "since boot measuring cores 11 times, a package 9 times");
	tree_drop(CPU_DIR "cpu2/thermal_throttle");
	tree_drop(CPU_DIR "cpu3/thermal_throttle");
	audit();
	says("throttling", RECORDS, "cannot be read");
}

/* --- frequency and idling */

static void drop_of_measuring(const char *name)
{
	char two[96], three[96];

	snprintf(two, sizeof(two), CPU_DIR "cpu2/%s", name);
	snprintf(three, sizeof(three), CPU_DIR "cpu3/%s", name);
	tree_drop(two);
	audit();
	tree_drop(three);
}

/* One CPU that has it is enough to judge by; of none nothing is known. */
static void files_that_only_some_cpus_have(void **state)
{
	(void)state;
	drop_of_measuring("cpufreq/scaling_governor");
	says_just("governor", GOOD, "performance");
	audit();
	says("governor", RECORDS, "no CPU has cpufreq/scaling_governor");
	drop_of_measuring("cpufreq/energy_performance_preference");
	says_just("energy-preference", GOOD, "performance");
	audit();
	says("energy-preference", RECORDS, "cannot be read");
	drop_of_measuring("cpufreq/scaling_max_freq");
	says_just("frequency", GOOD, "2000000 kHz");
	audit();
	says_just("frequency", RECORDS,
		  "cannot be read: no CPU has cpufreq/scaling_min_freq");
	drop_of_measuring("topology");
	says_just("smt", GOOD, "no measuring CPU shares its core");
	audit();
	says_just("smt", RECORDS,
		  "cannot be read: "
		  "/sys/devices/system/cpu/cpu*/topology/thread_siblings_list");
}

static void governors_of_all_measuring(void **state)
{
	(void)state;
	put_cpu(2, "cpufreq/scaling_governor", "powersave\n");
	put_cpu(3, "cpufreq/scaling_governor", "schedutil\n");
	put_cpu(2, "cpufreq/scaling_max_freq", "3000000\n");
	put_cpu(3, "cpufreq/scaling_max_freq", "4000000\n");
	audit();
	says_just("governor", WARNS, "powersave, schedutil on 2 of 2 CPUs");
	says_just("frequency", WARNS, "2000000 to 3000000 kHz; a range on 2 of 2 CPUs");
	put_cpu(2, "cpufreq/scaling_max_freq", "2000000\n");
	audit();
	says_just("frequency", WARNS, "2000000 to 4000000 kHz; a range on 1 of 2 CPUs");
}

static void idle_states_as_they_are_named(void **state)
{
	(void)state;
	put_cpu(3, "cpuidle/state1/disable", "0\n");
	put_cpu(2, "cpuidle/state1/disable", "0\n");
	tree_drop(CPU_DIR "cpuidle/current_driver");
	tree_drop(CPU_DIR "cpuidle/current_governor");
	audit();
	says_just("idle-states", WARNS, "C6 (133 us); driver unknown, governor unknown");
	tree_drop(CPU_DIR "cpu2/cpuidle/state1/name");
	tree_drop(CPU_DIR "cpu3/cpuidle/state1/name");
	audit();
	says_just("idle-states", WARNS,
		  "a state (133 us); driver unknown, governor unknown");
	put_cpu(2, "cpuidle/state1/name", "C6\n");
	put_cpu(3, "cpuidle/state1/name", "C6\n");
	tree_put(CPU_DIR "cpuidle/current_driver", "acpi_idle\n");
	tree_put(CPU_DIR "cpuidle/current_governor_ro", "teo\n");
	put_cpu(3, "cpuidle/state1/latency", "500\n");
	audit();
	says_just("idle-states", WARNS,
		  "C6 (133 us), C6 (500 us); driver acpi_idle, governor teo");
	drop_of_measuring("cpuidle");
	audit();
	says_just("idle-states", GOOD, "driver acpi_idle has none");
	tree_drop(CPU_DIR "cpuidle/current_driver");
	audit();
	says_just("idle-states", RECORDS,
		  "cannot be read: /sys/devices/system/cpu/cpuidle/current_driver");
}

/* The first CPU is one like others. */
static void the_first_cpu_measures(void **state)
{
	static const uint32_t first[] = { 0 };

	(void)state;
	scope.cpus = first;
	scope.nr_cpus = 1;
	put_cpu(0, "thermal_throttle/core_throttle_count", "1\n");
	put_cpu(0, "cpufreq/scaling_governor", "powersave\n");
	put_cpu(0, "cpufreq/energy_performance_preference", "power\n");
	put_cpu(0, "cpufreq/scaling_min_freq", "800000\n");
	put_cpu(0, "cpuidle/state1/disable", "0\n");
	put_cpu(0, "topology/thread_siblings_list", "0-1\n");
	audit();
	says_just("cpus", GOOD, "CPUs 0 shall measure, and are online");
	says("device-node", WARNS, "0000:01:00.0 is on node 1, CPU 0 is not");
	says("throttling", WARNS, "cores 1 times");
	says_just("governor", WARNS, "powersave on 1 of 1 CPUs");
	says_just("energy-preference", WARNS, "power on 1 of 1 CPUs");
	says_just("frequency", WARNS, "800000 to 2000000 kHz; a range on 1 of 1 CPUs");
	says("idle-states", WARNS, "C6 (133 us)");
	says_just("smt", WARNS, "CPUs 1 share a core with a measuring one");
	put_cpu(1, "topology/thread_siblings_list", "0-1\n");
	scope.nr_cpus = 0;
	audit();
	says_just("smt", WARNS, "CPUs 0-1 share a core with a measuring one");
	tree_put(CPU_DIR "online", "1-3\n");
	scope.nr_cpus = 1;
	audit();
	says_just("cpus", BLOCKS, "of CPUs 0, 0 are not online");
	advises("cpus", BLOCKS, "echo 1 > /sys/devices/system/cpu/cpu0/online");
}

/* What cannot be told of a state speaks neither for nor against it. */
static void idle_states_that_do_not_say(void **state)
{
	(void)state;
	put_cpu(2, "cpuidle/state1/disable", "0\n");
	tree_drop(CPU_DIR "cpu2/cpuidle/state1/latency");
	audit();
	says("idle-states", GOOD, "none takes over 2 us");
	put_cpu(2, "cpuidle/state1/latency", "133\n");
	tree_drop(CPU_DIR "cpu2/cpuidle/state1/disable");
	audit();
	says("idle-states", GOOD, "none takes over 2 us");
	/* nor does a CPU without any speak for the others */
	tree_drop(CPU_DIR "cpu3/cpuidle");
	audit();
	says("idle-states", GOOD, "none takes over 2 us");
}

/* --- what runs beside */

static void cores_of_two_workers(void **state)
{
	(void)state;
	put_cpu(2, "topology/thread_siblings_list", "2-3\n");
	put_cpu(3, "topology/thread_siblings_list", "2-3\n");
	audit();
	says_just("smt", WARNS, "CPUs 2-3 share a core with a measuring one");
	put_cpu(2, "topology/thread_siblings_list", "rubbish\n");
	put_cpu(3, "topology/thread_siblings_list", "1,3\n");
	audit();
	says_just("smt", WARNS, "CPUs 1 share a core with a measuring one");
}

static void isolation_in_words(void **state)
{
	(void)state;
	tree_put(CPU_DIR "isolated", "\n");
	tree_put(CPU_DIR "nohz_full", "  (null)\n");
	tree_put(CMDLINE, "quiet\n");
	audit();
	says_just("isolation", RECORDS,
		  "0 of 2 measuring CPUs are isolated; isolcpus none, nohz_full none, "
		  "rcu_nocbs none");
	tree_put(CPU_DIR "isolated", "rubbish\n");
	tree_drop(CPU_DIR "nohz_full");
	audit();
	says_just("isolation", RECORDS,
		  "0 of 2 measuring CPUs are isolated; isolcpus rubbish, nohz_full none, "
		  "rcu_nocbs none");
}

/* As where CPUs of two nodes take turns: each second one of many, the last measures. */
static void lists_as_of_many_cpus(void **state)
{
	static const uint32_t last[] = { 512 };
	char *list = dmafp_alloc_string("0");
	uint32_t cpu;

	(void)state;
	for (cpu = 2; cpu <= 512; cpu += 2) {
		char *longer = dmafp_path("%s,%u", list, cpu);

		free(list);
		list = longer;
	}
	scope.cpus = last;
	scope.nr_cpus = 1;
	tree_put(CPU_DIR "isolated", list);
	tree_put("proc/irq/24/effective_affinity_list", list);
	tree_put("proc/irq/25/smp_affinity_list", list);
	audit();
	says("isolation", GOOD, "1 of 1 measuring CPUs are isolated; isolcpus 0,2,4,");
	says_just("irq-affinity", WARNS, "2 of 2 come to measuring CPUs");
	free(list);
}

static void interrupts_that_come(void **state)
{
	(void)state;
	tree_put("proc/irq/24/effective_affinity_list", "rubbish\n");
	tree_drop("proc/irq/25/smp_affinity_list");
	audit();
	says_just("irq-affinity", GOOD, "none of 2 comes to a measuring CPU");
	tree_put("proc/irq/25/smp_affinity_list", "2\n");
	tree_put("proc/irq/26/smp_affinity_list", "3\n");
	audit();
	says_just("irq-affinity", WARNS, "2 of 3 come to measuring CPUs");
}

static void irqbalance_frozen_or_not(void **state)
{
	(void)state;
	tree_put("sys/fs/cgroup/system.slice/irqbalance.service/cgroup.freeze", "0\n");
	audit();
	says_just("irqbalance", WARNS, "it runs");
	tree_put("proc/1/comm", "irqbalance\n");
	tree_drop("proc/77");
	audit();
	says_just("irqbalance", WARNS, "it runs");
	tree_put("proc/1/comm", "irqbalanced\n");
	audit();
	says_just("irqbalance", GOOD, "it does not run");
}

/* --- tools */

static void programs_where_the_shell_finds_them(void **state)
{
	(void)state;
	tree_put("bin/fio", "");
	audit();
	says_just("fio", GOOD, "/bin/fio");
	/* without it: as of a login of root */
	unsetenv("PATH");
	tree_put("usr/local/sbin/fio", "");
	audit();
	says_just("fio", GOOD, "/usr/local/sbin/fio");
	tree_drop("usr");
	audit();
	says_just("fio", GOOD, "/bin/fio");
	says("perf", RECORDS, "there is no perf in PATH");
}

/* --- and this machine */

static void without_a_root_it_is_this_machine(void **state)
{
	(void)state;
	scope.root = NULL;
	audit();
	assert_null(find("load", RECORDS, "cannot be read"));
	assert_null(find("taint", RECORDS, "cannot be read"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_well_in_words),
		TEST(what_cannot_be_read),
		TEST(switches_that_are_on),
		TEST(what_to_do_is_of_what_was_seen),
		TEST(the_document_says_the_same),
		TEST(a_module_wherever_it_is_installed),
		TEST(a_loaded_module_was_loaded),
		TEST(without_sysfs_cpus_are_counted),
		TEST(a_device_of_another_class),
		TEST(one_of_several_can_be_taken),
		TEST(names_that_are_no_devices),
		TEST(the_first_group_and_node),
		TEST(a_device_with_nothing_to_be_done),
		TEST(a_cpu_of_another_node),
		TEST(coherence_is_of_the_host_bridge),
		TEST(parameters_about_dma),
		TEST(every_option_that_invalidates),
		TEST(memory_for_a_capture_kernel),
		TEST(confidentiality_blocks_always),
		TEST(signing_from_two_sources),
		TEST(secure_boot_is_the_fifth_byte),
		TEST(tracefs_below_debugfs),
		TEST(each_letter_of_taint),
		TEST(all_who_count),
		TEST(nothing_stays_open),
		TEST(all_live_patches),
		TEST(a_hypervisor_by_its_flag),
		TEST(no_tsc_to_go_back_to),
		TEST(both_flags_of_the_tsc),
		TEST(throttling_of_cores_and_packages),
		TEST(files_that_only_some_cpus_have),
		TEST(governors_of_all_measuring),
		TEST(idle_states_as_they_are_named),
		TEST(the_first_cpu_measures),
		TEST(idle_states_that_do_not_say),
		TEST(cores_of_two_workers),
		TEST(isolation_in_words),
		TEST(lists_as_of_many_cpus),
		TEST(interrupts_that_come),
		TEST(irqbalance_frozen_or_not),
		TEST(programs_where_the_shell_finds_them),
		TEST(without_a_root_it_is_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
