/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A made-up server on which nothing is wrong, CPUs 2 and 3 of 4 measuring; and its audit. */
#ifndef DMAFP_TEST_AUDITED_H
#define DMAFP_TEST_AUDITED_H

#include <sys/utsname.h>

#include "audit/audit.h"
#include "tree.h"

#define CPU_DIR "sys/devices/system/cpu/"
#define NVME	"sys/bus/pci/devices/0000:01:00.0/"
#define NIC	"sys/bus/pci/devices/0000:02:00.0/"
#define CLOCK	"sys/devices/system/clocksource/clocksource0/"
#define TRACE	"sys/kernel/tracing/"
#define CONFIG	"boot/config-6.12.1"
#define CMDLINE "proc/cmdline"
#define EFI	"sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

/* Every file of it, and what is in it */
static const char *const server[][2] = {
	{ "proc/version",
	  "Linux version 6.12.1 (a@b) (gcc (Debian 12.2.0) 12.2.0, GNU ld 2.40) "
	  "#1 SMP\n" },
	{ "proc/cmdline", "BOOT_IMAGE=/vmlinuz isolcpus=2-3 nohz_full=2-3 rcu_nocbs=2-3 "
			  "intel_iommu=on iommu.strict=0\n" },
	{ "proc/cpuinfo", "processor\t: 0\nmodel name\t: A CPU\nmicrocode\t: 0x11\n"
			  "flags\t\t: fpu tsc constant_tsc nonstop_tsc lm\n\n"
			  "processor\t: 1\nmodel name\t: A CPU\nmicrocode\t: 0x11\n"
			  "flags\t\t: fpu tsc constant_tsc nonstop_tsc lm\n\n" },
	{ "proc/self/status", "Name:\tdmafp\nUid:\t0\t0\t0\t0\n" },
	{ "proc/loadavg", "0.10 0.20 0.30 1/100 1234\n" },
	{ "proc/1/comm", "systemd\n" },
	{ "proc/77/comm", "irqbalance\n" },
	{ "proc/78/comm", "perf\n" },
	{ "proc/irq/24/smp_affinity_list", "0-3\n" },
	{ "proc/irq/24/effective_affinity_list", "1\n" },
	{ "proc/irq/25/smp_affinity_list", "0\n" },
	{ "proc/sys/kernel/nmi_watchdog", "0\n" },
	{ "proc/sys/kernel/soft_watchdog", "0\n" },
	{ "proc/sys/kernel/numa_balancing", "0\n" },
	{ "proc/sys/kernel/tainted", "0\n" },
	{ "proc/sys/kernel/modules_disabled", "0\n" },
	{ "boot/config-6.12.1", "CONFIG_MODULES=y\nCONFIG_KPROBES=y\nCONFIG_KEXEC_FILE=y\n"
				"CONFIG_CRASH_DUMP=y\nCONFIG_PROC_VMCORE=y\n"
				"# CONFIG_KASAN is not set\n" },
	{ "lib/modules/6.12.1/build/Makefile", "" },
	{ "lib/modules/6.12.1/updates/dkms/dmafp.ko.xz", "" },
	{ "sys/fs/cgroup/system.slice/irqbalance.service/cgroup.freeze", "1\n" },
	{ "sys/kernel/kexec_crash_size", "536870912\n" },
	{ "sys/kernel/security/lockdown", "[none] integrity confidentiality\n" },
	{ "sys/module/module/parameters/sig_enforce", "N\n" },
	{ "sys/kernel/debug/kprobes/list", "" },
	{ "sys/kernel/debug/swiotlb/io_tlb_used", "0\n" },
	{ "sys/kernel/tracing/current_tracer", "nop\n" },
	{ "sys/kernel/tracing/enabled_functions", "" },
	{ "sys/kernel/tracing/events/enable", "0\n" },
	{ "sys/kernel/tracing/events/dma/enable", "0\n" },
	{ "sys/kernel/tracing/events/iommu/enable", "0\n" },
	{ "sys/kernel/tracing/events/swiotlb/enable", "0\n" },
	{ "sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n" },
	{ "sys/devices/system/clocksource/clocksource0/available_clocksource",
	  "tsc hpet \n" },
	{ CPU_DIR "online", "0-3\n" },
	{ CPU_DIR "isolated", "2-3\n" },
	{ CPU_DIR "nohz_full", "2-3\n" },
	{ CPU_DIR "vulnerabilities/l1tf", "Not affected\n" },
	{ CPU_DIR "vulnerabilities/spectre_v2", "Mitigation: Retpolines\n" },
	{ CPU_DIR "intel_pstate/no_turbo", "1\n" },
	{ CPU_DIR "cpuidle/current_driver", "intel_idle\n" },
	{ CPU_DIR "cpuidle/current_governor", "menu\n" },
	{ NVME "class", "0x010802\n" },
	{ NVME "vendor", "0x8086\n" },
	{ NVME "numa_node", "1\n" },
	{ NVME "dma_mask_bits", "64\n" },
	{ NIC "class", "0x020000\n" },
	{ NIC "numa_node", "1\n" },
	{ NIC "dma_mask_bits", "32\n" },
	{ "sys/kernel/iommu_groups/7/type", "DMA-FQ\n" },
	{ "sys/kernel/iommu_groups/8/type", "DMA\n" },
	{ "usr/bin/fio", "" },
	{ "usr/bin/perf", "" },
	{ "usr/bin/numactl", "" },
	{ "usr/bin/qemu-system-x86_64", "" },
};

/* Four bytes of attributes and the value, which may be 0 */
static void put_secure_boot(char value)
{
	char *path = tree_path(EFI);
	const char data[] = { 6, 0, 0, 0, value };
	FILE *file;

	tree_folder_of(path);
	file = fopen(path, "w");
	if (!file || fwrite(data, 5, 1, file) != 1 || fclose(file))
		tree_fail("file", path);
	free(path);
}

static void put_cpu(unsigned int cpu, const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), CPU_DIR "cpu%u/%s", cpu, name);
	tree_put(path, text);
}

static void put_server_cpu(unsigned int cpu)
{
	char own[16];

	snprintf(own, sizeof(own), "%u\n", cpu);
	put_cpu(cpu, "topology/thread_siblings_list", own);
	put_cpu(cpu, "thermal_throttle/core_throttle_count", "0\n");
	put_cpu(cpu, "thermal_throttle/package_throttle_count", "0\n");
	put_cpu(cpu, "cpufreq/scaling_governor", "performance\n");
	put_cpu(cpu, "cpufreq/energy_performance_preference", "performance\n");
	put_cpu(cpu, "cpufreq/scaling_min_freq", "2000000\n");
	put_cpu(cpu, "cpufreq/scaling_max_freq", "2000000\n");
	put_cpu(cpu, "cpuidle/state0/latency", "0\n");
	put_cpu(cpu, "cpuidle/state0/disable", "0\n");
	put_cpu(cpu, "cpuidle/state1/name", "C6\n");
	put_cpu(cpu, "cpuidle/state1/latency", "133\n");
	put_cpu(cpu, "cpuidle/state1/disable", "1\n");
	put_cpu(cpu, cpu < 2 ? "node0/x" : "node1/x", "");
}

static void put_server(void)
{
	unsigned int cpu;
	size_t i;

	for (i = 0; i < sizeof(server) / sizeof(*server); i++)
		tree_put(server[i][0], server[i][1]);
	for (cpu = 0; cpu < 4; cpu++)
		put_server_cpu(cpu);
	put_secure_boot(0);
	tree_put("sys/class/iommu/dmar0/x", "");
	tree_link(NVME "iommu_group", "../../../../kernel/iommu_groups/7");
	tree_link(NIC "iommu_group", "../../../../kernel/iommu_groups/8");
	tree_link("sys/kernel/iommu_groups/7/devices/0000:01:00.0", "x");
	tree_link("sys/kernel/iommu_groups/8/devices/0000:02:00.0", "x");
	tree_link("proc/78/fd/3", "/dev/null");
}

#define RECORDS DMAFP_FINDING_RECORDS
#define WARNS	DMAFP_FINDING_WARNS
#define BLOCKS	DMAFP_FINDING_BLOCKS
#define GOOD	DMAFP_FINDING_GOOD

static struct dmafp_findings findings;
static const uint32_t measuring[] = { 2, 3 };
static struct dmafp_audit_scope scope;

/* What uname() says that it is */
static const char *arch;

int uname(struct utsname *uts)
{
	*uts = (struct utsname) { 0 };
	snprintf(uts->machine, sizeof(uts->machine), "%s", arch);
	return 0;
}

static int setup(void **state)
{
	int ret = tree_make(state);

	put_server();
	arch = "x86_64";
	setenv("PATH", "/bin:/usr/bin", 1);
	scope = (struct dmafp_audit_scope) { .root = tree, .cpus = measuring, .nr_cpus = 2 };
	return ret;
}

static int teardown(void **state)
{
	dmafp_findings_free(&findings);
	return tree_remove(state);
}

static void audit(void)
{
	dmafp_findings_free(&findings);
	dmafp_audit_run(&scope, &findings);
}

/* The first finding of the check that is of that class and says that; NULL: none */
static const struct dmafp_finding *find(const char *check, enum dmafp_finding_class class,
					const char *reading)
{
	size_t i;

	for (i = 0; i < findings.nr; i++)
		if (!strcmp(findings.items[i].check->name, check) &&
		    findings.items[i].class == class &&
		    strstr(findings.items[i].reading, reading))
			return &findings.items[i];
	return NULL;
}

static void says(const char *check, enum dmafp_finding_class class, const char *reading)
{
	size_t i;

	if (find(check, class, reading))
		return;
	for (i = 0; i < findings.nr; i++)
		if (!strcmp(findings.items[i].check->name, check))
			print_error("%s %s: %s\n", check,
				    dmafp_finding_word(findings.items[i].class),
				    findings.items[i].reading);
	fail_msg("%s does not say (%s) '%s'", check, dmafp_finding_word(class), reading);
}

/**
 * struct change - one thing that is otherwise on that server, and what is said then
 * @file: "-NAME": it is not there; "@NAME": a link to @text
 */
struct change {
	const char *file, *text;
	const char *check;
	enum dmafp_finding_class class;
	const char *reading;
};

static void make(const struct change *change)
{
	if (*change->file == '-')
		tree_drop(change->file + 1);
	else if (*change->file == '@')
		tree_link(change->file + 1, change->text);
	else
		tree_put(change->file, change->text);
}

/* The server with that change alone is audited. */
static void make_only(void **state, const struct change *change)
{
	tree_remove(state);
	tree_make(state);
	scope.root = tree;
	put_server();
	make(change);
	audit();
}

#define NR(array) (sizeof(array) / sizeof(*(array)))
#define TEST(f)	  cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif /* DMAFP_TEST_AUDITED_H */
