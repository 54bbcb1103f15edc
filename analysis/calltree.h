/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Folded stacks of one or several arms as one call tree. */
#ifndef DMAFP_ANALYSIS_CALLTREE_H
#define DMAFP_ANALYSIS_CALLTREE_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/steps.h"

#define DMAFP_CALLTREE_ARMS 4

/**
 * struct dmafp_call - a function as called on one way; the root has no name
 * @name: as in a stack
 * @self: instructions of its own, per arm
 * @total: with those of what it calls
 * @calls: what it calls, in the order in which that first ran
 * @next: what else its caller calls
 */
struct dmafp_call {
	char *name;
	uint64_t self[DMAFP_CALLTREE_ARMS], total[DMAFP_CALLTREE_ARMS];
	struct dmafp_call *calls, *next;
};

/**
 * dmafp_calltree_make() - the union of the arms' call trees
 * @arms: one or more of the same op and phase
 * @nr: how many, at most DMAFP_CALLTREE_ARMS
 *
 * Return: the root; release it with dmafp_calltree_free().
 */
struct dmafp_call *dmafp_calltree_make(const struct dmafp_steps *const *arms, size_t nr);

/** dmafp_calltree_free() - NULL is fine */
void dmafp_calltree_free(struct dmafp_call *call);

#endif /* DMAFP_ANALYSIS_CALLTREE_H */
