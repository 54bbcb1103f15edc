// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "use/below.h"

bool dmafp_below_is(const char *sysfs, const char *folder, const char *name, const char *pci)
{
	char *link = dmafp_path("%s/%s/%s", sysfs, folder, name);
	char *device = dmafp_path("%s/bus/pci/devices/%s", sysfs, pci);
	char *from = realpath(link, NULL), *to = realpath(device, NULL);
	size_t len = to ? strlen(to) : 0;
	bool below = from && to && !strncmp(from, to, len) && from[len] == '/';

	free(from);
	free(to);
	free(link);
	free(device);
	return below;
}

static int is_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

void dmafp_below_list(const char *sysfs, const char *folder, const char *pci,
		      struct dmafp_names *names)
{
	char *dir = dmafp_path("%s/%s", sysfs, folder);
	struct dirent **entries;
	int i, nr = scandir(dir, &entries, is_name, versionsort);

	for (i = 0; i < nr; i++) {
		if (dmafp_below_is(sysfs, folder, entries[i]->d_name, pci))
			dmafp_names_add(names, entries[i]->d_name);
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
	free(dir);
}
