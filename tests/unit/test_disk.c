// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Block devices of a PCI device, and what speaks against traffic on them: on files
 * that look like sysfs and procfs, with a plain file for the disk; and where a loop
 * device can be had, on that.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/fs.h>
#include <linux/loop.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "traffic/disk.h"
#include "tree.h"

#define PCI    "0000:00:04.0"
#define OTHER  "0000:00:05.0"
#define NODE   "disk" /* the file that stands for the block device */
#define BYTES  (8 << 20)
#define DEVICE "devices/pci0000:00/" PCI "/nvme/nvme0/"

static char sysfs[80], procfs[80], node[80], notes[1024];
static struct dmafp_traffic traffic;
static struct dmafp_err err;

static void take_note(void *ctx, const char *text)
{
	(void)ctx;
	strcat(notes, text);
}

static void put_attribute(const char *at, const char *name, const char *attribute,
			  const char *text)
{
	char *path = dmafp_path("sys/%s%s/%s", at, name, attribute);

	tree_put(path, text);
	free(path);
}

/* A block device in sysfs, at @at below it */
static void add(const char *at, const char *name, const char *dev)
{
	char *link = dmafp_path("sys/block/%s", name),
	     *to = dmafp_path("../%s%s", at, name);

	put_attribute(at, name, "dev", dev);
	put_attribute(at, name, "size", "16384\n");
	put_attribute(at, name, "ro", "0\n");
	put_attribute(at, name, "queue/logical_block_size", "512\n");
	put_attribute(at, name, "holders/.keep", "");
	tree_link(link, to);
	free(link);
	free(to);
}

static int setup(void **state)
{
	char *path;
	int fd;

	if (tree_make(state))
		return -1;
	snprintf(sysfs, sizeof(sysfs), "%s/sys", tree);
	snprintf(procfs, sizeof(procfs), "%s/proc", tree);
	snprintf(node, sizeof(node), "%s/" NODE, tree);
	notes[0] = '\0';
	memset(&err, 0, sizeof(err));
	traffic = (struct dmafp_traffic) { .sysfs = sysfs,
					   .procfs = procfs,
					   .note = take_note };
	add(DEVICE, "nvme0n1", "259:0\n");
	tree_link("sys/bus/pci/devices/" PCI, "../../../devices/pci0000:00/" PCI);
	tree_put("sys/devices/pci0000:00/" OTHER "/vendor", "0x8086\n");
	tree_link("sys/bus/pci/devices/" OTHER, "../../../devices/pci0000:00/" OTHER);
	tree_put("proc/self/mountinfo",
		 "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
		 "23 22 0:21 / /run rw,relatime shared:1 - tmpfs none rw\n");
	tree_put("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
	path = tree_path(NODE);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	free(path);
	return fd < 0 || ftruncate(fd, BYTES) || close(fd) ? -1 : 0;
}

static struct dmafp_disk_list find(const char *pci)
{
	struct dmafp_disk_list list;

	if (dmafp_disk_find(&traffic, pci, 0, &list, &err))
		fail_msg("%s", err.msg);
	return list;
}

/* nvme0n1 as found, with the file for its node */
static struct dmafp_disk disk(void)
{
	struct dmafp_disk_list list = find(PCI);
	struct dmafp_disk disk = list.items[0];

	dmafp_disk_list_release(&list);
	assert_string_equal(disk.name, "nvme0n1");
	snprintf(disk.node, sizeof(disk.node), "%s", node);
	return disk;
}

/* Finding */

static void found(void **state)
{
	struct dmafp_disk_list list;

	(void)state;
	add(DEVICE, "nvme0n10", "259:2\n");
	add(DEVICE, "nvme0n2", "259:1\n");
	add("devices/pci0000:00/" OTHER "/ata1/", "sda", "8:0\n");
	add("devices/virtual/block/", "loop0", "7:0\n");
	put_attribute(DEVICE, "nvme0n2", "queue/logical_block_size", "4096\n");
	put_attribute(DEVICE, "nvme0n2", "ro", "1\n");
	list = find(PCI);
	assert_int_equal(list.nr, 3);
	assert_string_equal(list.items[0].name, "nvme0n1");
	assert_string_equal(list.items[0].node, "/dev/nvme0n1");
	assert_string_equal(list.items[0].dev, "259:0");
	assert_int_equal(list.items[0].bytes, BYTES);
	assert_int_equal(list.items[0].block, 512);
	assert_false(list.items[0].read_only);
	assert_string_equal(list.items[1].name, "nvme0n2");
	assert_int_equal(list.items[1].block, 4096);
	assert_true(list.items[1].read_only);
	assert_string_equal(list.items[2].name, "nvme0n10");
	dmafp_disk_list_release(&list);
	list = find(OTHER);
	assert_int_equal(list.nr, 1);
	assert_string_equal(list.items[0].name, "sda");
	dmafp_disk_list_release(&list);
}

/* 0000:00:04.0 is no prefix of a longer address's device */
static void found_by_whole_address(void **state)
{
	struct dmafp_disk_list list;

	(void)state;
	tree_link("sys/bus/pci/devices/0000:00:04",
		  "../../../devices/pci0000:00/0000:00:04");
	tree_put("sys/devices/pci0000:00/0000:00:04/vendor", "");
	assert_int_equal(dmafp_disk_find(&traffic, "0000:00:04", 0, &list, &err), -ENODEV);
}

static void none_found(void **state)
{
	struct dmafp_disk_list list;

	(void)state;
	assert_int_equal(dmafp_disk_find(&traffic, OTHER, 20, &list, &err), -ENODEV);
	assert_int_equal(err.exit, DMAFP_EXIT_DEVICE);
	assert_non_null(strstr(err.msg, OTHER " has no block device 20 ms after"));
	assert_int_equal(list.nr, 0);
}

static void *add_later(void *name)
{
	usleep(200 * 1000);
	add(DEVICE, name, "259:7\n");
	return NULL;
}

static void waited_for(void **state)
{
	struct dmafp_disk_list list;
	pthread_t thread;

	(void)state;
	tree_drop("sys/block/nvme0n1");
	assert_int_equal(pthread_create(&thread, NULL, add_later, "nvme0n3"), 0);
	assert_int_equal(dmafp_disk_find(&traffic, PCI, 10000, &list, &err), 0);
	pthread_join(thread, NULL);
	assert_string_equal(list.items[0].name, "nvme0n3");
	dmafp_disk_list_release(&list);
}

/* The first namespace is there, the one that the user named comes later. */
static void named_one_waited_for(void **state)
{
	struct dmafp_disk_list list;
	pthread_t thread;

	(void)state;
	traffic.disk = "/dev/nvme0n3-of-a-test";
	assert_int_equal(pthread_create(&thread, NULL, add_later, "nvme0n3-of-a-test"), 0);
	assert_int_equal(dmafp_disk_find(&traffic, PCI, 10000, &list, &err), 0);
	pthread_join(thread, NULL);
	assert_int_equal(list.nr, 2);
	assert_string_equal(dmafp_disk_pick(&traffic, &list)->name, "nvme0n3-of-a-test");
	dmafp_disk_list_release(&list);
}

static void stopped_while_waiting(void **state)
{
	volatile sig_atomic_t stop = 2;
	struct dmafp_disk_list list;

	(void)state;
	traffic.stop = &stop;
	assert_int_equal(dmafp_disk_find(&traffic, OTHER, 600000, &list, &err), -EINTR);
	assert_int_equal(err.exit, DMAFP_EXIT_SIGINT);
}

static void picked(void **state)
{
	struct dmafp_disk_list list;

	(void)state;
	add(DEVICE, "nvme0n2", "259:1\n");
	list = find(PCI);
	assert_string_equal(dmafp_disk_pick(&traffic, &list)->name, "nvme0n1");
	traffic.disk = "/dev/nvme0n2";
	assert_string_equal(dmafp_disk_pick(&traffic, &list)->name, "nvme0n2");
	traffic.disk = "/dev/null";
	assert_string_equal(dmafp_disk_pick(&traffic, &list)->name, "nvme0n1");
	/* a character device has numbers as well */
	strcpy(list.items[1].dev, "1:3");
	assert_false(dmafp_disk_named(&traffic, &list.items[1]));
	dmafp_disk_list_release(&list);
}

/* Native multipath: the namespace is below a subsystem, its paths are hidden. */
static void multipath(void **state)
{
	struct dmafp_disk_list list;
	struct dmafp_disk *first;

	(void)state;
	tree_drop("sys/block/nvme0n1");
	add(DEVICE, "nvme3c0n1", "0:0\n");
	add("devices/virtual/nvme-subsystem/nvme-subsys3/", "nvme3n1", "259:0\n");
	list = find(PCI);
	first = &list.items[0];
	assert_int_equal(list.nr, 1);
	assert_string_equal(first->node, "/dev/nvme3n1");
	snprintf(first->node, sizeof(first->node), "%s", node);
	assert_int_equal(dmafp_disk_check(&traffic, first, &err), 0);
	dmafp_disk_list_release(&list);

	add("devices/pci0000:00/" OTHER "/nvme/nvme1/", "nvme3c1n1", "0:0\n");
	list = find(PCI);
	first = &list.items[0];
	snprintf(first->node, sizeof(first->node), "%s", node);
	assert_int_equal(dmafp_disk_check(&traffic, first, &err), -EBUSY);
	assert_int_equal(err.exit, DMAFP_EXIT_DEVICE);
	assert_non_null(strstr(err.msg, "has another path, nvme3c1n1"));
	dmafp_disk_list_release(&list);
}

/* Checking */

static void empty_and_unused(void **state)
{
	struct dmafp_disk d = disk();

	(void)state;
	traffic.use_anyway = false;
	notes[0] = '\0';
	assert_int_equal(dmafp_disk_check(&traffic, &d, &err), 0);
	assert_string_equal(d.in_use, "");
	assert_string_equal(d.content, "");
	assert_true(d.fd >= 0);
	/* open for reading only */
	assert_int_equal(fcntl(d.fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	assert_string_equal(notes, "");
	dmafp_disk_release(&d);
	assert_int_equal(d.fd, -1);
	dmafp_disk_release(&d);
}

/* Refused with that in the message; with use_anyway taken, and noted. */
static void refused(const char *part)
{
	struct dmafp_disk d = disk();

	traffic.use_anyway = false;
	notes[0] = '\0';
	assert_int_equal(dmafp_disk_check(&traffic, &d, &err), -EBUSY);
	assert_int_equal(err.exit, DMAFP_EXIT_DEVICE);
	if (!strstr(err.msg, part))
		fail_msg("'%s' is not in: %s", part, err.msg);
	assert_non_null(strstr(err.msg, node));
	assert_non_null(strstr(err.msg, "--use-anyway"));
	assert_int_equal(d.fd, -1);
	assert_string_equal(notes, "");
	traffic.use_anyway = true;
	if (dmafp_disk_check(&traffic, &d, &err))
		fail_msg("%s", err.msg);
	assert_non_null(strstr(notes, part));
	assert_non_null(strstr(notes, "is used anyway"));
	dmafp_disk_release(&d);
}

static void mount_line(const char *line)
{
	char *text =
		dmafp_path("22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n%s\n", line);

	tree_put("proc/self/mountinfo", text);
	free(text);
}

static void mounted(void **state)
{
	(void)state;
	mount_line("31 22 259:0 / /mnt/a\\040b rw,relatime shared:4 - xfs /dev/nvme0n1 rw");
	refused("is mounted on /mnt/a b");
	/* another device, whose number begins with the same digits */
	mount_line("31 22 259:01 / /mnt rw - xfs /dev/x rw");
	empty_and_unused(state);
}

/* btrfs and the like mount under a number of their own */
static void mounted_by_source(void **state)
{
	char *line = dmafp_path("31 22 0:45 /sub /srv rw,relatime - btrfs %s rw", node);

	(void)state;
	mount_line(line);
	free(line);
	refused("is mounted on /srv");
}

static void add_partition(void)
{
	put_attribute(DEVICE, "nvme0n1", "nvme0n1p2/partition", "2\n");
	put_attribute(DEVICE, "nvme0n1", "nvme0n1p2/dev", "259:5\n");
	put_attribute(DEVICE, "nvme0n1", "nvme0n1p2/holders/.keep", "");
}

static void partition_mounted(void **state)
{
	(void)state;
	add_partition();
	mount_line("31 22 259:5 / /home rw - ext4 /dev/nvme0n1p2 rw");
	refused("is mounted on /home (partition nvme0n1p2)");
	mount_line("31 22 0:45 / /home rw - btrfs /dev/nvme0n1p2 rw");
	refused("is mounted on /home (partition nvme0n1p2)");
}

static void partitioned(void **state)
{
	(void)state;
	add_partition();
	refused("holds 1 partition (nvme0n1p2)");
	put_attribute(DEVICE, "nvme0n1", "nvme0n1p10/partition", "10\n");
	refused("holds 2 partitions (nvme0n1p2, ...)");
}

static void swap(void **state)
{
	char *text = dmafp_path("Filename Type Size Used Priority\n%s partition 8 0 -2\n",
				node);

	(void)state;
	tree_put("proc/swaps", text);
	free(text);
	refused("is swap space");
	add_partition();
	tree_put("proc/swaps", "Filename\n/dev/nvme0n1p2\tpartition\t8\t0\t-2\n");
	refused("is swap space (partition nvme0n1p2)");
}

static void no_swap_in_the_kernel(void **state)
{
	tree_drop("proc/swaps");
	empty_and_unused(state);
}

static void mounts_unknown(void **state)
{
	struct dmafp_disk d = disk();

	(void)state;
	tree_drop("proc/self/mountinfo");
	traffic.use_anyway = true;
	assert_int_equal(dmafp_disk_check(&traffic, &d, &err), -EIO);
	assert_non_null(strstr(err.msg, "cannot know whether"));
	assert_int_equal(d.fd, -1);
}

static void held(void **state)
{
	(void)state;
	put_attribute(DEVICE, "nvme0n1", "holders/dm-3", "");
	refused("is part of dm-3");
}

static void partition_held(void **state)
{
	(void)state;
	add_partition();
	put_attribute(DEVICE, "nvme0n1", "nvme0n1p2/holders/md127", "");
	refused("is part of md127 (partition nvme0n1p2)");
}

/* LUKS on a partition, volumes of LVM in it, and the root on one of them */
static void held_through_a_stack(void **state)
{
	(void)state;
	add_partition();
	put_attribute(DEVICE, "nvme0n1", "nvme0n1p2/holders/dm-0", "");
	add("devices/virtual/block/", "dm-0", "254:10\n");
	put_attribute("devices/virtual/block/", "dm-0", "dm/name", "luks\n");
	refused("is part of dm-0 (luks) (partition nvme0n1p2)");
	put_attribute("devices/virtual/block/", "dm-0", "holders/dm-1", "");
	put_attribute("devices/virtual/block/", "dm-0", "holders/dm-2", "");
	add("devices/virtual/block/", "dm-1", "254:11\n");
	refused("(partition nvme0n1p2), which is part of dm-1");
	add("devices/virtual/block/", "dm-2", "254:0\n");
	refused("is part of dm-0 (luks) (partition nvme0n1p2), which is part of dm-2, which "
		"is mounted on /");
}

static void held_by_itself(void **state)
{
	(void)state;
	put_attribute(DEVICE, "nvme0n1", "holders/nvme0n1", "");
	refused("is part of nvme0n1, which is part of nvme0n1");
}

static void behind_a_loop_device(void **state)
{
	(void)state;
	put_attribute("devices/virtual/block/", "loop3", "loop/backing_file",
		      "/dev/nvme0n10\n");
	add("devices/virtual/block/", "loop3", "254:0\n");
	empty_and_unused(state);
	put_attribute("devices/virtual/block/", "loop3", "loop/backing_file", node);
	refused("is part of loop3, which is mounted on /");
}

/* Not the device that the mount names */
static void second_of_a_btrfs(void **state)
{
	(void)state;
	tree_put("sys/fs/btrfs/8a5c3f0e/devices/nvme0n10", "");
	empty_and_unused(state);
	tree_put("sys/fs/btrfs/8a5c3f0e/devices/nvme0n1", "");
	refused("is a device of a mounted btrfs");
}

static void write_at(off_t offset, const void *bytes, size_t len)
{
	int fd = open(node, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, len, offset), len);
	close(fd);
}

static void erase(void)
{
	assert_int_equal(truncate(node, 0), 0);
	assert_int_equal(truncate(node, BYTES), 0);
}

static void swap_signature(void)
{
	/* struct swap_header: version 1, last page 2047, at the end of the page its magic */
	static const uint32_t info[] = { 1, 2047, 0 };

	write_at(1024, info, sizeof(info));
	write_at(1024 + 28, "old data", 8); /* its label */
	write_at(4096 - 10, "SWAPSPACE2", 10);
}

static void signature(void **state)
{
	(void)state;
	swap_signature();
	refused("holds a signature of swap (old data)");
	erase();
	write_at(0, "LUKS\xba\xbe\0\1", 8);
	refused("holds a signature of crypto_LUKS");
	erase();
	empty_and_unused(state);
}

/* A partition table that the kernel has not read, or does not know */
static void table_signature(void **state)
{
	/* a DOS entry: not active, type 0x83, from sector 2048, 2048 sectors */
	static const unsigned char entry[] = { 0,    0, 0, 0, 0x83, 0, 0, 0,
					       0x00, 8, 0, 0, 0x00, 8, 0, 0 };

	(void)state;
	write_at(446, entry, sizeof(entry));
	write_at(510, "\x55\xaa", 2);
	refused("holds a partition table, dos");
}

static void no_capacity(void **state)
{
	struct dmafp_disk d;

	(void)state;
	put_attribute(DEVICE, "nvme0n1", "size", "0\n");
	d = disk();
	assert_int_equal(dmafp_disk_check(&traffic, &d, &err), -EBUSY);
	assert_non_null(strstr(err.msg, "has no capacity"));
}

static void no_node(void **state)
{
	struct dmafp_disk d = disk();

	(void)state;
	strcat(d.node, "-of-nobody");
	assert_int_equal(dmafp_disk_check(&traffic, &d, &err), -ENOENT);
	assert_int_equal(err.exit, DMAFP_EXIT_DEVICE);
	assert_non_null(strstr(err.msg, "disk-of-nobody: No such file"));
}

/* Jobs */

static const struct dmafp_fio_job reader = { .name = "randread-4k", .bytes = 4096 };
static const struct dmafp_fio_job writer = { .name = "randwrite-4k",
					     .bytes = 4096,
					     .writes = true };

static void job_refused(const struct dmafp_disk *d, const struct dmafp_fio_job *job,
			int code, int exit, const char *part)
{
	memset(&err, 0, sizeof(err));
	assert_int_equal(dmafp_disk_check_job(&traffic, d, job, &err), -code);
	assert_int_equal(err.exit, exit);
	if (!strstr(err.msg, part))
		fail_msg("'%s' is not in: %s", part, err.msg);
	assert_non_null(strstr(err.msg, job->name));
	assert_non_null(strstr(err.msg, d->node));
}

static void blocks(void **state)
{
	struct dmafp_fio_job job = reader;
	struct dmafp_disk d = disk();

	(void)state;
	assert_int_equal(dmafp_disk_check_job(&traffic, &d, &job, &err), 0);
	d.block = 4096;
	assert_int_equal(dmafp_disk_check_job(&traffic, &d, &job, &err), 0);
	job.bytes = 512;
	job_refused(&d, &job, EINVAL, DMAFP_EXIT_DEVICE, "makes IOs of 512 bytes, and ");
	job_refused(&d, &job, EINVAL, DMAFP_EXIT_DEVICE, "has blocks of 4096");
	job.bytes = 6144;
	job_refused(&d, &job, EINVAL, DMAFP_EXIT_DEVICE, "has blocks of 4096");
	job.bytes = 2 * BYTES;
	job_refused(&d, &job, EINVAL, DMAFP_EXIT_DEVICE, "has 8388608 only");
}

static void writes_need_both(void **state)
{
	struct dmafp_disk d = disk();
	char *option = dmafp_path("give --disk %s --destroy", node);

	(void)state;
	job_refused(&d, &writer, EPERM, DMAFP_EXIT_USAGE, option);
	traffic.destroy = true;
	job_refused(&d, &writer, EPERM, DMAFP_EXIT_USAGE, option);
	traffic.disk = "/dev/null";
	job_refused(&d, &writer, EPERM, DMAFP_EXIT_USAGE, option);
	traffic.disk = node;
	assert_int_equal(dmafp_disk_check_job(&traffic, &d, &writer, &err), 0);
	traffic.destroy = false;
	job_refused(&d, &writer, EPERM, DMAFP_EXIT_USAGE, option);
	traffic.use_anyway = true;
	job_refused(&d, &writer, EPERM, DMAFP_EXIT_USAGE, option);
	free(option);
}

static void never_written_in_use(void **state)
{
	struct dmafp_disk d = disk();

	(void)state;
	put_attribute(DEVICE, "nvme0n1", "holders/dm-3", "");
	traffic.use_anyway = traffic.destroy = true;
	traffic.disk = node;
	assert_int_equal(dmafp_disk_check(&traffic, &d, &err), 0);
	assert_int_equal(dmafp_disk_check_job(&traffic, &d, &reader, &err), 0);
	job_refused(&d, &writer, EBUSY, DMAFP_EXIT_DEVICE,
		    "is part of dm-3: nothing is ever");
	dmafp_disk_release(&d);
}

static void read_only(void **state)
{
	struct dmafp_disk d;

	(void)state;
	put_attribute(DEVICE, "nvme0n1", "ro", "1\n");
	traffic.destroy = true;
	traffic.disk = node;
	d = disk();
	assert_int_equal(dmafp_disk_check_job(&traffic, &d, &reader, &err), 0);
	job_refused(&d, &writer, EROFS, DMAFP_EXIT_DEVICE, "is read-only");
}

static void gone(void **state)
{
	struct dmafp_disk d = disk();

	(void)state;
	assert_true(dmafp_disk_there(&traffic, &d));
	tree_drop("sys/block/nvme0n1");
	assert_false(dmafp_disk_there(&traffic, &d));
}

/* A real block device */

static int loop_fd = -1, backing_fd = -1;
static char loop_node[64];

/* A loop device on the file that stands for the disk; skips where there is none */
static struct dmafp_disk loop(void)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int nr = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE);
	struct dmafp_disk d = disk();
	struct stat st;

	if (control >= 0)
		close(control);
	snprintf(loop_node, sizeof(loop_node), "/dev/loop%d", nr);
	loop_fd = nr < 0 ? -1 : open(loop_node, O_RDONLY | O_CLOEXEC);
	backing_fd = open(node, O_RDONLY | O_CLOEXEC);
	if (loop_fd < 0 || ioctl(loop_fd, LOOP_SET_FD, backing_fd)) {
		print_message("no loop device can be had here\n");
		skip();
	}
	assert_int_equal(fstat(loop_fd, &st), 0);
	snprintf(d.node, sizeof(d.node), "%s", loop_node);
	snprintf(d.dev, sizeof(d.dev), "%u:%u", major(st.st_rdev), minor(st.st_rdev));
	return d;
}

static int teardown(void **state)
{
	if (loop_fd >= 0) {
		ioctl(loop_fd, LOOP_CLR_FD);
		close(loop_fd);
	}
	if (backing_fd >= 0)
		close(backing_fd);
	loop_fd = backing_fd = -1;
	return tree_remove(state);
}

static void opened_exclusively(void **state)
{
	struct dmafp_disk d = loop();
	int fd = open(d.node, O_RDONLY | O_EXCL | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(dmafp_disk_check(&traffic, &d, &err), -EBUSY);
	assert_int_equal(err.exit, DMAFP_EXIT_DEVICE);
	assert_non_null(strstr(err.msg, "is opened exclusively by somebody"));
	traffic.use_anyway = traffic.destroy = true;
	traffic.disk = d.node;
	assert_int_equal(dmafp_disk_check(&traffic, &d, &err), 0);
	job_refused(&d, &writer, EBUSY, DMAFP_EXIT_DEVICE, "is opened exclusively");
	dmafp_disk_release(&d);
	close(fd);
	traffic.use_anyway = false;
	assert_int_equal(dmafp_disk_check(&traffic, &d, &err), 0);
	dmafp_disk_release(&d);
}

/* While it is claimed, nobody can mount it. */
static void claimed(void **state)
{
	struct dmafp_disk d = loop();
	int fd;

	(void)state;
	assert_int_equal(dmafp_disk_check(&traffic, &d, &err), 0);
	assert_int_equal(open(d.node, O_RDONLY | O_EXCL | O_CLOEXEC), -1);
	assert_int_equal(errno, EBUSY);
	dmafp_disk_release(&d);
	fd = open(d.node, O_RDONLY | O_EXCL | O_CLOEXEC);
	assert_true(fd >= 0);
	close(fd);
}

/* By another name of the same device */
static void named_by_link(void **state)
{
	struct dmafp_disk d = loop();
	char *link = tree_path("by-id");

	(void)state;
	tree_link("by-id", d.node);
	traffic.disk = link;
	traffic.destroy = true;
	assert_true(dmafp_disk_named(&traffic, &d));
	assert_int_equal(dmafp_disk_check_job(&traffic, &d, &writer, &err), 0);
	traffic.disk = "/dev/null";
	assert_false(dmafp_disk_named(&traffic, &d));
	free(link);
}

static void loop_signature(void **state)
{
	struct dmafp_disk d;

	(void)state;
	swap_signature();
	d = loop();
	assert_int_equal(dmafp_disk_check(&traffic, &d, &err), -EBUSY);
	assert_non_null(strstr(err.msg, "holds a signature of swap"));
}

/* Blocks beyond the end of the file behind it are IO errors. */
static void unreadable(void **state)
{
	struct dmafp_disk d = loop();

	(void)state;
	assert_int_equal(truncate(node, 0), 0);
	assert_int_equal(dmafp_disk_check(&traffic, &d, &err), -EIO);
	assert_int_equal(err.exit, DMAFP_EXIT_DEVICE);
	assert_non_null(strstr(err.msg, "to see what it holds"));
	assert_int_equal(d.fd, -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(found),
		TEST(found_by_whole_address),
		TEST(none_found),
		TEST(waited_for),
		TEST(named_one_waited_for),
		TEST(stopped_while_waiting),
		TEST(picked),
		TEST(multipath),
		TEST(empty_and_unused),
		TEST(mounted),
		TEST(mounted_by_source),
		TEST(partition_mounted),
		TEST(partitioned),
		TEST(swap),
		TEST(no_swap_in_the_kernel),
		TEST(mounts_unknown),
		TEST(held),
		TEST(partition_held),
		TEST(held_through_a_stack),
		TEST(held_by_itself),
		TEST(behind_a_loop_device),
		TEST(second_of_a_btrfs),
		TEST(signature),
		TEST(table_signature),
		TEST(no_capacity),
		TEST(no_node),
		TEST(blocks),
		TEST(writes_need_both),
		TEST(never_written_in_use),
		TEST(read_only),
		TEST(gone),
		TEST(opened_exclusively),
		TEST(claimed),
		TEST(named_by_link),
		TEST(loop_signature),
		TEST(unreadable),
	};

	return cmocka_run_group_tests_name("disk", tests, NULL, NULL);
}
