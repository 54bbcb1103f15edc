// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "analysis/evidence.h"
#include "base/alloc.h"

int dmafp_evidence_version(const json_t *root, const char *member, int newest,
			   struct dmafp_err *err)
{
	const json_t *version = json_object_get(root, member);

	if (json_is_integer(version) && json_integer_value(version) >= 1 &&
	    json_integer_value(version) <= newest)
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
			     "%s is not a version that this dmafp reads (1 to %d): make the file "
			     "again, or use a newer dmafp",
			     member, newest);
}

bool dmafp_evidence_is(const json_t *root)
{
	return json_object_get(root, DMAFP_WALKS_MEMBER) ||
	       json_object_get(root, DMAFP_STEPS_MEMBER) ||
	       json_object_get(root, DMAFP_PERF_MEMBER) ||
	       json_object_get(root, DMAFP_LOOKS_MEMBER);
}

/* Looks at one campaign say nothing of another's */
static int add_looks(struct dmafp_looks *looks, const json_t *root, struct dmafp_err *err)
{
	if (looks->boots_max)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
				     "a second campaign that may stop early: levels are of one "
				     "campaign's looks; judge each by itself");
	return dmafp_looks_from_json(looks, root, err);
}

int dmafp_evidence_add(struct dmafp_evidence *e, const json_t *root, const char *path,
		       struct dmafp_err *err)
{
	int ret;

	if (json_object_get(root, DMAFP_WALKS_MEMBER)) {
		e->walks = dmafp_alloc_grow(e->walks, e->nr_walks, sizeof(*e->walks));
		e->walks[e->nr_walks] = (struct dmafp_walks) { 0 };
		ret = dmafp_walks_from_json(&e->walks[e->nr_walks++], root, err);
	} else if (json_object_get(root, DMAFP_LOOKS_MEMBER)) {
		ret = add_looks(&e->looks, root, err);
	} else if (json_object_get(root, DMAFP_PERF_MEMBER)) {
		e->perfs = dmafp_alloc_grow(e->perfs, e->nr_perfs, sizeof(*e->perfs));
		ret = dmafp_perf_texts_from_json(&e->perfs[e->nr_perfs++], root, err);
	} else {
		e->steps = dmafp_alloc_grow(e->steps, e->nr_steps, sizeof(*e->steps));
		e->steps[e->nr_steps] = (struct dmafp_profile_steps) { 0 };
		ret = dmafp_steps_from_json(&e->steps[e->nr_steps++], root, err);
	}
	return ret ? dmafp_err_prefix(err, ret, "%s: ", path) : 0;
}

void dmafp_evidence_free(struct dmafp_evidence *e)
{
	size_t i;

	for (i = 0; i < e->nr_walks; i++)
		dmafp_walks_free(&e->walks[i]);
	for (i = 0; i < e->nr_steps; i++)
		dmafp_steps_free(&e->steps[i]);
	for (i = 0; i < e->nr_perfs; i++)
		dmafp_perf_texts_free(&e->perfs[i]);
	free(e->walks);
	free(e->steps);
	free(e->perfs);
	*e = (struct dmafp_evidence) { 0 };
}
