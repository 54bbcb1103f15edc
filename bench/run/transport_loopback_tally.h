/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tally of the fake module: each device has a driver that is always busy.
 */
#ifndef DMAFP_RUN_TRANSPORT_LOOPBACK_TALLY_H
#define DMAFP_RUN_TRANSPORT_LOOPBACK_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmod/uapi/dmafp.h"
#include "run/device.h"

/* What such a driver maps, and unmaps, from one call of the tally to the next */
#define DMAFP_LOOPBACK_TALLY_MAPS 1000

/**
 * struct dmafp_loopback_tally - a tally, or none: all zero
 * @last: how it was switched on, but for its flags, which are DMAFP_TALLY_IS_ON or 0
 * @maps: what was counted
 * @misses: so many of them, when they end, have missed a call
 */
struct dmafp_loopback_tally {
	struct dmafp_tally last;
	uint64_t maps;
	unsigned int misses;
};

/**
 * dmafp_loopback_tally_call() - DMAFP_IOC_TALLY
 * @devices: those there are, @nr
 * @keyed: each map comes to the deferred check
 *
 * Return: 0 or a negative errno, as of the module.
 */
int dmafp_loopback_tally_call(struct dmafp_loopback_tally *tally, struct dmafp_tally *arg,
			      const struct dmafp_pci_device *devices, size_t nr,
			      bool keyed);

#endif /* DMAFP_RUN_TRANSPORT_LOOPBACK_TALLY_H */
