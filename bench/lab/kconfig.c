// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/kconfig.h"

#define NOT_SET	" is not set"

char *dmafp_kconfig_required(const char *config_dir, const char *version,
			     struct dmafp_err *err)
{
	char *path = dmafp_path("%s/required.config", config_dir);
	char *own_path = dmafp_path("%s/%s.config", config_dir, version);
	char *text = dmafp_file_read(path, NULL, err), *own = NULL;

	if (text && dmafp_file_exists(own_path)) {
		char *all = NULL;

		own = dmafp_file_read(own_path, NULL, err);
		if (own)
			all = dmafp_path("%s\n%s", text, own);
		free(text);
		text = all;
	}
	free(own);
	free(own_path);
	free(path);
	return text;
}

char *dmafp_kconfig_compose(const char *user, const char *config_dir, const char *version,
			    bool *whole, struct dmafp_err *err)
{
	char *bundled = dmafp_path("%s/default.config", config_dir);
	char *first = dmafp_file_read(user ? user : bundled, NULL, err);
	char *must = first ? dmafp_kconfig_required(config_dir, version, err) : NULL;
	char *text = NULL;

	if (must) {
		*whole = strstr(first, "Automatically generated file") != NULL;
		text = dmafp_path("%s\n%s", first, must);
	}
	free(must);
	free(first);
	free(bundled);
	return text;
}

/* Length of the option's name if the line sets or unsets one, else 0. */
static size_t option_name(const char *line, size_t len, const char **name)
{
	if (len > 9 && !strncmp(line, "# CONFIG_", 9)) {
		size_t n = strcspn(line + 2, " \n");

		/* anything else is a comment that begins with a name */
		if (len != 2 + n + strlen(NOT_SET) ||
		    memcmp(line + 2 + n, NOT_SET, strlen(NOT_SET)))
			return 0;
		*name = line + 2;
		return n;
	}
	if (len > 7 && !strncmp(line, "CONFIG_", 7)) {
		*name = line;
		return strcspn(line, "=\n");
	}
	return 0;
}

/* The last line of @text about the option, or NULL. */
static const char *find_option(const char *text, const char *name, size_t name_len,
			       size_t *len)
{
	const char *found = NULL, *line, *this;
	size_t n;

	for (line = text; *line; line += n + (line[n] == '\n')) {
		n = strcspn(line, "\n");
		if (option_name(line, n, &this) == name_len &&
		    !memcmp(this, name, name_len)) {
			found = line;
			*len = n;
		}
	}
	return found;
}

static bool accepted(const char *want, size_t want_len, const char *config,
		     const char *name, size_t name_len)
{
	size_t len = 0;
	const char *line = find_option(config, name, name_len, &len);

	if (*want == '#' || (want_len > 2 && !memcmp(want + want_len - 2, "=n", 2)))
		return !line || *line == '#';
	return line && len == want_len && !memcmp(line, want, len);
}

int dmafp_kconfig_check(const char *asked, const char *config_path,
			struct dmafp_err *err)
{
	char *config = dmafp_file_read(config_path, NULL, err);
	char lost[1024] = "";
	const char *line, *name;
	size_t n, used = 0;

	if (!config)
		return -EIO;
	for (line = asked; *line; line += n + (line[n] == '\n')) {
		size_t name_len, last_len;

		n = strcspn(line, "\n");
		name_len = option_name(line, n, &name);
		/* an earlier line about the same option was overruled */
		if (!name_len || find_option(asked, name, name_len, &last_len) != line)
			continue;
		if (!accepted(line, n, config, name, name_len) && used < sizeof(lost) - 1)
			used += (size_t)snprintf(lost + used, sizeof(lost) - used,
						 "\n  %.*s", (int)n, line);
	}
	free(config);
	if (!used)
		return 0;
	return dmafp_err_set(err, EINVAL, DMAFP_EXIT_CONFIG,
			     "these options did not reach the kernel's .config (a dependency is off, or this kernel has no such option):%s",
			     lost);
}
