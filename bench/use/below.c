// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/dir.h"
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

void dmafp_below_list(const char *sysfs, const char *folder, const char *pci,
		      struct dmafp_names *names)
{
	char *path = dmafp_path("%s/%s", sysfs, folder);
	struct dmafp_dir dir = dmafp_dir_read(path);

	for (size_t i = 0; i < dir.nr; i++)
		if (dmafp_below_is(sysfs, folder, dir.names[i], pci))
			dmafp_names_add(names, dir.names[i]);
	dmafp_dir_free(&dir);
	free(path);
}
