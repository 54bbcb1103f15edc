// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/where.h"

/* No path of the machine that compiled it: only how folders lie to each other. */
static const char *const beside[] = { "dmafp-data", DMAFP_DATA_FROM_BIN };

#define NR_BESIDE (sizeof(beside) / sizeof(beside[0]))

static bool is_data(const char *dir)
{
	char *path = dmafp_path("%s/configs/profiles", dir);
	bool is = dmafp_file_exists(path);

	free(path);
	return is;
}

void dmafp_where_beside(const char *program, char data[PATH_MAX])
{
	char exe[PATH_MAX];
	bool found = false;

	if (realpath(program, exe)) {
		*strrchr(exe, '/') = '\0';
		for (size_t i = 0; !found && i < NR_BESIDE; i++) {
			char *path = dmafp_path("%s/%s", exe, beside[i]);

			found = is_data(path) && realpath(path, data);
			free(path);
		}
	}
	if (!found)
		strcpy(data, "/usr/share/dmafp");
}

const char *dmafp_where_data(void)
{
	static char data[PATH_MAX];
	const char *dir = getenv("DMAFP_DATA");

	if (dir && *dir)
		return dir;
	if (!*data)
		dmafp_where_beside("/proc/self/exe", data);
	return data;
}

const char *dmafp_where_profiles(void)
{
	static char profiles[PATH_MAX];
	const char *dir = getenv("DMAFP_CONFIG_DIR");

	if (dir && *dir)
		return dir;
	snprintf(profiles, sizeof(profiles), "%.4070s/configs/profiles",
		 dmafp_where_data());
	return profiles;
}
