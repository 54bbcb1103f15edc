// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "analysis/calltree.h"
#include "base/alloc.h"

static struct dmafp_call *callee(struct dmafp_call *call, const char *name)
{
	struct dmafp_call **next = &call->calls;

	while (*next && strcmp((*next)->name, name))
		next = &(*next)->next;
	if (!*next) {
		*next = dmafp_alloc(1, sizeof(**next));
		(*next)->name = dmafp_alloc_string(name);
	}
	return *next;
}

static void add(struct dmafp_call *call, const struct dmafp_step_stack *stack, size_t arm)
{
	char *copy = dmafp_alloc_string(stack->stack), *rest = copy, *name;

	call->total[arm] += stack->instructions;
	while ((name = strsep(&rest, ";"))) {
		call = callee(call, name);
		call->total[arm] += stack->instructions;
	}
	call->self[arm] += stack->instructions;
	free(copy);
}

struct dmafp_call *dmafp_calltree_make(const struct dmafp_steps *const *arms, size_t nr)
{
	struct dmafp_call *root = dmafp_alloc(1, sizeof(*root));
	size_t arm, i;

	for (arm = 0; arm < nr; arm++)
		for (i = 0; i < arms[arm]->nr_stacks; i++)
			add(root, &arms[arm]->stacks[i], arm);
	return root;
}

void dmafp_calltree_free(struct dmafp_call *call)
{
	while (call) {
		struct dmafp_call *next = call->next;

		dmafp_calltree_free(call->calls);
		free(call->name);
		free(call);
		call = next;
	}
}
