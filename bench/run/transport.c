// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdint.h>
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

static int explain_tally(const struct dmafp_tally *arg, int ret, struct dmafp_err *err)
{
	if (ret == -ENODEV)
		return dmafp_err_set(err, ENODEV, DMAFP_EXIT_DEVICE,
				     "tally: there is no PCI device %04x:%02x:%02x.%x: "
				     "see dmafp list devices",
				     arg->segment, arg->bus, arg->devfn >> 3,
				     arg->devfn & 7);
	if (ret == -EOPNOTSUPP)
		return dmafp_err_set(err, EOPNOTSUPP, DMAFP_EXIT_DEVICE,
				     "tally: this kernel lets no function of its DMA API be "
				     "probed: is there a line in "
				     "/sys/kernel/debug/kprobes/blacklist for it?");
	return ret;
}

int dmafp_transport_tally(struct dmafp_transport *transport, struct dmafp_tally *arg,
			  struct dmafp_err *err)
{
	struct dmafp_tally_call *calls = (void *)(uintptr_t)arg->calls;
	__u32 room = arg->nr_calls, i;
	int ret;

	arg->size = sizeof(*arg);
	ret = call(transport, DMAFP_IOC_TALLY, arg, "tally", err);
	if (ret)
		return explain_tally(arg, ret, err);
	for (i = 0; i < room && i < arg->nr_calls; i++)
		calls[i].name[DMAFP_NAME_LEN - 1] = '\0';
	return 0;
}

int dmafp_transport_idle(struct dmafp_transport *transport, struct dmafp_idle_cpu *cpus,
			 size_t nr, struct dmafp_err *err)
{
	struct dmafp_idle arg = {
		.size = sizeof(arg), .nr_cpus = nr, .cpus = (uintptr_t)cpus
	};
	int ret = call(transport, DMAFP_IOC_IDLE, &arg, "idle", err);

	if (ret == -EINVAL)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE,
				     "idle: one of the CPUs is not online: see "
				     "/sys/devices/system/cpu/online");
	return ret;
}
