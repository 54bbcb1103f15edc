/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long CPUs are busy with a load: the time that passes, less what the kernel
 * says that they idled.  Interrupts and the kernel's threads are in it, and so
 * is everything else that runs meanwhile.
 */
#ifndef DMAFP_TRAFFIC_BUSY_H
#define DMAFP_TRAFFIC_BUSY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "run/transport.h"

/** struct dmafp_busy - CPUs to be looked at; all zero: none, and nothing is known */
struct dmafp_busy {
	struct dmafp_transport *transport;
	struct dmafp_idle_cpu *before, *after;
	size_t nr;
};

/**
 * dmafp_busy_init() - take CPUs to look at
 * @transport: of the module; NULL: nothing will be known
 * @cpus: which, @nr of them
 */
void dmafp_busy_init(struct dmafp_busy *busy, struct dmafp_transport *transport,
		     const uint32_t *cpus, size_t nr);

/**
 * dmafp_busy_begin() - from now on
 *
 * Return: 0, or a negative errno.
 */
int dmafp_busy_begin(struct dmafp_busy *busy, struct dmafp_err *err);

/**
 * dmafp_busy_end() - until now
 * @known: out: @ns is known; a kernel whose tick never stops does not tell
 * @ns: out: of all CPUs together, each to two microseconds
 *
 * Return: 0, or a negative errno.
 */
int dmafp_busy_end(struct dmafp_busy *busy, bool *known, uint64_t *ns,
		   struct dmafp_err *err);

/** dmafp_busy_release() - forget the CPUs */
void dmafp_busy_release(struct dmafp_busy *busy);

#endif /* DMAFP_TRAFFIC_BUSY_H */
