/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's packet generator as /proc shows it: threads of CPUs, interfaces
 * that they send by, and what a round came to.
 */
#ifndef DMAFP_TRAFFIC_PKTGEN_PROC_H
#define DMAFP_TRAFFIC_PKTGEN_PROC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/**
 * struct dmafp_pktgen_proc - one interface of one thread
 * @procfs: "/proc"
 * @name: the interface
 * @cpu: of the thread
 * @put: write to a file: 0, or a negative errno; NULL: dmafp_file_put(), tests have
 *	another
 */
struct dmafp_pktgen_proc {
	const char *procfs;
	const char *name;
	uint32_t cpu;
	int (*put)(const char *path, const char *text);
};

/**
 * struct dmafp_pktgen_round - what a round came to
 * @elapsed_us: from the first packet to the last
 * @work_us: of it, what the thread worked; @pause_us: what it paused
 * @packets: sent
 * @bytes: of the last one
 * @fragments: pages of the last one, -1 if that is not known
 * @errors: sends that failed
 */
struct dmafp_pktgen_round {
	uint64_t elapsed_us, work_us, pause_us, packets, bytes;
	int64_t fragments;
	uint64_t errors;
};

/**
 * dmafp_pktgen_proc_parse() - take apart what the file of an interface says
 * @text: all of it
 * @round: out
 *
 * Return: 0; -EAGAIN while there is no result of a round; -EPROTO if it says what is
 * not understood.
 */
int dmafp_pktgen_proc_parse(const char *text, struct dmafp_pktgen_round *round);

/** dmafp_pktgen_proc_version() - "pktgen 2.75", to free(); NULL without pktgen */
char *dmafp_pktgen_proc_version(const char *procfs);

/**
 * dmafp_pktgen_proc_add() - give the interface to the thread
 * @err: filled: pktgen is not there, somebody else uses it, the interface is down
 *
 * What a run that was killed has left for the same interface is removed first.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_pktgen_proc_add(const struct dmafp_pktgen_proc *proc, struct dmafp_err *err);

/** dmafp_pktgen_proc_set() - "pkt_size 60"; 0, or a negative errno */
int dmafp_pktgen_proc_set(const struct dmafp_pktgen_proc *proc, struct dmafp_err *err,
			  const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/**
 * dmafp_pktgen_proc_start() - let all threads send; returns when they are done
 *
 * Any signal makes the kernel stop them and return early.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_pktgen_proc_start(const struct dmafp_pktgen_proc *proc, struct dmafp_err *err);

/**
 * dmafp_pktgen_proc_result() - of the round
 * @wait_ms: until there is one
 * @round: out
 *
 * Return: 0, -EAGAIN if there is none yet, or another negative errno.
 */
int dmafp_pktgen_proc_result(const struct dmafp_pktgen_proc *proc, unsigned int wait_ms,
			     struct dmafp_pktgen_round *round, struct dmafp_err *err);

/**
 * dmafp_pktgen_proc_stop() - let all threads stop, and wait for the result
 * @wait_ms: at least so long
 * @round: out
 *
 * Return: 0, -EAGAIN if it does not stop, or another negative errno.
 */
int dmafp_pktgen_proc_stop(const struct dmafp_pktgen_proc *proc, unsigned int wait_ms,
			   struct dmafp_pktgen_round *round, struct dmafp_err *err);

/**
 * dmafp_pktgen_proc_remove() - take the interface from the thread, stopping it first
 *
 * Return: 0, or a negative errno.
 */
int dmafp_pktgen_proc_remove(const struct dmafp_pktgen_proc *proc, struct dmafp_err *err);

#endif /* DMAFP_TRAFFIC_PKTGEN_PROC_H */
