/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps one op of the module through a guest, from stamp to stamp.
 *
 * The guest runs a cell as it always does; nothing in the module or in the cell
 * knows of it.  The op that is stepped is the last one of the warm-up, so that
 * what the cell records was not stepped.
 */
#ifndef DMAFP_TRACE_STEPPER_H
#define DMAFP_TRACE_STEPPER_H

#include <stdbool.h>

#include "analysis/steps.h"
#include "trace/frames.h"
#include "trace/gdb.h"
#include "trace/inlined.h"
#include "trace/symbols.h"

/** The block of ops that is stepped: its first op, the warm-up's last */
#define DMAFP_STEPPER_BLOCK 2

enum dmafp_stepper_state {
	DMAFP_STEPPER_BOOTS,	/* until the guest hands over where the module is */
	DMAFP_STEPPER_WARMS_UP, /* until it comes to the block */
	DMAFP_STEPPER_DONE,
};

/**
 * struct dmafp_stepper - one guest
 * @gdb: the connection
 * @state: where it is
 * @op: name of the op
 * @module: dmafp.ko
 * @map: takes the steps of the map, NULL: not wanted
 * @unmap: the same of the unmap
 * @functions: of the guest
 * @inlined: of its vmlinux, NULL without debugging information
 * @frames: the call stack
 * @run: the op's loop, in the module
 * @blocks: how often it was entered
 * @seconds: that the stepping took
 */
struct dmafp_stepper {
	struct dmafp_gdb gdb;
	enum dmafp_stepper_state state;
	const char *op, *module;
	struct dmafp_steps *map, *unmap;
	struct dmafp_functions functions;
	struct dmafp_inlined *inlined;
	struct dmafp_frames frames;
	uint64_t run, handover;
	unsigned int blocks;
	double seconds;
};

/**
 * dmafp_stepper_start() - let a guest run that waits before its first instruction
 * @stepper: op, module, map and unmap are set; end with dmafp_stepper_end()
 * @fd: connected to its gdb stub, kept by the caller
 * @vmlinux: the guest's
 * @err: filled on failure
 *
 * Return: 0, or a negative errno.
 */
int dmafp_stepper_start(struct dmafp_stepper *stepper, int fd, const char *vmlinux,
			struct dmafp_err *err);

/**
 * dmafp_stepper_poll() - go on, if the guest has come to where something is due
 *
 * Steps the whole op once it is there.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_stepper_poll(struct dmafp_stepper *stepper, struct dmafp_err *err);

/** dmafp_stepper_end() - release what it holds, but for the steps */
void dmafp_stepper_end(struct dmafp_stepper *stepper);

#endif /* DMAFP_TRACE_STEPPER_H */
