// SPDX-License-Identifier: GPL-2.0-or-later
#include <blkid/blkid.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/file.h"
#include "base/unescape.h"
#include "campaign/disk_drivers.h"
#include "campaign/storage.h"

#define WAIT_MS 30000

/* --- here */

/* A line of /proc/self/mountinfo: see proc(5). */
struct mount_line {
	unsigned int major, minor;
	char root[PATH_MAX], point[PATH_MAX], type[64];
};

static bool read_mount(const char *text, struct mount_line *line)
{
	const char *rest = strstr(text, " - ");

	if (!rest ||
	    sscanf(text, "%*d %*d %u:%u %4095s %4095s", &line->major, &line->minor,
		   line->root, line->point) != 4 ||
	    sscanf(rest, " - %63s", line->type) != 1)
		return false;
	dmafp_unescape(line->root);
	dmafp_unescape(line->point);
	return true;
}

static bool is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return !strcmp(folder, "/") ||
	       (!strncmp(path, folder, len) && (!path[len] || path[len] == '/'));
}

static void take_mount(struct dmafp_storage *storage, const struct mount_line *line,
		       const char *dir)
{
	free(storage->type);
	free(storage->path);
	storage->type = strdup(line->type);
	storage->path =
		dmafp_path("%s%s", strcmp(line->root, "/") ? line->root : "",
			   dir + (strcmp(line->point, "/") ? strlen(line->point) : 0));
}

/* The last mount that holds the folder is the one that is seen. */
int dmafp_storage_place(struct dmafp_storage *storage, const char *mountinfo,
			const char *dir, dev_t dev, struct dmafp_err *err)
{
	/* mounts are listed by where they are, whatever link one comes by */
	char *text = dmafp_file_read(mountinfo, NULL, err), *rest = text, *one;
	char *real = realpath(dir, NULL);
	struct mount_line line;

	if (!text || !real) {
		free(real);
		free(text);
		return text ? dmafp_err_errno(err, ENOENT, "cannot find %s", dir) : -EIO;
	}
	while ((one = strsep(&rest, "\n")))
		if (read_mount(one, &line) && makedev(line.major, line.minor) == dev &&
		    is_below(real, line.point))
			take_mount(storage, &line, real);
	free(real);
	free(text);
	if (storage->path)
		return 0;
	return dmafp_err_set(err, ENODEV, DMAFP_EXIT_DEVICE,
			     "cannot find out which filesystem %s is on", dir);
}

static int no_use(const char *dir, const char *what, struct dmafp_err *err)
{
	return dmafp_err_set(err, ENOTSUP, DMAFP_EXIT_DEVICE,
			     "%s is on %s: the capture kernel cannot get at it. Choose a folder "
			     "(--dir) on a plain partition",
			     dir, what);
}

static int find_device(struct dmafp_storage *storage, const char *dir, dev_t dev,
		       struct dmafp_err *err)
{
	struct dmafp_names drivers = { 0 };
	char *name = NULL;
	const char *why_not = dmafp_disk_drivers("/sys", dev, &name, &drivers);

	if (!why_not) {
		storage->node = dmafp_path("/dev/%s", name);
		storage->uuid = blkid_get_tag_value(NULL, "UUID", storage->node);
		if (!storage->uuid)
			why_not = "a filesystem without a UUID";
	}
	for (size_t i = 0; !why_not && i < drivers.nr; i++)
		dmafp_module_list_add(&storage->modules, drivers.items[i]);
	dmafp_names_free(&drivers);
	free(name);
	return why_not ? no_use(dir, why_not, err) : 0;
}

static void add_if_loaded(const char *name, struct dmafp_storage *storage)
{
	char *path = dmafp_path("/sys/module/%s/initstate", name);

	/* what is built in has no state */
	if (dmafp_file_exists(path))
		dmafp_module_list_add(&storage->modules, name);
	free(path);
}

static void add_watchdog(struct dmafp_storage *storage)
{
	char *module = realpath("/sys/class/watchdog/watchdog0/device/driver/module", NULL);

	if (module)
		dmafp_module_list_add(&storage->modules, strrchr(module, '/') + 1);
	free(module);
	add_if_loaded("softdog", storage);
}

int dmafp_storage_find(struct dmafp_storage *storage, const char *dir, struct dmafp_err *err)
{
	struct stat st;
	int ret;

	memset(storage, 0, sizeof(*storage));
	if (stat(dir, &st))
		return dmafp_err_errno(err, errno, "cannot look at %s", dir);
	ret = find_device(storage, dir, st.st_dev, err)
		      ?: dmafp_storage_place(storage, "/proc/self/mountinfo", dir,
					     st.st_dev, err);
	if (ret)
		return ret;
	add_if_loaded(storage->type, storage);
	add_watchdog(storage);
	return 0;
}

json_t *dmafp_storage_json(const struct dmafp_storage *storage)
{
	return json_pack("{s:s,s:s,s:s}", "uuid", storage->uuid, "type", storage->type,
			 "path", storage->path);
}

/* --- there */

static const char *word(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "";
}

/* Every block device is asked: there is no udev, and names may differ. */
static char *find_node(const char *uuid)
{
	blkid_cache cache;
	char *node = NULL;

	if (blkid_get_cache(&cache, "/dev/null"))
		return NULL;
	if (!blkid_probe_all(cache))
		node = blkid_get_devname(cache, "UUID", uuid);
	blkid_put_cache(cache);
	return node;
}

int dmafp_storage_mount(const json_t *json, const char *at, char **dir,
			struct dmafp_err *err)
{
	char *node = NULL;
	int waited;

	for (waited = 0; !(node = find_node(word(json, "uuid"))) && waited < WAIT_MS;
	     waited += 100)
		usleep(100 * 1000);
	if (!node)
		return dmafp_err_set(err, ENODEV, DMAFP_EXIT_DEVICE,
				     "no disk has the filesystem %s", word(json, "uuid"));
	if (dmafp_file_mkdirs(at, err) || mount(node, at, word(json, "type"), 0, NULL)) {
		int ret = dmafp_err_errno(err, errno, "cannot mount %s as %s", node,
					  word(json, "type"));

		free(node);
		return ret;
	}
	free(node);
	*dir = dmafp_path("%s%s", at, word(json, "path"));
	return 0;
}

void dmafp_storage_free(struct dmafp_storage *storage)
{
	dmafp_module_list_free(&storage->modules);
	free(storage->path);
	free(storage->type);
	free(storage->uuid);
	free(storage->node);
	memset(storage, 0, sizeof(*storage));
}
