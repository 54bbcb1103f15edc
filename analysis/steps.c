// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/evidence.h"
#include "analysis/member_row.h"
#include "analysis/steps.h"
#include "base/file.h"
#include "base/size.h"

static const struct dmafp_member stack_members[] = {
	MEMBER("stack", NAME, dmafp_step_stack, stack),
	MEMBER("instructions", POSITIVE, dmafp_step_stack, instructions),
	{ 0 }
};

static const struct dmafp_member item_members[] = {
	MEMBER("arm", NAME, dmafp_steps, arm),
	MEMBER("build_id", STRING, dmafp_steps, build_id),
	MEMBER("phase", NAME, dmafp_steps, phase),
	ARRAY("stacks", ARRAY, stack_members, dmafp_steps, stacks, nr_stacks),
	MEMBER("instructions", U64, dmafp_steps, instructions),
	MEMBER("measured", U64, dmafp_steps, measured),
	{ 0 }
};

static const struct dmafp_member steps_members[] = {
	MEMBER("op", NAME, dmafp_profile_steps, op),
	MEMBER("bytes", U64, dmafp_profile_steps, bytes),
	MEMBER("direction", STRING, dmafp_profile_steps, direction),
	MEMBER("mode", NAME, dmafp_profile_steps, mode),
	MEMBER("device", NAME, dmafp_profile_steps, device),
	MEMBER("iommu", STRING, dmafp_profile_steps, iommu),
	ARRAY("items", ARRAY, item_members, dmafp_profile_steps, items, nr),
	{ 0 }
};

json_t *dmafp_steps_to_json(const struct dmafp_profile_steps *steps)
{
	json_t *root = json_object();

	json_object_set_new(root, DMAFP_STEPS_MEMBER, json_integer(DMAFP_STEPS_VERSION));
	dmafp_members_write(steps_members, steps, root);
	return root;
}

char *dmafp_steps_text(const struct dmafp_profile_steps *steps)
{
	json_t *root = dmafp_steps_to_json(steps);
	char *text = json_dumps(root, JSON_INDENT(1)), *line;

	if (!text)
		abort();
	line = dmafp_path("%s\n", text);
	free(text);
	json_decref(root);
	return line;
}

static int check_sums(const struct dmafp_profile_steps *steps, struct dmafp_err *err)
{
	size_t i, j;

	for (i = 0; i < steps->nr; i++) {
		unsigned __int128 sum = 0;

		for (j = 0; j < steps->items[i].nr_stacks; j++)
			sum += steps->items[i].stacks[j].instructions;
		if (sum != steps->items[i].instructions)
			return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
					     "items[%zu].stacks do not add up to its instructions",
					     i);
	}
	return 0;
}

static bool is_too_deep(const char *stack)
{
	size_t depth = 1;

	while ((stack = strchr(stack, ';'))) {
		stack++;
		depth++;
	}
	return depth > DMAFP_STEPS_MAX_DEPTH;
}

/* Call trees are walked by recursion. */
static int check_depths(const struct dmafp_profile_steps *steps, struct dmafp_err *err)
{
	size_t i, j;

	for (i = 0; i < steps->nr; i++)
		for (j = 0; j < steps->items[i].nr_stacks; j++)
			if (is_too_deep(steps->items[i].stacks[j].stack))
				return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
						     "items[%zu].stacks[%zu] has more than %d frames: no trace has that",
						     i, j, DMAFP_STEPS_MAX_DEPTH);
	return 0;
}

int dmafp_steps_from_json(struct dmafp_profile_steps *steps, const json_t *root,
			  struct dmafp_err *err)
{
	int ret = dmafp_evidence_version(root, DMAFP_STEPS_MEMBER, DMAFP_STEPS_VERSION, err);

	if (!ret)
		ret = dmafp_members_read(steps_members, root, steps, NULL, err);
	return ret ?: check_sums(steps, err) ?: check_depths(steps, err);
}

const struct dmafp_steps *dmafp_steps_of(const struct dmafp_profile_steps *steps,
					 const char *arm, const char *phase)
{
	size_t i;

	for (i = 0; i < steps->nr; i++)
		if (!strcmp(steps->items[i].arm, arm) && !strcmp(steps->items[i].phase, phase))
			return &steps->items[i];
	return NULL;
}

char *dmafp_steps_op_text(const struct dmafp_profile_steps *steps)
{
	char size[DMAFP_SIZE_TEXT];

	if (steps->bytes)
		dmafp_size_text(steps->bytes, size);
	return dmafp_path("%s%s%s%s%s", steps->op, steps->bytes ? " " : "",
			  steps->bytes ? size : "", steps->direction ? " " : "",
			  steps->direction ? steps->direction : "");
}

void dmafp_steps_item_free(struct dmafp_steps *steps)
{
	dmafp_members_free(item_members, steps);
	*steps = (struct dmafp_steps) { 0 };
}

void dmafp_steps_free(struct dmafp_profile_steps *steps)
{
	dmafp_members_free(steps_members, steps);
	*steps = (struct dmafp_profile_steps) { 0 };
}
