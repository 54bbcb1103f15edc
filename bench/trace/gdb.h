/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of gdb's remote protocol that stepping takes: packets over a socket,
 * acknowledged, one question at a time.
 */
#ifndef DMAFP_TRACE_GDB_H
#define DMAFP_TRACE_GDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define DMAFP_GDB_PACKET 4096	/* characters of the longest answer */

/* x86-64's numbers of registers */
#define DMAFP_GDB_RDI	5
#define DMAFP_GDB_RIP	16

/**
 * struct dmafp_gdb - a connection to a stub
 * @fd: the socket, the caller's; -1 once the stub is gone
 * @in: bytes received and not understood yet
 * @nr_in: how many
 * @timeout_ms: for an answer
 */
struct dmafp_gdb {
	int fd;
	char in[2 * DMAFP_GDB_PACKET];
	size_t nr_in;
	int timeout_ms;
};

/**
 * dmafp_gdb_open() - begin to speak with the stub of a guest that is stopped
 * @gdb: filled
 * @fd: connected socket
 * @err: filled on failure (DMAFP_EXIT_QEMU), as by all of these
 *
 * Return: 0, or a negative errno.
 */
int dmafp_gdb_open(struct dmafp_gdb *gdb, int fd, struct dmafp_err *err);

/**
 * dmafp_gdb_ask() - send a packet and receive its answer
 * @answer: out: NUL-terminated
 *
 * Return: 0, or a negative errno; -EPIPE once the stub is gone.
 */
int dmafp_gdb_ask(struct dmafp_gdb *gdb, const char *question,
		  char answer[DMAFP_GDB_PACKET], struct dmafp_err *err);

/** dmafp_gdb_break() - set (or clear) a breakpoint at an address */
int dmafp_gdb_break(struct dmafp_gdb *gdb, uint64_t address, bool set,
		    struct dmafp_err *err);

/** dmafp_gdb_continue() - let the guest run; it stops at a breakpoint */
int dmafp_gdb_continue(struct dmafp_gdb *gdb, struct dmafp_err *err);

/**
 * dmafp_gdb_stopped() - has it stopped?
 *
 * Return: 1 once it has, 0 while it runs, or a negative errno.
 */
int dmafp_gdb_stopped(struct dmafp_gdb *gdb, struct dmafp_err *err);

/** dmafp_gdb_wait() - until it has stopped; fails after @gdb->timeout_ms */
int dmafp_gdb_wait(struct dmafp_gdb *gdb, struct dmafp_err *err);

/** dmafp_gdb_step() - execute one instruction; where it is then */
int dmafp_gdb_step(struct dmafp_gdb *gdb, uint64_t *pc, struct dmafp_err *err);

/** dmafp_gdb_register() - value of a register */
int dmafp_gdb_register(struct dmafp_gdb *gdb, unsigned int number, uint64_t *value,
		       struct dmafp_err *err);

/** dmafp_gdb_read() - memory as the guest's CPU sees it now */
int dmafp_gdb_read(struct dmafp_gdb *gdb, uint64_t address, void *data, size_t len,
		   struct dmafp_err *err);

/** dmafp_gdb_detach() - let the guest run on its own, without breakpoints */
int dmafp_gdb_detach(struct dmafp_gdb *gdb, struct dmafp_err *err);

#endif /* DMAFP_TRACE_GDB_H */
