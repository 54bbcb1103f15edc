// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/initramfs.h"
#include "base/proc.h"
#include "base/unpack.h"
#include "campaign/capture.h"
#include "campaign/storage.h"

static int put_file(const char *root, const char *name, const char *from,
		    struct dmafp_err *err)
{
	char *path = dmafp_path("%s%s", root, name);
	int ret = dmafp_file_copy(from, path, err);

	free(path);
	return ret;
}

/* Unpacked: not every kernel can do that. */
static int put_module(const char *root, const char *name, const char *from,
		      struct dmafp_err *err)
{
	char *path = dmafp_path("%s%s", root, name);
	int ret = dmafp_unpack_copy(from, path, err);

	free(path);
	return ret;
}

static int put_text(const char *root, const char *name, const char *text,
		    struct dmafp_err *err)
{
	char *path = dmafp_path("%s%s", root, name);
	int ret = dmafp_file_write(path, text, strlen(text), err);

	free(path);
	return ret;
}

static int put_json(const char *root, const char *name, json_t *json, struct dmafp_err *err)
{
	char *text = json_dumps(json, JSON_INDENT(1));
	int ret = put_text(root, name, text, err);

	json_decref(json);
	free(text);
	return ret;
}

static int make_folders(const char *root, struct dmafp_err *err)
{
	static const char *const folders[] = {
		"/proc",
		"/sys",
		"/dev",
		"/run",
		"/tmp",
		DMAFP_CAPTURE_CAMPAIGN,
		DMAFP_CAPTURE_MODULES,
		DMAFP_CAPTURE_RESULTS,
		DMAFP_CAPTURE_STATE,
	};
	int ret = 0;

	for (size_t i = 0; !ret && i < sizeof(folders) / sizeof(folders[0]); i++) {
		char *path = dmafp_path("%s%s", root, folders[i]);

		ret = dmafp_file_mkdirs(path, err);
		free(path);
	}
	return ret;
}

static int put_campaign(const struct dmafp_campaign *campaign, const char *root,
			struct dmafp_err *err)
{
	char *plan = dmafp_campaign_path(campaign, "campaign.json");
	char *profile = dmafp_campaign_path(campaign, "profile.ini");
	int ret = put_file(root, DMAFP_CAPTURE_CAMPAIGN "/campaign.json", plan, err)
			  ?: put_file(root, DMAFP_CAPTURE_PROFILE, profile, err);

	free(profile);
	free(plan);
	return ret;
}

/* "00-nvme-core.ko", and "00-nvme-core.options" beside it where it has any */
static int put_listed(const char *root, size_t i, const struct dmafp_module *module,
		      struct dmafp_err *err)
{
	const char *name = strrchr(module->file, '/') + 1, *end = strstr(name, ".ko");
	char *stem = dmafp_path("%s/%02zu-%.*s", DMAFP_CAPTURE_MODULES, i,
				(int)(end ? end - name : (ssize_t)strlen(name)), name);
	char *file = dmafp_path("%s.ko", stem), *options = dmafp_path("%s.options", stem);
	int ret = put_module(root, file, module->file, err);

	if (!ret && *module->options)
		ret = put_text(root, options, module->options, err);
	free(options);
	free(file);
	free(stem);
	return ret;
}

int dmafp_capture_put_modules(const char *root, const struct dmafp_module_list *modules,
			      struct dmafp_err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < modules->nr; i++)
		ret = put_listed(root, i, &modules->items[i], err);
	return ret;
}

static int put_storage(const struct dmafp_campaign *campaign, const char *root,
		       struct dmafp_err *err)
{
	struct dmafp_storage storage;
	int ret = dmafp_storage_find(&storage, campaign->dir, err) ?:
			  dmafp_capture_put_modules(root, &storage.modules, err) ?:
			  put_json(root, DMAFP_CAPTURE_STORAGE, dmafp_storage_json(&storage),
				   err);

	dmafp_storage_free(&storage);
	return ret;
}

char *dmafp_capture_find_module(const char *release, struct dmafp_err *err)
{
	const char *const argv[] = { "modinfo", "-k", release, "-n", "dmafp", NULL };
	char *path = dmafp_proc_output(argv, err);

	if (path)
		path[strcspn(path, "\n")] = '\0';
	return path;
}

int dmafp_capture_pack(const struct dmafp_campaign *campaign, const char *module,
		       const char *context, const char *path, struct dmafp_err *err)
{
	char *root = dmafp_path("%s.d", path);
	int ret;

	dmafp_file_remove_tree(root);
	ret = make_folders(root, err) ?: put_file(root, "/init", "/proc/self/exe", err)
				      ?: put_module(root, DMAFP_CAPTURE_MODULE, module, err)
				      ?: put_file(root, DMAFP_CAPTURE_CONTEXT, context, err)
				      ?: put_campaign(campaign, root, err)
				      ?: put_storage(campaign, root, err)
				      ?: dmafp_initramfs_pack(root, path, NULL, err);
	dmafp_file_remove_tree(root);
	free(root);
	return ret;
}
