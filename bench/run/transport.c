// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "run/transport.h"

static int call(struct dmafp_transport *transport, unsigned long request, void *arg,
		const char *what, struct dmafp_err *err)
{
	return transport->ops->call(transport, request, arg, what, err);
}

void dmafp_transport_close(struct dmafp_transport *transport)
{
	if (transport)
		transport->ops->close(transport);
}

static int check_info(const struct dmafp_info *info, struct dmafp_err *err)
{
	if (info->abi_version == DMAFP_ABI_VERSION)
		return 0;
	return dmafp_err_set(
		err, EPROTO, DMAFP_EXIT_MISSING,
		"the loaded module (%.*s) speaks ABI version %u, this program %u: "
		"rmmod dmafp, then load the one built with this program",
		DMAFP_NAME_LEN, info->version, info->abi_version, DMAFP_ABI_VERSION);
}

int dmafp_transport_table(struct dmafp_transport *transport, struct dmafp_info *info,
			  struct dmafp_op **ops, struct dmafp_err *err)
{
	int ret;
	__u32 i;

	*ops = NULL;
	*info = (struct dmafp_info) { .size = sizeof(*info) };
	ret = call(transport, DMAFP_IOC_INFO, info, "info", err);
	if (!ret)
		ret = check_info(info, err);
	if (ret)
		return ret;
	*ops = dmafp_alloc(info->nr_ops, sizeof(**ops));
	for (i = 0; !ret && i < info->nr_ops; i++) {
		struct dmafp_op *op = *ops + i;

		*op = (struct dmafp_op) { .size = sizeof(*op), .index = i };
		ret = call(transport, DMAFP_IOC_OP, op, "op", err);
		op->name[sizeof(op->name) - 1] = '\0';
		op->reaches[sizeof(op->reaches) - 1] = '\0';
	}
	if (ret) {
		free(*ops);
		*ops = NULL;
	}
	return ret;
}

int dmafp_transport_device(struct dmafp_transport *transport,
			   const struct dmafp_pci_device *device,
			   struct dmafp_device *facts, struct dmafp_err *err)
{
	*facts = (struct dmafp_device) {
		.size = sizeof(*facts),
		.segment = device->segment,
		.bus = device->bus,
		.devfn = device->devfn,
	};
	return call(transport, DMAFP_IOC_DEVICE, facts, "select", err);
}

int dmafp_transport_calibrate(struct dmafp_transport *transport,
			      struct dmafp_calibration *arg, struct dmafp_err *err)
{
	arg->size = sizeof(*arg);
	return call(transport, DMAFP_IOC_CALIBRATE, arg, "calibrate", err);
}

int dmafp_transport_first_map(struct dmafp_transport *transport,
			      struct dmafp_first_map *arg, struct dmafp_err *err)
{
	arg->size = sizeof(*arg);
	return call(transport, DMAFP_IOC_FIRST_MAP, arg, "first map", err);
}

int dmafp_transport_count(struct dmafp_transport *transport, struct dmafp_count *arg,
			  struct dmafp_err *err)
{
	arg->size = sizeof(*arg);
	return call(transport, DMAFP_IOC_COUNT, arg, "count", err);
}

int dmafp_transport_run(struct dmafp_transport *transport, struct dmafp_run *arg,
			struct dmafp_err *err)
{
	arg->size = sizeof(*arg);
	return call(transport, DMAFP_IOC_RUN, arg, "run", err);
}
