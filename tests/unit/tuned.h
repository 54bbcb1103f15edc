/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A made-up machine with every knob, and all that is in it as one text. */
#ifndef DMAFP_TEST_TUNED_H
#define DMAFP_TEST_TUNED_H

#include <ftw.h>

#include "base/alloc.h"
#include "tree.h"
#include "tune/tune.h"

#define CPU_DIR "root/sys/devices/system/cpu/"

static void __attribute__((unused))
put_cpu(unsigned int cpu, const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), CPU_DIR "cpu%u/%s", cpu, name);
	tree_put(path, text);
}

static void __attribute__((unused)) put_boot(const char *id)
{
	tree_put("root/proc/sys/kernel/random/boot_id", id);
}

static void put_machine_cpu(unsigned int cpu)
{
	put_cpu(cpu, "cpufreq/scaling_governor", "powersave\n");
	put_cpu(cpu, "cpufreq/energy_performance_preference", "balance_performance\n");
	put_cpu(cpu, "cpufreq/scaling_min_freq", "800000\n");
	put_cpu(cpu, "cpufreq/scaling_max_freq", "3600000\n");
	put_cpu(cpu, "cpufreq/scaling_setspeed", "<unsupported>\n");
	put_cpu(cpu, "power/energy_perf_bias", "6\n");
	put_cpu(cpu, "cpuidle/state0/disable", "0\n");
	put_cpu(cpu, "cpuidle/state0/latency", "0\n");
	put_cpu(cpu, "cpuidle/state1/disable", "0\n");
	put_cpu(cpu, "cpuidle/state1/latency", "2\n");
	put_cpu(cpu, "cpuidle/state2/disable", "0\n");
	put_cpu(cpu, "cpuidle/state2/latency", "133\n");
}

/* Four CPUs, three interrupts; put_machine() alone is enough for a test */
static void put_machine(void)
{
	unsigned int cpu;

	put_boot("11111111-2222-3333-4444-555555555555\n");
	tree_put(CPU_DIR "online", "0-3\n");
	tree_put(CPU_DIR "cpufreq/boost", "1\n");
	tree_put(CPU_DIR "cpufreq/policy0/boost", "1\n");
	tree_put(CPU_DIR "cpufreq/ondemand/up_threshold", "63\n");
	tree_put(CPU_DIR "intel_pstate/no_turbo", "0\n");
	for (cpu = 0; cpu < 4; cpu++)
		put_machine_cpu(cpu);
	tree_put("root/proc/irq/default_smp_affinity", "f\n");
	tree_put("root/proc/irq/0/smp_affinity_list", "0\n");
	tree_put("root/proc/irq/24/smp_affinity_list", "0-3\n");
	tree_put("root/proc/irq/25/smp_affinity_list", "2-3\n");
	tree_put("root/proc/sys/kernel/nmi_watchdog", "1\n");
	tree_put("root/proc/sys/kernel/soft_watchdog", "1\n");
	tree_put("root/proc/sys/kernel/numa_balancing", "1\n");
	tree_put("root/sys/devices/virtual/workqueue/cpumask", "f\n");
	tree_put("root/sys/fs/cgroup/system.slice/irqbalance.service/cgroup.freeze", "0\n");
	tree_put("root/dev/cpu_dma_latency", "");
}

static FILE *snapshot;

static int snap_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	struct dmafp_err err;
	char *text = type == FTW_F ? dmafp_file_read(path, NULL, &err) : NULL;

	(void)st;
	(void)ftw;
	/* it is no setting: what was written to it goes with the process */
	if (text && !strstr(path, "cpu_dma_latency"))
		fprintf(snapshot, "%s: %s|\n", path, text);
	free(text);
	return 0;
}

static int by_line(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All files of the machine, sorted; free() it */
static char *take_snapshot(void)
{
	char *text = NULL, *root = tree_path("root"), *line, *sorted, *end;
	char *lines[512];
	size_t len, nr = 0, i;

	snapshot = open_memstream(&text, &len);
	nftw(root, snap_file, 8, FTW_PHYS);
	fclose(snapshot);
	sorted = end = dmafp_alloc(len + 1, 1);
	for (line = strtok(text, "|"); line && nr < 512; line = strtok(NULL, "|"))
		lines[nr++] = line;
	qsort(lines, nr, sizeof(*lines), by_line);
	for (i = 0; i < nr; i++)
		end = stpcpy(end, lines[i]);
	free(text);
	free(root);
	return sorted;
}

#endif /* DMAFP_TEST_TUNED_H */
