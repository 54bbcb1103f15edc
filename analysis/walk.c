// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/evidence.h"
#include "analysis/json_text.h"
#include "analysis/member_row.h"
#include "analysis/walk.h"
#include "base/alloc.h"
#include "base/file.h"

/* Walks, each with its members, each step on a line */
#define LINE_DEPTH 4

static const struct dmafp_member counts_members[] = {
	MEMBER("instructions", U64, dmafp_walk_counts, instructions),
	MEMBER("bytes", U64, dmafp_walk_counts, bytes),
	MEMBER("lines", U64, dmafp_walk_counts, lines),
	MEMBER("branches", U64, dmafp_walk_counts, branches),
	MEMBER("taken", U64, dmafp_walk_counts, taken),
	MEMBER("loads", U64, dmafp_walk_counts, loads),
	MEMBER("stores", U64, dmafp_walk_counts, stores),
	MEMBER("stack", U64, dmafp_walk_counts, stack),
	MEMBER("calls", U64, dmafp_walk_counts, calls),
	MEMBER("locked", U64, dmafp_walk_counts, locked),
	{ 0 }
};

static const struct dmafp_member insn_members[] = {
	MEMBER("offset", U64, dmafp_walk_insn, offset),
	MEMBER("size", U32, dmafp_walk_insn, size),
	MEMBER("text", NAME, dmafp_walk_insn, text),
	MEMBER("on_path", BOOL, dmafp_walk_insn, on_path),
	MEMBER("taken", BOOL, dmafp_walk_insn, taken),
	{ 0 }
};

static const struct dmafp_member step_members[] = {
	MEMBER("function", NAME, dmafp_walk_step, function),
	MEMBER("offset", U64, dmafp_walk_step, offset),
	MEMBER("size", U32, dmafp_walk_step, size),
	MEMBER("text", NAME, dmafp_walk_step, text),
	MEMBER("taken", BOOL, dmafp_walk_step, taken),
	MEMBER("why", STRING, dmafp_walk_step, why),
	{ 0 }
};

static const struct dmafp_member site_members[] = {
	MEMBER("caller", NAME, dmafp_walk_site, caller),
	MEMBER("offset", U64, dmafp_walk_site, offset),
	MEMBER("guarded", BOOL, dmafp_walk_site, guarded),
	MEMBER("key", STRING, dmafp_walk_site, key),
	{ 0 }
};

static const struct dmafp_member estimate_members[] = {
	MEMBER("cpu", NAME, dmafp_walk_estimate, cpu),
	MEMBER("centicycles", U64, dmafp_walk_estimate, centicycles),
	{ 0 }
};

static const struct dmafp_member walk_members[] = {
	MEMBER("arm", STRING, dmafp_walk, arm),
	MEMBER("image", NAME, dmafp_walk, image),
	MEMBER("build_id", STRING, dmafp_walk, build_id),
	MEMBER("arch", NAME, dmafp_walk, arch),
	MEMBER("symbol", NAME, dmafp_walk, symbol),
	MEMBER("complete", BOOL, dmafp_walk, complete),
	OBJECT("counts", counts_members, dmafp_walk, counts),
	ARRAY("insns", ARRAY, insn_members, dmafp_walk, insns, nr_insns),
	ARRAY("path", ARRAY, step_members, dmafp_walk, path, nr_path),
	ARRAY("sites", ARRAY, site_members, dmafp_walk, sites, nr_sites),
	ARRAY("estimates", ARRAY, estimate_members, dmafp_walk, estimates, nr_estimates),
	ARRAY("remarks", NAMES, NULL, dmafp_walk, remarks, nr_remarks),
	{ 0 }
};

static const struct dmafp_member walks_members[] = {
	ARRAY("walks", ARRAY, walk_members, dmafp_walks, items, nr),
	{ 0 }
};

json_t *dmafp_walks_to_json(const struct dmafp_walks *walks)
{
	json_t *root = json_object();

	json_object_set_new(root, DMAFP_WALKS_MEMBER, json_integer(DMAFP_WALKS_VERSION));
	dmafp_members_write(walks_members, walks, root);
	return root;
}

/* Paths are held against each other instruction by instruction. */
static int check_lengths(const struct dmafp_walks *walks, struct dmafp_err *err)
{
	size_t i;

	for (i = 0; i < walks->nr; i++)
		if (walks->items[i].nr_path > DMAFP_WALK_MAX_STEPS)
			return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
					     "walks[%zu]: a path of %zu instructions is longer than any that is written",
					     i, walks->items[i].nr_path);
	return 0;
}

int dmafp_walks_from_json(struct dmafp_walks *walks, const json_t *root, struct dmafp_err *err)
{
	int ret = dmafp_evidence_version(root, DMAFP_WALKS_MEMBER, DMAFP_WALKS_VERSION, err);

	ret = ret ? ret : dmafp_members_read(walks_members, root, walks, NULL, err);
	return ret ? ret : check_lengths(walks, err);
}

char *dmafp_walks_text(const struct dmafp_walks *walks)
{
	json_t *root = dmafp_walks_to_json(walks);
	char *text = dmafp_json_text(root, LINE_DEPTH);

	json_decref(root);
	return text;
}

int dmafp_walks_write(const struct dmafp_walks *walks, const char *path, struct dmafp_err *err)
{
	char *text = dmafp_walks_text(walks);
	int ret = dmafp_file_write(path, text, strlen(text), err);

	free(text);
	return ret;
}

struct dmafp_walk *dmafp_walks_add(struct dmafp_walks *walks)
{
	walks->items = dmafp_alloc_grow(walks->items, walks->nr, sizeof(*walks->items));
	return &walks->items[walks->nr++];
}

void dmafp_walks_drop(struct dmafp_walks *walks)
{
	dmafp_members_free(walk_members, &walks->items[--walks->nr]);
}

const struct dmafp_walk *dmafp_walks_of(const struct dmafp_walks *walks, const char *arm)
{
	size_t i;

	for (i = 0; i < walks->nr; i++)
		if (walks->items[i].arm && !strcmp(walks->items[i].arm, arm))
			return &walks->items[i];
	return NULL;
}

void dmafp_walks_free(struct dmafp_walks *walks)
{
	dmafp_members_free(walks_members, walks);
	*walks = (struct dmafp_walks) { 0 };
}
