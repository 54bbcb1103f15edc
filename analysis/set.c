// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fts.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "base/alloc.h"
#include "analysis/set.h"

static const char *const arm_names[DMAFP_NR_ARMS] = {
	[DMAFP_ARM_BASE] = "base",
	[DMAFP_ARM_PATCHED] = "patched",
	[DMAFP_ARM_ALWAYS_LOCK] = "always-lock",
	[DMAFP_ARM_PLACEBO] = "placebo",
};

const char *dmafp_arm_name(enum dmafp_arm_id arm)
{
	return arm_names[arm];
}

enum dmafp_arm_id dmafp_arm_find(const char *name)
{
	unsigned int arm;

	for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
		if (!strcmp(name, arm_names[arm]))
			break;
	return arm;
}

/* Loading */

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool has_file(const struct dmafp_set *set, const char *path)
{
	size_t i;

	for (i = 0; i < set->nr; i++)
		if (set->results[i]->path && same_file(set->results[i]->path, path))
			return true;
	return false;
}

void dmafp_set_add(struct dmafp_set *set, struct dmafp_result *result)
{
	set->results = dmafp_alloc_grow(set->results, set->nr, sizeof(*set->results));
	set->results[set->nr++] = result;
}

static int load_file(struct dmafp_set *set, const char *path, struct dmafp_err *err)
{
	json_t *root = json_load_file(path, 0, NULL);
	struct dmafp_result *result;
	int ret;

	if (dmafp_evidence_is(root)) {
		ret = dmafp_evidence_add(&set->evidence, root, path, err);
		json_decref(root);
		return ret;
	}
	json_decref(root);
	if (has_file(set, path))
		return 0;
	result = dmafp_result_read(path, err);
	if (!result)
		return -EINVAL;
	dmafp_set_add(set, result);
	return 0;
}

/* JSON of somebody else; what is no JSON at all may be a damaged result */
static bool is_foreign(const char *path)
{
	json_t *root = json_load_file(path, 0, NULL);
	bool foreign = root && !json_object_get(root, "dmafp_result") &&
		       !dmafp_evidence_is(root);

	json_decref(root);
	return foreign;
}

static bool is_json_name(const FTSENT *entry)
{
	return entry->fts_namelen > 5 &&
	       !strcmp(entry->fts_name + entry->fts_namelen - 5, ".json");
}

static int load_entry(struct dmafp_set *set, const FTSENT *entry, size_t *found,
		      struct dmafp_err *err)
{
	switch (entry->fts_info) {
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		return dmafp_err_errno(err, entry->fts_errno, "cannot read %s",
				       entry->fts_path);
	case FTS_F:
		if (!is_json_name(entry) || is_foreign(entry->fts_path))
			return 0;
		(*found)++;
		return load_file(set, entry->fts_path, err);
	default:
		return 0;
	}
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int load_tree(struct dmafp_set *set, const char *path, struct dmafp_err *err)
{
	char *const roots[] = { (char *)path, NULL };
	FTS *tree = fts_open(roots, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	size_t found = 0;
	FTSENT *entry;
	int ret = 0;

	if (!tree)
		return dmafp_err_errno(err, errno, "cannot read %s", path);
	while (!ret && (entry = fts_read(tree)))
		ret = load_entry(set, entry, &found, err);
	fts_close(tree);
	if (!ret && !found)
		ret = dmafp_err_set(err, ENOENT, DMAFP_EXIT_NO_INPUT,
				    "no dmafp result in %s: no *.json there or below has "
				    "a member dmafp_result",
				    path);
	return ret;
}

int dmafp_set_load(struct dmafp_set *set, const char *path, struct dmafp_err *err)
{
	struct stat st;

	if (stat(path, &st))
		return dmafp_err_errno(err, errno, "cannot read %s", path);
	if (S_ISDIR(st.st_mode))
		return load_tree(set, path, err);
	return load_file(set, path, err);
}

/* Grouping */

static const char *iommu_of(const struct dmafp_result *result)
{
	return result->iommu.driver ? result->iommu.driver : "no IOMMU";
}

static int mode_rank(const char *mode)
{
	static const char *const order[] = { "plain", "keyed", "kdump" };
	int i;

	for (i = 0; i < 3; i++)
		if (!strcmp(mode, order[i]))
			break;
	return i;
}

static int by_mode(const char *a, const char *b)
{
	int order = mode_rank(a) - mode_rank(b);

	return order ? order : strcmp(a, b);
}

static int by_group(const struct dmafp_result *a, const struct dmafp_result *b)
{
	int order = by_mode(a->mode, b->mode);

	if (!order)
		order = strcmp(iommu_of(a), iommu_of(b));
	if (!order)
		order = strcmp(a->device.pci, b->device.pci);
	return order ? order : strcmp(a->device.label, b->device.label);
}

static int by_result(const void *x, const void *y)
{
	const struct dmafp_result *a = *(struct dmafp_result **)x;
	const struct dmafp_result *b = *(struct dmafp_result **)y;
	int order = by_group(a, b);

	if (!order)
		order = (int)dmafp_arm_find(a->arm) - (int)dmafp_arm_find(b->arm);
	if (!order)
		order = strcmp(a->created, b->created);
	if (!order && a->path && b->path)
		order = strcmp(a->path, b->path);
	return order;
}

static struct dmafp_group *add_group(struct dmafp_set *set,
				     const struct dmafp_result *result)
{
	struct dmafp_group *group;

	set->groups = dmafp_alloc_grow(set->groups, set->nr_groups, sizeof(*set->groups));
	group = &set->groups[set->nr_groups++];
	group->mode = result->mode;
	group->iommu = iommu_of(result);
	group->pci = result->device.pci;
	group->label = result->device.label;
	return group;
}

static void add_boot(struct dmafp_group *group, enum dmafp_arm_id arm,
		     const struct dmafp_result *result)
{
	struct dmafp_boots *boots = &group->arms[arm];

	boots->items = dmafp_alloc_grow(boots->items, boots->nr, sizeof(*boots->items));
	boots->items[boots->nr++] = result;
}

static void free_groups(struct dmafp_set *set)
{
	size_t i, arm;

	for (i = 0; i < set->nr_groups; i++)
		for (arm = 0; arm < DMAFP_NR_ARMS; arm++)
			free(set->groups[i].arms[arm].items);
	free(set->groups);
	set->groups = NULL;
	set->nr_groups = 0;
}

void dmafp_set_group(struct dmafp_set *set)
{
	const struct dmafp_result *last = NULL;
	struct dmafp_group *group = NULL;
	size_t i;

	free_groups(set);
	if (set->nr)
		qsort(set->results, set->nr, sizeof(*set->results), by_result);
	for (i = 0; i < set->nr; i++) {
		const struct dmafp_result *result = set->results[i];
		enum dmafp_arm_id arm = dmafp_arm_find(result->arm);

		if (arm == DMAFP_NR_ARMS)
			continue;
		if (!last || by_group(last, result))
			group = add_group(set, result);
		add_boot(group, arm, result);
		last = result;
	}
}

void dmafp_set_free(struct dmafp_set *set)
{
	size_t i;

	free_groups(set);
	for (i = 0; i < set->nr; i++)
		dmafp_result_free(set->results[i]);
	free(set->results);
	dmafp_evidence_free(&set->evidence);
	*set = (struct dmafp_set) { 0 };
}
