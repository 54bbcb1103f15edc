// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tally of real traffic: what the kernel's NVMe driver calls for a known number
 * of reads; and of a module that calls one function of the API through another.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "module_guest.h"
#include "module_tally.h"

#define DISK	 "/dev/nvme0n1"
#define READS	 100
#define LARGE	 (32 * GUEST_PAGE)
#define QUIET_US 200000
#define TRIES	 100

static int disk = -1;
static unsigned char *buffer;

static bool open_disk(void)
{
	for (int i = 0; i < 10 * TRIES && disk < 0; i++) {
		disk = open(DISK, O_RDONLY | O_DIRECT | O_CLOEXEC);
		if (disk < 0)
			usleep(10000);
	}
	return disk >= 0;
}

static void reads(size_t bytes, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		if (pread(disk, buffer, bytes, (off_t)i * bytes) != (ssize_t)bytes) {
			check_errno(-1, 0);
			return;
		}
}

/* The kernel looks for partitions by itself; nobody else is there to read. */
static bool disk_is_quiet(int fd)
{
	for (int i = 0; i < TRIES; i++) {
		struct dmafp_tally tally;

		tally_call(fd, DMAFP_TALLY_ON, NVME);
		usleep(QUIET_US);
		tally = tally_call(fd, DMAFP_TALLY_OFF, NULL);
		if (!tally_sum(&tally, 0))
			return true;
	}
	return false;
}

/*
 * No page lies behind the one before it, whether they were given out upwards or
 * downwards: a buffer in one piece would be one mapping, whatever its size.
 */
static unsigned char *scattered(void)
{
	unsigned char *pages = mmap(NULL, LARGE, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	unsigned char *there =
		mmap(NULL, LARGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(pages != MAP_FAILED && there != MAP_FAILED);
	for (size_t at = 0; at < LARGE; at += GUEST_PAGE)
		check(mremap(pages + at, GUEST_PAGE, GUEST_PAGE,
			     MREMAP_MAYMOVE | MREMAP_FIXED,
			     there + 5 * at % LARGE) != MAP_FAILED);
	return there;
}

static void check_reads(int fd, const char *map, const char *unmap, size_t bytes)
{
	struct dmafp_tally tally;

	reads(bytes, 1); /* the first may fill the driver's pools */
	tally_call(fd, DMAFP_TALLY_ON, NVME);
	reads(bytes, READS);
	tally = tally_call(fd, DMAFP_TALLY_OFF, NULL);
	for (__u32 i = 0; i < tally.nr_calls; i++)
		if (tally_calls[i].calls)
			printf("# %u reads of %zu: %s %llu\n", READS, bytes,
			       tally_calls[i].name, tally_calls[i].calls);
	check(tally_of(&tally, map) == READS);
	check(tally_of(&tally, unmap) == READS);
	check(tally_of(&tally, "iommu_deferred_attach") == (guest_keyed ? READS : 0));
	check(tally_sum(&tally, 0) == READS * (guest_keyed ? 3 : 2));

	/* and nothing after that */
	reads(bytes, READS);
	tally = tally_call(fd, 0, NULL);
	check(tally_of(&tally, map) == READS);
}

static void check_other(int fd)
{
	struct dmafp_tally tally;

	tally_call(fd, DMAFP_TALLY_ON, NIC);
	reads(GUEST_PAGE, READS);
	tally = tally_call(fd, DMAFP_TALLY_OFF, NULL);
	check(tally_sum(&tally, 0) == 0);
}

/* A page is a mapping, more is a scatterlist: one call each. */
static void nvme_reads(void)
{
	int fd = guest_open(NULL);

	buffer = scattered();
	check_errno(guest_load_file("/nvme-core.ko"), 0);
	check_errno(guest_load_file("/nvme.ko"), 0);
	check_errno(guest_unbind(NVME), 0);
	check_errno(guest_set(NVME, "driver_override", "\n"), 0);
	check_errno(guest_write("/sys/bus/pci/drivers_probe", NVME), 0);
	check(open_disk());
	check(disk_is_quiet(fd));
	check_reads(fd, "dma_map_page_attrs", "dma_unmap_page_attrs", GUEST_PAGE);
	check_reads(fd, "dma_map_sgtable", "dma_unmap_sg_attrs", LARGE);
	check_other(fd);
	close(disk);
	disk = -1;
	check_errno(guest_write("/sys/bus/pci/drivers/nvme/unbind", NVME), 0);
	check_errno(guest_set(NVME, "driver_override", "dmafp"), 0);
	check_errno(guest_bind(NVME), 0);
	check_errno(syscall(SYS_delete_module, "nvme", O_NONBLOCK), 0);
	check_errno(syscall(SYS_delete_module, "nvme_core", O_NONBLOCK), 0);
	munmap(buffer, LARGE);
	close(fd);
}

/* --- a function that goes on into another one of the table, see newer/ */

#define CALLS  7
#define SITES  64 /* so many the module keeps */
#define PLACES 80

static void call_newer(const char *name, const char *parameter, const char *value)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", name, parameter);
	check_errno(guest_write(path, value), 0);
}

/* The inner call counts only where a driver makes it. */
static void check_newer(int fd, const char *name)
{
	struct dmafp_tally tally;
	char file[32];

	snprintf(file, sizeof(file), "/%s.ko", name);
	check_errno(guest_load_file(file), 0);
	tally_call(fd, DMAFP_TALLY_ON, NVME);
	call_newer(name, "calls", "7");
	tally = tally_call(fd, 0, NULL);
	check(tally_of(&tally, "dma_iova_destroy") == CALLS);
	check(tally_of(&tally, "dma_iova_free") == 2 * CALLS);
	check(tally_sum(&tally, 0) == 3 * CALLS);

	/* from more places than there is room for: it is told */
	call_newer(name, "many", "1");
	tally_call(fd, DMAFP_TALLY_ON, NVME);
	call_newer(name, "calls", "1");
	tally = tally_look(fd, DMAFP_TALLY_OFF);
	check(tally.missed == PLACES - SITES);
	check(tally_of(&tally, "dma_iova_destroy") == PLACES);
	check_errno(syscall(SYS_delete_module, name, O_NONBLOCK), 0);
}

static void newer(void)
{
	int fd = guest_open(NULL);

	check_newer(fd, "newer_jump");
	check_newer(fd, "newer_call");
	close(fd);
}

const struct guest_test newer_tests[] = {
	{ "a function that goes on into another is one call", newer }, { 0 }
};

const struct guest_test traffic_tests[] = {
	{ "the calls of the NVMe driver, read by read", nvme_reads }, { 0 }
};
