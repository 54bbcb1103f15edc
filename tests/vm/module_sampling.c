// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs for a profiler that samples by an interrupt: it sees into a block only if
 * that leaves interrupts on.
 */
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "module_guest.h"
#include "module_tally.h"

#define ITERATIONS 1003
#define WARMUP	   100
#define LIVE	   4
#define RUN_NS	   400000000ull
#define PERIOD_NS  1000000 /* of the samples */
#define RING	   (64 * GUEST_PAGE)
#define MIN_TAKEN  40 /* samples of a run; a timer of low resolution takes 100 */

static struct guest_results results;

/* A run on CPU 0. */
static struct dmafp_run run_of(const char *op, __u32 method, __u32 flags)
{
	static const __u32 cpu;
	bool maps = !strcmp(op, "map_page");

	memset(&results, 0xaa, sizeof(results));
	return (struct dmafp_run) {
		.size = sizeof(struct dmafp_run),
		.flags = flags,
		.cell = guest_cell(op, maps ? DMAFP_TO_DEVICE : 0,
				   maps || !strcmp(op, "alloc_coherent") ? GUEST_PAGE : 0),
		.method = method,
		.live = method == DMAFP_METHOD_SUSTAINED ? LIVE : 0,
		.nr_threads = 1,
		.block = 16,
		.warmup = WARMUP,
		.iterations = ITERATIONS,
		.cpus = (unsigned long)&cpu,
		.summaries = (unsigned long)results.summaries,
		.buckets = (unsigned long)results.buckets,
	};
}

/* --- where the time goes */

/* Nobody but a map gets there; in the guest there is no other than ours. */
static const char *const path[] = {
	"dma_map_page_attrs",	"iommu_dma_map_page",	 "__iommu_dma_map",
	"iommu_dma_alloc_iova", "alloc_iova_fast",	 "iommu_map",
	"__iommu_map",		"intel_iommu_map_pages", "__domain_mapping",
};

static struct code {
	unsigned long begin, end;
} codes[ARRAY_SIZE(path)];

static void add_symbol(const char *name, unsigned long begin, unsigned long end)
{
	for (size_t i = 0; i < ARRAY_SIZE(path); i++)
		if (!strcmp(path[i], name))
			codes[i] = (struct code) { begin, end };
}

/* The kernel's own symbols come in the order of their addresses. */
static void find_path(void)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	char line[256], name[128], before[128] = "";
	unsigned long addr, begin = 0;

	while (fgets(line, sizeof(line), file) &&
	       sscanf(line, "%lx %*c %127s", &addr, name) == 2) {
		if (addr == begin)
			continue;
		add_symbol(before, begin, addr);
		begin = addr;
		strcpy(before, name);
	}
	fclose(file);
	check(codes[0].end > codes[0].begin);
}

static bool is_on_path(unsigned long ip)
{
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (codes[i].begin <= ip && ip < codes[i].end)
			return true;
	return false;
}

struct sampler {
	int fd;
	struct perf_event_mmap_page *head;
};

/* By a timer of CPU 0, which is what a machine without a PMU has. */
static struct sampler start_sampling(void)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = PERIOD_NS,
		.sample_type = PERF_SAMPLE_IP,
		.exclude_user = 1,
		.exclude_idle = 1,
	};
	struct sampler sampler;

	sampler.fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	check(sampler.fd >= 0);
	sampler.head = mmap(NULL, GUEST_PAGE + RING, PROT_READ | PROT_WRITE, MAP_SHARED,
			    sampler.fd, 0);
	check(sampler.head != MAP_FAILED);
	return sampler;
}

struct samples {
	unsigned int taken, on_path;
};

/* The ring is larger than what a run leaves. */
static struct samples stop_sampling(struct sampler sampler)
{
	const unsigned char *ring = (unsigned char *)sampler.head + GUEST_PAGE;
	struct samples samples = { 0 };
	__u64 at = 0, end;

	ioctl(sampler.fd, PERF_EVENT_IOC_DISABLE, 0);
	end = __atomic_load_n(&sampler.head->data_head, __ATOMIC_ACQUIRE);
	while (at < end) {
		struct perf_event_header header;
		__u64 ip;

		memcpy(&header, ring + at % RING, sizeof(header));
		memcpy(&ip, ring + (at + sizeof(header)) % RING, sizeof(ip));
		if (header.type == PERF_RECORD_SAMPLE) {
			samples.taken++;
			samples.on_path += is_on_path(ip);
		}
		at += header.size;
	}
	munmap(sampler.head, GUEST_PAGE + RING);
	close(sampler.fd);
	return samples;
}

static struct samples sample(int fd, __u32 method, __u32 flags)
{
	struct dmafp_run run = run_of("map_page", method, flags);
	struct sampler sampler;
	struct samples samples;

	run.iterations = 0;
	run.duration_ns = RUN_NS;
	sampler = start_sampling();
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	samples = stop_sampling(sampler);
	printf("# method %u, flags %u: %u samples, %u on the map path\n", method, flags,
	       samples.taken, samples.on_path);
	return samples;
}

/*
 * Without the flag an interrupt waits for the end of the block.  A ring is filled
 * outside of blocks, though, and in METHOD_BLOCK one that takes long leaves them on.
 * On a debug kernel the time goes into what is checked.
 */
static void sampled(void)
{
	int fd = guest_open(NVME);

	find_path();
	for (__u32 method = 0; method <= DMAFP_METHOD_SUSTAINED; method++) {
		struct samples quiet = sample(fd, method, 0);
		struct samples on = sample(fd, method, DMAFP_RUN_INTERRUPTIBLE);

		check(quiet.taken >= MIN_TAKEN && on.taken >= MIN_TAKEN);
		check(quiet.on_path == 0 || method != DMAFP_METHOD_LATENCY);
		check(guest_is_debug() || on.on_path * 10 >= on.taken);
	}
	close(fd);
}

/* --- what is done is the same */

/* A ring is filled before, but for the mapping that the first op makes. */
static void same_calls(void)
{
	static const __u64 maps[] = {
		[DMAFP_METHOD_LATENCY] = WARMUP + ITERATIONS,
		[DMAFP_METHOD_SUSTAINED] = WARMUP + ITERATIONS + LIVE - 1,
	};
	int fd = guest_open(NVME);

	for (__u32 method = 0; method <= DMAFP_METHOD_SUSTAINED; method++) {
		struct dmafp_run run = run_of("map_page", method, DMAFP_RUN_INTERRUPTIBLE);
		struct dmafp_tally tally;

		tally_call(fd, DMAFP_TALLY_ON, NVME);
		check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
		tally = tally_call(fd, DMAFP_TALLY_OFF, NULL);
		if (method != DMAFP_METHOD_BLOCK)
			check(tally_of(&tally, "dma_map_page_attrs") == maps[method]);
		check(tally_sum(&tally, DMAFP_TALLY_MAP) ==
		      tally_sum(&tally, DMAFP_TALLY_UNMAP));
		for (int phase = 0; phase < DMAFP_NR_PHASES; phase++)
			check(results.summaries[0][phase].count == ITERATIONS);
	}
	close(fd);
}

/*
 * Where nothing comes in between, the window is the same.  Not so of a map: on its
 * way the kernel switches interrupts on again only if they were on.
 */
static void same_window(void)
{
	static const char *const ops[] = { "null", "check" };
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(ops) && guest_exact; i++) {
		struct dmafp_run run = run_of(ops[i], DMAFP_METHOD_LATENCY, 0);
		__u64 quiet;

		check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
		quiet = results.summaries[0][DMAFP_PHASE_MAP].min;
		run = run_of(ops[i], DMAFP_METHOD_LATENCY, DMAFP_RUN_INTERRUPTIBLE);
		check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
		check(results.summaries[0][DMAFP_PHASE_MAP].min == quiet);
	}
	close(fd);
}

/* What may sleep has interrupts on anyway, and may sleep still. */
static void sleeping_op(void)
{
	struct dmafp_run run =
		run_of("alloc_coherent", DMAFP_METHOD_LATENCY, DMAFP_RUN_INTERRUPTIBLE);
	int fd = guest_open(NVME);

	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	check(results.summaries[0][DMAFP_PHASE_MAP].count == ITERATIONS);
	close(fd);
}

const struct guest_test sampling_tests[] = {
	{ "an interruptible run shows a profiler where its time goes", sampled },
	{ "an interruptible run makes the same calls", same_calls },
	{ "an interruptible run has the same window", same_window },
	{ "an interruptible run of what sleeps", sleeping_op },
	{ 0 }
};
