/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules that decide a branch of the not-deferred path, described in
 * docs/path.md.  A branch that none of them decides ends the walk.
 */
#ifndef DMAFP_PATH_RULE_H
#define DMAFP_PATH_RULE_H

#include "analysis/path/insn.h"

#define DMAFP_RULE_CONSTANT  "constant"
#define DMAFP_RULE_POINTER   "a pointer that was read is not NULL"
#define DMAFP_RULE_ADDRESS   "an address of a member is not NULL"
#define DMAFP_RULE_FLAG	     "the byte or bit that was read is 0"
#define DMAFP_RULE_EXCHANGE  "the compare-exchange succeeds"
#define DMAFP_RULE_OVERRIDE  "as told by --branch"

/**
 * dmafp_rule_zero() - is a value zero?
 * @value: that is tested
 * @mask: bits that are looked at
 * @width: bytes that are looked at
 * @zero: out
 *
 * Return: the rule that says so, NULL if none does.
 */
const char *dmafp_rule_zero(const struct dmafp_value *value, uint64_t mask, uint32_t width,
			    bool *zero);

/** dmafp_value_constant() - a known number */
struct dmafp_value dmafp_value_constant(uint64_t constant);

/** dmafp_value_read() - what was read from memory */
struct dmafp_value dmafp_value_read(uint32_t width);

/** dmafp_value_moved() - a value with a number added to it */
struct dmafp_value dmafp_value_moved(const struct dmafp_value *value, int64_t by);

struct cs_insn;

/* One per machine: what capstone's instruction is, and what it does */
void dmafp_x86_classify(size_t handle, const struct cs_insn *in, struct dmafp_insn *insn);
const char *dmafp_x86_step(size_t handle, const struct cs_insn *in, struct dmafp_state *state,
			   bool *taken);
void dmafp_arm64_classify(size_t handle, const struct cs_insn *in, struct dmafp_insn *insn);
const char *dmafp_arm64_step(size_t handle, const struct cs_insn *in,
			     struct dmafp_state *state, bool *taken);

#endif /* DMAFP_PATH_RULE_H */
