// SPDX-License-Identifier: GPL-2.0-or-later
/* Network interfaces, on trees of files that look like sysfs and procfs. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <net/if.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "traffic/netdev.h"

#define PCI "0000:02:00.0"

static char root[64];
static struct dmafp_err error;

static void put(const char *name, const char *text)
{
	char *path = dmafp_path("%s/%s", root, name), *slash;
	struct dmafp_err err;
	FILE *file;

	slash = strrchr(path, '/');
	*slash = '\0';
	assert_int_equal(dmafp_file_mkdirs(path, &err), 0);
	*slash = '/';
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	free(path);
}

static const char *get(const char *name)
{
	char *path = dmafp_path("%s/%s", root, name);
	static char text[64];

	dmafp_file_read_line(path, text, sizeof(text));
	free(path);
	return text;
}

static void forget(const char *name)
{
	char *path = dmafp_path("%s/%s", root, name);

	assert_int_equal(dmafp_file_remove_tree(path), 0);
	free(path);
}

/* An interface of the device, down, with a carrier as soon as it is up. */
static void add(const char *name, const char *below)
{
	char file[160];

#define AT(leaf) (snprintf(file, sizeof(file), "class/net/%s/" leaf, name), file)
	put(AT("flags"), "0x1002\n");
	put(AT("mtu"), "1500\n");
	put(AT("carrier"), "1\n");
	put(AT("address"), "52:54:00:12:34:56\n");
	put(AT("statistics/rx_packets"), "18446744073709551615\n");
#undef AT
	snprintf(file, sizeof(file), "proc/sys/net/ipv6/conf/%s/disable_ipv6", name);
	put(file, "0\n");
	snprintf(file, sizeof(file), "bus/pci/devices/" PCI "/%snet/%s/type", below, name);
	put(file, "1\n");
}

static int setup(void **state)
{
	(void)state;
	memset(&error, 0, sizeof(error));
	strcpy(root, "/tmp/dmafp-test-XXXXXX");
	assert_non_null(mkdtemp(root));
	add("dmafp7", "");
	put("proc/net/route", "Iface\tDestination\tGateway\n");
	put("proc/net/ipv6_route", "");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return dmafp_file_remove_tree(root);
}

static char *procfs(void)
{
	static char path[80];

	snprintf(path, sizeof(path), "%s/proc", root);
	return path;
}

static struct dmafp_netdev find(void)
{
	struct dmafp_netdev netdev;

	assert_int_equal(dmafp_netdev_find(root, procfs(), PCI, 0, NULL, &netdev, &error),
			 0);
	return netdev;
}

static void says(const char *part)
{
	if (!strstr(error.msg, part))
		fail_msg("no '%s' in: %s", part, error.msg);
}

static void found(void **state)
{
	struct dmafp_netdev netdev = find();
	char mac[DMAFP_MAC_TEXT];
	uint64_t packets;

	(void)state;
	assert_string_equal(netdev.name, "dmafp7");
	assert_int_equal(netdev.mtu, 1500);
	assert_false(netdev.was_up);
	assert_true(netdev.mute);
	assert_int_equal(dmafp_netdev_mac(&netdev, mac, &error), 0);
	assert_string_equal(mac, "52:54:00:12:34:56");
	assert_int_equal(dmafp_netdev_statistic(&netdev, "rx_packets", &packets, &error),
			 0);
	assert_true(packets == UINT64_MAX);
}

/* A NIC of virtio has its interface below a device of the virtio bus. */
static void found_below(void **state)
{
	(void)state;
	forget("bus/pci/devices/" PCI "/net");
	add("dmafp8", "virtio0/");
	assert_string_equal(find().name, "dmafp8");
}

static void *late(void *arg)
{
	usleep(100 * 1000);
	add("dmafp9", "");
	return arg;
}

/* The driver takes a while; then udev gives it another name. */
static void waited_for(void **state)
{
	struct dmafp_netdev netdev;
	pthread_t thread;

	(void)state;
	forget("bus/pci/devices/" PCI "/net");
	assert_int_equal(dmafp_netdev_find(root, procfs(), PCI, 40, NULL, &netdev, &error),
			 -ENODEV);
	assert_int_equal(error.exit, DMAFP_EXIT_DEVICE);
	says("has no network interface: is its own driver bound");
	pthread_create(&thread, NULL, late, NULL);
	assert_int_equal(
		dmafp_netdev_find(root, procfs(), PCI, 5000, NULL, &netdev, &error), 0);
	pthread_join(thread, NULL);
	assert_string_equal(netdev.name, "dmafp9");
}

static void *rename_it(void *arg)
{
	usleep(5 * 1000);
	forget("bus/pci/devices/" PCI "/net/dmafp7");
	forget("class/net/dmafp7");
	add("nic0", "");
	return arg;
}

static void renamed(void **state)
{
	struct dmafp_netdev netdev;
	pthread_t thread;

	(void)state;
	pthread_create(&thread, NULL, rename_it, NULL);
	assert_int_equal(
		dmafp_netdev_find(root, procfs(), PCI, 5000, NULL, &netdev, &error), 0);
	pthread_join(thread, NULL);
	assert_string_equal(netdev.name, "nic0");
}

static void interrupted(void **state)
{
	static const volatile sig_atomic_t stop = SIGTERM;
	struct dmafp_netdev netdev = find();

	(void)state;
	put("class/net/dmafp7/carrier", "0\n");
	assert_int_equal(dmafp_netdev_up(&netdev, 60, 5000, &stop, &error), -EINTR);
	assert_int_equal(error.exit, DMAFP_EXIT_SIGTERM);
	forget("bus/pci/devices/" PCI "/net");
	assert_int_equal(dmafp_netdev_find(root, procfs(), PCI, 5000, &stop, &netdev,
					   &error),
			 -EINTR);
}

static void up_and_down(void **state)
{
	struct dmafp_netdev netdev = find();

	(void)state;
	assert_int_equal(dmafp_netdev_up(&netdev, 1514, 0, NULL, &error), 0);
	assert_string_equal(get("class/net/dmafp7/flags"), "0x1003");
	assert_string_equal(get("class/net/dmafp7/mtu"), "1500");
	assert_string_equal(get("proc/sys/net/ipv6/conf/dmafp7/disable_ipv6"), "1");
	assert_int_equal(dmafp_netdev_up(&netdev, 9014, 0, NULL, &error), 0);
	assert_string_equal(get("class/net/dmafp7/flags"), "0x1003");
	assert_string_equal(get("class/net/dmafp7/mtu"), "9000");
	/* smaller frames fit as it was */
	assert_int_equal(dmafp_netdev_up(&netdev, 60, 0, NULL, &error), 0);
	assert_string_equal(get("class/net/dmafp7/mtu"), "1500");
	assert_int_equal(dmafp_netdev_up(&netdev, 9014, 0, NULL, &error), 0);
	assert_int_equal(dmafp_netdev_restore(&netdev, &error), 0);
	assert_string_equal(get("class/net/dmafp7/flags"), "0x1002");
	assert_string_equal(get("class/net/dmafp7/mtu"), "1500");
	assert_string_equal(get("proc/sys/net/ipv6/conf/dmafp7/disable_ipv6"), "0");
}

/* One that was up stays up, and keeps IPv6, whose addresses would be lost. */
static void found_up(void **state)
{
	struct dmafp_netdev netdev;

	(void)state;
	put("class/net/dmafp7/flags", "0x1003\n");
	netdev = find();
	assert_true(netdev.was_up);
	assert_int_equal(dmafp_netdev_up(&netdev, 9014, 0, NULL, &error), 0);
	assert_string_equal(get("proc/sys/net/ipv6/conf/dmafp7/disable_ipv6"), "0");
	assert_int_equal(dmafp_netdev_restore(&netdev, &error), 0);
	assert_string_equal(get("class/net/dmafp7/flags"), "0x1003");
	assert_string_equal(get("class/net/dmafp7/mtu"), "1500");
}

/* IPv6 that was off stays off, and a kernel may have none. */
static void without_ipv6(void **state)
{
	struct dmafp_netdev netdev;

	(void)state;
	put("proc/sys/net/ipv6/conf/dmafp7/disable_ipv6", "1\n");
	netdev = find();
	assert_int_equal(dmafp_netdev_up(&netdev, 60, 0, NULL, &error), 0);
	assert_int_equal(dmafp_netdev_restore(&netdev, &error), 0);
	assert_string_equal(get("proc/sys/net/ipv6/conf/dmafp7/disable_ipv6"), "1");
	forget("proc/sys");
	netdev = find();
	assert_int_equal(dmafp_netdev_up(&netdev, 60, 0, NULL, &error), 0);
	assert_int_equal(dmafp_netdev_restore(&netdev, &error), 0);
}

static void no_carrier(void **state)
{
	struct dmafp_netdev netdev = find();

	(void)state;
	put("class/net/dmafp7/carrier", "0\n");
	assert_int_equal(dmafp_netdev_up(&netdev, 9014, 1000, NULL, &error), -ENETDOWN);
	assert_int_equal(error.exit, DMAFP_EXIT_DEVICE);
	says("dmafp7 of " PCI " has no carrier after 1 s: connect its port");
	assert_int_equal(dmafp_netdev_restore(&netdev, &error), 0);
	assert_string_equal(get("class/net/dmafp7/flags"), "0x1002");
	assert_string_equal(get("class/net/dmafp7/mtu"), "1500");
}

/* A file of the kernel that has a number, and refuses 9000. */
#define REFUSES_9000 "/proc/self/oom_score_adj"

static void no_such_mtu(void **state)
{
	char *path = dmafp_path("%s/class/net/dmafp7/mtu", root), now[16];
	struct dmafp_netdev netdev;

	(void)state;
	assert_int_equal(dmafp_file_read_line(REFUSES_9000, now, sizeof(now)), 0);
	if (now[0] == '-')
		assert_int_equal(dmafp_file_put(REFUSES_9000, "0"), 0);
	forget("class/net/dmafp7/mtu");
	assert_int_equal(symlink(REFUSES_9000, path), 0);
	free(path);
	netdev = find();
	assert_int_equal(dmafp_netdev_up(&netdev, 9014, 0, NULL, &error), -EINVAL);
	assert_int_equal(error.exit, DMAFP_EXIT_DEVICE);
	says("dmafp7 of " PCI " takes no MTU of 9000, which frames of 9014 bytes need");
	assert_int_equal(dmafp_netdev_restore(&netdev, &error), 0);
	assert_string_equal(get("class/net/dmafp7/flags"), "0x1002");
}

static void gone(void **state)
{
	struct dmafp_netdev netdev = find();
	char mac[DMAFP_MAC_TEXT];
	uint64_t packets;

	(void)state;
	forget("class/net/dmafp7");
	assert_int_equal(dmafp_netdev_statistic(&netdev, "rx_packets", &packets, &error),
			 -ENODEV);
	says("interface dmafp7 of " PCI " is gone");
	assert_int_equal(dmafp_netdev_mac(&netdev, mac, &error), -ENODEV);
	assert_int_equal(dmafp_netdev_up(&netdev, 60, 1000, NULL, &error), -ENODEV);
	assert_int_equal(dmafp_netdev_restore(&netdev, &error), 0);
}

/* What cannot be undone is told, and the rest is undone. */
static void not_restored(void **state)
{
	struct dmafp_netdev netdev = find();

	(void)state;
	assert_int_equal(dmafp_netdev_up(&netdev, 9014, 0, NULL, &error), 0);
	forget("class/net/dmafp7/mtu");
	assert_int_equal(dmafp_netdev_restore(&netdev, &error), -ENOENT);
	says("not as it was found: cannot read mtu of interface dmafp7");
	assert_string_equal(get("class/net/dmafp7/flags"), "0x1002");
	assert_string_equal(get("proc/sys/net/ipv6/conf/dmafp7/disable_ipv6"), "0");
}

static void no_ethernet(void **state)
{
	struct dmafp_netdev netdev = find();
	char mac[DMAFP_MAC_TEXT];

	(void)state;
	put("class/net/dmafp7/address",
	    "80:00:02:08:fe:80:00:00:00:00:00:00:e4:1d:2d:03:00:1f:3f:30\n");
	assert_int_equal(dmafp_netdev_mac(&netdev, mac, &error), -EINVAL);
	says("has no Ethernet address");
	put("class/net/dmafp7/address", "52:54:00:12:34:56!\n");
	assert_int_equal(dmafp_netdev_mac(&netdev, mac, &error), -EINVAL);
}

/* --- in use */

static void is_used(const char *part)
{
	struct dmafp_netdev netdev = find();

	assert_int_equal(dmafp_netdev_check_unused(&netdev, &error), -EBUSY);
	assert_int_equal(error.exit, DMAFP_EXIT_DEVICE);
	says(part);
}

static void is_unused(void)
{
	struct dmafp_netdev netdev = find();

	if (dmafp_netdev_check_unused(&netdev, &error))
		fail_msg("%s", error.msg);
}

static void unused(void **state)
{
	(void)state;
	is_unused();
	/* a kernel without IPv4 or IPv6 has no such files */
	forget("proc/net");
	is_unused();
}

static void below_another(void **state)
{
	(void)state;
	put("class/net/dmafp7/upper_bond0/type", "1\n");
	is_used("in use by interface bond0");
	says("ip link set dmafp7 nomaster");
}

#define ROUTE6(to, length, by)                                \
	to " " length " 00000000000000000000000000000000 00 " \
	   "fe800000000000000000000000000001 00000400 00000001 00000000 00000003 " by "\n"

static void routes(void **state)
{
	(void)state;
	put("proc/net/route", "Iface\tDestination\tGateway\ndmafp70\t00000000\t0102A8C0\n");
	is_unused();
	put("proc/net/route", "Iface\tDestination\tGateway\ndmafp7\t0002A8C0\t00000000\n");
	is_used("a route of this machine goes through interface dmafp7 of " PCI);
	put("proc/net/route", "Iface\tDestination\tGateway\n");
	put("proc/net/ipv6_route",
	    ROUTE6("fe800000000000000000000000000000", "40", "  dmafp7")
		    ROUTE6("ff000000000000000000000000000000", "08", "  dmafp7")
			    ROUTE6("00000000000000000000000000000000", "00", "  dmafp70"));
	is_unused();
	put("proc/net/ipv6_route",
	    ROUTE6("00000000000000000000000000000000", "00", "  dmafp7"));
	is_used("ip route flush dev dmafp7");
}

static bool lo_is_up(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool up = fd >= 0 && !ioctl(fd, SIOCGIFADDR, &request);

	if (fd >= 0)
		close(fd);
	return up;
}

/* Addresses are those of this machine: of its interfaces lo has a known one. */
static void addresses(void **state)
{
	(void)state;
	if (!lo_is_up()) {
		print_message("lo has no address here\n");
		skip();
	}
	forget("bus/pci/devices/" PCI "/net");
	add("lo", "");
	is_used("has the address 127.0.0.1: if nobody needs it, ip address flush dev lo");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(found),	   TEST(found_below),  TEST(waited_for),
		TEST(renamed),	   TEST(interrupted),  TEST(up_and_down),
		TEST(found_up),	   TEST(without_ipv6), TEST(no_carrier),
		TEST(no_such_mtu), TEST(gone),	       TEST(not_restored),
		TEST(no_ethernet), TEST(unused),       TEST(below_another),
		TEST(routes),	   TEST(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
