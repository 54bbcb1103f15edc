// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dir.h"
#include "base/file.h"
#include "use/below.h"
#include "use/block.h"

bool dmafp_block_is_below(const char *sysfs, const char *name, const char *pci)
{
	return dmafp_below_is(sysfs, "block", name, pci);
}

bool dmafp_block_head(const char *name, char head[64])
{
	unsigned int subsystem, controller, ns;
	int end = 0;

	if (sscanf(name, "nvme%uc%un%u%n", &subsystem, &controller, &ns, &end) != 3 ||
	    name[end])
		return false;
	snprintf(head, 64, "nvme%un%u", subsystem, ns);
	return true;
}

/* A slash in the node's name is an exclamation mark in sysfs. */
void dmafp_block_node(const char *name, char node[DMAFP_BLOCK_NODE])
{
	char *slash;

	snprintf(node, DMAFP_BLOCK_NODE, "/dev/%s", name);
	while ((slash = strchr(node, '!')))
		*slash = '/';
}

static void add_partition(const char *dir, const char *name, struct dmafp_names *names)
{
	char *mark = dmafp_path("%s/%s/partition", dir, name);

	if (dmafp_file_exists(mark))
		dmafp_names_add(names, name);
	free(mark);
}

void dmafp_block_partitions(const char *sysfs, const char *name, struct dmafp_names *names)
{
	char *path = dmafp_path("%s/block/%s", sysfs, name);
	struct dmafp_dir dir = dmafp_dir_read(path);

	for (size_t i = 0; i < dir.nr; i++)
		add_partition(path, dir.names[i], names);
	dmafp_dir_free(&dir);
	free(path);
}

void dmafp_block_list(const char *sysfs, const char *pci, struct dmafp_names *names)
{
	struct dmafp_names below = { 0 };
	char head[64];
	size_t i;

	dmafp_below_list(sysfs, "block", pci, &below);
	for (i = 0; i < below.nr; i++) {
		const char *name = below.items[i];

		dmafp_names_add(names, dmafp_block_head(name, head) ? head : name);
	}
	dmafp_names_free(&below);
}
