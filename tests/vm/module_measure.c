// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The numbers: histograms, calibration, counted calls.
 */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
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
	unsigned int calls_plain, calls_keyed; /* of iommu_deferred_attach() per map */
} measured[] = {
	{ "null", 0, 0, 0, 0, true, 0, 0 },
	{ "check", 0, 0, 0, 0, false, 1, 1 },
	{ "map_page", DMAFP_BIDIRECTIONAL, GUEST_PAGE, 0, 0, true, 0, 1 },
	{ "map_page", DMAFP_TO_DEVICE, GUEST_PAGE, 0, 0, true, 0, 1 },
	{ "map_page", DMAFP_FROM_DEVICE, GUEST_PAGE, 0, 0, true, 0, 1 },
	{ "map_page", DMAFP_TO_DEVICE, 16 * GUEST_PAGE, 0, 0, true, 0, 1 },
	{ "map_page", DMAFP_FROM_DEVICE, 16 * GUEST_PAGE, 0, DMAFP_CELL_TOUCH, true, 0, 1 },
	{ "map_page", DMAFP_TO_DEVICE, 4 * MIB, 0, 0, true, 0, 1 },
	{ "map_single", DMAFP_TO_DEVICE, GUEST_PAGE, 0, 0, true, 0, 1 },
	{ "map_single", DMAFP_FROM_DEVICE, 4 * MIB, 0, 0, true, 0, 1 },
	{ "map_sg", DMAFP_TO_DEVICE, GUEST_PAGE, 1, 0, true, 0, 1 },
	{ "map_sg", DMAFP_FROM_DEVICE, 16 * GUEST_PAGE, 16, 0, true, 0, 1 },
	{ "map_sg", DMAFP_BIDIRECTIONAL, 16 * GUEST_PAGE, 16, DMAFP_CELL_SCATTERED, true,
	  0, 1 },
	{ "map_sg", DMAFP_TO_DEVICE, 512 * GUEST_PAGE, 512,
	  DMAFP_CELL_SCATTERED | DMAFP_CELL_TOUCH, true, 0, 1 },
	{ "map_sg", DMAFP_TO_DEVICE, 4 * MIB, 2, 0, true, 0, 1 },
	{ "map_resource", DMAFP_TO_DEVICE, GUEST_PAGE, 0, 0, true, 0, 1 },
	{ "map_resource", DMAFP_TO_DEVICE, 4 * GUEST_PAGE, 0, 0, true, 0, 1 },
	{ "alloc_coherent", 0, GUEST_PAGE, 0, 0, true, 0, 1 },
	{ "alloc_coherent", 0, 4 * MIB, 0, 0, true, 0, 1 },
	{ "alloc_noncontiguous", DMAFP_TO_DEVICE, GUEST_PAGE, 0, 0, true, 0, 1 },
	{ "alloc_noncontiguous", DMAFP_FROM_DEVICE, 4 * MIB, 0, 0, true, 0, 1 },
	{ "sync_single", DMAFP_TO_DEVICE, GUEST_PAGE, 0, 0, true, 0, 0 },
	{ "sync_single", DMAFP_FROM_DEVICE, 16 * GUEST_PAGE, 0, DMAFP_CELL_TOUCH, true, 0, 0 },
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
	if (m->bytes > 16 * GUEST_PAGE)
		return guest_exact ? FEW_ITERATIONS : 5;
	return guest_exact ? ITERATIONS : 203;
}

/*
 * DMA_API_DEBUG hears of an unmap after the address is free again, and takes another
 * worker's mapping for it; of those towards the device it does not mind.
 */
static __u32 workers_of(const struct dmafp_cell *cell)
{
	return cell->bytes && cell->direction != DMAFP_TO_DEVICE ? 1 : guest_cpus;
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

		run.nr_threads = workers_of(&run.cell);
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

/* Since 6.10 those of a coherent device, but not where every call is checked. */
static bool syncs_are_skipped(void)
{
	unsigned int major = 0, minor = 0;
	struct utsname kernel;

	uname(&kernel);
	sscanf(kernel.release, "%u.%u", &major, &minor);
	return (major > 6 || (major == 6 && minor >= 10)) &&
	       !guest_is_debug();
}

/* How often the function that the op is about is called per map, -1: not seen */
static int reached_of(const struct measured *m)
{
	if (!strcmp(m->op, "sync_single"))
		return syncs_are_skipped() ? 0 : 1;
	return strcmp(m->op, "null") ? 1 : -1;
}

static void check_counts(int fd, const struct measured *m)
{
	int reached = reached_of(m);
	struct dmafp_count c = { .size = sizeof(c),
				 .ops = m->bytes > 16 * GUEST_PAGE ? 2 : 20,
				 .cell = cell_of(m) };
	unsigned int per_map = guest_keyed ? m->calls_keyed : m->calls_plain;

	c.flags = ~0u;
	memset(&c.map_calls, 0xff, sizeof(c) - offsetof(struct dmafp_count, map_calls));
	check_errno(ioctl(fd, DMAFP_IOC_COUNT, &c), 0);
	check(c.map_calls == (__u64)c.ops * per_map);
	check(c.unmap_calls == 0);
	check(c.map_attaches == 0 && c.unmap_attaches == 0);
	check(c.flags == (reached < 0 ? 0 : DMAFP_COUNT_REACHED));
	check(c.map_reached == (reached > 0 ? c.ops : 0));
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
	first.racer_cpus = 0;
	first.records = 0;
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


/* --- methods */

/* Each op by each method; odd numbers, so that nothing fits by chance. */
static void methods(void)
{
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(measured); i++) {
		struct dmafp_run run = run_of(cell_of(&measured[i]), 7);

		run.method = DMAFP_METHOD_BLOCK;
		run.block = 5;
		run.warmup = 4;
		check_run(fd, &measured[i], &run);

		run = run_of(cell_of(&measured[i]), 23);
		run.method = DMAFP_METHOD_SUSTAINED;
		run.live = 6;
		run.warmup = 4;
		run.nr_threads = workers_of(&run.cell);
		check_run(fd, &measured[i], &run);
	}
	close(fd);
}

static __u64 block_ticks(int fd, const char *op, __u32 block, int phase)
{
	struct dmafp_run run = run_of(guest_cell(op, 0, 0), 9);

	run.method = DMAFP_METHOD_BLOCK;
	run.block = block;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	check(before.summaries[0][phase].min == before.summaries[0][phase].max);
	return before.summaries[0][phase].min;
}

/* Twice the ops are twice the ticks, to the last one: the stamps are not in it. */
static void block_cancels_stamps(void)
{
	int fd = guest_open(NVME);

	if (guest_exact) {
		check(block_ticks(fd, "null", 8, 0) > 0);
		check(block_ticks(fd, "null", 16, 0) == 2 * block_ticks(fd, "null", 8, 0));
		check(block_ticks(fd, "null", 16, 1) == 2 * block_ticks(fd, "null", 8, 1));
		check(block_ticks(fd, "check", 64, 0) ==
		      16 * block_ticks(fd, "check", 4, 0));
	}
	close(fd);
}

/*
 * A device that can reach 20 bits has 255 pages to map to at most, 24 bits are
 * 255 times 16 pages: what is not unmapped is soon missing.  With a flush queue
 * what is unmapped is missing, too, until the next run has let it drain.
 */
static void nothing_stays_mapped(void)
{
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(measured); i++) {
		const struct measured *m = &measured[i];
		struct dmafp_count count = { .size = sizeof(count), .ops = 40 };

		if (m->bytes > 16 * GUEST_PAGE)
			continue;
		/* where the kernel is slow, it has checks of its own */
		for (int times = 0; times < (guest_exact ? 4 : 1); times++) {
			struct dmafp_run run = run_of(cell_of(m), 40);

			run.cell.mask_bits = m->bytes > GUEST_PAGE ? 24 : 20;
			check_run(fd, m, &run);
			count.cell = run.cell;
			check_errno(ioctl(fd, DMAFP_IOC_COUNT, &count), 0);

			run.method = DMAFP_METHOD_SUSTAINED;
			run.live = 8;
			check_run(fd, m, &run);
			run.method = DMAFP_METHOD_BLOCK;
			run.live = 0;
			run.block = 4;
			run.iterations = 7;
			check_run(fd, m, &run);
		}
	}
	close(fd);
}

/* Below 2^20 there is room for a ring of 64 pages, not for one of 256. */
static void as_many_as_told_are_live(void)
{
	struct dmafp_device was, is_now;
	struct dmafp_run run;
	int fd = guest_open(NIC);

	check_errno(guest_select(fd, NIC, &was), 0);
	run = run_of(guest_cell("map_page", 0, GUEST_PAGE), 40);
	run.cell.mask_bits = 20;
	run.method = DMAFP_METHOD_SUSTAINED;
	run.live = 64;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	run.live = 256;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), EIO);
	run.method = DMAFP_METHOD_BLOCK;
	run.live = 0;
	run.block = 128;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), EIO);

	check_errno(guest_select(fd, NIC, &is_now), 0);
	check(is_now.dma_mask_bits == was.dma_mask_bits && was.dma_mask_bits == 64);
	run.cell.mask_bits = 0;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	run.method = DMAFP_METHOD_SUSTAINED;
	run.live = 256;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	close(fd);

	/* the kernel remembers that there was no room as long as the device lives */
	check_errno(guest_set(NIC, "remove", "1"), 0);
	check_errno(guest_write("/sys/bus/pci/rescan", "1"), 0);
	check_errno(guest_set(NIC, "driver_override", "dmafp"), 0);
	check_errno(guest_bind(NIC), 0);
}

/* --- bounds */

static __u32 tick_khz(int fd)
{
	struct dmafp_info info = { .size = sizeof(info) };

	check_errno(ioctl(fd, DMAFP_IOC_INFO, &info), 0);
	check(info.tick_khz > 0);
	return info.tick_khz;
}

static void durations(void)
{
	const struct dmafp_summary *s = &before.summaries[0][DMAFP_PHASE_MAP];
	int fd = guest_open(NVME);
	__u64 ms = tick_khz(fd);
	struct dmafp_run run = run_of(guest_cell("map_page", 0, GUEST_PAGE), 0);

	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), EINVAL);
	run.duration_ns = 20000000;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	check(s->count > 0);
	check(s->elapsed > 19 * ms);
	if (guest_exact) {
		check(s->count % run.block == 0);
		check(s->elapsed < 22 * ms);
	}

	/* whichever comes first */
	run.iterations = 10;
	run.duration_ns = 10000000000;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	check(s->count == 10);
	run.iterations = ~0ull;
	run.duration_ns = 1000000;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	check(s->count > 0);
	close(fd);
}

/* A duration of next to nothing is one block, and that is a millisecond at most. */
static void blocks_are_cut_short(void)
{
	const struct dmafp_summary *s = before.summaries[0];
	struct dmafp_run run = run_of(guest_cell("null", 0, 0), 0);
	int fd = guest_open(NVME);
	__u64 ms = tick_khz(fd);

	run.block = DMAFP_MAX_BLOCK;
	run.duration_ns = 1;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	if (guest_exact)
		check(s[0].count == DMAFP_MAX_BLOCK);

	run.cell = guest_cell("map_page", 0, 4 * MIB);
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	check(s[0].count >= 1 && s[0].count < DMAFP_MAX_BLOCK);
	if (guest_exact) {
		check(s[0].elapsed >= ms);
		check(s[0].sum + s[1].sum < ms + s[0].max + s[1].max);
	}
	/* the samples that it is short of come later */
	run.duration_ns = 0;
	run.iterations = 50;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	check(s[0].count == 50);
	close(fd);
}

static void delay(void)
{
	static struct dmafp_summary plain[DMAFP_NR_PHASES];
	struct dmafp_run run = run_of(guest_cell("null", 0, 0), 10);
	int fd = guest_open(NVME);
	__u64 us = tick_khz(fd) / 1000;

	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	memcpy(plain, before.summaries[0], sizeof(plain));
	run.delay_ns = 200000;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	check(before.summaries[0][0].elapsed >= 10 * 200 * us);
	if (guest_exact) {
		check(plain[0].elapsed < 200 * us);
		check(before.summaries[0][0].max == plain[0].max);
		check(before.summaries[0][1].max == plain[1].max);
	}
	close(fd);
}

/* --- cells */

static __u64 least(int fd, struct dmafp_cell cell, int phase)
{
	struct dmafp_run run = run_of(cell, FEW_ITERATIONS);

	run.warmup = 20;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	return before.summaries[0][phase].min;
}

/* Touching is not in the window, but it is there: a byte of each line of 64. */
static void touch(void)
{
	struct dmafp_cell cell = guest_cell("map_page", DMAFP_TO_DEVICE, 16 * GUEST_PAGE);
	int fd = guest_open(NVME);
	__u64 map, elapsed;

	least(fd, cell, DMAFP_PHASE_MAP); /* the first run finds no cached addresses */
	map = least(fd, cell, DMAFP_PHASE_MAP);
	elapsed = before.summaries[0][0].elapsed;
	cell.flags = DMAFP_CELL_TOUCH;
	if (guest_exact) {
		check(least(fd, cell, DMAFP_PHASE_MAP) == map);
		check(before.summaries[0][0].elapsed >
		      elapsed + FEW_ITERATIONS * (cell.bytes / 64));
	}
	close(fd);
}

/* The controller's BAR has four pages, and no two live mappings share one. */
static void parts_of_a_bar(void)
{
	static const struct {
		__u32 direction, nr_threads, live;
		int want;
	} tries[] = {
		{ DMAFP_FROM_DEVICE, 1, 4, 0 },
		{ DMAFP_FROM_DEVICE, 1, 5, EOPNOTSUPP },
		{ DMAFP_BIDIRECTIONAL, 1, 4, 0 },
		{ DMAFP_FROM_DEVICE, 2, 2, 0 },
		{ DMAFP_FROM_DEVICE, 2, 3, EOPNOTSUPP },
		{ DMAFP_TO_DEVICE, 2, 16, 0 },
		{ DMAFP_FROM_DEVICE, 1, 4, 0 },
	};
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		struct dmafp_run run = run_of(
			guest_cell("map_resource", tries[i].direction, GUEST_PAGE), 20);

		if (tries[i].nr_threads > guest_cpus)
			continue;
		run.nr_threads = tries[i].nr_threads;
		run.method = DMAFP_METHOD_SUSTAINED;
		run.live = tries[i].live;
		check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), tries[i].want);
	}
	close(fd);
}

/* One range of addresses is mapped in one go, 16 are not. */
static void scattered(void)
{
	struct dmafp_cell cell = guest_cell("map_sg", DMAFP_TO_DEVICE, 16 * GUEST_PAGE);
	int fd = guest_open(NVME);
	__u64 contiguous;

	cell.entries = 16;
	contiguous = least(fd, cell, DMAFP_PHASE_MAP);
	cell.flags = DMAFP_CELL_SCATTERED;
	if (guest_exact)
		check(least(fd, cell, DMAFP_PHASE_MAP) > 2 * contiguous);
	close(fd);
}

static void check_refused(int fd, struct dmafp_cell cell, int want)
{
	struct dmafp_run run = run_of(cell, 1);
	struct dmafp_count count = { .size = sizeof(count), .ops = 1, .cell = cell };

	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), want);
	check_errno(ioctl(fd, DMAFP_IOC_COUNT, &count), want);
}

static void cells_refused(void)
{
	static const struct {
		const char *op;
		__u64 bytes;
		__u32 entries, flags, mask_bits;
		int want;
	} tries[] = {
		{ "map_sg", 16 * GUEST_PAGE, 0, 0, 0, EINVAL },
		{ "map_sg", 16 * GUEST_PAGE, 3, 0, 0, EINVAL },
		{ "map_sg", 16 * GUEST_PAGE, 17, 0, 0, EINVAL },
		{ "map_sg", 513 * GUEST_PAGE, 513, 0, 0, EINVAL },
		{ "map_sg", 8 * MIB, 512, 0, 0, EINVAL },
		{ "map_sg", 16 * GUEST_PAGE, 16, 4, 0, EINVAL },
		{ "map_page", GUEST_PAGE, 1, 0, 0, EINVAL },
		{ "map_page", GUEST_PAGE, 0, DMAFP_CELL_SCATTERED, 0, EINVAL },
		{ "map_page", GUEST_PAGE, 0, 0, 11, EINVAL },
		{ "map_page", GUEST_PAGE, 0, 0, 65, EINVAL },
		{ "map_resource", GUEST_PAGE, 0, DMAFP_CELL_TOUCH, 0, EINVAL },
		{ "alloc_coherent", GUEST_PAGE, 0, DMAFP_CELL_TOUCH, 0, EINVAL },
		{ "null", 0, 0, DMAFP_CELL_TOUCH, 0, EINVAL },
		/* the controller's BAR has 16 KiB */
		{ "map_resource", 5 * GUEST_PAGE, 0, 0, 0, EOPNOTSUPP },
		{ "map_resource", 4 * MIB, 0, 0, 0, EOPNOTSUPP },
	};
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		struct dmafp_cell cell = guest_cell(tries[i].op, 0, tries[i].bytes);

		cell.entries = tries[i].entries;
		cell.flags = tries[i].flags;
		cell.mask_bits = tries[i].mask_bits;
		check_refused(fd, cell, tries[i].want);
	}
	close(fd);
}

/* Each op takes the attributes that it says it does, alone and all at once. */
static void attributes(void)
{
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(measured); i++) {
		const struct measured *m = &measured[i];
		struct dmafp_run run = run_of(cell_of(m), 4);
		struct dmafp_op op = { .size = sizeof(op), .index = run.cell.op };

		check_errno(ioctl(fd, DMAFP_IOC_OP, &op), 0);
		for (int bit = 0; bit < 32; bit++) {
			run.cell.attrs = 1u << bit;
			if (op.attrs & run.cell.attrs)
				check_run(fd, m, &run);
			else
				check_refused(fd, run.cell, EINVAL);
		}
		run.cell.attrs = op.attrs;
		check_run(fd, m, &run);
	}
	close(fd);
}

/* --- time series */

static __u64 points[DMAFP_NR_PHASES][DMAFP_MAX_SERIES];

static struct dmafp_run series_run(const char *op, __u64 bytes, __u64 iterations,
				   __u32 room)
{
	struct dmafp_run run = run_of(guest_cell(op, 0, bytes), iterations);

	memset(points, 0xaa, sizeof(points));
	run.nr_series = room;
	run.series = (unsigned long)points;
	return run;
}

/* Blocks of 16: how many points are left of so many samples, and their stride */
static void series_is_bounded(void)
{
	static const struct {
		__u64 iterations;
		__u32 room, nr, stride;
	} tries[] = {
		{ 16, 4, 1, 16 },     { 17, 4, 2, 16 },	  { 64, 4, 4, 16 },
		{ 65, 4, 3, 32 },     { 128, 4, 4, 32 },  { 160, 4, 3, 64 },
		{ 16000, 4, 4, 4096 }, { 1000, 2, 2, 512 }, { 1000, 4096, 63, 16 },
		{ 1000, 0, 0, 0 },
	};
	const struct dmafp_summary *s = before.summaries[0];
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		struct dmafp_run run =
			series_run("null", 0, tries[i].iterations, tries[i].room);
		__u64 *unmaps = points[0] + tries[i].room;

		/* A CPU that the host takes away amid a block ends it early. */
		for (int left = guest_exact ? 1 : 50; left; left--) {
			check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
			if (s[0].nr_series == tries[i].nr && s[1].nr_series == tries[i].nr)
				break;
		}
		for (int phase = 0; phase < DMAFP_NR_PHASES; phase++)
			check(s[phase].nr_series == tries[i].nr &&
			      s[phase].series_stride == tries[i].stride);
		for (__u32 j = 0; j < tries[i].nr && guest_exact; j++)
			check(points[0][j] == s[0].min && unmaps[j] == s[1].min);
		check(unmaps[tries[i].nr] == 0xaaaaaaaaaaaaaaaaull);
	}
	close(fd);
}

/* The lower one of the middle, from exact buckets */
static __u64 median_of(const __u64 *buckets, __u64 count)
{
	__u64 seen = 0;

	for (unsigned int i = 0; i < DMAFP_HIST_UNIT; i++) {
		seen += buckets[i];
		if (seen > (count - 1) / 2)
			return i;
	}
	return 0;
}

static void series_holds_medians(void)
{
	static const __u64 iterations[] = { 1, 2, 15, 16 };
	struct dmafp_run run;
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(iterations) && guest_exact; i++) {
		run = series_run("map_page", GUEST_PAGE, iterations[i], 2);
		check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
		check(before.summaries[0][0].nr_series == 1);
		check(points[0][0] == median_of(before.buckets[0][0], iterations[i]));
		check(points[0][2] == median_of(before.buckets[0][1], iterations[i]));
	}
	/* of a block's difference there is one sample, and an op without unmap has none */
	run = series_run("check", 0, 9, 4);
	run.method = DMAFP_METHOD_BLOCK;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	check(before.summaries[0][0].nr_series == 3 &&
	      before.summaries[0][0].series_stride == 4);
	check(before.summaries[0][1].nr_series == 0);
	close(fd);
}

/* --- PMU counters; an emulated CPU has none, but the kernel's clock is one */

#define TYPE_HARDWARE	0
#define TYPE_SOFTWARE	1
#define TYPE_TRACEPOINT 2
#define TYPE_RAW	4
#define HW_CYCLES	0
#define SW_CPU_CLOCK	0

static struct dmafp_counter counters[GUEST_CPUS][DMAFP_MAX_EVENTS];

static struct dmafp_run counter_run(const struct dmafp_event *events, __u32 nr,
				    const char *op, __u64 bytes)
{
	struct dmafp_run run = run_of(guest_cell(op, 0, bytes), 200);

	memset(counters, 0xaa, sizeof(counters));
	run.nr_threads = workers_of(&run.cell);
	run.nr_events = nr;
	run.events = (unsigned long)events;
	run.counters = (unsigned long)counters;
	return run;
}

static void counters_count(void)
{
	static const struct dmafp_event events[] = {
		{ .type = TYPE_SOFTWARE, .config = SW_CPU_CLOCK },
		{ .type = TYPE_HARDWARE, .config = HW_CYCLES },
		{ .type = TYPE_RAW, .config = 0x1a2 },
		{ .type = TYPE_SOFTWARE, .config = SW_CPU_CLOCK },
	};
	static const char *const ops[] = { "map_page", "alloc_coherent" };
	int fd = guest_open(NVME);
	double khz = tick_khz(fd);

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		struct dmafp_run run = counter_run(events, ARRAY_SIZE(events), ops[i],
						   GUEST_PAGE);
		const struct dmafp_counter *c = counters[0];

		check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
		for (unsigned int w = 0; w < run.nr_threads; w++, c += ARRAY_SIZE(events)) {
			const struct dmafp_summary *s = before.summaries[w];
			double ns = (s[0].sum + s[1].sum) / khz * 1e6;

			check(c[0].state == DMAFP_COUNTER_VALID && c[0].error == 0);
			check(c[0].enabled == c[0].running && c[0].enabled > 0);
			/* all windows are in the blocks, all blocks in the elapsed time */
			check(c[0].value > 0.9 * ns);
			check(c[0].value < 1.1 * s[0].elapsed / khz * 1e6);
			check(c[3].state == DMAFP_COUNTER_VALID);
			for (int j = 1; j < 3; j++)
				check(c[j].state == DMAFP_COUNTER_ABSENT &&
				      c[j].error == ENOENT && !c[j].value &&
				      !c[j].enabled && !c[j].running);
		}
	}
	close(fd);
}

static void counters_refused(void)
{
	struct dmafp_event events[DMAFP_MAX_EVENTS + 1] = { 0 };
	struct dmafp_run run = counter_run(events, 1, "null", 0);
	int fd = guest_open(NVME);

	events[0].type = TYPE_TRACEPOINT;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), EINVAL);
	events[0].type = 6;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), EINVAL);
	events[0] = (struct dmafp_event) { .type = TYPE_SOFTWARE, .__reserved = 1 };
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), EINVAL);
	events[0].__reserved = 0;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	run.nr_events = DMAFP_MAX_EVENTS + 1;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), EINVAL);
	run.nr_events = DMAFP_MAX_EVENTS;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	run.events = 0;
	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), EFAULT);
	close(fd);
}

/* Not counting leaves the window as it is; no counter stays behind. */
static void counters_disturb_nothing(void)
{
	static const struct dmafp_event clock = { .type = TYPE_SOFTWARE };
	struct dmafp_run run = counter_run(&clock, 1, "null", 0);
	int fd = guest_open(NVME);

	check_errno(ioctl(fd, DMAFP_IOC_RUN, &run), 0);
	for (int phase = 0; phase < DMAFP_NR_PHASES && guest_exact; phase++)
		check(before.summaries[0][phase].max <= NULL_TICKS_MAX);
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
	{ "each op by each method", methods },
	{ "a block cancels its stamps", block_cancels_stamps },
	{ "nothing stays mapped", nothing_stays_mapped },
	{ "as many mappings are live as told, below the mask", as_many_as_told_are_live },
	{ "durations", durations },
	{ "a block is cut short after a millisecond", blocks_are_cut_short },
	{ "a delay between map and unmap", delay },
	{ "touched buffers", touch },
	{ "parts of a BAR", parts_of_a_bar },
	{ "scattered buffers", scattered },
	{ "cells that are refused", cells_refused },
	{ "attributes", attributes },
	{ "a time series is bounded", series_is_bounded },
	{ "a time series holds medians", series_holds_medians },
	{ "PMU counters", counters_count },
	{ "PMU events that are refused", counters_refused },
	{ "PMU counters disturb no window", counters_disturb_nothing },
	{ 0 }
};
