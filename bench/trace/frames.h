/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The call stack while code is single-stepped, and the instructions that ran with
 * each.
 *
 * It is kept by what the instructions are and where the CPU is after each; the
 * guest's own stack is not looked at.  A jump into another function is a call
 * whose return is its caller's: tail calls, trampolines of static calls, return
 * thunks.
 */
#ifndef DMAFP_TRACE_FRAMES_H
#define DMAFP_TRACE_FRAMES_H

#include <stdbool.h>

#include "analysis/steps.h"
#include "trace/inlined.h"
#include "trace/symbols.h"

#define DMAFP_FRAMES_MAX      64
#define DMAFP_INSTRUCTION_MAX 15

/** struct dmafp_code - where instructions are read from */
struct dmafp_code {
	int (*read)(void *ctx, uint64_t address, void *data, size_t len,
		    struct dmafp_err *err);
	void *ctx;
};

/** struct dmafp_frame - @caller_at: where it returns to; a tail call has none of its own */
struct dmafp_frame {
	const char *name;
	uint64_t caller_at;
	bool tail;
};

/** enum dmafp_flow - where an instruction may lead to */
enum dmafp_flow {
	DMAFP_FLOW_NEXT,   /* the next one */
	DMAFP_FLOW_AGAIN,  /* or itself: one iteration of a repeated one */
	DMAFP_FLOW_BRANCH, /* the next one or @target */
	DMAFP_FLOW_JUMP,   /* @target, if it is known */
	DMAFP_FLOW_CALL,   /* @target, if it is known, and some day to the next one */
	DMAFP_FLOW_RETURN,
	DMAFP_FLOW_OTHER, /* out of this code: not while it is measured */
};

/** struct dmafp_step_insn - an instruction as it runs; @target 0: not known */
struct dmafp_step_insn {
	uint64_t address, target;
	enum dmafp_flow flow;
	unsigned int size;
	char text[64];
};

/**
 * struct dmafp_frames - see above
 * @functions: of the guest
 * @inlined: of vmlinux, may be NULL
 * @code: of the guest, as it runs: the file's is patched while it boots
 * @capstone: the disassembler
 * @stack: outermost first
 * @nr: frames on it
 * @last: the instruction that ran before, size 0: none
 * @insns: instructions that were decoded, in a hash table
 * @nr_slots: of the table, a power of two
 * @nr_insns: how many are in it
 * @steps: takes the stacks and their instructions
 */
struct dmafp_frames {
	const struct dmafp_functions *functions;
	struct dmafp_inlined *inlined;
	struct dmafp_code code;
	size_t capstone;
	struct dmafp_frame stack[DMAFP_FRAMES_MAX];
	size_t nr;
	struct dmafp_step_insn last;
	struct dmafp_step_insn *insns;
	size_t nr_slots, nr_insns;
	struct dmafp_steps *steps;
};

/**
 * dmafp_frames_open() - prepare
 * @frames: filled, with no frame; end with dmafp_frames_close()
 *
 * Return: 0, or a negative errno.
 */
int dmafp_frames_open(struct dmafp_frames *frames, const struct dmafp_functions *functions,
		      struct dmafp_inlined *inlined, const struct dmafp_code *code,
		      struct dmafp_err *err);

/** dmafp_frames_begin() - of the next instruction's function is the outermost frame */
void dmafp_frames_begin(struct dmafp_frames *frames, struct dmafp_steps *steps);

/**
 * dmafp_frames_add() - an instruction runs
 * @frames: begun
 * @pc: where the CPU is
 * @err: filled on failure: it is where the instruction before cannot lead to, so
 *	that an interrupt or an exception came between (DMAFP_EXIT_GUEST)
 *
 * Return: 0, or a negative errno.
 */
int dmafp_frames_add(struct dmafp_frames *frames, uint64_t pc, struct dmafp_err *err);

/** dmafp_frames_insn() - decode the instruction at an address */
int dmafp_frames_insn(struct dmafp_frames *frames, uint64_t pc, struct dmafp_step_insn *insn,
		      struct dmafp_err *err);

/** dmafp_frames_close() - release what it holds, but for the steps */
void dmafp_frames_close(struct dmafp_frames *frames);

#endif /* DMAFP_TRACE_FRAMES_H */
