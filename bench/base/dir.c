// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/dir.h"

static int is_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

struct dmafp_dir dmafp_dir_read(const char *path)
{
	struct dmafp_dir dir = { 0 };
	struct dirent **entries;
	int nr = scandir(path, &entries, is_name, versionsort);

	if (nr < 0)
		return dir;
	dir.names = dmafp_alloc((size_t)nr + 1, sizeof(*dir.names));
	for (; dir.nr < (size_t)nr; dir.nr++) {
		dir.names[dir.nr] = dmafp_alloc_string(entries[dir.nr]->d_name);
		free(entries[dir.nr]);
	}
	free(entries);
	return dir;
}

void dmafp_dir_free(struct dmafp_dir *dir)
{
	for (size_t i = 0; i < dir->nr; i++)
		free(dir->names[i]);
	free(dir->names);
	*dir = (struct dmafp_dir) { 0 };
}
