/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The exact profile: where every instruction of one op went, by call stack.
 * `dmafp trace` writes it to a file of its own, which reports take in beside the
 * results.
 */
#ifndef DMAFP_ANALYSIS_STEPS_H
#define DMAFP_ANALYSIS_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"

#define DMAFP_STEPS_VERSION 1
#define DMAFP_STEPS_MAX_DEPTH 256 /* frames of a stack: more than any trace has */

/**
 * struct dmafp_step_stack - instructions that ran with one call stack
 * @stack: frames from the outermost to the innermost with ';' between them, as
 *	flame graph tools fold them; an inlined frame ends in "_[i]"
 * @instructions: in the innermost frame itself
 */
struct dmafp_step_stack {
	char *stack;
	uint64_t instructions;
};

/**
 * struct dmafp_steps - one phase of one op on one arm
 * @arm: base, patched, ...
 * @build_id: of the kernel, hex
 * @phase: "map" or "unmap"
 * @stacks: in the order in which they first ran
 * @instructions: all of them; the sum of @stacks
 * @measured: what the op is measured to take in the same guest: the minimum of its
 *	histogram, the harness's own instructions between the stamps included, which
 *	are a stack too; 0: not measured
 */
struct dmafp_steps {
	char *arm, *build_id, *phase;
	struct dmafp_step_stack *stacks;
	size_t nr_stacks;
	uint64_t instructions, measured;
};

/**
 * struct dmafp_profile_steps - one file: the same op, stepped on several arms
 * @op, @bytes, @direction: as in a cell of a result
 * @mode, @device, @iommu: as in a result
 */
struct dmafp_profile_steps {
	char *op;
	uint64_t bytes;
	char *direction, *mode, *device, *iommu;
	struct dmafp_steps *items;
	size_t nr;
};

/** dmafp_steps_to_json() - the file's content; a new reference */
json_t *dmafp_steps_to_json(const struct dmafp_profile_steps *steps);

/**
 * dmafp_steps_from_json() - read such a file
 * @steps: zeroed; on failure too it can be handed to dmafp_steps_free()
 *
 * The stacks of each item must add up to its instructions, and be no deeper than
 * DMAFP_STEPS_MAX_DEPTH.
 *
 * Return: 0, or a negative errno.
 */
int dmafp_steps_from_json(struct dmafp_profile_steps *steps, const json_t *root,
			  struct dmafp_err *err);

/** dmafp_steps_of() - that phase of that arm, NULL if there is none */
const struct dmafp_steps *dmafp_steps_of(const struct dmafp_profile_steps *steps,
					 const char *arm, const char *phase);

/** dmafp_steps_op_text() - "map_page 4K to_device", malloc()ed */
char *dmafp_steps_op_text(const struct dmafp_profile_steps *steps);

/** dmafp_steps_text() - the file's text, malloc()ed */
char *dmafp_steps_text(const struct dmafp_profile_steps *steps);

/** dmafp_steps_item_free() - release one phase of one arm, and empty it */
void dmafp_steps_item_free(struct dmafp_steps *steps);

/** dmafp_steps_free() - release all, and empty it */
void dmafp_steps_free(struct dmafp_profile_steps *steps);

#endif /* DMAFP_ANALYSIS_STEPS_H */
