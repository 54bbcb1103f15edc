// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the harness costs, and what the in-tree map_benchmark's does, in the same
 * kernel, on the same device, with the same call.  Prints "= NAME VALUE" lines for
 * scripts/bench-harness; values are ticks, here instructions.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "module_guest.h"

#define REPEATS	      10
#define BLOCK	      64
#define SERIES	      64
#define PEER_DRIVER   "/sys/bus/pci/drivers/dma_map_benchmark"
#define PEER_NODE     "/sys/kernel/debug/dma_map_benchmark"
#define PEER_SECONDS  1
#define PEER_DMA_BITS 32
#define CLOCK	      "/sys/devices/system/clocksource/clocksource0/current_clocksource"
#define CLOCK_SECONDS 10 /* until the kernel trusts the TSC */

static void say(const char *what, const char *of, double value)
{
	printf("= %s-%s %.2f\n", what, of, value);
}

/* --- ours */

/*
 * A run is shorter than the period of the timer's tick, so that of REPEATS runs
 * some see none.
 */
static const struct method {
	const char *name;
	__u32 method;
	__u32 live;
	__u64 samples;
	__u32 ops;   /* of a sample */
	__u32 times; /* that many are made for a sample */
	__u32 nr_series;
} methods[] = {
	{ "latency", DMAFP_METHOD_LATENCY, 0, 512, 1, 1, 0 },
	{ "series", DMAFP_METHOD_LATENCY, 0, 512, 1, 1, SERIES },
	{ "sustained", DMAFP_METHOD_SUSTAINED, BLOCK, 512, 1, 1, 0 },
	{ "block", DMAFP_METHOD_BLOCK, 0, 4, BLOCK, 3, 0 },
};

static struct guest_results results;
static __u64 series[DMAFP_NR_PHASES * SERIES];
static const struct dmafp_summary *const map = &results.summaries[0][DMAFP_PHASE_MAP];
static const struct dmafp_summary *const unmap = &results.summaries[0][DMAFP_PHASE_UNMAP];

static void run_once(int fd, struct dmafp_cell cell, const struct method *m)
{
	static const __u32 cpu;
	struct dmafp_run run = {
		.size = sizeof(run),
		.cell = cell,
		.method = m->method,
		.nr_threads = 1,
		.block = BLOCK,
		.live = m->live,
		.warmup = 512,
		.iterations = m->samples,
		.cpus = (unsigned long)&cpu,
		.nr_series = m->nr_series,
		.series = m->nr_series ? (unsigned long)series : 0,
		.summaries = (unsigned long)results.summaries,
		.buckets = (unsigned long)results.buckets,
	};

	memset(&results, 0, sizeof(results));
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	check(map->count == m->samples && unmap->count == m->samples);
	check(map->elapsed > 0 && map->elapsed == unmap->elapsed);
	check((map->nr_series > 0) == (m->nr_series > 0));
}

/* What a window holds that is not the call, per op: the op null calls nothing. */
static void say_inside(int fd, const struct method *m)
{
	char what[64];

	run_once(fd, guest_cell("null", 0, 0), m);
	check(map->min == map->max && unmap->min == unmap->max);
	snprintf(what, sizeof(what), "%s-map", m->name);
	say("inside", what, (double)map->sum / map->count / m->ops);
	snprintf(what, sizeof(what), "%s-unmap", m->name);
	say("inside", what, (double)unmap->sum / unmap->count / m->ops);
}

/*
 * What was in no window, per op.  A timer tick between two blocks belongs to no
 * harness, hence the least of several runs.
 */
static void say_outside(int fd, struct dmafp_cell call, const struct method *m)
{
	double least = 1e9, outside;

	for (int i = 0; i < REPEATS; i++) {
		run_once(fd, call, m);
		outside = (double)map->elapsed - (double)m->times * (map->sum + unmap->sum);
		outside /= (double)m->times * m->ops * m->samples;
		least = outside < least ? outside : least;
	}
	say("outside", m->name, least);
}

/* The sample of rank ceil(count / 2) */
static double median(int phase)
{
	const __u64 *buckets = results.buckets[0][phase];
	__u64 half = (results.summaries[0][phase].count + 1) / 2, rank = 0;
	__u32 i;

	for (i = 0; i < DMAFP_HIST_UNIT; i++) {
		rank += buckets[i];
		if (rank >= half)
			return i;
	}
	check(!"in a unit bucket");
	return 0;
}

/* The windows around a call. */
static void say_call(int fd, struct dmafp_cell call)
{
	run_once(fd, call, &methods[0]);
	say("call", "map", median(DMAFP_PHASE_MAP));
	say("call", "map-min", map->min);
	say("call", "unmap", median(DMAFP_PHASE_UNMAP));
	say("call", "unmap-min", unmap->min);
}

static void ours(void)
{
	/* the peer's call */
	struct dmafp_cell call = guest_cell("map_single", DMAFP_FROM_DEVICE, GUEST_PAGE);
	int fd = guest_open(NVME);

	say_call(fd, call);
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		say_inside(fd, &methods[i]);
		say_outside(fd, call, &methods[i]);
	}
	close(fd);
}

/* --- the peer: linux/map_benchmark.h, which is no UAPI header */

struct map_benchmark {
	__u64 avg_map_100ns;
	__u64 map_stddev;
	__u64 avg_unmap_100ns;
	__u64 unmap_stddev;
	__u32 threads;
	__u32 seconds;
	__s32 node;
	__u32 dma_bits;
	__u32 dma_dir;
	__u32 dma_trans_ns;
	__u32 granule;
	__u8 expansion[76];
};

#define DMA_MAP_BENCHMARK _IOWR('d', 1, struct map_benchmark)

/* In its expansion, by patches/map-benchmark-raw.patch; zero without that. */
struct map_benchmark_raw {
	__u64 loops;
	__u64 sum_map_ns;
	__u64 sum_unmap_ns;
	__u64 sum_ticks;
	__u32 min_map_ns;
	__u32 min_unmap_ns;
	__u32 min_ticks;
	__u32 min_harness;
	__u32 empty_ticks;
	__u32 khz;
};

static void say_raw(const struct map_benchmark_raw *raw)
{
	say("raw", "loops", raw->loops);
	say("raw", "map", raw->min_map_ns);
	say("raw", "map-mean", (double)raw->sum_map_ns / raw->loops);
	say("raw", "unmap", raw->min_unmap_ns);
	say("raw", "unmap-mean", (double)raw->sum_unmap_ns / raw->loops);
	say("raw", "all-mean", (double)raw->sum_ticks / raw->loops);
	say("raw", "outside", raw->min_harness);
	say("raw", "stamp", raw->empty_ticks);
	say("raw", "khz", raw->khz);
}

static void peer_run(void)
{
	struct map_benchmark arg = {
		.threads = 1,
		.seconds = PEER_SECONDS,
		.node = -1,
		.dma_bits = PEER_DMA_BITS,
		.dma_dir = DMAFP_FROM_DEVICE,
		.granule = 1,
	};
	struct map_benchmark_raw raw;
	int fd = open(PEER_NODE, O_RDWR | O_CLOEXEC);

	check(fd >= 0);
	check_errno(ioctl(fd, DMA_MAP_BENCHMARK, &arg), 0);
	close(fd);
	/* as tools/testing/selftests/dma prints it */
	say("peer", "map-us", arg.avg_map_100ns / 10.0);
	say("peer", "unmap-us", arg.avg_unmap_100ns / 10.0);
	memcpy(&raw, arg.expansion, sizeof(raw));
	if (raw.loops)
		say_raw(&raw);
}

static void peer(void)
{
	check_errno(guest_unbind(NVME), 0);
	check_errno(guest_set(NVME, "driver_override", "dma_map_benchmark"), 0);
	check_errno(guest_write(PEER_DRIVER "/bind", NVME), 0);
	peer_run();
	check_errno(guest_write(PEER_DRIVER "/unbind", NVME), 0);
	check_errno(guest_set(NVME, "driver_override", "dmafp"), 0);
	check_errno(guest_bind(NVME), 0);
}

/* The peer's nanoseconds are ticks only if its clock is the TSC. */
static void clock_is_tsc(void)
{
	bool tsc = false;

	for (int i = 0; i < CLOCK_SECONDS && !tsc; i++) {
		char name[32] = "";
		FILE *file = fopen(CLOCK, "re");

		tsc = file && fgets(name, sizeof(name), file) && !strcmp(name, "tsc\n");
		if (file)
			fclose(file);
		if (!tsc)
			sleep(1);
	}
	check(tsc);
}

const struct guest_test harness_tests[] = { { "the clock is the TSC", clock_is_tsc },
					    { "this harness", ours },
					    { "the harness of map_benchmark", peer },
					    { 0 } };
