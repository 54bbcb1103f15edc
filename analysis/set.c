// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fts.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "base/alloc.h"
#include "base/file.h"
#include "analysis/document.h"
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

static int by_id(const void *x, const void *y)
{
	const struct dmafp_file_id *a = x, *b = y;

	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	return (a->inode > b->inode) - (a->inode < b->inode);
}

static void remember(struct dmafp_set *set, const struct dmafp_file_id *id)
{
	struct dmafp_file_id *copy = dmafp_alloc(1, sizeof(*copy));

	*copy = *id;
	if (!tsearch(copy, &set->files, by_id))
		abort();
}

void dmafp_set_add(struct dmafp_set *set, struct dmafp_result *result)
{
	set->results = dmafp_alloc_grow(set->results, set->nr, sizeof(*set->results));
	set->results[set->nr++] = result;
}

/* Was the file taken already, by whatever path? */
static bool is_known(struct dmafp_set *set, const char *path)
{
	struct dmafp_file_id id;
	struct stat st;

	if (stat(path, &st))
		return false;
	id = (struct dmafp_file_id) { st.st_dev, st.st_ino };
	if (tfind(&id, &set->files, by_id))
		return true;
	remember(set, &id);
	return false;
}

static int take_document(struct dmafp_set *set, struct dmafp_document *doc, const char *path,
			 struct dmafp_err *err)
{
	struct dmafp_result *result;

	if (dmafp_evidence_is(doc->root))
		return dmafp_evidence_add(&set->evidence, doc->root, path, err);
	result = dmafp_result_from_document(doc, err);
	if (!result)
		return dmafp_err_prefix(err, -EINVAL, "%s: ", path);
	result->path = dmafp_alloc_string(path);
	dmafp_set_add(set, result);
	return 0;
}

static bool is_foreign(const json_t *root)
{
	return root && !json_object_get(root, "dmafp_result") && !dmafp_evidence_is(root);
}

/*
 * JSON of somebody else, who may repeat members, is passed over in a folder; what
 * is no JSON at all may be a damaged result.
 */
static bool is_passed_over(const struct dmafp_document *doc, const char *text, size_t len)
{
	json_t *root;
	bool foreign;

	if (doc->root)
		return is_foreign(doc->root);
	root = json_loadb(text, len, 0, NULL);
	foreign = is_foreign(root);
	json_decref(root);
	return foreign;
}

static int load_text(struct dmafp_set *set, const char *path, const char *text, size_t len,
		     size_t *found, struct dmafp_err *err)
{
	struct dmafp_document doc;
	int ret = dmafp_document_parse(&doc, text, len, err);

	if (found && is_passed_over(&doc, text, len)) {
		dmafp_document_free(&doc);
		return 0;
	}
	if (found)
		(*found)++;
	if (ret)
		dmafp_err_prefix(err, ret, "%s: ", path);
	else if (!is_known(set, path))
		ret = take_document(set, &doc, path, err);
	dmafp_document_free(&doc);
	return ret;
}

/* @found: the file is one of a folder, and counted if it is not foreign */
static int load_file(struct dmafp_set *set, const char *path, size_t *found,
		     struct dmafp_err *err)
{
	size_t len;
	char *text = dmafp_file_read(path, &len, err);
	int ret;

	if (!text)
		return -EIO;
	ret = load_text(set, path, text, len, found, err);
	free(text);
	return ret;
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
		return is_json_name(entry) ? load_file(set, entry->fts_path, found, err) : 0;
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
	return load_file(set, path, NULL, err);
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
	tdestroy(set->files, free);
	*set = (struct dmafp_set) { 0 };
}
