// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "run/context.h"

static const char *string_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int bad_context(const char *path, const char *why, struct dmafp_err *err)
{
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA, "%s is no context file: %s",
			     path, why);
}

static int check_strings(const char *path, json_t *object, const char *const *keys,
			 struct dmafp_err *err)
{
	const char *key;
	json_t *value;

	json_object_foreach (object, key, value) {
		const char *const *known = keys;

		while (*known && strcmp(*known, key))
			known++;
		if (!*known || (!json_is_string(value) && !json_is_null(value)))
			return bad_context(path, key, err);
	}
	return 0;
}

static int check_patches(const char *path, json_t *patches, struct dmafp_err *err)
{
	static const char *const keys[] = { "name", "file", "sha256", NULL };
	json_t *patch;
	size_t i;

	if (!json_is_array(patches))
		return bad_context(path, "patches is not an array", err);
	json_array_foreach (patches, i, patch) {
		if (!json_is_object(patch))
			return bad_context(path, "a patch is not an object", err);
		if (check_strings(path, patch, keys, err))
			return -EINVAL;
	}
	return 0;
}

static int check_lab(const char *path, json_t *lab, struct dmafp_err *err)
{
	static const char *const keys[] = { "accel", "qemu_version", "qemu_command", NULL };

	if (!json_is_object(lab))
		return bad_context(path, "lab is not an object", err);
	return check_strings(path, lab, keys, err);
}

static int check_member(const char *path, const char *key, json_t *value,
			struct dmafp_err *err)
{
	if (!strcmp(key, "patches"))
		return check_patches(path, value, err);
	if (!strcmp(key, "lab"))
		return check_lab(path, value, err);
	if (!strcmp(key, "replicate"))
		return json_is_integer(value)
			       ? 0
			       : bad_context(path, "replicate is no integer", err);
	if (strcmp(key, "arm") && strcmp(key, "created") && strcmp(key, "campaign"))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
				     "%s: unknown member '%s' in a context", path, key);
	if (!json_is_string(value))
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA,
				     "%s: member '%s' is not a string", path, key);
	return 0;
}

static int check(const char *path, json_t *context, struct dmafp_err *err)
{
	const char *key;
	json_t *value;

	if (!json_is_object(context))
		return bad_context(path, "not a JSON object", err);
	json_object_foreach (context, key, value)
		if (check_member(path, key, value, err))
			return -EINVAL;
	return 0;
}

json_t *dmafp_context_read(const char *path, struct dmafp_err *err)
{
	json_error_t where;
	json_t *context;
	char *text;

	if (!path)
		return json_object();
	text = dmafp_file_read(path, NULL, err);
	if (!text)
		return NULL;
	context = json_loads(text, JSON_REJECT_DUPLICATES, &where);
	free(text);
	if (!context) {
		dmafp_err_set(err, EINVAL, DMAFP_EXIT_DATA, "%s:%d: %s", path, where.line,
			      where.text);
		return NULL;
	}
	if (check(path, context, err)) {
		json_decref(context);
		return NULL;
	}
	return context;
}

static void apply_patches(const json_t *patches, struct dmafp_result *result)
{
	size_t i;

	result->nr_patches = json_array_size(patches);
	result->patches = dmafp_alloc(result->nr_patches, sizeof(*result->patches));
	for (i = 0; i < result->nr_patches; i++) {
		const json_t *patch = json_array_get(patches, i);

		result->patches[i] = (struct dmafp_patch_ref) {
			.name = dmafp_alloc_string(string_of(patch, "name")),
			.file = dmafp_alloc_string(string_of(patch, "file")),
			.sha256 = dmafp_alloc_string(string_of(patch, "sha256")),
		};
	}
}

static void apply_lab(const json_t *lab, struct dmafp_result *result)
{
	result->lab = (struct dmafp_lab_ref) {
		.present = true,
		.accel = dmafp_alloc_string(string_of(lab, "accel")),
		.qemu_version = dmafp_alloc_string(string_of(lab, "qemu_version")),
		.qemu_command = dmafp_alloc_string(string_of(lab, "qemu_command")),
	};
}

static void replace(char **to, const char *value)
{
	if (!value)
		return;
	free(*to);
	*to = dmafp_alloc_string(value);
}

void dmafp_context_apply(const json_t *context, struct dmafp_result *result)
{
	replace(&result->created, string_of(context, "created"));
	replace(&result->arm, string_of(context, "arm"));
	replace(&result->campaign, string_of(context, "campaign"));
	if (json_object_get(context, "patches"))
		apply_patches(json_object_get(context, "patches"), result);
	if (json_object_get(context, "lab"))
		apply_lab(json_object_get(context, "lab"), result);
}
