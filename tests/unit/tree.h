/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder of files that looks like sysfs or procfs, or is just for scratch. */
#ifndef DMAFP_TEST_TREE_H
#define DMAFP_TEST_TREE_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static char tree[64];

/* In memory where that can be: thousands of small files are made and removed. */
static int tree_make(void **state)
{
	(void)state;
	strcpy(tree, "/dev/shm/dmafp-test-XXXXXX");
	if (mkdtemp(tree))
		return 0;
	strcpy(tree, "/tmp/dmafp-test-XXXXXX");
	return mkdtemp(tree) ? 0 : -1;
}

static int tree_remove(void **state)
{
	(void)state;
	return dmafp_file_remove_tree(tree);
}

static char *tree_path(const char *name)
{
	return dmafp_path("%s/%s", tree, name);
}

static void tree_fail(const char *what, const char *name)
{
	fprintf(stderr, "cannot make %s %s/%s\n", what, tree, name);
	abort();
}

/* Folders above it are made */
static void tree_folder_of(char *path)
{
	char *slash = strrchr(path, '/');
	struct dmafp_err err;

	*slash = '\0';
	if (dmafp_file_mkdirs(path, &err))
		tree_fail("folder", path);
	*slash = '/';
}

/* Not onto the disk: that takes long, and nobody pulls the plug */
static void tree_put(const char *name, const char *text)
{
	char *path = tree_path(name);
	FILE *file;

	tree_folder_of(path);
	file = fopen(path, "w");
	if (!file || fputs(text, file) < 0 || fclose(file))
		tree_fail("file", name);
	free(path);
}

static void __attribute__((unused)) tree_link(const char *name, const char *target)
{
	char *path = tree_path(name);

	tree_folder_of(path);
	if (symlink(target, path))
		tree_fail("link", name);
	free(path);
}

static void __attribute__((unused)) tree_drop(const char *name)
{
	char *path = tree_path(name);

	if (dmafp_file_remove_tree(path))
		tree_fail("way without", name);
	free(path);
}

/* How many files this process has open */
static size_t __attribute__((unused)) tree_open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t nr = 0;

	while (readdir(dir))
		nr++;
	closedir(dir);
	return nr;
}

#endif /* DMAFP_TEST_TREE_H */
