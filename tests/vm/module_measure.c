// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The numbers: histograms, calibration, counted calls.
 */
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "module_guest.h"

#define ITERATIONS     1003 /* of no block a multiple */
#define FEW_ITERATIONS 35
#define NULL_TICKS_MAX 6

#define MIB	       (1u << 20)

/* What a map of each op does: of a device that is attached, and coherent. */
static const struct measured {
	const char *op;
	__u32 direction;
	__u64 bytes;
	__u32 entries, flags;
	bool unmaps;
	unsigned int calls_plain, calls_keyed; /* of iommu_deferred_attach() */
	int reached;			       /* what op.reaches says; -1: nothing */
} measured[] = {
	{ "null", 0, 0, 0, 0, true, 0, 0, -1 },
	{ "check", 0, 0, 0, 0, false, 1, 1, 1 },
	{ "map_page", DMAFP_BIDIRECTIONAL, GUEST_PAGE, 0, 0, true, 0, 1, 1 },
	{ "map_page", DMAFP_TO_DEVICE, GUEST_PAGE, 0, 0, true, 0, 1, 1 },
	{ "map_page", DMAFP_FROM_DEVICE, GUEST_PAGE, 0, 0, true, 0, 1, 1 },
	{ "map_page", DMAFP_TO_DEVICE, 16 * GUEST_PAGE, 0, 0, true, 0, 1, 1 },
	{ "map_page", DMAFP_FROM_DEVICE, 16 * GUEST_PAGE, 0, DMAFP_CELL_TOUCH, true, 0, 1, 1 },
	{ "map_page", DMAFP_TO_DEVICE, 4 * MIB, 0, 0, true, 0, 1, 1 },
	{ "map_single", DMAFP_TO_DEVICE, GUEST_PAGE, 0, 0, true, 0, 1, 1 },
	{ "map_single", DMAFP_FROM_DEVICE, 4 * MIB, 0, 0, true, 0, 1, 1 },
	{ "map_sg", DMAFP_TO_DEVICE, GUEST_PAGE, 1, 0, true, 0, 1, 1 },
	{ "map_sg", DMAFP_FROM_DEVICE, 16 * GUEST_PAGE, 16, 0, true, 0, 1, 1 },
	{ "map_sg", DMAFP_BIDIRECTIONAL, 16 * GUEST_PAGE, 16, DMAFP_CELL_SCATTERED, true,
	  0, 1, 1 },
	{ "map_sg", DMAFP_TO_DEVICE, 512 * GUEST_PAGE, 512,
	  DMAFP_CELL_SCATTERED | DMAFP_CELL_TOUCH, true, 0, 1, 1 },
	{ "map_sg", DMAFP_TO_DEVICE, 4 * MIB, 2, 0, true, 0, 1, 1 },
	{ "map_resource", DMAFP_TO_DEVICE, GUEST_PAGE, 0, 0, true, 0, 1, 1 },
	{ "map_resource", DMAFP_FROM_DEVICE, 4 * GUEST_PAGE, 0, 0, true, 0, 1, 1 },
	{ "alloc_coherent", 0, GUEST_PAGE, 0, 0, true, 0, 1, 1 },
	{ "alloc_coherent", 0, 4 * MIB, 0, 0, true, 0, 1, 1 },
	{ "alloc_noncontiguous", DMAFP_TO_DEVICE, GUEST_PAGE, 0, 0, true, 0, 1, 1 },
	{ "alloc_noncontiguous", DMAFP_FROM_DEVICE, 4 * MIB, 0, 0, true, 0, 1, 1 },
	/* the kernel skips the syncs of a coherent device */
	{ "sync_single", DMAFP_TO_DEVICE, GUEST_PAGE, 0, 0, true, 0, 0, 0 },
	{ "sync_single", DMAFP_FROM_DEVICE, 16 * GUEST_PAGE, 0, DMAFP_CELL_TOUCH, true, 0, 0,
	  0 },
};

static struct guest_results before, after;

static struct dmafp_cell cell_of(const struct measured *m)
{
	struct dmafp_cell cell = guest_cell(m->op, m->direction, m->bytes);

	cell.entries = m->entries;
	cell.flags = m->flags;
	return cell;
}

/* The geometry of dmafp.h: bucket @i holds the values from low to high. */
static void bucket_range(unsigned int i, __u64 *low, __u64 *high)
{
	unsigned int above = i - DMAFP_HIST_UNIT, shift;

	*low = i;
	*high = i;
	if (i < DMAFP_HIST_UNIT)
		return;
	shift = DMAFP_HIST_UNIT_SHIFT + above / DMAFP_HIST_SUB - DMAFP_HIST_SUB_SHIFT;
	*low = (__u64)(DMAFP_HIST_SUB + above % DMAFP_HIST_SUB) << shift;
	*high = *low + (1ull << shift) - 1;
}

/*
 * Buckets and summary tell the same.  As long as all are unit buckets, low and
 * high are the same and nothing is left to inexactness.
 */
static void check_adds_up(const struct dmafp_summary *summary, const __u64 *buckets,
			  __u64 count)
{
	__u64 total = 0, sum_low = 0, sum_high = 0, low, high;
	unsigned int first = DMAFP_HIST_BUCKETS, last = 0;

	for (unsigned int i = 0; i < DMAFP_HIST_BUCKETS; i++) {
		if (!buckets[i])
			continue;
		bucket_range(i, &low, &high);
		total += buckets[i];
		sum_low += buckets[i] * low;
		sum_high += buckets[i] * high;
		first = first == DMAFP_HIST_BUCKETS ? i : first;
		last = i;
	}
	check(summary->count == count);
	check(summary->overflow == 0);
	check(total == count);
	check(sum_low <= summary->sum && summary->sum <= sum_high);
	if (!count)
		return;
	bucket_range(first, &low, &high);
	check(low <= summary->min && summary->min <= high);
	bucket_range(last, &low, &high);
	check(low <= summary->max && summary->max <= high);
}

/* What is larger takes its time, and tells no more for being done more often. */
static unsigned int iterations_of(const struct measured *m)
{
	return m->bytes > 16 * GUEST_PAGE ? FEW_ITERATIONS : ITERATIONS;
}

static const __u32 all_cpus[GUEST_CPUS] = { 0, 1 };

/* A run that is good, to be changed: of few ops, and without a warm-up. */
static struct dmafp_run run_of(struct dmafp_cell cell, __u64 iterations)
{
	memset(&before, 0xaa, sizeof(before));
	return (struct dmafp_run) {
		.size = sizeof(struct dmafp_run),
		.cell = cell,
		.nr_threads = 1,
		.block = 16,
		.iterations = iterations,
		.cpus = (unsigned long)all_cpus,
		.summaries = (unsigned long)before.summaries,
		.buckets = (unsigned long)before.buckets,
	};
}

static void check_run(int fd, const struct measured *m, struct dmafp_run *run)
{
	check_errno(ioctl(fd, DMAFP_IOC_RUN, run), 0);
	for (unsigned int w = 0; w < run->nr_threads; w++) {
		const struct dmafp_summary *s = before.summaries[w];

		check_adds_up(&s[DMAFP_PHASE_MAP], before.buckets[w][DMAFP_PHASE_MAP],
			      run->iterations);
		check_adds_up(&s[DMAFP_PHASE_UNMAP], before.buckets[w][DMAFP_PHASE_UNMAP],
			      m->unmaps ? run->iterations : 0);
		check(s[DMAFP_PHASE_MAP].elapsed == s[DMAFP_PHASE_UNMAP].elapsed);
	}
}

static void histograms_add_up(void)
{
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(measured); i++) {
		struct dmafp_run run =
			run_of(cell_of(&measured[i]), iterations_of(&measured[i]));

		run.nr_threads = guest_cpus;
		check_run(fd, &measured[i], &run);
	}
	close(fd);
}

/* One sample of a million lands where it belongs, too. */
static void iterations_and_warmup(void)
{
	static const __u64 iterations[] = { 1, 63, 64, 65, 20000 };
	struct dmafp_cell cell = guest_cell("null", 0, 0);
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(iterations); i++) {
		check_errno(guest_run(fd, cell, 1, iterations[i], &before), 0);
		check_adds_up(&before.summaries[0][DMAFP_PHASE_MAP],
			      before.buckets[0][DMAFP_PHASE_MAP], iterations[i]);
	}
	close(fd);
}

static void calibration(void)
{
	struct dmafp_calibration c = { .size = sizeof(c), .repeats = 1000 };
	int fd = guest_open(NULL);

	check_errno(ioctl(fd, DMAFP_IOC_CALIBRATE, &c), 0);
	check(c.short_run > 0 && c.short_run < c.long_run);
	check(c.short_min <= c.short_max && c.long_min <= c.long_max);
	if (guest_exact) {
		check(c.short_min == c.short_max && c.long_min == c.long_max);
		check(c.long_min - c.short_min == c.long_run - c.short_run);
	}
	close(fd);
}

/* What a window around nothing reads, and that it always reads the same. */
static void own_share(void)
{
	struct dmafp_cell cell = guest_cell("null", 0, 0);
	int fd = guest_open(NVME);

	check_errno(guest_run(fd, cell, 1, ITERATIONS, &before), 0);
	for (int phase = 0; phase < DMAFP_NR_PHASES && guest_exact; phase++) {
		const struct dmafp_summary *s = &before.summaries[0][phase];

		check(s->max <= NULL_TICKS_MAX);
		check(s->min == s->max);
		check(before.buckets[0][phase][s->min] == ITERATIONS);
	}
	close(fd);
}

static void check_counts(int fd, const struct measured *m)
{
	struct dmafp_count c = { .size = sizeof(c), 
				 .ops = m->bytes > 16 * GUEST_PAGE ? 10 : 100,
				 .cell = cell_of(m) };
	unsigned int per_map = guest_keyed ? m->calls_keyed : m->calls_plain;

	c.flags = ~0u;
	memset(&c.map_calls, 0xff, sizeof(c) - offsetof(struct dmafp_count, map_calls));
	check_errno(ioctl(fd, DMAFP_IOC_COUNT, &c), 0);
	check(c.map_calls == (__u64)c.ops * per_map);
	check(c.unmap_calls == 0);
	check(c.map_attaches == 0 && c.unmap_attaches == 0);
	check(c.flags == (m->reached < 0 ? 0 : DMAFP_COUNT_REACHED));
	check(c.map_reached == (m->reached > 0 ? c.ops : 0));
}

static void calls_per_op(void)
{
	static const char *const devices[] = { NVME, NIC };

	for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
		int fd = guest_open(devices[i]);

		for (size_t j = 0; j < ARRAY_SIZE(measured); j++)
			check_counts(fd, &measured[j]);
		close(fd);
	}
}

static void check_first_map(int fd, __u32 flags)
{
	struct dmafp_first_map first;
	bool probed = flags & DMAFP_FIRST_PROBE;

	memset(&first, 0xff, sizeof(first));
	first.size = sizeof(first);
	first.flags = flags;
	first.cell = guest_cell("map_page", 0, GUEST_PAGE);
	first.nr_racers = 0;
	first.hold_us = 0;
	first.nr_records = 0;
	check_errno(ioctl(fd, DMAFP_IOC_FIRST_MAP, &first), 0);
	check(first.deferred_before == 0 && first.deferred_after == 0);
	check(first.calls == (probed && guest_keyed));
	check(first.attaches == 0 && first.overlaps == 0 && first.attach_ticks == 0);
	check(first.map_ticks > 0 && first.map_ticks >> 40 == 0);
	check(first.unmap_ticks > 0 && first.unmap_ticks >> 40 == 0);
}

/* Of attached devices; a deferred one there is only after a crash. */
static void first_map(void)
{
	int fd = guest_open(NVME);

	check_first_map(fd, 0);
	check_first_map(fd, DMAFP_FIRST_PROBE);
	check_first_map(fd, 0);
	check_errno(guest_select(fd, NIC, NULL), 0);
	check_first_map(fd, DMAFP_FIRST_PROBE);
	check_first_map(fd, 0);
	close(fd);
}

/* An armed probe would be in every later reading. */
static void count_leaves_nothing(void)
{
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(measured) && guest_exact; i++) {
		struct dmafp_cell cell = cell_of(&measured[i]);

		/* what memory management does, and large pages, is never the same */
		if (!strncmp(measured[i].op, "alloc", 5) ||
		    measured[i].bytes > 16 * GUEST_PAGE)
			continue;

		check_errno(guest_run(fd, cell, 1, ITERATIONS, &before), 0);
		check_counts(fd, &measured[i]);
		check_first_map(fd, DMAFP_FIRST_PROBE);
		check_errno(guest_run(fd, cell, 1, ITERATIONS, &after), 0);
		for (int phase = 0; phase < DMAFP_NR_PHASES; phase++)
			check(before.summaries[0][phase].min ==
			      after.summaries[0][phase].min);
		/* a mapping's cost also depends on the mappings before it */
		if (measured[i].bytes == 0)
			check(!memcmp(before.buckets, after.buckets,
				      sizeof(before.buckets)));
	}
	close(fd);
}

const struct guest_test measure_tests[] = {
	{ "histograms add up", histograms_add_up },
	{ "iterations are recorded, the warm-up is not", iterations_and_warmup },
	{ "calibration", calibration },
	{ "the harness's own share", own_share },
	{ "calls per op", calls_per_op },
	{ "first map", first_map },
	{ "counting leaves no probe behind", count_leaves_nothing },
	{ 0 }
};
