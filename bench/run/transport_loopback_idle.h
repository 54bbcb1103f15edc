/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Idle times of the fake module's CPUs. */
#ifndef DMAFP_RUN_TRANSPORT_LOOPBACK_IDLE_H
#define DMAFP_RUN_TRANSPORT_LOOPBACK_IDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "kmod/uapi/dmafp.h"

/* CPUs that it has */
#define DMAFP_LOOPBACK_CPUS 1024

/* What passes from one look to the next, and what of it each CPU is busy */
#define DMAFP_LOOPBACK_IDLE_TIME_NS 1000000
#define DMAFP_LOOPBACK_IDLE_BUSY_NS 250000

/**
 * dmafp_loopback_idle_call() - DMAFP_IOC_IDLE
 * @looks: how many there were before
 * @unknown: nothing is known
 *
 * Return: 0 or a negative errno, as of the module.
 */
int dmafp_loopback_idle_call(uint64_t looks, struct dmafp_idle *arg, bool unknown);

#endif /* DMAFP_RUN_TRANSPORT_LOOPBACK_IDLE_H */
