/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One instruction, as far as a walk has to understand it. */
#ifndef DMAFP_PATH_INSN_H
#define DMAFP_PATH_INSN_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/path/image.h"

enum dmafp_insn_kind {
	DMAFP_INSN_PLAIN,
	DMAFP_INSN_BRANCH, /* conditional, to @target */
	DMAFP_INSN_JUMP,
	DMAFP_INSN_CALL,
	DMAFP_INSN_RETURN,
	DMAFP_INSN_JUMP_INDIRECT,
	DMAFP_INSN_CALL_INDIRECT,
	DMAFP_INSN_TRAP,    /* goes elsewhere: ud2, brk, a system call */
	DMAFP_INSN_UNKNOWN, /* cannot be decoded */
};

/**
 * struct dmafp_insn - one instruction
 * @target: of a direct branch, jump or call
 * @repeats: a string instruction with a repeat prefix: how often is not in the code
 * @load: and the following: see struct dmafp_walk_counts
 * @text: AT&T syntax on x86; targets as offsets or names
 */
struct dmafp_insn {
	uint64_t address, target;
	uint32_t size;
	enum dmafp_insn_kind kind;
	bool repeats, load, store, stack, locked;
	char text[160];
};

enum dmafp_value_kind {
	DMAFP_VALUE_UNKNOWN,
	DMAFP_VALUE_CONSTANT,
	DMAFP_VALUE_READ,      /* from memory, @width bytes */
	DMAFP_VALUE_ADDRESS,   /* of a member of something: never NULL */
	DMAFP_VALUE_EXCLUSIVE, /* read by a load exclusive, or by CAS */
};

/**
 * struct dmafp_value - what is known of a register
 * @width: of a constant: 1 if only its low byte is known, else 0
 */
struct dmafp_value {
	enum dmafp_value_kind kind;
	uint64_t constant;
	uint32_t width;
};

#define DMAFP_NR_REGISTERS 32

/**
 * struct dmafp_state - registers and flags at one place of the path
 * @why: rule by which the flags are known; NULL: they are not
 * @zero: the zero flag
 * @carry: the carry flag, which x86's bit tests write; known only if @bit
 */
struct dmafp_state {
	struct dmafp_value registers[DMAFP_NR_REGISTERS];
	const char *why;
	bool zero, carry, bit;
};

/**
 * struct dmafp_decoder - capstone, for one image
 * @word: of arm64, an instruction that capstone does not know
 */
struct dmafp_decoder {
	const struct dmafp_image *image;
	size_t semantics, text; /* handles of capstone */
	void *insn;
	uint32_t word;
	bool open;
};

/** dmafp_decoder_open() - 0, or a negative errno (DMAFP_EXIT_INTERNAL) */
int dmafp_decoder_open(struct dmafp_decoder *decoder, const struct dmafp_image *image,
		       struct dmafp_err *err);

/** dmafp_decoder_close() - one that was never opened is fine */
void dmafp_decoder_close(struct dmafp_decoder *decoder);

/**
 * dmafp_decode() - the instruction at an address
 * @function: that @address is in: targets inside it are shown as offsets
 *
 * Return: false if there is no code at @address.
 */
bool dmafp_decode(struct dmafp_decoder *decoder, uint64_t address,
		  const struct dmafp_image_symbol *function, struct dmafp_insn *insn);

/**
 * dmafp_decoder_step() - what the instruction decoded last does to the state
 * @taken: out, of a conditional branch
 *
 * Return: of a conditional branch the rule by which it is decided, NULL if no
 * rule does; of all others NULL.
 */
const char *dmafp_decoder_step(struct dmafp_decoder *decoder, struct dmafp_state *state,
			       bool *taken);

#endif /* DMAFP_PATH_INSN_H */
