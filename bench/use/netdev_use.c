// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dir.h"
#include "base/file.h"
#include "run/value.h"
#include "use/netdev_use.h"

#define UPPER	  "upper_"
#define MAX_DEPTH 8 /* of interfaces above interfaces */

/* --- other interfaces */

/* Above it: a bond or bridge it is a port of, a VLAN, a macvlan. */
static void add_uppers(const char *sysfs, const char *name, struct dmafp_names *names)
{
	char *path = dmafp_path("%s/class/net/%s", sysfs, name);
	struct dmafp_dir dir = dmafp_dir_read(path);

	for (size_t i = 0; i < dir.nr; i++)
		if (!strncmp(dir.names[i], UPPER, strlen(UPPER)))
			dmafp_names_add(names, dir.names[i] + strlen(UPPER));
	dmafp_dir_free(&dir);
	free(path);
}

static bool is_up(const char *sysfs, const char *name)
{
	char *path = dmafp_path("%s/class/net/%s/flags", sysfs, name), text[32];
	unsigned int flags = 0;

	dmafp_file_read_line(path, text, sizeof(text));
	sscanf(text, "%x", &flags);
	free(path);
	return flags & IFF_UP;
}

/* --- addresses */

/* fe80::/10: every interface that is up has one */
static bool is_link_local(const struct sockaddr *address)
{
	const struct sockaddr_in6 *six = (const void *)address;

	return address->sa_family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr);
}

static bool has_text(const struct sockaddr *address, char *text, size_t size)
{
	const struct sockaddr_in *four = (const void *)address;
	const struct sockaddr_in6 *six = (const void *)address;

	if (!address)
		return false;
	if (address->sa_family == AF_INET)
		return inet_ntop(AF_INET, &four->sin_addr, text, size);
	if (address->sa_family == AF_INET6 && !is_link_local(address))
		return inet_ntop(AF_INET6, &six->sin6_addr, text, size);
	return false;
}

static bool find_address(const char *name, char *text, size_t size)
{
	struct ifaddrs *all, *one;
	bool found = false;

	if (getifaddrs(&all))
		return false;
	for (one = all; one && !found; one = one->ifa_next)
		found = !strcmp(one->ifa_name, name) && has_text(one->ifa_addr, text, size);
	freeifaddrs(all);
	return found;
}

/* As text the same address may be written in several ways. */
static bool is_address(const struct sockaddr *address, const char *text)
{
	const struct sockaddr_in *four = (const void *)address;
	const struct sockaddr_in6 *six = (const void *)address;
	struct in6_addr bytes;

	if (address && address->sa_family == AF_INET &&
	    inet_pton(AF_INET, text, &bytes) == 1)
		return !memcmp(&bytes, &four->sin_addr, sizeof(four->sin_addr));
	if (address && address->sa_family == AF_INET6 &&
	    inet_pton(AF_INET6, text, &bytes) == 1)
		return !memcmp(&bytes, &six->sin6_addr, sizeof(bytes));
	return false;
}

/* @login may name its interface, "fe80::1%eth0": so may others of the same address. */
static bool has_login(const char *name, const char *login)
{
	size_t len = strcspn(login, "%");
	char *text = dmafp_path("%.*s", (int)len, login);
	bool found = false;
	struct ifaddrs *all, *one;

	if (login[len] && strcmp(login + len + 1, name))
		*text = '\0';
	if (*text && !getifaddrs(&all)) {
		for (one = all; one && !found; one = one->ifa_next)
			found = !strcmp(one->ifa_name, name) &&
				is_address(one->ifa_addr, text);
		freeifaddrs(all);
	}
	free(text);
	return found;
}

/* --- routes */

/* A line of /proc/net/route: "eth0	0000FEA9 ..." */
static bool is_route(const char *line, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(line, name, length) && strchr(" \t", line[length]);
}

/* A line of /proc/net/ipv6_route; the routes of the link itself mean nothing. */
static bool is_default_route6(const char *line, const char *name)
{
	char length[8], by[40];

	return sscanf(line, "%*s %7s %*s %*s %*s %*s %*s %*s %*s %39s", length, by) == 2 &&
	       !strcmp(length, "00") && !strcmp(by, name);
}

/* And there "eth0 00000000 gateway flags refs use metric 00000000" */
static bool is_default_route(const char *line, const char *name)
{
	char by[40], to[16], mask[16];

	return sscanf(line, "%39s %15s %*s %*s %*s %*s %*s %15s", by, to, mask) == 3 &&
	       !strcmp(by, name) && !strcmp(to, "00000000") && !strcmp(mask, "00000000");
}

static bool has_line(const char *procfs, const char *file, const char *name,
		     bool (*is_it)(const char *line, const char *name))
{
	char *path = dmafp_path("%s/net/%s", procfs, file), *text, *rest, *line;
	struct dmafp_err ignored;
	bool found = false;

	text = dmafp_file_read(path, NULL, &ignored);
	rest = text;
	while (!found && rest && (line = strsep(&rest, "\n")))
		found = is_it(line, name);
	free(text);
	free(path);
	return found;
}

/* --- all of it */

static bool has_default_route(const char *procfs, const char *name)
{
	return has_line(procfs, "route", name, is_default_route) ||
	       has_line(procfs, "ipv6_route", name, is_default_route6);
}

static bool has_route(const char *procfs, const char *name)
{
	return has_line(procfs, "route", name, is_route) ||
	       has_line(procfs, "ipv6_route", name, is_default_route6);
}

/* The first reason stays. */
static void __attribute__((format(printf, 2, 3)))
say(char reason[256], const char *format, ...)
{
	va_list ap;

	if (*reason)
		return;
	va_start(ap, format);
	vsnprintf(reason, 256, format, ap);
	va_end(ap);
}

/* @by: "", or how it is reached: " through bond0" */
static void look_at(const char *sysfs, const char *procfs, const char *name,
		    const char *by, const char *login, struct dmafp_netdev_use *use)
{
	char text[INET6_ADDRSTRLEN];

	if (has_login(name, login))
		say(use->must, "carries this session%s (%.64s)", by, login);
	if (has_default_route(procfs, name))
		say(use->must, "has the default route%s", by);
	if (is_up(sysfs, name) && find_address(name, text, sizeof(text)))
		say(use->may, "is up and has the address %s%s", text, by);
	if (has_route(procfs, name))
		say(use->may, "has a route of this machine%s", by);
}

static void look_above(const char *sysfs, const char *procfs, const char *name,
		       const char *login, unsigned int depth, struct dmafp_netdev_use *use)
{
	struct dmafp_names uppers = { 0 };
	char by[64];

	if (depth > MAX_DEPTH)
		return;
	add_uppers(sysfs, name, &uppers);
	for (size_t i = 0; i < uppers.nr; i++) {
		snprintf(by, sizeof(by), " through %.40s", uppers.items[i]);
		look_at(sysfs, procfs, uppers.items[i], by, login, use);
		look_above(sysfs, procfs, uppers.items[i], login, depth + 1, use);
	}
	if (uppers.nr)
		say(use->may, "is in use by interface %.40s", uppers.items[0]);
	dmafp_names_free(&uppers);
}

void dmafp_netdev_use_find(const char *sysfs, const char *procfs, const char *name,
			   const char *login, struct dmafp_netdev_use *use)
{
	*use = (struct dmafp_netdev_use) { 0 };
	look_at(sysfs, procfs, name, "", login, use);
	look_above(sysfs, procfs, name, login, 0, use);
}

int dmafp_netdev_use_check(const char *sysfs, const char *procfs, const char *name,
			   const char *pci, struct dmafp_err *err)
{
	struct dmafp_names uppers = { 0 };
	char text[INET6_ADDRSTRLEN] = "";

	add_uppers(sysfs, name, &uppers);
	if (uppers.nr)
		snprintf(text, sizeof(text), "%.31s", uppers.items[0]);
	dmafp_names_free(&uppers);
	if (*text)
		return dmafp_err_set(err, EBUSY, DMAFP_EXIT_DEVICE,
				     "interface %s of %s is in use by interface %s: take it out "
				     "of there first, as in: ip link set %s nomaster",
				     name, pci, text, name);
	if (find_address(name, text, sizeof(text)))
		return dmafp_err_set(
			err, EBUSY, DMAFP_EXIT_DEVICE,
			"interface %s of %s has the address %s: if nobody needs it, "
			"ip address flush dev %s, and keep NetworkManager or "
			"systemd-networkd from giving it one",
			name, pci, text, name);
	if (has_route(procfs, name))
		return dmafp_err_set(err, EBUSY, DMAFP_EXIT_DEVICE,
				     "a route of this machine goes through interface %s of %s: "
				     "if nobody needs it, ip route flush dev %s",
				     name, pci, name);
	return 0;
}
