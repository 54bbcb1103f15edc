// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a campaign's folder is: mounts as proc has them, disks as sysfs has them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cmocka.h>

#include "campaign/disk_drivers.h"
#include "campaign/storage.h"
#include "tree.h"

#define PCI  "devices/pci0000:00/0000:00:04.0"
#define HEAD "devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1"

static struct dmafp_err err;

/* --- mounts */

/* Its mounts are all below the tree, which stands for the root. */
static void put_mounts(void)
{
	char *text = dmafp_path(
		"20 1 8:1 / %s rw - ext4 /dev/sda1 rw\n"
		"21 20 0:20 / %s/sys rw - sysfs none rw\n"
		"22 20 8:2 / %s/srv rw shared:1 - xfs /dev/sdb1 rw\n"
		"23 22 8:2 /deep/er %s/srv/bound rw - xfs /dev/sdb1 rw\n"
		"24 20 8:3 /a\\040b %s/mnt/with\\040space\\134 rw master:2 - ext4 /dev/sdc1 rw\n"
		"25 20 8:1 / %s/srvother rw - ext4 /dev/sda1 rw\n",
		tree, tree, tree, tree, tree, tree);

	tree_put("mountinfo", text);
	free(text);
}

static void place_is(unsigned int minor, const char *dir, const char *type, const char *path)
{
	struct dmafp_storage storage = { 0 };
	char *mountinfo = tree_path("mountinfo"), *folder = tree_path(dir);

	put_mounts();
	assert_int_equal(dmafp_file_mkdirs(folder, &err), 0);
	if (dmafp_storage_place(&storage, mountinfo, folder, makedev(8, minor), &err))
		fail_msg("%s", err.msg);
	assert_string_equal(storage.type, type);
	assert_string_equal(storage.path, path);
	dmafp_storage_free(&storage);
	free(folder);
	free(mountinfo);
}

static void places(void **state)
{
	(void)state;
	place_is(1, "var/lib/dmafp", "ext4", "/var/lib/dmafp");
	place_is(2, "srv/dmafp", "xfs", "/dmafp");
	/* the mount below another, of the same device */
	place_is(2, "srv/bound/dmafp", "xfs", "/deep/er/dmafp");
	place_is(2, "srv/bound", "xfs", "/deep/er");
	/* a name is not below one that it begins with */
	place_is(1, "srvother/x", "ext4", "/x");
}

static void places_with_spaces(void **state)
{
	(void)state;
	place_is(3, "mnt/with space\\/x y", "ext4", "/a b/x y");
}

/* The path is that on the disk: what the link is called is not there. */
static void places_by_a_link(void **state)
{
	(void)state;
	place_is(2, "srv/bound/dmafp", "xfs", "/deep/er/dmafp");
	tree_link("links/to", "../srv/bound");
	place_is(2, "links/to/dmafp", "xfs", "/deep/er/dmafp");
	place_is(2, "links/to", "xfs", "/deep/er");
}

static void no_place(void **state)
{
	struct dmafp_storage storage = { 0 };
	char *mountinfo = tree_path("mountinfo"), *none = tree_path("none");

	(void)state;
	put_mounts();
	assert_int_equal(dmafp_storage_place(&storage, mountinfo, "/proc", makedev(8, 2),
					     &err),
			 -ENODEV);
	assert_non_null(strstr(err.msg, "filesystem /proc is on"));
	assert_int_equal(dmafp_storage_place(&storage, mountinfo, none, makedev(8, 2), &err),
			 -ENOENT);
	assert_non_null(strstr(err.msg, none));
	dmafp_storage_free(&storage);
	free(none);
	free(mountinfo);
}

/* --- disks */

static void driver(const char *device, const char *module)
{
	char *link = dmafp_path("sys/%s/driver", device);
	char *to = dmafp_path("%s/sys/drivers/%s", tree, module);
	char *own = dmafp_path("sys/drivers/%s/module", module);
	char *of = dmafp_path("%s/sys/module/%s", tree, module);
	char *state = dmafp_path("sys/module/%s/initstate", module),
	     *there = tree_path(own);

	tree_link(link, to);
	if (!dmafp_file_exists(there)) {
		tree_put(state, "live\n");
		tree_link(own, of);
	}
	free(there);
	free(state);
	free(of);
	free(own);
	free(to);
	free(link);
}

static void disk(const char *device, const char *dev)
{
	const char *name = strrchr(device, '/') + 1;
	char *mark = dmafp_path("sys/%s/size", device);
	char *to = dmafp_path("%s/sys/%s", tree, device);
	char *block = dmafp_path("sys/block/%s", name);
	char *number = dev ? dmafp_path("sys/dev/block/%s", dev) : NULL;

	tree_put(mark, "8\n");
	tree_link(block, to);
	if (number)
		tree_link(number, to);
	free(number);
	free(block);
	free(to);
	free(mark);
}

/* Its modules, or why not; its name is left out where that is NULL */
static void disk_is(unsigned int major, unsigned int minor, const char *name,
		    const char *expected)
{
	struct dmafp_names modules = { 0 };
	char *sysfs = tree_path("sys"), *found = NULL;
	const char *why_not =
		dmafp_disk_drivers(sysfs, makedev(major, minor), &found, &modules);
	char *text = dmafp_path("%s", why_not ? why_not : "");

	for (size_t i = 0; !why_not && i < modules.nr; i++) {
		char *more = dmafp_path("%s%s%s", text, i ? " " : "", modules.items[i]);

		free(text);
		text = more;
	}
	assert_string_equal(text, expected);
	if (name)
		assert_string_equal(found, name);
	free(text);
	free(found);
	free(sysfs);
	dmafp_names_free(&modules);
}

static int new_sysfs(void **state)
{
	(void)state;
	tree_drop("sys");
	return 0;
}

static void plain_disks(void **state)
{
	(void)state;
	disk(PCI "/ata1/host0/target0:0:0/0:0:0:0/block/sda", "8:0");
	disk(PCI "/ata1/host0/target0:0:0/0:0:0:0/block/sda/sda1", "8:1");
	driver(PCI, "ahci");
	driver(PCI "/ata1/host0/target0:0:0/0:0:0:0", "sd_mod");
	disk_is(8, 0, "sda", "sd_mod ahci");
	disk_is(8, 1, "sda1", "sd_mod ahci");
	/* built in: it has no module */
	disk("devices/pci0000:00/0000:00:05.0/virtio0/block/vda", "254:0");
	disk_is(254, 0, "vda", "");
}

static void no_disks(void **state)
{
	(void)state;
	disk("devices/virtual/block/dm-0", "253:0");
	disk("devices/virtual/nvme-fabrics/ctl/nvme7/nvme7n1", "259:9");
	disk_is(253, 0, NULL, "a volume of device-mapper, RAID or loop");
	disk_is(259, 9, NULL, "a volume of device-mapper, RAID or loop");
	disk_is(0, 35, NULL,
		"no block device of its own (btrfs, overlay, network, memory)");
	disk_is(8, 17, NULL, "a device that sysfs does not know");
}

/* Its paths have the drivers: two controllers of one kind, and a switch above one. */
static void nvme_multipath(void **state)
{
	(void)state;
	disk(HEAD, "259:0");
	disk(HEAD "/nvme0n1p2", "259:2");
	disk("devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n12", "259:5");
	disk("devices/pci0000:00/0000:00:01.0/0000:01:00.0/nvme/nvme0/nvme0c0n1", NULL);
	disk("devices/pci0000:00/0000:00:02.0/nvme/nvme1/nvme0c1n1", NULL);
	disk("devices/pci0000:00/0000:00:03.0/nvme/nvme2/nvme0c2n12", NULL);
	driver("devices/pci0000:00/0000:00:01.0/0000:01:00.0", "nvme");
	driver("devices/pci0000:00/0000:00:01.0", "vmd");
	driver("devices/pci0000:00/0000:00:02.0", "nvme");
	driver("devices/pci0000:00/0000:00:03.0", "other");
	disk_is(259, 0, "nvme0n1", "nvme vmd");
	disk_is(259, 2, "nvme0n1p2", "nvme vmd");
	disk_is(259, 5, "nvme0n12", "other");
}

static void nvme_by_a_network(void **state)
{
	(void)state;
	disk(HEAD, "259:0");
	disk("devices/virtual/nvme-fabrics/ctl/nvme0/nvme0c0n1", NULL);
	disk_is(259, 0, NULL, "an NVMe namespace that has no path but by a network");
	/* and by one of PCI as well */
	disk("devices/pci0000:00/0000:00:02.0/nvme/nvme1/nvme0c1n1", NULL);
	driver("devices/pci0000:00/0000:00:02.0", "nvme");
	disk_is(259, 0, "nvme0n1", "nvme");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places),
		cmocka_unit_test(places_with_spaces),
		cmocka_unit_test(places_by_a_link),
		cmocka_unit_test(no_place),
		cmocka_unit_test_setup(plain_disks, new_sysfs),
		cmocka_unit_test_setup(no_disks, new_sysfs),
		cmocka_unit_test_setup(nvme_multipath, new_sysfs),
		cmocka_unit_test_setup(nvme_by_a_network, new_sysfs),
	};

	return cmocka_run_group_tests(tests, tree_make, tree_remove);
}
