/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a load calls: the module's tally, read into a load. */
#ifndef DMAFP_TRAFFIC_TALLY_H
#define DMAFP_TRAFFIC_TALLY_H

#include "analysis/load.h"
#include "base/err.h"
#include "run/device.h"
#include "run/transport.h"

/**
 * struct dmafp_tally_count - calls so far
 * @calls: in the module's order
 * @nr: how many functions
 * @missed: calls, by any device, that escaped the probes: if there are some, @calls may
 *	be too low
 */
struct dmafp_tally_count {
	struct dmafp_tally_call calls[DMAFP_TALLY_MAX_CALLS];
	size_t nr;
	uint64_t missed;
};

/** dmafp_tally_begin() - count from now on the calls that are made for @device */
int dmafp_tally_begin(struct dmafp_transport *transport, const struct dmafp_pci_device *device,
		      struct dmafp_err *err);

/**
 * dmafp_tally_end() - stop counting
 * @count: out
 * @err: filled on failure
 *
 * Return: 0, or a negative errno; it is not counting any more in either case.
 */
int dmafp_tally_end(struct dmafp_transport *transport, struct dmafp_tally_count *count,
		    struct dmafp_err *err);

/**
 * dmafp_tally_keep() - the calls of so many ops, into the load
 * @load: its counted ops and calls are filled
 * @ops: from 1
 * @count: functions that this kernel has not are left out
 */
void dmafp_tally_keep(struct dmafp_load *load, uint64_t ops, const struct dmafp_tally_count *count);

#endif /* DMAFP_TRAFFIC_TALLY_H */
