/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the module and its devices are reached: the real ones, or an in-process
 * fake, so that everything above can be tested without a kernel.
 *
 * Every function returns 0 or a negative errno with @err filled.  They set
 * the size member of the ABI structures themselves.
 */
#ifndef DMAFP_RUN_TRANSPORT_H
#define DMAFP_RUN_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "kmod/uapi/dmafp.h"
#include "run/device.h"

struct dmafp_transport;

/**
 * struct dmafp_transport_ops - one kind of transport
 * @name: "ioctl" or "loopback"
 * @list: devices of the machine
 * @bind: bind one to the module; @unbind: give it back;
 * @rediscover: remove it and find it again
 * @call: one DMAFP_IOC_*, with its structure; @what names it in messages
 * @close: release the transport
 */
struct dmafp_transport_ops {
	const char *name;
	int (*list)(struct dmafp_transport *transport, struct dmafp_device_list *list,
		    struct dmafp_err *err);
	int (*bind)(struct dmafp_transport *transport, struct dmafp_pci_device *device,
		    struct dmafp_err *err);
	int (*unbind)(struct dmafp_transport *transport, struct dmafp_pci_device *device,
		      struct dmafp_err *err);
	int (*rediscover)(struct dmafp_transport *transport,
			  struct dmafp_pci_device *device, struct dmafp_err *err);
	int (*call)(struct dmafp_transport *transport, unsigned long request, void *arg,
		    const char *what, struct dmafp_err *err);
	void (*close)(struct dmafp_transport *transport);
};

/** struct dmafp_transport - embedded in what a transport keeps */
struct dmafp_transport {
	const struct dmafp_transport_ops *ops;
};

/** dmafp_transport_ioctl() - the loaded module; NULL with @err if there is none */
struct dmafp_transport *dmafp_transport_ioctl(struct dmafp_err *err);

/**
 * struct dmafp_loopback - what the fake pretends
 * @mode: "plain", "keyed" or "kdump"
 * @inexact: its calibration does not hold
 * @no_probes: counting is not possible
 * @no_idle: the kernel does not account for idle time
 * @deferred_once: a device found again is attached at once, as on AMD-Vi
 * @corrupt: the histograms do not add up
 * @unsupported: an op that its devices cannot do; NULL: none
 * @counters: what the PMU counters are; 0: absent
 * @fail_call: fail this call: "bind", "run", "first map", ...; NULL: none
 * @fail_after: let it succeed so often before
 * @fail_code: errno of the failure
 * @misses: so many tallies miss a call
 * @bound: may be NULL; how many devices are bound
 */
struct dmafp_loopback {
	const char *mode;
	bool inexact, no_probes, no_idle, deferred_once, corrupt;
	const char *unsupported;
	enum dmafp_counter_state counters;
	const char *fail_call;
	unsigned int fail_after;
	int fail_code;
	unsigned int misses;
	int *bound;
};

/**
 * dmafp_transport_loopback() - an in-process fake, for tests only
 *
 * Two devices, all ops, the same numbers in every run.
 */
struct dmafp_transport *dmafp_transport_loopback(const struct dmafp_loopback *config);

/** dmafp_transport_close() - NULL is fine */
void dmafp_transport_close(struct dmafp_transport *transport);

/**
 * dmafp_transport_table() - the module's facts and its op table
 * @info: out
 * @ops: out: info->nr_ops rows, malloc()ed
 */
int dmafp_transport_table(struct dmafp_transport *transport, struct dmafp_info *info,
			  struct dmafp_op **ops, struct dmafp_err *err);

/** dmafp_transport_device() - select a bound device, or refresh its facts */
int dmafp_transport_device(struct dmafp_transport *transport,
			   const struct dmafp_pci_device *device,
			   struct dmafp_device *facts, struct dmafp_err *err);

/** dmafp_transport_calibrate() - DMAFP_IOC_CALIBRATE */
int dmafp_transport_calibrate(struct dmafp_transport *transport,
			      struct dmafp_calibration *arg, struct dmafp_err *err);

/** dmafp_transport_first_map() - DMAFP_IOC_FIRST_MAP */
int dmafp_transport_first_map(struct dmafp_transport *transport,
			      struct dmafp_first_map *arg, struct dmafp_err *err);

/** dmafp_transport_count() - DMAFP_IOC_COUNT */
int dmafp_transport_count(struct dmafp_transport *transport, struct dmafp_count *arg,
			  struct dmafp_err *err);

/** dmafp_transport_run() - DMAFP_IOC_RUN */
int dmafp_transport_run(struct dmafp_transport *transport, struct dmafp_run *arg,
			struct dmafp_err *err);

/**
 * dmafp_transport_tally() - DMAFP_IOC_TALLY: which DMA API calls does a driver make?
 * @arg: @flags, the address with DMAFP_TALLY_ON, and @calls with room for @nr_calls
 *
 * No device need be selected, or bound to the module.
 */
int dmafp_transport_tally(struct dmafp_transport *transport, struct dmafp_tally *arg,
			  struct dmafp_err *err);

/**
 * dmafp_transport_idle() - DMAFP_IOC_IDLE: how long have CPUs idled?
 * @cpus: cpu of each; the rest is filled in
 * @nr: how many, from 1
 *
 * No device need be selected.
 */
int dmafp_transport_idle(struct dmafp_transport *transport, struct dmafp_idle_cpu *cpus,
			 size_t nr, struct dmafp_err *err);

#endif /* DMAFP_RUN_TRANSPORT_H */
