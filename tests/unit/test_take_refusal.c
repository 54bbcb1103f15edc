// SPDX-License-Identifier: GPL-2.0-or-later
/* What speaks against taking a device, each on a bus of files. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "fake_bus.h"
#include "take/take.h"

#define NVME   "0000:00:04.0"
#define NIC    "0000:00:05.0"
#define MATE   "0000:00:05.1"
#define BRIDGE "0000:00:06.0"
#define BARE   "0000:00:07.0" /* behind no IOMMU */

static const struct fake_device devices[] = {
	{ NVME, "nvme" },	{ NIC, "igb" },	  { MATE, "igb" },
	{ BRIDGE, "pcieport" }, { BARE, "nvme" }, { 0 },
};

static struct dmafp_take_options options;
static struct dmafp_err err;
static char notes[4096];

static struct sockaddr_in four = { .sin_family = AF_INET };
static struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
static struct ifaddrs address;

static void note(void *ctx, const char *text)
{
	(void)ctx;
	strncat(notes, text, sizeof(notes) - strlen(notes) - 1);
}

static void add_disk(const char *at, const char *name, const char *dev)
{
	char *path = dmafp_path("sys/%s/%s/dev", at, name);
	char *link = dmafp_path("sys/block/%s", name),
	     *to = dmafp_path("../%s/%s", at, name);
	char *node = dmafp_path("dev/%s", name);

	tree_put(path, dev);
	tree_link(link, to);
	tree_put(node, "");
	free(path);
	free(link);
	free(to);
	free(node);
}

static void add_interface(const char *pci, const char *name)
{
	char *link = dmafp_path("sys/class/net/%s", name);
	char *to = dmafp_path("../../devices/pci0000:00/%s/net/%s", pci, name);
	char *flags = dmafp_path("net/%s/flags", name);

	tree_link(link, to);
	fake_put(pci, flags, "0x1003\n");
	free(link);
	free(to);
	free(flags);
}

static int setup(void **state)
{
	if (tree_make(state))
		return -1;
	unsetenv("SSH_CONNECTION");
	fake_devices = devices;
	steps_left = 0;
	busy_node = NULL;
	busy_errno = EBUSY;
	*claimed = '\0';
	addresses = NULL;
	memset(&err, 0, sizeof(err));
	*notes = '\0';
	options = (struct dmafp_take_options) { .root = tree, .note = note };
	tree_put("proc/sys/kernel/random/boot_id", "6f9c3ab0\n");
	tree_put("proc/self/mountinfo", "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n");
	tree_put("proc/net/route", "Iface\tDestination\tGateway\n");
	fake_add_driver("nvme");
	fake_add_driver("igb");
	fake_add_driver("vfio-pci");
	fake_add_driver("pcieport");
	fake_add(NVME, "0x010802\n", 4, "nvme");
	add_disk("devices/pci0000:00/" NVME "/nvme/nvme0", "nvme0n1", "259:0\n");
	fake_add(NIC, "0x020000\n", 5, "igb");
	add_interface(NIC, "eth9");
	fake_add(BRIDGE, "0x060400\n", 6, "pcieport");
	fake_add(BARE, "0x010802\n", -1, "nvme");
	return 0;
}

/* Nothing is changed, nothing written; the message names it and says what to do. */
static void refused(const char *pci, const char *part)
{
	char *before = dmafp_alloc_string(fake_driver(pci));
	char *var = dmafp_path("%s/var/lib/dmafp/devices/journal", tree), *text;
	struct dmafp_err ignored;

	memset(&err, 0, sizeof(err));
	assert_int_equal(dmafp_take_check(&options, pci, &err), -EBUSY);
	assert_int_equal(dmafp_take_prepare(&options, pci, &err), -EBUSY);
	assert_int_equal(err.exit, DMAFP_EXIT_DEVICE);
	if (!strstr(err.msg, part) || strncmp(err.msg, pci, strlen(pci)) ||
	    !strstr(err.msg, "; ") || !strstr(err.msg, "; ")[2])
		fail_msg("'%s' is not in: %s", part, err.msg);
	assert_string_equal(fake_driver(pci), before);
	assert_string_equal(fake_text(pci, "driver_override"), "(null)");
	text = dmafp_file_read(var, NULL, &ignored);
	assert_string_equal(text, "");
	free(text);
	free(var);
	free(before);
}

static void refused_always(const char *pci, const char *part)
{
	options.use_anyway = true;
	refused(pci, part);
	assert_string_equal(notes, "");
	options.use_anyway = false;
	refused(pci, part);
}

/* And as it was, for the next one */
static void taken(const char *pci)
{
	char *before = dmafp_alloc_string(fake_driver(pci));

	if (dmafp_take_check(&options, pci, &err) ||
	    dmafp_take_prepare(&options, pci, &err))
		fail_msg("%s", err.msg);
	assert_string_equal(fake_driver(pci), "");
	if (dmafp_take_release(&options, NULL, &err))
		fail_msg("%s", err.msg);
	assert_string_equal(fake_driver(pci), before);
	tree_drop("var");
	free(before);
}

static void refused_unless_anyway(const char *pci, const char *part)
{
	refused(pci, part);
	if (!strstr(err.msg, "--use-anyway"))
		fail_msg("no way out in: %s", err.msg);
	tree_drop("var");
	options.use_anyway = true;
	*notes = '\0';
	taken(pci);
	assert_non_null(strstr(notes, part));
	assert_non_null(strstr(notes, "is taken anyway"));
	options.use_anyway = false;
	*notes = '\0';
}

static void unused(void **state)
{
	(void)state;
	taken(NVME);
	taken(NIC);
	assert_string_equal(notes, "");
}

static void bridge(void **state)
{
	(void)state;
	refused_always(BRIDGE, "it is a bridge");
}

static void no_iommu(void **state)
{
	(void)state;
	refused_always(BARE, "no IOMMU translates for it");
}

static void mount_line(const char *line)
{
	char *text = dmafp_path("22 1 254:0 / / rw - ext4 /dev/vda rw\n%s\n", line);

	tree_put("proc/self/mountinfo", text);
	free(text);
}

/* --- its group */

static void group(void **state)
{
	static const char *const both[] = { NIC, MATE, NULL }, *const one[] = { NIC, NULL };

	(void)state;
	fake_add(MATE, "0x020000\n", 5, "igb");
	refused_always(NIC, MATE ", in the same IOMMU group (5), is in use; ");
	assert_non_null(strstr(err.msg, "dmafp prepare " NIC " " MATE));
	options.with = one;
	refused(NIC, MATE);
	options.with = both;
	taken(NIC);
	options.with = NULL;
	fake_set_driver(MATE, "vfio-pci");
	taken(NIC);
	fake_set_driver(MATE, "dmafp");
	taken(NIC);
	fake_set_driver(MATE, "");
	taken(NIC);
}

static void group_with_a_port(void **state)
{
	(void)state;
	fake_add(MATE, "0x060400\n", 5, "pcieport");
	taken(NIC);
}

static void group_is_open(void **state)
{
	(void)state;
	fake_set_driver(NVME, "vfio-pci");
	fake_put(NVME, "driver_override", "vfio-pci\n");
	busy_node = "/dev/vfio/40";
	taken(NVME);
	fake_put(NVME, "driver_override", "(null)\n");
	busy_node = "/dev/vfio/4";
	refused_always(NVME, "a program has its IOMMU group open (/dev/vfio/4)");
}

/* 0 is a group like others. */
static void the_first_group(void **state)
{
	(void)state;
	fake_add(MATE, "0x020000\n", 0, "");
	if (dmafp_take_check(&options, MATE, &err))
		fail_msg("%s", err.msg);
	busy_node = "/dev/vfio/0";
	refused_always(MATE, "a program has its IOMMU group open (/dev/vfio/0)");
}

/* What was opened to see whether somebody has it would be in others' way. */
static void nothing_stays_open(void **state)
{
	size_t before = tree_open_files();

	(void)state;
	tree_put("dev/vfio/4", "");
	taken(NVME);
	assert_int_equal(tree_open_files(), before);
	mount_line("31 22 259:8 / /srv rw - xfs /dev/nvme0n2 rw");
	add_disk("devices/pci0000:00/" NVME "/nvme/nvme0", "nvme0n2", "259:8\n");
	refused(NVME, "/dev/nvme0n2");
	assert_int_equal(tree_open_files(), before);
}

static void virtual_functions(void **state)
{
	(void)state;
	fake_put(NIC, "sriov_numvfs", "0\n");
	taken(NIC);
	fake_put(NIC, "sriov_numvfs", "1\n");
	refused_always(NIC, "it has virtual functions (1)");
	fake_put(NIC, "sriov_numvfs", "7\n");
	refused_always(NIC, "it has virtual functions (7)");
	assert_non_null(
		strstr(err.msg, ": echo 0 > /sys/bus/pci/devices/" NIC "/sriov_numvfs"));
}

/* --- its disks */

static void root_disk(void **state)
{
	(void)state;
	tree_put("proc/self/mountinfo", "22 1 259:0 / / rw - ext4 /dev/nvme0n1 rw\n");
	refused_always(NVME, "/dev/nvme0n1 is mounted on /; ");
}

static void add_partition(void)
{
	fake_put(NVME, "nvme/nvme0/nvme0n1/nvme0n1p3/partition", "3\n");
	fake_put(NVME, "nvme/nvme0/nvme0n1/nvme0n1p3/dev", "259:3\n");
}

static void mounted_partition(void **state)
{
	(void)state;
	add_partition();
	taken(NVME);
	mount_line("31 22 259:3 / /srv rw - xfs /dev/nvme0n1p3 rw");
	refused_always(NVME, "/dev/nvme0n1 is mounted on /srv (partition nvme0n1p3)");
}

static void second_namespace(void **state)
{
	(void)state;
	add_disk("devices/pci0000:00/" NVME "/nvme/nvme0", "nvme0n2", "259:8\n");
	taken(NVME);
	mount_line("31 22 259:8 / /srv rw - xfs /dev/nvme0n2 rw");
	refused_always(NVME, "/dev/nvme0n2 is mounted on /srv");
}

static void swap(void **state)
{
	(void)state;
	tree_put("proc/swaps", "Filename\n/dev/nvme0n1 partition 8 0 -2\n");
	refused_always(NVME, "/dev/nvme0n1 is swap space");
}

/* The root on LVM on LUKS on a partition */
static void root_through_a_stack(void **state)
{
	(void)state;
	add_partition();
	fake_put(NVME, "nvme/nvme0/nvme0n1/nvme0n1p3/holders/dm-0", "");
	add_disk("devices/virtual/block", "dm-0", "254:7\n");
	tree_put("sys/devices/virtual/block/dm-0/holders/dm-1", "");
	add_disk("devices/virtual/block", "dm-1", "254:0\n");
	refused_always(NVME,
		       "/dev/nvme0n1 is part of dm-0 (partition nvme0n1p3), which is part of "
		       "dm-1, which is mounted on /; ");
}

static void raid_member(void **state)
{
	(void)state;
	fake_put(NVME, "nvme/nvme0/nvme0n1/holders/md127", "");
	refused_always(NVME, "/dev/nvme0n1 is part of md127; ");
}

/* NVMe multipath: what is mounted is below no controller */
static void multipath(void **state)
{
	(void)state;
	tree_drop("sys/block/nvme0n1");
	add_disk("devices/pci0000:00/" NVME "/nvme/nvme0", "nvme3c0n1", "0:0\n");
	add_disk("devices/virtual/nvme-subsystem/nvme-subsys3", "nvme3n1", "259:4\n");
	taken(NVME);
	mount_line("31 22 259:4 / /srv rw - xfs /dev/nvme3n1 rw");
	refused_always(NVME, "/dev/nvme3n1 is mounted on /srv");
}

/* A USB stick below a controller of USB */
static void far_below(void **state)
{
	(void)state;
	add_disk("devices/pci0000:00/" NVME "/usb1/1-2/1-2:1.0/host7/target7/7:0:0:0/block",
		 "sdc", "8:32\n");
	mount_line("31 22 8:32 / /media rw - vfat /dev/sdc rw");
	refused_always(NVME, "/dev/sdc is mounted on /media");
}

static void opened_exclusively(void **state)
{
	(void)state;
	busy_node = "/dev/nvme0n1";
	refused_always(NVME, "/dev/nvme0n1 is opened exclusively by somebody");
}

/* Only so does the kernel say that somebody else has it; and every disk is asked for. */
static void each_disk_is_claimed(void **state)
{
	(void)state;
	add_disk("devices/pci0000:00/" NVME "/nvme/nvme0", "nvme0n2", "259:8\n");
	assert_int_equal(dmafp_take_check(&options, NVME, &err), 0);
	assert_true(strstr(claimed, "/dev/nvme0n1") && strstr(claimed, "/dev/nvme0n2"));
	busy_node = "/dev/nvme0n2";
	refused_always(NVME, "/dev/nvme0n2 is opened exclusively by somebody");
}

static void a_disk_that_may_not_be_opened(void **state)
{
	static const int codes[] = { EACCES, EPERM };

	(void)state;
	busy_node = "/dev/nvme0n1";
	for (size_t i = 0; i < 2; i++) {
		busy_errno = codes[i];
		assert_int_equal(dmafp_take_prepare(&options, NVME, &err), -codes[i]);
		assert_int_equal(err.exit, DMAFP_EXIT_PERMISSION);
		assert_string_equal(err.msg,
				    "cannot open /dev/nvme0n1 to see whether somebody "
				    "has it: run as root");
		assert_string_equal(fake_driver(NVME), "nvme");
	}
	/* of a device without a medium, say */
	busy_errno = ENOMEDIUM;
	taken(NVME);
}

static void no_node(void **state)
{
	(void)state;
	tree_drop("dev/nvme0n1");
	taken(NVME);
}

static void mounts_unknown(void **state)
{
	(void)state;
	tree_drop("proc/self/mountinfo");
	assert_int_equal(dmafp_take_prepare(&options, NVME, &err), -EIO);
	assert_non_null(strstr(err.msg, "cannot know whether /dev/nvme0n1 is mounted"));
	assert_string_equal(fake_driver(NVME), "nvme");
}

/* --- its interfaces */

static void give_address(const char *name, const char *text)
{
	address = (struct ifaddrs) { .ifa_name = (char *)name };
	addresses = &address;
	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		address.ifa_addr = (struct sockaddr *)&four;
	else if (inet_pton(AF_INET6, text, &six.sin6_addr) == 1)
		address.ifa_addr = (struct sockaddr *)&six;
	else
		fail_msg("%s", text);
}

static void up_with_an_address(void **state)
{
	(void)state;
	give_address("eth9", "192.0.2.7");
	refused_unless_anyway(NIC, "interface eth9 is up and has the address 192.0.2.7");
	fake_put(NIC, "net/eth9/flags", "0x1002\n");
	taken(NIC);
	fake_put(NIC, "net/eth9/flags", "0x1003\n");
	give_address("eth9", "fe80::1");
	taken(NIC);
	give_address("eth90", "192.0.2.7");
	taken(NIC);
}

static void session(void **state)
{
	(void)state;
	give_address("eth9", "192.0.2.7");
	setenv("SSH_CONNECTION", "198.51.100.1 50000 192.0.2.7 22", 1);
	refused_always(NIC, "interface eth9 carries this session (192.0.2.7)");
	/* also while it is down: somebody may bring it up again */
	fake_put(NIC, "net/eth9/flags", "0x1002\n");
	refused_always(NIC, "carries this session");
	setenv("SSH_CONNECTION", "198.51.100.1 50000 192.0.2.70 22", 1);
	taken(NIC);
}

static void session_of_ipv6(void **state)
{
	(void)state;
	give_address("eth9", "fe80::1");
	setenv("SSH_CONNECTION", "fe80::2%eth9 50000 fe80::1%eth9 22", 1);
	refused_always(NIC, "interface eth9 carries this session (fe80::1%eth9)");
	setenv("SSH_CONNECTION", "fe80::2%eth1 50000 fe80::1%eth1 22", 1);
	taken(NIC);
	setenv("SSH_CONNECTION", "fe80::2 50000 0:0::fe80:1 22", 1);
	taken(NIC);
}

static void put_bytes(const char *name, const char *bytes, size_t len)
{
	char *path = tree_path(name);

	tree_put(name, "");
	assert_int_equal(dmafp_file_write(path, bytes, len, &err), 0);
	free(path);
}

/* sudo forgets SSH_CONNECTION; the shell above it has not. */
static void session_behind_sudo(void **state)
{
	static const char shell[] =
		"HOME=/\0SSH_CONNECTION=198.51.100.1 5 192.0.2.7 22\0A=B";

	(void)state;
	give_address("eth9", "192.0.2.7");
	tree_put("proc/self/stat", "300 (dmafp) S 200 300 300 0\n");
	tree_put("proc/200/stat", "200 (sudo (x) S 1 y) S 100 300 300 0\n");
	put_bytes("proc/200/environ", "HOME=/\0NOT_SSH_CONNECTION=1 2 3 4", 34);
	tree_put("proc/100/stat", "100 (bash) S 1 300 300 0\n");
	put_bytes("proc/100/environ", shell, sizeof(shell));
	refused_always(NIC, "carries this session (192.0.2.7)");
	put_bytes("proc/100/environ", "HOME=/", 7);
	refused_unless_anyway(NIC, "is up and has the address");
}

static void default_route(void **state)
{
	(void)state;
	tree_put("proc/net/route",
		 "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
		 "eth9 00000000 0102A8C0 0003 0 0 0 00000000 0 0 0\n");
	refused_always(NIC, "interface eth9 has the default route");
	tree_put("proc/net/route",
		 "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
		 "eth9 000200C0 00000000 0001 0 0 0 00FFFFFF 0 0 0\n");
	refused_unless_anyway(NIC, "interface eth9 has a route of this machine");
}

static void default_route_of_ipv6(void **state)
{
	(void)state;
	tree_put("proc/net/ipv6_route", "00000000000000000000000000000000 00 "
					"00000000000000000000000000000000 00 "
					"fe800000000000000000000000000001 00000400 "
					"00000001 00000000 00000003     eth9\n");
	refused_always(NIC, "interface eth9 has the default route");
}

/* A VLAN on a bond of it */
static void through_other_interfaces(void **state)
{
	(void)state;
	fake_put(NIC, "net/eth9/upper_bond0", "");
	refused_unless_anyway(NIC, "interface eth9 is in use by interface bond0");
	tree_put("sys/class/net/bond0/flags", "0x1003\n");
	tree_put("sys/class/net/bond0/upper_bond0.7", "");
	tree_put("sys/class/net/bond0.7/flags", "0x1003\n");
	give_address("bond0.7", "192.0.2.7");
	refused_unless_anyway(NIC, "is up and has the address 192.0.2.7 through bond0.7");
	setenv("SSH_CONNECTION", "198.51.100.1 50000 192.0.2.7 22", 1);
	refused_always(NIC,
		       "interface eth9 carries this session through bond0.7 (192.0.2.7)");
}

static void above_itself(void **state)
{
	(void)state;
	fake_put(NIC, "net/eth9/upper_eth9", "");
	refused_unless_anyway(NIC, "interface eth9 is in use by interface eth9");
	/* nor must anybody be told */
	options.note = NULL;
	options.use_anyway = true;
	taken(NIC);
}

/* Of two ports of one function, the second is the one that counts. */
static void second_interface(void **state)
{
	(void)state;
	fake_put(NIC, "net/eth9/upper_bond0", "");
	add_interface(NIC, "eth10");
	fake_put(NIC, "net/eth10/upper_bond1", "");
	refused_unless_anyway(NIC, "interface eth9 is in use by interface bond0");
	tree_put("proc/net/route",
		 "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
		 "eth10 00000000 0102A8C0 0003 0 0 0 00000000 0 0 0\n");
	refused_always(NIC, "interface eth10 has the default route");
}

static void hidden_interface(void **state)
{
	(void)state;
	tree_drop("sys/class/net/eth9");
	refused_unless_anyway(
		NIC, "driver igb has it, and its interface is not to be seen here");
	fake_set_driver(NIC, "");
	taken(NIC);
	/* theirs are never to be seen, and others than Ethernet's have none of that kind */
	fake_set_driver(NIC, "dmafp");
	assert_int_equal(dmafp_take_check(&options, NIC, &err), 0);
	fake_set_driver(NIC, "vfio-pci");
	assert_int_equal(dmafp_take_check(&options, NIC, &err), 0);
	fake_set_driver(NIC, "igb");
	fake_put(NIC, "class", "0x028000\n");
	assert_int_equal(dmafp_take_check(&options, NIC, &err), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, tree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(unused),
		TEST(bridge),
		TEST(no_iommu),
		TEST(group),
		TEST(group_with_a_port),
		TEST(group_is_open),
		TEST(the_first_group),
		TEST(nothing_stays_open),
		TEST(virtual_functions),
		TEST(root_disk),
		TEST(mounted_partition),
		TEST(second_namespace),
		TEST(swap),
		TEST(root_through_a_stack),
		TEST(raid_member),
		TEST(multipath),
		TEST(far_below),
		TEST(opened_exclusively),
		TEST(each_disk_is_claimed),
		TEST(a_disk_that_may_not_be_opened),
		TEST(no_node),
		TEST(mounts_unknown),
		TEST(up_with_an_address),
		TEST(session),
		TEST(session_of_ipv6),
		TEST(session_behind_sudo),
		TEST(default_route),
		TEST(default_route_of_ipv6),
		TEST(through_other_interfaces),
		TEST(above_itself),
		TEST(second_interface),
		TEST(hidden_interface),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
