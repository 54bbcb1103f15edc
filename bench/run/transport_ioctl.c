// SPDX-License-Identifier: GPL-2.0-or-later
/* The real transport: sysfs, and the ioctls of /dev/dmafp. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "run/transport.h"

#define NODE  "/dev/dmafp"
#define SYSFS "/sys"

struct ioctl_transport {
	struct dmafp_transport base;
	int fd;
};

/* What the ABI header says of each errno, and what to do about it. */
static const struct meaning {
	int code;
	enum dmafp_exit exit;
	const char *text;
} meanings[] = {
	{ ENOTTY, DMAFP_EXIT_MISSING,
	  "the loaded module does not know this ioctl: load the one built with this program" },
	{ EINVAL, DMAFP_EXIT_USAGE,
	  "the module refuses an argument: is a CPU offline, or a size too large?" },
	{ E2BIG, DMAFP_EXIT_MISSING,
	  "the loaded module is older than this program: load the one built with it" },
	{ EOPNOTSUPP, DMAFP_EXIT_DEVICE, "this kernel or this device cannot do it" },
	{ ENODEV, DMAFP_EXIT_DEVICE, "the device is not bound to the module, or gone" },
	{ EBUSY, DMAFP_EXIT_DEVICE, "another process is measuring this device" },
	{ EINTR, DMAFP_EXIT_SIGINT, "interrupted by a signal" },
	{ EIO, DMAFP_EXIT_DEVICE, "a mapping call failed; the kernel log may say why" },
	{ EPERM, DMAFP_EXIT_PERMISSION, "run as root" },
	{ EACCES, DMAFP_EXIT_PERMISSION, "run as root" },
};

static int explain(int code, const char *what, struct dmafp_err *err)
{
	size_t i;

	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].code == code)
			return dmafp_err_set(err, code, meanings[i].exit, "%s: %s", what,
					     meanings[i].text);
	return dmafp_err_set(err, code, DMAFP_EXIT_DEVICE, "%s: %s", what, strerror(code));
}

static int ioctl_call(struct dmafp_transport *transport, unsigned long request, void *arg,
		      const char *what, struct dmafp_err *err)
{
	struct ioctl_transport *self = (struct ioctl_transport *)transport;

	if (ioctl(self->fd, request, arg) < 0)
		return explain(errno, what, err);
	return 0;
}

static int ioctl_list(struct dmafp_transport *transport, struct dmafp_device_list *list,
		      struct dmafp_err *err)
{
	(void)transport;
	return dmafp_device_list_read(SYSFS, list, err);
}

static int ioctl_bind(struct dmafp_transport *transport, struct dmafp_pci_device *device,
		      struct dmafp_err *err)
{
	(void)transport;
	return dmafp_device_bind(SYSFS, device, err);
}

static int ioctl_unbind(struct dmafp_transport *transport,
			struct dmafp_pci_device *device, struct dmafp_err *err)
{
	(void)transport;
	return dmafp_device_unbind(SYSFS, device, err);
}

static int ioctl_rediscover(struct dmafp_transport *transport,
			    struct dmafp_pci_device *device, struct dmafp_err *err)
{
	(void)transport;
	return dmafp_device_rediscover(SYSFS, device, err);
}

static void ioctl_close(struct dmafp_transport *transport)
{
	struct ioctl_transport *self = (struct ioctl_transport *)transport;

	close(self->fd);
	free(self);
}

static const struct dmafp_transport_ops ioctl_ops = {
	.name = "ioctl",
	.list = ioctl_list,
	.bind = ioctl_bind,
	.unbind = ioctl_unbind,
	.rediscover = ioctl_rediscover,
	.call = ioctl_call,
	.close = ioctl_close,
};

static int no_node(int code, struct dmafp_err *err)
{
	if (code == ENOENT || code == ENXIO)
		return dmafp_err_set(err, code, DMAFP_EXIT_MISSING,
				     "no " NODE
				     ": load the module (modprobe dmafp, or insmod its file), "
				     "or name it with --module FILE");
	if (code == EACCES || code == EPERM)
		return dmafp_err_set(err, code, DMAFP_EXIT_PERMISSION,
				     "cannot open " NODE ": run as root");
	return dmafp_err_errno(err, code, "cannot open " NODE);
}

struct dmafp_transport *dmafp_transport_ioctl(struct dmafp_err *err)
{
	int fd = open(NODE, O_RDWR | O_CLOEXEC);
	struct ioctl_transport *self;

	if (fd < 0) {
		no_node(errno, err);
		return NULL;
	}
	self = dmafp_alloc(1, sizeof(*self));
	self->base.ops = &ioctl_ops;
	self->fd = fd;
	return &self->base;
}
