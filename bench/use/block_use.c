// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/alloc.h"
#include "base/dir.h"
#include "base/file.h"
#include "base/unescape.h"
#include "use/block.h"
#include "use/block_use.h"

#define NAME_LEN  4096
#define USE_LEN	  1024
#define MAX_DEPTH 16 /* of devices made of devices: deeper is no stack but a loop */

/* What the kernel says of this machine */
struct view {
	const char *sysfs;
	char *mounts, *swaps; /* NULL: it has none */
};

/* The disk, or one of its partitions */
struct part {
	char name[256], node[DMAFP_BLOCK_NODE], dev[32];
	char folder[600]; /* in sysfs */
};

struct parts {
	struct part *items;
	size_t nr;
};

static void read_part(struct part *part, const char *name, const char *node)
{
	char *dev = dmafp_path("%s/dev", part->folder);

	snprintf(part->name, sizeof(part->name), "%s", name);
	snprintf(part->node, sizeof(part->node), "%s", node);
	dmafp_file_read_line(dev, part->dev, sizeof(part->dev));
	free(dev);
}

/* The disk itself comes first. */
static struct parts read_parts(const struct view *view, const char *name, const char *disk)
{
	struct dmafp_names names = { 0 };
	char node[DMAFP_BLOCK_NODE];
	struct parts parts;
	size_t i;

	dmafp_block_partitions(view->sysfs, name, &names);
	parts.nr = names.nr + 1;
	parts.items = dmafp_alloc(parts.nr, sizeof(*parts.items));
	for (i = 0; i < parts.nr; i++) {
		struct part *part = &parts.items[i];
		const char *own = i ? names.items[i - 1] : "";

		snprintf(part->folder, sizeof(part->folder), "%s/block/%s%s%s",
			 view->sysfs, name, i ? "/" : "", own);
		dmafp_block_node(own, node);
		read_part(part, i ? own : name, i ? node : disk);
	}
	dmafp_names_free(&names);
	return parts;
}

static const struct part *find_dev(const struct parts *parts, const char *dev)
{
	for (size_t i = 0; i < parts->nr; i++)
		if (!strcmp(parts->items[i].dev, dev))
			return &parts->items[i];
	return NULL;
}

/* @path may be any name of the device's node. */
static const struct part *find_node(const struct parts *parts, const char *path)
{
	struct stat st;
	char dev[32];

	for (size_t i = 0; i < parts->nr; i++)
		if (!strcmp(parts->items[i].node, path))
			return &parts->items[i];
	if (stat(path, &st) || !S_ISBLK(st.st_mode))
		return NULL;
	snprintf(dev, sizeof(dev), "%u:%u", major(st.st_rdev), minor(st.st_rdev));
	return find_dev(parts, dev);
}

static void set_use(char use[USE_LEN], const struct parts *parts, const struct part *part,
		    const char *what, const char *where)
{
	bool whole = part == parts->items;

	snprintf(use, USE_LEN, "%s%.300s%s%s%s", what, where, whole ? "" : " (partition ",
		 whole ? "" : part->name, whole ? "" : ")");
}

/* One line of mountinfo: "36 35 98:0 /root /mnt/point options - ext3 /dev/source ..." */
static bool check_mount(const struct parts *parts, const char *line, char use[USE_LEN])
{
	static char point[NAME_LEN], source[NAME_LEN];
	const char *tail = strstr(line, " - ");
	const struct part *part;
	char dev[32];

	if (sscanf(line, "%*s %*s %31s %*s %4095s", dev, point) != 2)
		return false;
	part = find_dev(parts, dev);
	/* of a file system on several devices, or one without a device number */
	if (!part && tail && sscanf(tail, " - %*s %4095s", source) == 1) {
		dmafp_unescape(source);
		part = find_node(parts, source);
	}
	if (!part)
		return false;
	dmafp_unescape(point);
	set_use(use, parts, part, "mounted on ", point);
	return true;
}

/* One line of /proc/swaps: "/dev/sda2  partition ..." */
static bool check_swap(const struct parts *parts, const char *line, char use[USE_LEN])
{
	static char path[NAME_LEN];
	const struct part *part;

	if (sscanf(line, "%4095s", path) != 1)
		return false;
	dmafp_unescape(path);
	part = find_node(parts, path);
	if (part)
		set_use(use, parts, part, "swap space", "");
	return part;
}

typedef bool (*line_fn)(const struct parts *parts, const char *line, char use[USE_LEN]);

static bool check_lines(const char *text, line_fn check, const struct parts *parts,
			char use[USE_LEN])
{
	char *copy = dmafp_alloc_string(text), *rest = NULL, *line;
	bool found = false;

	line = copy ? strtok_r(copy, "\n", &rest) : NULL;
	for (; line && !found; line = strtok_r(NULL, "\n", &rest))
		found = check(parts, line, use);
	free(copy);
	return found;
}

/* A mount names one of the devices of a btrfs; sysfs has a folder of all of them. */
static bool check_btrfs(const struct view *view, const struct parts *parts,
			char use[USE_LEN])
{
	bool found = false;

	for (size_t i = 0; i < parts->nr && !found; i++) {
		char *pattern = dmafp_path("%s/fs/btrfs/*/devices/%s", view->sysfs,
					   parts->items[i].name);
		glob_t matches = { 0 };

		found = !glob(pattern, 0, NULL, &matches);
		if (found)
			set_use(use, parts, &parts->items[i],
				"a device of a mounted btrfs", "");
		globfree(&matches);
		free(pattern);
	}
	return found;
}

/* --- what is made of it */

static void add_holders(const struct part *part, struct dmafp_names *names)
{
	char *path = dmafp_path("%s/holders", part->folder);
	struct dmafp_dir dir = dmafp_dir_read(path);

	for (size_t i = 0; i < dir.nr; i++)
		dmafp_names_add(names, dir.names[i]);
	dmafp_dir_free(&dir);
	free(path);
}

/* A loop device holds what it is on without saying so in there. */
static void add_loops(const struct view *view, const struct part *part,
		      struct dmafp_names *names)
{
	char *pattern = dmafp_path("%s/block/loop*/loop/backing_file", view->sysfs);
	char backing[NAME_LEN], name[32];
	glob_t matches = { 0 };

	glob(pattern, 0, NULL, &matches);
	for (size_t i = 0; i < matches.gl_pathc; i++) {
		const char *path = matches.gl_pathv[i];

		dmafp_file_read_line(path, backing, sizeof(backing));
		sscanf(path + strlen(view->sysfs), "/block/%31[^/]", name);
		if (!strcmp(backing, part->node))
			dmafp_names_add(names, name);
	}
	globfree(&matches);
	free(pattern);
}

/* "dm-0 (vg-root)" */
static void describe(const struct view *view, const char *holder, char text[256])
{
	char *path = dmafp_path("%s/block/%s/dm/name", view->sysfs, holder), name[128];
	bool named = !dmafp_file_read_line(path, name, sizeof(name)) && *name;

	snprintf(text, 256, "%.100s%s%s%s", holder, named ? " (" : "", named ? name : "",
		 named ? ")" : "");
	free(path);
}

static bool find_use(const struct view *view, const char *name, const char *node,
		     unsigned int depth, char use[USE_LEN]);

/* Of several the one that somebody needs, else the first. */
static bool follow(const struct view *view, const struct parts *parts,
		   const struct part *part, const struct dmafp_names *holders,
		   unsigned int depth, char use[USE_LEN])
{
	char node[DMAFP_BLOCK_NODE], further[USE_LEN] = "", text[256];
	size_t i, len;

	for (i = 0; i < holders->nr; i++) {
		dmafp_block_node(holders->items[i], node);
		if (find_use(view, holders->items[i], node, depth + 1, further))
			break;
	}
	if (!holders->nr)
		return false;
	describe(view, holders->items[i < holders->nr ? i : 0], text);
	set_use(use, parts, part, "part of ", text);
	len = strlen(use);
	if (*further)
		snprintf(use + len, USE_LEN - len, ", which is %s", further);
	return true;
}

static bool check_holders(const struct view *view, const struct parts *parts,
			  unsigned int depth, char use[USE_LEN])
{
	bool found = false;

	for (size_t i = 0; i < parts->nr && !found; i++) {
		struct dmafp_names holders = { 0 };

		add_holders(&parts->items[i], &holders);
		add_loops(view, &parts->items[i], &holders);
		found = follow(view, parts, &parts->items[i], &holders, depth, use);
		dmafp_names_free(&holders);
	}
	return found;
}

static bool find_use(const struct view *view, const char *name, const char *node,
		     unsigned int depth, char use[USE_LEN])
{
	struct parts parts;
	bool found;

	*use = '\0';
	if (depth > MAX_DEPTH)
		return false;
	parts = read_parts(view, name, node);
	found = check_lines(view->mounts, check_mount, &parts, use) ||
		check_lines(view->swaps, check_swap, &parts, use) ||
		check_btrfs(view, &parts, use) || check_holders(view, &parts, depth, use);
	free(parts.items);
	return found;
}

int dmafp_block_use_find(const char *sysfs, const char *procfs, const char *name,
			 const char *node, char *use, size_t size, struct dmafp_err *err)
{
	char *mounts = dmafp_path("%s/self/mountinfo", procfs);
	char *swaps = dmafp_path("%s/swaps", procfs), found[USE_LEN];
	struct view view = { .sysfs = sysfs };
	struct dmafp_err no_swap;
	int ret = 0;

	*use = '\0';
	view.mounts = dmafp_file_read(mounts, NULL, err);
	/* a kernel without swap has no such file */
	view.swaps = dmafp_file_read(swaps, NULL, &no_swap);
	if (!view.mounts)
		ret = dmafp_err_prefix(err, -EIO,
				       "cannot know whether %s is mounted: ", node);
	else if (find_use(&view, name, node, 0, found))
		snprintf(use, size, "%.*s", (int)size - 1, found);
	free(view.mounts);
	free(view.swaps);
	free(mounts);
	free(swaps);
	return ret;
}
