// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tally, of devices that are bound to the module: what is called for them is
 * known to the last call.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "module_guest.h"
#include "module_tally.h"

#define ITERATIONS 203
#define WARMUP	   200 /* of guest_run() */
#define OPS	   (ITERATIONS + WARMUP)

struct dmafp_tally_call tally_calls[DMAFP_TALLY_MAX_CALLS];
static struct guest_results results;

static struct dmafp_tally good(__u32 flags, const char *pci)
{
	struct dmafp_tally tally = {
		.size = sizeof(tally),
		.flags = flags,
		.nr_calls = ARRAY_SIZE(tally_calls),
		.calls = (unsigned long)tally_calls,
	};
	struct dmafp_device where;

	memset(tally_calls, 0xff, sizeof(tally_calls));
	if (pci) {
		guest_address(pci, &where);
		tally.segment = where.segment;
		tally.bus = where.bus;
		tally.devfn = where.devfn;
	}
	return tally;
}

static struct dmafp_tally call(int fd, __u32 flags, const char *pci)
{
	struct dmafp_tally tally = good(flags, pci);

	check_errno(ioctl(fd, DMAFP_IOC_TALLY, &tally), 0);
	return tally;
}

struct dmafp_tally tally_look(int fd, __u32 flags)
{
	return call(fd, flags, NULL);
}

struct dmafp_tally tally_call(int fd, __u32 flags, const char *pci)
{
	struct dmafp_tally tally = call(fd, flags, pci);

	check(tally.missed == 0);
	return tally;
}

__u64 tally_of(const struct dmafp_tally *tally, const char *name)
{
	for (__u32 i = 0; i < tally->nr_calls; i++)
		if (!strcmp(tally_calls[i].name, name) &&
		    tally_calls[i].flags == DMAFP_TALLY_PRESENT)
			return tally_calls[i].calls;
	guest_check(false, name, __FILE__, __LINE__);
	return -1;
}

__u64 tally_sum(const struct dmafp_tally *tally, __u32 kind)
{
	__u64 sum = 0;

	for (__u32 i = 0; i < tally->nr_calls; i++)
		if (!kind || tally_calls[i].kind == kind)
			sum += tally_calls[i].calls;
	return sum;
}

static bool is_on(int fd)
{
	return tally_call(fd, 0, NULL).flags & DMAFP_TALLY_IS_ON;
}

static void run(int fd, const char *op, __u64 bytes, __u32 threads)
{
	struct dmafp_cell cell = guest_cell(op, bytes ? DMAFP_TO_DEVICE : 0, bytes);

	if (!strncmp(op, "alloc_coherent", 14))
		cell.direction = 0;
	cell.entries = !strcmp(op, "map_sg");
	check_errno(guest_run(fd, cell, threads, ITERATIONS, &results), 0);
}

/* --- what is there */

static bool kernel_has(const char *name)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	char line[256], type, symbol[128];
	bool found = false;

	while (!found && fgets(line, sizeof(line), file))
		found = sscanf(line, "%*x %c %127s", &type, symbol) == 2 &&
			(type == 'T' || type == 't') && !strcmp(symbol, name);
	fclose(file);
	return found;
}

/* Present is what the kernel has; what it has not is told, and is no zero. */
static void table(void)
{
	int fd = guest_open(NULL);
	struct dmafp_tally tally = tally_call(fd, DMAFP_TALLY_ON, NVME);
	unsigned int present = 0;

	check(tally.nr_calls > 20 && tally.nr_calls <= DMAFP_TALLY_MAX_CALLS);
	for (__u32 i = 0; i < tally.nr_calls; i++) {
		const struct dmafp_tally_call *call = &tally_calls[i];
		bool has = kernel_has(call->name);

		check(!call->name[DMAFP_NAME_LEN - 1]);
		check(call->kind >= DMAFP_TALLY_CHECK && call->kind <= DMAFP_TALLY_RELEASE);
		guest_check(call->flags == (has ? DMAFP_TALLY_PRESENT : 0), call->name,
			    __FILE__, __LINE__);
		check(call->calls == 0);
		present += has;
		for (__u32 j = 0; j < i; j++)
			check(strcmp(call->name, tally_calls[j].name));
	}
	check(present > 10 && present < tally.nr_calls);
	tally_call(fd, DMAFP_TALLY_OFF, NULL);
	close(fd);
}

/* --- what is counted */

/* By one op; the maps and unmaps of sync_single are of its buffer. */
static const struct counted {
	const char *op;
	__u64 bytes;
	const char *map, *unmap;
	unsigned int checks_plain, checks_keyed, calls; /* per op */
} counted[] = {
	{ "null", 0, NULL, NULL, 0, 0, 0 },
	{ "check", 0, "iommu_deferred_attach", NULL, 1, 1, 0 },
	{ "map_page", GUEST_PAGE, "dma_map_page_attrs", "dma_unmap_page_attrs", 0, 1, 2 },
	{ "map_single", GUEST_PAGE, "dma_map_page_attrs", "dma_unmap_page_attrs", 0, 1, 2 },
	{ "map_sg", GUEST_PAGE, "dma_map_sg_attrs", "dma_unmap_sg_attrs", 0, 1, 2 },
	{ "map_resource", GUEST_PAGE, "dma_map_resource", "dma_unmap_resource", 0, 1, 2 },
	{ "alloc_coherent", GUEST_PAGE, "dma_alloc_attrs", "dma_free_attrs", 0, 1, 2 },
	{ "alloc_noncontiguous", GUEST_PAGE, "dma_alloc_noncontiguous",
	  "dma_free_noncontiguous", 0, 1, 2 },
};

/* Each call once, and no other function. */
static void check_counted(int fd, const struct counted *c, __u32 threads)
{
	__u64 ops = (__u64)threads * OPS, checks;
	struct dmafp_tally tally;

	tally_call(fd, DMAFP_TALLY_ON, NVME);
	run(fd, c->op, c->bytes, threads);
	tally = tally_call(fd, DMAFP_TALLY_OFF, NULL);
	checks = ops * (guest_keyed ? c->checks_keyed : c->checks_plain);
	check(!c->map || tally_of(&tally, c->map) == ops);
	check(!c->unmap || tally_of(&tally, c->unmap) == ops);
	check(tally_sum(&tally, DMAFP_TALLY_CHECK) == checks);
	check(tally_sum(&tally, 0) == ops * c->calls + checks);
}

static void ops(void)
{
	int fd = guest_open(NVME);

	for (size_t i = 0; i < ARRAY_SIZE(counted); i++)
		check_counted(fd, &counted[i], 1);
	check_counted(fd, &counted[2], guest_cpus);
	close(fd);
}

/* Since 6.10 a coherent device gets to no sync, but where each call is checked. */
static void syncs(void)
{
	int fd = guest_open(NVME);
	bool skipped = kernel_has("__dma_sync_single_for_cpu") && !guest_is_debug();
	struct dmafp_tally tally;

	tally_call(fd, DMAFP_TALLY_ON, NVME);
	run(fd, "sync_single", GUEST_PAGE, 1);
	tally = tally_call(fd, DMAFP_TALLY_OFF, NULL);
	check(tally_sum(&tally, DMAFP_TALLY_MAP) == 1);
	check(tally_sum(&tally, DMAFP_TALLY_UNMAP) == 1);
	check(tally_sum(&tally, DMAFP_TALLY_SYNC) == (skipped ? 0 : 2 * OPS + 1));
	close(fd);
}

static void other_device(void)
{
	int fd = guest_open(NVME);
	struct dmafp_tally tally;

	tally_call(fd, DMAFP_TALLY_ON, NIC);
	run(fd, "map_page", GUEST_PAGE, guest_cpus);
	tally = tally_call(fd, DMAFP_TALLY_OFF, NULL);
	check(tally_sum(&tally, 0) == 0);
	close(fd);
}

static atomic_bool traffic_over;

static void *make_traffic(void *arg)
{
	static struct guest_results own;
	struct dmafp_cell cell = guest_cell("map_page", DMAFP_TO_DEVICE, GUEST_PAGE);

	while (!atomic_load(&traffic_over))
		check_errno(guest_run(*(int *)arg, cell, 1, 2000, &own), 0);
	return NULL;
}

/*
 * In the middle of traffic: of one worker with one mapping maps and unmaps take
 * turns, so that a stretch of them has as many of each, or one more.
 */
static void same_moment(void)
{
	int busy = guest_open(NVME), fd = guest_open(NULL);
	unsigned int counted = 0;
	pthread_t thread;

	atomic_store(&traffic_over, false);
	pthread_create(&thread, NULL, make_traffic, &busy);
	for (int i = 0; i < 10; i++) {
		struct dmafp_tally tally;
		__u64 maps, unmaps;

		tally_call(fd, DMAFP_TALLY_ON, NVME);
		usleep(100000);
		tally = tally_call(fd, DMAFP_TALLY_OFF, NULL);
		maps = tally_of(&tally, "dma_map_page_attrs");
		unmaps = tally_of(&tally, "dma_unmap_page_attrs");
		check(maps <= unmaps + 1 && unmaps <= maps + 1);
		counted += maps > 0;
	}
	check(counted > 0);
	atomic_store(&traffic_over, true);
	pthread_join(thread, NULL);
	close(fd);
	close(busy);
}

/* It and what else probes the same functions are in nobody's way. */
static void together(void)
{
	struct dmafp_watch watch = { .size = sizeof(watch), .flags = DMAFP_WATCH_ON };
	struct dmafp_count count = { .size = sizeof(count), .ops = 7 };
	int fd = guest_open(NVME);
	struct dmafp_tally tally;
	__u64 maps = guest_keyed ? 7 : 0;

	count.cell = guest_cell("map_page", DMAFP_TO_DEVICE, GUEST_PAGE);
	check_errno(ioctl(fd, DMAFP_IOC_WATCH, &watch), 0);
	tally_call(fd, DMAFP_TALLY_ON, NVME);
	check_errno(ioctl(fd, DMAFP_IOC_COUNT, &count), 0);
	check(count.map_calls == maps && count.map_reached == 7);
	tally = tally_call(fd, DMAFP_TALLY_OFF, NULL);
	check(tally_of(&tally, "dma_map_page_attrs") == 7);
	check(tally_of(&tally, "iommu_deferred_attach") == maps);
	watch.flags = DMAFP_WATCH_OFF;
	check_errno(ioctl(fd, DMAFP_IOC_WATCH, &watch), 0);
	close(fd);
}

/* --- on and off */

static void check_address(const struct dmafp_tally *tally, const char *pci)
{
	const struct dmafp_tally want = good(0, pci);

	check(tally->segment == want.segment && tally->bus == want.bus &&
	      tally->devfn == want.devfn);
}

/* One for the machine, whoever asks; it outlives the file, and so does the count. */
static void on_and_off(void)
{
	int first = guest_open(NULL), second = guest_open(NVME);
	struct dmafp_tally tally;

	check(!is_on(first) && !is_on(second));
	check(tally_call(first, DMAFP_TALLY_ON, NVME).flags == DMAFP_TALLY_IS_ON);
	close(first);
	check(is_on(second));
	run(second, "map_page", GUEST_PAGE, 1);
	tally = tally_call(second, 0, NULL);
	check_address(&tally, NVME);
	tally = tally_call(second, 0, NULL);
	check(tally_of(&tally, "dma_map_page_attrs") == OPS);
	tally = tally_call(second, DMAFP_TALLY_OFF, NULL);
	check(tally.flags == 0 && tally_of(&tally, "dma_map_page_attrs") == OPS);

	run(second, "map_page", GUEST_PAGE, 1);
	tally = tally_call(second, DMAFP_TALLY_OFF, NULL);
	check(tally.flags == 0 && tally_of(&tally, "dma_map_page_attrs") == OPS);
	tally = tally_call(second, DMAFP_TALLY_ON, NVME);
	check(tally_sum(&tally, 0) == 0);
	run(second, "map_page", GUEST_PAGE, 1);
	tally = tally_call(second, DMAFP_TALLY_ON, NIC);
	check(tally_sum(&tally, 0) == 0);
	tally = tally_call(second, DMAFP_TALLY_OFF, NULL);
	check_address(&tally, NIC);
	close(second);
}

static void refuse(int fd, struct dmafp_tally arg, int want)
{
	struct dmafp_tally copy = arg;

	check_errno(ioctl(fd, DMAFP_IOC_TALLY, &copy), want);
	check(!memcmp(&copy, &arg, sizeof(copy)));
}

/* What is refused changes nothing: the one that is on goes on. */
static void refused(void)
{
	struct dmafp_tally arg;
	int fd = guest_open(NVME);

	tally_call(fd, DMAFP_TALLY_ON, NVME);
	refuse(fd, good(DMAFP_TALLY_ON, "0000:00:1e.7"), ENODEV);
	refuse(fd, good(DMAFP_TALLY_ON, "ffff:00:04.0"), ENODEV);
	refuse(fd, good(0, NVME), EINVAL);
	refuse(fd, good(DMAFP_TALLY_OFF, NVME), EINVAL);
	refuse(fd, good(DMAFP_TALLY_ON | DMAFP_TALLY_OFF, NVME), EINVAL);
	arg = good(DMAFP_TALLY_ON, NVME);
	arg.nr_calls++;
	refuse(fd, arg, EINVAL);
	arg.nr_calls = 0;
	refuse(fd, arg, EINVAL);
	arg = good(0, NULL);
	arg.calls = -(__u64)GUEST_PAGE;
	refuse(fd, arg, EFAULT);

	check(is_on(fd));
	run(fd, "map_page", GUEST_PAGE, 1);
	arg = tally_call(fd, DMAFP_TALLY_OFF, NULL);
	check(tally_of(&arg, "dma_map_page_attrs") == OPS);
	close(fd);
}

/* No room, or too little: how much it takes is told, and no more is written. */
static void room(void)
{
	int fd = guest_open(NVME);
	struct dmafp_tally tally = good(DMAFP_TALLY_ON, NVME);
	__u32 rows;

	tally.nr_calls = 0;
	tally.calls = 0;
	check_errno(ioctl(fd, DMAFP_IOC_TALLY, &tally), 0);
	rows = tally.nr_calls;
	check(rows > 1);
	tally = good(DMAFP_TALLY_OFF, NULL);
	tally.nr_calls = 1;
	check_errno(ioctl(fd, DMAFP_IOC_TALLY, &tally), 0);
	check(tally.nr_calls == rows);
	check(tally_calls[0].kind == DMAFP_TALLY_CHECK);
	check(tally_calls[1].kind == ~0u && tally_calls[1].calls == ~0ull);
	close(fd);
}

/* It minds neither a driver that comes or goes, nor the device itself. */
static void device_goes(void)
{
	int fd = guest_open(NULL);
	struct dmafp_tally tally;

	tally_call(fd, DMAFP_TALLY_ON, NVME);
	check_errno(guest_unbind(NVME), 0);
	check_errno(guest_bind(NVME), 0);
	check_errno(guest_select(fd, NVME, NULL), 0);
	run(fd, "map_page", GUEST_PAGE, 1);
	tally = tally_call(fd, 0, NULL);
	check(tally_of(&tally, "dma_map_page_attrs") == OPS);

	check_errno(guest_set(NVME, "remove", "1"), 0);
	check_errno(guest_write("/sys/bus/pci/rescan", "1"), 0);
	check_errno(guest_set(NVME, "driver_override", "dmafp"), 0);
	check_errno(guest_bind(NVME), 0);
	check_errno(guest_select(fd, NVME, NULL), 0);
	run(fd, "map_page", GUEST_PAGE, 1);
	/* found again, it has become another one */
	tally = tally_call(fd, DMAFP_TALLY_OFF, NULL);
	check(tally_of(&tally, "dma_map_page_attrs") == OPS);
	close(fd);
}

/* Unloading ends it, and forgets. */
static void unload(void)
{
	int fd = guest_open(NULL);

	tally_call(fd, DMAFP_TALLY_ON, NVME);
	close(fd);
	check_errno(guest_unload(), 0);
	check_errno(guest_load(), 0);
	fd = guest_open(NULL);
	check(!is_on(fd));
	check(tally_call(fd, 0, NULL).nr_calls == 0);
	close(fd);
}

const struct guest_test tally_tests[] = {
	{ "the tally's table", table },
	{ "the tally counts each call of an op once", ops },
	{ "the tally counts syncs", syncs },
	{ "the tally does not count for another device", other_device },
	{ "the tally counts all functions from one moment to one", same_moment },
	{ "the tally, the watch and counting together", together },
	{ "the tally: on, off, look", on_and_off },
	{ "a tally that is refused", refused },
	{ "the tally with little room", room },
	{ "the tally of a device that goes", device_goes },
	{ "the tally, loading and unloading", unload },
	{ 0 }
};
