// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "take/refusal.h"
#include "use/below.h"
#include "use/login.h"
#include "use/netdev_use.h"

#define CLASS_ETHERNET 0x0200 /* the upper 16 of 24 bits */
#define WHAT_LEN       1400

/* What is looked at */
struct look {
	const struct dmafp_take_options *options;
	const struct dmafp_pci_device *device;
	char *sysfs, *procfs;
	struct dmafp_claims *claims;
	struct dmafp_err *err;
};

/* What holds it, "" if nothing does; what to do; and whether --use-anyway may */
struct reason {
	char what[WHAT_LEN], advice[512];
	bool anyway;
};

static void set(struct reason *reason, const char *what)
{
	snprintf(reason->what, sizeof(reason->what), "%s", what);
}

static void advise(struct reason *reason, const char *advice)
{
	snprintf(reason->advice, sizeof(reason->advice), "%s", advice);
}

/* --- the device itself */

static int find_bridge(const struct look *look, struct reason *reason)
{
	if (!dmafp_device_is_bridge(look->device))
		return 0;
	set(reason, "it is a bridge");
	advise(reason, "name a device that is behind it");
	return 0;
}

static int find_no_iommu(const struct look *look, struct reason *reason)
{
	if (look->device->group >= 0)
		return 0;
	set(reason, "no IOMMU translates for it");
	advise(reason, "switch the IOMMU on in the firmware, and boot with intel_iommu=on or "
		       "amd_iommu=on");
	return 0;
}

static int find_group(const struct look *look, struct reason *reason)
{
	char other[32];

	if (!dmafp_device_group_in_use(look->sysfs, look->device, look->options->with,
				       other, sizeof(other)))
		return 0;
	snprintf(reason->what, sizeof(reason->what),
		 "%s, in the same IOMMU group (%d), is in use", other, look->device->group);
	snprintf(reason->advice, sizeof(reason->advice),
		 "if nobody needs it, name it as well: dmafp prepare %s %s",
		 look->device->pci, other);
	return 0;
}

/* The node of a group can be opened once. */
static int find_user_space(const struct look *look, struct reason *reason)
{
	char *path = dmafp_path("%s/dev/vfio/%d", look->options->root, look->device->group);
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0 && errno == EBUSY) {
		snprintf(reason->what, sizeof(reason->what),
			 "a program has its IOMMU group open (/dev/vfio/%d)",
			 look->device->group);
		advise(reason, "end it, a virtual machine perhaps");
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return 0;
}

static int find_functions(const struct look *look, struct reason *reason)
{
	char *path = dmafp_path("%s/bus/pci/devices/%s/sriov_numvfs", look->sysfs,
				look->device->pci),
	     text[32];
	long nr;

	dmafp_file_read_line(path, text, sizeof(text));
	free(path);
	nr = strtol(text, NULL, 10);
	if (nr <= 0)
		return 0;
	snprintf(reason->what, sizeof(reason->what), "it has virtual functions (%ld)", nr);
	snprintf(reason->advice, sizeof(reason->advice),
		 "name one of them instead, or if nobody needs them: echo 0 > "
		 "/sys/bus/pci/devices/%s/sriov_numvfs",
		 look->device->pci);
	return 0;
}

/* --- its disks */

static int find_disks(const struct look *look, struct reason *reason)
{
	const struct dmafp_claims_where where = {
		.sysfs = look->sysfs,
		.procfs = look->procfs,
		.root = look->options->root,
		.pci = look->device->pci,
	};
	struct dmafp_claimed_by by;
	int ret = dmafp_claims_take(&where, look->claims, &by, look->err);

	set(reason, by.what);
	advise(reason, by.advice);
	return ret;
}

/* --- its interfaces */

static void judge_interface(const char *name, const struct dmafp_netdev_use *use,
			    struct reason *reason)
{
	reason->anyway = !*use->must;
	if (*use->must) {
		snprintf(reason->what, sizeof(reason->what), "interface %s %s", name,
			 use->must);
		advise(reason,
		       "this machine is reached by it; reach it by another one, and let "
		       "the route go there, too");
	} else if (*use->may) {
		snprintf(reason->what, sizeof(reason->what), "interface %s %s", name,
			 use->may);
		snprintf(reason->advice, sizeof(reason->advice),
			 "if nobody needs it, ip link set %s down, or give --use-anyway",
			 name);
	}
}

/* One that may be taken anyway must not hide the one that may not. */
static int find_interfaces(const struct look *look, struct reason *reason)
{
	struct dmafp_names names = { 0 };
	struct dmafp_netdev_use use;
	char login[64];

	dmafp_login_address(look->procfs, login, sizeof(login));
	dmafp_below_list(look->sysfs, "class/net", look->device->pci, &names);
	for (size_t i = 0; i < names.nr && (!*reason->what || reason->anyway); i++) {
		dmafp_netdev_use_find(look->sysfs, look->procfs, names.items[i], login,
				      &use);
		if (*use.must || !*reason->what)
			judge_interface(names.items[i], &use, reason);
	}
	dmafp_names_free(&names);
	return 0;
}

static int find_hidden_interface(const struct look *look, struct reason *reason)
{
	const struct dmafp_pci_device *device = look->device;
	struct dmafp_names names = { 0 };

	dmafp_below_list(look->sysfs, "class/net", device->pci, &names);
	if (device->class_code >> 8 == CLASS_ETHERNET && *device->driver &&
	    strcmp(device->driver, DMAFP_DEVICE_DRIVER) &&
	    strcmp(device->driver, "vfio-pci") && !names.nr) {
		snprintf(reason->what, sizeof(reason->what),
			 "driver %s has it, and its interface is not to be seen here: another "
			 "network namespace or a program of user space may use it",
			 device->driver);
		advise(reason, "see: ip netns list, lsns -t net; if nobody needs it, give "
			       "--use-anyway");
		reason->anyway = true;
	}
	dmafp_names_free(&names);
	return 0;
}

/* --- all of it */

static int (*const findings[])(const struct look *look, struct reason *reason) = {
	find_bridge,	find_no_iommu, find_group,	find_user_space,
	find_functions, find_disks,    find_interfaces, find_hidden_interface,
};

static void note_anyway(const struct look *look, const struct reason *reason)
{
	char *text =
		dmafp_path("%s: %s, and is taken anyway", look->device->pci, reason->what);

	if (look->options->note)
		look->options->note(look->options->ctx, text);
	free(text);
}

static int refuse(const struct look *look, const struct reason *reason)
{
	return dmafp_err_set(look->err, EBUSY, DMAFP_EXIT_DEVICE,
			     "%s cannot be taken: %s; %s", look->device->pci,
			     reason->what, reason->advice);
}

static int find(const struct look *look)
{
	for (size_t i = 0; i < sizeof(findings) / sizeof(findings[0]); i++) {
		struct reason reason = { 0 };
		int ret = findings[i](look, &reason);

		if (ret)
			return ret;
		if (!*reason.what)
			continue;
		if (!reason.anyway || !look->options->use_anyway)
			return refuse(look, &reason);
		note_anyway(look, &reason);
	}
	return 0;
}

int dmafp_refusal_find(const struct dmafp_take_options *options,
		       const struct dmafp_pci_device *device, struct dmafp_claims *claims,
		       struct dmafp_err *err)
{
	struct look look = {
		.options = options,
		.device = device,
		.sysfs = dmafp_path("%s/sys", options->root),
		.procfs = dmafp_path("%s/proc", options->root),
		.claims = claims,
		.err = err,
	};
	int ret;

	*claims = (struct dmafp_claims) { 0 };
	ret = find(&look);
	free(look.sysfs);
	free(look.procfs);
	return ret;
}
