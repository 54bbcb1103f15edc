// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "analysis/evidence.h"
#include "analysis/member_row.h"
#include "analysis/perf_text.h"
#include "base/alloc.h"
#include "base/file.h"

static const struct dmafp_member diff_members[] = {
	MEMBER("arm", NAME, dmafp_perf_diff, arm),
	MEMBER("text", STRING, dmafp_perf_diff, text),
	{ 0 }
};

static const struct dmafp_member annotation_members[] = {
	MEMBER("arm", NAME, dmafp_perf_annotation, arm),
	MEMBER("build_id", STRING, dmafp_perf_annotation, build_id),
	MEMBER("text", STRING, dmafp_perf_annotation, text),
	{ 0 }
};

static const struct dmafp_member item_members[] = {
	MEMBER("mode", NAME, dmafp_perf_item, mode),
	MEMBER("iommu", NAME, dmafp_perf_item, iommu),
	MEMBER("pci", NAME, dmafp_perf_item, pci),
	MEMBER("label", NAME, dmafp_perf_item, label),
	MEMBER("title", NAME, dmafp_perf_item, title),
	MEMBER("event", NAME, dmafp_perf_item, event),
	ARRAY("diffs", ARRAY, diff_members, dmafp_perf_item, diffs, nr_diffs),
	ARRAY("annotations", ARRAY, annotation_members, dmafp_perf_item, annotations,
	      nr_annotations),
	{ 0 }
};

static const struct dmafp_member texts_members[] = {
	MEMBER("tool_version", NAME, dmafp_perf_texts, tool_version),
	MEMBER("symbol", NAME, dmafp_perf_texts, symbol),
	ARRAY("items", ARRAY, item_members, dmafp_perf_texts, items, nr),
	{ 0 }
};

json_t *dmafp_perf_texts_to_json(const struct dmafp_perf_texts *texts)
{
	json_t *root = json_object();

	json_object_set_new(root, DMAFP_PERF_MEMBER, json_integer(DMAFP_PERF_VERSION));
	dmafp_members_write(texts_members, texts, root);
	return root;
}

int dmafp_perf_texts_from_json(struct dmafp_perf_texts *texts, const json_t *root,
			       struct dmafp_err *err)
{
	int ret = dmafp_evidence_version(root, DMAFP_PERF_MEMBER, DMAFP_PERF_VERSION, err);

	return ret ?: dmafp_members_read(texts_members, root, texts, NULL, err);
}

int dmafp_perf_texts_write(const struct dmafp_perf_texts *texts, const char *path,
			   struct dmafp_err *err)
{
	json_t *root = dmafp_perf_texts_to_json(texts);
	char *text = json_dumps(root, JSON_INDENT(1)), *line;
	int ret;

	if (!text)
		abort();
	line = dmafp_path("%s\n", text);
	ret = dmafp_file_write(path, line, strlen(line), err);
	free(line);
	free(text);
	json_decref(root);
	return ret;
}

struct dmafp_perf_item *dmafp_perf_texts_add(struct dmafp_perf_texts *texts)
{
	texts->items = dmafp_alloc_grow(texts->items, texts->nr, sizeof(*texts->items));
	return &texts->items[texts->nr++];
}

void dmafp_perf_texts_free(struct dmafp_perf_texts *texts)
{
	dmafp_members_free(texts_members, texts);
	*texts = (struct dmafp_perf_texts) { 0 };
}

const char *dmafp_perf_item_diff(const struct dmafp_perf_item *item, const char *arm)
{
	size_t i;

	for (i = 0; i < item->nr_diffs; i++)
		if (!strcmp(item->diffs[i].arm, arm))
			return item->diffs[i].text;
	return NULL;
}

const struct dmafp_perf_annotation *
dmafp_perf_item_annotation(const struct dmafp_perf_item *item, const char *arm)
{
	size_t i;

	for (i = 0; i < item->nr_annotations; i++)
		if (!strcmp(item->annotations[i].arm, arm))
			return &item->annotations[i];
	return NULL;
}
