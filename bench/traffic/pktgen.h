/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets that the kernel's pktgen sends by a NIC, past the network stack: of all
 * loads the one that spends the largest part of its time in the driver.
 *
 * A round is a number of packets, and what a sample is about: pktgen gives the
 * time of a round in microseconds, and how long CPUs idle is known as finely.
 */
#ifndef DMAFP_TRAFFIC_PKTGEN_H
#define DMAFP_TRAFFIC_PKTGEN_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/load.h"
#include "base/err.h"
#include "run/transport.h"
#include "traffic/counters.h"
#include "traffic/netdev.h"

/**
 * struct dmafp_pktgen - one kind of packet
 * @procfs: "/proc"
 * @netdev: sends; it is up
 * @peer: receives; it is up; NULL: none does
 * @cpus: the first one sends; how busy they are, and what their PMUs count, is
 *	about all @nr_cpus of them
 * @bytes: of a frame without its checksum, from 60
 * @fragments: buffers that a packet is in: 1, or its headers and some pages
 * @pace_ns: from one packet to the next; 0: as fast as it goes
 * @transport: of the module, for how busy CPUs are; NULL: that will be absent
 * @counters: enabled during the rounds that are measured; may be NULL
 * @note: something the user should know that is no failure; may be NULL
 * @ctx: handed to it
 * @stop: when it becomes a signal's number, sending ends: a signal that this thread
 *	gets ends a round at once, it is looked at between rounds; may be NULL
 * @limit_ms: a round may take so long, and a millisecond or two paces for each packet;
 *	0: half a minute
 * @put: see struct dmafp_pktgen_proc; NULL but for tests
 */
struct dmafp_pktgen {
	const char *procfs;
	const struct dmafp_netdev *netdev, *peer;
	const uint32_t *cpus;
	size_t nr_cpus;
	uint64_t bytes;
	uint32_t fragments;
	uint64_t pace_ns;
	struct dmafp_transport *transport;
	struct dmafp_counters *counters;
	void (*note)(void *ctx, const char *text);
	void *ctx;
	const volatile sig_atomic_t *stop;
	unsigned int limit_ms;
	int (*put)(const char *path, const char *text);
};

/** dmafp_pktgen_version() - "pktgen 2.75", to free(); NULL where pktgen is not loaded */
char *dmafp_pktgen_version(const char *procfs);

/** dmafp_pktgen_check() - can it make such frames? 0, or -EINVAL */
int dmafp_pktgen_check(uint64_t bytes, uint32_t fragments, struct dmafp_err *err);

/**
 * dmafp_pktgen_begin() - set pktgen up
 *
 * Return: 0, or a negative errno, and nothing is left to be undone.
 */
int dmafp_pktgen_begin(const struct dmafp_pktgen *gen, struct dmafp_err *err);

/**
 * dmafp_pktgen_describe() - what the load is, without anything measured
 * @load: out; to be released by the caller
 */
void dmafp_pktgen_describe(const struct dmafp_pktgen *gen, struct dmafp_load *load);

/**
 * dmafp_pktgen_measure() - rounds, after one that warms up
 * @packets: of a round
 * @rounds: that are measured
 * @load: described; out: all that was measured, but for the counters and calls
 *
 * Return: 0, or a negative errno.
 */
int dmafp_pktgen_measure(const struct dmafp_pktgen *gen, uint64_t packets,
			 uint64_t rounds, struct dmafp_load *load, struct dmafp_err *err);

/**
 * dmafp_pktgen_count() - send so many packets, and measure nothing
 *
 * When it returns, they have been sent and their buffers given back.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_pktgen_count(const struct dmafp_pktgen *gen, uint64_t packets,
		       struct dmafp_err *err);

/**
 * dmafp_pktgen_run_for() - send for so long, for those who sample meanwhile
 * @ms: milliseconds
 * @packets: out: how many that were
 *
 * Return: 0, or a negative errno.
 */
int dmafp_pktgen_run_for(const struct dmafp_pktgen *gen, unsigned int ms,
			 uint64_t *packets, struct dmafp_err *err);

/**
 * dmafp_pktgen_end() - stop, and take the interface out of pktgen again
 *
 * Return: 0, or a negative errno.
 */
int dmafp_pktgen_end(const struct dmafp_pktgen *gen, struct dmafp_err *err);

#endif /* DMAFP_TRAFFIC_PKTGEN_H */
