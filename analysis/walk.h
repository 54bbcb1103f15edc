/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The static proof: the not-deferred path through a function, instruction by
 * instruction, as it stands in a kernel image.  `dmafp path` writes it to a file
 * of its own, which reports take in beside the results.
 */
#ifndef DMAFP_ANALYSIS_WALK_H
#define DMAFP_ANALYSIS_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"

#define DMAFP_WALKS_VERSION 1

#define DMAFP_WALK_MAX_STEPS 2048 /* of a path: what is longer is no fast path */

/**
 * struct dmafp_walk_counts - what the path is made of
 * @instructions: from the entry to the return, both included
 * @bytes: of these instructions
 * @lines: cache lines of 64 bytes that they lie in
 * @branches: conditional ones
 * @taken: branches and jumps that are taken on this path
 * @loads: instructions that read memory, other than the stack operations
 * @stores: instructions that write memory, other than the stack operations
 * @stack: push, pop, and moves of the stack pointer
 * @calls: direct and indirect
 * @locked: instructions with a lock prefix, exclusives and atomics
 */
struct dmafp_walk_counts {
	uint64_t instructions, bytes, lines, branches, taken, loads, stores, stack, calls, locked;
};

/**
 * struct dmafp_walk_insn - one instruction of the function
 * @offset: from the symbol
 * @size: bytes
 * @text: as disassembled
 * @on_path: the walk went through it
 * @taken: a branch or jump that the walk took
 */
struct dmafp_walk_insn {
	uint64_t offset;
	uint32_t size;
	char *text;
	bool on_path, taken;
};

/**
 * struct dmafp_walk_step - one instruction of the path, as it is executed
 * @function: that it is in: the symbol, or one that is called on the path
 * @offset: from that function's symbol
 * @size: bytes
 * @text: as disassembled; targets are offsets or names, so that it is the same
 *	wherever the linker put it
 * @taken: a branch or jump that is taken
 * @why: the rule that decided a conditional branch; NULL: it is none
 */
struct dmafp_walk_step {
	char *function;
	uint64_t offset;
	uint32_t size;
	char *text;
	bool taken;
	char *why;
};

/**
 * struct dmafp_walk_site - one call of the symbol
 * @caller: function that it is in
 * @offset: from that function's symbol
 * @guarded: it is reached only through a static branch
 * @key: of that static branch; NULL: it is not guarded
 */
struct dmafp_walk_site {
	char *caller;
	uint64_t offset;
	bool guarded;
	char *key;
};

/** struct dmafp_walk_estimate - what llvm-mca says of the path on one CPU */
struct dmafp_walk_estimate {
	char *cpu;
	uint64_t centicycles; /* a pass, in hundredths of a cycle */
};

/**
 * struct dmafp_walk - the path through one symbol of one kernel image
 * @arm: base, patched, always-lock, placebo; NULL: not known
 * @image: file name as given
 * @build_id: hex, NULL if the image has none
 * @arch: "x86_64" or "aarch64"
 * @symbol: the function
 * @complete: the walk reached a return and met nothing that it does not understand
 * @counts: of the path, functions that are called on it included
 * @insns: the whole function in rising order
 * @path: what is executed, in that order
 * @sites: calls of the symbol
 * @estimates: none where llvm-mca is not installed
 * @remarks: loops, indirect branches, inlined copies, each in a sentence
 */
struct dmafp_walk {
	char *arm, *image, *build_id, *arch, *symbol;
	bool complete;
	struct dmafp_walk_counts counts;
	struct dmafp_walk_insn *insns;
	size_t nr_insns;
	struct dmafp_walk_step *path;
	size_t nr_path;
	struct dmafp_walk_site *sites;
	size_t nr_sites;
	struct dmafp_walk_estimate *estimates;
	size_t nr_estimates;
	char **remarks;
	size_t nr_remarks;
};

/** struct dmafp_walks - one file: the same symbol in several images */
struct dmafp_walks {
	struct dmafp_walk *items;
	size_t nr;
};

/** dmafp_walks_to_json() - the file's content; a new reference */
json_t *dmafp_walks_to_json(const struct dmafp_walks *walks);

/**
 * dmafp_walks_from_json() - read such a file
 * @walks: zeroed; on failure too it can be handed to dmafp_walks_free()
 *
 * Return: 0, or a negative errno.
 */
int dmafp_walks_from_json(struct dmafp_walks *walks, const json_t *root, struct dmafp_err *err);

/**
 * dmafp_walks_write() - write such a file, atomically
 *
 * Return: 0, or a negative errno.
 */
int dmafp_walks_write(const struct dmafp_walks *walks, const char *path, struct dmafp_err *err);

/** dmafp_walks_text() - the file's content as text; free() it */
char *dmafp_walks_text(const struct dmafp_walks *walks);

/** dmafp_walks_add() - one more, empty, at the end */
struct dmafp_walk *dmafp_walks_add(struct dmafp_walks *walks);

/** dmafp_walks_drop() - release the last one and take it away */
void dmafp_walks_drop(struct dmafp_walks *walks);

/** dmafp_walks_of() - the walk of an arm, NULL if there is none */
const struct dmafp_walk *dmafp_walks_of(const struct dmafp_walks *walks, const char *arm);

/** dmafp_walks_free() - release all, and empty it */
void dmafp_walks_free(struct dmafp_walks *walks);

#endif /* DMAFP_ANALYSIS_WALK_H */
