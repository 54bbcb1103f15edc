// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/nearest.h"
#include "base/where.h"
#include "matrix/row.h"
#include "run/key.h"

static const char *const iommus[] = { "intel", "amd", NULL };
static const char *const invalidations[] = { "strict", "lazy", NULL };
static const char *const outcomes[] = { "asked", "strict", "lazy", NULL };
static const char *const modes[] = { "plain", "kdump", "keyed", NULL };
static const char *const expectations[] = { "verdict", "survey", NULL };

#define KEY(name_, type_, member_, fallback_, ...)                              \
	{                                                                       \
		.section = "a row", .name = name_, .type = DMAFP_KEY_##type_,   \
		.offset = offsetof(struct dmafp_matrix_row, member_),           \
		.fallback = fallback_, __VA_ARGS__                              \
	}

/* clang-format off */
static const struct dmafp_key keys[] = {
	KEY("source", STRING, source, ""),
	KEY("package", STRING, package, ""),
	KEY("config", STRING, config, "default"),
	KEY("iommu", NAME, iommu, "intel", .choices = iommus),
	KEY("invalidation", NAME, invalidation, "strict", .choices = invalidations),
	KEY("gets", NAME, gets, "asked", .choices = outcomes),
	KEY("profile", STRING, profile, "matrix"),
	KEY("modes", NAMES, modes, "plain, keyed, kdump", .choices = modes),
	KEY("arms", NAMES, arms, "none", .none = true),
	KEY("expect", NAME, expect, "verdict", .choices = expectations),
};
/* clang-format on */

#define NR_KEYS (sizeof(keys) / sizeof(keys[0]))

struct parse {
	struct dmafp_matrix *matrix;
	bool seen[NR_KEYS]; /* of the row that is being read */
	char why[DMAFP_KEY_WHY];
};

static void begin_row(struct parse *parse, const char *name)
{
	struct dmafp_matrix *matrix = parse->matrix;
	struct dmafp_matrix_row *row;
	char why[DMAFP_KEY_WHY];

	matrix->rows = dmafp_alloc_grow(matrix->rows, matrix->nr, sizeof(*row));
	row = &matrix->rows[matrix->nr++];
	row->name = dmafp_alloc_string(name);
	for (size_t i = 0; i < NR_KEYS; i++)
		dmafp_key_put(&keys[i], row, keys[i].fallback, why);
	memset(parse->seen, 0, sizeof(parse->seen));
}

static void unknown_key(struct parse *parse, const char *name)
{
	const char *words[NR_KEYS];
	char hint[DMAFP_HINT_LEN];

	for (size_t i = 0; i < NR_KEYS; i++)
		words[i] = keys[i].name;
	snprintf(parse->why, sizeof(parse->why), "unknown key '%.100s'%s", name,
		 dmafp_nearest_hint(name, words, NR_KEYS, hint));
}

static void put(struct parse *parse, const char *name, const char *value)
{
	struct dmafp_matrix_row *row = &parse->matrix->rows[parse->matrix->nr - 1];
	size_t i = 0;

	while (i < NR_KEYS && strcmp(keys[i].name, name))
		i++;
	if (i == NR_KEYS)
		unknown_key(parse, name);
	else if (parse->seen[i])
		snprintf(parse->why, sizeof(parse->why), "key '%s' was given before", name);
	else
		dmafp_key_put(&keys[i], row, value, parse->why);
	if (i < NR_KEYS)
		parse->seen[i] = true;
}

static int take_pair(void *user, const char *section, const char *name, const char *value)
{
	struct parse *parse = user;
	struct dmafp_matrix *matrix = parse->matrix;

	/* what follows the first mistake is not looked at */
	if (*parse->why)
		return 0;
	if (!*section) {
		snprintf(parse->why, sizeof(parse->why),
			 "key '%.100s' stands before the first [row]", name);
		return 0;
	}
	if (!matrix->nr || strcmp(matrix->rows[matrix->nr - 1].name, section))
		begin_row(parse, section);
	put(parse, name, value);
	return !*parse->why;
}

static int bad_row(const struct dmafp_matrix_row *row, const char *path, const char *what,
		   struct dmafp_err *err)
{
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE, "%s: row [%s]: %s", path, row->name,
			     what);
}

/* A row is a folder's name: no blanks, no slashes, no leading dot. */
static bool plain_name(const char *name)
{
	return *name && *name != '.' &&
	       !name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789._+-")];
}

/* What no key can know by itself. */
static int check_row(const struct dmafp_matrix *matrix, size_t i, const char *path,
		     struct dmafp_err *err)
{
	const struct dmafp_matrix_row *row = &matrix->rows[i];

	if (!plain_name(row->name))
		return bad_row(row, path, "a row is named by letters, digits and ._+- only", err);
	for (size_t k = 0; k < i; k++)
		if (!strcmp(matrix->rows[k].name, row->name))
			return bad_row(row, path, "there is one of that name before it", err);
	if (!*row->source == !*row->package)
		return bad_row(row, path, "it takes either a source or a package", err);
	if (*row->package && row->arms.nr)
		return bad_row(row, path, "a package has arm base only: give no arms", err);
	if (*row->package && strcmp(row->config, "default"))
		return bad_row(row, path, "a package brings its own config: give none", err);
	if (*row->package && strcmp(row->expect, "survey"))
		return bad_row(row, path, "a package gives no verdict: expect a survey", err);
	return 0;
}

int dmafp_matrix_parse(struct dmafp_matrix *matrix, const char *text, const char *path,
		       struct dmafp_err *err)
{
	struct parse parse = { .matrix = matrix };
	int line, ret = 0;

	*matrix = (struct dmafp_matrix) { 0 };
	ini_allow_multiline = false;
	line = ini_parse_string(text, take_pair, &parse);
	if (line < 0)
		return dmafp_err_errno(err, ENOMEM, "%s", path);
	if (line > 0)
		return dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE, "%s:%d: %s", path, line,
				     *parse.why ? parse.why :
						  "neither '[row]' nor 'key = value'");
	for (size_t i = 0; !ret && i < matrix->nr; i++)
		ret = check_row(matrix, i, path, err);
	if (!ret && !matrix->nr)
		ret = dmafp_err_set(err, EINVAL, DMAFP_EXIT_USAGE, "%s has no row", path);
	return ret;
}

int dmafp_matrix_load(struct dmafp_matrix *matrix, const char *path, struct dmafp_err *err)
{
	char *text = dmafp_file_read(path, NULL, err);
	int ret;

	*matrix = (struct dmafp_matrix) { 0 };
	if (!text)
		return -EIO;
	ret = dmafp_matrix_parse(matrix, text, path, err);
	free(text);
	return ret;
}

const struct dmafp_matrix_row *dmafp_matrix_find(const struct dmafp_matrix *matrix,
						 const char *name, struct dmafp_err *err)
{
	const char **names = dmafp_alloc(matrix->nr, sizeof(*names));
	const struct dmafp_matrix_row *found = NULL;
	char hint[DMAFP_HINT_LEN];

	for (size_t i = 0; i < matrix->nr; i++) {
		names[i] = matrix->rows[i].name;
		if (!strcmp(names[i], name))
			found = &matrix->rows[i];
	}
	if (!found)
		dmafp_err_set(err, ENOENT, DMAFP_EXIT_USAGE,
			      "the matrix has no row '%s'%s; see dmafp matrix --list", name,
			      dmafp_nearest_hint(name, names, matrix->nr, hint));
	free(names);
	return found;
}

void dmafp_matrix_free(struct dmafp_matrix *matrix)
{
	for (size_t i = 0; i < matrix->nr; i++) {
		for (size_t k = 0; k < NR_KEYS; k++)
			dmafp_key_free(&keys[k], &matrix->rows[i]);
		free(matrix->rows[i].name);
	}
	free(matrix->rows);
	*matrix = (struct dmafp_matrix) { 0 };
}

const char *dmafp_matrix_invalidation(const struct dmafp_matrix_row *row)
{
	return strcmp(row->gets, "asked") ? row->gets : row->invalidation;
}

/* Debian's source packages put NAME.tar.xz there. */
char *dmafp_matrix_source(const struct dmafp_matrix_row *row)
{
	if (!*row->source)
		return NULL;
	if (strchr(row->source, '/'))
		return dmafp_alloc_string(row->source);
	return dmafp_path("/usr/src/%s.tar.xz", row->source);
}

char *dmafp_matrix_config(const struct dmafp_matrix_row *row)
{
	if (!strcmp(row->config, "default"))
		return NULL;
	if (strchr(row->config, '/'))
		return dmafp_alloc_string(row->config);
	return dmafp_path("%s/configs/kernel/%s.config", dmafp_where_data(), row->config);
}
