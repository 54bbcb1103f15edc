// SPDX-License-Identifier: GPL-2.0-or-later
/* Each check on a machine where all is well, and on ones where one thing is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audited.h"

/* What is to be known even where all is well */
static const char *const recorded[][2] = {
	{ "microcode", "0x11" },
	{ "mitigations", "2 known to the kernel, 1 mitigated, vulnerable: none" },
	{ "iommu-parameters", "intel_iommu=on iommu.strict=0" },
	{ "group-type", "0000:01:00.0: DMA-FQ, which is lazy" },
	{ "group-type", "0000:02:00.0: DMA, which is strict" },
	{ "dma-mask", "0000:01:00.0: 64 bits" },
	{ "dma-mask", "0000:02:00.0: 32 bits" },
};

static void a_server_where_all_is_well(void **state)
{
	size_t i;

	(void)state;
	audit();
	for (i = 0; i < findings.nr; i++)
		if (findings.items[i].class == WARNS || findings.items[i].class == BLOCKS)
			fail_msg("%s: %s", findings.items[i].check->name,
				 findings.items[i].reading);
	for (i = 0; i < NR(recorded); i++)
		says(recorded[i][0], RECORDS, recorded[i][1]);
	assert_int_equal(dmafp_findings_count(&findings, RECORDS), NR(recorded));
	for (i = 0; i < findings.nr; i++)
		if (findings.items[i].class == GOOD)
			assert_string_equal(findings.items[i].command, "");
}

static const struct change changes[] = {
	{ "proc/self/status", "Uid:\t1000\t1000\t1000\t1000\n", "root", BLOCKS,
	  "user 1000" },
	{ "-proc/self", "", "root", RECORDS, "cannot be read: no Uid in /proc/self/status" },
	{ "proc/self/status", "Uid:\t0\t1000\t0\t0\n", "root", BLOCKS, "user 1000" },
	{ "proc/self/status", "Uid:\t1000\t0\t0\t0\n", "root", GOOD, "root" },
	{ "proc/self/status", "Uid:\t0\n", "root", RECORDS,
	  "cannot be read: no Uid in /proc/self/status" },
	{ CPU_DIR "online", "0-2\n", "cpus", BLOCKS, "of CPUs 2-3, 3 are not online" },
	{ "-" CPU_DIR "online", "", "cpus", RECORDS,
	  "cannot be read: /sys/devices/system/cpu/online" },
	{ "sys/module/dmafp/x", "", "module", GOOD, "loaded" },
	{ "-lib/modules/6.12.1/updates", "", "module", RECORDS, "not installed" },
	{ "-lib", "", "module", BLOCKS, "nor are headers" },
	{ "proc/sys/kernel/modules_disabled", "1\n", "module", BLOCKS,
	  "until the next boot" },
	{ CONFIG, "# CONFIG_MODULES is not set\n", "module", BLOCKS, "no modules at all" },
	{ "-lib", "", "headers", RECORDS, "there is no /lib/modules/6.12.1/build" },
	{ "-proc/version", "", "headers", RECORDS,
	  "there is no /lib/modules/RELEASE/build" },

	{ "@" NVME "driver", "../../drivers/nvme", "device", RECORDS,
	  "nvme 0000:01:00.0 cannot be taken: driver nvme has it" },
	{ "-sys/bus/pci", "", "device", BLOCKS, "none of 0 PCI devices" },
	{ "sys/kernel/iommu_groups/7/type", "identity\n", "group-type", BLOCKS, "identity" },
	{ "-" NVME "iommu_group", "", "group-type", RECORDS, "is in no IOMMU group" },
	{ "-sys/kernel/iommu_groups/8/type", "", "group-type", RECORDS,
	  "cannot be read: /sys/kernel/iommu_groups/8/type" },
	{ "-sys/bus/pci", "", "group-type", RECORDS, "there is no such device" },
	{ "-sys/bus/pci", "", "device-node", RECORDS, "there is no such device" },
	{ "-sys/bus/pci", "", "dma-mask", RECORDS, "there is no such device" },
	{ NVME "numa_node", "0\n", "device-node", WARNS,
	  "0000:01:00.0 is on node 0, CPU 2 is not" },
	{ NVME "numa_node", "-1\n", "device-node", GOOD, "near no node" },
	{ NIC "numa_node", "0\n", "device-node", WARNS,
	  "0000:02:00.0 is on node 0, CPU 2 is not" },
	{ NIC "numa_node", "0\n", "device-node", GOOD,
	  "0000:01:00.0 is on node 1, as are the CPUs" },
	{ "-" NVME "dma_mask_bits", "", "dma-mask", RECORDS,
	  "cannot be read: /sys/bus/pci/devices/0000:01:00.0/dma_mask_bits" },

	{ "-sys/class/iommu", "", "iommu", BLOCKS, "none is in use" },
	{ "sys/class/iommu/dmar1/x", "", "iommu", GOOD, "dmar0, dmar1" },
	{ CMDLINE, "quiet\n", "iommu-parameters", RECORDS, "none: as the kernel was built" },
	{ "-" CMDLINE, "", "iommu-parameters", RECORDS, "cannot be read: /proc/cmdline" },
	{ CMDLINE, "swiotlb=65536,force quiet\n", "swiotlb", BLOCKS, "forces it" },
	{ CMDLINE, "swiotlb=force\n", "swiotlb", BLOCKS, "forces it" },
	{ CMDLINE, "swiotlb=noforce\n", "swiotlb", GOOD, "not in use" },
	{ CMDLINE, "swiotlb=65536 swiotlb=65536,4,force\n", "swiotlb", BLOCKS, "forces it" },
	{ CMDLINE, "xswiotlb=force swiotlb=xforce a=force\n", "swiotlb", GOOD,
	  "not in use" },
	{ "sys/kernel/debug/swiotlb/io_tlb_used", "12\n", "swiotlb", WARNS, "12 slabs" },
	{ "-sys/kernel/debug/swiotlb", "", "swiotlb", RECORDS,
	  "cannot be read: /sys/kernel/debug/swiotlb/io_tlb_used; is debugfs mounted?" },

	{ "-" CONFIG, "", "kernel-config", RECORDS, "/boot/config-6.12.1" },
	{ "-proc/version", "", "kernel-config", RECORDS, "/boot/config-RELEASE" },
	{ "-" CONFIG, "", "invalidating-options", RECORDS,
	  "cannot be read: the configuration is not known" },
	{ CONFIG, "CONFIG_KASAN=y\nCONFIG_KCSAN=y\n", "invalidating-options", BLOCKS,
	  "CONFIG_KCSAN is on" },
	{ CONFIG, "CONFIG_KASAN=y\nCONFIG_KCSAN=y\n", "invalidating-options", BLOCKS,
	  "CONFIG_KASAN is on" },
	{ CONFIG, "CONFIG_DEBUG_PAGEALLOC=y\n", "invalidating-options", GOOD, "none" },
	{ CONFIG, "CONFIG_MODULES=y\n", "kprobes-option", BLOCKS,
	  "CONFIG_KPROBES is not set" },
	{ CONFIG, "CONFIG_MODULES=y\n", "kexec-option", RECORDS, "KEXEC_FILE is not set" },
	{ CONFIG, "CONFIG_MODULES=y\n", "crash-dump-option", RECORDS,
	  "CRASH_DUMP is not set" },
	{ CONFIG, "CONFIG_MODULES=y\n", "vmcore-option", RECORDS, "PROC_VMCORE is not set" },
	{ "-" CONFIG, "", "kprobes-option", RECORDS,
	  "cannot be read: the configuration is not known" },
	{ "-" CONFIG, "", "kexec-option", RECORDS,
	  "cannot be read: the configuration is not known" },
	{ "-" CONFIG, "", "crash-dump-option", RECORDS,
	  "cannot be read: the configuration is not known" },
	{ "-" CONFIG, "", "vmcore-option", RECORDS,
	  "cannot be read: the configuration is not known" },
	{ "sys/kernel/kexec_crash_size", "0\n", "crashkernel", RECORDS, "no memory" },
	{ "-sys/kernel/kexec_crash_size", "", "crashkernel", RECORDS,
	  "cannot be read: /sys/kernel/kexec_crash_size" },
	{ "proc/vmcore", "", "crashkernel", GOOD, "capture kernel" },

	{ "sys/kernel/security/lockdown", "none [integrity] confidentiality\n",
	  "lockdown", BLOCKS, "integrity" },
	{ "sys/kernel/security/lockdown", "none integrity [confidentiality]\n",
	  "lockdown", BLOCKS, "no kprobes" },
	{ "-sys/kernel/security", "", "lockdown", RECORDS,
	  "cannot be read: /sys/kernel/security/lockdown; is securityfs mounted?" },
	{ EFI, "\x06\x01\x01\x01\x01", "secure-boot", RECORDS, "on" },
	{ "-sys/firmware/efi/efivars", "", "secure-boot", RECORDS, "cannot be read: /" EFI },
	{ EFI, "\x06\x01\x01\x01", "secure-boot", RECORDS, "cannot be read: /" EFI },
	{ "-sys/firmware/efi", "", "secure-boot", GOOD, "not booted by EFI" },
	{ CONFIG, "CONFIG_MODULE_SIG_FORCE=y\n", "module-signing", BLOCKS, "only signed" },
	{ "sys/module/module/parameters/sig_enforce", "Y\n", "module-signing", BLOCKS,
	  "only signed" },

	{ "sys/kernel/debug/kprobes/list", "ffff k a+0x0\nffff k b+0x0\n", "kprobes",
	  WARNS, "2 are set" },
	{ "-sys/kernel/debug", "", "kprobes", RECORDS,
	  "cannot be read: /sys/kernel/debug/kprobes/list; is debugfs mounted?" },
	{ "sys/kernel/debug/kprobes/list", "ffff k a+0x0\n", "kprobes", WARNS, "1 are set" },
	{ TRACE "current_tracer", "function_graph\n", "tracer", BLOCKS, "function_graph" },
	{ TRACE "current_tracer", "function\n", "tracer", BLOCKS, "function" },
	{ TRACE "current_tracer", "irqsoff\n", "tracer", WARNS, "irqsoff" },
	{ "-sys/kernel/tracing", "", "tracer", RECORDS,
	  "cannot be read: /sys/kernel/tracing/current_tracer; is tracefs mounted?" },
	{ TRACE "events/iommu/enable", "X\n", "trace-events", BLOCKS,
	  "dma, iommu or swiotlb" },
	{ TRACE "events/dma/enable", "1\n", "trace-events", BLOCKS,
	  "dma, iommu or swiotlb" },
	{ TRACE "events/enable", "X\n", "trace-events", WARNS, "some are on" },
	{ TRACE "events/swiotlb/enable", "1\n", "trace-events", BLOCKS,
	  "dma, iommu or swiotlb" },
	{ "-" TRACE "events", "", "trace-events", RECORDS,
	  "cannot be read: /sys/kernel/tracing/events/**/enable; is tracefs mounted?" },
	{ "-sys/kernel/tracing", "", "trace-events", RECORDS,
	  "cannot be read: /sys/kernel/tracing/events/**/enable; is tracefs mounted?" },
	{ TRACE "enabled_functions", "vfs_read (1)\nvfs_write (1)\n", "function-hooks",
	  WARNS, "2 functions, first vfs_read" },
	{ "-sys/kernel/tracing", "", "function-hooks", RECORDS,
	  "cannot be read: /sys/kernel/tracing/enabled_functions; is tracefs mounted?" },
	{ "sys/kernel/livepatch/kpatch_1/enabled", "1\n", "livepatch", WARNS, "kpatch_1" },
	{ "proc/sys/kernel/tainted", "1048575\n", "taint", WARNS,
	  "1048575: PFSRMBUDAWCIOELKXTNJ" },
	{ "proc/sys/kernel/tainted", "1048576\n", "taint", RECORDS, "1048576" },
	{ "proc/sys/kernel/tainted", "4097\n", "taint", RECORDS, "4097: PO" },
	{ "proc/sys/kernel/tainted", "128\n", "taint", WARNS, "128: D" },
	{ "proc/sys/kernel/tainted", "-1\n", "taint", RECORDS, "cannot be read" },
	{ "-proc/sys/kernel/tainted", "", "taint", RECORDS,
	  "cannot be read: /proc/sys/kernel/tainted" },
	{ "@proc/78/fd/4", "anon_inode:[perf_event]", "perf-users", WARNS, "perf" },
	{ "@proc/78/fd/4", "anon_inode:[eventpoll]", "perf-users", GOOD, "no process" },
	{ "-proc", "", "perf-users", RECORDS, "cannot be read: /proc" },

	{ "proc/cpuinfo", "flags\t\t: fpu hypervisor lm\n", "hypervisor", WARNS, "" },
	{ "sys/hypervisor/type", "xen\n", "hypervisor", WARNS, "xen" },
	{ "proc/device-tree/hypervisor/compatible", "linux,kvm\n", "hypervisor", WARNS,
	  "linux,kvm" },
	{ "-proc/cpuinfo", "", "hypervisor", RECORDS,
	  "cannot be read: this CPU's flags do not say" },
	{ CLOCK "current_clocksource", "hpet\n", "clocksource", WARNS,
	  "hpet, though there is tsc" },
	{ "-" CLOCK, "", "clocksource", RECORDS,
	  "cannot be read: /sys/devices/system/clocksource/clocksource0/current_clocksource" },
	{ CLOCK "current_clocksource", "arch_sys_counter\n", "clocksource", GOOD,
	  "arch_sys_counter" },
	{ "proc/cpuinfo", "flags\t\t: fpu constant_tsc lm\n", "invariant-tsc", WARNS,
	  "has constant_tsc, lacks nonstop_tsc" },
	{ "proc/cpuinfo", "flags\t\t: nonstop_tsc xconstant_tsc constant_tsc_x\n",
	  "invariant-tsc", WARNS, "lacks constant_tsc, has nonstop_tsc" },
	{ "-proc/cpuinfo", "", "invariant-tsc", RECORDS,
	  "cannot be read: no flags in /proc/cpuinfo" },
	{ "proc/cpuinfo", "Features\t: fp asimd\n", "invariant-tsc", GOOD, "counter" },
	{ "proc/cpuinfo", "microcode\t: 0x11\n\nmicrocode\t: 0x12\n", "microcode", WARNS,
	  "0x11, 0x12" },
	{ "proc/cpuinfo", "flags\t\t: fpu\n", "microcode", RECORDS,
	  "cannot be read: no microcode in /proc/cpuinfo" },
	{ "-proc/cpuinfo", "", "microcode", RECORDS,
	  "cannot be read: no microcode in /proc/cpuinfo" },
	{ CPU_DIR "vulnerabilities/tsa", "Vulnerable: No microcode\n", "mitigations",
	  RECORDS, "vulnerable: tsa" },
	{ "-" CPU_DIR "vulnerabilities", "", "mitigations", RECORDS,
	  "cannot be read: /sys/devices/system/cpu/vulnerabilities" },
	{ CPU_DIR "vulnerabilities/l1tf", "Mitigation: PTE Inversion\n", "mitigations",
	  RECORDS, "2 known to the kernel, 2 mitigated, vulnerable: none" },
	{ CPU_DIR "cpu3/thermal_throttle/core_throttle_count", "7\n", "throttling", WARNS,
	  "cores 7 times" },
	{ CPU_DIR "cpu0/thermal_throttle/core_throttle_count", "7\n", "throttling", GOOD,
	  "never" },
	{ CPU_DIR "cpu2/thermal_throttle/package_throttle_count", "5\n", "throttling",
	  WARNS, "cores 0 times, a package 5 times" },

	{ CPU_DIR "cpu3/cpufreq/scaling_governor", "powersave\n", "governor", WARNS,
	  "powersave on 1 of 2 CPUs" },
	{ CPU_DIR "cpu0/cpufreq/scaling_governor", "powersave\n", "governor", GOOD,
	  "performance" },
	{ CPU_DIR "cpu2/cpufreq/energy_performance_preference", "power\n",
	  "energy-preference", WARNS, "power on 1 of 2" },
	{ CPU_DIR "intel_pstate/no_turbo", "0\n", "boost", WARNS, "turbo is on" },
	{ "-" CPU_DIR "intel_pstate", "", "boost", RECORDS,
	  "cannot be read: neither cpufreq/boost nor intel_pstate/no_turbo" },
	{ CPU_DIR "cpu3/cpufreq/scaling_max_freq", "3000000\n", "frequency", WARNS,
	  "2000000 to 3000000 kHz; a range on 1 of 2" },
	{ CPU_DIR "cpu2/cpufreq/scaling_min_freq", "1000000\n", "frequency", WARNS,
	  "1000000 to 2000000 kHz; a range on 1 of 2" },
	{ CPU_DIR "cpu1/cpufreq/scaling_max_freq", "3000000\n", "frequency", GOOD,
	  "2000000 kHz" },
	{ CPU_DIR "cpu3/cpuidle/state1/disable", "0\n", "idle-states", WARNS,
	  "C6 (133 us); driver intel_idle, governor menu" },
	{ CPU_DIR "cpu0/cpuidle/state1/disable", "0\n", "idle-states", GOOD,
	  "none takes over 2 us" },
	{ CPU_DIR "cpu2/cpuidle/state0/latency", "2\n", "idle-states", GOOD,
	  "none takes over 2 us" },
	{ CPU_DIR "cpu2/cpuidle/state0/latency", "3\n", "idle-states", WARNS,
	  "a state (3 us)" },

	{ CPU_DIR "cpu2/topology/thread_siblings_list", "0,2\n", "smt", WARNS,
	  "CPUs 0 share" },
	{ CPU_DIR "cpu2/topology/thread_siblings_list", "2,6\n", "smt", GOOD,
	  "shares its core" },
	{ CPU_DIR "cpu1/topology/thread_siblings_list", "0-1\n", "smt", GOOD,
	  "shares its core" },
	{ CPU_DIR "isolated", "3\n", "isolation", WARNS,
	  "1 of 2 measuring CPUs are isolated" },
	{ CPU_DIR "isolated", "\n", "isolation", RECORDS, "isolcpus none, nohz_full 2-3" },
	{ "-" CPU_DIR "isolated", "", "isolation", RECORDS,
	  "cannot be read: /sys/devices/system/cpu/isolated" },
	{ CPU_DIR "isolated", "0-3\n", "isolation", GOOD,
	  "2 of 2 measuring CPUs are isolated; isolcpus 0-3, nohz_full 2-3, rcu_nocbs set" },
	{ CPU_DIR "nohz_full", "(null)\n", "isolation", GOOD, "nohz_full none" },
	{ CPU_DIR "nohz_full", " (null)\n", "isolation", GOOD, "nohz_full none" },
	{ CMDLINE, "xrcu_nocbs=2 rcu_nocbs_poll\n", "isolation", GOOD, "rcu_nocbs none" },
	{ CMDLINE, "quiet rcu_nocbs\n", "isolation", GOOD, "rcu_nocbs set" },
	{ "proc/irq/24/effective_affinity_list", "3\n", "irq-affinity", WARNS,
	  "1 of 2 come" },
	{ "proc/irq/25/smp_affinity_list", "0-2\n", "irq-affinity", WARNS, "1 of 2 come" },
	{ "proc/irq/24/effective_affinity_list", "\n", "irq-affinity", WARNS,
	  "1 of 2 come" },
	{ "-proc/irq", "", "irq-affinity", RECORDS, "cannot be read: /proc/irq" },
	{ "-sys/fs/cgroup", "", "irqbalance", WARNS, "it runs" },
	{ "-proc/77", "", "irqbalance", GOOD, "does not run" },
	{ "proc/sys/kernel/nmi_watchdog", "1\n", "nmi-watchdog", WARNS, "on" },
	{ "-proc/sys/kernel/nmi_watchdog", "", "nmi-watchdog", RECORDS,
	  "cannot be read: /proc/sys/kernel/nmi_watchdog" },
	{ "proc/sys/kernel/soft_watchdog", "1\n", "soft-watchdog", WARNS, "on" },
	{ "-proc/sys/kernel/soft_watchdog", "", "soft-watchdog", RECORDS,
	  "cannot be read: /proc/sys/kernel/soft_watchdog" },
	{ "proc/sys/kernel/numa_balancing", "1\n", "numa-balancing", WARNS, "on" },
	{ "-proc/sys/kernel/numa_balancing", "", "numa-balancing", RECORDS,
	  "cannot be read: /proc/sys/kernel/numa_balancing" },
	{ "proc/loadavg", "2.50 1 1 1/100 5\n", "load", WARNS, "2.50 tasks" },
	{ "proc/loadavg", "0.51 1 1 1/100 5\n", "load", WARNS, "0.51 tasks" },
	{ "proc/loadavg", "0.50 1 1 1/100 5\n", "load", GOOD, "0.50 tasks" },
	{ "proc/loadavg", "idle\n", "load", RECORDS, "cannot be read: /proc/loadavg" },
	{ "-proc/loadavg", "", "load", RECORDS, "cannot be read: /proc/loadavg" },

	{ "-usr/bin/fio", "", "fio", RECORDS, "no fio in PATH" },
	{ "-usr/bin/perf", "", "perf", RECORDS, "no perf in PATH" },
	{ "-usr/bin/numactl", "", "numactl", RECORDS, "no numactl in PATH" },
	{ "-usr/bin/qemu-system-x86_64", "", "qemu", RECORDS,
	  "no qemu-system-x86_64 in PATH" },
};

static void none_is_worse_than_its_worst(void)
{
	size_t i;

	for (i = 0; i < findings.nr; i++)
		if (findings.items[i].class != GOOD &&
		    findings.items[i].class > findings.items[i].check->worst)
			fail_msg("%s: %s", findings.items[i].check->name,
				 findings.items[i].reading);
}

static void each_check_sees_its_change(void **state)
{
	size_t i;

	for (i = 0; i < NR(changes); i++) {
		make_only(state, &changes[i]);
		says(changes[i].check, changes[i].class, changes[i].reading);
		none_is_worse_than_its_worst();
	}
}

/* Per check: it was seen in a state other than good, and in its worst class */
static void every_check_has_changes(void **state)
{
	const struct dmafp_subject *subject;
	const struct dmafp_check *check;
	size_t i;

	(void)state;
	for (subject = dmafp_subjects; subject->name; subject++)
		for (check = subject->checks; check->name; check++) {
			bool worst = !strcmp(check->name, "coherence");

			for (i = 0; i < NR(changes); i++)
				worst |= !strcmp(changes[i].check, check->name) &&
					 changes[i].class == check->worst;
			if (!worst)
				fail_msg("%s is never seen in its worst class",
					 check->name);
		}
}

/* An empty folder: all cannot be read, and each check says so or something. */
static void nothing_passes_in_silence(void **state)
{
	const struct dmafp_subject *subject;
	const struct dmafp_check *check;
	size_t i;

	tree_remove(state);
	tree_make(state);
	scope.root = tree;
	audit();
	for (subject = dmafp_subjects; subject->name; subject++)
		for (check = subject->checks; check->name; check++) {
			size_t said = 0;

			for (i = 0; i < findings.nr; i++)
				said += findings.items[i].check == check;
			if (!said)
				fail_msg("%s says nothing", check->name);
		}
	for (i = 0; i < findings.nr; i++)
		if (strstr(findings.items[i].reading, "the check says nothing"))
			fail_msg("%s says nothing", findings.items[i].check->name);
	assert_true(dmafp_findings_count(&findings, RECORDS) > 25);
}

static void named_devices(void **state)
{
	static const char *const names[] = { "01:00.0", "0000:09:00.0", "rubbish" };

	(void)state;
	scope.devices = names;
	scope.nr_devices = 3;
	audit();
	says("device", GOOD, "nvme 0000:01:00.0 can be taken");
	says("device", BLOCKS, "there is no PCI device 0000:09:00.0");
	says("device", BLOCKS, "there is no PCI device rubbish");
	assert_null(find("device", GOOD, "0000:02:00.0"));
	assert_null(find("dma-mask", RECORDS, "0000:02:00.0"));
	tree_link(NVME "driver", "../../drivers/nvme");
	audit();
	says("device", BLOCKS, "cannot be taken: driver nvme has it");
	assert_string_equal(find("device", BLOCKS, "cannot be taken")->command,
			    "dmafp prepare 0000:01:00.0");
	scope.no_devices = true;
	audit();
	assert_null(find("device", BLOCKS, ""));
	assert_null(find("dma-mask", RECORDS, ""));
}

static void a_device_that_shares_its_group(void **state)
{
	(void)state;
	tree_link("sys/kernel/iommu_groups/7/devices/0000:02:00.0", "x");
	tree_link(NIC "driver", "../../drivers/e1000e");
	audit();
	says("device", RECORDS,
	     "0000:01:00.0 cannot be taken: 0000:02:00.0, in the same IOMMU group, is in use");
	assert_string_equal(find("device", RECORDS, "0000:01:00.0 cannot")->command, "");
	assert_string_equal(find("device", RECORDS, "0000:02:00.0 cannot")->command,
			    "dmafp prepare 0000:02:00.0");
}

static void a_loaded_module_was_signed(void **state)
{
	(void)state;
	tree_put("sys/module/dmafp/x", "");
	tree_put("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	tree_put("sys/module/module/parameters/sig_enforce", "Y\n");
	audit();
	says("lockdown", RECORDS, "the module is");
	says("module-signing", RECORDS, "this one is");
}

static void all_cpus_measure(void **state)
{
	(void)state;
	scope.nr_cpus = 0;
	audit();
	says("cpus", GOOD, "CPUs 0-3 shall measure");
	says("irq-affinity", RECORDS,
	     "2 of 2 come to measuring CPUs, which are all there are");
	says("isolation", WARNS, "2 of 4");
}

/* A laptop: nothing is set up for measuring, and little of it can be used */
static void a_laptop(void **state)
{
	unsigned int cpu;

	(void)state;
	for (cpu = 0; cpu < 4; cpu++) {
		put_cpu(cpu, "cpufreq/scaling_governor", "powersave\n");
		put_cpu(cpu, "cpufreq/scaling_min_freq", "400000\n");
		put_cpu(cpu, "cpuidle/state1/disable", "0\n");
		put_cpu(cpu, "topology/thread_siblings_list", cpu < 2 ? "0-1\n" : "2-3\n");
	}
	tree_drop("sys/class/iommu");
	tree_drop(NVME "iommu_group");
	tree_drop(NIC "iommu_group");
	tree_put(CPU_DIR "intel_pstate/no_turbo", "0\n");
	tree_put("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	tree_put(EFI, "\x06\x01\x01\x01\x01");
	audit();
	says("device", BLOCKS, "none of 2 PCI devices");
	says("iommu", BLOCKS, "none");
	says("lockdown", BLOCKS, "integrity");
	assert_int_equal(dmafp_findings_count(&findings, BLOCKS), 3);
	says("governor", WARNS, "powersave on 2 of 2");
	says("smt", WARNS, "CPUs 2-3 share");
	says("frequency", WARNS, "400000 to 2000000");
	assert_int_equal(dmafp_findings_count(&findings, WARNS), 5);
	assert_string_equal(find("governor", WARNS, "")->command, "dmafp doctor --tune");
	assert_string_equal(find("boost", WARNS, "")->command,
			    "echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo");
}

/* acpi-cpufreq has one switch of its own */
static void boost_of_acpi(void **state)
{
	(void)state;
	tree_drop(CPU_DIR "intel_pstate");
	tree_put(CPU_DIR "cpufreq/boost", "1\n");
	audit();
	says("boost", WARNS, "boost is on");
	assert_string_equal(find("boost", WARNS, "")->command,
			    "echo 0 > /sys/devices/system/cpu/cpufreq/boost");
	tree_put(CPU_DIR "cpufreq/boost", "0\n");
	audit();
	says("boost", GOOD, "boost is off");
}

static void results_keep_all_but_the_good(void **state)
{
	struct dmafp_result *result = dmafp_result_new();
	size_t i;

	(void)state;
	tree_put("proc/loadavg", "2.50 1 1 1/100 5\n");
	audit();
	dmafp_findings_keep(&findings, result);
	assert_int_equal(result->machine.nr_findings,
			 findings.nr - dmafp_findings_count(&findings, GOOD));
	for (i = 0; i < result->machine.nr_findings; i++)
		if (!strcmp(result->machine.findings[i].check, "load"))
			break;
	assert_true(i < result->machine.nr_findings);
	assert_int_equal(result->machine.findings[i].class, WARNS);
	assert_string_equal(result->machine.findings[i].reading,
			    "2.50 tasks over the last minute");
	dmafp_result_free(result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_server_where_all_is_well),
		TEST(each_check_sees_its_change),
		TEST(every_check_has_changes),
		TEST(nothing_passes_in_silence),
		TEST(named_devices),
		TEST(a_device_that_shares_its_group),
		TEST(a_loaded_module_was_signed),
		TEST(all_cpus_measure),
		TEST(a_laptop),
		TEST(boost_of_acpi),
		TEST(results_keep_all_but_the_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
