// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "run/value.h"
#include "traffic/netdev.h"
#include "use/netdev_use.h"

#define POLL_MS	  20
#define SETTLE_MS 100 /* udev renames an interface when it appears, or not at all */

/* --- what the kernel says of it */

static char *path_of(const struct dmafp_netdev *netdev, const char *leaf)
{
	return dmafp_path("%s/class/net/%s/%s", netdev->sysfs, netdev->name, leaf);
}

static char *ipv6_path(const struct dmafp_netdev *netdev)
{
	return dmafp_path("%s/sys/net/ipv6/conf/%s/disable_ipv6", netdev->procfs,
			  netdev->name);
}

static bool is_gone(const struct dmafp_netdev *netdev)
{
	char *path = path_of(netdev, "");
	bool gone = !dmafp_file_exists(path);

	free(path);
	return gone;
}

static int vanished(const struct dmafp_netdev *netdev, struct dmafp_err *err)
{
	return dmafp_err_set(err, ENODEV, DMAFP_EXIT_DEVICE,
			     "interface %s of %s is gone: was the device unplugged, its driver "
			     "unbound, or the interface renamed? See dmesg",
			     netdev->name, netdev->pci);
}

static int read_number(const struct dmafp_netdev *netdev, const char *leaf,
		       uint64_t *value, struct dmafp_err *err)
{
	char *path = path_of(netdev, leaf), text[32];
	int ret = dmafp_file_read_line(path, text, sizeof(text));

	free(path);
	if (ret && is_gone(netdev))
		return vanished(netdev, err);
	if (!ret)
		ret = dmafp_value_number(text, value);
	if (ret)
		dmafp_err_errno(err, -ret, "cannot read %s of interface %s", leaf,
				netdev->name);
	return ret;
}

static int read_flags(const struct dmafp_netdev *netdev, unsigned int *flags,
		      struct dmafp_err *err)
{
	char *path = path_of(netdev, "flags"), text[32], end;
	int ret = dmafp_file_read_line(path, text, sizeof(text));

	free(path);
	if (ret && is_gone(netdev))
		return vanished(netdev, err);
	if (!ret && sscanf(text, "0x%x%c", flags, &end) != 1)
		ret = -EINVAL;
	if (ret)
		dmafp_err_errno(err, -ret, "cannot read the flags of interface %s",
				netdev->name);
	return ret;
}

int dmafp_netdev_statistic(const struct dmafp_netdev *netdev, const char *name,
			   uint64_t *value, struct dmafp_err *err)
{
	char leaf[64];

	snprintf(leaf, sizeof(leaf), "statistics/%s", name);
	return read_number(netdev, leaf, value, err);
}

int dmafp_netdev_mac(const struct dmafp_netdev *netdev, char mac[DMAFP_MAC_TEXT],
		     struct dmafp_err *err)
{
	char *path = path_of(netdev, "address"), text[32];
	int ret = dmafp_file_read_line(path, text, sizeof(text));

	free(path);
	if (ret && is_gone(netdev))
		return vanished(netdev, err);
	if (!ret && (strspn(text, "0123456789abcdefABCDEF:") != DMAFP_MAC_TEXT - 1 ||
		     text[DMAFP_MAC_TEXT - 1]))
		ret = -EINVAL;
	if (ret)
		return dmafp_err_set(err, -ret, DMAFP_EXIT_DEVICE,
				     "interface %s of %s has no Ethernet address: pktgen sends "
				     "by Ethernet only",
				     netdev->name, netdev->pci);
	memcpy(mac, text, DMAFP_MAC_TEXT);
	return 0;
}

/* --- find */

static bool is_stopped(const volatile sig_atomic_t *stop)
{
	return stop && *stop;
}

static int stopped(const volatile sig_atomic_t *stop, const char *what,
		   struct dmafp_err *err)
{
	return dmafp_err_set(err, EINTR, 128 + *stop, "interrupted while waiting for %s",
			     what);
}

/* Directly below the function, or below a device of a bus of its own (virtio). */
static bool look_up(struct dmafp_netdev *netdev)
{
	char *near = dmafp_path("%s/bus/pci/devices/%s/net/*", netdev->sysfs, netdev->pci);
	char *far = dmafp_path("%s/bus/pci/devices/%s/*/net/*", netdev->sysfs, netdev->pci);
	glob_t found = { 0 };
	bool is_there;

	if (glob(near, 0, NULL, &found) == GLOB_NOMATCH)
		glob(far, 0, NULL, &found);
	is_there = found.gl_pathc > 0;
	if (is_there)
		snprintf(netdev->name, sizeof(netdev->name), "%s",
			 strrchr(found.gl_pathv[0], '/') + 1);
	globfree(&found);
	free(near);
	free(far);
	return is_there;
}

/* Is it there under the same name after a while? */
static bool has_settled(struct dmafp_netdev *netdev)
{
	char before[sizeof(netdev->name)];

	if (!look_up(netdev))
		return false;
	strcpy(before, netdev->name);
	poll(NULL, 0, SETTLE_MS);
	return look_up(netdev) && !strcmp(before, netdev->name);
}

static int wait_for(struct dmafp_netdev *netdev, unsigned int wait_ms,
		    const volatile sig_atomic_t *stop, struct dmafp_err *err)
{
	unsigned int waited = 0;

	while (!has_settled(netdev)) {
		if (is_stopped(stop))
			return stopped(stop, "a network interface", err);
		if (waited >= wait_ms)
			return dmafp_err_set(
				err, ENODEV, DMAFP_EXIT_DEVICE,
				"%s has no network interface: is its own driver "
				"bound to it? dmesg says why it did not take it",
				netdev->pci);
		poll(NULL, 0, POLL_MS);
		waited += POLL_MS;
	}
	return 0;
}

static bool read_ipv6(const struct dmafp_netdev *netdev)
{
	char *path = ipv6_path(netdev), text[8];
	bool on = !dmafp_file_read_line(path, text, sizeof(text)) && !strcmp(text, "0");

	free(path);
	return on;
}

int dmafp_netdev_find(const char *sysfs, const char *procfs, const char *pci,
		      unsigned int wait_ms, const volatile sig_atomic_t *stop,
		      struct dmafp_netdev *netdev, struct dmafp_err *err)
{
	unsigned int flags = 0;
	int ret;

	*netdev = (struct dmafp_netdev) { .sysfs = sysfs, .procfs = procfs };
	snprintf(netdev->pci, sizeof(netdev->pci), "%s", pci);
	ret = wait_for(netdev, wait_ms, stop, err);
	if (!ret)
		ret = read_flags(netdev, &flags, err);
	if (!ret)
		ret = read_number(netdev, "mtu", &netdev->mtu, err);
	netdev->was_up = flags & IFF_UP;
	/* where it is in use, to switch IPv6 off would take its addresses */
	netdev->mute = !netdev->was_up && read_ipv6(netdev);
	return ret;
}

int dmafp_netdev_check_unused(const struct dmafp_netdev *netdev, struct dmafp_err *err)
{
	return dmafp_netdev_use_check(netdev->sysfs, netdev->procfs, netdev->name,
				      netdev->pci, err);
}

/* --- change */

static int put(const struct dmafp_netdev *netdev, const char *leaf, const char *text,
	       const char *what, struct dmafp_err *err)
{
	char *path = path_of(netdev, leaf);
	int ret = dmafp_file_put(path, text);

	free(path);
	if (!ret)
		return 0;
	if (is_gone(netdev))
		return vanished(netdev, err);
	if (ret == -EACCES || ret == -EPERM)
		return dmafp_err_set(err, -ret, DMAFP_EXIT_PERMISSION,
				     "cannot %s interface %s: run as root", what,
				     netdev->name);
	return dmafp_err_set(err, -ret, DMAFP_EXIT_DEVICE,
			     "cannot %s interface %s of %s: %s; dmesg may say more", what,
			     netdev->name, netdev->pci, strerror(-ret));
}

static int set_up(const struct dmafp_netdev *netdev, bool up, struct dmafp_err *err)
{
	unsigned int flags;
	char text[32];
	int ret = read_flags(netdev, &flags, err);

	if (ret || !(flags & IFF_UP) == !up)
		return ret;
	flags = up ? flags | IFF_UP : flags & ~IFF_UP;
	snprintf(text, sizeof(text), "0x%x\n", flags);
	return put(netdev, "flags", text, up ? "bring up" : "take down", err);
}

static int set_ipv6(const struct dmafp_netdev *netdev, bool on, struct dmafp_err *err)
{
	char *path = ipv6_path(netdev);
	int ret = 0;

	if (netdev->mute)
		ret = dmafp_file_put(path, on ? "0\n" : "1\n");
	if (ret && !is_gone(netdev))
		dmafp_err_errno(err, -ret, "cannot write %s", path);
	else
		ret = 0;
	free(path);
	return ret;
}

/* Down meanwhile: there are drivers that cannot do it otherwise. */
static int set_mtu(const struct dmafp_netdev *netdev, uint64_t mtu, struct dmafp_err *err)
{
	uint64_t now;
	char text[32];
	int ret = read_number(netdev, "mtu", &now, err);

	if (ret || now == mtu)
		return ret;
	ret = set_up(netdev, false, err);
	if (ret)
		return ret;
	snprintf(text, sizeof(text), "%" PRIu64 "\n", mtu);
	return put(netdev, "mtu", text, "change the MTU of", err);
}

static int wait_for_carrier(const struct dmafp_netdev *netdev, unsigned int wait_ms,
			    const volatile sig_atomic_t *stop, struct dmafp_err *err)
{
	char *path = path_of(netdev, "carrier"), text[8];
	unsigned int waited = 0;
	int ret = 0;

	/* of an interface that is down it cannot be read */
	while (!ret &&
	       (dmafp_file_read_line(path, text, sizeof(text)) || strcmp(text, "1"))) {
		if (is_stopped(stop))
			ret = stopped(stop, "the carrier", err);
		else if (is_gone(netdev))
			ret = vanished(netdev, err);
		else if (waited >= wait_ms)
			ret = dmafp_err_set(
				err, ENETDOWN, DMAFP_EXIT_DEVICE,
				"interface %s of %s has no carrier after %u s: "
				"connect its port, to a switch or to another port",
				netdev->name, netdev->pci, wait_ms / 1000);
		poll(NULL, 0, ret ? 0 : POLL_MS);
		waited += POLL_MS;
	}
	free(path);
	return ret;
}

int dmafp_netdev_up(const struct dmafp_netdev *netdev, uint64_t bytes, unsigned int wait_ms,
		    const volatile sig_atomic_t *stop, struct dmafp_err *err)
{
	uint64_t mtu = bytes > ETHER_HDR_LEN ? bytes - ETHER_HDR_LEN : 0;
	int ret;

	ret = set_mtu(netdev, mtu > netdev->mtu ? mtu : netdev->mtu, err);
	if (ret == -EINVAL)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DEVICE,
				     "interface %s of %s takes no MTU of %" PRIu64 ", which "
				     "frames of %" PRIu64
				     " bytes need: see max_mtu in ip -d link, "
				     "and frames in [pktgen] of the profile",
				     netdev->name, netdev->pci, mtu, bytes);
	if (!ret)
		ret = set_ipv6(netdev, false, err);
	if (!ret)
		ret = set_up(netdev, true, err);
	if (!ret)
		ret = wait_for_carrier(netdev, wait_ms, stop, err);
	return ret;
}

int dmafp_netdev_restore(const struct dmafp_netdev *netdev, struct dmafp_err *err)
{
	struct dmafp_err later;
	int ret, more;

	if (is_gone(netdev))
		return 0;
	ret = set_mtu(netdev, netdev->mtu, err);
	/* IPv6 last, when nobody hears it */
	more = set_up(netdev, netdev->was_up, ret ? &later : err);
	ret = ret ? ret : more;
	more = set_ipv6(netdev, true, ret ? &later : err);
	ret = ret ? ret : more;
	if (ret)
		dmafp_err_prefix(err, ret, "not as it was found: ");
	return ret;
}
